from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.sounds.attack import measure_attack
from narrative_server.sounds.conditions import AttackGuess, DurationGuess
from narrative_server.sounds.transient import CRISP_MS, sharpen
from narrative_server.sounds.types import NATIVE_RATE_HZ

Wave = NDArray[np.float64]


def count(ms: float) -> int:
    return round(ms * NATIVE_RATE_HZ / 1000)


def burst(first: float, second: float, smear_ms: float = 0.0) -> Wave:
    """Noise that begins at 20 ms at a level of `first` and goes over to `second` at 120 ms, smeared before it."""
    level = np.concatenate([np.zeros(count(20)), np.full(count(100), first), np.full(count(400), second)])
    if smear_ms:
        echo = slice(count(20) - count(smear_ms), count(20))
        level[echo] = np.linspace(0.15, 0.6, count(smear_ms)) * first
    return np.random.default_rng(3).uniform(-1.0, 1.0, len(level)) * level


def rise_ms(samples: Wave) -> float:
    attack = measure_attack(samples)
    assert attack is not None
    return attack.rise_ms


def test_what_a_window_smears_before_an_onset_is_quietened() -> None:
    smeared = burst(0.8, 0.8, smear_ms=10.0)
    crisp = sharpen(smeared, 1.0)
    assert rise_ms(smeared) > 7.0
    assert rise_ms(crisp) < 2.5
    echo = slice(count(12), count(18))
    assert np.abs(crisp[echo]).max() < 0.1 * np.abs(smeared[echo]).max()
    np.testing.assert_array_equal(crisp[count(25) :], smeared[count(25) :])


def test_a_first_peak_that_a_later_one_outshouts_is_lifted_and_the_rest_left() -> None:
    hidden = burst(0.3, 0.8)
    crisp = sharpen(hidden, 1.0)
    assert rise_ms(hidden) > 90.0
    assert rise_ms(crisp) < 12.0
    assert np.abs(crisp).max() <= 1.15 * np.abs(hidden).max()
    np.testing.assert_allclose(crisp[count(500) :], hidden[count(500) :], rtol=1e-3)


def test_a_first_peak_far_below_the_later_one_is_another_sound_and_stays() -> None:
    quiet_then_loud = burst(0.15, 0.9)
    assert rise_ms(sharpen(quiet_then_loud, 1.0)) == pytest.approx(rise_ms(quiet_then_loud), abs=5.0)


def test_slow_sounds_stay_as_they_are() -> None:
    swell = burst(0.3, 0.8, smear_ms=15.0)
    assert sharpen(swell, CRISP_MS + 0.1) is swell


def test_what_is_fast_already_stays_nearly_as_it_is() -> None:
    fast = burst(0.8, 0.5)
    np.testing.assert_allclose(sharpen(fast, 3.0), fast)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(5000), np.ones(1), np.full(30, 0.5)])
def test_silence_and_the_shortest_sounds_are_no_trouble(samples: Wave) -> None:
    crisp = sharpen(samples, 0.5)
    assert crisp.shape == samples.shape
    assert np.isfinite(crisp).all()


def test_a_guess_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidConfig, match=r"sounds\.duration is '1 weights'; legal: 384"):
        DurationGuess((0.0,), 4.0)
    with pytest.raises(InvalidConfig, match="387 weights'; legal: 388"):
        AttackGuess((0.0,) * 387, 4.0)

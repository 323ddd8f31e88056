from __future__ import annotations

import math

import numpy as np
import pytest

from narrative_server.evaluation.sounds.signal import PRE_ECHO_FLOOR_DB, pre_echo_db, spectral_flatness
from narrative_server.sounds.types import NATIVE_RATE_HZ


def _hit(before: float) -> np.ndarray:
    """Noise of `before` until 100 ms, of 1 from there on."""
    n, onset = round(0.3 * NATIVE_RATE_HZ), round(0.1 * NATIVE_RATE_HZ)
    noise = np.random.default_rng(1).standard_normal(n)
    noise[:onset] *= before
    return noise.astype(np.float32)


def test_white_noise_has_the_flatness_that_theory_says_and_a_sine_has_none() -> None:
    noise = np.random.default_rng(2).standard_normal(2 * NATIVE_RATE_HZ).astype(np.float32)
    # The powers of white noise are exponential: their geometric mean is exp(-Euler's constant) of the arithmetic one.
    assert spectral_flatness(noise) == pytest.approx(math.exp(-0.5772), abs=0.02)
    sine = np.sin(2 * np.pi * 1000 * np.arange(NATIVE_RATE_HZ) / NATIVE_RATE_HZ).astype(np.float32)
    assert spectral_flatness(sine) < 1e-3


def test_level_and_trailing_silence_do_not_change_flatness() -> None:
    noise = np.random.default_rng(3).standard_normal(8_192).astype(np.float32)
    followed = np.concatenate([0.01 * noise, np.zeros(8_192, np.float32)])
    assert spectral_flatness(followed) == pytest.approx(spectral_flatness(noise), abs=0.03)


def test_silence_has_no_flatness() -> None:
    assert math.isnan(spectral_flatness(np.zeros(500, np.float32)))


@pytest.mark.parametrize(("before", "expected"), [(0.1, -20.0), (0.01, -40.0), (1.0, 0.0)])
def test_pre_echo_is_the_level_of_what_comes_before_the_onset(before: float, expected: float) -> None:
    assert pre_echo_db(_hit(before), 100.0) == pytest.approx(expected, abs=1.0)


def test_what_comes_within_two_milliseconds_is_the_attack_itself() -> None:
    wave = _hit(0.0)
    guard = round(0.0015 * NATIVE_RATE_HZ)
    onset = round(0.1 * NATIVE_RATE_HZ)
    wave[onset - guard : onset] = 1.0
    assert pre_echo_db(wave, 100.0) == PRE_ECHO_FLOOR_DB


def test_a_sound_that_begins_at_once_has_silence_before_it() -> None:
    assert pre_echo_db(_hit(1.0), 0.0) == PRE_ECHO_FLOOR_DB
    assert math.isnan(pre_echo_db(np.zeros(900, np.float32), 5.0))

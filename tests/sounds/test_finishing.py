"""Trimming, loops, levels, resampling."""

from __future__ import annotations

import math

import numpy as np
import pytest

from narrative_server.sounds.finishing import (
    fade,
    fit_length,
    loop,
    momentary_loudness,
    resample,
    resample_loop,
    set_level,
    trim,
    trim_onset,
)


def _sine(freq_hz: float, seconds: float, rate_hz: int = 22_050, level: float = 1.0) -> np.ndarray:
    return level * np.sin(2 * np.pi * freq_hz * np.arange(int(seconds * rate_hz)) / rate_hz)


def test_the_standard_tone_has_the_standard_loudness() -> None:
    # EBU Tech 3341: a 1 kHz sine at -23 dBFS in both channels is -23 LUFS; one channel alone is 3 dB less.
    level = 10 ** (-23 / 20)
    assert momentary_loudness(_sine(1000, 1.0, 48_000, level), 48_000) == pytest.approx(-26.0, abs=0.1)
    assert momentary_loudness(_sine(1000, 1.0, 22_050, level), 22_050) == pytest.approx(-26.0, abs=0.1)


def test_a_short_sound_counts_as_padded_with_silence() -> None:
    long, short = _sine(1000, 0.4), _sine(1000, 0.1)
    difference = momentary_loudness(long, 22_050) - momentary_loudness(short, 22_050)
    assert difference == pytest.approx(10 * math.log10(4), abs=0.3)


def test_trimming_removes_what_comes_before_and_after() -> None:
    x = np.concatenate([np.full(4000, 1e-3), _sine(500, 0.2), np.full(8000, 1e-5)])
    done = trim(x, 2000)
    assert 0.19 * 22_050 < len(done) < 0.23 * 22_050
    assert done[0] == 0
    assert abs(done[-1]) < 1e-3
    assert len(trim(x, 100)) <= 0.1 * 22_050 + 1


def test_trimming_silence_keeps_it_silent() -> None:
    assert np.abs(trim(np.zeros(500), 100)).max() == 0


def test_length_is_exact_either_way() -> None:
    assert len(fit_length(np.ones(100), 50)) == round(0.05 * 22_050)
    assert len(fit_length(np.ones(50_000), 500)) == round(0.5 * 22_050)


@pytest.mark.parametrize("n", [0, 1, 3, 8])
def test_very_short_sounds_can_be_faded(n: int) -> None:
    assert len(fade(np.ones(n))) == n


def test_more_intense_is_louder_and_the_peak_keeps_its_ceiling() -> None:
    x = _sine(300, 0.5, level=0.3)
    _, soft_levels = set_level(x, 22_050, 0.0)
    loud, loud_levels = set_level(x, 22_050, 1.0)
    assert loud_levels.loudness_lufs - soft_levels.loudness_lufs == pytest.approx(18.0, abs=0.1)
    assert 20 * math.log10(np.abs(loud).max()) == pytest.approx(loud_levels.peak_dbfs, abs=0.01)
    click = np.zeros(2000)
    click[10] = 0.5
    assert set_level(click, 22_050, 1.0)[1].peak_dbfs == pytest.approx(-1.0, abs=0.01)


def test_silence_has_a_finite_level() -> None:
    x, levels = set_level(np.zeros(100), 22_050, 0.5)
    assert np.abs(x).max() == 0
    assert math.isfinite(levels.peak_dbfs)
    assert math.isfinite(levels.loudness_lufs)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_resampling_keeps_a_tone(rate: int) -> None:
    x = fade(_sine(1000, 0.5))
    up = resample(x, 22_050, rate)
    assert len(up) == math.ceil(len(x) * rate / 22_050)
    wanted = _sine(1000, 0.5, rate)
    np.testing.assert_allclose(up[3000:-3000], wanted[3000 : len(up) - 3000], atol=2e-3)


def test_two_channels_add_their_powers() -> None:
    mono = _sine(1000, 1.0, level=0.1)
    both = np.stack([mono, mono], axis=1)
    assert momentary_loudness(both, 22_050) - momentary_loudness(mono, 22_050) == pytest.approx(
        10 * math.log10(2), abs=0.01
    )
    _, levels = set_level(both, 22_050, 0.5)
    assert levels.loudness_lufs == pytest.approx(-25.0, abs=0.1)


def _steps(x: np.ndarray) -> float:
    """The largest jump between neighbours, relative to the ordinary ones."""
    jumps = np.abs(np.diff(x))
    return float(jumps.max() / np.quantile(jumps, 0.95))


def test_a_loop_has_exactly_its_length_and_no_seam() -> None:
    noise = np.random.default_rng(0).standard_normal(44_000)
    hum = np.convolve(noise, np.hanning(60), "same")  # smooth, so that a seam would stand out
    done = loop(hum, 1500)
    assert len(done) == round(1.5 * 22_050)
    twice = np.concatenate([done, done])
    seam = slice(len(done) - 50, len(done) + 50)
    assert np.abs(np.diff(twice[seam])).max() < 1.2 * np.abs(np.diff(hum)).max()
    cut = np.concatenate([hum[: len(done)], hum[: len(done)]])
    assert np.abs(np.diff(cut[seam])).max() > np.abs(np.diff(twice[seam])).max()


@pytest.mark.parametrize("signal", ["noise", "tone"])
def test_the_level_stays_even_where_a_loop_closes(signal: str) -> None:
    noise = np.random.default_rng(0).standard_normal(44_000)
    # 100 whole turns of the tone are a loop of one second.
    x = noise if signal == "noise" else _sine(100, 2.0)
    done = loop(x, 1000)
    fade_region, rest = done[1000:4000], done[8000:20_000]
    assert 20 * math.log10(fade_region.std() / rest.std()) == pytest.approx(0.0, abs=0.8)


def test_a_sound_shorter_than_its_loop_is_followed_by_silence() -> None:
    done = loop(np.ones(3000), 500)
    assert len(done) == round(0.5 * 22_050)
    assert not done[3000:].any()


def test_resampling_a_loop_keeps_it_seamless() -> None:
    x = _sine(100, 1.0)  # whole turns: the end meets the beginning
    up = resample_loop(x, 22_050, 48_000)
    np.testing.assert_allclose(up, _sine(100, 1.0, 48_000), atol=5e-3)


def test_only_the_beginning_is_trimmed_for_a_loop() -> None:
    x = np.concatenate([np.full(4000, 1e-4), _sine(500, 0.2), np.zeros(3000)])
    done = trim_onset(x)
    assert len(x) - 4000 <= len(done) <= len(x) - 3800
    assert np.array_equal(done, x[-len(done) :])

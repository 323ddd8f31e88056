"""Widening: mono stays inside, left and right differ, bass stays in the middle, loops stay loops."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.sounds.stereo import widen

_NOISE = np.random.default_rng(0).standard_normal(22_050)


@pytest.mark.parametrize("looped", [False, True])
def test_the_sum_of_both_channels_is_the_mono_sound(looped: bool) -> None:
    both = widen(_NOISE, looped)
    np.testing.assert_allclose(both.mean(axis=1), _NOISE, atol=1e-9)


def test_the_channels_differ_but_stay_related() -> None:
    both = widen(_NOISE)
    likeness = np.corrcoef(both.T)[0, 1]
    assert 0.2 < likeness < 0.9


def test_bass_stays_in_the_middle() -> None:
    bass = np.sin(2 * np.pi * 60 * np.arange(22_050) / 22_050)
    both = widen(bass)
    assert np.abs(both[:, 0] - both[:, 1]).max() < 0.2


def test_a_loop_is_widened_around_its_seam() -> None:
    # Turning a loop and widening it are the same in either order.
    np.testing.assert_allclose(widen(np.roll(_NOISE, 500), True), np.roll(widen(_NOISE, True), 500, axis=0), atol=1e-9)


@pytest.mark.parametrize("n", [0, 1, 20])
def test_very_short_sounds_can_be_widened(n: int) -> None:
    assert widen(np.ones(n)).shape == (n, 2)
    assert widen(np.ones(n), True).shape == (n, 2)

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.evaluation.sounds.attacks import (
    attacks_of,
    distances_by_kind,
    medians_by_kind,
    paired_errors,
    wasserstein,
)
from narrative_server.sounds.attack import Attack
from narrative_server.sounds.types import NATIVE_RATE_HZ


def _ramp(rise_ms: float, onset_ms: float = 10.0) -> np.ndarray:
    """A square wave of 2 kHz that rises in a straight line."""
    t = np.arange(round(0.3 * NATIVE_RATE_HZ)) * 1000 / NATIVE_RATE_HZ - onset_ms
    level = np.clip(t / max(rise_ms, 1e-9), 0.0, 1.0)
    return (level * np.sign(np.sin(2 * np.pi * 2 * (t + 0.01)))).astype(np.float32)


def test_the_distance_of_two_distributions_is_the_shift_between_them() -> None:
    rng = np.random.default_rng(1)
    values = rng.exponential(10.0, 400)
    assert wasserstein(values, values) == 0.0
    assert wasserstein(values, values + 7.5) == pytest.approx(7.5)
    assert wasserstein(values, rng.permutation(np.repeat(values, 3))) == pytest.approx(0.0, abs=1e-9)


def test_of_unequal_sets_it_equals_the_distance_written_out_by_quantiles() -> None:
    left, right = np.array([1.0, 4.0]), np.array([2.0, 3.0, 10.0])
    levels = (np.arange(60_000) + 0.5) / 60_000
    by_quantiles = np.abs(np.sort(left)[(levels * 2).astype(int)] - np.sort(right)[(levels * 3).astype(int)]).mean()
    assert wasserstein(left, right) == pytest.approx(by_quantiles, abs=1e-6)
    with pytest.raises(ValueError, match="one or more"):
        wasserstein(left, np.zeros(0))


def test_a_smeared_and_late_copy_is_told_by_how_much() -> None:
    real, made = attacks_of([_ramp(20.0)]), attacks_of([_ramp(60.0, 25.0)])
    rises, onsets = paired_errors(made, real)
    assert rises[0] == pytest.approx(0.6 * 40.0, abs=1.0)  # from a tenth to seven tenths
    assert onsets[0] == pytest.approx(15.0 + 0.1 * 40.0, abs=1.0)


def test_clicks_have_no_attack_time_and_no_error() -> None:
    click = np.zeros(4_000, np.float32)
    click[500] = 0.9
    (one,) = attacks_of([click])
    assert one is not None
    assert one.onset_ms == pytest.approx(500 * 1000 / NATIVE_RATE_HZ, abs=0.1)
    assert one.rise_ms == pytest.approx(0.0, abs=0.1)


def test_silence_has_no_error_and_counts_nowhere() -> None:
    rises, _ = paired_errors([None, Attack(0, 3)], [Attack(0, 1), Attack(0, 1)])
    assert np.isnan(rises[0])
    assert medians_by_kind(rises, ["a", "a"]).tolist() == [2.0]
    assert medians_by_kind(rises[:1], ["a"]).tolist() == []


def test_kinds_count_alike_however_many_sounds_they_have() -> None:
    values = np.array([1.0, 1.0, 1.0, 1.0, 9.0])
    assert medians_by_kind(values, ["many"] * 4 + ["one"]).tolist() == [1.0, 9.0]


def test_distances_need_five_attacks_on_both_sides() -> None:
    made = [Attack(0.0, 10.0)] * 5 + [Attack(0.0, 1.0)] * 4 + [None]
    kinds = ["slow"] * 5 + ["few"] * 5
    real = {"slow": np.full(8, 4.0), "few": np.full(8, 4.0)}
    assert distances_by_kind(made, kinds, real).tolist() == [6.0]
    assert distances_by_kind(made, kinds, {}).tolist() == []

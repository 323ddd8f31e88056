from __future__ import annotations

import itertools

import numpy as np
import pytest

from narrative_server.evaluation.images.kid import kid


def _naive(made: np.ndarray, real: np.ndarray) -> float:
    """The paper's unbiased estimator, term by term."""

    def kernel(left: np.ndarray, right: np.ndarray) -> float:
        return float((left @ right / len(left) + 1.0) ** 3)

    def within(points: np.ndarray) -> float:
        pairs = list(itertools.permutations(range(len(points)), 2))
        return sum(kernel(points[i], points[j]) for i, j in pairs) / len(pairs)

    across = sum(kernel(x, y) for x in made for y in real) / (len(made) * len(real))
    return within(made) + within(real) - 2.0 * across


def test_one_subset_of_everything_equals_the_estimator_written_out() -> None:
    rng = np.random.default_rng(1)
    made, real = rng.standard_normal((7, 5)).astype(np.float32), rng.standard_normal((7, 5)).astype(np.float32) + 0.5
    value, error = kid(made, real, subsets=1, size=7)
    assert value == pytest.approx(_naive(made.astype(np.float64), real.astype(np.float64)), rel=1e-9)
    assert error == 0.0


def test_two_halves_of_one_set_are_no_further_apart_than_chance() -> None:
    points = np.random.default_rng(2).standard_normal((600, 8)).astype(np.float32)
    value, _ = kid(points[:300], points[300:])
    assert abs(value) < 0.05


def test_a_shifted_set_is_further_away_the_more_it_is_shifted() -> None:
    points = np.random.default_rng(3).standard_normal((400, 8)).astype(np.float32)
    near, far = (kid(points[:200] + shift, points[200:])[0] for shift in (0.3, 1.0))
    assert 0.05 < near < far


def test_fewer_than_two_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="two or more"):
        kid(np.zeros((1, 4), np.float32), np.zeros((5, 4), np.float32))

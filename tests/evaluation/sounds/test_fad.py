from __future__ import annotations

import numpy as np
import pytest

from narrative_server.evaluation.sounds.fad import FadReference, fit_gaussian, frechet_distance

WIDTH = 16


def _points(count: int, seed: int, shift: float = 0.0, scale: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((count, WIDTH)) * scale + shift).astype(np.float32)


def test_the_distance_of_two_gaussians_equals_its_closed_form() -> None:
    # With covariances that share their axes: the squared difference of means and of standard deviations.
    rng = np.random.default_rng(1)
    basis = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    deviations = np.array([[1.0, 2.0, 0.5, 0.1], [0.3, 2.5, 0.0, 1.0]])
    means = rng.standard_normal((2, 4))
    left, right = (
        type(fit_gaussian(np.eye(4)))(mean, (basis * spread**2) @ basis.T)
        for mean, spread in zip(means, deviations, strict=True)
    )
    expected = ((means[0] - means[1]) ** 2).sum() + ((deviations[0] - deviations[1]) ** 2).sum()
    assert frechet_distance(left, right) == pytest.approx(expected, abs=1e-6)
    assert frechet_distance(left, left) == pytest.approx(0.0, abs=1e-6)


def test_extrapolation_takes_out_what_few_samples_add() -> None:
    reference = FadReference(_points(40_000, 2), WIDTH)
    sets = [_points(600, seed) for seed in range(3, 9)]  # of the same distribution
    found = [reference.distance_of_infinite(points) for points in sets]
    assert np.mean([reference.distance(points) for points in sets]) > 0.12  # about D / N + D (D + 1) / 4N
    assert abs(np.mean([value for value, _ in found])) < 0.03
    assert all(0.01 < error < 0.15 for _, error in found)


def test_a_real_difference_stays_and_grows() -> None:
    reference = FadReference(_points(40_000, 4), WIDTH)
    near, far = (reference.distance_of_infinite(_points(600, 5, shift))[0] for shift in (0.2, 0.6))
    assert near == pytest.approx(WIDTH * 0.2**2, abs=0.25)
    assert far == pytest.approx(WIDTH * 0.6**2, rel=0.1)
    wide = reference.distance_of_infinite(_points(600, 6, scale=2.0))[0]
    assert wide == pytest.approx(WIDTH * 1.0, rel=0.1)


def test_components_are_those_in_which_the_reference_varies_most() -> None:
    rng = np.random.default_rng(7)
    features = rng.standard_normal((500, 6)).astype(np.float32) * np.array([9, 8, 7, 0.1, 0.1, 0.1], np.float32)
    moved = features + np.array([0, 0, 0, 5, 5, 5], np.float32)
    assert FadReference(features, 3).distance(moved) < 0.1
    assert FadReference(features, 6).distance(moved) > 70


def test_too_few_sounds_are_refused_with_the_number_needed() -> None:
    with pytest.raises(ValueError, match="64 sounds or more"):
        FadReference(_points(63, 8), WIDTH)
    with pytest.raises(ValueError, match="64 or more"):
        FadReference(_points(64, 8), WIDTH).distance_of_infinite(_points(63, 9))

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.evaluation.images.neighbours import TrainingPixels, manifold


def _naive(made: np.ndarray, real: np.ndarray) -> tuple[float, float, float]:
    """The papers' definitions, point by point."""

    def radius(points: np.ndarray, index: int, k: int) -> float:
        return sorted(float(np.linalg.norm(points[index] - other)) for other in points)[k]  # place 0 is itself

    def inside(points: np.ndarray, asked: np.ndarray, k: int) -> float:
        return float(
            np.mean(
                [
                    any(np.linalg.norm(one - points[i]) <= radius(points, i, k) for i in range(len(points)))
                    for one in asked
                ]
            )
        )

    covered = [min(np.linalg.norm(real[i] - one) for one in made) <= radius(real, i, 5) for i in range(len(real))]
    return inside(real, made, 3), inside(made, real, 3), float(np.mean(covered))


def test_precision_recall_and_coverage_equal_their_definitions() -> None:
    rng = np.random.default_rng(4)
    made = rng.standard_normal((25, 3)).astype(np.float32)
    real = (rng.standard_normal((30, 3)) * 1.5 + 0.4).astype(np.float32)
    found = manifold(made, real)
    assert (found.precision, found.recall, found.coverage) == pytest.approx(_naive(made, real))


def test_one_good_picture_made_over_and_over_is_precise_and_covers_nothing() -> None:
    real = np.random.default_rng(5).standard_normal((60, 4)).astype(np.float32)
    found = manifold(np.repeat(real[:1], 60, axis=0), real)
    assert found.precision == 1.0
    assert found.recall < 0.1
    assert found.coverage < 0.3


def test_pictures_far_away_are_not_precise() -> None:
    real = np.random.default_rng(6).standard_normal((40, 4)).astype(np.float32)
    assert manifold(real + 100.0, real).precision == 0.0


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 5"):
        manifold(np.zeros((5, 2), np.float32), np.zeros((9, 2), np.float32))


def test_the_nearest_training_picture_is_found_by_its_pixels() -> None:
    rng = np.random.default_rng(7)
    pictures = rng.integers(0, 256, (20, 32, 32, 4), dtype=np.uint8)
    pictures[..., 3] = 255
    asked = pictures[[3, 11]].copy()
    asked[1, ..., :3] = np.clip(asked[1, ..., :3].astype(int) + 51, 0, 255)
    expected = np.sqrt((((asked[1, ..., :3] - pictures[11, ..., :3].astype(float)) / 255.0) ** 2).mean())
    found = TrainingPixels([pictures[:8], pictures[8:]]).nearest(asked)
    assert found[0] == pytest.approx(0.0, abs=1e-3)
    assert found[1] == pytest.approx(expected, rel=1e-3)


def test_what_is_clear_counts_as_grey_whatever_colour_hides_there() -> None:
    clear = np.zeros((1, 32, 32, 4), np.uint8)
    hidden = clear.copy()
    hidden[..., 0] = 255
    assert TrainingPixels([clear]).nearest(hidden)[0] == pytest.approx(0.0, abs=1e-6)

"""Precision, recall and coverage by nearest neighbours, and how near pictures are to the training set.

Precision and recall: Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019
(k = 3). Coverage: Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models", 2020 (k = 5).
Axes: N, M pictures, D dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images.features import Features
from narrative_server.evaluation.images.pictures import on_grey, shrink

MANIFOLD_K: Final = 3
COVERAGE_K: Final = 5
_NEAREST_SIDE_PX: Final = 40


@dataclass(frozen=True)
class Manifold:
    """precision: share of made pictures within the real ones' manifold. recall: the reverse. coverage: share of real
    pictures that have a made one among their own neighbourhood."""

    precision: float
    recall: float
    coverage: float


def manifold(made: Features, real: Features) -> Manifold:
    """made (N, D), real (M, D): more than COVERAGE_K rows each. Raises ValueError."""
    if min(len(made), len(real)) <= COVERAGE_K:
        raise ValueError(f"{len(made)} and {len(real)} pictures; legal: more than {COVERAGE_K} of each")
    across = squared_distances(made, real)  # (N, M)
    real_radii, made_radii = _radii(real, MANIFOLD_K), _radii(made, MANIFOLD_K)
    return Manifold(
        precision=float((across <= real_radii[None, :]).any(axis=1).mean()),
        recall=float((across <= made_radii[:, None]).any(axis=0).mean()),
        coverage=float((across <= _radii(real, COVERAGE_K)[None, :]).any(axis=0).mean()),
    )


def _radii(points: Features, k: int) -> NDArray[np.float64]:
    """Squared distance of each point to its k-th nearest other one, (N,)."""
    distances = squared_distances(points, points)
    np.fill_diagonal(distances, np.inf)
    result: NDArray[np.float64] = np.partition(distances, k - 1, axis=1)[:, k - 1]
    return result


def squared_distances(left: Features, right: Features) -> NDArray[np.float64]:
    """Squared Euclidean distances, (N, M)."""
    left, right = left.astype(np.float64), right.astype(np.float64)
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :] - 2.0 * left @ right.T
    result: NDArray[np.float64] = np.maximum(squares, 0.0)
    return result


class TrainingPixels:
    """The training pictures as pixels on mid grey, to look for the one that a picture may have been copied from.

    Large pictures are averaged down, so that the shape counts and not the grain.
    """

    def __init__(self, pictures: Iterable[NDArray[np.uint8]]) -> None:
        """pictures: chunks of (N, H, W, 4) straight alpha, of the same size as those asked about."""
        self._rows = np.concatenate([_pixels(chunk) for chunk in pictures])
        self._squares = (self._rows.astype(np.float64) ** 2).sum(axis=1)

    def nearest(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Root mean square difference, 0..1, of each of (N, H, W, 4) to the nearest training picture, (N,)."""
        found = []
        for start in range(0, len(pictures), 64):
            asked = _pixels(pictures[start : start + 64])
            squares = self._squares[None, :] - 2.0 * (asked @ self._rows.T).astype(np.float64)
            least = squares.min(axis=1) + (asked.astype(np.float64) ** 2).sum(axis=1)
            found.append(np.sqrt(np.maximum(least, 0.0) / asked.shape[1]))
        return np.concatenate(found)


def _pixels(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, H, W, 4) to (N, values)."""
    return shrink(on_grey(pictures), max(1, pictures.shape[2] // _NEAREST_SIDE_PX)).reshape(len(pictures), -1)

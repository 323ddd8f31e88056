"""Fréchet audio distance, extrapolated to infinitely many samples.

Kilgour et al., "Fréchet Audio Distance", 2019; the extrapolation after Chong and Forsyth, "Effectively Unbiased FID and
Inception Score and where to find them", 2020, and Gui et al., "Adapting Frechet Audio Distance for Generative Music
Evaluation", 2023: the distance of few samples is too large by about b / N, so that a line through distances of several
N over 1 / N meets the axis at the unbiased value. Features are reduced to their first principal components first: a
covariance of more numbers than there are sounds has no such line. Axes: N sounds, D feature dimensions, K components.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images.features import Features

COMPONENTS: Final = 64
SOUNDS_A_COMPONENT: Final = 4
_SIZES: Final = 10
_DRAWS: Final = 3
_BLOCKS: Final = 10
_SEED: Final = 20261201

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Gaussian:
    """mean (K,), covariance (K, K)."""

    mean: Points
    covariance: Points


def fit_gaussian(points: Points) -> Gaussian:
    """Mean and unbiased covariance of (N, K), two rows or more."""
    return Gaussian(points.mean(axis=0), np.atleast_2d(np.cov(points, rowvar=False)))


def frechet_distance(left: Gaussian, right: Gaussian) -> float:
    """Squared Fréchet distance of two Gaussians (Dowson and Landau, 1982)."""
    root = _root(left.covariance)
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ right.covariance @ root), 0.0)).sum()
    spread = np.trace(left.covariance) + np.trace(right.covariance) - 2.0 * shared
    return float(((left.mean - right.mean) ** 2).sum() + spread)


class FadReference:
    """Real sounds' features, to which those of made ones are compared."""

    def __init__(self, features: Features, components: int = COMPONENTS) -> None:
        """features: (N, D), N at least SOUNDS_A_COMPONENT * components, which is at most D. Raises ValueError."""
        self.needed = SOUNDS_A_COMPONENT * components
        if len(features) < self.needed or components > features.shape[1]:
            raise ValueError(f"features of shape {features.shape}; legal: {self.needed} sounds or more")
        points = features.astype(np.float64)
        self._middle = points.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(points, rowvar=False))
        self._axes = vectors[:, np.argsort(values)[::-1][:components]]  # (D, K)
        self._gaussian = fit_gaussian(self._project(features))

    def distance(self, features: Features) -> float:
        """The plain distance of (N, D), too large by about b / N."""
        return frechet_distance(fit_gaussian(self._project(features)), self._gaussian)

    def distance_of_infinite(self, features: Features) -> tuple[float, float]:
        """The distance for N to infinity, and its standard error by a jackknife of ten blocks.

        features: (N, D), `needed` rows or more. Raises ValueError.
        """
        if len(features) < self.needed:
            raise ValueError(f"{len(features)} sounds; legal: {self.needed} or more")
        points = self._project(features)
        blocks = np.random.default_rng(_SEED).permutation(len(points)) % _BLOCKS
        left_out = np.array([self._extrapolate(points[blocks != block]) for block in range(_BLOCKS)])
        error = np.sqrt((_BLOCKS - 1) / _BLOCKS * ((left_out - left_out.mean()) ** 2).sum())
        return self._extrapolate(points), float(error)

    def _extrapolate(self, points: Points) -> float:
        rng = np.random.default_rng(_SEED)
        shares = np.linspace(1.0, 3.0, _SIZES)  # of 1 / N
        sizes = np.maximum(np.round(len(points) / shares).astype(int), 2)
        found = [np.mean([self._of_some(points, int(size), rng) for _ in range(_DRAWS)]) for size in sizes]
        return float(np.polyfit(1.0 / sizes, np.array(found), 1)[1])

    def _of_some(self, points: Points, size: int, rng: np.random.Generator) -> float:
        chosen = points[rng.choice(len(points), size, replace=False)]
        return frechet_distance(fit_gaussian(chosen), self._gaussian)

    def _project(self, features: Features) -> Points:
        projected: Points = (features.astype(np.float64) - self._middle) @ self._axes
        return projected


def _root(matrix: Points) -> Points:
    """Symmetric square root of a positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    root: Points = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root

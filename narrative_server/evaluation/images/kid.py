"""Kernel Inception Distance's estimator (Binkowski et al., "Demystifying MMD GANs", 2018) on any features.

The squared maximum mean discrepancy under k(x, y) = (x.y / D + 1)^3, unbiased, as the mean over random subsets. Below
zero is possible and means no difference. Axes: N, M pictures, D feature dimensions.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images.features import Features

SUBSETS: Final = 50
SUBSET_SIZE: Final = 250
_SEED: Final = 20260102


def kid(made: Features, real: Features, subsets: int = SUBSETS, size: int = SUBSET_SIZE) -> tuple[float, float]:
    """Mean over `subsets` random subsets of `size` pictures each, and its standard error.

    made (N, D), real (M, D): two rows or more each; subsets are no larger than the smaller of both.
    """
    size = min(size, len(made), len(real))
    if size < 2:
        raise ValueError(f"{len(made)} and {len(real)} pictures; legal: two or more of each")
    rng = np.random.default_rng(_SEED)
    kernels = _Kernels(made.astype(np.float64), real.astype(np.float64))
    found = [
        kernels.discrepancy(rng.choice(len(made), size, replace=False), rng.choice(len(real), size, replace=False))
        for _ in range(subsets)
    ]
    return float(np.mean(found)), float(np.std(found) / np.sqrt(subsets))


class _Kernels:
    """The three kernel matrices of two sets, computed once."""

    def __init__(self, made: NDArray[np.float64], real: NDArray[np.float64]) -> None:
        self._made, self._real, self._across = _kernel(made, made), _kernel(real, real), _kernel(made, real)

    def discrepancy(self, made: NDArray[np.intp], real: NDArray[np.intp]) -> float:
        """Unbiased squared MMD of the pictures at these rows, two or more each."""
        within = _mean_off_diagonal(self._made[np.ix_(made, made)]) + _mean_off_diagonal(self._real[np.ix_(real, real)])
        return float(within - 2.0 * self._across[np.ix_(made, real)].mean())


def _kernel(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = (left @ right.T / left.shape[1] + 1.0) ** 3
    return result


def _mean_off_diagonal(matrix: NDArray[np.float64]) -> float:
    count = len(matrix)
    return float((matrix.sum() - np.trace(matrix)) / (count * (count - 1)))

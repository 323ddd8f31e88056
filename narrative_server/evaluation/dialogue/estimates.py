"""A measured value with its 95% interval, from one pair of numbers a beat. Knows nothing of what is measured.

Beats are resampled, not lines, because the lines of one beat depend on each other (Efron, "Bootstrap Methods", 1979).
Where every unit agrees a bootstrap has no width, and Wilson's interval (1927) over the units is given instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

RESAMPLES: Final = 1000
_Z: Final = 1.959964  # of a two-sided 95% interval
_SEED: Final = 20260101


@dataclass(frozen=True)
class Estimate:
    """value over n units (lines, beats, tokens), and its 95% interval where one was worked out."""

    value: float
    unit: str
    n: int
    low: float | None = None
    high: float | None = None


def ratio(
    pairs: Iterable[tuple[float, float]],
    unit: str = "share",
    shown: Callable[[float], float] = lambda value: value,
) -> Estimate | None:
    """Sum over sum of (total, count) pairs, one a beat, passed through `shown` (rising); None when nothing counts."""
    table = np.array([pair for pair in pairs if pair[1]], np.float64).reshape(-1, 2)  # (beats, 2)
    totals, counts = table[:, 0], table[:, 1]
    n = round(float(counts.sum()))
    if not n:
        return None
    value = float(totals.sum() / counts.sum())
    if unit == "share" and value in (0.0, 1.0):
        low, high = wilson(round(float(totals.sum())), n)
    else:
        picks = np.random.default_rng(_SEED).integers(len(table), size=(RESAMPLES, len(table)))
        drawn = totals[picks].sum(axis=1) / counts[picks].sum(axis=1)  # (RESAMPLES,)
        low, high = map(float, np.quantile(drawn, (0.025, 0.975)))
    return Estimate(shown(value), unit, n, shown(low), shown(high))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of the share `hits` of `n` (1 or more)."""
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)

"""Values with their 95% intervals, by resampling whole groups: sounds of one caption, or kinds.

Efron, "Bootstrap Methods", 1979. Shares are `dialogue.estimates.ratio`'s; here are medians.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.dialogue.estimates import RESAMPLES, Estimate, ratio

_SEED: Final = 20261202


def median_of(values: NDArray[np.float64], unit: str) -> Estimate | None:
    """The median of what is finite among `values`, resampled one by one; None when nothing is."""
    kept = values[np.isfinite(values)]
    if not len(kept):
        return None
    picks = np.random.default_rng(_SEED).integers(len(kept), size=(RESAMPLES, len(kept)))
    low, high = np.quantile(np.median(kept[picks], axis=1), (0.025, 0.975))
    return Estimate(float(np.median(kept)), unit, len(kept), float(low), float(high))


def share_of(hits: NDArray[np.bool_], groups: Sequence[str]) -> Estimate | None:
    """The share of hits, resampled by group: takes of one recording stand and fall together."""
    names = np.array(groups)
    pairs = [(float(hits[names == name].sum()), float((names == name).sum())) for name in dict.fromkeys(groups)]
    return ratio(pairs)

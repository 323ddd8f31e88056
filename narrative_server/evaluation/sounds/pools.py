"""Pools for R-precision at 1 of 100: a prompt's own caption first, then others that say something else."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images.r_precision import POOL

_SEED: Final = 20261203


def draw_pools(alike: NDArray[np.bool_], count: int, size: int = POOL) -> list[NDArray[np.intp] | None]:
    """A pool for each of the first `count` captions: places of captions, its own first; None where too few differ.

    alike: (captions, captions), symmetric: which may not stand in one pool. Equal for equal arguments.
    """
    pools: list[NDArray[np.intp] | None] = []
    for own in range(count):
        pool, taken = [own], alike[own].copy()
        for place in np.random.default_rng((_SEED, own)).permutation(len(alike)):
            if not taken[place] and len(pool) < size:
                pool.append(int(place))
                taken |= alike[place]
        pools.append(np.array(pool, dtype=np.intp) if len(pool) == size else None)
    return pools

"""R-precision at 1 of 100: does a picture find its own caption among a hundred that say something else?

After Xu et al., "AttnGAN", 2018, with pools of our own making: captions of the same split, no two of a pool nearer than
ALIKE to each other. Axes: N pictures, D dimensions of the judge's space.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

POOL: Final = 100
ALIKE: Final = 0.9
_SEED: Final = 20260103


def draw_pools(sentences: NDArray[np.float32], count: int, size: int = POOL) -> list[NDArray[np.intp] | None]:
    """A pool for each of the first `count` captions: rows of `sentences`, its own first; None where too few differ.

    sentences: (captions, 384) of unit norm. Equal for equal arguments.
    """
    near = sentences @ sentences.T >= ALIKE
    pools: list[NDArray[np.intp] | None] = []
    for own in range(count):
        order = np.random.default_rng((_SEED, own)).permutation(len(sentences))
        pool, taken = [own], near[own].copy()
        for row in order:
            if not taken[row] and len(pool) < size:
                pool.append(int(row))
                taken |= near[row]
        pools.append(np.array(pool, dtype=np.intp) if len(pool) == size else None)
    return pools


def hits(
    seen: NDArray[np.float32], said: NDArray[np.float32], pools: list[NDArray[np.intp] | None]
) -> NDArray[np.bool_]:
    """Whether each picture with a pool is nearer to its caption than to all others; a draw counts as a miss.

    seen: (N, D), row i the picture of caption i. said: (captions, D). Both of unit norm.
    """
    found = []
    for picture, pool in zip(seen, pools, strict=True):
        if pool is not None:
            scores = said[pool] @ picture
            found.append(bool(scores[0] > scores[1:].max()))
    return np.array(found, dtype=np.bool_)

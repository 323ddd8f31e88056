"""Palettes of pictures: choosing few colours by clustering in OKLab, and the nearest of given ones.

Deterministic: clustering starts from spread-out colours of the picture and never draws anything at random. Knows
nothing of pictures' shapes or files. Axes: U distinct colours, K colours of a palette.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import bytes_to_oklab

_ROUNDS: Final = 8
_MOST_POINTS: Final = 1024
"""More colours than these are clustered by the commonest ones of a coarser grid: near equal ones count as one."""
_GRID: Final = 0.02


def choose_colours(
    lab: NDArray[np.float32], counts: NDArray[np.intp], colours: int
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """At most `colours` centres (K, 3) that stand for a picture's colours, and which one stands for each (U,).

    lab: (U, 3) OKLab. counts: (U,), how many pixels have each. Weighted k-means (Lloyd 1982), started at the commonest
    colour and then always at the one farthest from all chosen, the rarer the less.
    """
    if len(lab) <= colours:
        return lab, np.arange(len(lab))
    points, weights, cell = _thin(lab, counts.astype(np.float32))
    centres = _spread(points, weights, min(colours, len(points)))
    for _ in range(_ROUNDS):
        member = nearest_colours(points, centres)
        size = np.bincount(member, weights, len(centres))
        sums = np.stack([np.bincount(member, weights * points[:, axis], len(centres)) for axis in range(3)], axis=1)
        kept = size > 0
        moved = (sums[kept] / size[kept, None]).astype(np.float32)
        if np.array_equal(moved, centres[kept]):
            break
        centres[kept] = moved
    member = nearest_colours(points, centres)
    return centres, member if cell is None else member[cell]


def nearest_colours(lab: NDArray[np.float32], palette: NDArray[np.float32]) -> NDArray[np.intp]:
    """Which of the (K, 3) OKLab colours is nearest to each of (U, 3): (U,), the first of equals."""
    # The square of the distance, less what all colours of the palette share.
    gaps = lab @ (-2.0 * palette.T) + np.square(palette).sum(axis=1)
    result: NDArray[np.intp] = gaps.argmin(axis=1)
    return result


def palette_bytes(palette: tuple[int, ...]) -> NDArray[np.uint8]:
    """Colours 0xRRGGBB to (K, 3) sRGB bytes."""
    return np.array([(colour >> 16, colour >> 8 & 255, colour & 255) for colour in palette], dtype=np.uint8)


def palette_lab(palette: tuple[int, ...]) -> NDArray[np.float32]:
    """Colours 0xRRGGBB to (K, 3) OKLab."""
    return bytes_to_oklab(palette_bytes(palette))


def _spread(points: NDArray[np.float32], weights: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """`count` of the (U, 3) points: the commonest, then always the farthest from those chosen, the rarer the less."""
    chosen = [int(weights.argmax())]
    gap = np.square(points - points[chosen[0]]).sum(axis=1)
    worth = np.sqrt(weights)
    while len(chosen) < count:
        chosen.append(int((gap * worth).argmax()))
        np.minimum(gap, np.square(points - points[chosen[-1]]).sum(axis=1), out=gap)
    return points[chosen]


def _thin(
    lab: NDArray[np.float32], weights: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp] | None]:
    """The same colours, on a grid where there are too many to cluster in a few milliseconds; which cell each is in."""
    if len(lab) <= _MOST_POINTS:
        return lab, weights, None
    cells = np.round(lab / _GRID).astype(np.int64) + 512  # (U, 3), a and b may be negative
    _, cell = np.unique(cells[:, 0] << 40 | cells[:, 1] << 20 | cells[:, 2], return_inverse=True)
    size = np.bincount(cell, weights)
    sums = np.stack([np.bincount(cell, weights * lab[:, axis]) for axis in range(3)], axis=1)
    return (sums / size[:, None]).astype(np.float32), size.astype(np.float32), cell

"""Enlarging pixel art by whole factors: blocks, or Scale2x and Scale3x, which turn steps into slopes.

Scale2x and Scale3x: Andrea Mazzoleni (2001), https://www.scale2x.it/algorithm. No colour is ever added.
Axes: H rows, W columns, C channels.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_STEPS: Final = (4, 3, 2)


def enlarge(picture: NDArray[np.uint8], factor: int, scaling: str = "nearest") -> NDArray[np.uint8]:
    """(H, W, C), C 3 or 4, to (H * factor, W * factor, C).

    scaling: "nearest" makes blocks; "scale2x" goes by 4 (2 and 2), 3 and 2 as far as they divide the factor, largest
    first, and makes blocks of what is left.
    """
    if scaling == "scale2x":
        for step in _STEPS:
            while factor % step == 0:
                picture, factor = _smooth(picture, step), factor // step
    return np.ascontiguousarray(picture.repeat(factor, axis=0).repeat(factor, axis=1))


def scales_by(factor: int, scaling: str) -> bool:
    """Whether `scaling` can enlarge by `factor`: Scale2x needs 1 or a multiple of 2 or 3."""
    return scaling != "scale2x" or factor == 1 or factor % 2 == 0 or factor % 3 == 0


def _smooth(picture: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    if step == 4:
        return _smooth(_smooth(picture, 2), 2)
    height, width, channels = picture.shape
    packed = np.zeros((height, width, 4), dtype=np.uint8)
    packed[..., :channels] = picture
    pixels = packed.view(np.uint32)[..., 0]  # (H, W): colours compare as single numbers
    large = _scale2x(pixels) if step == 2 else _scale3x(pixels)
    result: NDArray[np.uint8] = large.view(np.uint8).reshape(*large.shape, 4)[..., :channels]
    return result


def _scale2x(e: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(H, W) to (2H, 2W); single letters are the pixels of the published table, row by row A to I."""
    padded = np.pad(e, 1, mode="edge")
    b, h, d, f = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    slope = (b != h) & (d != f)
    large = np.empty((2 * e.shape[0], 2 * e.shape[1]), dtype=np.uint32)
    large[0::2, 0::2] = np.where(slope & (d == b), d, e)
    large[0::2, 1::2] = np.where(slope & (b == f), f, e)
    large[1::2, 0::2] = np.where(slope & (d == h), d, e)
    large[1::2, 1::2] = np.where(slope & (h == f), f, e)
    return large


def _scale3x(e: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(H, W) to (3H, 3W); letters as in `_scale2x`."""
    padded = np.pad(e, 1, mode="edge")
    a, b, c = padded[:-2, :-2], padded[:-2, 1:-1], padded[:-2, 2:]
    d, f = padded[1:-1, :-2], padded[1:-1, 2:]
    g, h, i = padded[2:, :-2], padded[2:, 1:-1], padded[2:, 2:]
    slope = (b != h) & (d != f)
    up_left, up_right = slope & (d == b), slope & (b == f)
    down_left, down_right = slope & (d == h), slope & (h == f)
    large = np.empty((3 * e.shape[0], 3 * e.shape[1]), dtype=np.uint32)
    large[0::3, 0::3] = np.where(up_left, d, e)
    large[0::3, 1::3] = np.where((up_left & (e != c)) | (up_right & (e != a)), b, e)
    large[0::3, 2::3] = np.where(up_right, f, e)
    large[1::3, 0::3] = np.where((up_left & (e != g)) | (down_left & (e != a)), d, e)
    large[1::3, 1::3] = e
    large[1::3, 2::3] = np.where((up_right & (e != i)) | (down_right & (e != c)), f, e)
    large[2::3, 0::3] = np.where(down_left, d, e)
    large[2::3, 1::3] = np.where((down_left & (e != i)) | (down_right & (e != g)), h, e)
    large[2::3, 2::3] = np.where(down_right, f, e)
    return large

"""Pictures as the metrics see them: straight-alpha RGBA bytes. Knows nothing of where they come from.

Axes: N pictures, C channels, H rows, W columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.gan.data import GanData
from narrative_server.images.pixels import unpremultiply

MID_GREY: Final = 0.5
_CHUNK: Final = 256


def items_of(data: GanData, items: NDArray[np.intp] | Sequence[int]) -> NDArray[np.uint8]:
    """Those items of a data set of pictures as (N, H, W, 4) straight alpha. Raises InvalidConfig."""
    if data.values.dtype != np.uint8:
        raise InvalidConfig("data", f"{data.name} of {data.values.dtype}", "sprites or backgrounds, uint8")
    return from_values(np.asarray(data.values[np.asarray(items, dtype=np.intp)], dtype=np.uint8))


def from_values(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, 3 or 4, H, W), premultiplied where there is alpha, to (N, H, W, 4) straight alpha."""
    count, channels, height, width = values.shape
    result = np.full((count, height, width, 4), 255, np.uint8)
    for start in range(0, count, _CHUNK):
        part = np.moveaxis(values[start : start + _CHUNK], 1, -1)  # (n, H, W, C)
        if channels == 4:
            unit = unpremultiply(part.astype(np.float32) / 255.0)
            result[start : start + _CHUNK] = (unit * 255.0).round().astype(np.uint8)
        else:
            result[start : start + _CHUNK, ..., :3] = part
    return result


def on_grey(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(..., 4) straight alpha over mid grey, (..., 3) float32 0..1."""
    unit = pictures.astype(np.float32) / 255.0
    alpha = unit[..., 3:]
    result: NDArray[np.float32] = unit[..., :3] * alpha + MID_GREY * (1.0 - alpha)
    return result


def shrink(values: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """(N, H, W, C) averaged over squares of `factor` pixels, which divides H and W."""
    if factor == 1:
        return values
    count, height, width, channels = values.shape
    squares = values.reshape(count, height // factor, factor, width // factor, factor, channels)
    result: NDArray[np.float32] = squares.mean(axis=(2, 4), dtype=np.float32)
    return result

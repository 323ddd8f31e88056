"""A line of one pixel around what a sprite shows: nearly black, or a dark shade of what it borders on.

Drawn into clear pixels beside visible ones, never outside the frame. Axes: H rows, W columns.
"""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import bytes_to_oklab, oklab_to_bytes

T = TypeVar("T", bound=np.generic)

_DARK: Final = (24, 18, 30)
_SHADE: Final = np.array([0.38, 0.8, 0.8], dtype=np.float32)
"""What an outline keeps of lightness, a and b of its neighbours."""

_STEPS: Final = ((1, 0), (-1, 0), (0, 1), (0, -1))


def add_outline(picture: NDArray[np.uint8], outline: str) -> NDArray[np.uint8]:
    """Outline (H, W, 4), straight alpha 0 or 255.

    outline: "none", "dark" (nearly black) or "auto" (a shade of the visible pixels above, below, left and right).
    """
    if outline == "none":
        return picture
    visible = picture[..., 3] > 0
    beside = [_moved(visible, *step) for step in _STEPS]
    line = ~visible & np.logical_or.reduce(beside)
    result = picture.copy()
    result[line] = (*_DARK, 255)
    if outline == "auto":
        result[line, :3] = _shades(picture, visible)[line]
    return result


def _shades(picture: NDArray[np.uint8], visible: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(H, W, 3): a dark shade of the mean of each pixel's visible neighbours."""
    lab = np.where(visible[..., None], bytes_to_oklab(picture[..., :3]), np.float32(0.0))
    count, total = np.zeros(visible.shape, dtype=np.float32), np.zeros_like(lab)
    for step in _STEPS:
        count += _moved(visible, *step)
        total += _moved(lab, *step)
    return oklab_to_bytes((total / np.maximum(count, 1.0)[..., None] * _SHADE).astype(np.float32))


def _moved(grid: NDArray[T], down: int, right: int) -> NDArray[T]:
    """(H, W, ...) moved by one pixel; what comes in at the side is 0."""
    result = np.zeros_like(grid)
    height, width = grid.shape[:2]
    result[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = grid[
        max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)
    ]
    return result

"""From network output to pixels: straight colour, hard alpha, no specks; and where a sprite stands.

What is done to the pixels after that is in `polish`. Knows nothing of networks or requests. Axes: C channels, H rows,
W columns. Pictures are sRGB, straight alpha.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.pixels import unpremultiply

ALPHA_THRESHOLD: Final = 0.5


def finish_sprite(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(4, H, W) premultiplied, about -1..1, to (H, W, 4) uint8 with alpha 0 or 255."""
    unit = np.clip(np.moveaxis(values, 0, -1) * 0.5 + 0.5, 0.0, 1.0).astype(np.float32)  # (H, W, 4)
    straight = unpremultiply(unit)
    # A faint picture (smoke, a ghost) keeps its denser half rather than vanish.
    solid = straight[..., 3:] >= min(ALPHA_THRESHOLD, 0.5 * float(straight[..., 3].max()) + 1e-6)
    solid = solid & ~_alone(solid[..., 0])[..., None]
    picture = np.where(solid, straight, 0.0)
    picture[..., 3:] = solid
    result: NDArray[np.uint8] = (picture * 255.0).round().astype(np.uint8)
    return result


def _alone(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which visible pixels of (H, W) have no visible neighbour among their eight: specks, not art."""
    padded = np.pad(solid.astype(np.int32), 1)
    height, width = solid.shape
    around = sum(padded[row : row + height, column : column + width] for row in range(3) for column in range(3))
    lonely: NDArray[np.bool_] = solid & (around == 1)
    return lonely if (solid & ~lonely).any() else np.zeros_like(solid)


def finish_background(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(3, H, W) about -1..1 to (H, W, 3) uint8."""
    unit = np.clip(np.moveaxis(values, 0, -1) * 0.5 + 0.5, 0.0, 1.0)
    result: NDArray[np.uint8] = (unit * 255.0).round().astype(np.uint8)
    return result


def pivot(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Bottom centre of what is visible in (H, W, 4): (x, y) as shares of width and height, origin top left.

    A picture with nothing visible has its pivot at the bottom centre of the frame.
    """
    height, width = picture.shape[:2]
    left_px, _, right_px, bottom_px = visible_bounds(picture[..., 3] > 0)
    return (left_px + right_px) / 2.0 / width, bottom_px / height


def visible_bounds(visible: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is True in (H, W), the last two exclusive; the whole where nothing is."""
    columns, rows = np.flatnonzero(visible.any(axis=0)), np.flatnonzero(visible.any(axis=1))
    if len(rows) == 0:
        return 0, 0, visible.shape[1], visible.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

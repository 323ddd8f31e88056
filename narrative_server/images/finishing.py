"""From network output to pixel art: hard alpha, palette in OKLab, whole-factor enlargement, bounding box.

Knows nothing of networks or requests. Axes: C channels, H rows, W columns. Pictures are sRGB, straight alpha.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import from_oklab, to_oklab
from narrative_server.images.pixels import unpremultiply

ALPHA_THRESHOLD: Final = 0.5
_CLUSTER_ROUNDS: Final = 8
_MANY_COLOURS: Final = 2048


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


def limit_colours(picture: NDArray[np.uint8], colours: int) -> NDArray[np.uint8]:
    """Redraw (H, W, 3 or 4) with at most `colours` colours, chosen by k-means in OKLab; alpha stays.

    colours: 1 or more; 0 keeps the picture as it is. Deterministic: starts from spread-out colours of the picture.
    """
    shown = picture[..., 3] > 0 if picture.shape[2] == 4 else np.ones(picture.shape[:2], dtype=np.bool_)
    if colours == 0 or not shown.any():
        return picture
    unique, inverse, counts = _count_colours(picture[shown][:, :3])
    if len(unique) <= colours:
        return picture
    if len(unique) > _MANY_COLOURS:  # near equal ones together, or clustering takes a second
        unique, inverse, counts = _count_colours(picture[shown][:, :3] // 8 * 8 + 4)
    points = to_oklab(unique.astype(np.float32) / 255.0)  # (U, 3)
    centres = _cluster(points, counts.astype(np.float32), colours)
    nearest = _distances(points, centres).argmin(axis=1)
    palette = (np.clip(from_oklab(centres), 0.0, 1.0) * 255.0).round().astype(np.uint8)
    result = picture.copy()
    result[shown, :3] = palette[nearest[inverse.ravel()]]
    return result


def _count_colours(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.intp], NDArray[np.intp]]:
    """Distinct colours (U, 3), which one each of the (P, 3) pixels has, and how often each comes."""
    return np.unique(pixels, axis=0, return_inverse=True, return_counts=True)


def _cluster(points: NDArray[np.float32], counts: NDArray[np.float32], colours: int) -> NDArray[np.float32]:
    """Weighted k-means; starts at the commonest colour, then always the point farthest from all chosen."""
    chosen = [int(counts.argmax())]
    nearest = _distances(points, points[chosen]).min(axis=1)
    while len(chosen) < colours:
        chosen.append(int((nearest * np.sqrt(counts)).argmax()))
        nearest = np.minimum(nearest, _distances(points, points[chosen[-1:]])[:, 0])
    centres = points[chosen]
    for _ in range(_CLUSTER_ROUNDS):
        member = _distances(points, centres).argmin(axis=1)
        for index in range(colours):
            own = member == index
            if own.any():
                centres[index] = np.average(points[own], axis=0, weights=counts[own])
    return centres


def _distances(points: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distances (P, K)."""
    result: NDArray[np.float32] = np.square(points[:, None, :] - centres[None, :, :]).sum(axis=2)
    return result


def enlarge(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Each pixel of (H, W, C) to a block of `factor` x `factor`."""
    return np.ascontiguousarray(picture.repeat(factor, axis=0).repeat(factor, axis=1))


def pivot(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Bottom centre of what is visible in (H, W, 4): (x, y) as shares of width and height, origin top left.

    A picture with nothing visible has its pivot at the bottom centre of the frame.
    """
    rows, columns = np.nonzero(picture[..., 3])
    if len(rows) == 0:
        return 0.5, 1.0
    height, width = picture.shape[:2]
    centre = (int(columns.min()) + int(columns.max()) + 1) / 2.0
    return centre / width, (int(rows.max()) + 1) / height

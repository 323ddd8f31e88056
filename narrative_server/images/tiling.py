"""Backgrounds whose right side goes on at the left, so that copies stand side by side without a seam.

A strip from inside the picture is laid over the place where its two sides meet. Where the strip begins and ends is cut
along the pixels in which it differs least from what it covers, as in image quilting (Efros and Freeman 2001), so that
no colours are mixed and edges stay crisp. Deterministic.

Axes: H rows, W columns, S candidate strips, B columns of a cut.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import bytes_to_oklab

_HALF: Final = 40
"""Half the width of the strip, in pixels, at most a quarter of the picture."""
_CORE: Final = 4
"""Columns on each side of the meeting place that are the strip's in every row."""
_CANDIDATES: Final = 12


def tile_horizontally(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3), W 32 or more, to a picture of the same size that repeats without a seam."""
    width = picture.shape[1]
    half = min(_HALF, width // 4)
    centres = np.linspace(half, width - half, _CANDIDATES).round().astype(int)
    lab = bytes_to_oklab(picture)  # (H, W, 3)
    meeting = np.concatenate((lab[:, -half:], lab[:, :half]), axis=1)  # (H, 2 half, 3)
    strips = np.stack([lab[:, c - half : c + half] for c in centres], axis=1)  # (H, S, 2 half, 3)
    gaps = np.square(strips - meeting[:, None]).sum(axis=-1)  # (H, S, 2 half)
    left, right = _sums(gaps[..., : half - _CORE]), _sums(gaps[..., half + _CORE :])
    best = int((left[-1].min(axis=-1) + right[-1].min(axis=-1)).argmin())
    columns = np.arange(2 * half)
    begin, end = _path(left[:, best]), _path(right[:, best]) + half + _CORE  # (H,) each
    inside = (columns > begin[:, None]) & (columns < end[:, None])  # (H, 2 half)
    strip = picture[:, centres[best] - half : centres[best] + half]
    result = np.roll(picture, half, axis=1)
    result[:, : 2 * half] = np.where(inside[..., None], strip, result[:, : 2 * half])
    return np.ascontiguousarray(np.roll(result, -half, axis=1))


def seam_error(picture: NDArray[np.uint8]) -> float:
    """How much the two sides of (H, W, 3) differ where they meet, over how much neighbouring columns differ elsewhere.

    Mean distance in OKLab; 1 is a seam like any other pair of columns.
    """
    lab = bytes_to_oklab(picture)
    inside = np.sqrt(np.square(np.diff(lab, axis=1)).sum(axis=-1)).mean()
    across = np.sqrt(np.square(lab[:, 0] - lab[:, -1]).sum(axis=-1)).mean()
    return float(across / max(inside, 1e-6))


def _sums(gaps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Least sum of each path from the top row to each pixel, at most one column aside a row: (H, S, B) to (H, S, B)."""
    height, count, width = gaps.shape
    sums = np.full((height, count, width + 2), np.inf, dtype=np.float32)
    sums[0, :, 1:-1] = gaps[0]
    for row in range(1, height):
        above = np.minimum(sums[row - 1, :, :-2], sums[row - 1, :, 2:])
        np.minimum(above, sums[row - 1, :, 1:-1], out=above)
        np.add(above, gaps[row], out=sums[row, :, 1:-1])
    return sums[..., 1:-1]


def _path(sums: NDArray[np.float32]) -> NDArray[np.intp]:
    """The column in each row, (H,), of the path with the least sum; sums: (H, B)."""
    height = sums.shape[0]
    path = np.empty(height, dtype=np.intp)
    path[-1] = sums[-1].argmin()
    for row in range(height - 2, -1, -1):
        first = max(path[row + 1] - 1, 0)
        path[row] = first + sums[row, first : path[row + 1] + 2].argmin()
    return path

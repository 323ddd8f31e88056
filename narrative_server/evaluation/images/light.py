"""A picture's light and colour as a few numbers, for telling its mood, and counts of colours and half-clear pixels.

Axes: N pictures, H rows, W columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import bytes_to_oklab

_BANDS = 3


def light_features(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, H, W, 4) straight alpha to (N, F): lightness, hue and chroma as a whole and in three bands, no shapes."""
    return np.stack([_features(picture) for picture in pictures]).astype(np.float32)


def _features(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    lab = bytes_to_oklab(picture[..., :3])
    visible = picture[..., 3] > 0
    found = [_whole(lab[visible])]
    for rows in np.array_split(np.arange(len(picture)), _BANDS):
        band = lab[rows][visible[rows]]
        found.append(band.mean(axis=0) if len(band) else np.zeros(3, np.float32))
    return np.concatenate(found)


def _whole(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(pixels, 3) of OKLab to means, spreads, lightness quantiles, chroma and their products."""
    if not len(pixels):
        return np.zeros(21, np.float32)
    mean, spread = pixels.mean(axis=0), pixels.std(axis=0)
    chroma = np.hypot(pixels[:, 1], pixels[:, 2])
    quantiles = np.quantile(pixels[:, 0], (0.1, 0.5, 0.9))
    products = (mean[0] * mean[1], mean[0] * mean[2], mean[1] * mean[2], *(mean**2))
    order = pixels[:, 0].argsort()
    third = max(1, len(order) // 3)
    tints = (*pixels[order[:third], 1:].mean(axis=0), *pixels[order[-third:], 1:].mean(axis=0))  # shadows, lights
    return np.array([*mean, *spread, *quantiles, chroma.mean(), chroma.std(), *products, *tints], np.float32)


def colours(pictures: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Distinct colours of each picture's visible pixels, (N,)."""
    counts = []
    for picture in pictures:
        shown = picture[picture[..., 3] > 0][:, :3].astype(np.int64)
        counts.append(len(np.unique((shown[:, 0] << 16) | (shown[:, 1] << 8) | shown[:, 2])))
    return np.array(counts, dtype=np.intp)


def partial_alpha(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Share of each picture's visible pixels that are neither clear nor solid, (N,)."""
    alpha = pictures[..., 3].reshape(len(pictures), -1)
    visible = (alpha > 0).sum(axis=1)
    partial = ((alpha > 0) & (alpha < 255)).sum(axis=1)
    result: NDArray[np.float64] = partial / np.maximum(visible, 1)
    return result

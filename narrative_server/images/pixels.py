"""Reading pictures into arrays and the alpha conventions of this package. Knows nothing of captions or networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def read_rgba(path: Path) -> NDArray[np.uint8]:
    """Any picture file (palette, grey, RGB or RGBA) to straight-alpha RGBA, (H, W, 4) uint8."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGBA"))


def premultiply(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Straight to premultiplied alpha, (..., 4) uint8; RGB under alpha 0 becomes 0."""
    alpha = rgba[..., 3:].astype(np.uint16)
    light = (rgba[..., :3].astype(np.uint16) * alpha + 127) // 255
    return np.concatenate((light.astype(np.uint8), rgba[..., 3:]), axis=-1)


def unpremultiply(rgba: NDArray[np.float32]) -> NDArray[np.float32]:
    """Premultiplied to straight alpha, (..., 4) float 0..1; RGB under alpha 0 becomes 0."""
    alpha = rgba[..., 3:]
    light = np.divide(rgba[..., :3], alpha, out=np.zeros_like(rgba[..., :3]), where=alpha > 0)
    return np.concatenate((np.clip(light, 0.0, 1.0), alpha), axis=-1)


def overlay(below: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Straight-alpha `above` over `below`, both (H, W, 4) uint8."""
    result = Image.fromarray(below)
    result.alpha_composite(Image.fromarray(above))
    return np.asarray(result)

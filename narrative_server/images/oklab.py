"""sRGB to OKLab and back (Ottosson 2020, "A perceptual color space for image processing")."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=np.float32,
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=np.float32,
)
_FROM_CONES: Final = np.linalg.inv(_TO_CONES.astype(np.float64)).astype(np.float32)
_FROM_LAB: Final = np.linalg.inv(_TO_LAB.astype(np.float64)).astype(np.float32)


def to_oklab(srgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 3) sRGB 0..1 to OKLab: L 0..1, a and b about -0.4..0.4."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    result: NDArray[np.float32] = (np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T).astype(np.float32)
    return result


def from_oklab(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 3) OKLab to sRGB; colours outside the gamut come out below 0 or above 1."""
    linear = (lab @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T
    size = np.abs(linear)
    curved = np.where(size <= 0.0031308, size * 12.92, 1.055 * np.maximum(size, 1e-9) ** (1.0 / 2.4) - 0.055)
    result: NDArray[np.float32] = (np.sign(linear) * curved).astype(np.float32)
    return result


_LINEAR: Final = np.array(
    [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in np.arange(256) / 255.0],
    dtype=np.float32,
)
"""Light of each of the 256 values of a channel."""


def bytes_to_oklab(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(..., 3) sRGB bytes to OKLab, by table: the same as `to_oklab` of them and quicker."""
    linear = _LINEAR[colours]
    result: NDArray[np.float32] = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    return result


def oklab_to_bytes(lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(..., 3) OKLab to the nearest sRGB bytes, clipped to the gamut."""
    result: NDArray[np.uint8] = (np.clip(from_oklab(lab), 0.0, 1.0) * 255.0).round().astype(np.uint8)
    return result

"""Colour ramps: OKLab arithmetic, hue-shifted material ramps, and merging a picture's colours down to a limit.

Darks drift toward violet and lights toward yellow, as pixel artists shade. Knows nothing of pictures.
OKLab: Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_M1: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_M2: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_M1_INV: Final = np.linalg.inv(_M1)
_M2_INV: Final = np.linalg.inv(_M2)

_SHADOW_HUE_DEG: Final = 285.0
_LIGHT_HUE_DEG: Final = 95.0

MATERIALS: Final[dict[str, tuple[float, float, float, float]]] = {
    # name: (OKLCH hue in degrees, chroma, darkest lightness, lightest lightness)
    "stone": (260, 0.018, 0.24, 0.74),
    "warm stone": (75, 0.030, 0.25, 0.76),
    "sandstone": (75, 0.070, 0.36, 0.88),
    "red rock": (40, 0.095, 0.28, 0.74),
    "dark rock": (290, 0.025, 0.15, 0.50),
    "brick": (36, 0.080, 0.24, 0.62),
    "wood": (58, 0.068, 0.22, 0.66),
    "dark wood": (45, 0.045, 0.16, 0.48),
    "pale wood": (72, 0.060, 0.36, 0.80),
    "plaster": (80, 0.036, 0.42, 0.92),
    "white wall": (230, 0.014, 0.45, 0.95),
    "grass": (133, 0.110, 0.28, 0.72),
    "spring grass": (126, 0.125, 0.32, 0.80),
    "dry grass": (98, 0.090, 0.32, 0.76),
    "leaf": (138, 0.105, 0.22, 0.70),
    "jungle leaf": (148, 0.110, 0.18, 0.66),
    "blossom": (355, 0.085, 0.45, 0.92),
    "autumn gold": (78, 0.130, 0.34, 0.80),
    "autumn red": (42, 0.140, 0.28, 0.68),
    "pine": (165, 0.062, 0.17, 0.56),
    "moss": (122, 0.085, 0.24, 0.60),
    "dirt": (60, 0.048, 0.24, 0.60),
    "mud": (70, 0.036, 0.18, 0.46),
    "ash": (300, 0.012, 0.20, 0.58),
    "sand": (82, 0.070, 0.48, 0.93),
    "snow": (250, 0.022, 0.56, 0.985),
    "ice": (222, 0.062, 0.40, 0.96),
    "water": (238, 0.080, 0.28, 0.80),
    "tropic water": (200, 0.095, 0.36, 0.88),
    "swamp water": (125, 0.045, 0.18, 0.52),
    "metal": (250, 0.020, 0.18, 0.80),
    "hull": (235, 0.030, 0.26, 0.86),
    "dark metal": (265, 0.025, 0.13, 0.52),
    "rust": (46, 0.090, 0.22, 0.62),
    "concrete": (90, 0.010, 0.30, 0.78),
    "asphalt": (275, 0.012, 0.18, 0.46),
    "red roof": (32, 0.105, 0.26, 0.66),
    "slate roof": (265, 0.040, 0.22, 0.58),
    "thatch": (84, 0.078, 0.30, 0.74),
    "gold": (88, 0.130, 0.36, 0.92),
    "bone": (90, 0.032, 0.46, 0.95),
    "red cloth": (25, 0.150, 0.24, 0.62),
    "blue cloth": (264, 0.120, 0.24, 0.66),
    "green cloth": (155, 0.085, 0.24, 0.64),
    "purple cloth": (315, 0.110, 0.22, 0.62),
    "white cloth": (90, 0.020, 0.48, 0.97),
    "canvas": (80, 0.042, 0.40, 0.88),
    "alien rock": (330, 0.070, 0.20, 0.64),
    "alien plant": (195, 0.105, 0.24, 0.76),
    "spore": (318, 0.120, 0.26, 0.80),
    "fungus": (20, 0.080, 0.30, 0.84),
    "bark": (50, 0.040, 0.16, 0.46),
    "white bark": (85, 0.016, 0.34, 0.92),
    "lava": (48, 0.190, 0.30, 0.92),
    "fire": (58, 0.185, 0.50, 0.96),
    "lamp": (78, 0.125, 0.62, 0.98),
    "cyan light": (200, 0.125, 0.52, 0.96),
    "magenta light": (345, 0.220, 0.48, 0.86),
    "green light": (145, 0.180, 0.50, 0.94),
    "red light": (25, 0.210, 0.40, 0.78),
    "violet light": (300, 0.170, 0.42, 0.88),
    "blue light": (258, 0.160, 0.42, 0.90),
}


def oklab_to_srgb(lab: NDArray[np.floating]) -> Floats:
    """Turn OKLab colours (..., 3) into sRGB 0..1 float32, clipped to the gamut."""
    linear = np.clip(((np.asarray(lab, np.float64) @ _M2_INV.T) ** 3) @ _M1_INV.T, 0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.clip(srgb, 0.0, 1.0).astype(np.float32)


def srgb_to_oklab(srgb: NDArray[np.floating]) -> Floats:
    """Turn sRGB colours (..., 3) in 0..1 into OKLab float32."""
    rgb = np.asarray(srgb, np.float64)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _M1.T) @ _M2.T, np.float32)


def _toward(hue_deg: Floats, goal_deg: float, amount: Floats) -> Floats:
    turn = (goal_deg - hue_deg + 180.0) % 360.0 - 180.0
    return np.asarray(hue_deg + turn * amount, np.float32)


def oklch_ramp(hue_deg: float, chroma: float, dark: float, light: float, steps: int) -> Floats:
    """Make a ramp (steps, 3) of sRGB 0..1 from dark to light, its hue shifting on the way."""
    t = np.linspace(0.0, 1.0, steps, dtype=np.float32)
    hue = _toward(np.full(steps, hue_deg, np.float32), _SHADOW_HUE_DEG, 0.22 * np.clip(1.0 - 2.0 * t, 0.0, 1.0))
    turned = _toward(hue, _LIGHT_HUE_DEG, 0.22 * np.clip(2.0 * t - 1.0, 0.0, 1.0))
    strength = chroma * (0.80 + 0.35 * np.sin(np.pi * t))
    lightness = dark + (light - dark) * t
    angle = np.deg2rad(turned)
    return oklab_to_srgb(np.stack([lightness, strength * np.cos(angle), strength * np.sin(angle)], axis=-1))


@lru_cache(maxsize=4096)
def _material(name: str, steps: int, hue_shift_deg: int, chroma_percent: int) -> Floats:
    hue, chroma, dark, light = MATERIALS[name]
    ramp = oklch_ramp(hue + hue_shift_deg, chroma * chroma_percent / 100.0, dark, light, steps)
    ramp.setflags(write=False)
    return ramp


def material_ramp(name: str, steps: int, hue_shift_deg: int = 0, chroma_percent: int = 100) -> Floats:
    """Return the ramp (steps, 3) of a material of MATERIALS, read-only; raises KeyError for an unknown name."""
    return _material(name, steps, hue_shift_deg, chroma_percent)


def blend_stops(stops: NDArray[np.floating], steps: int) -> Floats:
    """Interpolate sRGB stops (k, 3) in OKLab to (steps, 3)."""
    lab = srgb_to_oklab(stops)
    at = np.linspace(0.0, len(lab) - 1.0, steps)
    columns = [np.interp(at, np.arange(len(lab)), lab[:, i]) for i in range(3)]
    return oklab_to_srgb(np.stack(columns, axis=-1))


def merge_colours(colours: Floats, counts: NDArray[np.integer], limit: int) -> NDArray[np.intp]:
    """Map each of (n, 3) sRGB colours to the one that stands for it, at most `limit` remaining.

    The pair whose merging costs least (distance squared times the square root of the rarer one's pixels)
    goes first, so that small bright accents survive. Returns (n,) indices into `colours`.
    """
    target = np.arange(len(colours))
    surplus = len(colours) - limit
    if surplus <= 0:
        return target
    lab = srgb_to_oklab(colours).astype(np.float64)
    weight = np.sqrt(np.maximum(counts, 1).astype(np.float64))
    gap = ((lab[:, None] - lab[None]) ** 2).sum(-1)
    cost = gap * np.minimum(weight[:, None], weight[None])
    np.fill_diagonal(cost, np.inf)
    for _ in range(surplus):
        first, second = np.unravel_index(int(np.argmin(cost)), cost.shape)
        keep, drop = (first, second) if counts[first] >= counts[second] else (second, first)
        target[target == drop] = keep
        cost[drop, :] = np.inf
        cost[:, drop] = np.inf
    return target

"""What the hour and the weather do to colour: sky stops, the tint on things, haze, and how bright light falls.

Knows nothing of places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Daylight:
    """The light of one hour in one weather. Colours are sRGB 0..1."""

    sky: tuple[Rgb, ...]
    """Top of the sky to the horizon."""
    tint: Rgb
    """Multiplies everything that light falls on."""
    haze: Rgb
    """What far things fade into."""
    cloud: tuple[Rgb, Rgb]
    """A cloud's shadow and its lit side."""
    lamps: bool
    """Whether windows and lamps are lit."""
    bias: float = 0.0
    """Added to every shade: negative for night."""

    @property
    def is_night(self) -> bool:
        """Whether moon and stars stand in the sky."""
        return self.bias <= -0.05


def _rgb(text: str) -> Rgb:
    return (int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255)


def _stops(text: str) -> tuple[Rgb, ...]:
    return tuple(_rgb(part) for part in text.split())


def _hour(sky: str, tint: Rgb, haze: str, cloud: str, lamps: bool = False, bias: float = 0.0) -> Daylight:
    shadow, lit = cloud.split()
    return Daylight(_stops(sky), tint, _rgb(haze), (_rgb(shadow), _rgb(lit)), lamps, bias)


HOURS: Final[dict[str, Daylight]] = {
    "dawn": _hour("4a5a94 9a86b4 eaa8a0 ffdcb0", (0.96, 0.84, 0.86), "d8a8a8", "9c84ac ffd8c4", True),
    "morning": _hour("4f94d4 8cc4e8 cfe8ec fff2d4", (1.04, 1.00, 0.92), "c4d8dc", "a8c0d8 ffffff"),
    "noon": _hour("2878d0 4ca4e8 84ccf4 c4ecf8", (1.06, 1.05, 1.00), "a8d4ec", "98bce0 ffffff"),
    "afternoon": _hour("3c80bc 7cb0d0 c8d0b8 f8dca0", (1.08, 1.00, 0.84), "d0cca8", "b0a8a8 fff4dc"),
    "dusk": _hour("3a2a64 8c3c78 e0605c ffb454", (0.98, 0.72, 0.66), "b8607c", "6c3868 ff9c6c", True),
    "night": _hour("0a1030 141f4c 22356c 34508c", (0.44, 0.52, 0.86), "263c70", "1c2a58 4c6494", True, -0.06),
}

_GREY: Final = {"cloudy": 0.45, "rain": 0.62, "snow": 0.55, "fog": 0.60, "storm": 0.72}
_DIM: Final = {"clear": 1.0, "cloudy": 0.94, "rain": 0.82, "snow": 0.98, "fog": 0.95, "storm": 0.62}


def _toward_grey(colour: Rgb, amount: float, dim: float) -> Rgb:
    grey = 0.30 * colour[0] + 0.55 * colour[1] + 0.15 * colour[2]
    cool = (grey * 0.96, grey * 1.0, grey * 1.06)
    mixed = [(c + (g - c) * amount) * dim for c, g in zip(colour, cool, strict=True)]
    return (min(mixed[0], 1.0), min(mixed[1], 1.0), min(mixed[2], 1.0))


def daylight(time: str, weather: str) -> Daylight:
    """Return the light of a time of HOURS in a weather; raises KeyError for an unknown one."""
    hour = HOURS[time]
    grey, dim = _GREY.get(weather, 0.0), _DIM[weather]
    if grey == 0.0:
        return hour
    return replace(
        hour,
        sky=tuple(_toward_grey(c, grey, dim) for c in hour.sky),
        tint=_toward_grey(hour.tint, grey * 0.55, 0.5 + 0.5 * dim),
        haze=_toward_grey(hour.haze, grey, dim),
        cloud=(_toward_grey(hour.cloud[0], grey, dim * 0.9), _toward_grey(hour.cloud[1], grey, dim * 0.92)),
        lamps=hour.lamps or weather == "storm",
    )


def shine(colours: NDArray[np.float32], day: Daylight, depth: float) -> NDArray[np.float32]:
    """Tint colours (n, 3) by the light and fade them into the haze, `depth` 0 (near) to 1 (gone)."""
    lit = colours * np.asarray(day.tint, np.float32)
    return np.clip(lit + (np.asarray(day.haze, np.float32) - lit) * depth, 0.0, 1.0).astype(np.float32)

"""The stage a place is painted on: canvas, scene, light, randomness and materials under that light."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.painter.canvas import Canvas, Ramp
from narrative_server.images.painter.daylight import Rgb, daylight, shine
from narrative_server.images.painter.palette import blend_stops, material_ramp
from narrative_server.images.painter.scene import Scene

_INDOOR_TINT: Final[dict[str, Rgb]] = {
    "dawn": (0.92, 0.84, 0.84),
    "morning": (1.02, 0.98, 0.92),
    "noon": (1.04, 1.02, 0.98),
    "afternoon": (1.04, 0.97, 0.86),
    "dusk": (0.92, 0.76, 0.70),
    "night": (0.74, 0.70, 0.80),
}

_GREENERY: Final[dict[str, tuple[str, ...]]] = {
    "spring": ("leaf", "spring grass", "blossom"),
    "summer": ("leaf", "leaf", "jungle leaf"),
    "autumn": ("autumn gold", "autumn red", "autumn gold"),
    "winter": ("bark", "bark", "snow"),
}


class Stage:
    """Everything a place's painter needs."""

    def __init__(self, scene: Scene, indoor: bool = False) -> None:
        self.scene = scene
        self.indoor = indoor
        self.canvas = Canvas()
        self.rng = np.random.Generator(np.random.PCG64(scene.layout_seed))
        self.day = daylight(scene.time, scene.weather)
        self._hue_shift = int(self.rng.integers(-9, 10))
        self._chroma = int(self.rng.integers(88, 125))
        self._ramps: dict[tuple[str, int, int], Ramp] = {}
        self.glow: Rgb = (1.0, 0.72, 0.36)
        self.lamp_field: NDArray[np.float32] | None = None
        """Where lamplight falls (H, W), when it is to colour what it falls on."""

    def mat(self, name: str, depth: float = 0.0, steps: int = 5) -> Ramp:
        """Return the ramp of a material under this scene's light, `depth` 0..1 into the haze."""
        key = (name, int(depth * 20), steps)
        if key not in self._ramps:
            colours = material_ramp(name, steps, self._hue_shift, self._chroma)
            if self.indoor:
                lit = colours * np.asarray(_INDOOR_TINT[self.scene.time], np.float32)
            else:
                lit = shine(colours, self.day, depth)
            self._ramps[key] = self.canvas.add_ramp(np.clip(lit, 0.0, 1.0).astype(np.float32))
        return self._ramps[key]

    def own_light(self, name: str, steps: int = 4) -> Ramp:
        """Return the ramp of something that shines by itself: fire, lamps, neon, lava."""
        key = (name, -1, steps)
        if key not in self._ramps:
            self._ramps[key] = self.canvas.add_ramp(material_ramp(name, steps), lit=False)
        return self._ramps[key]

    def stops(self, colours: tuple[Rgb, ...], steps: int) -> Ramp:
        """Register an unlit ramp through given colours."""
        return self.canvas.add_ramp(blend_stops(np.asarray(colours, np.float32), steps), lit=False)

    def has(self, landmark: str) -> bool:
        """Whether the scene has this landmark."""
        return landmark in self.scene.landmarks

    def chance(self, probability: float) -> bool:
        """Throw a coin."""
        return bool(self.rng.random() < probability)

    def pick(self, *options: str) -> str:
        """Choose one of the options."""
        return options[int(self.rng.integers(len(options)))]

    def between(self, low: int, high: int) -> int:
        """Draw an integer from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    @property
    def snowy(self) -> bool:
        """Whether snow lies on things."""
        return self.scene.weather == "snow" or (self.scene.season == "winter" and self.scene.kind in _COLD_KINDS)

    def greenery(self, depth: float = 0.0) -> Ramp:
        """Return a season's foliage."""
        return self.mat(self.pick(*_GREENERY[self.scene.season]), depth)

    def turf(self, depth: float = 0.0) -> Ramp:
        """Return a season's grass, or the snow on it."""
        if self.snowy:
            return self.mat("snow", depth)
        names = {"spring": "spring grass", "summer": "grass", "autumn": "dry grass", "winter": "dry grass"}
        return self.mat(names[self.scene.season], depth)

    def tints(self) -> NDArray[np.float32]:
        """Return the canvas's variant table (5, 5); see `Canvas.finish`."""
        haze, water = self.day.haze, (self.day.sky[-2] if not self.indoor else (0.3, 0.4, 0.5))
        rows = [
            (0.0, 0.0, 0.0, 0.0, 0.0),
            (*self.glow, 0.50, 1.0),
            (*water, 0.46, 0.35),
            (*haze, 0.45, 0.0),
            (*haze, 0.78, 0.0),
        ]
        return np.asarray(rows, np.float32)


_COLD_KINDS: Final = frozenset({"snowfield", "mountains", "pine forest", "graveyard", "village"})
"""Where winter means lying snow."""

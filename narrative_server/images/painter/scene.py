"""A scene: what is to be painted, in words that captions and painters share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from narrative_server.errors import InvalidConfig
from narrative_server.images.painter.kinds import DRAWN_TIMES, KINDS

TIMES: Final = ("dawn", "morning", "noon", "afternoon", "dusk", "night")
WEATHERS: Final = ("clear", "cloudy", "rain", "fog", "storm", "snow")
SEASONS: Final = ("spring", "summer", "autumn", "winter")
SEED_LIMIT: Final = 1 << 63


@dataclass(frozen=True)
class Scene:
    """One picture's content. The seed decides the layout, the rest decides what there is.

    kind: a key of kinds.KINDS. time: of TIMES. weather: of WEATHERS ("clear" indoors). season: of SEASONS.
    landmarks: some of the kind's own. layout_seed: 0..2^63-1. Raises InvalidConfig on anything else.
    """

    kind: str
    time: str = "noon"
    weather: str = "clear"
    season: str = "summer"
    landmarks: tuple[str, ...] = ()
    layout_seed: int = 0

    def __post_init__(self) -> None:
        _check("scene.kind", self.kind, tuple(KINDS))
        _check("scene.time", self.time, TIMES)
        _check("scene.weather", self.weather, WEATHERS)
        _check("scene.season", self.season, SEASONS)
        for landmark in self.landmarks:
            _check("scene.landmarks", landmark, KINDS[self.kind].landmarks)
        if not 0 <= self.layout_seed < SEED_LIMIT:
            raise InvalidConfig("scene.layout_seed", self.layout_seed, "0 to 2^63-1")


def _check(key: str, value: str, legal: tuple[str, ...]) -> None:
    if value not in legal:
        raise InvalidConfig(key, value, ", ".join(legal))


def random_scene(rng: np.random.Generator) -> Scene:
    """Draw a scene: kinds by weight, then what befits the kind."""
    kinds = tuple(KINDS.values())
    weights = np.array([kind.weight for kind in kinds])
    return scene_of(kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))].name, rng)


def scene_of(name: str, rng: np.random.Generator) -> Scene:
    """Draw a scene of one kind; raises KeyError for an unknown one."""
    kind = KINDS[name]
    time = str(rng.choice(DRAWN_TIMES))
    season = str(rng.choice(SEASONS))
    weathers = [w for w in kind.weathers if w != "snow" or season == "winter" or name in ("snowfield", "mountains")]
    weather = str(rng.choice(weathers))
    if name == "snowfield" or weather == "snow":
        season = "winter"
    count = min(len(kind.landmarks), int(rng.choice([0, 1, 2, 3], p=[0.12, 0.38, 0.35, 0.15])) + kind.indoor)
    chosen = sorted(rng.choice(len(kind.landmarks), count, replace=False).tolist()) if count else []
    landmarks = tuple(kind.landmarks[i] for i in chosen)
    return Scene(name, time, weather, season, landmarks, int(rng.integers(0, SEED_LIMIT)))

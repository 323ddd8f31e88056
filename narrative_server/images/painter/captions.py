"""Captions of a scene, in the way the dialogue set writes its places and backgrounds. Never a mood word.

Deterministic: the scene's layout seed chooses the words.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from narrative_server.images.painter.kinds import KINDS, PlaceKind
from narrative_server.images.painter.scene import Scene

_TIME_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "dawn": ("dawn", "sunrise", "at dawn", "pale dawn light", "first light", "pink morning sky", "before sunrise"),
    "morning": ("morning", "early morning", "bright morning", "in the morning", "morning light"),
    "noon": ("noon", "midday", "bright noon", "at noon", "sunny day", "full daylight"),
    "afternoon": ("afternoon", "late afternoon", "golden afternoon light", "in the afternoon", "low warm sun"),
    "dusk": ("dusk", "sunset", "evening", "at dusk", "red evening sky", "orange sunset sky", "twilight"),
    "night": ("night", "at night", "midnight", "late night", "dark night sky", "deep night"),
}
_INDOOR_TIME_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "dawn": ("dawn", "early morning", "at dawn", "grey dawn at the window"),
    "morning": ("morning", "bright morning", "in the morning", "morning light"),
    "noon": ("noon", "midday", "daylight", "sunny day"),
    "afternoon": ("afternoon", "late afternoon", "quiet afternoon", "afternoon light"),
    "dusk": ("evening", "dusk", "at dusk", "sunset at the window"),
    "night": ("night", "late night", "at night", "midnight", "lamplight"),
}
_WEATHER_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "clear": ("clear sky", "", "", ""),
    "cloudy": ("clouds", "cloudy", "cloudy sky", "grey clouds"),
    "rain": ("rain", "rainy", "steady rain", "falling rain", "in the rain"),
    "fog": ("fog", "foggy", "mist", "thick fog", "in the mist"),
    "storm": ("storm", "stormy", "thunderstorm", "dark storm clouds", "lightning and rain"),
    "snow": ("snow", "snowy", "falling snow", "snowfall", "in the snow"),
}
_SEASON_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "spring": ("spring", "in spring", "early spring", "spring blossom"),
    "summer": ("summer", "in summer", "high summer"),
    "autumn": ("autumn", "in autumn", "autumn leaves", "red and gold leaves"),
    "winter": ("winter", "in winter", "deep winter", "cold winter"),
}
_ADJECTIVES: Final[dict[str, tuple[str, ...]]] = {
    "rain": ("rainy", "wet"),
    "fog": ("misty", "foggy"),
    "storm": ("stormy", "storm-lashed"),
    "snow": ("snowy", "snow-covered"),
    "night": ("moonlit", "night-time", "dark"),
    "noon": ("sunny", "sunlit", "bright"),
}
_GREEN: Final = frozenset(
    {
        "forest",
        "meadow",
        "farm",
        "country road",
        "village",
        "garden",
        "lake",
        "river bridge",
        "camp",
        "ruins",
        "graveyard",
    }
)
SUNLESS: Final = frozenset({"cave", "lava cave", "mine", "moon base"})
"""Kinds that look the same at every hour."""

_LANDMARK_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "campfire": ("a campfire", "a small fire", "a fire burning"),
    "hut": ("a hut", "a small wooden hut", "a thatched hut"),
    "tents": ("tents", "two tents", "a few tents"),
    "palms": ("palms", "palm trees"),
    "cactus": ("cacti", "a tall cactus"),
    "standing stones": ("standing stones", "a stone circle", "old standing stones"),
    "ship": ("a ship", "a sailing ship", "a tall ship at anchor"),
    "bones": ("bones", "old bones on the ground", "a skeleton"),
    "chest": ("a chest", "a treasure chest"),
    "barrels": ("barrels", "stacked barrels"),
    "crates": ("crates", "stacked crates"),
    "well": ("a well", "a stone well"),
    "torches": ("torches", "burning torches", "torchlight"),
    "candles": ("candles", "candlelight", "burning candles"),
    "oil lamps": ("hanging lamps", "lamplight", "oil lamps"),
    "fireplace": ("a fireplace", "a fire in the hearth", "a warm hearth"),
    "crystals": ("crystals", "glowing crystals"),
    "planet in the window": ("a planet in the window", "a planet outside"),
    "planet in the sky": ("a planet in the sky", "a planet above"),
    "black flag": ("a black flag", "a pirate flag"),
    "throne": ("a throne", "a golden throne"),
    "moat": ("a moat", "water before the gate"),
}
_PLURAL_ENDINGS: Final = ("s", "tall", "lake on", "scenery", "glass", "laundry")


def _landmark(name: str, rng: np.random.Generator) -> str:
    words = _LANDMARK_WORDS.get(name)
    if words is not None:
        return str(rng.choice(words))
    if name.endswith(_PLURAL_ENDINGS) and not name.endswith("ss"):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def captions(scene: Scene) -> tuple[str, ...]:
    """Describe a scene in 4 to 6 different ways, one of them by its place alone.

    Every caption names the place; none names a mood.
    """
    rng = np.random.Generator(np.random.PCG64(scene.layout_seed ^ 0x5EED))
    kind = KINDS[scene.kind]
    made = [str(rng.choice(kind.nouns))]
    goal = int(rng.integers(4, 7))
    while len(made) < goal:
        text = _caption(scene, kind, rng)
        if text not in made:
            made.append(text)
    return tuple(made[i] for i in rng.permutation(len(made)))


def _caption(scene: Scene, kind: PlaceKind, rng: np.random.Generator) -> str:
    noun = str(rng.choice(kind.nouns))
    if rng.random() < 0.35:
        noun = _with_adjective(scene, kind, noun, rng)
    if scene.landmarks and rng.random() < 0.35:
        noun = f"{noun} with {_landmark(str(rng.choice(scene.landmarks)), rng)}"
    details = _details(scene, kind, rng)
    parts: list[str] = []
    for i in rng.permutation(len(details))[: int(rng.integers(1, 4))]:
        if not _repeats(details[i], " ".join([noun, *parts])):
            parts.append(details[i])
    if rng.random() < 0.12 and parts:
        return f"{parts[0]}, {noun}"
    return ", ".join([noun, *parts])


def _repeats(part: str, said: str) -> bool:
    """Whether a word of weight in `part` was said already."""
    stems = {word[:5] for word in said.split() if len(word) > 3}
    return any(word[:5] in stems for word in part.split() if len(word) > 3)


def _with_adjective(scene: Scene, kind: PlaceKind, noun: str, rng: np.random.Generator) -> str:
    if kind.indoor or scene.kind in SUNLESS:
        return noun
    key = scene.weather if scene.weather in _ADJECTIVES else scene.time
    words = _ADJECTIVES.get(key)
    if words is None:
        return noun
    return f"{rng.choice(words)} {noun}"


def _details(scene: Scene, kind: PlaceKind, rng: np.random.Generator) -> list[str]:
    sunless = scene.kind in SUNLESS
    details = [str(rng.choice(kind.looks))]
    if not sunless:
        times = _INDOOR_TIME_WORDS if kind.indoor else _TIME_WORDS
        details += [str(rng.choice(times[scene.time]))] * 2
    if not kind.indoor and not sunless:
        weather = str(rng.choice(_WEATHER_WORDS[scene.weather]))
        details += [weather] if weather else []
    if scene.kind in _GREEN or scene.weather == "snow":
        details.append(str(rng.choice(_SEASON_WORDS[scene.season])))
    if scene.landmarks:
        details.append(_landmark(str(rng.choice(scene.landmarks)), rng))
    return list(dict.fromkeys(details))

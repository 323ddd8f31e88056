"""The hour and the weather of a place as numbers, so that recall finds it as it is wanted.

Sentence embeddings hardly tell a graveyard at night from one at noon: of the nearest captions in the bank the light
was right little more often than by chance. Torch-free. Axes: G = len(TAGS).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Final

import numpy as np
from numpy.typing import NDArray

_HOURS: Final[dict[str, str]] = {
    "night": r"night|nights|nighttime|midnight|moonlit|moonlight|starry|starlit|stars",
    "dawn": r"dawn|daybreak|sunrise|first light|pink morning sky",
    "day": r"day|daylight|daytime|morning|noon|midday|afternoon|sunny|sunlit|sunshine",
    "dusk": r"dusk|sunset|evening|twilight|nightfall|sundown",
}
_WEATHERS: Final[dict[str, str]] = {
    "clear": r"clear|cloudless|sunny|blue sky",
    "cloudy": r"clouds|cloudy|overcast|gr[ea]y sky",
    "fog": r"fog|foggy|mist|misty|haze|hazy",
    "rain": r"rain|rainy|raining|drizzle|downpour",
    "storm": r"storm|stormy|thunderstorm|thunder|lightning|tempest",
    "snow": r"snow|snowy|snowfall|snowing|blizzard",
}
TAGS: Final = (*_HOURS, *_WEATHERS)
"""What each entry of a row of tags is about."""

_FAIR: Final = {"clear": 0.6, "cloudy": 0.4}
"""How much of a clear and a cloudy sky is wanted where no weather is named, and shows where none is known."""

_KIN: Final = (
    ("dawn", "dusk", 0.5),
    ("rain", "storm", 0.6),
    ("clear", "cloudy", 0.3),
    ("cloudy", "storm", 0.3),
)
"""How much of what is wanted another hour or weather shows."""


def scenery_tags(hour: str = "", weather: str = "") -> NDArray[np.float32]:
    """What a place shows, (G,): 1 at an hour and at a weather of TAGS, 0 elsewhere.

    hour: "" is none. weather: "" is any, which counts as fair: a throne room suits every phrase that names no weather.
    """
    return _row({hour, weather})


def told_scenery(texts: Iterable[str]) -> NDArray[np.float32]:
    """What a place shows of which several texts tell, (G,): 1 at whatever any of them names, else fair weather."""
    return _row({name for text in texts for name in _named(text)})


def _row(names: Set[str]) -> NDArray[np.float32]:
    fair = {} if names & _WEATHERS.keys() else _FAIR
    return np.array([1.0 if name in names else fair.get(name, 0.0) for name in TAGS], dtype=np.float32)


def wanted_scenery(text: str) -> NDArray[np.float32]:
    """What a text asks for, (G,): 1 at the first hour and the first weather that it names, less at their kin.

    Where it names no weather it is rather a fair one: a bank that has every weather has more storms than stories do.
    """
    named = _named(text)
    wanted = scenery_tags(*named)
    for one, other, share in _KIN:
        for name, kin in ((one, other), (other, one)):
            if name in named:
                wanted[TAGS.index(kin)] = max(wanted[TAGS.index(kin)], share)
    return wanted


def _named(text: str) -> tuple[str, str]:
    """The hour and the weather that come first; "" where there is none."""
    said = text.lower()
    return _first(said, _HOURS), _first(said, _WEATHERS)


def _first(text: str, group: dict[str, str]) -> str:
    """The name of `group` whose words come first; "" where none does."""
    found = []
    for name, words in group.items():
        match = re.search(rf"\b(?:{words})\b", text)
        if match is not None:
            found.append((match.start(), name))
    return min(found)[1] if found else ""

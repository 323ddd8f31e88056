"""The kinds of place the painter knows: when and in what weather they appear, their landmarks, their words.

Read from two tables of text. A record opens with its name in brackets; `nouns` name the place in captions, `looks`
say how it always looks, `landmarks` are what may stand there, `weather` is a set of WEATHER_SETS or a list, `weight`
is how often it is drawn (1 unless said). Knows nothing of pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from narrative_server.images.painter.kinds_indoors import INDOORS
from narrative_server.images.painter.kinds_outdoors import OUTDOORS

DRAWN_TIMES: Final = ("dawn", "morning", "noon", "afternoon", "dusk", "night", "night")
"""Hours as often as they are drawn: stories are told at night more than at any other."""

WEATHER_SETS: Final[dict[str, tuple[str, ...]]] = {
    "mild": ("clear", "clear", "clear", "cloudy", "rain", "fog", "storm"),
    "all": ("clear", "clear", "clear", "cloudy", "rain", "fog", "storm", "snow"),
    "dry": ("clear", "clear", "clear", "cloudy"),
    "still": ("clear",),
}


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place."""

    name: str
    nouns: tuple[str, ...]
    looks: tuple[str, ...]
    landmarks: tuple[str, ...]
    weathers: tuple[str, ...]
    indoor: bool
    weight: float


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _read(table: str, indoor: bool) -> list[PlaceKind]:
    kinds = []
    for record in table.strip().split("\n\n"):
        title, *lines = record.replace("\n  | ", " | ").splitlines()
        fields = dict(line.split(": ", 1) for line in lines)
        weather = fields.get("weather", "still")
        kinds.append(
            PlaceKind(
                name=title.strip("[]"),
                nouns=_split(fields["nouns"]),
                looks=_split(fields["looks"]),
                landmarks=_split(fields["landmarks"]),
                weathers=WEATHER_SETS.get(weather, tuple(weather.split())),
                indoor=indoor,
                weight=float(fields.get("weight", "1")),
            )
        )
    return kinds


KINDS: Final[dict[str, PlaceKind]] = {
    kind.name: kind for kind in (*_read(OUTDOORS, indoor=False), *_read(INDOORS, indoor=True))
}

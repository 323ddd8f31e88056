"""What each kind of room is made of: walls, floor, windows, light, what always stands there and what may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from narrative_server.images.painter.daylight import Rgb


@dataclass(frozen=True)
class Room:
    """What a kind of room is made of; `extras` names furniture added at will."""

    walls: tuple[tuple[str, str], ...]
    floors: tuple[tuple[str, str], ...]
    windows: str = "square"
    beams: str = ""
    wainscot: str = ""
    ambient: float = -0.10
    glow: Rgb = (1.0, 0.72, 0.36)
    extras: tuple[str, ...] = ()
    always: tuple[str, ...] = ()


ROOMS: Final[dict[str, Room]] = {
    "throne room": Room(
        (("stone", "ashlar"), ("warm stone", "block"), ("dark rock", "ashlar")),
        (("stone", "checker"), ("warm stone", "flags")),
        "arched",
        always=("columns",),
        extras=("banners", "torches", "carpet"),
    ),
    "dungeon": Room(
        (("stone", "cobble"), ("dark rock", "ashlar"), ("stone", "block")),
        (("stone", "flags"), ("dirt", "earth")),
        "",
        ambient=-0.24,
        extras=("torches", "chains", "iron bars", "barrels"),
    ),
    "crypt": Room(
        (("stone", "block"), ("dark rock", "ashlar"), ("warm stone", "cobble")),
        (("stone", "flags"),),
        "",
        ambient=-0.22,
        extras=("torches", "candles", "coffins", "columns"),
    ),
    "church": Room(
        (("warm stone", "ashlar"), ("stone", "ashlar"), ("plaster", "soft")),
        (("stone", "checker"), ("warm stone", "tiles")),
        "",
        always=("columns",),
        extras=("stained glass", "candles", "pews"),
    ),
    "tavern": Room(
        (("plaster", "soft"), ("wood", "board"), ("warm stone", "cobble")),
        (("wood", "planks"),),
        "square",
        "dark wood",
        ambient=-0.12,
        extras=("tables", "barrels", "bar counter", "oil lamps"),
    ),
    "saloon": Room(
        (("red cloth", "wallpaper"), ("green cloth", "wallpaper"), ("wood", "board")),
        (("wood", "planks"),),
        "square",
        wainscot="dark wood",
        extras=("bar counter", "tables", "oil lamps", "mirror"),
    ),
    "kitchen": Room(
        (("plaster", "soft"), ("white wall", "tile"), ("brick", "brick")),
        (("brick", "tiles"), ("wood", "planks"), ("stone", "checker")),
        "square",
        extras=("pans", "stove", "tables", "shelves"),
    ),
    "shop": Room(
        (("plaster", "soft"), ("wood", "board"), ("green cloth", "wallpaper")),
        (("wood", "planks"), ("stone", "tiles")),
        "square",
        "dark wood",
        extras=("shelves", "shop counter", "crates", "oil lamps"),
    ),
    "library": Room(
        (("wood", "board"), ("green cloth", "wallpaper"), ("stone", "ashlar")),
        (("wood", "planks"), ("red cloth", "tiles")),
        "arched",
        wainscot="dark wood",
        extras=("bookshelves", "bookshelves", "desk", "candles"),
    ),
    "bedroom": Room(
        (("plaster", "soft"), ("blue cloth", "wallpaper"), ("wood", "board"), ("purple cloth", "wallpaper")),
        (("wood", "planks"),),
        "square",
        wainscot="",
        extras=("wardrobe", "rug", "candles", "picture"),
        always=("bed",),
    ),
    "living room": Room(
        (("plaster", "soft"), ("green cloth", "wallpaper"), ("red cloth", "wallpaper"), ("sand", "soft")),
        (("wood", "planks"),),
        "square",
        wainscot="wood",
        extras=("picture", "rug", "oil lamps", "bookshelves", "sofa"),
    ),
    "office": Room(
        (("plaster", "soft"), ("concrete", "soft"), ("green cloth", "wallpaper")),
        (("wood", "planks"), ("concrete", "tiles")),
        "blinds",
        extras=("desk", "cabinets", "picture", "clock"),
    ),
    "school": Room(
        (("plaster", "soft"), ("white wall", "soft"), ("green cloth", "wallpaper")),
        (("wood", "planks"), ("concrete", "checker")),
        "square",
        wainscot="wood",
        always=("school desks",),
        extras=("blackboard", "clock"),
    ),
    "hospital": Room(
        (("white wall", "tile"), ("white wall", "soft"), ("ice", "tile")),
        (("white wall", "tiles"), ("white wall", "checker")),
        "square",
        ambient=-0.02,
        extras=("screens", "cabinets"),
        always=("hospital beds",),
    ),
    "laboratory": Room(
        (("white wall", "tile"), ("metal", "panel"), ("stone", "ashlar")),
        (("metal", "plates"), ("white wall", "checker"), ("stone", "flags")),
        "",
        ambient=-0.14,
        glow=(0.45, 1.0, 0.6),
        extras=("glass tanks", "lab bench", "screens", "shelves"),
    ),
    "workshop": Room(
        (("brick", "brick"), ("wood", "board"), ("stone", "cobble")),
        (("dirt", "earth"), ("stone", "flags"), ("wood", "planks")),
        "square",
        "dark wood",
        ambient=-0.14,
        glow=(1.0, 0.55, 0.25),
        always=("tools",),
        extras=("anvil", "forge fire", "tables", "crates"),
    ),
    "cellar": Room(
        (("brick", "brick"), ("stone", "cobble"), ("warm stone", "cobble")),
        (("stone", "flags"), ("dirt", "earth")),
        "",
        "dark wood",
        ambient=-0.20,
        extras=("barrels", "barrels", "crates", "shelves", "oil lamps"),
    ),
    "ship cabin": Room(
        (("wood", "log"), ("dark wood", "log")),
        (("wood", "planks"),),
        "stern",
        "dark wood",
        ambient=-0.12,
        extras=("oil lamps", "desk", "chest", "barrels"),
    ),
    "tent": Room(
        (("canvas", "stripes"), ("red cloth", "stripes"), ("purple cloth", "stripes"), ("blue cloth", "stripes")),
        (("red cloth", "tiles"), ("dirt", "earth")),
        "",
        ambient=-0.10,
        extras=("oil lamps", "tables", "chest", "rug"),
    ),
    "train car": Room(
        (("wood", "board"), ("green cloth", "panel"), ("red cloth", "panel")),
        (("red cloth", "tiles"), ("wood", "planks")),
        "row",
        always=("seats",),
        extras=("oil lamps",),
    ),
    "theatre": Room(
        (("dark wood", "board"), ("purple cloth", "wallpaper")),
        (("wood", "planks"),),
        "",
        ambient=-0.22,
        always=("curtains",),
        extras=("spotlights",),
    ),
    "sewer": Room(
        (("brick", "brick"), ("stone", "block")),
        (("stone", "flags"),),
        "",
        ambient=-0.20,
        glow=(0.6, 0.95, 0.4),
        extras=("pipes", "torches"),
        always=("channel",),
    ),
    "subway": Room(
        (("white wall", "tile"), ("green cloth", "tile"), ("ice", "tile")),
        (("concrete", "tiles"),),
        "",
        ambient=-0.04,
        always=("strip lights",),
        extras=("station clock", "bench", "picture"),
    ),
    "factory": Room(
        (("brick", "brick"), ("metal", "panel"), ("rust", "panel")),
        (("metal", "plates"), ("concrete", "tiles")),
        "",
        ambient=-0.16,
        glow=(1.0, 0.6, 0.3),
        extras=("machine", "pipes", "machine", "crates", "gauges"),
    ),
    "bunker": Room(
        (("concrete", "panel"), ("concrete", "block"), ("moss", "panel")),
        (("concrete", "tiles"), ("metal", "plates")),
        "",
        ambient=-0.18,
        always=("strip lights",),
        extras=("steel door", "crates", "bunk beds", "pipes"),
    ),
    "spaceship corridor": Room(
        (("hull", "panel"), ("metal", "plate"), ("dark metal", "panel"), ("blue cloth", "plate")),
        (("metal", "plates"), ("hull", "plates")),
        "",
        ambient=-0.10,
        glow=(0.4, 0.8, 1.0),
        always=("strip lights",),
        extras=("steel door", "pipes", "screens", "ribs"),
    ),
    "spaceship bridge": Room(
        (("hull", "panel"), ("dark metal", "panel")),
        (("metal", "plates"), ("hull", "plates")),
        "space",
        ambient=-0.12,
        glow=(0.4, 0.8, 1.0),
        always=("screens",),
        extras=("captain's chair", "ribs"),
    ),
    "space station": Room(
        (("hull", "panel"), ("white wall", "panel")),
        (("metal", "plates"), ("white wall", "tiles")),
        "space",
        ambient=-0.04,
        glow=(0.5, 0.8, 1.0),
        always=("strip lights",),
        extras=("plants", "bench", "ribs", "crates"),
    ),
}

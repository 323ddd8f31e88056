"""Rooms: each is a spec of walls, floor, light and what always stands there, with the scene's landmarks placed first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from narrative_server.images.painter import buildings, furniture, props
from narrative_server.images.painter.canvas import GROUND_Y_PX, X, Y
from narrative_server.images.painter.daylight import Rgb
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage

Fit = tuple[int, Callable[[Stage, int, int], None]]
B: Final = GROUND_Y_PX + 1


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


def _lamp(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x + 4, 0, 1, 16, stage.mat("dark metal"), 0.4)
    stage.canvas.rect(x + 1, 16, 7, 2, stage.mat("dark metal"), 0.7)
    stage.canvas.ellipse(x + 4, 20, 3, 3.4, stage.own_light("lamp", 4), 0.75)


def _beds(stage: Stage, x: int, base_px: int) -> None:
    for k in (0, 54):
        metal, sheet = stage.mat("metal"), stage.mat("white cloth")
        stage.canvas.rect(x + k, base_px - 20, 2, 20, metal, 0.8)
        stage.canvas.rect(x + k + 42, base_px - 14, 2, 14, metal, 0.7)
        stage.canvas.rect(x + k + 2, base_px - 8, 40, 2, metal, 0.5)
        stage.canvas.rect(x + k + 2, base_px - 13, 40, 5, sheet, 0.8)
        stage.canvas.rect(x + k + 14, base_px - 14, 28, 6, stage.mat("ice"), 0.6)
        stage.canvas.ellipse(x + k + 8, base_px - 14, 5, 2.4, sheet, 0.95)


def _desks(stage: Stage, x: int, base_px: int) -> None:
    for k in range(0, 100, 26):
        stage.canvas.rect(x + k, base_px - 11, 17, 2, stage.mat("pale wood"), 0.85)
        stage.canvas.rect(x + k + 1, base_px - 9, 15, 3, stage.mat("wood"), 0.4)
        for leg in (1, 14):
            stage.canvas.rect(x + k + leg, base_px - 9, 1, 9, stage.mat("dark metal"), 0.6)
        stage.canvas.rect(x + k + 17, base_px - 13, 1, 13, stage.mat("wood"), 0.6)
        stage.canvas.rect(x + k + 17, base_px - 6, 7, 1, stage.mat("wood"), 0.8)


def _stove(stage: Stage, x: int, base_px: int) -> None:
    iron = stage.mat("dark metal")
    stage.canvas.rect(
        x, base_px - 20, 28, 20, iron, np.asarray(crop("panel", stage.rng, 20, 28) * 0.5 + 0.25, np.float32)
    )
    stage.canvas.rect(x - 1, base_px - 21, 30, 2, iron, 0.9)
    stage.canvas.rect(x + 4, base_px - 12, 12, 7, stage.own_light("fire", 4), 0.2)
    stage.canvas.rect(x + 5, base_px - 10, 10, 4, stage.own_light("fire", 4), 0.7)
    stage.canvas.rect(
        x + 20,
        0,
        5,
        base_px - 20,
        iron,
        np.broadcast_to(np.linspace(0.9, 0.2, 5, dtype=np.float32)[None, :], (base_px - 20, 5)),
    )
    stage.canvas.ellipse(x + 8, base_px - 24, 5, 3.4, stage.mat("rust"), 0.7, 0.3)


def _pans(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x, 22, 44, 1, stage.mat("dark wood"), 0.7)
    for k in range(2, 42, 9):
        size = stage.between(3, 4)
        stage.canvas.rect(x + k + size, 23, 1, 5, stage.mat("dark metal"), 0.6)
        stage.canvas.ellipse(x + k + size, 28 + size, size, size, stage.mat("rust"), 0.75, 0.35)


def _tools(stage: Stage, x: int, base_px: int) -> None:
    for k in range(0, 46, 8):
        stage.canvas.rect(x + k, 26, 1, stage.between(10, 16), stage.mat("wood"), 0.8)
        stage.canvas.rect(x + k - 2, 25, 5, stage.between(2, 4), stage.mat("metal"), 0.7)


def _anvil(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x + 5, base_px - 8, 9, 8, stage.mat("bark"), 0.6)
    iron = stage.mat("metal")
    stage.canvas.rect(x + 6, base_px - 12, 7, 4, iron, 0.3)
    stage.canvas.rect(x, base_px - 16, 19, 4, iron, 0.55)
    stage.canvas.rect(x, base_px - 16, 19, 1, iron, 0.95)


def _forge(stage: Stage, x: int, base_px: int) -> None:
    buildings.wall(stage, x, base_px - 18, 34, 18, stage.mat("stone"), "cobble")
    buildings.wall(stage, x + 6, 0, 22, base_px - 34, stage.mat("stone"), "cobble", -0.05)
    stage.canvas.rect(x + 5, base_px - 34, 24, 16, stage.mat("dark metal"), 0.0)
    stage.canvas.rect(x + 5, base_px - 20, 24, 3, stage.own_light("lava", 5), 0.6)
    props.flames(stage, x + 6, base_px - 18, 22, 14)


def _pews(stage: Stage, x: int, base_px: int) -> None:
    for k in range(0, 96, 32):
        wood = stage.mat("wood")
        stage.canvas.rect(
            x + k, base_px - 13, 26, 9, wood, np.asarray(crop("board", stage.rng, 9, 26) * 0.5 + 0.2, np.float32)
        )
        stage.canvas.rect(x + k - 1, base_px - 14, 28, 2, wood, 0.9)
        for leg in (0, 24):
            stage.canvas.rect(x + k + leg, base_px - 13, 2, 13, wood, 0.4)


def _chains(stage: Stage, x: int, base_px: int) -> None:
    for k in (0, 11):
        for y in range(16, 16 + stage.between(14, 26), 3):
            stage.canvas.rect(x + k, y, 2, 2, stage.mat("metal"), 0.8)
            stage.canvas.rect(x + k, y + 2, 1, 1, stage.mat("metal"), 0.3)
        stage.canvas.rect(x + k - 1, 40, 4, 3, stage.mat("metal"), 0.6)


def _chair(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x + 4, base_px - 26, 16, 20, stage.mat("dark metal"), 0.5)
    stage.canvas.rect(x + 6, base_px - 24, 12, 16, stage.mat("red cloth"), 0.5)
    for k in (0, 20):
        stage.canvas.rect(x + k, base_px - 13, 4, 3, stage.mat("metal"), 0.8)
    stage.canvas.rect(x + 9, base_px - 6, 6, 6, stage.mat("metal"), 0.4)


def _plants(stage: Stage, x: int, base_px: int) -> None:
    from narrative_server.images.painter.foliage import bush

    stage.canvas.rect(x + 2, base_px - 8, 16, 8, stage.mat("white wall"), 0.6)
    bush(stage, x + 10, base_px - 7, 24, stage.mat("leaf"))


def _seats(stage: Stage, x: int, base_px: int) -> None:
    for k in range(4, 160, 40):
        cloth = stage.mat("red cloth" if stage.scene.layout_seed % 2 else "green cloth")
        for side in (0, 22):
            stage.canvas.rect(k + side, base_px - 22, 6, 22, cloth, 0.55)
            stage.canvas.rect(k + side, base_px - 22, 6, 2, cloth, 0.95)
        stage.canvas.rect(k + 6, base_px - 9, 6, 6, cloth, 0.7)
        stage.canvas.rect(k + 17, base_px - 9, 5, 6, cloth, 0.7)


def _ribs(stage: Stage, x: int, base_px: int) -> None:
    metal = stage.mat("dark metal")
    for k in range(10, 160, 46):
        stage.canvas.rect(
            k,
            0,
            6,
            GROUND_Y_PX,
            metal,
            np.broadcast_to(np.linspace(0.8, 0.2, 6, dtype=np.float32)[None, :], (GROUND_Y_PX, 6)),
        )
        for j in range(7):
            stage.canvas.rect(k - 7 + j, 7 + j, 2, 1, metal, 0.6)
            stage.canvas.rect(k + 11 - j, 7 + j, 2, 1, metal, 0.4)


def _wide(paint: Callable[[Stage], None]) -> Fit:
    return 0, lambda stage, _x, _b: paint(stage)


def _columns(stage: Stage) -> None:
    stone = stage.mat(stage.pick("stone", "warm stone", "white wall"))
    for x in (6, 48, 104, 146):
        buildings.column(stage, x, B, 9, B, stone)


def _curtains(stage: Stage) -> None:
    cloth = stage.mat(stage.pick("red cloth", "red cloth", "purple cloth", "blue cloth"))
    fold = 0.5 + 0.35 * np.sin(X / 2.1 + np.sin(Y / 20))
    half = 26 + 10 * np.clip((Y - 10) / 60, 0, 1) ** 2 * -1
    stage.canvas.fill(((half > X) | (160 - half < X)) & (Y < GROUND_Y_PX + 3), cloth, np.asarray(fold, np.float32))
    swag = 12 + 5 * np.abs(np.sin(X / 16))
    stage.canvas.fill(swag > Y, cloth, np.asarray(fold * 0.8 + 0.25 - 0.02 * Y, np.float32))
    stage.canvas.fill(np.abs(Y - swag) < 1, stage.mat("gold"), 0.8)


def _channel(stage: Stage) -> None:
    from narrative_server.images.painter import water

    water.sea(stage, stage.mat("swamp water"), 60, 67, 0.3)
    for x in (stage.between(10, 40), stage.between(100, 140)):
        stage.canvas.ellipse(x, 42, 11, 11, stage.mat("stone"), 0.75)
        stage.canvas.ellipse(x, 42, 9, 9, stage.mat("dark metal"), 0.0)
        water.waterfall(stage, x - 5, 46, 61, 10, stage.mat("swamp water"))


def _strips(stage: Stage) -> None:
    light = stage.own_light(
        "white cloth"
        if stage.scene.kind in ("subway", "bunker", "space station")
        else stage.pick("cyan light", "lamp", "red light"),
        4,
    )
    stage.canvas.rect(0, 0, 160, 6, stage.mat("dark metal"), 0.3)
    for x in range(stage.between(2, 12), 160, 36):
        stage.canvas.rect(x, 5, 22, 2, light, 0.85)


FITTINGS: Final[dict[str, Fit]] = {
    "throne": (48, lambda s, x, b: furniture.throne(s, x + 12, b)),
    "banners": (
        26,
        lambda s, x, b: (
            [props.banner(s, x + k, 14, 9, 28, s.mat(c)) for k, c in ((2, "red cloth"), (15, "red cloth"))] and None
        ),
    ),
    "torches": (8, lambda s, x, b: furniture.torch(s, x, 32)),
    "stained glass": (18, lambda s, x, b: furniture.stained_glass(s, x + 2, 14)),
    "statue": (16, lambda s, x, b: props.statue(s, x + 2, b, 40)),
    "iron bars": (42, lambda s, x, b: furniture.iron_bars(s, x, b)),
    "bones": (28, lambda s, x, b: props.bones(s, x, b + 5)),
    "chest": (15, lambda s, x, b: props.chest(s, x, b + 3)),
    "chains": (16, _chains),
    "coffins": (42, lambda s, x, b: furniture.coffin(s, x + 2, b + 2)),
    "candles": (13, lambda s, x, b: furniture.candles(s, x, b + 2)),
    "altar": (48, lambda s, x, b: furniture.altar(s, x + 8, b)),
    "pews": (96, _pews),
    "fireplace": (40, lambda s, x, b: furniture.fireplace(s, x + 2, b)),
    "bar counter": (64, lambda s, x, b: furniture.counter(s, x + 2, b)),
    "barrels": (
        26,
        lambda s, x, b: (
            [props.barrel(s, x + k, b + d, z) for k, d, z in ((0, 0, 14), (12, 0, 14), (6, 4, 12))] and None
        ),
    ),
    "tables": (46, lambda s, x, b: furniture.table(s, x + 9, b + 3)),
    "oil lamps": (12, _lamp),
    "piano": (34, lambda s, x, b: furniture.piano(s, x + 2, b)),
    "stove": (32, _stove),
    "shelves": (36, lambda s, x, b: furniture.shelves(s, x + 2, b - 4)),
    "shop counter": (
        48,
        lambda s, x, b: (
            furniture.shelves(s, x + 6, b - 14, 36, 34),
            s.canvas.rect(
                x, b - 15, 48, 15, s.mat("wood"), np.asarray(crop("board", s.rng, 15, 48) * 0.6 + 0.2, np.float32)
            ),
            s.canvas.rect(x - 1, b - 16, 50, 2, s.mat("wood"), 0.95),
        )[0],
    ),
    "crates": (
        26,
        lambda s, x, b: (
            [props.crate(s, x + k, b + d, z) for k, d, z in ((0, 0, 13), (13, 0, 12), (5, -13, 11))] and None
        ),
    ),
    "bookshelves": (34, lambda s, x, b: furniture.bookshelf(s, x + 2, b)),
    "desk": (44, lambda s, x, b: furniture.desk(s, x + 2, b + 2)),
    "globe": (
        16,
        lambda s, x, b: (
            s.canvas.ellipse(x + 8, b - 17, 7, 7, s.mat("blue cloth"), 0.6, 0.3),
            s.canvas.ellipse(x + 6, b - 19, 3, 2, s.mat("leaf"), 0.7),
            s.canvas.rect(x + 7, b - 10, 2, 9, s.mat("wood"), 0.6),
            s.canvas.rect(x + 3, b - 1, 10, 2, s.mat("wood"), 0.8),
        )[0],
    ),
    "bed": (
        50,
        lambda s, x, b: furniture.bed(
            s, x + 2, b + 1, s.pick("red cloth", "blue cloth", "green cloth", "purple cloth")
        ),
    ),
    "wardrobe": (26, lambda s, x, b: furniture.cabinet(s, x + 2, b, s.mat("wood"), 22, 46)),
    "mirror": (
        18,
        lambda s, x, b: (
            s.canvas.ellipse(x + 9, 36, 8, 13, s.mat("gold"), 0.6),
            s.canvas.ellipse(x + 9, 36, 6, 11, s.mat("ice"), 0.75, 0.3),
        )[0],
    ),
    "sofa": (
        48,
        lambda s, x, b: furniture.sofa(
            s, x + 2, b + 3, s.mat(s.pick("red cloth", "green cloth", "blue cloth", "wood"))
        ),
    ),
    "clock": (14, lambda s, x, b: furniture.clock(s, x + 7, 26)),
    "station clock": (14, lambda s, x, b: furniture.clock(s, x + 7, 22)),
    "cabinets": (
        44,
        lambda s, x, b: [furniture.cabinet(s, x + k, b, s.mat("metal"), 18, 34) for k in (2, 21)] and None,
    ),
    "office lamp": (14, _lamp),
    "map on the wall": (36, lambda s, x, b: furniture.picture(s, x + 2, 18, 30, 20)),
    "picture": (22, lambda s, x, b: furniture.picture(s, x + 2, 20, 16, 14, s.pick("moss", "rust", "water", "sand"))),
    "blackboard": (
        56,
        lambda s, x, b: (
            furniture.picture(s, x + 2, 18, 50, 24, "green cloth"),
            s.canvas.rect(x + 2, 18, 50, 24, s.mat("green cloth"), 0.12),
            [s.canvas.rect(x + 6, 22 + 5 * k, s.between(10, 38), 1, s.mat("white cloth"), 0.7) for k in range(4)],
        )[0],
    ),
    "school desks": (108, _desks),
    "hospital beds": (102, _beds),
    "screens": (
        48,
        lambda s, x, b: (
            furniture.screens(s, x + 2, b, s.pick("cyan light", "green light", "lamp"))
            if s.scene.kind != "hospital"
            else [s.canvas.rect(x + k, b - 34, 11, 32, s.mat("ice"), 0.7 - 0.1 * (k % 2)) for k in (2, 13, 24)] and None
        ),
    ),
    "glass tanks": (
        44,
        lambda s, x, b: (
            [
                furniture.glass_tank(s, x + k, b, c)
                for c in (s.pick("green light", "cyan light", "violet light"),)
                for k in (3, 25)
            ]
            and None
        ),
    ),
    "lab bench": (
        48,
        lambda s, x, b: (
            s.canvas.rect(x, b - 15, 48, 3, s.mat("metal"), 0.85),
            s.canvas.rect(x + 2, b - 12, 44, 12, s.mat("metal"), 0.35),
            [
                (
                    s.canvas.rect(x + k + 1, b - 22, 2, 4, s.mat("ice"), 0.9),
                    s.canvas.ellipse(
                        x + k + 2,
                        b - 18,
                        3.4,
                        3,
                        s.own_light(s.pick("green light", "cyan light", "magenta light", "lamp"), 4),
                        0.6,
                        0.3,
                    ),
                )
                for k in range(3, 42, 9)
            ],
        )[0],
    ),
    "machine": (46, lambda s, x, b: furniture.machine(s, x + 2, b)),
    "furnace": (36, _forge),
    "gauges": (
        24,
        lambda s, x, b: (
            [
                (
                    s.canvas.ellipse(x + k, 30, 4, 4, s.mat("gold"), 0.6),
                    s.canvas.ellipse(x + k, 30, 3, 3, s.mat("white cloth"), 0.85),
                )
                for k in (5, 16)
            ]
            and None
        ),
    ),
    "forge fire": (36, _forge),
    "anvil": (22, lambda s, x, b: _anvil(s, x + 1, b + 5)),
    "tools": (48, _tools),
    "pans": (46, _pans),
    "hammock": (
        44,
        lambda s, x, b: (
            [
                s.canvas.line(
                    (x + k, 34 + 14 * np.sin(k / 40 * np.pi)),
                    (x + k, 40 + 14 * np.sin(k / 40 * np.pi)),
                    s.mat("canvas"),
                    0.5 + 0.2 * (k % 3 == 0),
                )
                for k in range(40)
            ]
            and None
        ),
    ),
    "spotlights": (70, lambda s, x, b: s.canvas.rect(x, 8, 12, 4, s.own_light("lamp", 4), 0.9)),
    "painted scenery": (
        64,
        lambda s, x, b: (
            furniture.picture(s, x + 2, 16, 58, 50, "moss"),
            s.canvas.ellipse(x + 44, 28, 6, 6, s.mat("gold"), 0.9),
        )[0],
    ),
    "bench": (24, lambda s, x, b: props.bench(s, x + 2, b + 3, s.mat("wood"))),
    "vending machine": (
        20,
        lambda s, x, b: (
            s.canvas.rect(x + 2, b - 36, 17, 36, s.mat("red cloth"), 0.6),
            s.canvas.rect(x + 4, b - 33, 9, 22, s.own_light("cyan light", 4), 0.4),
            [
                s.canvas.rect(
                    x + 5 + 3 * (k % 3), b - 31 + 5 * (k // 3), 2, 3, s.mat(s.pick("gold", "leaf", "white cloth")), 0.7
                )
                for k in range(12)
            ],
        )[0],
    ),
    "steel door": (38, lambda s, x, b: furniture.steel_door(s, x + 4, b, s.pick("red light", "green light"))),
    "radio": (
        26,
        lambda s, x, b: (
            s.canvas.rect(x + 2, b - 12, 22, 12, s.mat("wood"), 0.5),
            s.canvas.rect(x + 4, b - 22, 18, 10, s.mat("moss"), 0.5),
            s.canvas.ellipse(x + 9, b - 17, 3, 3, s.mat("dark metal"), 0.6),
            s.canvas.rect(x + 14, b - 19, 6, 3, s.own_light("lamp", 4), 0.6),
            s.canvas.line((x + 20, b - 22), (x + 24, b - 38), s.mat("metal"), 0.8),
        )[0],
    ),
    "bunk beds": (44, lambda s, x, b: furniture.bunk(s, x + 2, b)),
    "captain's chair": (28, _chair),
    "plants": (26, _plants),
    "train": (0, lambda s, x, b: None),
    "warning lights": (
        60,
        lambda s, x, b: (
            [
                (
                    s.canvas.rect(x + k, 14, 6, 3, s.own_light("red light", 4), 0.8),
                    s.canvas.rect(x + k - 1, 12, 8, 2, s.mat("dark metal"), 0.5),
                )
                for k in (4, 46)
            ]
            and None
        ),
    ),
    "columns": _wide(_columns),
    "curtains": _wide(_curtains),
    "channel": _wide(_channel),
    "strip lights": _wide(_strips),
    "seats": (0, _seats),
    "ribs": (0, _ribs),
    "pipes": (
        0,
        lambda s, x, b: furniture.pipes(s, s.between(10, 18), s.mat(s.pick("metal", "rust")), s.between(2, 3)),
    ),
    "carpet": (0, lambda s, x, b: None),
    "rug": (0, lambda s, x, b: None),
    "planet in the window": (0, lambda s, x, b: None),
}

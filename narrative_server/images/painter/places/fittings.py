"""Everything that can stand in a room, by the name scenes and room specs use: how wide it is and who paints it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from narrative_server.images.painter import fixtures, furniture, props
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage

Painter = Callable[[Stage, int, int], None]


def _banners(stage: Stage, x: int, _base_px: int) -> None:
    for k in (2, 15):
        props.banner(stage, x + k, 14, 9, 28, stage.mat("red cloth"))


def _barrels(stage: Stage, x: int, base_px: int) -> None:
    for dx, dy, size in ((0, 0, 14), (12, 0, 14), (6, 4, 12)):
        props.barrel(stage, x + dx, base_px + dy, size)


def _crates(stage: Stage, x: int, base_px: int) -> None:
    for dx, dy, size in ((0, 0, 13), (13, 0, 12), (5, -13, 11)):
        props.crate(stage, x + dx, base_px + dy, size)


def _shop_counter(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("wood")
    furniture.shelves(stage, x + 6, base_px - 14, 36, 34)
    front = crop("board", stage.rng, 15, 48) * 0.6 + 0.2
    stage.canvas.rect(x, base_px - 15, 48, 15, wood, np.asarray(front, np.float32))
    stage.canvas.rect(x - 1, base_px - 16, 50, 2, wood, 0.95)


def _globe(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("wood")
    stage.canvas.ellipse(x + 8, base_px - 17, 7, 7, stage.mat("blue cloth"), 0.6, 0.3)
    stage.canvas.ellipse(x + 6, base_px - 19, 3, 2, stage.mat("leaf"), 0.7)
    stage.canvas.rect(x + 7, base_px - 10, 2, 9, wood, 0.6)
    stage.canvas.rect(x + 3, base_px - 1, 10, 2, wood, 0.8)


def _mirror(stage: Stage, x: int, _base_px: int) -> None:
    stage.canvas.ellipse(x + 9, 36, 8, 13, stage.mat("gold"), 0.6)
    stage.canvas.ellipse(x + 9, 36, 6, 11, stage.mat("ice"), 0.75, 0.3)


def _bed(stage: Stage, x: int, base_px: int) -> None:
    furniture.bed(stage, x + 2, base_px + 1, stage.pick("red cloth", "blue cloth", "green cloth", "purple cloth"))


def _sofa(stage: Stage, x: int, base_px: int) -> None:
    furniture.sofa(stage, x + 2, base_px + 3, stage.mat(stage.pick("red cloth", "green cloth", "blue cloth", "wood")))


def _cabinets(stage: Stage, x: int, base_px: int) -> None:
    for k in (2, 21):
        furniture.cabinet(stage, x + k, base_px, stage.mat("metal"), 18, 34)


def _picture(stage: Stage, x: int, _base_px: int) -> None:
    furniture.picture(stage, x + 2, 20, 16, 14, stage.pick("moss", "rust", "water", "sand"))


def _blackboard(stage: Stage, x: int, _base_px: int) -> None:
    furniture.picture(stage, x + 2, 18, 50, 24, "green cloth")
    stage.canvas.rect(x + 2, 18, 50, 24, stage.mat("green cloth"), 0.12)
    for k in range(4):
        stage.canvas.rect(x + 6, 22 + 5 * k, stage.between(10, 38), 1, stage.mat("white cloth"), 0.7)


def _screens(stage: Stage, x: int, base_px: int) -> None:
    """Paint glowing screens, or in a hospital the cloth ones between beds."""
    if stage.scene.kind != "hospital":
        furniture.screens(stage, x + 2, base_px, stage.pick("cyan light", "green light", "lamp"))
        return
    for k in (2, 13, 24):
        stage.canvas.rect(x + k, base_px - 34, 11, 32, stage.mat("ice"), 0.7 - 0.1 * (k % 2))


def _glass_tanks(stage: Stage, x: int, base_px: int) -> None:
    light = stage.pick("green light", "cyan light", "violet light")
    for k in (3, 25):
        furniture.glass_tank(stage, x + k, base_px, light)


def _lab_bench(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x, base_px - 15, 48, 3, stage.mat("metal"), 0.85)
    stage.canvas.rect(x + 2, base_px - 12, 44, 12, stage.mat("metal"), 0.35)
    for k in range(3, 42, 9):
        liquid = stage.own_light(stage.pick("green light", "cyan light", "magenta light", "lamp"), 4)
        stage.canvas.rect(x + k + 1, base_px - 22, 2, 4, stage.mat("ice"), 0.9)
        stage.canvas.ellipse(x + k + 2, base_px - 18, 3.4, 3, liquid, 0.6, 0.3)


def _gauges(stage: Stage, x: int, _base_px: int) -> None:
    for k in (5, 16):
        stage.canvas.ellipse(x + k, 30, 4, 4, stage.mat("gold"), 0.6)
        stage.canvas.ellipse(x + k, 30, 3, 3, stage.mat("white cloth"), 0.85)


def _hammock(stage: Stage, x: int, _base_px: int) -> None:
    cloth = stage.mat("canvas")
    for k in range(40):
        sag = 14 * np.sin(k / 40 * np.pi)
        stage.canvas.line((x + k, 34 + sag), (x + k, 40 + sag), cloth, 0.5 + 0.2 * (k % 3 == 0))


def _spotlights(stage: Stage, x: int, _base_px: int) -> None:
    for k in (0, 40):
        stage.canvas.rect(x + k, 13, 11, 4, stage.mat("dark metal"), 0.6)
        stage.canvas.rect(x + k + 1, 16, 9, 2, stage.own_light("lamp", 4), 0.9)


def _painted_scenery(stage: Stage, x: int, _base_px: int) -> None:
    furniture.picture(stage, x + 2, 16, 58, 50, "moss")
    stage.canvas.ellipse(x + 44, 28, 6, 6, stage.mat("gold"), 0.9)


def _vending_machine(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x + 2, base_px - 36, 17, 36, stage.mat("red cloth"), 0.6)
    stage.canvas.rect(x + 4, base_px - 33, 9, 22, stage.own_light("cyan light", 4), 0.4)
    for k in range(12):
        goods = stage.mat(stage.pick("gold", "leaf", "white cloth"))
        stage.canvas.rect(x + 5 + 3 * (k % 3), base_px - 31 + 5 * (k // 3), 2, 3, goods, 0.7)


def _radio(stage: Stage, x: int, base_px: int) -> None:
    canvas = stage.canvas
    canvas.rect(x + 2, base_px - 12, 22, 12, stage.mat("wood"), 0.5)
    canvas.rect(x + 4, base_px - 22, 18, 10, stage.mat("moss"), 0.5)
    canvas.ellipse(x + 9, base_px - 17, 3, 3, stage.mat("dark metal"), 0.6)
    canvas.rect(x + 14, base_px - 19, 6, 3, stage.own_light("lamp", 4), 0.6)
    canvas.line((x + 20, base_px - 22), (x + 24, base_px - 38), stage.mat("metal"), 0.8)


def _warning_lights(stage: Stage, x: int, _base_px: int) -> None:
    for k in (4, 46):
        stage.canvas.rect(x + k, 14, 6, 3, stage.own_light("red light", 4), 0.8)
        stage.canvas.rect(x + k - 1, 12, 8, 2, stage.mat("dark metal"), 0.5)


def _pipes(stage: Stage, _x: int, _base_px: int) -> None:
    ramp_name = stage.pick("metal", "rust")
    furniture.pipes(stage, stage.between(10, 18), stage.mat(ramp_name), stage.between(2, 3))


def _subway_train(stage: Stage, _x: int, base_px: int) -> None:
    """Paint a train along the whole platform."""
    body = stage.mat("metal")
    shade = np.broadcast_to(np.linspace(0.85, 0.45, 40, dtype=np.float32)[:, None], (40, 160))
    stage.canvas.rect(0, base_px - 42, 160, 40, body, shade)
    stage.canvas.rect(0, base_px - 16, 160, 3, stage.mat("red cloth"), 0.6)
    for x in range(stage.between(-20, 0), 160, 36):
        stage.canvas.rect(x, base_px - 36, 20, 14, stage.own_light("lamp", 4), 0.55)
        stage.canvas.rect(x, base_px - 36, 20, 1, stage.mat("dark metal"), 0.2)
        stage.canvas.rect(x + 24, base_px - 38, 9, 36, body, 0.35)
        stage.canvas.rect(x + 28, base_px - 38, 1, 36, stage.mat("dark metal"), 0.1)


def _elsewhere(_stage: Stage, _x: int, _base_px: int) -> None:
    """Stand for what the shell or a window paints: carpets, rugs, planets."""


FITTINGS: Final[dict[str, tuple[int, Painter]]] = {
    "throne": (48, lambda s, x, b: furniture.throne(s, x + 12, b)),
    "banners": (26, _banners),
    "torches": (8, lambda s, x, _: furniture.torch(s, x, 32)),
    "stained glass": (18, lambda s, x, _: furniture.stained_glass(s, x + 2, 14)),
    "statue": (16, lambda s, x, b: props.statue(s, x + 2, b, 40)),
    "iron bars": (42, furniture.iron_bars),
    "bones": (28, lambda s, x, b: props.bones(s, x, b + 5)),
    "chest": (15, lambda s, x, b: props.chest(s, x, b + 3)),
    "chains": (16, fixtures.chains),
    "coffins": (42, lambda s, x, b: furniture.coffin(s, x + 2, b + 2)),
    "candles": (14, lambda s, x, b: furniture.candles(s, x, b + 2)),
    "altar": (48, lambda s, x, b: furniture.altar(s, x + 8, b)),
    "pews": (96, fixtures.pews),
    "fireplace": (40, lambda s, x, b: furniture.fireplace(s, x + 2, b)),
    "bar counter": (64, lambda s, x, b: furniture.counter(s, x + 2, b)),
    "barrels": (26, _barrels),
    "tables": (46, lambda s, x, b: furniture.table(s, x + 9, b + 3)),
    "oil lamps": (12, fixtures.hanging_lamp),
    "piano": (34, lambda s, x, b: furniture.piano(s, x + 2, b)),
    "stove": (32, fixtures.stove),
    "shelves": (36, lambda s, x, b: furniture.shelves(s, x + 2, b - 4)),
    "shop counter": (48, _shop_counter),
    "crates": (26, _crates),
    "bookshelves": (34, lambda s, x, b: furniture.bookshelf(s, x + 2, b)),
    "desk": (44, lambda s, x, b: furniture.desk(s, x + 2, b + 2)),
    "globe": (16, _globe),
    "bed": (50, _bed),
    "wardrobe": (26, lambda s, x, b: furniture.cabinet(s, x + 2, b, s.mat("wood"), 22, 46)),
    "mirror": (18, _mirror),
    "sofa": (48, _sofa),
    "clock": (14, lambda s, x, _: furniture.clock(s, x + 7, 26)),
    "station clock": (14, lambda s, x, _: furniture.clock(s, x + 7, 22)),
    "cabinets": (44, _cabinets),
    "office lamp": (14, fixtures.hanging_lamp),
    "map on the wall": (36, lambda s, x, _: furniture.picture(s, x + 2, 18, 30, 20)),
    "picture": (22, _picture),
    "blackboard": (56, _blackboard),
    "school desks": (108, fixtures.school_desks),
    "hospital beds": (102, fixtures.hospital_beds),
    "screens": (48, _screens),
    "glass tanks": (44, _glass_tanks),
    "lab bench": (48, _lab_bench),
    "machine": (46, lambda s, x, b: furniture.machine(s, x + 2, b)),
    "furnace": (36, fixtures.forge),
    "forge fire": (36, fixtures.forge),
    "gauges": (24, _gauges),
    "anvil": (22, lambda s, x, b: fixtures.anvil(s, x + 1, b + 5)),
    "tools": (48, fixtures.tools),
    "pans": (46, fixtures.pans),
    "hammock": (44, _hammock),
    "spotlights": (54, _spotlights),
    "painted scenery": (64, _painted_scenery),
    "bench": (24, lambda s, x, b: props.bench(s, x + 2, b + 3, s.mat("wood"))),
    "vending machine": (20, _vending_machine),
    "steel door": (38, lambda s, x, b: furniture.steel_door(s, x + 4, b, s.pick("red light", "green light"))),
    "radio": (26, _radio),
    "bunk beds": (44, lambda s, x, b: furniture.bunk(s, x + 2, b)),
    "captain's chair": (28, fixtures.captains_chair),
    "plants": (26, fixtures.plants),
    "train": (0, _subway_train),
    "warning lights": (60, _warning_lights),
    "columns": (0, fixtures.columns),
    "curtains": (0, fixtures.curtains),
    "channel": (0, fixtures.channel),
    "strip lights": (0, fixtures.strip_lights),
    "seats": (0, fixtures.seats),
    "ribs": (0, fixtures.ribs),
    "pipes": (0, _pipes),
    "carpet": (0, _elsewhere),
    "rug": (0, _elsewhere),
    "planet in the window": (0, _elsewhere),
}
"""Width in pixels (0: the whole room) and painter (stage, x, base_px)."""

"""Outdoor landmarks by the name scenes use, and where they go: spread over the width, their foot on the ground line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from narrative_server.images.painter import buildings, features, features_modern, foliage, props, water
from narrative_server.images.painter.canvas import GROUND_Y_PX, WIDTH_PX
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage

Painter = Callable[[Stage, int, int], None]
BASE_PX: Final = GROUND_Y_PX + 2


def _barrel_fire(stage: Stage, x: int, base_px: int) -> None:
    props.flames(stage, x, base_px - 10, 8, 11)
    props.barrel(stage, x, base_px, 11)


def _cooking_pot(stage: Stage, x: int, base_px: int) -> None:
    props.campfire(stage, x, base_px + 2, 8)
    stage.canvas.ellipse(x, base_px - 10, 6, 5, stage.mat("dark metal"), 0.5, 0.3)


def _ruined_wall(stage: Stage, x: int, base_px: int) -> None:
    stone = stage.mat("warm stone")
    buildings.wall(stage, x - 22, base_px - 18, 44, 18, stone, "cobble")
    buildings.column(stage, x + 14, base_px, 8, 30, stone, True)


def _palms(stage: Stage, x: int, base_px: int) -> None:
    for k in (-18, 2, 20):
        foliage.palm(stage, x + k, base_px, stage.between(28, 46), stage.mat("jungle leaf"), stage.mat("wood"))


def _tents(stage: Stage, x: int, base_px: int) -> None:
    for k, cloth in ((-32, "canvas"), (4, "red cloth")):
        buildings.tent(stage, x + k, base_px, 28, 19, stage.mat(cloth))


def _cactus(stage: Stage, x: int, base_px: int) -> None:
    foliage.cactus(stage, x, base_px + stage.between(0, 4), stage.between(14, 26), stage.mat("leaf"))


def _tower(stage: Stage, x: int, base_px: int) -> None:
    buildings.tower(stage, x - 8, base_px, 16, stage.between(36, 48), 0.1, stage.pick("slate roof", "red roof"))


def _shrine(stage: Stage, x: int, base_px: int) -> None:
    buildings.wall(stage, x - 8, base_px - 13, 16, 13, stage.mat("stone"), "ashlar")
    buildings.gable_roof(stage, x - 12, base_px - 12, 24, 7, stage.mat("red roof"), "shingle", 0.8)
    stage.canvas.rect(x - 3, base_px - 9, 6, 9, stage.own_light("lamp", 4), 0.1)


def _lone_tree(stage: Stage, x: int, base_px: int) -> None:
    bark = stage.mat("bark")
    if stage.scene.season == "winter":
        foliage.bare_tree(stage, x, base_px + 1, 44, bark)
    else:
        foliage.tree(stage, x, base_px + 1, stage.between(38, 50), stage.greenery(), bark)


def _lanterns(stage: Stage, _x: int, base_px: int) -> None:
    for k in range(12, WIDTH_PX, 34):
        stage.canvas.rect(k + 1, base_px - 24, 1, 24, stage.mat("dark wood"), 0.5)
        props.lantern(stage, k, base_px - 22, 2)


def _torches(stage: Stage, _x: int, base_px: int) -> None:
    for k in (18, 58, 98, 138):
        stage.canvas.rect(k + 2, base_px - 18, 2, 18, stage.mat("dark wood"), 0.5)
        props.flames(stage, k, base_px - 17, 6, 8)


def _street_lamps(stage: Stage, _x: int, base_px: int) -> None:
    for k in (20, 74, 128):
        props.street_lamp(stage, k, base_px, 32)


def _banners(stage: Stage, x: int, base_px: int) -> None:
    for k in (-40, 0, 40):
        stage.canvas.rect(x + k - 2, base_px - 34, 1, 34, stage.mat("wood"), 0.5)
        props.banner(stage, x + k, base_px - 33, 8, 18, stage.mat("red cloth"))


def _crates(stage: Stage, x: int, base_px: int) -> None:
    for dx, dy, size in ((-12, 0, 10), (0, 1, 12), (-7, -10, 9)):
        props.crate(stage, x + dx, base_px + dy, size)


def _barrels(stage: Stage, x: int, base_px: int) -> None:
    for dx, dy in ((-10, 0), (-1, 2), (9, 0)):
        props.barrel(stage, x + dx, base_px + dy, 11)


def _hitching_rail(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("wood")
    stage.canvas.rect(x - 15, base_px - 6, 30, 2, wood, 0.8)
    for k in (-12, 10):
        stage.canvas.rect(x + k, base_px - 6, 2, 8, wood, 0.4)


def _parked_car(stage: Stage, x: int, base_px: int) -> None:
    wrecked = stage.scene.kind == "wasteland"
    paint = "rust" if wrecked else stage.pick("red cloth", "blue cloth", "gold", "metal")
    props.car(stage, x - 18, base_px + 4, stage.mat(paint), wrecked)


def _crystals(stage: Stage, x: int, base_px: int) -> None:
    for k, size in ((-34, 16), (0, 26), (30, 14)):
        props.crystal(stage, x + k, base_px + 2, size, stage.own_light("violet light", 5))


def _giant_mushrooms(stage: Stage, x: int, base_px: int) -> None:
    for k, size in ((-24, 18), (0, 32), (20, 22)):
        foliage.mushroom(stage, x + k, base_px + 1, size, stage.mat("spore"), stage.mat("bone"))


def _mine_cart(stage: Stage, x: int, base_px: int) -> None:
    rust = stage.mat("rust")
    stage.canvas.rect(x - 9, base_px - 11, 18, 8, rust, 0.5)
    stage.canvas.rect(x - 10, base_px - 12, 20, 2, rust, 0.9)
    props.boulder(stage, x - 8, base_px - 12, 16, stage.mat("gold"), 5)
    for k in (-5, 5):
        props.wheel(stage, x + k, base_px - 2, 2, stage.mat("dark metal"), 2)


def _gazebo(stage: Stage, x: int, base_px: int) -> None:
    for k in (-14, -5, 4, 12):
        buildings.column(stage, x + k, base_px, 3, 24, stage.mat("white wall"))
    buildings.cone(stage, x - 18, base_px - 24, 36, 13, stage.mat("slate roof"))


def _altar(stage: Stage, x: int, base_px: int) -> None:
    stone = stage.mat("stone")
    stage.canvas.rect(x - 14, base_px - 9, 28, 9, stone, 0.45)
    stage.canvas.rect(x - 16, base_px - 11, 32, 3, stone, 0.9)
    props.flames(stage, x - 4, base_px - 11, 8, 8)


def _crypt_door(stage: Stage, x: int, base_px: int) -> None:
    stone = stage.mat("stone")
    buildings.wall(stage, x - 13, base_px - 22, 26, 22, stone, "ashlar")
    buildings.front_gable(stage, x - 16, base_px - 21, 32, 10, stone, stage.mat("slate roof"), "ashlar")
    buildings.gate(stage, x - 5, base_px, 10, 15, stone, True)


def _open_grave(stage: Stage, x: int, base_px: int) -> None:
    soil = stage.mat("dirt")
    stage.canvas.ellipse(x, base_px + 8, 15, 3.4, soil, 0.5)
    stage.canvas.ellipse(x, base_px + 8, 12, 2.2, soil, 0.0)
    props.boulder(stage, x + 12, base_px + 8, 14, soil, 6)


def _sign(light: str) -> Painter:
    def paint(stage: Stage, x: int, base_px: int) -> None:
        dark, sign = stage.mat("dark metal"), stage.own_light(light, 4)
        stage.canvas.rect(x - 12, base_px - 40, 24, 9, dark, 0.2)
        for k in range(-10, 10, 5):
            stage.canvas.rect(x + k, base_px - 38, 3, 5, sign, 0.8)
            stage.canvas.rect(x + k + 1, base_px - 37, 1, 2, dark, 0.2)
        for k in (-8, 8):
            stage.canvas.rect(x + k, base_px - 31, 1, 31, dark, 0.5)

    return paint


def _far_bridge(material: str, grain: str) -> Painter:
    """Span the whole width behind the scene, with one arch."""

    def paint(stage: Stage, x: int, base_px: int) -> None:
        ramp = stage.mat(material)
        columns, rows = np.arange(WIDTH_PX, dtype=np.float32)[None, :], np.arange(22, dtype=np.float32)[:, None]
        arch = ((columns - x) / 30) ** 2 + ((rows - 23) / 15) ** 2 < 1
        deck = (rows >= 2) & (rows < 12 + 0 * columns)
        shade = crop(grain, stage.rng, 22, WIDTH_PX) * 0.7 + 0.15
        stage.canvas.blit(0, base_px - 40, deck & ~arch, ramp, np.asarray(shade, np.float32))
        stage.canvas.rect(0, base_px - 39, WIDTH_PX, 1, ramp, 0.95)

    return paint


def _several(paint: Painter, count: int, gap: int) -> Painter:
    def spread(stage: Stage, x: int, base_px: int) -> None:
        for k in range(count):
            paint(stage, x + (k - count // 2) * gap + stage.between(-2, 2), base_px)

    return spread


_PAINTERS: Final[dict[str, Painter]] = {
    "campfire": lambda s, x, b: props.campfire(s, x, b + 3, 10),
    "barrel fire": _barrel_fire,
    "cooking pot": _cooking_pot,
    "standing stones": lambda s, x, b: props.standing_stones(s, x - 22, b),
    "hut": features.hut,
    "signpost": props.signpost,
    "stream": features.stream,
    "fallen log": features.fallen_log,
    "stone idol": lambda s, x, b: props.statue(s, x - 6, b, 34),
    "statue": lambda s, x, b: props.statue(s, x - 6, b, 32),
    "ruined wall": _ruined_wall,
    "palms": _palms,
    "tents": _tents,
    "pyramid": features.pyramid,
    "bones": lambda s, x, b: props.bones(s, x - 12, b + 3),
    "cactus": _several(_cactus, 3, 34),
    "wagon": lambda s, x, b: props.wagon(s, x - 18, b + 2),
    "wooden bridge": _far_bridge("wood", "plank"),
    "stone bridge": _far_bridge("dark rock", "ashlar"),
    "tower": _tower,
    "shrine": _shrine,
    "waterfall": lambda s, x, b: water.waterfall(s, x - 5, 14, b - 2, s.between(8, 14), s.mat("ice")),
    "chest": lambda s, x, b: props.chest(s, x - 6, b + 4),
    "lighthouse": lambda s, x, b: features.lighthouse(s, x, b - 4),
    "rowing boat": lambda s, x, b: features.rowing_boat(s, x, b + 2),
    "shipwreck": features.shipwreck,
    "watermill": features.watermill,
    "windmill": features.windmill,
    "lone tree": _lone_tree,
    "fence": lambda s, x, b: props.fence(s, x - 30, b + 3, 62),
    "scarecrow": features.scarecrow,
    "haystack": features.haystack,
    "well": lambda s, x, b: props.well(s, x - 7, b + 2),
    "gallows": features.gallows,
    "church": features.church,
    "lanterns": _lanterns,
    "torches": _torches,
    "street lamps": _street_lamps,
    "fountain": features.fountain,
    "banners": _banners,
    "crates": _crates,
    "barrels": _barrels,
    "cannons": features_modern.cannons,
    "dragon": features.dragon,
    "training dummies": _several(features.scarecrow, 3, 22),
    "burned trees": features_modern.burned_trees,
    "dead trees": features_modern.burned_trees,
    "siege tower": features_modern.siege_tower,
    "bench": lambda s, x, b: props.bench(s, x - 10, b + 2, s.mat("wood")),
    "water tower": features.water_tower,
    "hitching rail": _hitching_rail,
    "parked car": _parked_car,
    "radio tower": features_modern.radio_tower,
    "landed ship": features_modern.landed_ship,
    "dome": features_modern.dome,
    "radio dish": features_modern.radio_dish,
    "crystals": _crystals,
    "giant mushrooms": _giant_mushrooms,
    "train": features_modern.train,
    "noodle stall": features_modern.noodle_stall,
    "neon sign": _sign("magenta light"),
    "bus stop": _sign("lamp"),
    "mine cart": _mine_cart,
    "gazebo": _gazebo,
    "altar": _altar,
    "crypt door": _crypt_door,
    "open grave": _open_grave,
}


def paint_landmarks(stage: Stage, base_px: int = BASE_PX, skip: tuple[str, ...] = ()) -> None:
    """Paint the scene's landmarks that have a painter here, spread over the width and not in `skip`."""
    wanted = [name for name in stage.scene.landmarks if name in _PAINTERS and name not in skip]
    slots = stage.rng.permutation(len(wanted))
    for slot, name in zip(slots, wanted, strict=True):
        x = int((slot + 0.5) / len(wanted) * 120 + 20 + stage.between(-9, 9))
        _PAINTERS[name](stage, x, base_px)


def paint_only(stage: Stage, name: str, base_px: int = BASE_PX) -> None:
    """Paint one landmark, if the scene has it, before what stands in front of it."""
    paint_landmarks(stage, base_px, tuple(other for other in stage.scene.landmarks if other != name))

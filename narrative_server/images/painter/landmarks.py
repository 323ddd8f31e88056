"""Outdoor landmarks by name: each paints itself somewhere fitting on the ground line or beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from narrative_server.images.painter import buildings, foliage, props, water
from narrative_server.images.painter.canvas import GROUND_Y_PX
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage

Painter = Callable[[Stage, int, int], None]
BASE_PX: Final = GROUND_Y_PX + 2


def _hut(stage: Stage, x: int, base_px: int) -> None:
    buildings.wall(stage, x - 14, base_px - 14, 28, 14, stage.mat("wood"), "log")
    buildings.gable_roof(stage, x - 19, base_px - 13, 38, 15, stage.mat("thatch"), "straw", 0.75)
    buildings.door(stage, x - 9, base_px, 6, 10, stage.mat("dark wood"))
    buildings.window(stage, x + 4, base_px - 10, 5, 4, stage.mat("dark wood"))


def _fallen_log(stage: Stage, x: int, base_px: int) -> None:
    bark = stage.mat("bark")
    shade = crop("bark", stage.rng, 44, 8).T * 0.5 + np.linspace(0.5, 0.0, 8, dtype=np.float32)[:, None]
    stage.canvas.rect(x - 22, base_px - 8, 44, 8, bark, np.asarray(shade, np.float32))
    stage.canvas.rect(x - 20, base_px - 9, 30, 2, stage.mat("moss"), 0.7)
    stage.canvas.ellipse(x + 22, base_px - 4, 3, 4, stage.mat("pale wood"), 0.7)
    stage.canvas.ellipse(x + 22, base_px - 4, 1.4, 2, stage.mat("pale wood"), 0.3)


def _stream(stage: Stage, x: int, base_px: int) -> None:
    ramp = stage.mat("water")
    for row in range(GROUND_Y_PX, 96):
        near = (row - GROUND_Y_PX) / 29
        middle, half = x + 10 * np.sin(near * 3.0) - 18 * near, 3 + 11 * near
        stage.canvas.rect(int(middle - half), row, int(2 * half), 1, ramp, 0.45 + 0.35 * ((row * 7) % 5 == 0))
        stage.canvas.rect(int(middle - half), row, 1, 1, ramp, 0.95)


def _pyramid(stage: Stage, x: int, base_px: int) -> None:
    height = stage.between(24, 40)
    rows, columns = (
        np.arange(height, dtype=np.float32)[:, None],
        np.arange(height * 3, dtype=np.float32)[None, :] - height * 1.3,
    )
    mask = (columns > -rows * 1.25) & (columns < rows * 1.6)
    shade = np.where(columns < rows * 0.25, 0.80, 0.34) + 0.28 * (crop("brick", stage.rng, height, height * 3) - 0.5)
    stage.canvas.blit(
        x - int(height * 1.3), base_px - 8 - height, mask, stage.mat("sandstone", 0.15), np.asarray(shade, np.float32)
    )


def _windmill(stage: Stage, x: int, base_px: int) -> None:
    buildings.wall(stage, x - 7, base_px - 34, 14, 34, stage.mat("plaster"), "cobble")
    buildings.cone(stage, x - 9, base_px - 33, 18, 9, stage.mat("red roof"))
    buildings.door(stage, x - 3, base_px, 6, 9, stage.mat("wood"))
    turn = stage.rng.random() * 1.5
    for k in range(4):
        dx, dy = np.cos(turn + k * np.pi / 2), np.sin(turn + k * np.pi / 2)
        for w in range(4):
            start = (x + dx * 4 - dy * w, base_px - 32 + dy * 4 + dx * w)
            stage.canvas.line(
                start,
                (start[0] + dx * 17, start[1] + dy * 17),
                stage.mat("white cloth" if w else "dark wood"),
                0.9 - 0.12 * w,
            )


def _scarecrow(stage: Stage, x: int, base_px: int) -> None:
    stage.canvas.rect(x, base_px - 20, 2, 20, stage.mat("wood"), 0.5)
    stage.canvas.rect(x - 8, base_px - 15, 18, 2, stage.mat("wood"), 0.6)
    stage.canvas.rect(x - 4, base_px - 15, 10, 9, stage.mat("blue cloth"), 0.5)
    stage.canvas.ellipse(x + 1, base_px - 18, 3, 3, stage.mat("thatch"), 0.7, 0.2)
    stage.canvas.rect(x - 4, base_px - 21, 11, 1, stage.mat("dark wood"), 0.6)
    stage.canvas.rect(x - 1, base_px - 24, 5, 3, stage.mat("dark wood"), 0.5)


def _haystack(stage: Stage, x: int, base_px: int) -> None:
    rows, columns = np.arange(18, dtype=np.float32)[:, None], np.arange(26, dtype=np.float32)[None, :] - 12.5
    mask = (columns / 13) ** 2 + ((17 - rows) / 18) ** 2 <= 1
    shade = crop("straw", stage.rng, 18, 26) * 0.5 + 0.42 - 0.018 * columns - 0.01 * rows
    stage.canvas.blit(x - 13, base_px - 18, mask, stage.mat("thatch"), np.asarray(shade, np.float32))


def _gallows(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("dark wood")
    stage.canvas.rect(x - 10, base_px - 36, 3, 36, wood, 0.6)
    stage.canvas.rect(x - 10, base_px - 36, 22, 2, wood, 0.75)
    stage.canvas.line((x - 7, base_px - 28), (x - 1, base_px - 35), wood, 0.5, 2)
    stage.canvas.rect(x + 8, base_px - 34, 1, 9, stage.mat("canvas"), 0.7)
    stage.canvas.rect(x + 7, base_px - 25, 3, 4, stage.mat("canvas"), 0.6)
    stage.canvas.rect(x - 16, base_px - 6, 30, 2, wood, 0.8)
    stage.canvas.rect(x - 14, base_px - 4, 26, 4, wood, 0.2)


def _lighthouse(stage: Stage, x: int, base_px: int) -> None:
    for k in range(4):
        width = 9 + k
        y = base_px - 46 + k * 11
        name = "red cloth" if k % 2 == 0 else "white cloth"
        shade = np.broadcast_to(np.linspace(0.9, 0.25, width, dtype=np.float32)[None, :], (11, width))
        stage.canvas.rect(x - width // 2, y, width, 11, stage.mat(name), shade)
    stage.canvas.rect(x - 4, base_px - 52, 8, 6, stage.own_light("lamp", 4), 0.8)
    stage.canvas.rect(x - 6, base_px - 47, 12, 1, stage.mat("dark metal"), 0.6)
    buildings.cone(stage, x - 5, base_px - 52, 10, 5, stage.mat("red roof"))


def _church(stage: Stage, x: int, base_px: int) -> None:
    stone = stage.mat("warm stone")
    buildings.wall(stage, x - 8, base_px - 22, 34, 22, stone, "ashlar")
    buildings.gable_roof(stage, x - 6, base_px - 21, 34, 12, stage.mat("slate roof"), "shingle")
    buildings.wall(stage, x - 14, base_px - 36, 14, 36, stone, "ashlar", 0.06)
    buildings.cone(stage, x - 16, base_px - 35, 18, 16, stage.mat("slate roof"))
    stage.canvas.rect(x - 7, base_px - 56, 1, 6, stage.mat("gold"), 0.8)
    stage.canvas.rect(x - 9, base_px - 54, 5, 1, stage.mat("gold"), 0.8)
    buildings.door(stage, x - 10, base_px, 6, 11, stage.mat("wood"), True)
    for k in (5, 15):
        buildings.window(stage, x + k, base_px - 16, 4, 9, stone)
    buildings.window(stage, x - 9, base_px - 30, 4, 5, stone)


def _watermill(stage: Stage, x: int, base_px: int) -> None:
    buildings.cottage(stage, x - 16, base_px - 3, 30, 30)
    props.wheel(stage, x + 18, base_px - 8, 10, stage.mat("dark wood"), 8)


def _water_tower(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("wood")
    for k in (-9, 8):
        stage.canvas.line((x + k, base_px), (x + k * 0.7, base_px - 26), wood, 0.4, 2)
    stage.canvas.line((x - 8, base_px - 4), (x + 6, base_px - 22), wood, 0.3)
    stage.canvas.line((x + 8, base_px - 4), (x - 6, base_px - 22), wood, 0.3)
    shade = crop("plank", stage.rng, 15, 22) * 0.5 + np.linspace(0.5, 0.05, 22, dtype=np.float32)[None, :]
    stage.canvas.rect(x - 11, base_px - 41, 22, 15, wood, np.asarray(shade, np.float32))
    buildings.cone(stage, x - 13, base_px - 41, 26, 8, stage.mat("slate roof"))


def _fountain(stage: Stage, x: int, base_px: int) -> None:
    stone, blue = stage.mat("stone"), stage.mat("water")
    stage.canvas.rect(x - 16, base_px - 6, 32, 6, stone, 0.5)
    stage.canvas.rect(x - 17, base_px - 7, 34, 2, stone, 0.85)
    stage.canvas.rect(x - 14, base_px - 7, 28, 1, blue, 0.7)
    stage.canvas.rect(x - 2, base_px - 18, 4, 12, stone, 0.6)
    stage.canvas.ellipse(x, base_px - 18, 8, 2.4, stone, 0.7, 0.2)
    for k in range(-7, 8, 2):
        height = 11 - abs(k)
        stage.canvas.line((x + k * 0.4, base_px - 20 - height * 0.5), (x + k, base_px - 8), blue, 0.97)


def _dragon(stage: Stage, x: int, base_px: int) -> None:
    """A far dragon on the wing."""
    ramp, y = stage.mat("red cloth", 0.2), base_px - 46
    columns = np.arange(40, dtype=np.float32)
    for side in (-1, 1):
        for k in range(16):
            drop = int(abs(k - 7) * 0.8) - 5
            stage.canvas.rect(x + side * k, y + drop, 1, 9 - k // 3 - (k % 5 == 0) * 3, ramp, 0.25 + 0.03 * k)
    stage.canvas.dots((x - 14 + columns * 0.8).astype(int), (y + 2 + 2.5 * np.sin(columns / 5)).astype(int), ramp, 0.75)
    stage.canvas.dots((x - 14 + columns * 0.8).astype(int), (y + 3 + 2.5 * np.sin(columns / 5)).astype(int), ramp, 0.45)
    stage.canvas.rect(x - 18, y, 5, 3, ramp, 0.8)


def _shipwreck(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("dark wood")
    for k in range(7):
        stage.canvas.line((x - 24 + k * 7, base_px), (x - 28 + k * 7 + k, base_px - 16 + abs(k - 3) * 2), wood, 0.5, 2)
    shade = crop("log", stage.rng, 8, 48) * 0.5 + 0.2
    rows, columns = np.arange(8)[:, None], np.arange(48)[None, :]
    stage.canvas.blit(
        x - 26, base_px - 8, columns + rows * 2 < 47 - 2 * (columns % 5), wood, np.asarray(shade, np.float32)
    )
    stage.canvas.line((x - 4, base_px - 6), (x + 8, base_px - 42), wood, 0.6, 2)
    stage.canvas.rect(x + 2, base_px - 36, 12, 7, stage.mat("white cloth"), 0.4)


def _rowing_boat(stage: Stage, x: int, base_px: int) -> None:
    wood, rows, columns = (
        stage.mat("wood"),
        np.arange(6, dtype=np.float32)[:, None],
        np.arange(26, dtype=np.float32)[None, :],
    )
    mask = (columns > rows * 0.9) & (columns < 25 - rows * 0.9) & (rows > np.sin(np.pi * columns / 25) * 1.4)
    stage.canvas.blit(x - 13, base_px - 6, mask, wood, np.asarray(0.75 - 0.1 * rows + 0 * columns, np.float32))
    stage.canvas.rect(x - 8, base_px - 5, 16, 1, wood, 0.1)
    stage.canvas.line((x - 2, base_px - 6), (x + 12, base_px), wood, 0.9)


def _cannons(stage: Stage, x: int, base_px: int) -> None:
    iron, wood = stage.mat("dark metal"), stage.mat("wood")
    for k in (-22, 14):
        stage.canvas.rect(x + k, base_px - 6, 12, 4, wood, 0.5)
        stage.canvas.line((x + k - 4, base_px - 8), (x + k + 12, base_px - 7), iron, 0.75, 4)
        for w in (2, 9):
            stage.canvas.ellipse(x + k + w, base_px - 2, 2, 2, wood, 0.3)


def planet(stage: Stage, x: int, clip: tuple[int, int, int, int] = (0, 0, 160, 66)) -> None:
    """Hang a banded, ringed planet in the sky, inside a box (left, top, right, bottom)."""
    left, top, right, bottom = clip
    radius = stage.between(9, min(17, (bottom - top) // 2))
    size = 4 * radius
    y = stage.between(top + radius // 2, max(top + radius // 2, min(30, bottom - radius)))
    ramp, ring = (
        stage.own_light(stage.pick("spore", "rust", "alien plant", "gold", "water"), 6),
        stage.own_light("bone", 5),
    )
    columns, rows = np.arange(size)[None, :] + x - 2 * radius, np.arange(size)[:, None] + y - 2 * radius
    inside = (columns >= left) & (columns < right) & (rows >= top) & (rows < bottom)
    dx, dy = np.float32(columns - x) / radius, np.float32(rows - y) / radius
    disc = dx**2 + dy**2 <= 1
    band = crop("streak", stage.rng, size, size)
    shade = np.asarray(0.48 - 0.38 * dx - 0.25 * dy + 0.4 * (band - 0.5), np.float32)
    stage.canvas.blit(x - 2 * radius, y - 2 * radius, disc & inside, ramp, shade, dither=0.6)
    if stage.chance(0.7) or stage.has("ringed planet"):
        tilt = dy + 0.25 * dx
        orbit = (dx / 1.8) ** 2 + (tilt / 0.42) ** 2
        hoop = (orbit < 1) & (orbit > 0.55) & ((tilt > 0) | ~disc) & inside
        stage.canvas.blit(x - 2 * radius, y - 2 * radius, hoop, ring, np.asarray(0.75 - 0.3 * dx + 0 * dy, np.float32))


def _landed_ship(stage: Stage, x: int, base_px: int) -> None:
    hull, canvas = stage.mat("hull"), stage.canvas
    rows, columns = np.arange(18, dtype=np.float32)[:, None], np.arange(54, dtype=np.float32)[None, :]
    nose = np.clip(columns / 22, 0, 1) ** 0.6
    mask = np.abs(rows - 9) <= 8.5 * nose * np.clip((58 - columns) / 16, 0.4, 1)
    shade = 0.85 - 0.045 * rows + 0.26 * (crop("panel", stage.rng, 18, 54) - 0.5)
    for k in (14, 40):
        canvas.line((x - 27 + k, base_px - 8), (x - 29 + k, base_px), hull, 0.25, 2)
    canvas.blit(x - 27, base_px - 25, mask, hull, np.asarray(shade, np.float32))
    canvas.rect(x - 16, base_px - 21, 8, 3, stage.own_light("cyan light", 4), 0.6)
    canvas.line((x + 14, base_px - 24), (x + 26, base_px - 36), hull, 0.6, 4)
    canvas.rect(x + 25, base_px - 19, 3, 6, stage.own_light("fire", 4), 0.4)


def dome(stage: Stage, x: int, base_px: int) -> None:
    """Set down a pressurised dome with lit portholes."""
    hull, canvas = stage.mat("hull"), stage.canvas
    canvas.ellipse(x, base_px - 2, 21, 20, hull, 0.62, 0.3)
    for k in (-12, -4, 4, 12):
        canvas.rect(x + k - 1, base_px - 9, 4, 4, stage.own_light("lamp", 4), 0.7)
    canvas.rect(x - 22, base_px - 2, 44, 4, hull, 0.3)
    canvas.rect(x - 1, base_px - 30, 1, 8, hull, 0.7)


def _radio_dish(stage: Stage, x: int, base_px: int) -> None:
    hull = stage.mat("hull")
    stage.canvas.line((x, base_px), (x, base_px - 16), hull, 0.45, 3)
    rows, columns = np.arange(20, dtype=np.float32)[:, None], np.arange(26, dtype=np.float32)[None, :]
    bowl = ((columns - 13) / 12) ** 2 + ((rows - 4) / 13) ** 2 <= 1
    stage.canvas.blit(
        x - 13,
        base_px - 30,
        bowl & (rows > 3 + (columns - 13) * 0.35),
        hull,
        np.asarray(0.9 - 0.025 * columns - 0.02 * rows, np.float32),
    )
    stage.canvas.line((x, base_px - 22), (x + 4, base_px - 36), hull, 0.9)


def _radio_tower(stage: Stage, x: int, base_px: int) -> None:
    iron = stage.mat("rust", 0.2)
    for k in (-7, 7):
        stage.canvas.line((x + k, base_px - 4), (x, base_px - 56), iron, 0.5)
    for y in range(8, 50, 8):
        half = 7 * (1 - y / 54)
        stage.canvas.line((x - half, base_px - y), (x + half * 0.8, base_px - y - 7), iron, 0.4)
        stage.canvas.line((x + half, base_px - y), (x - half * 0.8, base_px - y - 7), iron, 0.4)
    stage.canvas.rect(x, base_px - 58, 1, 2, stage.own_light("red light", 3), 0.9)


def _siege_tower(stage: Stage, x: int, base_px: int) -> None:
    wood = stage.mat("dark wood", 0.1)
    buildings.wall(stage, x - 9, base_px - 42, 18, 40, wood, "plank", 0.1)
    for y in (14, 28, 42):
        stage.canvas.rect(x - 11, base_px - y, 22, 2, wood, 0.9)
    for k in (-6, 6):
        props.wheel(stage, x + k, base_px - 3, 4, wood)


def _train(stage: Stage, x: int, base_px: int) -> None:
    body, canvas = stage.mat(stage.pick("red cloth", "green cloth", "blue cloth")), stage.canvas
    for k in range(-30, 180, 62):
        canvas.rect(
            k,
            base_px - 26,
            58,
            22,
            body,
            np.broadcast_to(np.linspace(0.75, 0.3, 22, dtype=np.float32)[:, None], (22, 58)),
        )
        canvas.rect(k - 1, base_px - 28, 60, 2, stage.mat("dark metal"), 0.7)
        canvas.rect(k, base_px - 12, 58, 1, stage.mat("gold"), 0.8)
        for w in range(k + 4, k + 52, 10):
            buildings.window(stage, w, base_px - 23, 7, 7, body, stage.day.lamps)
        for w in (8, 18, 40, 50):
            canvas.ellipse(k + w, base_px - 3, 3, 3, stage.mat("dark metal"), 0.3)


def _noodle_stall(stage: Stage, x: int, base_px: int) -> None:
    canvas = stage.canvas
    canvas.rect(x - 18, base_px - 12, 36, 12, stage.mat("dark wood"), 0.5)
    canvas.rect(x - 19, base_px - 13, 38, 2, stage.mat("wood"), 0.9)
    canvas.rect(x - 16, base_px - 26, 32, 13, stage.own_light("lamp", 4), 0.15)
    for k in range(-20, 20, 5):
        canvas.rect(x + k, base_px - 31, 5, 6, stage.mat("red cloth" if (k // 5) % 2 else "white cloth"), 0.7)
    for k in (-12, 0, 12):
        canvas.ellipse(x + k, base_px - 21, 2.6, 3, stage.own_light("red light", 4), 0.7, 0.2)


def _burned_trees(stage: Stage, x: int, base_px: int) -> None:
    for _ in range(3):
        foliage.bare_tree(stage, x + stage.between(-50, 50), base_px, stage.between(24, 44), stage.mat("dark wood"))


def _signal(name: str) -> Painter:
    def paint(stage: Stage, x: int, base_px: int) -> None:
        sign = stage.own_light(name, 4)
        stage.canvas.rect(x - 12, base_px - 40, 24, 9, stage.mat("dark metal"), 0.2)
        for k in range(-10, 10, 5):
            stage.canvas.rect(x + k, base_px - 38, 3, 5, sign, 0.8)
            stage.canvas.rect(x + k + 1, base_px - 37, 1, 2, stage.mat("dark metal"), 0.2)
        for k in (-8, 8):
            stage.canvas.rect(x + k, base_px - 31, 1, 31, stage.mat("dark metal"), 0.5)

    return paint


def _cross_bridge(material: str) -> Painter:
    def paint(stage: Stage, x: int, base_px: int) -> None:
        ramp = stage.mat(material)
        columns, rows = np.arange(160, dtype=np.float32)[None, :], np.arange(22, dtype=np.float32)[:, None]
        arch = ((columns - x) / 30) ** 2 + ((rows - 23) / 15) ** 2 < 1
        deck = (rows >= 2) & (rows < 12 + 0 * columns)
        grain = "ashlar" if "stone" in material or "rock" in material else "plank"
        shade = crop(grain, stage.rng, 22, 160) * 0.7 + 0.15
        stage.canvas.blit(0, base_px - 40, deck & ~arch, ramp, np.asarray(shade, np.float32))
        stage.canvas.rect(0, base_px - 39, 160, 1, ramp, 0.95)

    return paint


def _spread(paint: Callable[[Stage, int, int], None], count: int, gap: int) -> Painter:
    def several(stage: Stage, x: int, base_px: int) -> None:
        for k in range(count):
            paint(stage, x + (k - count // 2) * gap + stage.between(-2, 2), base_px)

    return several


_PAINTERS: Final[dict[str, Painter]] = {
    "campfire": lambda s, x, b: props.campfire(s, x, b + 3, 10),
    "barrel fire": lambda s, x, b: (props.flames(s, x, b - 10, 8, 11), props.barrel(s, x, b, 11))[0],
    "cooking pot": lambda s, x, b: (
        props.campfire(s, x, b + 2, 8),
        s.canvas.ellipse(x, b - 10, 6, 5, s.mat("dark metal"), 0.5, 0.3),
    )[0],
    "standing stones": lambda s, x, b: props.standing_stones(s, x - 22, b),
    "hut": _hut,
    "signpost": props.signpost,
    "stream": _stream,
    "fallen log": _fallen_log,
    "stone idol": lambda s, x, b: props.statue(s, x - 6, b, 34),
    "statue": lambda s, x, b: props.statue(s, x - 6, b, 32),
    "ruined wall": lambda s, x, b: (
        buildings.wall(s, x - 22, b - 18, 44, 18, s.mat("warm stone"), "cobble"),
        buildings.column(s, x + 14, b, 8, 30, s.mat("warm stone"), True),
    )[0],
    "palms": lambda s, x, b: (
        [foliage.palm(s, x + k, b, s.between(28, 46), s.mat("jungle leaf"), s.mat("wood")) for k in (-18, 2, 20)]
        and None
    ),
    "tents": lambda s, x, b: (
        [buildings.tent(s, x + k, b, 28, 19, s.mat(c)) for k, c in ((-32, "canvas"), (4, "red cloth"))] and None
    ),
    "pyramid": _pyramid,
    "bones": lambda s, x, b: props.bones(s, x - 12, b + 3),
    "cactus": _spread(
        lambda s, x, b: foliage.cactus(s, x, b + s.between(0, 4), s.between(14, 26), s.mat("leaf")), 3, 34
    ),
    "wagon": lambda s, x, b: props.wagon(s, x - 18, b + 2),
    "wooden bridge": _cross_bridge("wood"),
    "stone bridge": _cross_bridge("dark rock"),
    "tower": lambda s, x, b: buildings.tower(s, x - 8, b, 16, s.between(36, 48), 0.1, s.pick("slate roof", "red roof")),
    "shrine": lambda s, x, b: (
        buildings.wall(s, x - 8, b - 13, 16, 13, s.mat("stone"), "ashlar"),
        buildings.gable_roof(s, x - 12, b - 12, 24, 7, s.mat("red roof"), "shingle", 0.8),
        s.canvas.rect(x - 3, b - 9, 6, 9, s.own_light("lamp", 4), 0.1),
    )[0],
    "waterfall": lambda s, x, b: water.waterfall(s, x - 5, 14, b - 2, s.between(8, 14), s.mat("ice")),
    "chest": lambda s, x, b: props.chest(s, x - 6, b + 4),
    "lighthouse": lambda s, x, b: _lighthouse(s, x, b - 4),
    "rowing boat": lambda s, x, b: _rowing_boat(s, x, b + 2),
    "shipwreck": _shipwreck,
    "watermill": _watermill,
    "windmill": _windmill,
    "lone tree": lambda s, x, b: (
        foliage.tree(s, x, b + 1, s.between(38, 50), s.greenery(), s.mat("bark"))
        if s.scene.season != "winter"
        else foliage.bare_tree(s, x, b + 1, 44, s.mat("bark"))
    ),
    "fence": lambda s, x, b: props.fence(s, x - 30, b + 3, 62),
    "scarecrow": _scarecrow,
    "haystack": _haystack,
    "well": lambda s, x, b: props.well(s, x - 7, b + 2),
    "gallows": _gallows,
    "church": _church,
    "lanterns": lambda s, x, b: (
        [
            (s.canvas.rect(k + 1, b - 24, 1, 24, s.mat("dark wood"), 0.5), props.lantern(s, k, b - 22, 2))
            for k in range(12, 160, 34)
        ]
        and None
    ),
    "torches": lambda s, x, b: (
        [
            (s.canvas.rect(k + 2, b - 18, 2, 18, s.mat("dark wood"), 0.5), props.flames(s, k, b - 17, 6, 8))
            for k in (18, 58, 98, 138)
        ]
        and None
    ),
    "street lamps": lambda s, x, b: [props.street_lamp(s, k, b, 32) for k in (20, 74, 128)] and None,
    "fountain": _fountain,
    "banners": lambda s, x, b: (
        [
            (
                s.canvas.rect(x + k - 2, b - 34, 1, 34, s.mat("wood"), 0.5),
                props.banner(s, x + k, b - 33, 8, 18, s.mat("red cloth")),
            )
            for k in (-40, 0, 40)
        ]
        and None
    ),
    "crates": lambda s, x, b: (
        [props.crate(s, x + k, b + d, z) for k, d, z in ((-12, 0, 10), (0, 1, 12), (-7, -10, 9))] and None
    ),
    "barrels": lambda s, x, b: [props.barrel(s, x + k, b + d, 11) for k, d in ((-10, 0), (-1, 2), (9, 0))] and None,
    "cannons": _cannons,
    "dragon": _dragon,
    "training dummies": _spread(_scarecrow, 3, 22),
    "burned trees": _burned_trees,
    "dead trees": _burned_trees,
    "siege tower": _siege_tower,
    "bench": lambda s, x, b: props.bench(s, x - 10, b + 2, s.mat("wood")),
    "water tower": _water_tower,
    "hitching rail": lambda s, x, b: (
        s.canvas.rect(x - 15, b - 6, 30, 2, s.mat("wood"), 0.8),
        s.canvas.rect(x - 12, b - 6, 2, 8, s.mat("wood"), 0.4),
        s.canvas.rect(x + 10, b - 6, 2, 8, s.mat("wood"), 0.4),
    )[0],
    "parked car": lambda s, x, b: props.car(
        s,
        x - 18,
        b + 4,
        s.mat(s.pick("red cloth", "blue cloth", "gold", "metal")) if s.scene.kind != "wasteland" else s.mat("rust"),
        s.scene.kind == "wasteland",
    ),
    "radio tower": _radio_tower,
    "landed ship": _landed_ship,
    "dome": dome,
    "radio dish": _radio_dish,
    "crystals": lambda s, x, b: (
        [props.crystal(s, x + k, b + 2, z, s.own_light("violet light", 5)) for k, z in ((-34, 16), (0, 26), (30, 14))]
        and None
    ),
    "giant mushrooms": lambda s, x, b: (
        [foliage.mushroom(s, x + k, b + 1, z, s.mat("spore"), s.mat("bone")) for k, z in ((-24, 18), (0, 32), (20, 22))]
        and None
    ),
    "train": _train,
    "noodle stall": _noodle_stall,
    "neon sign": _signal("magenta light"),
    "bus stop": _signal("lamp"),
    "mine cart": lambda s, x, b: (
        s.canvas.rect(x - 9, b - 11, 18, 8, s.mat("rust"), 0.5),
        s.canvas.rect(x - 10, b - 12, 20, 2, s.mat("rust"), 0.9),
        props.boulder(s, x - 8, b - 12, 16, s.mat("gold"), 5),
        props.wheel(s, x - 5, b - 2, 2, s.mat("dark metal"), 2),
        props.wheel(s, x + 5, b - 2, 2, s.mat("dark metal"), 2),
    )[0],
    "gazebo": lambda s, x, b: (
        [buildings.column(s, x + k, b, 3, 24, s.mat("white wall")) for k in (-14, -5, 4, 12)],
        buildings.cone(s, x - 18, b - 24, 36, 13, s.mat("slate roof")),
    )[1],
    "altar": lambda s, x, b: (
        s.canvas.rect(x - 14, b - 9, 28, 9, s.mat("stone"), 0.45),
        s.canvas.rect(x - 16, b - 11, 32, 3, s.mat("stone"), 0.9),
        props.flames(s, x - 4, b - 11, 8, 8),
    )[0],
    "crypt door": lambda s, x, b: (
        buildings.wall(s, x - 13, b - 22, 26, 22, s.mat("stone"), "ashlar"),
        buildings.front_gable(s, x - 16, b - 21, 32, 10, s.mat("stone"), s.mat("slate roof"), "ashlar"),
        buildings.gate(s, x - 5, b, 10, 15, s.mat("stone"), True),
    )[0],
    "open grave": lambda s, x, b: (
        s.canvas.ellipse(x, b + 8, 15, 3.4, s.mat("dirt"), 0.5),
        s.canvas.ellipse(x, b + 8, 12, 2.2, s.mat("dirt"), 0.0),
        props.boulder(s, x + 12, b + 8, 14, s.mat("dirt"), 6),
    )[0],
}


def paint_landmarks(stage: Stage, base_px: int = BASE_PX, skip: tuple[str, ...] = ()) -> None:
    """Paint the scene's landmarks that have a painter here, spread over the width and not in `skip`."""
    wanted = [name for name in stage.scene.landmarks if name in _PAINTERS and name not in skip]
    if not wanted:
        return
    slots = stage.rng.permutation(len(wanted))
    for slot, name in zip(slots, wanted, strict=True):
        x = int((slot + 0.5) / len(wanted) * 120 + 20 + stage.between(-9, 9))
        _PAINTERS[name](stage, x, base_px)

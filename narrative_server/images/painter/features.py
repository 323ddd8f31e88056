"""Large things of the old world: huts, mills, churches, boats, dragons; each stands at x with its foot on a row."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, props
from narrative_server.images.painter.canvas import GROUND_Y_PX
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def hut(stage: Stage, x: int, base_px: int) -> None:
    """A log hut under thatch."""
    buildings.wall(stage, x - 14, base_px - 14, 28, 14, stage.mat("wood"), "log")
    buildings.gable_roof(stage, x - 19, base_px - 13, 38, 15, stage.mat("thatch"), "straw", 0.75)
    buildings.door(stage, x - 9, base_px, 6, 10, stage.mat("dark wood"))
    buildings.window(stage, x + 4, base_px - 10, 5, 4, stage.mat("dark wood"))


def fallen_log(stage: Stage, x: int, base_px: int) -> None:
    """A mossy fallen trunk."""
    bark = stage.mat("bark")
    shade = crop("bark", stage.rng, 44, 8).T * 0.5 + np.linspace(0.5, 0.0, 8, dtype=np.float32)[:, None]
    stage.canvas.rect(x - 22, base_px - 8, 44, 8, bark, np.asarray(shade, np.float32))
    stage.canvas.rect(x - 20, base_px - 9, 30, 2, stage.mat("moss"), 0.7)
    stage.canvas.ellipse(x + 22, base_px - 4, 3, 4, stage.mat("pale wood"), 0.7)
    stage.canvas.ellipse(x + 22, base_px - 4, 1.4, 2, stage.mat("pale wood"), 0.3)


def stream(stage: Stage, x: int, _base_px: int) -> None:
    """A stream winding toward the viewer."""
    ramp = stage.mat("water")
    for row in range(GROUND_Y_PX, 96):
        near = (row - GROUND_Y_PX) / 29
        middle, half = x + 10 * np.sin(near * 3.0) - 18 * near, 3 + 11 * near
        stage.canvas.rect(int(middle - half), row, int(2 * half), 1, ramp, 0.45 + 0.35 * ((row * 7) % 5 == 0))
        stage.canvas.rect(int(middle - half), row, 1, 1, ramp, 0.95)


def pyramid(stage: Stage, x: int, base_px: int) -> None:
    """A far stepped pyramid."""
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


def windmill(stage: Stage, x: int, base_px: int) -> None:
    """A stone windmill."""
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


def scarecrow(stage: Stage, x: int, base_px: int) -> None:
    """A scarecrow, or a training dummy."""
    stage.canvas.rect(x, base_px - 20, 2, 20, stage.mat("wood"), 0.5)
    stage.canvas.rect(x - 8, base_px - 15, 18, 2, stage.mat("wood"), 0.6)
    stage.canvas.rect(x - 4, base_px - 15, 10, 9, stage.mat("blue cloth"), 0.5)
    stage.canvas.ellipse(x + 1, base_px - 18, 3, 3, stage.mat("thatch"), 0.7, 0.2)
    stage.canvas.rect(x - 4, base_px - 21, 11, 1, stage.mat("dark wood"), 0.6)
    stage.canvas.rect(x - 1, base_px - 24, 5, 3, stage.mat("dark wood"), 0.5)


def haystack(stage: Stage, x: int, base_px: int) -> None:
    """A haystack."""
    rows, columns = np.arange(18, dtype=np.float32)[:, None], np.arange(26, dtype=np.float32)[None, :] - 12.5
    mask = (columns / 13) ** 2 + ((17 - rows) / 18) ** 2 <= 1
    shade = crop("straw", stage.rng, 18, 26) * 0.5 + 0.42 - 0.018 * columns - 0.01 * rows
    stage.canvas.blit(x - 13, base_px - 18, mask, stage.mat("thatch"), np.asarray(shade, np.float32))


def gallows(stage: Stage, x: int, base_px: int) -> None:
    """A gallows with its noose."""
    wood = stage.mat("dark wood")
    stage.canvas.rect(x - 10, base_px - 36, 3, 36, wood, 0.6)
    stage.canvas.rect(x - 10, base_px - 36, 22, 2, wood, 0.75)
    stage.canvas.line((x - 7, base_px - 28), (x - 1, base_px - 35), wood, 0.5, 2)
    stage.canvas.rect(x + 8, base_px - 34, 1, 9, stage.mat("canvas"), 0.7)
    stage.canvas.rect(x + 7, base_px - 25, 3, 4, stage.mat("canvas"), 0.6)
    stage.canvas.rect(x - 16, base_px - 6, 30, 2, wood, 0.8)
    stage.canvas.rect(x - 14, base_px - 4, 26, 4, wood, 0.2)


def lighthouse(stage: Stage, x: int, base_px: int) -> None:
    """A banded lighthouse."""
    for k in range(4):
        width = 9 + k
        y = base_px - 46 + k * 11
        name = "red cloth" if k % 2 == 0 else "white cloth"
        shade = np.broadcast_to(np.linspace(0.9, 0.25, width, dtype=np.float32)[None, :], (11, width))
        stage.canvas.rect(x - width // 2, y, width, 11, stage.mat(name), shade)
    stage.canvas.rect(x - 4, base_px - 52, 8, 6, stage.own_light("lamp", 4), 0.8)
    stage.canvas.rect(x - 6, base_px - 47, 12, 1, stage.mat("dark metal"), 0.6)
    buildings.cone(stage, x - 5, base_px - 52, 10, 5, stage.mat("red roof"))


def church(stage: Stage, x: int, base_px: int) -> None:
    """A small stone church with a spire."""
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


def watermill(stage: Stage, x: int, base_px: int) -> None:
    """A cottage with a water wheel."""
    buildings.cottage(stage, x - 16, base_px - 3, 30, 30)
    props.wheel(stage, x + 18, base_px - 8, 10, stage.mat("dark wood"), 8)


def water_tower(stage: Stage, x: int, base_px: int) -> None:
    """A tank on stilts."""
    wood = stage.mat("wood")
    for k in (-9, 8):
        stage.canvas.line((x + k, base_px), (x + k * 0.7, base_px - 26), wood, 0.4, 2)
    stage.canvas.line((x - 8, base_px - 4), (x + 6, base_px - 22), wood, 0.3)
    stage.canvas.line((x + 8, base_px - 4), (x - 6, base_px - 22), wood, 0.3)
    shade = crop("plank", stage.rng, 15, 22) * 0.5 + np.linspace(0.5, 0.05, 22, dtype=np.float32)[None, :]
    stage.canvas.rect(x - 11, base_px - 41, 22, 15, wood, np.asarray(shade, np.float32))
    buildings.cone(stage, x - 13, base_px - 41, 26, 8, stage.mat("slate roof"))


def fountain(stage: Stage, x: int, base_px: int) -> None:
    """A playing fountain."""
    stone, blue = stage.mat("stone"), stage.mat("water")
    stage.canvas.rect(x - 16, base_px - 6, 32, 6, stone, 0.5)
    stage.canvas.rect(x - 17, base_px - 7, 34, 2, stone, 0.85)
    stage.canvas.rect(x - 14, base_px - 7, 28, 1, blue, 0.7)
    stage.canvas.rect(x - 2, base_px - 18, 4, 12, stone, 0.6)
    stage.canvas.ellipse(x, base_px - 18, 8, 2.4, stone, 0.7, 0.2)
    for k in range(-7, 8, 2):
        height = 11 - abs(k)
        stage.canvas.line((x + k * 0.4, base_px - 20 - height * 0.5), (x + k, base_px - 8), blue, 0.97)


def dragon(stage: Stage, x: int, base_px: int) -> None:
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


def shipwreck(stage: Stage, x: int, base_px: int) -> None:
    """Ribs and a broken mast."""
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


def rowing_boat(stage: Stage, x: int, base_px: int) -> None:
    """A rowing boat pulled ashore."""
    wood, rows, columns = (
        stage.mat("wood"),
        np.arange(6, dtype=np.float32)[:, None],
        np.arange(26, dtype=np.float32)[None, :],
    )
    mask = (columns > rows * 0.9) & (columns < 25 - rows * 0.9) & (rows > np.sin(np.pi * columns / 25) * 1.4)
    stage.canvas.blit(x - 13, base_px - 6, mask, wood, np.asarray(0.75 - 0.1 * rows + 0 * columns, np.float32))
    stage.canvas.rect(x - 8, base_px - 5, 16, 1, wood, 0.1)
    stage.canvas.line((x - 2, base_px - 6), (x + 12, base_px), wood, 0.9)

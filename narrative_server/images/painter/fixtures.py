"""Fixtures of particular rooms: lamps, beds, forges, curtains; each paints itself at x, its foot on a row."""

from __future__ import annotations

from typing import Final

import numpy as np

from narrative_server.images.painter import buildings, foliage, props, water
from narrative_server.images.painter.canvas import GROUND_Y_PX, X, Y
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage

WALL_FOOT_PX: Final = GROUND_Y_PX + 1


def hanging_lamp(stage: Stage, x: int, _base_px: int) -> None:
    """A lamp on a rod from the ceiling."""
    stage.canvas.rect(x + 4, 0, 1, 16, stage.mat("dark metal"), 0.4)
    stage.canvas.rect(x + 1, 16, 7, 2, stage.mat("dark metal"), 0.7)
    stage.canvas.ellipse(x + 4, 20, 3, 3.4, stage.own_light("lamp", 4), 0.75)


def hospital_beds(stage: Stage, x: int, base_px: int) -> None:
    """Two white beds."""
    for k in (0, 54):
        metal, sheet = stage.mat("metal"), stage.mat("white cloth")
        stage.canvas.rect(x + k, base_px - 20, 2, 20, metal, 0.8)
        stage.canvas.rect(x + k + 42, base_px - 14, 2, 14, metal, 0.7)
        stage.canvas.rect(x + k + 2, base_px - 8, 40, 2, metal, 0.5)
        stage.canvas.rect(x + k + 2, base_px - 13, 40, 5, sheet, 0.8)
        stage.canvas.rect(x + k + 14, base_px - 14, 28, 6, stage.mat("ice"), 0.6)
        stage.canvas.ellipse(x + k + 8, base_px - 14, 5, 2.4, sheet, 0.95)


def school_desks(stage: Stage, x: int, base_px: int) -> None:
    """A row of desks with seats."""
    for k in range(0, 100, 26):
        stage.canvas.rect(x + k, base_px - 11, 17, 2, stage.mat("pale wood"), 0.85)
        stage.canvas.rect(x + k + 1, base_px - 9, 15, 3, stage.mat("wood"), 0.4)
        for leg in (1, 14):
            stage.canvas.rect(x + k + leg, base_px - 9, 1, 9, stage.mat("dark metal"), 0.6)
        stage.canvas.rect(x + k + 17, base_px - 13, 1, 13, stage.mat("wood"), 0.6)
        stage.canvas.rect(x + k + 17, base_px - 6, 7, 1, stage.mat("wood"), 0.8)


def stove(stage: Stage, x: int, base_px: int) -> None:
    """An iron stove with its pipe."""
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


def pans(stage: Stage, x: int, _base_px: int) -> None:
    """Copper pans on a rail."""
    stage.canvas.rect(x, 22, 44, 1, stage.mat("dark wood"), 0.7)
    for k in range(2, 42, 9):
        size = stage.between(3, 4)
        stage.canvas.rect(x + k + size, 23, 1, 5, stage.mat("dark metal"), 0.6)
        stage.canvas.ellipse(x + k + size, 28 + size, size, size, stage.mat("rust"), 0.75, 0.35)


def tools(stage: Stage, x: int, _base_px: int) -> None:
    """Tools hung in a row."""
    for k in range(0, 46, 8):
        stage.canvas.rect(x + k, 26, 1, stage.between(10, 16), stage.mat("wood"), 0.8)
        stage.canvas.rect(x + k - 2, 25, 5, stage.between(2, 4), stage.mat("metal"), 0.7)


def anvil(stage: Stage, x: int, base_px: int) -> None:
    """An anvil on a block."""
    stage.canvas.rect(x + 5, base_px - 8, 9, 8, stage.mat("bark"), 0.6)
    iron = stage.mat("metal")
    stage.canvas.rect(x + 6, base_px - 12, 7, 4, iron, 0.3)
    stage.canvas.rect(x, base_px - 16, 19, 4, iron, 0.55)
    stage.canvas.rect(x, base_px - 16, 19, 1, iron, 0.95)


def forge(stage: Stage, x: int, base_px: int) -> None:
    """A forge under its chimney."""
    buildings.wall(stage, x, base_px - 18, 34, 18, stage.mat("stone"), "cobble")
    buildings.wall(stage, x + 6, 0, 22, base_px - 34, stage.mat("stone"), "cobble", -0.05)
    stage.canvas.rect(x + 5, base_px - 34, 24, 16, stage.mat("dark metal"), 0.0)
    stage.canvas.rect(x + 5, base_px - 20, 24, 3, stage.own_light("lava", 5), 0.6)
    props.flames(stage, x + 6, base_px - 18, 22, 14)


def pews(stage: Stage, x: int, base_px: int) -> None:
    """Three pews."""
    for k in range(0, 96, 32):
        wood = stage.mat("wood")
        stage.canvas.rect(
            x + k, base_px - 13, 26, 9, wood, np.asarray(crop("board", stage.rng, 9, 26) * 0.5 + 0.2, np.float32)
        )
        stage.canvas.rect(x + k - 1, base_px - 14, 28, 2, wood, 0.9)
        for leg in (0, 24):
            stage.canvas.rect(x + k + leg, base_px - 13, 2, 13, wood, 0.4)


def chains(stage: Stage, x: int, _base_px: int) -> None:
    """Two chains from the ceiling."""
    for k in (0, 11):
        for y in range(16, 16 + stage.between(14, 26), 3):
            stage.canvas.rect(x + k, y, 2, 2, stage.mat("metal"), 0.8)
            stage.canvas.rect(x + k, y + 2, 1, 1, stage.mat("metal"), 0.3)
        stage.canvas.rect(x + k - 1, 40, 4, 3, stage.mat("metal"), 0.6)


def captains_chair(stage: Stage, x: int, base_px: int) -> None:
    """A commander's seat."""
    stage.canvas.rect(x + 4, base_px - 26, 16, 20, stage.mat("dark metal"), 0.5)
    stage.canvas.rect(x + 6, base_px - 24, 12, 16, stage.mat("red cloth"), 0.5)
    for k in (0, 20):
        stage.canvas.rect(x + k, base_px - 13, 4, 3, stage.mat("metal"), 0.8)
    stage.canvas.rect(x + 9, base_px - 6, 6, 6, stage.mat("metal"), 0.4)


def plants(stage: Stage, x: int, base_px: int) -> None:
    """A box of green plants."""
    stage.canvas.rect(x + 2, base_px - 8, 16, 8, stage.mat("white wall"), 0.6)
    foliage.bush(stage, x + 10, base_px - 7, 24, stage.mat("leaf"))


def seats(stage: Stage, _x: int, base_px: int) -> None:
    """Facing seats along a carriage."""
    for k in range(4, 160, 40):
        cloth = stage.mat("red cloth" if stage.scene.layout_seed % 2 else "green cloth")
        for side in (0, 22):
            stage.canvas.rect(k + side, base_px - 22, 6, 22, cloth, 0.55)
            stage.canvas.rect(k + side, base_px - 22, 6, 2, cloth, 0.95)
        stage.canvas.rect(k + 6, base_px - 9, 6, 6, cloth, 0.7)
        stage.canvas.rect(k + 17, base_px - 9, 5, 6, cloth, 0.7)


def ribs(stage: Stage, _x: int, _base_px: int) -> None:
    """Steel ribs across wall and ceiling."""
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


def columns(stage: Stage, _x: int, _base_px: int) -> None:
    """Four columns from floor to ceiling."""
    stone = stage.mat(stage.pick("stone", "warm stone", "white wall"))
    for x in (6, 48, 104, 146):
        buildings.column(stage, x, WALL_FOOT_PX, 9, WALL_FOOT_PX, stone)


def curtains(stage: Stage, _x: int, _base_px: int) -> None:
    """Stage curtains with a swag."""
    cloth = stage.mat(stage.pick("red cloth", "red cloth", "purple cloth", "blue cloth"))
    fold = 0.5 + 0.35 * np.sin(X / 2.1 + np.sin(Y / 20))
    half = 26 + 10 * np.clip((Y - 10) / 60, 0, 1) ** 2 * -1
    stage.canvas.fill(((half > X) | (160 - half < X)) & (Y < GROUND_Y_PX + 3), cloth, np.asarray(fold, np.float32))
    swag = 12 + 5 * np.abs(np.sin(X / 16))
    stage.canvas.fill(swag > Y, cloth, np.asarray(fold * 0.8 + 0.25 - 0.02 * Y, np.float32))
    stage.canvas.fill(np.abs(Y - swag) < 1, stage.mat("gold"), 0.8)


def channel(stage: Stage, _x: int, _base_px: int) -> None:
    """A drain along the wall, fed by two pipes."""
    water.sea(stage, stage.mat("swamp water"), 60, 67, 0.3)
    for x in (stage.between(10, 40), stage.between(100, 140)):
        stage.canvas.ellipse(x, 42, 11, 11, stage.mat("stone"), 0.75)
        stage.canvas.ellipse(x, 42, 9, 9, stage.mat("dark metal"), 0.0)
        water.waterfall(stage, x - 5, 46, 61, 10, stage.mat("swamp water"))


def strip_lights(stage: Stage, _x: int, _base_px: int) -> None:
    """Light strips along the ceiling."""
    light = stage.own_light(
        "white cloth"
        if stage.scene.kind in ("subway", "bunker", "space station")
        else stage.pick("cyan light", "lamp", "red light"),
        4,
    )
    stage.canvas.rect(0, 0, 160, 6, stage.mat("dark metal"), 0.3)
    for x in range(stage.between(2, 12), 160, 36):
        stage.canvas.rect(x, 5, 22, 2, light, 0.85)

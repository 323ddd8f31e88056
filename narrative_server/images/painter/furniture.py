"""Furniture and fittings that stand against a room's back wall: each paints itself at x with its foot on a row."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import props
from narrative_server.images.painter.canvas import Ramp
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def _grained(
    stage: Stage, x: int, y: int, width: int, height: int, ramp: Ramp, grain: str = "log", level: float = 0.3
) -> None:
    stage.canvas.rect(
        x, y, width, height, ramp, np.asarray(crop(grain, stage.rng, height, width) * 0.4 + level, np.float32)
    )


def _books(stage: Stage, x: int, base_px: int, width: int, tallest: int) -> None:
    names = ("red cloth", "blue cloth", "green cloth", "wood", "purple cloth", "gold")
    at = x
    while at < x + width - 1:
        thick, tall = stage.between(1, 2), stage.between(max(2, tallest - 3), tallest)
        ramp = stage.mat(names[stage.between(0, len(names) - 1)], 0.0, 4)
        stage.canvas.rect(at, base_px - tall, thick, tall, ramp, stage.rng.uniform(0.35, 0.75))
        at += thick + (stage.rng.random() < 0.12)


def bookshelf(stage: Stage, x: int, base_px: int, width: int = 30, height: int = 48) -> None:
    """A tall case full of books."""
    wood = stage.mat("dark wood")
    _grained(stage, x, base_px - height, width, height, wood, level=0.02)
    for y in range(base_px - height + 10, base_px, 10):
        _books(stage, x + 2, y, width - 4, 8)
        stage.canvas.rect(x + 1, y, width - 2, 1, wood, 0.85)
    for side, tone in ((0, 0.8), (width - 2, 0.35)):
        stage.canvas.rect(x + side, base_px - height, 2, height, wood, tone)
    stage.canvas.rect(x - 1, base_px - height - 1, width + 2, 2, wood, 0.9)


def shelves(stage: Stage, x: int, base_px: int, width: int = 32, height: int = 42) -> None:
    """Open shelves with jars, bottles, boxes."""
    wood, canvas = stage.mat("wood"), stage.canvas
    for y in range(base_px - height + 11, base_px + 1, 11):
        at = x + 2
        while at < x + width - 5:
            wide, tall = stage.between(2, 5), stage.between(3, 8)
            ramp = stage.mat(stage.pick("green cloth", "red cloth", "gold", "blue cloth", "bone", "wood"), 0.0, 4)
            canvas.rect(at, y - tall, wide, tall, ramp, 0.5)
            canvas.rect(at, y - tall + 1, 1, tall - 1, ramp, 0.9)
            if wide >= 3:
                canvas.rect(at + 1, y - tall - 1, wide - 2, 1, ramp, 0.3)
            at += wide + stage.between(1, 3)
        canvas.rect(x, y, width, 1, wood, 0.85)
        canvas.rect(x, y + 1, width, 1, wood, 0.15)
    for side in (0, width - 1):
        canvas.rect(x + side, base_px - height, 1, height, wood, 0.55)


def table(stage: Stage, x: int, base_px: int, width: int = 28) -> None:
    """A table with two stools and something on it."""
    wood, canvas = stage.mat("wood"), stage.canvas
    canvas.rect(x, base_px - 11, width, 3, wood, 0.6)
    canvas.rect(x, base_px - 11, width, 1, wood, 0.95)
    for k in (2, width - 4):
        canvas.rect(x + k, base_px - 8, 2, 8, wood, 0.35)
    for k in (-7, width + 2):
        canvas.rect(x + k, base_px - 6, 6, 2, wood, 0.7)
        canvas.rect(x + k + 1, base_px - 4, 1, 4, wood, 0.3)
        canvas.rect(x + k + 4, base_px - 4, 1, 4, wood, 0.3)
    for k in range(3, width - 4, 7):
        ramp = stage.mat(stage.pick("bone", "gold", "green cloth", "metal"), 0.0, 4)
        tall = stage.between(2, 5)
        canvas.rect(x + k, base_px - 11 - tall, stage.between(2, 4), tall, ramp, 0.7)


def counter(stage: Stage, x: int, base_px: int, width: int = 58) -> None:
    """A bar with bottles on the wall behind it."""
    wood, dark, canvas = stage.mat("wood"), stage.mat("dark wood"), stage.canvas
    for y in (base_px - 40, base_px - 28):
        canvas.rect(x + 2, y, width - 4, 1, wood, 0.8)
        for k in range(x + 4, x + width - 5, 4):
            ramp = stage.mat(stage.pick("green cloth", "red cloth", "gold", "blue cloth"), 0.0, 4)
            tall = stage.between(4, 7)
            canvas.rect(k, y - tall + 2, 2, tall - 2, ramp, 0.55)
            canvas.rect(k, y - tall, 1, 3, ramp, 0.9)
    _grained(stage, x, base_px - 16, width, 16, dark, "board", 0.2)
    canvas.rect(x - 2, base_px - 17, width + 4, 2, wood, 0.9)
    canvas.rect(x, base_px - 15, width, 1, dark, 0.0)


def fireplace(stage: Stage, x: int, base_px: int) -> None:
    """A stone hearth with a fire."""
    stone, canvas = stage.mat("stone"), stage.canvas
    for inset, top, tone in ((0, 30, 0.1), (5, 62, 0.0)):
        width, height = 34 - 2 * inset, top if inset == 0 else 34
        y = base_px - 30 if inset == 0 else base_px - 62
        shade = crop("cobble", stage.rng, height, width) * 0.75 + tone
        canvas.rect(x + inset, y, width, height, stone, np.asarray(shade, np.float32))
    canvas.rect(x - 2, base_px - 32, 38, 3, stage.mat("wood"), 0.7)
    canvas.rect(x - 2, base_px - 32, 38, 1, stage.mat("wood"), 0.95)
    canvas.rect(x + 8, base_px - 19, 18, 19, stage.mat("dark metal"), 0.0)
    canvas.ellipse(x + 16.5, base_px - 19, 9, 5, stage.mat("dark metal"), 0.0)
    props.flames(stage, x + 10, base_px - 2, 14, 14)
    canvas.rect(x + 9, base_px - 3, 16, 2, stage.mat("dark wood"), 0.6)


def bed(stage: Stage, x: int, base_px: int, cloth: str = "red cloth") -> None:
    """A bed seen from its side."""
    wood, canvas = stage.mat("wood"), stage.canvas
    ramp, sheet = stage.mat(cloth), stage.mat("white cloth")
    canvas.rect(x, base_px - 22, 3, 22, wood, 0.6)
    canvas.rect(x + 43, base_px - 14, 3, 14, wood, 0.45)
    canvas.rect(x + 3, base_px - 6, 40, 3, wood, 0.5)
    canvas.rect(x + 3, base_px - 11, 40, 5, sheet, 0.6)
    fold = crop("straw", stage.rng, 7, 30) * 0.35 + 0.4
    canvas.rect(x + 13, base_px - 13, 30, 7, ramp, np.asarray(fold, np.float32))
    canvas.rect(x + 13, base_px - 13, 30, 1, ramp, 0.95)
    canvas.ellipse(x + 8, base_px - 13, 5, 2.6, sheet, 0.85, 0.2)


def bunk(stage: Stage, x: int, base_px: int) -> None:
    """Two metal bunks."""
    metal = stage.mat("metal")
    for y in (base_px - 10, base_px - 30):
        stage.canvas.rect(x, y, 40, 2, metal, 0.5)
        stage.canvas.rect(x + 1, y - 4, 38, 4, stage.mat("green cloth"), 0.5)
        stage.canvas.rect(x + 1, y - 5, 8, 4, stage.mat("white cloth"), 0.8)
    for k in (0, 38):
        stage.canvas.rect(x + k, base_px - 40, 2, 40, metal, 0.65)


def desk(stage: Stage, x: int, base_px: int) -> None:
    """A desk with drawers, papers and a lamp."""
    wood, canvas = stage.mat("wood"), stage.canvas
    canvas.rect(x, base_px - 14, 40, 3, wood, 0.65)
    canvas.rect(x, base_px - 14, 40, 1, wood, 0.95)
    for k in (1, 28):
        _grained(stage, x + k, base_px - 11, 11, 11, wood, level=0.2)
        for y in (9, 5):
            canvas.rect(x + k + 1, base_px - y, 9, 1, wood, 0.1)
            canvas.rect(x + k + 5, base_px - y + 1, 2, 1, stage.mat("gold"), 0.8)
    paper = stage.mat("white cloth")
    for k in (5, 12, 20):
        canvas.rect(x + k, base_px - 15 - (k % 3), 6, 1 + k % 3, paper, 0.8)
    canvas.rect(x + 33, base_px - 21, 1, 7, stage.mat("dark metal"), 0.6)
    canvas.rect(x + 30, base_px - 24, 7, 3, stage.mat("green cloth"), 0.7)
    canvas.rect(x + 31, base_px - 21, 5, 1, stage.own_light("lamp", 4), 0.9)


def cabinet(stage: Stage, x: int, base_px: int, ramp: Ramp, width: int = 20, height: int = 36) -> None:
    """A cupboard, wardrobe or filing cabinet with drawers or doors."""
    canvas = stage.canvas
    _grained(stage, x, base_px - height, width, height, ramp, "board", 0.25)
    canvas.rect(x - 1, base_px - height, width + 2, 2, ramp, 0.95)
    for y in range(base_px - height + 9, base_px - 2, 9):
        canvas.rect(x, y, width, 1, ramp, 0.08)
        canvas.rect(x + width // 2 - 2, y + 4, 4, 1, ramp, 0.95)
    canvas.rect(x + width - 1, base_px - height, 1, height, ramp, 0.1)


def sofa(stage: Stage, x: int, base_px: int, cloth: Ramp) -> None:
    """A padded sofa."""
    canvas = stage.canvas
    canvas.ellipse(x + 21, base_px - 13, 20, 7, cloth, 0.55, 0.2)
    canvas.rect(x + 2, base_px - 14, 38, 10, cloth, 0.45)
    for k in (3, 22):
        canvas.rect(x + k, base_px - 10, 18, 5, cloth, 0.65)
        canvas.rect(x + k, base_px - 10, 18, 1, cloth, 0.92)
    for k in (0, 38):
        canvas.rect(x + k, base_px - 13, 5, 12, cloth, 0.7)
    canvas.rect(x + 2, base_px - 5, 38, 4, cloth, 0.25)


def throne(stage: Stage, x: int, base_px: int) -> None:
    """A golden throne on steps."""
    canvas, gold, red, stone = stage.canvas, stage.mat("gold"), stage.mat("red cloth"), stage.mat("stone")
    for k in range(3):
        canvas.rect(x - 12 + 4 * k, base_px - 4 * (k + 1), 48 - 8 * k, 4, stone, 0.45)
        canvas.rect(x - 12 + 4 * k, base_px - 4 * (k + 1), 48 - 8 * k, 1, stone, 0.9)
    base = base_px - 12
    canvas.rect(x + 2, base - 30, 20, 30, gold, 0.45)
    for k, tall in ((2, 5), (7, 3), (11, 8), (16, 3), (20, 5)):
        canvas.rect(x + k, base - 30 - tall, 2, tall, gold, 0.85)
    canvas.rect(x + 4, base - 27, 16, 20, red, 0.55)
    canvas.rect(x + 4, base - 27, 4, 20, red, 0.75)
    canvas.rect(x + 2, base - 9, 20, 3, red, 0.85)
    for k in (0, 20):
        canvas.rect(x + k, base - 13, 4, 13, gold, 0.75)
        canvas.rect(x + k, base - 14, 4, 1, gold, 0.98)


def candles(stage: Stage, x: int, base_px: int) -> None:
    """A standing candelabrum of three candles."""
    iron, canvas, wax = stage.mat("gold"), stage.canvas, stage.own_light("bone", 5)
    canvas.rect(x + 5, base_px - 22, 2, 22, iron, 0.5)
    canvas.rect(x + 2, base_px - 2, 8, 2, iron, 0.6)
    canvas.rect(x, base_px - 22, 12, 1, iron, 0.85)
    for k in (0, 5, 10):
        canvas.rect(x + k, base_px - 27, 2, 5, wax, 0.7)
        canvas.rect(x + k, base_px - 30, 2, 3, stage.own_light("fire", 4), 0.5)
        canvas.rect(x + k, base_px - 31, 1, 2, stage.own_light("lamp", 4), 0.95)


def torch(stage: Stage, x: int, y: int) -> None:
    """A burning torch in a wall bracket."""
    stage.canvas.rect(x + 2, y, 2, 8, stage.mat("dark wood"), 0.7)
    stage.canvas.rect(x + 1, y, 4, 2, stage.mat("dark metal"), 0.6)
    props.flames(stage, x, y, 6, 9)


def iron_bars(stage: Stage, x: int, base_px: int, width: int = 40, height: int = 44) -> None:
    """A barred cell front before darkness."""
    canvas, iron = stage.canvas, stage.mat("metal")
    canvas.rect(x, base_px - height, width, height, stage.mat("dark metal"), 0.0)
    for k in range(x + 1, x + width, 5):
        canvas.rect(k, base_px - height, 2, height, iron, 0.35)
        canvas.rect(k, base_px - height, 1, height, iron, 0.7)
    for y in (0, height // 2, height - 2):
        canvas.rect(x, base_px - height + y, width, 2, iron, 0.45)


def stained_glass(stage: Stage, x: int, y: int, width: int = 14, height: int = 34) -> None:
    """A pointed window of coloured glass, glowing by day."""
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :] - (width - 1) / 2
    half = width / 2
    mask = np.abs(columns) <= np.where(rows < width, half * np.sqrt(np.clip(rows / width, 0, 1)), half)
    stage.canvas.blit(x - 2, y - 2, np.pad(mask, 2, mode="edge"), stage.mat("stone"), 0.75)
    night = stage.scene.time == "night"
    cells = (rows // 5 + (np.abs(columns) // 3).astype(int) * 2) % 3
    for i, name in enumerate(("red light", "blue light", "lamp")):
        stage.canvas.blit(x, y, mask & (cells == i), stage.own_light(name, 4), 0.1 if night else 0.55 + 0.1 * i)
    lead = mask & ((rows % 5 == 0) | (np.abs(columns) % 3 < 0.6))
    stage.canvas.blit(x, y, lead, stage.mat("dark metal"), 0.0)


def altar(stage: Stage, x: int, base_px: int) -> None:
    """A cloth-covered stone altar with a cross and candles."""
    canvas, stone, gold = stage.canvas, stage.mat("stone"), stage.mat("gold")
    canvas.rect(x - 6, base_px - 3, 44, 3, stone, 0.8)
    _grained(stage, x, base_px - 15, 32, 12, stone, "rock", 0.3)
    canvas.rect(x - 1, base_px - 17, 34, 3, stage.mat("white cloth"), 0.85)
    canvas.rect(x + 8, base_px - 15, 16, 8, stage.mat("red cloth"), 0.6)
    canvas.rect(x + 15, base_px - 30, 2, 13, gold, 0.8)
    canvas.rect(x + 12, base_px - 26, 8, 2, gold, 0.8)
    for k in (3, 28):
        canvas.rect(x + k, base_px - 22, 2, 5, stage.mat("bone"), 0.9)
        canvas.rect(x + k, base_px - 25, 2, 3, stage.own_light("fire", 4), 0.9)


def coffin(stage: Stage, x: int, base_px: int) -> None:
    """A carved stone coffin."""
    stone, canvas = stage.mat("warm stone"), stage.canvas
    _grained(stage, x, base_px - 12, 36, 12, stone, "rock", 0.25)
    canvas.rect(x - 2, base_px - 15, 40, 4, stone, 0.7)
    canvas.rect(x - 2, base_px - 15, 40, 1, stone, 0.95)
    canvas.rect(x + 4, base_px - 8, 28, 1, stone, 0.1)
    canvas.ellipse(x + 18, base_px - 6, 3, 3, stone, 0.8, 0.2)


def glass_tank(stage: Stage, x: int, base_px: int, light: str) -> None:
    """A tall glass tank of glowing liquid with bubbles and a dim shape."""
    canvas, metal, glow = stage.canvas, stage.mat("metal"), stage.own_light(light, 5)
    rows = np.linspace(0.2, 0.5, 34, dtype=np.float32)[:, None]
    bulge = np.array([0.5, 0.25, 0.05, 0.0, 0.0, 0.0, 0.0, -0.1, -0.1, -0.15, -0.15, -0.2, -0.2, -0.2], np.float32)
    canvas.rect(x, base_px - 40, 14, 34, glow, rows + bulge[None, :])
    canvas.ellipse(x + 7, base_px - 24, 2.6, 3.0, glow, 0.0)
    canvas.ellipse(x + 7, base_px - 16, 3.4, 6.0, glow, 0.0)
    canvas.dots(stage.rng.integers(x + 1, x + 13, 8), stage.rng.integers(base_px - 39, base_px - 8, 8), glow, 0.95)
    for y, h in ((-45, 5), (-6, 6)):
        canvas.rect(x - 2, base_px + y, 18, h, metal, 0.45)
        canvas.rect(x - 2, base_px + y, 18, 1, metal, 0.85)


def screens(stage: Stage, x: int, base_px: int, light: str) -> None:
    """A bank of screens over a console."""
    canvas, metal, glow = stage.canvas, stage.mat("metal"), stage.own_light(light, 4)
    for k in range(3):
        sx, sy = x + k * 14, base_px - 36
        canvas.rect(sx, sy, 13, 11, stage.mat("dark metal"), 0.3)
        canvas.rect(sx + 1, sy + 1, 11, 9, glow, 0.0)
        for line in range(2, 9, 2):
            canvas.rect(sx + 2, sy + line, stage.between(3, 9), 1, glow, 0.7)
    canvas.rect(x - 2, base_px - 16, 46, 3, metal, 0.8)
    _grained(stage, x, base_px - 13, 42, 13, metal, "panel", 0.15)
    for k in range(x + 2, x + 40, 3):
        canvas.rect(k, base_px - 15, 1, 1, stage.own_light(stage.pick(light, "red light", "lamp"), 4), 0.8)


def machine(stage: Stage, x: int, base_px: int) -> None:
    """A boiler with gauges, wheels and pipes."""
    canvas, metal, brass = stage.canvas, stage.mat("metal"), stage.mat("rust")
    columns = np.linspace(-1, 1, 30, dtype=np.float32)[None, :]
    shade = 0.55 - 0.38 * columns + 0.3 * (crop("plate", stage.rng, 38, 30) - 0.5)
    canvas.rect(x, base_px - 38, 30, 38, brass, np.asarray(shade, np.float32))
    canvas.ellipse(x + 14.5, base_px - 38, 15, 5, brass, 0.7, 0.25)
    canvas.rect(
        x + 12,
        base_px - 62,
        6,
        22,
        metal,
        np.broadcast_to(np.linspace(0.8, 0.2, 6, dtype=np.float32)[None, :], (22, 6)),
    )
    for k in (6, 20):
        canvas.ellipse(x + k, base_px - 27, 3.6, 3.6, stage.mat("white cloth"), 0.8)
        canvas.line((x + k, base_px - 27), (x + k + 2, base_px - 29), stage.mat("red cloth"), 0.5)
    props.wheel(stage, x + 14, base_px - 12, 5, metal)
    canvas.rect(x + 30, base_px - 20, 12, 4, metal, 0.6)
    canvas.rect(x + 30, base_px - 20, 12, 1, metal, 0.9)


def pipes(stage: Stage, y: int, ramp: Ramp, count: int = 2) -> None:
    """Pipes along the whole wall, with flanges."""
    for k in range(count):
        thick = stage.between(3, 5)
        shade = np.broadcast_to(np.linspace(0.85, 0.15, thick, dtype=np.float32)[:, None], (thick, 160))
        stage.canvas.rect(0, y, 160, thick, ramp, shade)
        for x in range(stage.between(0, 20), 160, 34):
            stage.canvas.rect(x, y - 1, 3, thick + 2, ramp, 0.6)
        y += thick + 2 + k


def clock(stage: Stage, x: int, y: int) -> None:
    """A round wall clock."""
    stage.canvas.ellipse(x, y, 6, 6, stage.mat("dark wood"), 0.5)
    stage.canvas.ellipse(x, y, 4.6, 4.6, stage.mat("white cloth"), 0.85)
    stage.canvas.line((x, y), (x, y - 3), stage.mat("dark metal"), 0.0)
    stage.canvas.line((x, y), (x + 2, y), stage.mat("dark metal"), 0.0)


def picture(stage: Stage, x: int, y: int, width: int, height: int, cloth: str = "sand") -> None:
    """A framed map, painting or blackboard."""
    canvas, ramp = stage.canvas, stage.mat(cloth)
    canvas.rect(x - 1, y - 1, width + 2, height + 2, stage.mat("wood"), 0.7)
    canvas.rect(
        x,
        y,
        width,
        height,
        ramp,
        np.asarray(np.round(crop("smooth", stage.rng, height, width) * 3) / 3 * 0.6 + 0.2, np.float32),
    )


def piano(stage: Stage, x: int, base_px: int) -> None:
    """An upright piano."""
    canvas, wood = stage.canvas, stage.mat("dark wood")
    _grained(stage, x, base_px - 24, 30, 24, wood, "board", 0.2)
    canvas.rect(x - 1, base_px - 25, 32, 2, wood, 0.9)
    canvas.rect(x - 1, base_px - 13, 32, 3, stage.mat("bone"), 0.85)
    for k in range(x + 1, x + 29, 3):
        canvas.rect(k, base_px - 13, 1, 2, stage.mat("dark metal"), 0.0)


def steel_door(stage: Stage, x: int, base_px: int, light: str) -> None:
    """A sliding door with warning stripes and a status light."""
    canvas, metal = stage.canvas, stage.mat("metal")
    canvas.rect(x - 3, base_px - 44, 36, 44, stage.mat("dark metal"), 0.25)
    _grained(stage, x, base_px - 41, 30, 41, metal, "panel", 0.25)
    canvas.rect(x + 14, base_px - 41, 2, 41, metal, 0.0)
    for k in range(30):
        tone = 0.85 if (k // 3) % 2 else 0.0
        canvas.rect(x + k, base_px - 6, 1, 3, stage.mat("gold"), tone)
    canvas.rect(x + 11, base_px - 47, 8, 2, stage.own_light(light, 4), 0.7)

"""Things that stand outdoors: fires, wells, fences, signs, barrels, wagons, graves, stones, statues, lamps."""

from __future__ import annotations

import math

import numpy as np

from narrative_server.images.painter.canvas import Ramp
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def flames(stage: Stage, x: int, base_px: int, width: int, height: int) -> None:
    """Let a fire burn: tongues of three heats."""
    ramp = stage.own_light("fire", 4)
    columns = np.arange(width, dtype=np.float32)
    for share, tone in ((1.0, 0.05), (0.72, 0.40), (0.42, 0.95)):
        middle = 1 - np.abs(columns / max(width - 1, 1) * 2 - 1) ** 1.5
        tall = (
            height
            * share
            * (0.25 + 0.75 * middle)
            * (0.45 + 0.55 * stage.rng.random(width))
            * (middle > 1 - share * 1.02)
        )
        rows = np.arange(height, dtype=np.float32)[:, None]
        stage.canvas.blit(x, base_px - height, rows >= height - tall[None, :], ramp, tone)


def campfire(stage: Stage, x: int, base_px: int, size: int = 8) -> None:
    """Lay logs and stones and light them."""
    wood = stage.mat("dark wood")
    stage.canvas.line((x - size // 2, base_px), (x + size // 2, base_px - 2), wood, 0.6, 2)
    stage.canvas.line((x - size // 2, base_px - 2), (x + size // 2, base_px), wood, 0.4, 2)
    flames(stage, x - size // 2, base_px - 1, size, int(size * 1.5))
    for k in range(-size // 2 - 2, size // 2 + 3, 3):
        stage.canvas.ellipse(x + k, base_px + 0.5, 1.6, 1.2, stage.mat("stone"), 0.5, 0.3)


def well(stage: Stage, x: int, base_px: int) -> None:
    """Build a roofed well."""
    canvas, stone, wood = stage.canvas, stage.mat("stone"), stage.mat("wood")
    canvas.rect(x, base_px - 8, 14, 8, stone, np.asarray(crop("cobble", stage.rng, 8, 14) * 0.8 + 0.1, np.float32))
    canvas.rect(x - 1, base_px - 9, 16, 2, stone, 0.85)
    canvas.rect(x + 1, base_px - 19, 1, 10, wood, 0.5)
    canvas.rect(x + 12, base_px - 19, 1, 10, wood, 0.3)
    for k in range(5):
        canvas.rect(x - 3 + k, base_px - 19 - k, 20 - 2 * k, 1, stage.mat("red roof"), 0.35 + 0.12 * k)
    canvas.rect(x + 7, base_px - 17, 1, 5, wood, 0.2)
    canvas.rect(x + 5, base_px - 13, 4, 3, wood, 0.6)


def fence(stage: Stage, x: int, base_px: int, width: int, height: int = 8) -> None:
    """Run a wooden fence."""
    wood = stage.mat("wood")
    for k in (2, 5):
        stage.canvas.rect(x, base_px - height + k, width, 1, wood, 0.62)
    for k in range(x, x + width, 7):
        stage.canvas.rect(k, base_px - height, 2, height, wood, 0.5)
        stage.canvas.rect(k, base_px - height, 1, height, wood, 0.8)


def signpost(stage: Stage, x: int, base_px: int) -> None:
    """Put up a post with two boards."""
    wood = stage.mat("wood")
    stage.canvas.rect(x, base_px - 18, 2, 18, wood, 0.45)
    stage.canvas.rect(x - 5, base_px - 17, 10, 4, wood, 0.78)
    stage.canvas.rect(x - 2, base_px - 11, 10, 4, wood, 0.65)
    for dx, dy in ((-4, -15), (-1, -9)):
        stage.canvas.rect(x + dx, base_px + dy, 7, 1, wood, 0.15)


def barrel(stage: Stage, x: int, base_px: int, size: int = 9) -> None:
    """Stand a hooped barrel."""
    wide = max(5, int(size * 0.8))
    rows = np.linspace(-1, 1, size, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    shade = 0.55 - 0.34 * columns + 0.3 * (crop("plank", stage.rng, size, wide) - 0.5)
    stage.canvas.blit(
        x, base_px - size, np.abs(columns) <= 1.05 - 0.22 * rows**2, stage.mat("wood"), np.asarray(shade, np.float32)
    )
    for y in (1, size - 3):
        stage.canvas.rect(x, base_px - size + y, wide, 1, stage.mat("dark metal"), 0.55)


def crate(stage: Stage, x: int, base_px: int, size: int = 10) -> None:
    """Stand a braced crate."""
    wood, canvas = stage.mat("wood"), stage.canvas
    canvas.rect(
        x, base_px - size, size, size, wood, np.asarray(crop("log", stage.rng, size, size) * 0.3 + 0.35, np.float32)
    )
    canvas.line((x + 1, base_px - 2), (x + size - 2, base_px - size + 1), wood, 0.75)
    for start, end in (((0, 0), (size - 1, 0)), ((0, 0), (0, size - 1))):
        canvas.line((x + start[0], base_px - size + start[1]), (x + end[0], base_px - size + end[1]), wood, 0.9)
    canvas.line((x, base_px - 1), (x + size - 1, base_px - 1), wood, 0.1)
    canvas.line((x + size - 1, base_px - size), (x + size - 1, base_px - 1), wood, 0.2)


def chest(stage: Stage, x: int, base_px: int) -> None:
    """Set down a banded treasure chest."""
    canvas, wood, gold = stage.canvas, stage.mat("wood"), stage.mat("gold")
    canvas.rect(x, base_px - 6, 13, 6, wood, 0.42)
    canvas.ellipse(x + 6, base_px - 6, 6.4, 4, wood, 0.62, 0.3)
    canvas.rect(x, base_px - 6, 13, 6, wood, 0.38)
    canvas.rect(x, base_px - 6, 13, 1, gold, 0.6)
    canvas.rect(x + 2, base_px - 9, 1, 9, gold, 0.5)
    canvas.rect(x + 10, base_px - 9, 1, 9, gold, 0.4)
    canvas.rect(x + 5, base_px - 7, 3, 3, gold, 0.9)


def wheel(stage: Stage, x: float, y: float, radius: float, ramp: Ramp, spokes: int = 6) -> None:
    """Draw a spoked wheel."""
    for k in range(spokes):
        angle = k * math.pi / spokes
        dx, dy = math.cos(angle) * radius, math.sin(angle) * radius
        stage.canvas.line((x - dx, y - dy), (x + dx, y + dy), ramp, 0.55)
    turn = np.linspace(0, 2 * np.pi, int(radius * 8))
    for r, tone in ((radius, 0.75), (radius - 1, 0.35)):
        stage.canvas.dots(
            np.rint(x + r * np.cos(turn)).astype(int), np.rint(y + r * np.sin(turn)).astype(int), ramp, tone
        )


def wagon(stage: Stage, x: int, base_px: int) -> None:
    """Park a covered wagon."""
    canvas, wood, cloth = stage.canvas, stage.mat("wood"), stage.mat("canvas")
    rows, columns = np.arange(15, dtype=np.float32)[:, None], np.arange(30, dtype=np.float32)[None, :]
    mask = ((columns - 14.5) / 15.5) ** 4 + ((rows - 15) / 15) ** 2 <= 1
    shade = 0.88 - 0.028 * rows - 0.22 * (columns % 7 == 0) - 0.012 * columns
    canvas.blit(x, base_px - 27, mask, cloth, np.asarray(shade, np.float32))
    canvas.rect(x, base_px - 12, 30, 6, wood, np.asarray(crop("log", stage.rng, 6, 30) * 0.4 + 0.3, np.float32))
    canvas.rect(x, base_px - 12, 30, 1, wood, 0.9)
    canvas.line((x + 30, base_px - 7), (x + 40, base_px - 3), wood, 0.5)
    wheel(stage, x + 6, base_px - 5, 5, stage.mat("dark wood"))
    wheel(stage, x + 23, base_px - 5, 5, stage.mat("dark wood"))


def gravestone(stage: Stage, x: int, base_px: int, height: int) -> None:
    """Lean a gravestone or a cross."""
    stone, width = stage.mat("stone"), max(5, int(height * 0.7))
    rows, columns = np.arange(height, dtype=np.float32)[:, None], np.arange(width + 4, dtype=np.float32)[None, :]
    lean = stage.rng.uniform(-0.2, 0.2) * (height - rows)
    local = (columns - 2 - lean) / (width - 1) * 2 - 1
    if stage.chance(0.3):
        mask = (np.abs(local) < 0.28) | ((np.abs(local) < 0.9) & (np.abs(rows - height * 0.3) < height * 0.11))
    else:
        mask = (np.abs(local) <= 1) & (
            local**2 + ((rows - width * 0.5) / (width * 0.5)) ** 2 * (rows < width * 0.5) <= 1
        )
    shade = 0.62 - 0.26 * local + 0.42 * (crop("rock", stage.rng, height, width + 4) - 0.5)
    stage.canvas.blit(x, base_px - height, mask, stone, np.asarray(shade, np.float32))
    if height > 8:
        stage.canvas.rect(x + 4, base_px - height + 5, width - 3, 1, stone, 0.2)


def boulder(stage: Stage, x: int, base_px: int, width: int, ramp: Ramp, height: int | None = None) -> None:
    """Lay a rough rock, lit on its upper left."""
    tall = height if height is not None else max(3, int(width * 0.6))
    rows, columns = np.arange(tall, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    dx, dy = columns / width * 2 - 1, 1 - (rows + 1) / tall
    tone = crop("rock", stage.rng, tall, width)
    mask = np.abs(dx) ** 2.4 + dy**2.0 <= 0.86 + 0.3 * (tone - 0.3)
    shade = 0.42 - 0.26 * dx + 0.30 * dy + 0.52 * (tone - 0.5)
    stage.canvas.blit(x, base_px - tall, mask, ramp, np.asarray(shade, np.float32))


def standing_stones(stage: Stage, x: int, base_px: int, depth: float = 0.0) -> None:
    """Raise a ring's front: upright stones and one lintel."""
    stone = stage.mat("stone", depth)
    for k, tall in enumerate((15, 21, 21, 14)):
        boulder(stage, x + k * 11, base_px, 8, stone, tall + stage.between(-2, 2))
    boulder(stage, x + 10, base_px - 19, 22, stone, 5)


def statue(stage: Stage, x: int, base_px: int, height: int = 26) -> None:
    """Stand a stone figure on a plinth."""
    canvas, stone = stage.canvas, stage.mat("stone")
    plinth = height // 4
    canvas.rect(x - 1, base_px - plinth, 13, plinth, stone, 0.5)
    canvas.rect(x - 2, base_px - plinth, 15, 1, stone, 0.85)
    body = height - plinth
    rows, columns = np.arange(body, dtype=np.float32)[:, None] / body, np.arange(12, dtype=np.float32)[None, :] - 5.5
    half = np.where(
        rows < 0.24,
        1.9 * (rows > 0.02),
        np.where(rows < 0.30, 1.2, np.where(rows < 0.62, 3.9 - 2 * (rows - 0.3), 2.6 + 3.2 * (rows - 0.62))),
    )
    shade = 0.66 - 0.085 * columns + 0.35 * (crop("bark", stage.rng, body, 12) - 0.5)
    canvas.blit(x, base_px - height, np.abs(columns) <= half, stone, np.asarray(shade, np.float32))
    canvas.line((x + 9, base_px - plinth - body * 0.6), (x + 11, base_px - plinth), stone, 0.3)


def street_lamp(stage: Stage, x: int, base_px: int, height: int = 30) -> None:
    """Put up an iron lamp, shining after dark."""
    canvas, iron = stage.canvas, stage.mat("dark metal")
    canvas.rect(x, base_px - height, 2, height, iron, 0.6)
    canvas.rect(x - 1, base_px - 3, 4, 3, iron, 0.4)
    canvas.rect(x - 2, base_px - height - 6, 6, 6, iron, 0.3)
    lamp = stage.own_light("lamp", 4) if stage.day.lamps else stage.mat("white cloth")
    canvas.rect(x - 1, base_px - height - 5, 4, 4, lamp, 0.8)
    canvas.rect(x - 1, base_px - height - 7, 4, 1, iron, 0.7)


def lantern(stage: Stage, x: int, y: int, rope_px: int = 4) -> None:
    """Hang a small lantern."""
    stage.canvas.rect(x + 1, y - rope_px, 1, rope_px, stage.mat("dark metal"), 0.4)
    stage.canvas.rect(x, y, 3, 4, stage.own_light("lamp", 4), 0.7)
    stage.canvas.rect(x, y, 3, 1, stage.mat("dark metal"), 0.3)
    stage.canvas.rect(x, y + 4, 3, 1, stage.mat("dark metal"), 0.3)


def banner(stage: Stage, x: int, y: int, width: int, height: int, ramp: Ramp) -> None:
    """Hang a swallow-tailed banner with a device."""
    rows, columns = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    notch = np.abs(columns - (width - 1) / 2) * 0.9
    mask = rows < height - width * 0.45 + notch
    shade = 0.60 - 0.22 * columns / width + 0.14 * np.sin(columns * 1.7) - 0.15 * rows / height
    stage.canvas.blit(x, y, mask, ramp, np.asarray(shade, np.float32))
    gold = stage.mat("gold")
    stage.canvas.rect(x - 1, y - 1, width + 2, 1, stage.mat("dark wood"), 0.6)
    stage.canvas.ellipse(x + (width - 1) / 2, y + height * 0.36, width * 0.24, width * 0.24, gold, 0.7, 0.2)


def bones(stage: Stage, x: int, base_px: int) -> None:
    """Scatter ribs and a skull."""
    bone = stage.mat("bone")
    for k in range(4):
        stage.canvas.line((x + 8 + k * 4, base_px), (x + 6 + k * 4, base_px - 7 + k), bone, 0.75)
        stage.canvas.line((x + 6 + k * 4, base_px - 7 + k), (x + 9 + k * 4, base_px - 8 + k), bone, 0.9)
    stage.canvas.line((x + 5, base_px), (x + 25, base_px), bone, 0.5)
    stage.canvas.ellipse(x + 2, base_px - 3, 3.4, 3.2, bone, 0.7, 0.25)
    stage.canvas.rect(x + 1, base_px - 4, 1, 2, bone, 0.0)
    stage.canvas.rect(x + 4, base_px - 4, 1, 2, bone, 0.0)


def crystal(stage: Stage, x: int, base_px: int, height: int, ramp: Ramp) -> None:
    """Grow a cluster of faceted crystals."""
    for _ in range(stage.between(3, 5)):
        tall, lean = height * stage.rng.uniform(0.45, 1.0), stage.rng.uniform(-0.55, 0.55)
        wide = max(2.0, tall * 0.13)
        rows = np.arange(int(tall), dtype=np.float32)[:, None]
        size = int(tall * 1.3) + 8
        columns = np.arange(size, dtype=np.float32)[None, :] - size / 2 - lean * (tall - rows)
        half = np.minimum(wide, (rows + 1) * 0.7)
        shade = np.where(columns < -half * 0.2, 0.9, np.where(columns < half * 0.45, 0.55, 0.2)) - 0.25 * rows / tall
        stage.canvas.blit(
            x - size // 2, base_px - int(tall), np.abs(columns) <= half, ramp, np.asarray(shade, np.float32)
        )


def car(stage: Stage, x: int, base_px: int, ramp: Ramp, wrecked: bool = False) -> None:
    """Park a car, or leave its wreck."""
    canvas, glass, tyre = stage.canvas, stage.mat("water"), stage.mat("asphalt")
    for k in range(6):
        canvas.rect(x + 8 + (5 - k), base_px - 15 + k, 16 + 2 * k - 4, 1, ramp, 0.8 - 0.05 * k)
    canvas.rect(x + 12, base_px - 13, 6, 4, glass, 0.15 if wrecked else 0.55)
    canvas.rect(x + 20, base_px - 13, 6, 4, glass, 0.1 if wrecked else 0.4)
    canvas.rect(x, base_px - 9, 36, 6, ramp, 0.55)
    canvas.rect(x, base_px - 9, 36, 1, ramp, 0.9)
    canvas.rect(x, base_px - 4, 36, 1, ramp, 0.2)
    if stage.day.lamps and not wrecked:
        canvas.rect(x + 34, base_px - 8, 2, 2, stage.own_light("lamp", 4), 0.9)
        canvas.rect(x, base_px - 8, 2, 2, stage.own_light("red light", 3), 0.5)
    for wx in (x + 8, x + 28):
        canvas.ellipse(wx, base_px - 3, 4, 4, tyre, 0.15)
        canvas.ellipse(wx, base_px - 3, 1.6, 1.6, tyre, 0.8)


def bench(stage: Stage, x: int, base_px: int, ramp: Ramp) -> None:
    """Set a bench."""
    for y, tone in ((-9, 0.75), (-7, 0.6), (-4, 0.8)):
        stage.canvas.rect(x, base_px + y, 20, 1, ramp, tone)
    for k in (2, 17):
        stage.canvas.rect(x + k, base_px - 9, 1, 9, ramp, 0.25)

"""Large things of war, machines and other worlds: cannons, trains, ships, domes, planets; each stands at x on a row."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, foliage, props
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def cannons(stage: Stage, x: int, base_px: int) -> None:
    """Two cannons on carriages."""
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


def landed_ship(stage: Stage, x: int, base_px: int) -> None:
    """A landed spaceship on its legs."""
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
    rows, columns = np.arange(21, dtype=np.float32)[:, None], np.arange(43, dtype=np.float32)[None, :] - 21
    bowl = (columns / 21) ** 2 + ((21 - rows) / 20) ** 2 <= 1
    shade = 0.80 - 0.018 * columns - 0.016 * rows + 0.25 * (crop("panel", stage.rng, 21, 43) - 0.5)
    canvas.blit(x - 21, base_px - 23, bowl, hull, np.asarray(shade, np.float32))
    for k in (-12, -4, 4, 12):
        canvas.rect(x + k - 1, base_px - 9, 4, 4, stage.own_light("lamp", 4), 0.7)
    canvas.rect(x - 22, base_px - 2, 44, 4, hull, 0.3)
    canvas.rect(x - 1, base_px - 30, 1, 8, hull, 0.7)


def radio_dish(stage: Stage, x: int, base_px: int) -> None:
    """A radio dish."""
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


def radio_tower(stage: Stage, x: int, base_px: int) -> None:
    """A rusty lattice mast with a red light."""
    iron = stage.mat("rust", 0.2)
    for k in (-7, 7):
        stage.canvas.line((x + k, base_px - 4), (x, base_px - 56), iron, 0.5)
    for y in range(8, 50, 8):
        half = 7 * (1 - y / 54)
        stage.canvas.line((x - half, base_px - y), (x + half * 0.8, base_px - y - 7), iron, 0.4)
        stage.canvas.line((x + half, base_px - y), (x - half * 0.8, base_px - y - 7), iron, 0.4)
    stage.canvas.rect(x, base_px - 58, 1, 2, stage.own_light("red light", 3), 0.9)


def siege_tower(stage: Stage, x: int, base_px: int) -> None:
    """A wooden siege tower."""
    wood = stage.mat("dark wood", 0.1)
    buildings.wall(stage, x - 9, base_px - 42, 18, 40, wood, "plank", 0.1)
    for y in (14, 28, 42):
        stage.canvas.rect(x - 11, base_px - y, 22, 2, wood, 0.9)
    for k in (-6, 6):
        props.wheel(stage, x + k, base_px - 3, 4, wood)


def train(stage: Stage, _x: int, base_px: int) -> None:
    """A train along the whole platform."""
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


def noodle_stall(stage: Stage, x: int, base_px: int) -> None:
    """A lit food stall with paper lanterns."""
    canvas = stage.canvas
    canvas.rect(x - 18, base_px - 12, 36, 12, stage.mat("dark wood"), 0.5)
    canvas.rect(x - 19, base_px - 13, 38, 2, stage.mat("wood"), 0.9)
    canvas.rect(x - 16, base_px - 26, 32, 13, stage.own_light("lamp", 4), 0.15)
    for k in range(-20, 20, 5):
        canvas.rect(x + k, base_px - 31, 5, 6, stage.mat("red cloth" if (k // 5) % 2 else "white cloth"), 0.7)
    for k in (-12, 0, 12):
        canvas.ellipse(x + k, base_px - 21, 2.6, 3, stage.own_light("red light", 4), 0.7, 0.2)


def burned_trees(stage: Stage, x: int, base_px: int) -> None:
    """Three burned trees."""
    for _ in range(3):
        foliage.bare_tree(stage, x + stage.between(-50, 50), base_px, stage.between(24, 44), stage.mat("dark wood"))

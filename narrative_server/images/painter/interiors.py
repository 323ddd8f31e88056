"""Rooms: lit back walls, ceilings, floors in perspective, windows onto the hour, and caves."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX, Ramp, X, Y
from narrative_server.images.painter.noise import crop, ridge
from narrative_server.images.painter.stage import Stage
from narrative_server.images.painter.terrain import floor_map, receding

CEILING_PX = 7


def dim(stage: Stage, ambient: float) -> None:
    """Set how dark the room is before its lamps: `ambient` is added to every shade."""
    stage.canvas.light[:] = ambient


def back_wall(stage: Stage, ramp: Ramp, grain: str, level: float = 0.0, contrast: float = 0.7) -> None:
    """Paint the far wall down to the ground line, with a skirting and its shadow."""
    field = crop(grain, stage.rng, GROUND_Y_PX, WIDTH_PX)
    corner = 0.16 * np.abs(X / WIDTH_PX * 2 - 1) ** 3
    under = 0.20 * np.clip(1 - (Y[:GROUND_Y_PX] - CEILING_PX) / 12, 0, 1)
    shade = 0.5 + contrast * (field - 0.5) + level - corner - under
    stage.canvas.rect(0, 0, WIDTH_PX, GROUND_Y_PX, ramp, np.asarray(shade, np.float32), dither=0.3)


def wainscot(stage: Stage, ramp: Ramp, top_px: int) -> None:
    """Panel the lower wall with wood."""
    height = GROUND_Y_PX - top_px
    shade = crop("board", stage.rng, height, WIDTH_PX) * 0.7 + 0.12
    stage.canvas.rect(0, top_px, WIDTH_PX, height, ramp, np.asarray(shade, np.float32))
    stage.canvas.rect(0, top_px, WIDTH_PX, 1, ramp, 0.9)
    stage.canvas.rect(0, top_px + 1, WIDTH_PX, 1, ramp, 0.2)


def skirting(stage: Stage, ramp: Ramp) -> None:
    """Run a board where wall and floor meet."""
    stage.canvas.rect(0, GROUND_Y_PX - 3, WIDTH_PX, 3, ramp, 0.5)
    stage.canvas.rect(0, GROUND_Y_PX - 3, WIDTH_PX, 1, ramp, 0.8)


def beams(stage: Stage, ramp: Ramp, every: int = 32) -> None:
    """Lay a beam under the ceiling and posts down the wall."""
    canvas = stage.canvas
    for x in range(every // 2 - 3, WIDTH_PX, every):
        canvas.rect(
            x,
            0,
            5,
            GROUND_Y_PX,
            ramp,
            np.asarray(crop("bark", stage.rng, GROUND_Y_PX, 5) * 0.4 + np.linspace(0.45, 0.1, 5)[None, :], np.float32),
        )
        for k in range(7):
            canvas.rect(x - 7 + k, CEILING_PX + k, 2, 1, ramp, 0.5)
            canvas.rect(x + 10 - k, CEILING_PX + k, 2, 1, ramp, 0.3)
    canvas.rect(
        0,
        0,
        WIDTH_PX,
        CEILING_PX,
        ramp,
        np.asarray(crop("log", stage.rng, CEILING_PX, WIDTH_PX) * 0.45 + 0.15, np.float32),
    )
    canvas.rect(0, CEILING_PX - 1, WIDTH_PX, 1, ramp, 0.08)


def floor(stage: Stage, ramp: Ramp, style: str) -> None:
    """Paint the floor in perspective: planks, tiles, flags, checker, grating, or plain earth."""
    depth, across = floor_map(40)
    rows = HEIGHT_PX - GROUND_Y_PX
    if style == "planks":
        board = np.floor(across / 9)
        tone = np.random.default_rng(stage.between(0, 1 << 30)).random(512)[board.astype(int) % 512]
        seam = (across / 9 - board) < 0.10
        shade = 0.50 + 0.20 * (tone - 0.5) + 0.20 * (receding("bark", stage.rng, 40) - 0.5) - 0.28 * seam
    elif style == "checker":
        odd = (np.floor(across / 10) + np.floor(depth / 3.2)) % 2
        shade = 0.42 + 0.24 * odd
    elif style == "tiles":
        seam = ((across / 10) % 1 < 0.09) | ((depth / 3.2) % 1 < 0.12)
        shade = 0.55 - 0.22 * seam + 0.10 * (receding("soft", stage.rng, 40) - 0.5)
    elif style == "plates":
        seam = ((across / 22) % 1 < 0.05) | ((depth / 6.0) % 1 < 0.08)
        shade = 0.50 - 0.26 * seam + 0.12 * (receding("streak", stage.rng, 40) - 0.5)
    elif style == "flags":
        shade = 0.50 + 0.36 * (receding("rubble", stage.rng, 46) - 0.5)
    else:
        shade = 0.50 + 0.34 * (receding("dirt", stage.rng, 46) - 0.5)
    fall = np.linspace(-0.02, 0.06, rows, dtype=np.float32)[:, None]
    shade = shade + fall - 0.14 * (np.arange(rows)[:, None] < 2)
    stage.canvas.rect(0, GROUND_Y_PX, WIDTH_PX, rows, ramp, np.asarray(shade, np.float32), dither=0.25)


def carpet(stage: Stage, ramp: Ramp, centre: int, half_px: int) -> None:
    """Run a bordered carpet toward the viewer."""
    _, across = floor_map(40)
    at = np.abs(across - (centre - WIDTH_PX / 2) * 1.11)
    weave = 0.50 + 0.22 * (receding("speckle", stage.rng, 40) - 0.5)
    shade = np.where((at > half_px * 0.78) & (at < half_px * 0.9), 0.92, weave)
    stage.canvas.blit(0, GROUND_Y_PX, at < half_px, ramp, np.asarray(shade, np.float32))


def view_window(stage: Stage, x: int, y: int, width: int, height: int, frame: Ramp, arched: bool = False) -> None:
    """Open a window on the sky of the hour, and let daylight fall into the room."""
    canvas = stage.canvas
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :] - (width - 1) / 2
    half = width / 2
    mask = (np.abs(columns) <= half) & (rows >= 0)
    if arched:
        mask = np.abs(columns) <= np.where(
            rows < half, half * np.sqrt(np.clip(1 - ((half - rows) / half) ** 2, 0, 1)), half
        )
    canvas.blit(x - 2, y - 2, np.pad(mask, 2, mode="edge"), frame, 0.3)
    canvas.blit(
        x,
        y,
        mask,
        stage.stops(stage.day.sky, 5),
        np.broadcast_to((rows / height).astype(np.float32), (height, width)),
        dither=0.6,
    )
    land = stage.stops((stage.day.haze, tuple(0.55 * c for c in stage.day.haze)), 2)  # type: ignore[arg-type]
    hill = height * (0.72 + 0.1 * np.sin(columns / 3 + x))
    canvas.blit(x, y, mask & (rows > hill), land, 0.9)
    bars = mask & ((np.abs(columns) < 0.6) | (rows == height // 2))
    canvas.blit(x, y, bars, frame, 0.2)
    canvas.rect(x - 3, y + height + 1, width + 6, 2, frame, 0.85)


def daylight_from(stage: Stage, x: int, y: int) -> None:
    """Light the room from a window at (x, y); call before painting the room."""
    strength = {"noon": 0.30, "morning": 0.30, "afternoon": 0.28, "dawn": 0.18, "dusk": 0.18, "night": 0.06}[
        stage.scene.time
    ]
    stage.canvas.add_light(x, y + 6, 62, strength)
    stage.canvas.add_light(x + 10, 84, 36, strength * 0.7, squash=1.6)


def cave_wall(stage: Stage, ramp: Ramp, dark: Ramp) -> None:
    """Paint a rock chamber: far wall, near walls closing in, hanging and standing stone teeth."""
    far = 0.34 + 0.75 * (crop("crag", stage.rng, HEIGHT_PX, WIDTH_PX) - 0.5) - 0.12 * np.abs(X / 80 - 1)
    stage.canvas.fill(Y < GROUND_Y_PX + 0 * X, ramp, np.asarray(far, np.float32), dither=0.3)
    roof = 5 + 16 * ridge(stage.rng, WIDTH_PX, 26, 3) + 14 * (np.abs(X[0] / 80 - 1) ** 2)
    teeth = np.zeros(WIDTH_PX, np.float32)
    for _ in range(stage.between(9, 15)):
        x, half, tall = stage.between(0, 159), stage.between(2, 5), stage.between(8, 26)
        teeth = np.maximum(teeth, tall * np.clip(1 - np.abs(X[0] - x) / half, 0, 1) ** 1.4)
    edge = roof + teeth
    tone = crop("rock", stage.rng, HEIGHT_PX, WIDTH_PX)
    shade = 0.40 + 0.55 * (tone - 0.5) + 0.22 * ((edge[None, :] - Y) < 2)
    stage.canvas.fill(edge[None, :] > Y, dark, np.asarray(shade, np.float32))
    walls = 10 + 12 * ridge(stage.rng, HEIGHT_PX, 22, 3)
    near = (walls[:, None] > X) | (WIDTH_PX - walls[::-1, None] < X)
    stage.canvas.fill(near & (GROUND_Y_PX + 3 > Y), dark, np.asarray(0.38 + 0.6 * (tone - 0.5), np.float32))

"""The lie of the land: mountains, hills, dunes, mesas, treelines, cliffs and the walkable ground."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX, Floats, Ramp, X, Y
from narrative_server.images.painter.noise import SIZE, crop, ridge, texture
from narrative_server.images.painter.stage import Stage


def mountains(stage: Stage, ramp: Ramp, base_px: int, rise_px: int, snow: Ramp | None = None, cell: int = 40) -> Floats:
    """Paint a jagged range with lit and shaded faces, snow on top when given; returns its profile (W,)."""
    profile = base_px - rise_px * ridge(stage.rng, WIDTH_PX, cell, 5, 0.48) ** 1.2
    crag = crop("crag", stage.rng, HEIGHT_PX, WIDTH_PX)
    below = Y - profile[None, :]
    slope = np.gradient(np.convolve(np.pad(profile, 4, mode="edge"), np.ones(9) / 9, mode="valid"))
    shade = 0.42 + 0.55 * (crag - 0.5) - 0.22 * np.tanh(slope * 1.5)[None, :]
    inside = below >= 0
    stage.canvas.fill(inside, ramp, np.asarray(shade + 0.12 * (below < 2), np.float32), dither=0.3)
    if snow is not None:
        edge = rise_px * (0.22 + 0.30 * (crag - 0.3))
        altitude = base_px - Y
        cap = inside & (altitude > rise_px * 0.42) & (below < edge)
        stage.canvas.fill(
            cap, snow, np.asarray(0.62 + 0.9 * (crag - 0.5) - 0.35 * np.tanh(slope * 1.5)[None, :], np.float32)
        )
    return np.asarray(profile, np.float32)


def hills(stage: Stage, ramp: Ramp, base_px: int, rise_px: int, grain: str = "bush", cell: int = 56) -> Floats:
    """Paint rounded hills textured with `grain`; returns their profile (W,)."""
    profile = base_px - rise_px * ridge(stage.rng, WIDTH_PX, cell, 2, 0.3)
    below = Y - profile[None, :]
    tone = crop(grain, stage.rng, HEIGHT_PX, WIDTH_PX)
    shade = 0.66 + 0.40 * (tone - 0.5) - below / (rise_px * 2.2 + 8) + 0.15 * (below < 1)
    stage.canvas.fill(below >= 0, ramp, np.asarray(shade, np.float32), dither=0.3)
    return np.asarray(profile, np.float32)


def dunes(stage: Stage, ramp: Ramp, base_px: int, rise_px: int) -> None:
    """Paint dunes: a lit windward face, a dark slip face behind each crest, ripples."""
    profile = base_px - rise_px * ridge(stage.rng, WIDTH_PX, 46, 2, 0.25)
    slope = np.gradient(profile)
    below = Y - profile[None, :]
    lean = np.clip(below * 0.9, 0, 18).astype(int)
    shifted = slope[np.clip(X.astype(int) - lean, 0, WIDTH_PX - 1)]
    ripple = crop("ripple", stage.rng, HEIGHT_PX, WIDTH_PX)
    shade = np.where(shifted > 0.04, 0.30, 0.74) + 0.18 * (ripple - 0.5) + 0.18 * (below < 1) - below * 0.004
    stage.canvas.fill(below >= 0, ramp, np.asarray(shade, np.float32), dither=0.6)


def mesas(stage: Stage, ramp: Ramp, base_px: int, rise_px: int, count: int) -> None:
    """Paint flat-topped towers of layered rock."""
    for _ in range(count):
        width, height = stage.between(14, 44), stage.between(rise_px // 2, rise_px)
        x, y = stage.between(-8, WIDTH_PX - 10), base_px - height
        flare = np.linspace(0, 1, height)[:, None] ** 2 * 7 + 2 * crop("speckle", stage.rng, height, 1)
        columns = np.arange(width + 18)[None, :] - 9
        mask = (columns >= -flare) & (columns < width + flare)
        layers = np.repeat(stage.rng.random(height // 4 + 1), 4)[:height, None]
        side = np.clip(columns / width, 0, 1)
        shade = 0.62 - 0.34 * side + 0.22 * (layers - 0.5) + 0.36 * (crop("bark", stage.rng, height, width + 18) - 0.5)
        stage.canvas.blit(x - 9, y, mask, ramp, np.asarray(shade, np.float32))


def treeline(stage: Stage, ramp: Ramp, base_px: int, rise_px: int, pointed: bool) -> None:
    """Paint a far wood as one textured silhouette, with conifer tips or round crowns."""
    x = np.arange(WIDTH_PX, dtype=np.float32)
    profile = base_px - rise_px * (0.35 + 0.4 * ridge(stage.rng, WIDTH_PX, 40, 2))
    for _ in range(2):
        width = stage.between(4, 6) if pointed else stage.between(8, 12)
        shift = stage.rng.random() * width
        cell = np.floor((x + shift) / width)
        tall = np.random.default_rng(stage.between(0, 1 << 30)).random(int(cell.max()) + 2)[cell.astype(int)]
        within = ((x + shift) % width) / width * 2 - 1
        crown = (1 - np.abs(within)) if pointed else np.sqrt(np.clip(1 - within**2, 0, 1))
        profile = np.minimum(
            profile, base_px - rise_px * (0.2 + 0.35 * tall) - crown * rise_px * (0.45 if pointed else 0.22)
        )
    below = Y - profile[None, :]
    tone = crop("straw" if pointed else "leaf", stage.rng, HEIGHT_PX, WIDTH_PX)
    shade = 0.58 + 0.45 * (tone - 0.5) - below * (0.9 / (rise_px + 10)) + 0.14 * (below < 1.5)
    stage.canvas.fill(below >= 0, ramp, np.asarray(shade, np.float32), dither=0.25)


def cliff(stage: Stage, ramp: Ramp, x: int, width: int, top_px: int, base_px: int, cap: Ramp | None = None) -> None:
    """Paint a rock wall with a rough outline, and turf on its top when given."""
    height = base_px - top_px
    rough = 4 * ridge(stage.rng, height, 12) - 2
    top = 3 * ridge(stage.rng, width, 10)
    columns, rows = np.arange(width)[None, :], np.arange(height)[:, None]
    mask = (columns > rough[:, None]) & (columns < width - 2 - rough[::-1, None]) & (rows >= top[None, :])
    shade = 0.60 - 0.30 * columns / width + 0.62 * (crop("crag", stage.rng, height, width) - 0.5)
    stage.canvas.blit(x, top_px, mask, ramp, np.asarray(shade, np.float32), dither=0.2)
    if cap is not None:
        fringe = top[None, :] + 2 + 4 * crop("grass", stage.rng, height, width)
        shade = 0.85 - 0.12 * (rows - top[None, :])
        stage.canvas.blit(x, top_px, mask & (rows < fringe), cap, np.asarray(shade, np.float32))


@lru_cache(maxsize=8)
def floor_map(vanish_px: int) -> tuple[Floats, Floats]:
    """Return for the ground rows (29, W) the depth and the sideways place of each pixel on a receding plane."""
    rows = np.arange(GROUND_Y_PX, HEIGHT_PX, dtype=np.float32)[:, None] - vanish_px
    depth = 900.0 / rows + 0 * X
    across = (X - WIDTH_PX / 2) * (30.0 / rows)
    return depth.astype(np.float32), across.astype(np.float32)


def receding(name: str, rng: np.random.Generator, vanish_px: int = 48) -> Floats:
    """Lay a texture on the ground plane: (29, W)."""
    depth, across = floor_map(vanish_px)
    oy, ox = rng.integers(0, SIZE, 2)
    laid: Floats = texture(name)[(depth + oy).astype(int) % SIZE, (across + ox).astype(int) % SIZE]
    return laid


def ground(stage: Stage, ramp: Ramp, grain: str, contrast: float = 0.4, level: float = 0.55, flat: bool = True) -> None:
    """Paint the walkable ground from GROUND_Y_PX down, calm enough for sprites to read on it."""
    field = receding(grain, stage.rng) if flat else crop(grain, stage.rng, HEIGHT_PX - GROUND_Y_PX, WIDTH_PX)
    soft = crop("smooth", stage.rng, HEIGHT_PX - GROUND_Y_PX, WIDTH_PX)
    fall = np.linspace(0.10, -0.14, HEIGHT_PX - GROUND_Y_PX, dtype=np.float32)[:, None]
    shade = level + contrast * (field - 0.5) + 0.22 * (soft - 0.5) + fall
    shade[0] += 0.12
    stage.canvas.rect(
        0, GROUND_Y_PX, WIDTH_PX, HEIGHT_PX - GROUND_Y_PX, ramp, np.asarray(shade, np.float32), dither=0.35
    )


def path(stage: Stage, ramp: Ramp, grain: str = "dirt") -> None:
    """Lay a trodden way along the ground."""
    rows = HEIGHT_PX - GROUND_Y_PX
    upper = 5 + 3 * ridge(stage.rng, WIDTH_PX, 24)
    lower = 18 + 5 * ridge(stage.rng, WIDTH_PX, 30)
    y = np.arange(rows, dtype=np.float32)[:, None]
    rag = 3 * (crop("speckle", stage.rng, rows, WIDTH_PX) - 0.5)
    mask = (y + rag > upper) & (y + rag < lower)
    shade = 0.58 + 0.35 * (crop(grain, stage.rng, rows, WIDTH_PX) - 0.5) - 0.25 * (y < upper + 1)
    stage.canvas.blit(0, GROUND_Y_PX, mask, ramp, np.asarray(shade, np.float32), dither=0.3)


def fringe(stage: Stage, ramp: Ramp, height_px: int = 4, y: int = GROUND_Y_PX, level: float = 0.75) -> None:
    """Grow a ragged edge of blades on a ground line."""
    tops = height_px * (0.25 + 0.75 * ridge(stage.rng, WIDTH_PX, 3, 2))
    rows = np.arange(height_px + 2, dtype=np.float32)[:, None]
    mask = rows >= height_px - tops[None, :]
    tone = crop("grass", stage.rng, height_px + 2, WIDTH_PX)
    shade = level + 0.5 * (tone - 0.5) - 0.07 * rows
    stage.canvas.blit(0, y - height_px, mask, ramp, np.asarray(shade, np.float32))


def scatter_tufts(stage: Stage, ramp: Ramp, count: int, low: int = GROUND_Y_PX + 2) -> None:
    """Dot the ground with small tufts or pebbles."""
    for _ in range(count):
        x, y = stage.between(0, WIDTH_PX - 1), stage.between(low, HEIGHT_PX - 2)
        size = 1 + (y - GROUND_Y_PX) // 12
        for k in range(-size, size + 1):
            stage.canvas.line(
                (x + k, y), (x + k + (k > 0) - (k < 0), y - size - (k == 0)), ramp, 0.55 + 0.25 * ((x + k) % 2)
            )

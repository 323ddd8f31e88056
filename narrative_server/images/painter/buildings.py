"""Buildings: cottages, barns, churches, town blocks, towers, castle walls, columns, tents, ships."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter.canvas import Floats, Ramp
from narrative_server.images.painter.noise import crop, ridge
from narrative_server.images.painter.stage import Stage


def wall(stage: Stage, x: int, y: int, width: int, height: int, ramp: Ramp, grain: str, level: float = 0.0) -> None:
    """Paint a textured upright face, darker to the right and under the eaves."""
    if width <= 0 or height <= 0:
        return
    columns = np.arange(width, dtype=np.float32)[None, :]
    rows = np.arange(height, dtype=np.float32)[:, None]
    shade = crop(grain, stage.rng, height, width) * 0.75 + 0.18 + level - 0.14 * columns / width
    shade = shade - 0.20 * (rows < 2) - 0.10 * (rows >= height - 2)
    stage.canvas.rect(x, y, width, height, ramp, np.asarray(shade, np.float32))


def window(stage: Stage, x: int, y: int, width: int, height: int, frame: Ramp, lit: bool | None = None) -> None:
    """Paint a pane with a frame and a cross bar; lit ones shine (by default when lamps are on, mostly)."""
    canvas = stage.canvas
    shines = (stage.day.lamps and stage.chance(0.75)) if lit is None else lit
    canvas.rect(x - 1, y - 1, width + 2, height + 2, frame, 0.25)
    if shines:
        glass = stage.own_light("lamp", 4)
        rows = np.linspace(0.8, 0.25, height, dtype=np.float32)[:, None] + np.zeros((1, width), np.float32)
        canvas.rect(x, y, width, height, glass, rows)
    else:
        glass = stage.mat("water", 0.1)
        canvas.rect(x, y, width, height, glass, 0.30)
        canvas.rect(x, y, max(1, width // 2), 1, glass, 0.75)
    if width >= 4:
        canvas.rect(x + width // 2, y, 1, height, frame, 0.2)
    if height >= 5:
        canvas.rect(x, y + height // 2, width, 1, frame, 0.2)
    canvas.rect(x - 1, y + height, width + 2, 1, frame, 0.8)


def door(stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp, arched: bool = False) -> None:
    """Paint a plank door with a dark frame, a handle and a step."""
    canvas = stage.canvas
    rows, columns = np.arange(height + 1)[:, None], np.arange(width + 2)[None, :] - (width + 1) / 2
    half = (width + 2) / 2
    curve = half * np.sqrt(np.clip(1 - ((half - rows) / half) ** 2, 0, 1)) if arched else half
    mask = np.abs(columns) <= np.where(rows < half, curve, half)
    canvas.blit(x - 1, base_px - height - 1, mask, ramp, 0.08)
    inner = mask[1:, 1:-1] & mask[:-1, 1:-1]
    shade = crop("plank", stage.rng, height, width) * 0.7 + 0.15
    canvas.blit(x, base_px - height, inner, ramp, np.asarray(shade, np.float32))
    canvas.rect(x + width - 2, base_px - height // 2, 1, 1, stage.mat("gold"), 0.9)


def gable_roof(
    stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp, grain: str, lean: float = 0.5
) -> None:
    """Paint a roof seen from its long side: a trapezoid with overhanging eaves, lit ridge, snow on cold days."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :]
    inset = (height - 1 - rows) * lean
    mask = (columns >= inset) & (columns < width - inset)
    shade = crop(grain, stage.rng, height, width) * 0.8 + 0.16 + 0.18 * (1 - rows / height) - 0.10 * columns / width
    shade = shade + 0.2 * (rows == 0) - 0.25 * (rows == height - 1)
    stage.canvas.blit(x, base_px - height, mask, ramp, np.asarray(shade, np.float32))
    if stage.snowy:
        edge = height * (0.35 + 0.5 * ridge(stage.rng, width, 8))
        stage.canvas.blit(
            x,
            base_px - height,
            mask & (rows < edge[None, :]),
            stage.mat("snow"),
            0.85 - 0.01 * rows * np.ones_like(columns),
        )


def front_gable(
    stage: Stage, x: int, base_px: int, width: int, height: int, face: Ramp, roof: Ramp, grain: str
) -> None:
    """Paint a triangular gable with its roof edges."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.abs(np.arange(width, dtype=np.float32)[None, :] - (width - 1) / 2)
    reach = (rows + 1) / height * width / 2
    shade = crop(grain, stage.rng, height, width) * 0.7 + 0.14
    stage.canvas.blit(x, base_px - height, columns <= reach, face, np.asarray(shade, np.float32))
    edge = (columns <= reach + 0.5) & (columns > reach - 3.2)
    cover = stage.mat("snow") if stage.snowy else roof
    left = np.arange(width)[None, :] < width / 2
    stage.canvas.blit(x, base_px - height, edge, cover, np.where(left, 0.75, 0.42).astype(np.float32) + 0 * rows)


def chimney(stage: Stage, x: int, base_px: int, height: int, smoke: bool) -> None:
    """Put up a chimney, smoking if so asked."""
    wall(stage, x, base_px - height, 5, height, stage.mat("brick"), "brick")
    stage.canvas.rect(x - 1, base_px - height, 7, 1, stage.mat("brick"), 0.8)
    if smoke:
        ramp = stage.stops((stage.day.cloud[0], stage.day.cloud[1]), 3)
        for i in range(6):
            stage.canvas.ellipse(
                x + 2 + i * 1.6 + stage.rng.uniform(-1, 1),
                base_px - height - 3 - i * 4,
                1.2 + i * 0.5,
                1.2 + i * 0.4,
                ramp,
                0.7 - i * 0.06,
                0.2,
            )


def cottage(stage: Stage, x: int, base_px: int, width: int, height: int, depth: float = 0.0) -> None:
    """Build a house: timber-framed, stone, brick or log, thatched or tiled."""
    style = stage.pick("timber", "timber", "stone", "brick", "log", "plaster")
    face = {"timber": "plaster", "stone": "warm stone", "brick": "brick", "log": "wood", "plaster": "plaster"}[style]
    grain = {"timber": "soft", "stone": "cobble", "brick": "brick", "log": "log", "plaster": "soft"}[style]
    beam, face_ramp = stage.mat("dark wood", depth), stage.mat(face, depth)
    roof = stage.mat(stage.pick("red roof", "thatch", "slate roof", "thatch", "red roof"), depth)
    roof_h = int(height * stage.rng.uniform(0.42, 0.55))
    body_h = height - roof_h
    if stage.chance(0.6):
        chimney(
            stage,
            x + stage.between(3, max(4, width - 9)),
            base_px - body_h - roof_h // 2,
            roof_h // 2 + 4,
            stage.chance(0.6),
        )
    wall(stage, x, base_px - body_h, width, body_h, face_ramp, grain, 0.06 if grain == "soft" else 0.0)
    if style == "timber":
        _beams(stage, x, base_px - body_h, width, body_h, beam)
    if stage.chance(0.62):
        gable_roof(
            stage,
            x - 3,
            base_px - body_h + 1,
            width + 6,
            roof_h,
            roof,
            "shingle" if roof is not stage.mat("thatch", depth) else "straw",
        )
    else:
        front_gable(stage, x - 2, base_px - body_h + 1, width + 4, roof_h + 2, face_ramp, roof, grain)
        window(stage, x + width // 2 - 2, base_px - body_h - roof_h // 3, 4, 4, beam)
    door_x = x + stage.between(3, max(3, width - 10))
    door(stage, door_x, base_px, 6, min(11, body_h - 3), stage.mat("wood", depth), stage.chance(0.3))
    for wx in range(x + 4, x + width - 6, 10):
        if abs(wx - door_x) > 7:
            window(stage, wx, base_px - body_h + 4, 5, 5, beam)


def _beams(stage: Stage, x: int, y: int, width: int, height: int, beam: Ramp) -> None:
    canvas = stage.canvas
    for k in range(0, width + 1, max(7, width // 4)):
        canvas.rect(x + min(k, width - 1), y, 1, height, beam, 0.45)
    canvas.rect(x, y + 1, width, 1, beam, 0.5)
    canvas.rect(x, y + height // 2, width, 1, beam, 0.4)
    canvas.line((x + 1, y + height - 1), (x + width // 4, y + height // 2), beam, 0.4)
    canvas.line((x + width - 2, y + height - 1), (x + width - 1 - width // 4, y + height // 2), beam, 0.4)


def tower(
    stage: Stage, x: int, base_px: int, width: int, height: int, depth: float = 0.0, roof: str | None = None
) -> None:
    """Raise a round stone tower with battlements or a pointed roof."""
    ramp = stage.mat("stone", depth)
    turn = (np.arange(width, dtype=np.float32)[None, :] + 0.5) / width
    shade = crop("ashlar", stage.rng, height, width) * 0.6 + 0.42 - 0.65 * np.abs(turn - 0.32)
    stage.canvas.rect(x, base_px - height, width, height, ramp, np.asarray(shade, np.float32))
    stage.canvas.rect(x - 1, base_px - height, width + 2, 3, ramp, 0.55)
    if roof is None:
        for k in range(x - 1, x + width + 1, 4):
            stage.canvas.rect(k, base_px - height - 3, 2, 3, ramp, 0.68 - 0.3 * (k - x) / width)
    else:
        cone(stage, x - 2, base_px - height, width + 4, int(width * 1.2), stage.mat(roof, depth))
    for k in range(base_px - height + 8, base_px - 10, 14):
        window(stage, x + width // 2 - 1, k, 2, 5, ramp)


def cone(stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp) -> None:
    """Put a pointed roof on something round."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :] - (width - 1) / 2
    reach = (rows + 1) / height * width / 2
    shade = crop("shingle", stage.rng, height, width) * 0.6 + 0.30 - 0.38 * columns / np.maximum(reach, 1)
    stage.canvas.blit(x, base_px - height, np.abs(columns) <= reach, ramp, np.asarray(shade, np.float32))


def rampart(stage: Stage, x: int, base_px: int, width: int, height: int, depth: float = 0.0) -> None:
    """Build a battlemented wall."""
    ramp = stage.mat("stone", depth)
    wall(stage, x, base_px - height, width, height, ramp, "ashlar")
    stage.canvas.rect(x, base_px - height, width, 1, ramp, 0.85)
    for k in range(x, x + width - 3, 8):
        wall(stage, k, base_px - height - 4, 5, 4, ramp, "ashlar", 0.15)
        stage.canvas.rect(k, base_px - height - 4, 5, 1, ramp, 0.9)


def gate(stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp, open_: bool = False) -> None:
    """Cut an arched gateway with a wooden gate or a dark passage with a portcullis."""
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :] - (width - 1) / 2
    half = width / 2
    mask = np.abs(columns) <= np.where(
        rows < half, half * np.sqrt(np.clip(1 - ((half - rows) / half) ** 2, 0, 1)), half
    )
    grown = np.pad(mask, ((2, 0), (2, 2)), mode="edge")
    stage.canvas.blit(x - 2, base_px - height - 2, grown, ramp, 0.78)
    stage.canvas.blit(x, base_px - height, mask, ramp, 0.02)
    iron = stage.mat("dark metal")
    if open_:
        bars = mask & ((columns.astype(int) % 4 == 0) | (rows % 5 == 2)) & (rows < height * 0.5)
        stage.canvas.blit(x, base_px - height, bars, iron, 0.7)
    else:
        stage.canvas.blit(
            x,
            base_px - height,
            mask,
            stage.mat("wood"),
            np.asarray(crop("board", stage.rng, height, width) * 0.75, np.float32),
        )
        stage.canvas.blit(x, base_px - height, mask & (rows % 9 == 5) & (columns == columns), iron, 0.6)


def column(stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp, broken: bool = False) -> None:
    """Stand a fluted column with base and capital, or a broken stump."""
    top = base_px - height
    rag = (3 * ridge(stage.rng, width, 3, 2)).astype(int) if broken else np.zeros(width, int)
    columns = np.arange(width, dtype=np.float32)[None, :]
    rows = np.arange(height)[:, None]
    shade = (
        0.82
        - 0.62 * columns / width
        - 0.16 * (columns % 3 == 2)
        + 0.22 * (crop("rock", stage.rng, height, width) - 0.5)
    )
    stage.canvas.blit(x, top, rows >= rag[None, :], ramp, np.asarray(shade, np.float32))
    stage.canvas.rect(x - 2, base_px - 3, width + 4, 3, ramp, 0.6)
    stage.canvas.rect(x - 2, base_px - 3, width + 4, 1, ramp, 0.85)
    if not broken:
        stage.canvas.rect(x - 2, top, width + 4, 3, ramp, 0.7)
        stage.canvas.rect(x - 2, top, width + 4, 1, ramp, 0.92)


def block(
    stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp, grain: str, lit_share: float, depth: float
) -> None:
    """Build a town block with a grid of windows."""
    wall(stage, x, base_px - height, width, height, ramp, grain)
    stage.canvas.rect(x - 1, base_px - height, width + 2, 2, ramp, 0.85)
    dark, lamp = stage.mat("water", depth, 4), stage.own_light("lamp", 4)
    w, h = stage.between(2, 4), stage.between(3, 5)
    gap_x, gap_y = w + stage.between(2, 4), h + stage.between(3, 5)
    for wy in range(base_px - height + 5, base_px - h - 3, gap_y):
        for wx in range(x + 3, x + width - w - 1, gap_x):
            shines = stage.rng.random() < lit_share
            stage.canvas.rect(wx, wy, w, h, lamp if shines else dark, stage.rng.uniform(0.3, 0.9) if shines else 0.15)
            if not shines:
                stage.canvas.rect(wx, wy, 1, 1, dark, 0.75)
            stage.canvas.rect(wx, wy + h, w, 1, ramp, 0.8)


def skyline(stage: Stage, ramp: Ramp, base_px: int, tallest: int, lit_share: float, lamp: Ramp | None = None) -> None:
    """Fill the horizon with far blocks and their small lights."""
    x = -stage.between(0, 10)
    while x < 160:
        width, height = stage.between(8, 22), stage.between(tallest // 3, tallest)
        shade = np.broadcast_to(np.linspace(0.7, 0.35, width, dtype=np.float32)[None, :], (height, width))
        stage.canvas.rect(x, base_px - height, width, height, ramp, np.asarray(shade, np.float32))
        if stage.chance(0.4):
            stage.canvas.rect(x + width // 2, base_px - height - 6, 1, 6, ramp, 0.5)
        if lamp is not None:
            ys, xs = np.nonzero(stage.rng.random((height // 3, width // 2)) < lit_share)
            stage.canvas.dots(xs * 2 + x + 1, ys * 3 + base_px - height + 2, lamp, 0.6)
        x += width + stage.between(-2, 3)


def tent(stage: Stage, x: int, base_px: int, width: int, height: int, ramp: Ramp) -> None:
    """Pitch a ridge tent with a dark opening and a lit side."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :] - width * 0.42
    reach = (rows + 1) / height
    mask = (columns > -reach * width * 0.42) & (columns < reach * width * 0.56)
    left = columns < reach * width * 0.10
    shade = np.where(left, 0.78, 0.42) + 0.3 * (crop("bark", stage.rng, height, width) - 0.5) - 0.1 * rows / height
    stage.canvas.blit(x, base_px - height, mask, ramp, np.asarray(shade, np.float32))
    flap = (np.abs(columns + reach * width * 0.12) < reach * width * 0.10) & (rows > height * 0.3)
    stage.canvas.blit(x, base_px - height, flap, ramp, 0.02)
    stage.canvas.line(
        (x + width * 0.42, base_px - height - 2), (x + width * 0.42, base_px - height), stage.mat("dark wood"), 0.5
    )


def sailing_ship(stage: Stage, x: int, base_px: int, size: int, depth: float = 0.0, furled: bool = False) -> None:
    """Float a two-masted ship, its waterline on `base_px`."""
    hull, sail, canvas = stage.mat("wood", depth), stage.mat("white cloth", depth), stage.canvas
    rows_n = max(4, size // 6)
    rows = np.arange(rows_n, dtype=np.float32)[:, None] / rows_n
    columns = np.arange(size, dtype=np.float32)[None, :] / size
    mask = (
        (columns > 0.05 + 0.12 * rows)
        & (columns < 1.0 - 0.16 * rows**0.7)
        & (rows > 0.35 * np.sin(np.pi * np.clip(columns, 0, 1)))
    )
    shade = crop("log", stage.rng, rows_n, size) * 0.5 + 0.35 - 0.3 * rows
    for mast in (0.36, 0.68):
        mx = int(x + size * mast)
        tall = int(size * (0.78 if mast < 0.5 else 0.66))
        canvas.rect(mx, base_px - rows_n - tall, max(1, size // 30), tall, hull, 0.3)
        for level in (0.25, 0.62):
            w, h = int(size * (0.34 - 0.1 * (1 - level))), max(2, int(tall * (0.09 if furled else 0.33)))
            top = base_px - rows_n - tall + int(tall * (level - 0.2))
            canvas.blit(mx - w // 2, top, *_sail(stage, w, h, sail))
        canvas.rect(mx, base_px - rows_n - tall - 1, 4, 2, stage.mat("red cloth", depth), 0.7)
    canvas.line((x + size * 0.9, base_px - rows_n), (x + size * 1.1, base_px - rows_n - size * 0.14), hull, 0.4)
    canvas.blit(x, base_px - rows_n, mask, hull, np.asarray(shade, np.float32))


def _sail(stage: Stage, width: int, height: int, ramp: Ramp) -> tuple[np.ndarray, Ramp, Floats]:
    rows = np.arange(height, dtype=np.float32)[:, None] / max(height, 1)
    columns = np.abs(np.arange(width, dtype=np.float32)[None, :] / max(width - 1, 1) * 2 - 1)
    shade = 0.88 - 0.35 * rows - 0.22 * columns + 0.15 * (crop("bark", stage.rng, height, width) - 0.5)
    return columns <= 0.80 + 0.2 * np.sin(rows * np.pi), ramp, shade.astype(np.float32)

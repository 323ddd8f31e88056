"""Water: seas and rivers with reflections, foam, waterfalls, and lava."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter.canvas import HEIGHT_PX, REFLECTED, WIDTH_PX, Mask, Ramp, X, Y
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def sea(stage: Stage, ramp: Ramp, top_px: int, bottom_px: int, rough: float = 0.5) -> None:
    """Paint open water between two rows, waves larger toward the viewer, glints under sun or moon."""
    rows = bottom_px - top_px
    near = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    waves = crop("wave", stage.rng, rows, WIDTH_PX)
    shade = 0.66 - 0.30 * near + (0.25 + rough * near) * (waves - 0.5)
    stage.canvas.rect(0, top_px, WIDTH_PX, rows, ramp, np.asarray(shade, np.float32), dither=0.4)
    crest = (waves > 0.90 - 0.06 * near) & (near > 0.15)
    stage.canvas.blit(0, top_px, crest, ramp, 0.97)


def reflect(stage: Stage, mask: Mask, mirror_px: int, ripple: float = 1.0) -> None:
    """Mirror what stands above a row into the water below it where `mask` (H, W) holds, broken by ripples."""
    canvas = stage.canvas
    waves = crop("wave", stage.rng, HEIGHT_PX, WIDTH_PX)
    source_y = np.clip(2 * mirror_px - 1 - Y + np.rint((waves - 0.5) * 3 * ripple), 0, mirror_px - 1).astype(int)
    source_x = np.clip(X + np.rint((waves - 0.5) * 4 * ripple), 0, WIDTH_PX - 1).astype(int)
    mirrored = canvas.index[source_y, source_x]
    np.copyto(canvas.index, mirrored, where=mask)
    canvas.tint(mask, REFLECTED)


def glints(stage: Stage, ramp: Ramp, top_px: int, bottom_px: int, count: int) -> None:
    """Lay short bright dashes on water."""
    for _ in range(count):
        y = stage.between(top_px, bottom_px - 1)
        length = 1 + (y - top_px) * 5 // max(1, bottom_px - top_px)
        stage.canvas.rect(
            stage.between(0, WIDTH_PX), y, length + stage.between(0, 2), 1, ramp, stage.rng.uniform(0.75, 1.0)
        )


def waterfall(stage: Stage, x: int, top_px: int, bottom_px: int, width: int, ramp: Ramp) -> None:
    """Let water fall in streaks, with spray at its foot."""
    height = bottom_px - top_px
    tone = crop("bark", stage.rng, height, width)
    edge = np.abs(np.arange(width)[None, :] - width / 2) / (width / 2)
    shade = 0.55 + 0.6 * (tone - 0.4) - 0.2 * edge
    stage.canvas.blit(x, top_px, np.ones((height, width), np.bool_), ramp, np.asarray(shade, np.float32))
    for _ in range(width):
        stage.canvas.ellipse(
            x + stage.rng.uniform(-2, width + 2), bottom_px - stage.rng.random() * 3, 2, 1.5, ramp, 0.95
        )


def lava(stage: Stage, top_px: int, bottom_px: int, mask: Mask | None = None) -> None:
    """Paint glowing lava with a dark broken crust between two rows."""
    rows = bottom_px - top_px
    tone = crop("cloud", stage.rng, rows, WIDTH_PX)
    vein = 1 - np.abs(tone - 0.5) * 3.4
    shade = np.clip(0.30 + 0.75 * vein, 0, 1)
    chosen = np.ones((rows, WIDTH_PX), np.bool_) if mask is None else mask
    stage.canvas.blit(0, top_px, chosen, stage.own_light("lava", 6), np.asarray(shade, np.float32), dither=0.5)

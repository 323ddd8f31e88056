"""Plants: crowned trees, conifers, palms, bare trees, bushes, reeds, cacti, mushrooms, crops."""

from __future__ import annotations

import math

import numpy as np

from narrative_server.images.painter.canvas import Floats, Mask, Ramp
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def crown_shape(stage: Stage, width: int, height: int, grain: str = "leaf") -> tuple[Mask, Floats]:
    """Heap leafy balls into a crown, each lit from the upper left: mask and shade (height, width)."""
    rng = stage.rng
    count = max(5, (width + height) // 6)
    angle, reach = rng.random(count) * 2 * np.pi, np.sqrt(rng.random(count)) * 0.62
    cx, cy = width * (0.5 + 0.5 * reach * np.cos(angle)), height * (0.5 + 0.5 * reach * np.sin(angle))
    radius = min(width, height) * (0.20 + 0.10 * rng.random(count))
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    leaf = crop(grain, rng, height, width)
    mask = np.zeros((height, width), np.bool_)
    shade = np.zeros((height, width), np.float32)
    for i in np.argsort(cy):
        dx, dy = (x - cx[i]) / radius[i], (y - cy[i]) / radius[i]
        inside = dx * dx + dy * dy < 0.72 + 0.6 * leaf
        np.copyto(shade, -0.14 * dx - 0.26 * dy, where=inside)
        mask |= inside
    tone = 0.46 + shade + 0.42 * (leaf - 0.5) + 0.22 * (0.5 - y / height) + 0.10 * (0.5 - x / width)
    return mask, tone.astype(np.float32)


def tree(stage: Stage, x: int, base_px: int, height: int, leaf: Ramp, bark: Ramp, grain: str = "leaf") -> None:
    """Plant a broadleaf tree standing on `base_px`."""
    crown_h = max(7, int(height * stage.rng.uniform(0.58, 0.75)))
    crown_w = max(8, int(crown_h * stage.rng.uniform(0.95, 1.4)))
    thick = max(2, height // 11)
    trunk(stage, x, base_px, height - crown_h // 2, thick, bark)
    mask, shade = crown_shape(stage, crown_w, crown_h, grain)
    stage.canvas.blit(x - crown_w // 2, base_px - height, mask, leaf, shade)


def trunk(stage: Stage, x: int, base_px: int, height: int, thick: int, bark: Ramp) -> None:
    """Raise a trunk with flaring roots, lit on its left."""
    rows = np.arange(height, dtype=np.float32)[:, None]
    flare = thick * 0.5 + 0.6 * thick * np.clip(1 - (height - rows) / max(4.0, thick * 1.3), 0, 1) ** 2
    width = thick * 3 + 2
    columns = np.arange(width, dtype=np.float32)[None, :] - width / 2 + 0.5
    sway = np.sin(rows / max(height, 1) * 2.5 + stage.rng.random() * 6) * thick * 0.15
    mask = np.abs(columns - sway) <= flare
    shade = 0.55 - 0.30 * columns / max(thick * 0.6, 1) + 0.45 * (crop("bark", stage.rng, height, width) - 0.5)
    stage.canvas.blit(x - width // 2, base_px - height, mask, bark, np.asarray(shade, np.float32))


def conifer(stage: Stage, x: int, base_px: int, height: int, leaf: Ramp, bark: Ramp, snow: Ramp | None = None) -> None:
    """Plant a fir of drooping tiers, snow on them when given."""
    half = max(3, int(height * stage.rng.uniform(0.20, 0.30)))
    stem = max(1, height // 16)
    stage.canvas.rect(x - stem // 2, base_px - height // 6, stem, height // 6, bark, 0.4)
    rows = int(height * 0.90)
    y = np.arange(rows, dtype=np.float32)[:, None]
    tier = max(3.0, height / stage.rng.uniform(5.0, 7.5))
    phase = (y % tier) / tier
    jag = 1.6 * (crop("speckle", stage.rng, rows, 2 * half + 5) - 0.5)
    columns = np.arange(2 * half + 5, dtype=np.float32)[None, :] - half - 2
    reach = half * (y / rows) ** 0.85 * (0.55 + 0.45 * phase) + 0.4
    mask = np.abs(columns) + jag < reach
    tone = crop("straw", stage.rng, rows, 2 * half + 5)
    shade = 0.40 - 0.30 * columns / (half + 1) + 0.30 * (phase - 0.35) + 0.38 * (tone - 0.5)
    left, top = x - half - 2, base_px - height
    stage.canvas.blit(left, top, mask, leaf, np.asarray(shade, np.float32))
    if snow is not None:
        lying = mask & (phase > 0.52) & (columns < reach * 0.75) & (tone > 0.35)
        stage.canvas.blit(left, top, lying, snow, np.asarray(0.75 - 0.22 * columns / (half + 1), np.float32))


def bare_tree(stage: Stage, x: int, base_px: int, height: int, bark: Ramp) -> None:
    """Plant a leafless, crooked tree."""
    thick = max(2, height // 12)
    trunk(stage, x, base_px, int(height * 0.45), thick, bark)
    _branch(stage, x, base_px - height * 0.43, -math.pi / 2, height * 0.30, thick, bark, 4)


def _branch(stage: Stage, x: float, y: float, angle: float, length: float, thick: int, bark: Ramp, left: int) -> None:
    if left == 0 or length < 2:
        return
    for turn in (-1, 1):
        bent = angle + turn * stage.rng.uniform(0.2, 0.75)
        reach = length * stage.rng.uniform(0.6, 1.0)
        end = (x + math.cos(bent) * reach, y + math.sin(bent) * reach)
        stage.canvas.line((x, y), end, bark, 0.5 if turn < 0 else 0.3, max(1, thick - 1))
        _branch(stage, *end, bent, length * 0.68, thick - 1, bark, left - 1)


def palm(stage: Stage, x: int, base_px: int, height: int, leaf: Ramp, bark: Ramp) -> None:
    """Plant a leaning palm."""
    lean = stage.rng.uniform(-0.35, 0.35) * height
    t = np.linspace(0, 1, height)
    xs = np.rint(x + lean * t**1.7).astype(int)
    ys = np.rint(base_px - height * t).astype(int)
    for offset in range(max(2, height // 18)):
        stage.canvas.dots(xs + offset, ys, bark, (0.62 - 0.25 * offset + 0.2 * ((ys % 3) == 0)).astype(np.float32))
    top_x, top_y = float(xs[-1]), float(ys[-1])
    reach = max(8.0, height * 0.38)
    for angle in np.linspace(-0.35, math.pi + 0.35, 9) + stage.rng.normal(0, 0.08, 9):
        s = np.linspace(0, 1, int(reach * 1.4))
        px = top_x + np.cos(angle) * reach * s
        py = top_y - np.sin(angle) * reach * 0.55 * s + reach * 0.55 * s**2
        for k, tone in ((0, 0.75), (1, 0.5), (2, 0.28)):
            hang = (k * np.minimum(1.0, 2.6 * s * (1.15 - s))) > 0.55 * k - 0.01
            keep = hang | (k == 0)
            stage.canvas.dots(np.rint(px[keep]).astype(int), np.rint(py[keep]).astype(int) + k, leaf, tone)


def bush(stage: Stage, x: int, base_px: int, width: int, leaf: Ramp, flowers: Ramp | None = None) -> None:
    """Plant a bush, with flowers when a ramp for them is given."""
    height = max(4, int(width * 0.6))
    mask, shade = crown_shape(stage, width, height + 3, "bush")
    mask = mask[:height]
    stage.canvas.blit(x - width // 2, base_px - height, mask, leaf, shade[:height])
    if flowers is not None:
        ys, xs = np.nonzero(mask & (stage.rng.random(mask.shape) < 0.09))
        stage.canvas.dots(xs + x - width // 2, ys + base_px - height, flowers, 0.8)


def reeds(stage: Stage, x: int, base_px: int, count: int, ramp: Ramp, height: int = 12) -> None:
    """Grow a clump of reeds, some with dark heads."""
    for _ in range(count):
        foot, tall = x + stage.between(-5, 5), stage.between(height // 2, height)
        bend = stage.between(-2, 2)
        stage.canvas.line((foot, base_px), (foot + bend, base_px - tall), ramp, stage.rng.uniform(0.35, 0.85))
        if stage.chance(0.3):
            stage.canvas.rect(foot + bend, base_px - tall - 1, 1, 3, ramp, 0.1)


def cactus(stage: Stage, x: int, base_px: int, height: int, ramp: Ramp) -> None:
    """Plant a saguaro with two arms."""
    canvas, wide = stage.canvas, max(2, height // 7)
    for k in range(wide):
        tone = 0.8 - 0.55 * k / wide
        canvas.rect(x + k, base_px - height, 1, height, ramp, tone)
        low, high = height // 3, height // 2
        canvas.rect(x - wide - 2 + k, base_px - high - height // 4, 1, height // 4, ramp, tone)
        canvas.rect(x + wide + 2 + k, base_px - low - height // 3, 1, height // 3, ramp, tone)
    canvas.rect(x - 3, base_px - height // 2, 3, wide, ramp, 0.45)
    canvas.rect(x + wide, base_px - height // 3, 3, wide, ramp, 0.35)


def mushroom(stage: Stage, x: int, base_px: int, height: int, cap: Ramp, stalk: Ramp) -> None:
    """Grow a big mushroom with a spotted cap."""
    canvas, half = stage.canvas, max(3, int(height * 0.42))
    wide = max(1, height // 6)
    for k in range(wide):
        canvas.rect(x - wide // 2 + k, base_px - height + 2, 1, height - 2, stalk, 0.85 - 0.5 * k / wide)
    rows = max(3, int(height * 0.42))
    y = np.arange(rows, dtype=np.float32)[:, None] / rows
    columns = (np.arange(2 * half + 1, dtype=np.float32)[None, :] - half) / half
    mask = columns**2 <= 1 - (1 - y) ** 2
    shade = 0.62 - 0.25 * columns - 0.45 * (y - 0.4) + 0.3 * (crop("bigleaf", stage.rng, rows, 2 * half + 1) > 0.82)
    canvas.blit(x - half, base_px - height, mask, cap, np.asarray(shade, np.float32))
    canvas.rect(x - half + 1, base_px - height + rows, 2 * half - 1, 1, stalk, 0.35)


def crops(stage: Stage, base_px: int, rows: int, leaf: Ramp, soil: Ramp, height: int = 5) -> None:
    """Plant rows of a field that run toward the horizon, above the ground line."""
    for row in range(rows):
        y = base_px - (rows - 1 - row) * 4
        stage.canvas.rect(0, y - 2, 160, 4, soil, 0.45)
        tops = stage.rng.integers(max(1, height - 3), height + 1, 160)
        step = 2 + row // 2
        for x in range(stage.between(0, step), 160, step):
            stage.canvas.rect(x, y - int(tops[x]), 1, int(tops[x]), leaf, 0.45 + 0.1 * (x % 5))


def vines(stage: Stage, top_px: int, leaf: Ramp, count: int, longest: int) -> None:
    """Hang creepers from above."""
    for _ in range(count):
        x, length = stage.between(0, 159), stage.between(longest // 3, longest)
        ys = np.arange(top_px, top_px + length)
        xs = x + np.rint(1.5 * np.sin(ys / 5 + x)).astype(int)
        stage.canvas.dots(xs, ys, leaf, 0.35)
        stage.canvas.dots(xs + np.where(ys % 4 < 2, 1, -1), ys, leaf, (0.5 + 0.3 * (ys % 3 == 0)).astype(np.float32))

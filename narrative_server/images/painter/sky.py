"""Skies: dithered gradients, sun, moon, stars and clouds."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter.canvas import WIDTH_PX, Floats, Mask, X, Y
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def paint_sky(stage: Stage, horizon_px: int = 66) -> None:
    """Paint the whole sky down to a horizon row and below it with the horizon's colour."""
    ramp = stage.stops(stage.day.sky, 9)
    stage.canvas.fill(Y + X >= 0, ramp, _gradient(horizon_px), dither=0.7)
    weather = stage.scene.weather
    if weather in ("clear", "cloudy", "snow"):
        if stage.day.is_night:
            _stars(stage, horizon_px)
        if weather == "clear" or stage.chance(0.5):
            _luminary(stage, horizon_px)
    if weather in ("rain", "storm", "fog", "snow"):
        _overcast(stage, horizon_px)
    elif weather == "cloudy":
        _cumulus(stage, stage.between(5, 8), horizon_px)
        _streaks(stage, horizon_px)
    elif stage.chance(0.75):
        low_sun = stage.scene.time in ("dawn", "dusk")
        if low_sun or stage.chance(0.35):
            _streaks(stage, horizon_px)
        if not low_sun or stage.chance(0.4):
            _cumulus(stage, stage.between(1, 4), horizon_px)


def _gradient(horizon_px: int) -> Floats:
    return np.broadcast_to(np.clip(Y / horizon_px, 0.0, 1.0) ** 1.1, (96, WIDTH_PX)).astype(np.float32)


def _stars(stage: Stage, horizon_px: int) -> None:
    count = stage.between(40, 90)
    ramp = stage.own_light("white cloth", 4)
    xs = stage.rng.integers(0, WIDTH_PX, count)
    ys = (stage.rng.random(count) ** 1.4 * (horizon_px - 8)).astype(int)
    stage.canvas.dots(xs, ys, ramp, stage.rng.random(count).astype(np.float32) * 0.8)
    for i in range(3):
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            stage.canvas.dots(xs[i : i + 1] + dx, ys[i : i + 1] + dy, ramp, 0.1)
        stage.canvas.dots(xs[i : i + 1], ys[i : i + 1], ramp, 0.95)


def _luminary(stage: Stage, horizon_px: int) -> None:
    """Paint the sun, or at night the moon, with a dithered halo."""
    canvas, low = stage.canvas, stage.scene.time in ("dawn", "dusk")
    x = stage.between(18, WIDTH_PX - 18)
    y = stage.between(horizon_px - 26, horizon_px - 14) if low else stage.between(9, 24)
    distance = np.sqrt((X - x) ** 2 + (Y - y) ** 2)
    sky = stage.day.sky
    if stage.day.is_night:
        radius = stage.between(4, 8)
        halo = stage.stops((sky[1], sky[3], (0.45, 0.55, 0.78)), 4)
        canvas.fill(distance < radius * 3, halo, 1.0 - distance / (radius * 3), dither=1.4)
        canvas.ellipse(x, y, radius, radius, stage.own_light("bone", 5), 0.72, round_by=0.25)
        spots = stage.own_light("bone", 5)
        canvas.ellipse(x - radius * 0.3, y + radius * 0.2, radius * 0.28, radius * 0.25, spots, 0.5)
        canvas.ellipse(x + radius * 0.4, y - radius * 0.3, radius * 0.2, radius * 0.2, spots, 0.5)
        return
    radius = stage.between(6, 10) if low else stage.between(4, 6)
    disc = (1.0, 0.93, 0.72) if low else (1.0, 1.0, 0.90)
    halo = stage.stops((sky[2], sky[3], disc), 4)
    reach = radius * 2.6
    canvas.fill(distance < reach, halo, 0.95 - distance / reach, dither=1.6)
    canvas.ellipse(x, y, radius, radius, stage.stops((sky[3], disc), 2), 0.9)


def _cumulus(stage: Stage, count: int, horizon_px: int) -> None:
    ramp = stage.stops(stage.day.cloud, 4)
    for _ in range(count):
        depth = stage.rng.random()
        width = int(18 + 46 * (1 - depth) * (0.6 + 0.4 * stage.rng.random()))
        y = int(4 + depth * (horizon_px - 28) + stage.rng.random() * 8)
        mask, shade = cloud_shape(stage, width, max(6, int(width * 0.34)))
        stage.canvas.blit(stage.between(-14, WIDTH_PX - 20), y, mask, ramp, shade, dither=0.7)


def cloud_shape(stage: Stage, width: int, height: int) -> tuple[Mask, Floats]:
    """Heap discs on a flat base: a cloud's mask and shade (height, width), also smoke."""
    rng = stage.rng
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    mask = np.zeros((height, width), np.bool_)
    shade = np.zeros((height, width), np.float32)
    count = max(4, width // 6)
    centres = np.sort(rng.random(count)) * 0.76 + 0.12
    for c in centres[rng.permutation(count)]:
        hump = 1.0 - abs(c - 0.5) * 1.5
        radius = height * (0.26 + 0.30 * hump * rng.random() + 0.1)
        cy = height - radius * (0.55 + 0.9 * hump * rng.random())
        dx, dy = (x - c * width) / radius, (y - cy) / (radius * 0.9)
        inside = dx * dx + dy * dy < 1.0
        shade = np.where(inside, 0.62 - 0.22 * dx - 0.42 * dy, shade)
        mask |= inside
    return mask & (y < height - 1), (shade - 0.22 * (y / height) ** 2).astype(np.float32)


def _streaks(stage: Stage, horizon_px: int) -> None:
    """Paint long flat clouds, lit from below when the sun is low."""
    ramp = stage.stops((stage.day.cloud[0], stage.day.cloud[1]), 3)
    field = crop("streak", stage.rng, 96, WIDTH_PX)
    band = np.clip(1.0 - np.abs(Y - horizon_px * 0.55) / (horizon_px * 0.42), 0.0, 1.0)
    level = field * band
    threshold = 0.42 + 0.12 * stage.rng.random()
    stage.canvas.fill(level > threshold, ramp, np.asarray((level - threshold) * 4.0, np.float32), dither=0.6)


def _overcast(stage: Stage, horizon_px: int) -> None:
    dark, lit = stage.day.cloud
    ramp = stage.stops((dark, stage.day.sky[1], lit), 5)
    field = crop("cloud", stage.rng, 96, WIDTH_PX)
    lit_from_above = field - np.roll(field, -3, axis=0)
    fade = 1.0 - Y / (horizon_px * 0.95)
    cover = field + 0.75 * fade
    shade = np.asarray(0.35 + 2.4 * lit_from_above + 0.25 * (field - 0.5), np.float32)
    stage.canvas.fill((cover > 0.62) & (horizon_px > Y), ramp, shade, dither=0.7)

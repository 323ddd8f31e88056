"""Weather before the scenery: mist, rain, snowfall, lightning, embers, drifting dust."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter.canvas import BAYER, GROUND_Y_PX, HEIGHT_PX, MIST, THICK_MIST, WIDTH_PX, Y
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def paint_weather(stage: Stage) -> None:
    """Put the scene's weather in front of an outdoor picture."""
    weather = stage.scene.weather
    if weather == "fog":
        mist(stage, 0.75)
    elif weather == "rain":
        rain(stage, 110, slant=2)
    elif weather == "storm":
        rain(stage, 170, slant=4)
    elif weather == "snow":
        snowfall(stage, 130)


def mist(stage: Stage, strength: float, centre_px: int = GROUND_Y_PX - 8) -> None:
    """Lay banks of mist, thickest around a row; dithered, so that the picture keeps its palette."""
    field = crop("streak", stage.rng, HEIGHT_PX, WIDTH_PX)
    reach = np.where(centre_px > Y, 30.0, 13.0)
    band = np.exp(-np.square((Y - centre_px) / reach))
    level = strength * band * (0.35 + 0.95 * field) + (BAYER - 0.5) * 0.10
    stage.canvas.tint(level > 0.34, MIST)
    stage.canvas.tint(level > 0.70, THICK_MIST)


def rain(stage: Stage, count: int, slant: int) -> None:
    """Draw falling streaks and splashes on the ground."""
    ramp = stage.stops((stage.day.cloud[0], stage.day.cloud[1], (0.80, 0.86, 0.95)), 3)
    xs, ys = stage.rng.integers(0, WIDTH_PX + 12, count), stage.rng.integers(-6, HEIGHT_PX, count)
    tone = stage.rng.random(count).astype(np.float32) * 0.66
    for k in range(5):
        stage.canvas.dots(xs - k * slant // 4, ys + k, ramp, tone)
    splash_x = stage.rng.integers(0, WIDTH_PX, 22)
    splash_y = stage.rng.integers(GROUND_Y_PX + 1, HEIGHT_PX, 22)
    for dx, drop in ((-1, 0.3), (1, 0.3), (0, 0.7)):
        stage.canvas.dots(splash_x + dx, splash_y - abs(dx), ramp, drop)


def snowfall(stage: Stage, count: int) -> None:
    """Draw flakes, the nearer ones two pixels large."""
    ramp = stage.own_light("white cloth", 4)
    xs, ys = stage.rng.integers(0, WIDTH_PX, count), stage.rng.integers(0, HEIGHT_PX, count)
    stage.canvas.dots(xs, ys, ramp, 0.9)
    near = slice(0, count // 5)
    stage.canvas.dots(xs[near] + 1, ys[near], ramp, 0.9)
    stage.canvas.dots(xs[near], ys[near] + 1, ramp, 0.7)


def lightning(stage: Stage, bottom_px: int) -> None:
    """Strike a forked bolt from the clouds."""
    ramp = stage.own_light("white cloth", 4)
    x, y = float(stage.between(20, WIDTH_PX - 20)), 0.0
    while y < bottom_px:
        end = (x + stage.rng.uniform(-7, 7), y + stage.rng.uniform(4, 9))
        stage.canvas.line((x, y), end, ramp, 0.99, 2 if y < bottom_px * 0.6 else 1)
        if stage.chance(0.3):
            fork = (end[0] + stage.rng.uniform(-14, 14), end[1] + stage.rng.uniform(6, 14))
            stage.canvas.line(end, fork, ramp, 0.8)
        x, y = end


def embers(stage: Stage, count: int, low_px: int = HEIGHT_PX) -> None:
    """Let sparks rise."""
    ramp = stage.own_light("fire", 4)
    tones = stage.rng.random(count).astype(np.float32)
    stage.canvas.dots(stage.rng.integers(0, WIDTH_PX, count), stage.rng.integers(6, low_px, count), ramp, tones)


def motes(stage: Stage, count: int, material: str) -> None:
    """Let pale points float: spores, fireflies, dust."""
    ramp = stage.own_light(material, 4)
    xs, ys = stage.rng.integers(0, WIDTH_PX, count), stage.rng.integers(8, HEIGHT_PX - 8, count)
    stage.canvas.dots(xs, ys, ramp, 0.9)
    stage.canvas.dots(xs + 1, ys, ramp, 0.2)

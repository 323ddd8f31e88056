"""Towns of the last two centuries and of the next: the west, cities, stations, wastelands."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, props, sky, terrain, water, weather
from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX, Y
from narrative_server.images.painter.landmarks import paint_landmarks, paint_only
from narrative_server.images.painter.noise import crop, ridge
from narrative_server.images.painter.places.backdrops import lamplight
from narrative_server.images.painter.stage import Stage


def western_town(stage: Stage) -> None:
    """False fronts on a dusty street."""
    sky.paint_sky(stage)
    terrain.mesas(stage, stage.mat("red rock", 0.5), 64, 34, stage.between(2, 4))
    lamplight(stage)
    x = -stage.between(0, 10)
    while x < WIDTH_PX:
        width, height = stage.between(28, 40), stage.between(30, 44)
        face = stage.mat(stage.pick("wood", "pale wood", "plaster", "red cloth", "dark wood", "green cloth"))
        top = 69 - height
        buildings.wall(stage, x, top, width, height, face, "board")
        stage.canvas.rect(x - 1, top - 1, width + 2, 2, face, 0.95)
        stage.canvas.rect(x + 4, top + 5, width - 8, 6, stage.mat("white cloth"), 0.6)
        for k in range(x + 6, x + width - 7, 3):
            stage.canvas.rect(k, top + 7, 2, 2, stage.mat("dark wood"), 0.2)
        for wx in range(x + 5, x + width - 6, 10):
            buildings.window(stage, wx, top + 15, 4, 5, stage.mat("dark wood"))
        stage.canvas.rect(x - 2, 52, width + 4, 2, stage.mat("wood"), 0.9)
        stage.canvas.rect(x - 2, 54, width + 4, 2, stage.mat("dark wood"), 0.1)
        buildings.door(stage, x + width // 2 - 3, 69, 7, 11, stage.mat("wood"))
        for post in (x, x + width - 2):
            stage.canvas.rect(post, 54, 2, 15, stage.mat("wood"), 0.7)
        x += width + stage.between(1, 9)
    stage.canvas.rect(
        0,
        67,
        WIDTH_PX,
        3,
        stage.mat("wood"),
        np.asarray(crop("board", stage.rng, 3, WIDTH_PX) * 0.6 + 0.25, np.float32),
    )
    terrain.ground(stage, stage.mat("sandstone"), "dirt", 0.32, 0.55)
    stage.canvas.rect(0, 67, WIDTH_PX, 2, stage.mat("wood"), 0.75)
    stage.canvas.rect(0, 69, WIDTH_PX, 1, stage.mat("wood"), 0.05)
    for _ in range(stage.between(1, 3)):
        props.barrel(stage, stage.between(0, 150), 70, 10)
    paint_landmarks(stage, 71)
    weather.paint_weather(stage)


def city_street(stage: Stage) -> None:
    """Blocks and shop fronts on a paved street."""
    sky.paint_sky(stage)
    lit = 0.5 if stage.day.lamps else 0.04
    buildings.skyline(
        stage, stage.mat("concrete", 0.6), 66, 52, 0.3, stage.own_light("lamp", 4) if stage.day.lamps else None
    )
    lamplight(stage)
    x = -stage.between(0, 12)
    while x < WIDTH_PX:
        width = stage.between(26, 46)
        face, grain = (("brick", "brick"), ("concrete", "soft"), ("warm stone", "ashlar"), ("plaster", "soft"))[
            stage.between(0, 3)
        ]
        buildings.block(stage, x, 69, width, stage.between(36, 60), stage.mat(face), grain, lit, 0.0)
        if stage.chance(0.6):
            _shopfront(stage, x + 2, width - 4)
        x += width + stage.between(0, 4)
    _pavement(stage)
    paint_landmarks(stage, 71)
    if stage.scene.weather == "rain":
        _wet(stage)
    weather.paint_weather(stage)


def _shopfront(stage: Stage, x: int, width: int) -> None:
    stage.canvas.rect(x, 55, width, 14, stage.mat("dark wood"), 0.3)
    shines = stage.day.lamps and stage.chance(0.7)
    glass = stage.own_light("lamp", 4) if shines else stage.mat("water")
    stage.canvas.rect(x + 2, 58, width - 12, 9, glass, 0.35)
    stage.canvas.line((x + 4, 65), (x + 9, 59), glass, 0.8)
    buildings.door(stage, x + width - 8, 69, 6, 11, stage.mat("wood"))
    for k in range(0, width - 1, 4):
        name = (
            stage.pick("red cloth", "green cloth", "blue cloth")
            if k == 0
            else ("white cloth" if (k // 4) % 2 else "red cloth")
        )
        stage.canvas.rect(x + k, 53, 4, 4, stage.mat(name), 0.7)


def _pavement(stage: Stage) -> None:
    terrain.ground(stage, stage.mat("asphalt"), "speckle", 0.22, 0.55)
    shade = crop("tile", stage.rng, 8, WIDTH_PX) * 0.5 + 0.3
    stage.canvas.rect(0, GROUND_Y_PX, WIDTH_PX, 8, stage.mat("concrete"), np.asarray(shade, np.float32))
    stage.canvas.rect(0, 75, WIDTH_PX, 1, stage.mat("concrete"), 0.9)
    stage.canvas.rect(0, 76, WIDTH_PX, 1, stage.mat("asphalt"), 0.0)
    for x in range(stage.between(0, 20), WIDTH_PX, 28):
        stage.canvas.rect(x, 86, 14, 2, stage.mat("white cloth"), 0.45)


def _wet(stage: Stage) -> None:
    """Let the street mirror its lights in puddles."""
    field = crop("streak", stage.rng, HEIGHT_PX, WIDTH_PX)
    water.reflect(stage, (Y > 76) & (field > 0.55), 70, 2.0)


def neon_street(stage: Stage) -> None:
    """Towers and signs over a wet street."""
    stage.glow = (1.0, 0.25, 0.75)
    sky.paint_sky(stage)
    hues = ["magenta light", "cyan light", "violet light", "green light", "lamp"]
    stage.rng.shuffle(hues)
    buildings.skyline(stage, stage.mat("purple cloth", 0.62), 68, 64, 0.25, stage.own_light(hues[0], 4))
    buildings.skyline(stage, stage.mat("dark metal", 0.35), 68, 50, 0.22, stage.own_light(hues[1], 4))
    if stage.has("flying cars"):
        for _ in range(4):
            cx, cy = stage.between(4, 150), stage.between(6, 30)
            stage.canvas.rect(cx, cy, 7, 2, stage.mat("metal"), 0.6)
            stage.canvas.rect(cx + 7, cy, 2, 1, stage.own_light("lamp", 4), 0.9)
            stage.canvas.rect(cx - 5, cy, 5, 1, stage.own_light("red light", 4), 0.5)
    x = -stage.between(0, 10)
    while x < WIDTH_PX:
        width, height = stage.between(26, 44), stage.between(38, 62)
        buildings.block(
            stage,
            x,
            69,
            width,
            height,
            stage.mat(stage.pick("asphalt", "dark metal", "slate roof")),
            "panel",
            0.30,
            0.0,
        )
        _neon_signs(stage, x, width, height, hues)
        x += width + stage.between(0, 6)
    if stage.has("holograms"):
        hx, ramp = stage.between(30, 120), stage.own_light(hues[2], 4)
        for y in range(18, 60, 2):
            half = 7 * np.sin((y - 14) / 48 * np.pi) + (4 if y < 26 else 0)
            stage.canvas.rect(int(hx - half / 2), y, max(1, int(half)), 1, ramp, 0.6)
    terrain.ground(stage, stage.mat("asphalt"), "tile", 0.3, 0.4)
    field = crop("streak", stage.rng, HEIGHT_PX, WIDTH_PX)
    water.reflect(stage, (Y > 69) & (field > (0.45 if stage.scene.weather == "rain" else 0.66)), 69, 2.4)
    paint_landmarks(stage, 71)
    weather.paint_weather(stage)


def _neon_signs(stage: Stage, x: int, width: int, height: int, hues: list[str]) -> None:
    canvas = stage.canvas
    sign = stage.own_light(hues[stage.between(0, 2)], 4)
    if stage.chance(0.75):
        sx, sy, tall = (
            x + stage.between(2, max(2, width - 9)),
            69 - height + stage.between(4, 12),
            stage.between(16, 28),
        )
        canvas.rect(sx, sy, 7, tall, stage.mat("dark metal"), 0.1)
        for k in range(sy + 2, sy + tall - 4, 6):
            canvas.rect(sx + 2, k, 3, 1, sign, 0.9)
            canvas.rect(sx + 1, k + 2, 5, 1, sign, 0.6)
            canvas.rect(sx + 3, k, 1, 4, sign, 0.75)
        for edge in (sx, sx + 6):
            canvas.rect(edge, sy, 1, tall, sign, 0.35)
    front = stage.own_light(hues[stage.between(0, 3)], 4)
    canvas.rect(x + 3, 57, width - 6, 12, stage.mat("dark metal"), 0.15)
    canvas.rect(x + 5, 59, width - 14, 9, front, 0.15)
    canvas.rect(x + 2, 54, width - 4, 3, front, 0.75)
    canvas.rect(x + 2, 53, width - 4, 1, front, 0.35)


def rooftop(stage: Stage) -> None:
    """A flat roof before the skyline."""
    sky.paint_sky(stage)
    lamp = stage.own_light("lamp", 4) if stage.day.lamps else None
    buildings.skyline(stage, stage.mat("slate roof", 0.62), 69, 50, 0.3, lamp)
    buildings.skyline(stage, stage.mat("concrete", 0.38), 69, 34, 0.35, lamp)
    lamplight(stage, 2)
    face = stage.mat(stage.pick("brick", "concrete"))
    x = stage.between(4, 100)
    buildings.wall(stage, x, 44, 38, 25, face, "brick")
    stage.canvas.rect(x - 1, 43, 40, 2, face, 0.9)
    buildings.door(stage, x + 12, 69, 9, 16, stage.mat("metal"))
    buildings.wall(stage, 0, 60, WIDTH_PX, 8, face, "brick", 0.1)
    stage.canvas.rect(0, 59, WIDTH_PX, 2, face, 0.95)
    terrain.ground(stage, stage.mat("concrete"), "speckle", 0.25, 0.46)
    for _ in range(stage.between(1, 3)):
        bx = stage.between(0, 140)
        stage.canvas.rect(
            bx, 60, 16, 10, stage.mat("metal"), np.asarray(crop("panel", stage.rng, 10, 16) * 0.6 + 0.2, np.float32)
        )
        stage.canvas.rect(bx, 60, 16, 1, stage.mat("metal"), 0.95)
    if stage.has("antennas"):
        for ax in stage.rng.integers(4, 156, 4):
            stage.canvas.rect(int(ax), 32, 1, 34, stage.mat("dark metal"), 0.5)
            for k in (34, 38, 42):
                stage.canvas.rect(int(ax) - 4, k, 9, 1, stage.mat("dark metal"), 0.6)
    if stage.has("laundry"):
        stage.canvas.line((0, 46), (160, 48), stage.mat("canvas"), 0.6)
        for k in range(6, 150, 15):
            stage.canvas.rect(
                k,
                47,
                stage.between(6, 10),
                stage.between(7, 12),
                stage.mat(stage.pick("red cloth", "white cloth", "blue cloth", "gold")),
                0.7,
            )
    paint_landmarks(stage, 71)
    weather.paint_weather(stage)


def train_station(stage: Stage) -> None:
    """A platform under an iron roof."""
    sky.paint_sky(stage)
    if stage.chance(0.5):
        buildings.skyline(
            stage, stage.mat("brick", 0.55), 62, 36, 0.2, stage.own_light("lamp", 4) if stage.day.lamps else None
        )
    else:
        terrain.hills(stage, stage.turf(0.4), 62, 18)
    stage.canvas.rect(
        0,
        58,
        WIDTH_PX,
        9,
        stage.mat("dirt", 0.1),
        np.asarray(crop("speckle", stage.rng, 9, WIDTH_PX) * 0.6 + 0.1, np.float32),
    )
    for x in range(0, 160, 5):
        stage.canvas.rect(x, 62, 3, 1, stage.mat("dark wood"), 0.5)
    stage.canvas.rect(0, 61, WIDTH_PX, 1, stage.mat("metal"), 0.85)
    stage.canvas.rect(0, 64, WIDTH_PX, 1, stage.mat("metal"), 0.9)
    lamplight(stage)
    paint_only(stage, "train", 66)
    iron = stage.mat(stage.pick("dark metal", "green cloth", "red cloth"))
    stage.canvas.rect(
        0, 6, WIDTH_PX, 6, iron, np.asarray(crop("panel", stage.rng, 6, WIDTH_PX) * 0.5 + 0.3, np.float32)
    )
    for x in range(0, 160, 4):
        stage.canvas.rect(x, 12, 2, 3, iron, 0.6)
    for x in range(14, 160, 44):
        stage.canvas.rect(x, 12, 3, 57, iron, 0.6)
        stage.canvas.rect(x, 12, 1, 57, iron, 0.9)
        for k in range(6):
            stage.canvas.rect(x - 6 + k, 13 + k, 2, 1, iron, 0.6)
            stage.canvas.rect(x + 8 - k, 13 + k, 2, 1, iron, 0.5)
    terrain.ground(stage, stage.mat("concrete"), "tile", 0.3)
    stage.canvas.rect(0, 69, WIDTH_PX, 2, stage.mat("gold"), 0.6)
    if stage.has("station clock"):
        stage.canvas.rect(80, 15, 1, 5, iron, 0.6)
        stage.canvas.ellipse(80, 25, 7, 7, iron, 0.5)
        stage.canvas.ellipse(80, 25, 5.4, 5.4, stage.mat("white cloth"), 0.9)
        stage.canvas.line((80, 25), (80, 21), iron, 0.1)
        stage.canvas.line((80, 25), (83, 26), iron, 0.1)
    paint_landmarks(stage, 71, ("train",))
    weather.paint_weather(stage)


def wasteland(stage: Stage) -> None:
    """A dead city and its rubble."""
    sky.paint_sky(stage)
    _broken_skyline(stage, 0.62, 54)
    _broken_skyline(stage, 0.36, 40)
    terrain.hills(stage, stage.mat("ash", 0.2), 68, 9, "rubble", 30)
    x = stage.between(0, 90)
    if stage.chance(0.6):
        concrete = stage.mat("concrete")
        shade = crop("panel", stage.rng, 8, 90) * 0.5 + 0.3
        columns, rows = np.arange(90)[None, :], np.arange(8)[:, None]
        end = 70 + 12 * crop("speckle", stage.rng, 8, 90)
        stage.canvas.blit(x - 30, 34, (columns < end) & (rows >= 0), concrete, np.asarray(shade, np.float32))
        for k in (0, 36):
            buildings.wall(stage, x - 20 + k, 42, 7, 27, concrete, "rock")
    for _ in range(stage.between(2, 4)):
        bx, width, height = stage.between(-8, 140), stage.between(14, 28), stage.between(14, 32)
        rag = 8 * ridge(stage.rng, width, 5, 3)
        shade = crop("brick", stage.rng, height, width) * 0.7 + 0.12
        mask = np.arange(height)[:, None] > rag[None, :]
        stage.canvas.blit(bx, 69 - height, mask, stage.mat("brick", 0.1), np.asarray(shade, np.float32))
        stage.canvas.rect(bx + 4, 69 - height + 10, 5, 6, stage.mat("dark metal"), 0.0)
    terrain.ground(stage, stage.mat(stage.pick("ash", "dirt", "asphalt")), "rubble", 0.32, 0.5)
    for _ in range(stage.between(4, 8)):
        props.boulder(
            stage, stage.between(-4, 150), 70 + stage.between(0, 3), stage.between(5, 16), stage.mat("concrete")
        )
    for _ in range(4):
        rx = stage.between(4, 150)
        stage.canvas.line((rx, 70), (rx + stage.between(-8, 8), 70 - stage.between(8, 18)), stage.mat("rust"), 0.6)
    paint_landmarks(stage, 71)
    weather.paint_weather(stage)


def _broken_skyline(stage: Stage, depth: float, tallest: int) -> None:
    ramp, x = stage.mat("concrete", depth), -stage.between(0, 8)
    while x < WIDTH_PX:
        width, height = stage.between(10, 22), stage.between(tallest // 3, tallest)
        rag = 10 * ridge(stage.rng, width, 5, 3) + stage.rng.uniform(-0.5, 0.5) * np.arange(width)
        shade = np.linspace(0.7, 0.35, width, dtype=np.float32)[None, :] + 0 * np.arange(height)[:, None]
        holes = (np.arange(height)[:, None] % 6 < 3) & (np.arange(width)[None, :] % 5 < 2)
        shade = shade - 0.35 * holes
        stage.canvas.blit(
            x, 68 - height, np.arange(height)[:, None] > rag[None, :], ramp, np.asarray(shade, np.float32)
        )
        x += width + stage.between(1, 12)

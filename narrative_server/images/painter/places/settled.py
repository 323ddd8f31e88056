"""Places people made, under the sky: farms, villages, harbours, castles, towns, ruins."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, foliage, props, sky, terrain, water, weather
from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX, X, Y
from narrative_server.images.painter.landmarks import paint_landmarks, paint_only
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.places.backdrops import backdrop, lamplight, leafy_tree
from narrative_server.images.painter.stage import Stage


def farm(stage: Stage) -> None:
    """A barn and rows of crops."""
    sky.paint_sky(stage)
    backdrop(stage)
    terrain.hills(stage, stage.turf(0.25), 66, 12, "grass", 70)
    field = (
        stage.mat("snow")
        if stage.snowy
        else stage.mat(
            {"spring": "spring grass", "summer": "leaf", "autumn": "autumn gold", "winter": "dry grass"}[
                stage.scene.season
            ]
        )
    )
    foliage.crops(stage, 67, 4, field, stage.mat("dirt"), 5)
    x = stage.between(6, 96)
    barn = stage.mat(stage.pick("red cloth", "wood", "brick"))
    buildings.wall(stage, x, 42, 40, 26, barn, "plank")
    buildings.front_gable(stage, x - 3, 43, 46, 15, barn, stage.mat("slate roof"), "plank")
    buildings.door(stage, x + 13, 68, 14, 17, stage.mat("wood"))
    buildings.window(stage, x + 17, 36, 6, 5, stage.mat("white cloth"))
    if stage.chance(0.5):
        shade = np.broadcast_to(np.linspace(0.85, 0.2, 12, dtype=np.float32)[None, :], (34, 12))
        stage.canvas.rect(x + 44, 34, 12, 34, stage.mat("metal"), shade)
        stage.canvas.ellipse(x + 49.5, 34, 6, 5, stage.mat("metal"), 0.6, 0.3)
    terrain.ground(stage, stage.turf() if stage.chance(0.6) or stage.snowy else stage.mat("dirt"), "grass", 0.35)
    terrain.path(stage, stage.mat("dirt", 0.05))
    terrain.fringe(stage, stage.turf(), 3)
    paint_landmarks(stage)
    weather.paint_weather(stage)


def country_road(stage: Stage) -> None:
    """A worn road between fields."""
    sky.paint_sky(stage)
    backdrop(stage)
    terrain.hills(stage, stage.turf(0.25), 66, 12, "grass", 80)
    if stage.chance(0.5):
        foliage.crops(
            stage,
            66,
            3,
            stage.mat("autumn gold" if stage.scene.season == "autumn" else "dry grass"),
            stage.mat("dirt"),
            4,
        )
    for _ in range(stage.between(2, 5)):
        leafy_tree(stage, stage.between(0, 159), 66, stage.between(18, 34), 0.15)
    terrain.ground(stage, stage.turf(), "grass", 0.38)
    terrain.path(stage, stage.mat("dirt"))
    if stage.chance(0.6):
        props.fence(stage, -4, 69, 168, 9)
    terrain.fringe(stage, stage.turf(), 3)
    if stage.chance(0.6):
        leafy_tree(stage, (stage.pick("l", "r") == "l" and 8) or 150, 71, stage.between(48, 66))
    paint_landmarks(stage)
    terrain.scatter_tufts(stage, stage.turf(), 6)
    weather.paint_weather(stage)


def _row_of_houses(stage: Stage, base_px: int, low: int, high: int, depth: float) -> list[int]:
    x, starts = -stage.between(0, 14), []
    while x < WIDTH_PX:
        width = stage.between(26, 42)
        buildings.cottage(stage, x, base_px, width, stage.between(low, high), depth)
        starts.append(x)
        x += width + stage.between(2, 18)
    return starts


def village(stage: Stage) -> None:
    """A street of cottages."""
    sky.paint_sky(stage)
    backdrop(stage)
    for x in range(-10, 160, 24):
        buildings.cottage(stage, x + stage.between(-5, 5), 64, 20, stage.between(18, 26), 0.35)
    for _ in range(3):
        leafy_tree(stage, stage.between(0, 159), 66, stage.between(22, 36), 0.15)
    paint_only(stage, "church", 66)
    lamplight(stage)
    _row_of_houses(stage, 69, 34, 50, 0.0)
    cobbled = stage.chance(0.4) and not stage.snowy
    terrain.ground(stage, stage.mat("warm stone") if cobbled else stage.turf(), "cobble" if cobbled else "grass", 0.35)
    if not cobbled:
        terrain.path(stage, stage.mat("dirt"))
        terrain.fringe(stage, stage.turf(), 3, 69)
    for _ in range(stage.between(0, 3)):
        foliage.bush(
            stage,
            stage.between(0, 159),
            70,
            stage.between(9, 16),
            stage.greenery(),
            stage.mat("blossom") if stage.scene.season == "spring" else None,
        )
    _stalls(stage, 2) if stage.has("market stalls") else None
    paint_landmarks(stage, skip=("church",))
    weather.paint_weather(stage)


def burning_village(stage: Stage) -> None:
    """The same street in flames."""
    stage.glow = (1.0, 0.48, 0.18)
    sky.paint_sky(stage)
    glow = stage.stops(((0.30, 0.08, 0.10), (0.72, 0.20, 0.10), (0.98, 0.56, 0.20)), 5)
    level = np.clip(1 - (66 - Y) / 52, 0, 1) ** 1.3 * (0.7 + 0.6 * crop("cloud", stage.rng, HEIGHT_PX, WIDTH_PX))
    stage.canvas.fill((level > 0.22) & (Y < 70), glow, np.asarray(level, np.float32), dither=1.2)
    terrain.treeline(stage, stage.mat("dark wood", 0.2), 68, 18, True)
    for k in range(4):
        stage.canvas.add_light(20 + 40 * k, 60, 44, 0.28)
    spots = _row_of_houses(stage, 69, 32, 44, 0.0)
    smoke = stage.stops(((0.10, 0.08, 0.10), (0.34, 0.24, 0.22)), 3)
    for x in spots:
        if stage.chance(0.75):
            for k in range(7):
                stage.canvas.ellipse(
                    x + 16 + k * 2.4 + stage.rng.uniform(-3, 3),
                    30 - k * 5,
                    4 + k * 1.1,
                    3.4 + k * 0.7,
                    smoke,
                    0.6 - 0.05 * k,
                    0.35,
                )
            props.flames(stage, x + 1, stage.between(38, 46), stage.between(20, 32), stage.between(16, 26))
            props.flames(stage, x + stage.between(4, 16), 69, stage.between(8, 16), stage.between(10, 18))
    terrain.ground(stage, stage.mat("dirt"), "dirt", 0.4, 0.42)
    paint_landmarks(stage)
    for k in range(stage.between(2, 4)):
        props.flames(stage, 12 + 40 * k + stage.between(-8, 8), 70 + stage.between(0, 3), 7, 8)
    weather.embers(stage, 60)


def _stalls(stage: Stage, count: int) -> None:
    for k in range(count):
        x = int((k + 0.5) * WIDTH_PX / count) - 17 + stage.between(-8, 8)
        colour = stage.pick("red cloth", "blue cloth", "green cloth", "purple cloth", "gold")
        wood = stage.mat("wood")
        for post in (x, x + 33):
            stage.canvas.rect(post, 42, 1, 28, wood, 0.5)
        stage.canvas.rect(x + 1, 50, 32, 10, stage.mat("dark wood"), 0.05)
        for s in range(-2, 36, 4):
            name = colour if (s // 4) % 2 == 0 else "white cloth"
            for row in range(9):
                stage.canvas.rect(x + s, 40 + row, 4, 1, stage.mat(name), 0.85 - 0.06 * row)
            stage.canvas.rect(x + s + 1, 49, 2, 1, stage.mat(name), 0.3)
        stage.canvas.rect(x - 1, 59, 36, 11, wood, np.asarray(crop("plank", stage.rng, 11, 36) * 0.6 + 0.2, np.float32))
        stage.canvas.rect(x - 2, 58, 38, 2, wood, 0.92)
        for g in range(x + 1, x + 31, 5):
            goods = stage.mat(stage.pick("red cloth", "gold", "leaf", "autumn gold", "bone", "purple cloth"))
            for dx, dy in ((0, 0), (2, 0), (1, -2)):
                stage.canvas.ellipse(g + dx, 56 + dy, 1.3, 1.3, goods, 0.6, 0.3)


def market(stage: Stage) -> None:
    """Awnings before a row of houses."""
    sky.paint_sky(stage)
    for x in range(-8, 160, 30):
        buildings.cottage(stage, x, 62, 30, stage.between(36, 50), 0.22)
    lamplight(stage)
    _stalls(stage, stage.between(3, 4))
    terrain.ground(stage, stage.mat(stage.pick("warm stone", "stone", "sandstone")), "cobble", 0.34)
    for _ in range(stage.between(2, 5)):
        if stage.chance(0.5):
            props.barrel(stage, stage.between(0, 150), 71, 10)
        else:
            props.crate(stage, stage.between(0, 150), 71, stage.between(8, 11))
    if stage.chance(0.5):
        for k in range(0, 160, 8):
            y = 30 + 5 * np.sin(k / 25)
            stage.canvas.line((k, y), (k + 8, 30 + 5 * np.sin((k + 8) / 25)), stage.mat("dark wood"), 0.5)
            stage.canvas.rect(k + 2, int(y) + 1, 3, 4, stage.mat(stage.pick("red cloth", "gold", "blue cloth")), 0.7)
    paint_landmarks(stage)
    weather.paint_weather(stage)


def harbour(stage: Stage) -> None:
    """Ships at a quay before a far town."""
    sky.paint_sky(stage, 50)
    terrain.hills(stage, stage.turf(0.5), 50, stage.between(8, 18))
    for x in range(-6, 160, 17):
        if stage.chance(0.7):
            buildings.cottage(stage, x, 50, 16, stage.between(16, 24), 0.42)
    water.reflect(stage, (Y >= 50) & (GROUND_Y_PX > Y + 0 * X), 50)
    water.glints(stage, stage.mat("white cloth"), 52, 66, 18)
    if stage.has("ship") or stage.chance(0.7):
        buildings.sailing_ship(stage, stage.between(4, 84), 63, stage.between(52, 70), 0.08, stage.chance(0.5))
    for _ in range(stage.between(0, 2)):
        buildings.sailing_ship(stage, stage.between(90, 140), 57, stage.between(22, 34), 0.25, stage.chance(0.6))
    lamplight(stage)
    wood = stage.mat("wood")
    terrain.ground(
        stage, wood if stage.chance(0.6) else stage.mat("stone"), "plank" if stage.chance(0.6) else "cobble", 0.4
    )
    stage.canvas.rect(0, GROUND_Y_PX, WIDTH_PX, 2, wood, 0.9)
    for x in range(stage.between(0, 12), 160, 32):
        stage.canvas.rect(x, GROUND_Y_PX - 6, 4, 9, wood, 0.5)
        stage.canvas.rect(x, GROUND_Y_PX - 6, 4, 1, wood, 0.95)
        stage.canvas.line((x + 4, GROUND_Y_PX - 4), (x + 18, GROUND_Y_PX - 1), stage.mat("canvas"), 0.6)
    if stage.has("fishing nets"):
        x = stage.between(20, 110)
        for k in range(0, 24, 3):
            stage.canvas.line((x, 50 + k * 0.4), (x + k + 4, 70), stage.mat("canvas"), 0.6)
            stage.canvas.line((x + k, 70 - k * 0.2), (x + 24 - k * 0.3, 70), stage.mat("canvas"), 0.45)
    for _ in range(stage.between(1, 3)):
        props.barrel(stage, stage.between(0, 150), 71, 10)
    paint_landmarks(stage, skip=("ship",))
    weather.paint_weather(stage)


def ship_deck(stage: Stage) -> None:
    """Planks, railing, masts, open sea."""
    sky.paint_sky(stage, 52)
    horizon = 48
    if stage.has("island"):
        props.boulder(stage, stage.between(10, 100), horizon + 2, stage.between(30, 54), stage.mat("moss", 0.4), 12)
    water.sea(stage, stage.mat("water", 0.12), horizon, GROUND_Y_PX, 0.6)
    water.glints(stage, stage.mat("white cloth"), horizon + 2, 62, 14)
    wood, dark = stage.mat("wood"), stage.mat("dark wood")
    stage.canvas.rect(0, 57, WIDTH_PX, 3, wood, 0.8)
    stage.canvas.rect(0, 57, WIDTH_PX, 1, wood, 0.97)
    stage.canvas.rect(0, 64, WIDTH_PX, 3, wood, 0.45)
    for x in range(2, 160, 9):
        stage.canvas.rect(x, 60, 3, 4, wood, 0.5)
        stage.canvas.rect(x, 60, 1, 4, wood, 0.8)
    lamplight(stage, 2)
    terrain.ground(stage, wood, "plank", 0.42)
    stage.canvas.rect(0, GROUND_Y_PX, WIDTH_PX, 1, dark, 0.2)
    masts = sorted(stage.rng.choice([24, 62, 100, 138], stage.between(1, 2), replace=False))
    for x in (int(m) for m in masts):
        _mast(stage, x)
    if stage.has("black flag"):
        x = int(masts[0])
        rows, columns = np.arange(16)[:, None], np.arange(24)[None, :]
        stage.canvas.blit(
            x + 3,
            3,
            rows < 15 + np.sin(columns / 3),
            stage.mat("dark metal"),
            np.asarray(0.15 + 0.12 * np.sin(columns / 2.5) + 0 * rows, np.float32),
        )
        stage.canvas.ellipse(x + 14, 9, 3.4, 3.4, stage.mat("bone"), 0.8)
        stage.canvas.rect(x + 12, 9, 2, 1, stage.mat("dark metal"), 0.0)
        stage.canvas.rect(x + 15, 9, 2, 1, stage.mat("dark metal"), 0.0)
        stage.canvas.line((x + 9, 14), (x + 19, 12), stage.mat("bone"), 0.8)
    if stage.has("ship wheel"):
        x = stage.between(60, 110)
        stage.canvas.rect(x - 1, 58, 3, 12, dark, 0.6)
        props.wheel(stage, x, 57, 8, wood, 4)
    paint_landmarks(stage, skip=("island",))
    if stage.chance(0.6):
        props.lantern(stage, int(masts[0]) - 6, 42)
    weather.paint_weather(stage)


def _mast(stage: Stage, x: int) -> None:
    wood, rope = stage.mat("wood"), stage.mat("canvas")
    for side in (-1, 1):
        for k in (0, 6, 12):
            stage.canvas.line((x, 6), (x + side * (24 + k), 60), rope, 0.35)
        for y in range(24, 58, 6):
            half = 24 * (y - 6) / 54
            stage.canvas.line((x + side * half, y), (x + side * (half * 1.5), y), rope, 0.4)
    shade = np.linspace(0.85, 0.15, 5, dtype=np.float32)[None, :] + 0.3 * (crop("bark", stage.rng, 74, 5) - 0.5)
    stage.canvas.rect(x - 2, 0, 5, 74, wood, np.asarray(shade, np.float32))
    stage.canvas.rect(x - 26, 8, 53, 2, wood, 0.5)
    if stage.chance(0.7):
        rows, columns = np.arange(30, dtype=np.float32)[:, None], np.arange(48, dtype=np.float32)[None, :] - 23.5
        mask = (np.abs(columns) < 20 + 3.5 * np.sin(rows / 30 * np.pi)) & (
            rows < 27 - (np.abs(columns) / 8) ** 2 * -0.4 - 4 * np.cos(columns / 24)
        )
        shade = (
            0.92
            - 0.014 * rows
            - 0.012 * columns
            - 0.10 * (np.abs(columns % 12 - 6) < 0.6)
            + 0.14 * (crop("smooth", stage.rng, 30, 48) - 0.5)
        )
        cloth = stage.mat("white cloth" if not stage.has("black flag") or stage.chance(0.5) else "ash")
        stage.canvas.blit(x - 24, 10, mask, cloth, np.asarray(shade, np.float32))
    else:
        stage.canvas.rect(
            x - 24,
            10,
            49,
            5,
            stage.mat("white cloth"),
            np.asarray(crop("bark", stage.rng, 49, 5).T * 0.5 + 0.4, np.float32),
        )

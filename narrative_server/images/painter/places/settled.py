"""Places people made, under the sky: farms, villages, harbours, castles, towns, ruins."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, foliage, props, sky, terrain, water, weather
from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX, X, Y
from narrative_server.images.painter.landmarks import paint_landmarks
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.places.wild import _backdrop, _leafy
from narrative_server.images.painter.stage import Stage


def _lamplight(stage: Stage, count: int = 3) -> None:
    """After dark, let pools of lamplight lie on what is painted next."""
    if stage.day.lamps:
        for k in range(count):
            stage.canvas.add_light((k + 0.5) * WIDTH_PX / count + stage.between(-10, 10), 62, 34, 0.22)


def farm(stage: Stage) -> None:
    sky.paint_sky(stage)
    _backdrop(stage)
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
    sky.paint_sky(stage)
    _backdrop(stage)
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
        _leafy(stage, stage.between(0, 159), 66, stage.between(18, 34), 0.15)
    terrain.ground(stage, stage.turf(), "grass", 0.38)
    terrain.path(stage, stage.mat("dirt"))
    if stage.chance(0.6):
        props.fence(stage, -4, 69, 168, 9)
    terrain.fringe(stage, stage.turf(), 3)
    if stage.chance(0.6):
        _leafy(stage, (stage.pick("l", "r") == "l" and 8) or 150, 71, stage.between(48, 66))
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
    sky.paint_sky(stage)
    _backdrop(stage)
    for x in range(-10, 160, 24):
        buildings.cottage(stage, x + stage.between(-5, 5), 64, 20, stage.between(18, 26), 0.35)
    for _ in range(3):
        _leafy(stage, stage.between(0, 159), 66, stage.between(22, 36), 0.15)
    if stage.has("church"):
        paint_landmarks(stage, 66, tuple(n for n in stage.scene.landmarks if n != "church"))
    _lamplight(stage)
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
                stage.canvas.rect(x + s + (0 if s < 16 else 0), 40 + row, 4, 1, stage.mat(name), 0.85 - 0.06 * row)
            stage.canvas.rect(x + s + 1, 49, 2, 1, stage.mat(name), 0.3)
        stage.canvas.rect(x - 1, 59, 36, 11, wood, np.asarray(crop("plank", stage.rng, 11, 36) * 0.6 + 0.2, np.float32))
        stage.canvas.rect(x - 2, 58, 38, 2, wood, 0.92)
        for g in range(x + 1, x + 31, 5):
            goods = stage.mat(stage.pick("red cloth", "gold", "leaf", "autumn gold", "bone", "purple cloth"))
            for dx, dy in ((0, 0), (2, 0), (1, -2)):
                stage.canvas.ellipse(g + dx, 56 + dy, 1.3, 1.3, goods, 0.6, 0.3)


def market(stage: Stage) -> None:
    sky.paint_sky(stage)
    for x in range(-8, 160, 30):
        buildings.cottage(stage, x, 62, 30, stage.between(36, 50), 0.22)
    _lamplight(stage)
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
    _lamplight(stage)
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
    _lamplight(stage, 2)
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


def castle(stage: Stage) -> None:
    sky.paint_sky(stage)
    _backdrop(stage)
    roof = stage.pick("slate roof", "red roof", "purple cloth")
    depth = stage.rng.choice([0.0, 0.12])
    for x, tall in (
        (stage.between(28, 44), stage.between(52, 60)),
        (stage.between(70, 84), stage.between(58, 64)),
        (stage.between(108, 122), stage.between(48, 58)),
    ):
        buildings.tower(stage, x, 68, 14, tall, depth + 0.15, roof)
    for k in range(4):
        stage.canvas.rect(30 + 24 * k, 4 + stage.between(0, 6), 1, 1, stage.mat("red cloth"), 0.8)
    _lamplight(stage, 2)
    buildings.rampart(stage, 0, 69, WIDTH_PX, stage.between(26, 32), depth)
    for x in (stage.between(6, 16), stage.between(128, 140)):
        buildings.tower(stage, x, 69, 18, stage.between(42, 50), depth, roof if stage.chance(0.5) else None)
    cx = stage.between(66, 82)
    buildings.tower(stage, cx - 14, 69, 13, 40, depth)
    buildings.tower(stage, cx + 21, 69, 13, 40, depth)
    buildings.gate(stage, cx, 69, 20, 24, stage.mat("stone", depth), stage.chance(0.5))
    for x in (cx - 11, cx + 24):
        props.banner(stage, x, 38, 7, 16, stage.mat(stage.pick("red cloth", "blue cloth", "purple cloth")))
    ivy = (crop("leaf", stage.rng, 30, 160) + crop("smooth", stage.rng, 30, 160) * 0.6) > 1.25
    stage.canvas.blit(0, 40, ivy, stage.mat("moss"), 0.55)
    terrain.ground(stage, stage.turf(), "grass", 0.36)
    if stage.has("moat"):
        water.reflect(stage, (Y >= 69) & (Y < 76 + 0 * X) & (np.abs(X - cx - 10) > 12), 69)
        stage.canvas.rect(
            cx - 2, 69, 24, 7, stage.mat("wood"), np.asarray(crop("log", stage.rng, 7, 24) * 0.6 + 0.2, np.float32)
        )
    else:
        terrain.path(stage, stage.mat("dirt"))
        terrain.fringe(stage, stage.turf(), 3, 69)
    paint_landmarks(stage, skip=("banners",) if stage.chance(0.5) else ())
    weather.paint_weather(stage)


def castle_yard(stage: Stage) -> None:
    sky.paint_sky(stage)
    buildings.tower(stage, stage.between(10, 50), 66, 16, 58, 0.15, stage.pick("slate roof", "red roof"))
    buildings.tower(stage, stage.between(90, 130), 66, 18, 50, 0.15)
    _lamplight(stage, 3)
    buildings.rampart(stage, 0, 69, WIDTH_PX, stage.between(34, 42))
    buildings.gate(stage, stage.between(60, 90), 69, 18, 23, stage.mat("stone"), stage.chance(0.6))
    for x in (stage.between(4, 20), stage.between(112, 124)):
        buildings.wall(stage, x, 52, 32, 17, stage.mat("wood"), "plank")
        buildings.gable_roof(stage, x - 3, 53, 38, 9, stage.mat("thatch"), "straw", 0.3)
        buildings.door(stage, x + 12, 69, 7, 11, stage.mat("dark wood"))
    terrain.ground(stage, stage.mat(stage.pick("dirt", "warm stone", "stone")), stage.pick("dirt", "cobble"), 0.34)
    for _ in range(stage.between(1, 4)):
        props.barrel(stage, stage.between(0, 150), 71, 10)
    paint_landmarks(stage)
    weather.paint_weather(stage)


def ruins(stage: Stage) -> None:
    sky.paint_sky(stage)
    _backdrop(stage)
    terrain.treeline(stage, stage.greenery(0.4), 67, 20, False)
    stone = stage.mat(stage.pick("warm stone", "sandstone", "stone"))
    far = stage.mat("warm stone", 0.35)
    for x in range(stage.between(0, 16), 160, 22):
        if stage.chance(0.75):
            buildings.column(stage, x, 68, 5, stage.between(14, 34), far, stage.chance(0.6))
    x = stage.between(20, 90)
    if stage.chance(0.6):
        for k in (0, 22, 44):
            buildings.column(stage, x + k, 69, 8, 42, stone)
        stage.canvas.rect(x - 4, 22, 60, 6, stone, np.asarray(crop("ashlar", stage.rng, 6, 60) * 0.7 + 0.2, np.float32))
        stage.canvas.rect(x - 5, 21, 62, 2, stone, 0.92)
    for _ in range(stage.between(2, 4)):
        buildings.column(stage, stage.between(0, 150), 70, 8, stage.between(10, 40), stone, True)
    buildings.wall(stage, stage.between(-10, 20), 54, 26, 15, stone, "cobble")
    ivy = (crop("leaf", stage.rng, 50, 160) + 0.8 * crop("smooth", stage.rng, 50, 160)) > 1.42
    stage.canvas.blit(
        0,
        20,
        ivy & (stage.canvas.index[20:70] >= stone.base) & (stage.canvas.index[20:70] < stone.base + 5),
        stage.mat("moss"),
        0.55,
    )
    terrain.ground(
        stage, stage.turf() if stage.chance(0.6) else stone, "grass" if stage.chance(0.5) else "rubble", 0.36
    )
    terrain.fringe(stage, stage.turf(), 4)
    for _ in range(stage.between(3, 6)):
        props.boulder(stage, stage.between(0, 150), 71 + stage.between(0, 2), stage.between(5, 13), stone)
    paint_landmarks(stage)
    weather.paint_weather(stage)


def graveyard(stage: Stage) -> None:
    sky.paint_sky(stage)
    terrain.hills(stage, stage.turf(0.5), 66, 14)
    terrain.treeline(stage, stage.mat("pine", 0.45), 68, 18, stage.chance(0.5))
    if stage.has("church"):
        paint_landmarks(stage, 67, tuple(n for n in stage.scene.landmarks if n != "church"))
    for k in range(9):
        props.gravestone(stage, int(8 + k * 17 + stage.between(-4, 4)), 67, stage.between(5, 9))
    iron = stage.mat("dark metal")
    if stage.chance(0.6):
        for x in range(0, 160, 4):
            stage.canvas.rect(x, 56, 1, 12, iron, 0.4)
        stage.canvas.rect(0, 58, 160, 1, iron, 0.55)
    for x in (stage.between(-2, 30), stage.between(128, 160)):
        foliage.bare_tree(stage, x, 70, stage.between(44, 64), stage.mat("bark"))
    terrain.ground(stage, stage.turf(), "grass", 0.36, 0.48)
    terrain.fringe(stage, stage.turf(), 3)
    for k in range(stage.between(4, 6)):
        props.gravestone(stage, int(4 + k * 28 + stage.between(-8, 8)), 71, stage.between(10, 17))
    paint_landmarks(stage, skip=("church",))
    if stage.scene.weather != "fog" and stage.chance(0.5):
        weather.mist(stage, 0.45, 66)
    weather.paint_weather(stage)


def camp(stage: Stage) -> None:
    sky.paint_sky(stage)
    _backdrop(stage)
    terrain.treeline(stage, stage.mat("pine", 0.35), 68, stage.between(16, 26), stage.chance(0.6))
    if stage.has("campfire") or stage.has("cooking pot"):
        stage.canvas.add_light(80, 70, 60, 0.30 if stage.day.lamps else 0.06)
    for x in (stage.between(4, 26), stage.between(108, 126), stage.between(40, 60)):
        buildings.tent(
            stage,
            x,
            68 + stage.between(0, 2),
            stage.between(30, 44),
            stage.between(20, 28),
            stage.mat(stage.pick("canvas", "canvas", "red cloth", "green cloth", "blue cloth")),
        )
    terrain.ground(stage, stage.turf() if stage.chance(0.5) else stage.mat("dirt"), "grass", 0.36)
    terrain.fringe(stage, stage.turf(), 3)
    for _ in range(stage.between(1, 3)):
        props.crate(stage, stage.between(0, 150), 71, 9)
    paint_landmarks(stage)
    weather.paint_weather(stage)


def battlefield(stage: Stage) -> None:
    sky.paint_sky(stage)
    smoke = stage.stops(((0.20, 0.17, 0.18), (0.42, 0.38, 0.38)), 3)
    terrain.hills(stage, stage.mat("ash", 0.4), 66, 16, "rock")
    for _ in range(stage.between(2, 4)):
        x, sway = stage.between(0, 159), stage.rng.uniform(1, 4)
        for k in range(9):
            stage.canvas.ellipse(
                x + k * sway + stage.rng.uniform(-2, 2), 60 - k * 6, 3 + k, 3 + k * 0.7, smoke, 0.6 - 0.03 * k, 0.3
            )
    terrain.hills(stage, stage.mat("mud", 0.15), 69, 7, "dirt")
    wood, cloth = stage.mat("wood"), stage.mat(stage.pick("red cloth", "blue cloth"))
    for _ in range(stage.between(10, 18)):
        x, lean, tall = stage.between(0, 159), stage.between(-9, 9), stage.between(10, 26)
        stage.canvas.line((x, 69), (x + lean, 69 - tall), wood, 0.55)
        stage.canvas.rect(x + lean, 68 - tall, 1, 2, stage.mat("metal"), 0.9)
    for _ in range(stage.between(1, 3)):
        x = stage.between(6, 146)
        stage.canvas.rect(x, 34, 1, 35, wood, 0.5)
        rows, columns = np.arange(14)[:, None], np.arange(15)[None, :]
        stage.canvas.blit(
            x + 1,
            35,
            columns + 5 * crop("speckle", stage.rng, 14, 15) < 15 - rows * 0.3,
            cloth,
            np.asarray(0.7 - 0.03 * columns + 0 * rows, np.float32),
        )
    terrain.ground(stage, stage.mat("mud"), "dirt", 0.45, 0.5)
    for _ in range(stage.between(3, 5)):
        x = stage.between(0, 150)
        stage.canvas.ellipse(x, 71, 3, 4, stage.mat("metal"), 0.6, 0.3)
    paint_landmarks(stage)
    weather.paint_weather(stage)
    weather.embers(stage, 12) if stage.chance(0.4) else None


def garden(stage: Stage) -> None:
    sky.paint_sky(stage)
    terrain.treeline(stage, stage.greenery(0.45), 66, 30, False)
    if stage.chance(0.6):
        buildings.rampart(stage, 0, 66, WIDTH_PX, 18, 0.25)
    hedge = stage.mat("snow" if stage.snowy else "leaf")
    _lamplight(stage, 3)
    for x in range(-6, 160, 28):
        shade = crop("bush", stage.rng, 13, 25) * 0.7 + 0.18
        stage.canvas.rect(x, 56, 25, 13, hedge, np.asarray(shade, np.float32))
        stage.canvas.rect(x, 55, 25, 1, hedge, 0.95)
    for x in range(stage.between(4, 20), 160, 42):
        mask, shade = foliage.crown_shape(stage, 17, 17, "bush")
        stage.canvas.rect(x + 7, 52, 3, 18, stage.mat("bark"), 0.5)
        stage.canvas.blit(x, 38, mask, hedge, shade)
    terrain.ground(stage, stage.turf(), "grass", 0.3)
    terrain.path(stage, stage.mat("sandstone"))
    if stage.scene.season != "winter":
        for x in range(2, 160, 3):
            flower = stage.mat(stage.pick("red cloth", "blossom", "gold", "purple cloth"))
            y = 69 + stage.between(0, 2)
            stage.canvas.rect(x, y - 4, 1, 4, stage.mat("leaf"), 0.4)
            stage.canvas.rect(x, y - 5, 2, 2, flower, stage.rng.uniform(0.5, 0.95))
    paint_landmarks(stage)
    weather.paint_weather(stage)

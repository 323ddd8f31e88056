"""Places people fortified, fought over, left or laid to rest: castles, ruins, graveyards, camps, gardens."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, foliage, props, sky, terrain, water, weather
from narrative_server.images.painter.canvas import WIDTH_PX, X, Y
from narrative_server.images.painter.landmarks import paint_landmarks, paint_only
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.places.backdrops import backdrop, lamplight
from narrative_server.images.painter.stage import Stage


def castle(stage: Stage) -> None:
    """Curtain wall, gate and towers."""
    sky.paint_sky(stage)
    backdrop(stage)
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
    lamplight(stage, 2)
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
    """Inside the walls: stables and towers."""
    sky.paint_sky(stage)
    buildings.tower(stage, stage.between(10, 50), 66, 16, 58, 0.15, stage.pick("slate roof", "red roof"))
    buildings.tower(stage, stage.between(90, 130), 66, 18, 50, 0.15)
    lamplight(stage, 3)
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
    """Broken columns in the green."""
    sky.paint_sky(stage)
    backdrop(stage)
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
    """Leaning stones and bare trees."""
    sky.paint_sky(stage)
    terrain.hills(stage, stage.turf(0.5), 66, 14)
    terrain.treeline(stage, stage.mat("pine", 0.45), 68, 18, stage.chance(0.5))
    paint_only(stage, "church", 67)
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
    """Tents on a clearing."""
    sky.paint_sky(stage)
    backdrop(stage)
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
    """Spears, banners and smoke over mud."""
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
    """Hedges, flower beds, a wall."""
    sky.paint_sky(stage)
    terrain.treeline(stage, stage.greenery(0.45), 66, 30, False)
    if stage.chance(0.6):
        buildings.rampart(stage, 0, 66, WIDTH_PX, 18, 0.25)
    hedge = stage.mat("snow" if stage.snowy else "leaf")
    lamplight(stage, 3)
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

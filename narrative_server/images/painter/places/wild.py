"""Wild places under the sky: woods, deserts, mountains, shores."""

from __future__ import annotations

import numpy as np

from narrative_server.images.painter import buildings, foliage, props, sky, terrain, water, weather
from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX, X, Y
from narrative_server.images.painter.landmarks import paint_landmarks, paint_only
from narrative_server.images.painter.noise import crop, ridge
from narrative_server.images.painter.places.backdrops import backdrop, leafy_tree
from narrative_server.images.painter.stage import Stage


def forest(stage: Stage) -> None:
    """Oaks and a far wood under a roof of leaves."""
    sky.paint_sky(stage)
    terrain.treeline(stage, stage.greenery(0.62), 68, stage.between(44, 58), False)
    terrain.treeline(stage, stage.greenery(0.42), 68, stage.between(30, 40), False)
    for _ in range(stage.between(5, 8)):
        x = stage.between(-4, 163)
        foliage.trunk(stage, x, 68, 68, stage.between(2, 4), stage.mat("bark", 0.30))
    if stage.scene.season != "winter":
        mask, shade = foliage.crown_shape(stage, 176, 34, "leaf")
        stage.canvas.blit(-8, -16, mask, stage.greenery(0.2), shade - 0.06)
    if stage.scene.weather in ("fog", "clear") and stage.scene.time in ("dawn", "morning"):
        weather.mist(stage, 0.45)
    terrain.ground(stage, stage.turf(), "grass", 0.4)
    if stage.chance(0.5):
        terrain.path(stage, stage.mat("dirt"))
    for _ in range(stage.between(2, 4)):
        foliage.bush(stage, stage.between(0, 159), 69, stage.between(12, 24), stage.greenery(0.1))
    terrain.fringe(stage, stage.turf(), 4)
    for x in sorted(stage.rng.choice([2, 22, 48, 112, 138, 157], stage.between(2, 4), replace=False)):
        leafy_tree(stage, int(x), 71, stage.between(56, 76))
    paint_landmarks(stage)
    terrain.scatter_tufts(stage, stage.turf(), stage.between(5, 10))
    weather.paint_weather(stage)
    if stage.scene.time == "night" and stage.chance(0.5):
        weather.motes(stage, 14, "green light")


def pine_forest(stage: Stage) -> None:
    """Firs in three depths, peaks at times."""
    sky.paint_sky(stage)
    snow = stage.mat("snow") if stage.snowy else None
    if stage.chance(0.6):
        terrain.mountains(stage, stage.mat("stone", 0.55), 60, stage.between(30, 46), stage.mat("snow", 0.4))
    terrain.treeline(stage, stage.mat("pine", 0.60), 68, stage.between(36, 46), True)
    terrain.treeline(stage, stage.mat("pine", 0.38), 68, stage.between(24, 32), True)
    for depth, low, high, count in ((0.2, 26, 40, 7), (0.0, 42, 64, 5)):
        for x in np.sort(stage.rng.integers(-6, 166, count)):
            if depth == 0.0 and 58 < x < 100:
                continue
            foliage.conifer(
                stage, int(x), 70, stage.between(low, high), stage.mat("pine", depth), stage.mat("bark", depth), snow
            )
    terrain.ground(
        stage,
        stage.turf() if stage.snowy or stage.chance(0.4) else stage.mat("moss"),
        "grass" if not stage.snowy else "smooth",
        0.35,
    )
    terrain.fringe(stage, stage.turf() if stage.snowy else stage.mat("moss"), 3)
    for _ in range(stage.between(1, 3)):
        props.boulder(stage, stage.between(0, 140), 71, stage.between(8, 18), stage.mat("stone"))
    paint_landmarks(stage)
    weather.paint_weather(stage)


def jungle(stage: Stage) -> None:
    """Palms, creepers, huge leaves."""
    sky.paint_sky(stage)
    terrain.treeline(stage, stage.mat("jungle leaf", 0.6), 68, 60, False)
    terrain.treeline(stage, stage.mat("jungle leaf", 0.35), 68, 42, False)
    early = ("waterfall",) if stage.has("waterfall") else ()
    if early:
        terrain.cliff(stage, stage.mat("stone", 0.2), 52, 56, 12, 68, stage.mat("jungle leaf", 0.2))
        water.waterfall(stage, stage.between(70, 82), 15, 68, 11, stage.mat("ice"))
    for _ in range(stage.between(3, 5)):
        foliage.palm(
            stage, stage.between(0, 159), 69, stage.between(32, 52), stage.mat("jungle leaf"), stage.mat("bark")
        )
    terrain.ground(stage, stage.mat("moss"), "grass", 0.45)
    for _ in range(stage.between(5, 8)):
        foliage.bush(
            stage,
            stage.between(0, 159),
            70,
            stage.between(14, 30),
            stage.mat("jungle leaf"),
            stage.mat("spore") if stage.chance(0.25) else None,
        )
    for x in (stage.between(-4, 18), stage.between(142, 164)):
        foliage.trunk(stage, x, 72, 72, stage.between(6, 9), stage.mat("bark"))
    mask, shade = foliage.crown_shape(stage, 172, 30, "bigleaf")
    stage.canvas.blit(-6, -15, mask, stage.mat("jungle leaf"), shade - 0.08)
    foliage.vines(stage, 8, stage.mat("jungle leaf"), stage.between(6, 10), 34)
    paint_landmarks(stage, skip=early)
    terrain.scatter_tufts(stage, stage.mat("jungle leaf"), 8)
    weather.paint_weather(stage)


def desert(stage: Stage) -> None:
    """Dunes behind dunes."""
    sky.paint_sky(stage)
    if stage.chance(0.5):
        terrain.mesas(stage, stage.mat("sandstone", 0.5), 60, 26, stage.between(1, 3))
    paint_only(stage, "pyramid", 66)
    terrain.dunes(stage, stage.mat("sand", 0.35), 62, stage.between(14, 22))
    terrain.dunes(stage, stage.mat("sand", 0.15), 68, stage.between(12, 20))
    terrain.ground(stage, stage.mat("sand"), "ripple", 0.28, 0.6)
    for _ in range(stage.between(0, 3)):
        props.boulder(stage, stage.between(0, 150), 70, stage.between(5, 14), stage.mat("sandstone"))
    paint_landmarks(stage, skip=("pyramid",))
    weather.paint_weather(stage)


def canyon(stage: Stage) -> None:
    """Red towers and walls."""
    sky.paint_sky(stage)
    terrain.mesas(stage, stage.mat("red rock", 0.5), 66, 44, stage.between(3, 5))
    paint_only(stage, "wooden bridge", 72)
    terrain.mesas(stage, stage.mat("red rock", 0.22), 68, 50, stage.between(2, 3))
    for x, width in ((-12, stage.between(28, 46)), (stage.between(122, 136), 50)):
        terrain.cliff(stage, stage.mat("red rock"), x, width, stage.between(4, 26), 69)
    terrain.ground(stage, stage.mat("red rock"), "dirt", 0.35, 0.58)
    for _ in range(stage.between(3, 6)):
        props.boulder(stage, stage.between(0, 150), 70, stage.between(6, 16), stage.mat("red rock"))
    paint_landmarks(stage, skip=("wooden bridge",))
    weather.paint_weather(stage)


def mountains(stage: Stage) -> None:
    """A high pass between two ranges."""
    sky.paint_sky(stage)
    snow = stage.mat("snow", 0.30)
    terrain.mountains(stage, stage.mat("stone", 0.58), 66, stage.between(48, 60), stage.mat("snow", 0.45), 52)
    if stage.scene.weather == "clear" and stage.chance(0.4):
        weather.mist(stage, 0.4, 50)
    terrain.mountains(
        stage,
        stage.mat("stone", 0.30),
        68,
        stage.between(30, 42),
        snow if stage.snowy or stage.chance(0.5) else None,
        36,
    )
    if stage.chance(0.6):
        terrain.treeline(stage, stage.mat("pine", 0.22), 68, 14, True)
    if stage.chance(0.5):
        terrain.cliff(
            stage,
            stage.mat("stone"),
            (stage.pick("l", "r") == "l" and -10) or 122,
            48,
            stage.between(14, 34),
            69,
            stage.turf(),
        )
    grassy = stage.chance(0.5)
    terrain.ground(
        stage,
        stage.turf() if grassy or stage.snowy else stage.mat("stone"),
        "grass" if grassy and not stage.snowy else "rock",
        0.3,
    )
    if grassy:
        terrain.path(stage, stage.mat("dirt") if not stage.snowy else stage.mat("snow", 0.2))
        terrain.fringe(stage, stage.turf(), 3)
    for _ in range(stage.between(3, 6)):
        props.boulder(stage, stage.between(-4, 150), 70 + stage.between(0, 3), stage.between(6, 20), stage.mat("stone"))
    paint_landmarks(stage)
    weather.paint_weather(stage)


def snowfield(stage: Stage) -> None:
    """Drifts, ice, at night an aurora."""
    sky.paint_sky(stage)
    if stage.scene.time == "night" and stage.scene.weather == "clear":
        _aurora(stage)
    terrain.mountains(stage, stage.mat("ice", 0.45), 64, stage.between(20, 38), stage.mat("snow", 0.35))
    if stage.chance(0.6):
        terrain.treeline(stage, stage.mat("pine", 0.4), 66, 12, True)
    terrain.hills(stage, stage.mat("snow", 0.15), 69, stage.between(6, 12), "smooth")
    for _ in range(stage.between(0, 5)):
        foliage.conifer(
            stage,
            stage.between(0, 159),
            69,
            stage.between(16, 40),
            stage.mat("pine", 0.1),
            stage.mat("bark"),
            stage.mat("snow"),
        )
    terrain.ground(stage, stage.mat("snow"), "smooth", 0.3, 0.68)
    if stage.has("frozen lake"):
        shade = 0.62 + 0.5 * (crop("streak", stage.rng, HEIGHT_PX, WIDTH_PX) - 0.5)
        stage.canvas.fill(((X - 80) / 74) ** 2 + ((Y - 82) / 9) ** 2 < 1, stage.mat("ice"), shade, dither=0.3)
    for _ in range(stage.between(1, 4)):
        props.boulder(stage, stage.between(0, 150), 70, stage.between(8, 18), stage.mat("ice"))
    paint_landmarks(stage)
    weather.paint_weather(stage)


def _aurora(stage: Stage) -> None:
    ramp = stage.own_light(stage.pick("green light", "cyan light", "violet light"), 5)
    line = 14 + 16 * ridge(stage.rng, WIDTH_PX, 50, 2)
    reach = 10 + 18 * ridge(stage.rng, WIDTH_PX, 8, 2)
    level = 1 - (line[None, :] - Y) / reach[None, :]
    stage.canvas.fill((level > 0.35) & (line[None, :] > Y), ramp, np.asarray(level * 0.6 - 0.2, np.float32), dither=1.4)


def swamp(stage: Stage) -> None:
    """Bare trees over dull water."""
    sky.paint_sky(stage)
    terrain.treeline(stage, stage.mat("moss", 0.6), 62, 34, False)
    terrain.treeline(stage, stage.mat("moss", 0.4), 64, 20, False)
    for _ in range(stage.between(3, 5)):
        foliage.bare_tree(stage, stage.between(4, 155), 65, stage.between(30, 50), stage.mat("bark", 0.3))
    pool = Y >= 58 + 0 * X
    water.reflect(stage, pool, 58)
    water.sea(stage, stage.mat("swamp water"), 62, GROUND_Y_PX + 1, 0.3)
    for x in stage.rng.integers(0, 160, 4):
        foliage.reeds(stage, int(x), 69, 7, stage.mat("moss"), 14)
    terrain.ground(stage, stage.mat("mud"), "dirt", 0.35, 0.5)
    _pools(stage)
    for x in (stage.between(-2, 24), stage.between(134, 162)):
        foliage.bare_tree(stage, x, 71, stage.between(54, 68), stage.mat("bark"))
    foliage.vines(stage, 0, stage.mat("moss"), 7, 26)
    terrain.fringe(stage, stage.mat("moss"), 4)
    if stage.has("wooden walkway"):
        stage.canvas.rect(
            0,
            76,
            WIDTH_PX,
            8,
            stage.mat("wood"),
            np.asarray(crop("plank", stage.rng, 8, WIDTH_PX) * 0.7 + 0.2, np.float32),
        )
        stage.canvas.rect(0, 84, WIDTH_PX, 2, stage.mat("dark wood"), 0.1)
    paint_landmarks(stage)
    weather.mist(stage, 0.42, 62)
    weather.paint_weather(stage)


def _pools(stage: Stage) -> None:
    for _ in range(stage.between(2, 4)):
        x, y, wide = stage.between(10, 150), stage.between(75, 91), stage.between(10, 26)
        stage.canvas.ellipse(x, y, wide, wide * 0.14, stage.mat("swamp water"), 0.45)
        stage.canvas.ellipse(x - 2, y - 0.5, wide * 0.6, 0.6, stage.mat("swamp water"), 0.85)


def beach(stage: Stage) -> None:
    """Sand, surf, open sea."""
    sky.paint_sky(stage, 50)
    tropic = stage.mat("tropic water" if stage.scene.weather in ("clear", "cloudy") else "water", 0.1)
    horizon = 46
    if stage.chance(0.5):
        terrain.hills(stage, stage.turf(0.5), horizon + 2, stage.between(5, 14))
    water.sea(stage, tropic, horizon, GROUND_Y_PX + 4, 0.5)
    water.glints(stage, stage.mat("white cloth"), horizon + 2, 66, 22)
    terrain.ground(stage, stage.mat("sand"), "dirt", 0.22, 0.62)
    edge = GROUND_Y_PX + 2.5 * np.sin(np.arange(WIDTH_PX) / stage.between(14, 24) + stage.rng.random() * 6)
    wet = edge[None, :] + 4
    stage.canvas.fill((Y >= GROUND_Y_PX - 3) & (wet > Y), stage.mat("sand"), 0.25)
    stage.canvas.fill((Y >= GROUND_Y_PX - 3) & (edge[None, :] > Y), tropic, 0.78)
    stage.canvas.fill(np.abs(Y - edge[None, :]) < 0.9, stage.mat("white cloth"), 0.9)
    if stage.has("island"):
        props.boulder(stage, stage.between(20, 110), horizon + 2, 30, stage.mat("stone", 0.4), 9)
    for _ in range(stage.between(1, 4)):
        props.boulder(stage, stage.between(0, 150), 70, stage.between(6, 18), stage.mat("stone"))
    paint_landmarks(stage)
    weather.paint_weather(stage)


def cliffs(stage: Stage) -> None:
    """Headlands over a rough sea."""
    sky.paint_sky(stage, 52)
    water.sea(stage, stage.mat("water", 0.25), 42, GROUND_Y_PX + 2, 0.7)
    if stage.has("ship"):
        buildings.sailing_ship(stage, stage.between(50, 90), 48, 26, 0.3)
    for depth, top in ((0.4, stage.between(26, 34)), (0.18, stage.between(16, 30))):
        x = stage.between(-30, 10) if depth > 0.3 else stage.between(96, 124)
        terrain.cliff(stage, stage.mat("stone", depth), x, 74, top, 62, stage.turf(depth))
        for k in range(7):
            stage.canvas.ellipse(x + k * 11, 62, 5, 1.6, stage.mat("white cloth", depth), 0.85)
    terrain.ground(stage, stage.turf(), "grass", 0.35)
    terrain.fringe(stage, stage.turf(), 4)
    for _ in range(stage.between(2, 5)):
        props.boulder(stage, stage.between(-4, 150), 71, stage.between(8, 22), stage.mat("stone"))
    paint_landmarks(stage, skip=("ship",))
    weather.paint_weather(stage)


def lake(stage: Stage) -> None:
    """A far shore mirrored in still water."""
    sky.paint_sky(stage, 46)
    terrain.mountains(stage, stage.mat("stone", 0.5), 46, stage.between(20, 36), stage.mat("snow", 0.4))
    terrain.treeline(stage, stage.mat("pine", 0.35), 48, stage.between(9, 15), stage.chance(0.6))
    if stage.has("island"):
        props.boulder(stage, 62, 49, 36, stage.turf(0.2), 6)
        foliage.conifer(stage, 78, 45, 18, stage.mat("pine", 0.2), stage.mat("bark"))
    water.reflect(stage, (Y >= 48) & (GROUND_Y_PX + 2 > Y + 0 * X), 48)
    water.glints(stage, stage.mat("white cloth"), 50, 66, 16)
    terrain.ground(stage, stage.turf(), "grass", 0.35)
    terrain.fringe(stage, stage.turf(), 4)
    for x in stage.rng.integers(0, 160, 3):
        foliage.reeds(stage, int(x), 69, 8, stage.mat("moss"), 15)
    if stage.has("pier"):
        _pier(stage)
    if stage.chance(0.6):
        leafy_tree(stage, stage.between(0, 1) * 148 + 6, 71, stage.between(50, 66))
    paint_landmarks(stage)
    weather.paint_weather(stage)


def _pier(stage: Stage) -> None:
    x, wood = stage.between(50, 100), stage.mat("wood")
    for row in range(54, GROUND_Y_PX + 6):
        half = 3 + (row - 54) * 0.55
        stage.canvas.rect(int(x - half), row, int(2 * half), 1, wood, 0.75 - 0.3 * (row % 3 == 0))
    for row in (56, 61, 67):
        half = 3 + (row - 54) * 0.55
        for side in (-1, 1):
            stage.canvas.rect(int(x + side * half), row - 5, 2, 8, wood, 0.4)


def river_bridge(stage: Stage) -> None:
    """A stone arch over a river."""
    sky.paint_sky(stage, 56)
    backdrop(stage, 54)
    terrain.hills(stage, stage.turf(0.3), 56, 10)
    for _ in range(4):
        leafy_tree(stage, stage.between(0, 159), 56, stage.between(16, 26), 0.25)
    stone, x = stage.mat(stage.pick("warm stone", "stone")), stage.between(62, 98)
    half = stage.between(26, 36)
    crown = 37 + 9 * (np.abs(X - x) / 70) ** 2
    arch = ((X - x) / half) ** 2 + ((Y - 64) / 19) ** 2 < 1
    body = (crown <= Y) & (Y < 64) & ~arch
    shade = (
        crop("ashlar", stage.rng, HEIGHT_PX, WIDTH_PX) * 0.75
        + 0.15
        - 0.2 * (((X - x) / (half + 2)) ** 2 + ((Y - 64) / 21) ** 2 < 1)
    )
    stage.canvas.fill(body, stone, np.asarray(shade, np.float32))
    stage.canvas.fill(
        (crown - 4 <= Y) & (crown > Y), stone, np.asarray(0.8 - 0.35 * ((X % 9) == 0) + 0 * Y, np.float32)
    )
    ivy = body & (crop("leaf", stage.rng, HEIGHT_PX, WIDTH_PX) + 0.05 * (Y - 44) > 1.0)
    stage.canvas.fill(ivy, stage.mat("moss"), 0.55)
    water.reflect(stage, (Y >= 58) & (GROUND_Y_PX + 3 > Y) & (arch | (Y >= 62)), 58)
    water.glints(stage, stage.mat("white cloth"), 60, 68, 12)
    terrain.ground(stage, stage.turf(), "grass", 0.35)
    terrain.fringe(stage, stage.turf(), 4)
    paint_landmarks(stage)
    terrain.scatter_tufts(stage, stage.turf(), 6)
    weather.paint_weather(stage)


def meadow(stage: Stage) -> None:
    """Grass and flowers on rolling hills."""
    sky.paint_sky(stage)
    backdrop(stage)
    terrain.hills(stage, stage.turf(0.3), 66, stage.between(10, 20), "grass", 80)
    for _ in range(stage.between(2, 6)):
        leafy_tree(stage, stage.between(0, 159), 63, stage.between(12, 22), 0.28)
    terrain.hills(stage, stage.turf(0.12), 70, stage.between(4, 9), "grass", 70)
    terrain.ground(stage, stage.turf(), "grass", 0.42)
    terrain.fringe(stage, stage.turf(), 4)
    if stage.chance(0.4):
        terrain.path(stage, stage.mat("dirt"))
    if stage.scene.season in ("spring", "summer") and not stage.snowy:
        for name in ("blossom", "red cloth", "gold")[: stage.between(1, 3)]:
            xs, ys = stage.rng.integers(0, 160, 26), stage.rng.integers(GROUND_Y_PX - 3, 94, 26)
            stage.canvas.dots(xs, ys, stage.mat(name), 0.85)
            stage.canvas.dots(xs, ys + 1, stage.turf(), 0.2)
    paint_landmarks(stage)
    terrain.scatter_tufts(stage, stage.turf(), 10)
    weather.paint_weather(stage)

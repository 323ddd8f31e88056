"""Underground and other worlds: caves, lava, mines, alien ground, moons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from narrative_server.images.painter import foliage, interiors, props, sky, terrain, water, weather
from narrative_server.images.painter.canvas import GROUND_Y_PX, WIDTH_PX, X, Y
from narrative_server.images.painter.features_modern import dome, planet
from narrative_server.images.painter.landmarks import paint_landmarks, paint_only
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.stage import Stage


def cave(stage: Stage) -> None:
    """A rock chamber lit by crystals or lanterns."""
    light = stage.pick("violet light", "cyan light", "green light", "blue light", "lamp")
    stage.glow = {
        "violet light": (0.72, 0.45, 1.0),
        "cyan light": (0.3, 0.85, 1.0),
        "green light": (0.4, 1.0, 0.55),
        "blue light": (0.4, 0.55, 1.0),
        "lamp": (1.0, 0.75, 0.4),
    }[light]
    interiors.dim(stage, -0.14)
    spots = [stage.between(10, 150) for _ in range(stage.between(2, 4))]
    for x in spots:
        stage.canvas.add_light(x, 58, 52, 0.34)
    field = stage.canvas.light + 0.14
    rock = stage.pick("stone", "dark rock", "alien rock", "warm stone")
    interiors.cave_wall(stage, stage.mat(rock, steps=6), stage.mat("dark rock", steps=5))
    terrain.ground(stage, stage.mat(rock, steps=6), "rock", 0.34, 0.48)
    crystal = stage.own_light(light, 5)
    if stage.has("underground lake"):
        water.reflect(stage, (((X - 80) / 66) ** 2 + ((Y - 80) / 8) ** 2 < 1), 68)
        water.glints(stage, crystal, 75, 86, 12)
    for x in spots:
        if light != "lamp":
            props.crystal(stage, x, 69 + stage.between(0, 2), stage.between(12, 28), crystal)
        else:
            props.lantern(stage, x, 40, 16)
    for _ in range(stage.between(3, 6)):
        x, tall = stage.between(0, 158), stage.between(8, 22)
        props.boulder(stage, x, 71, stage.between(7, 12), stage.mat("dark rock"), tall)
    paint_landmarks(stage, skip=("crystals",) if light != "lamp" else ())
    stage.lamp_field = field


def lava_cave(stage: Stage) -> None:
    """Molten falls and a cracked floor."""
    stage.glow = (1.0, 0.42, 0.14)
    interiors.dim(stage, -0.12)
    for x in (20, 80, 140):
        stage.canvas.add_light(x, 70, 64, 0.26)
    field = stage.canvas.light + 0.12
    rock = stage.mat("dark rock", steps=6)
    interiors.cave_wall(stage, stage.mat("red rock", steps=6), rock)
    water.lava(stage, 56, GROUND_Y_PX + 1)
    for _ in range(stage.between(1, 3)):
        x, width = stage.between(10, 140), stage.between(6, 12)
        tone = crop("bark", stage.rng, 46, width)
        stage.canvas.rect(x, 12, width, 46, stage.own_light("lava", 6), np.asarray(tone * 0.7 + 0.25, np.float32))
    for _ in range(stage.between(4, 7)):
        props.boulder(stage, stage.between(-6, 150), 66, stage.between(10, 26), rock, stage.between(6, 14))
    terrain.ground(stage, rock, "rubble", 0.45, 0.46)
    cracks = np.abs(terrain.receding("cloud", stage.rng) - 0.5) < 0.035
    stage.canvas.blit(0, GROUND_Y_PX, cracks, stage.own_light("lava", 6), 0.55)
    terrain.fringe(stage, rock, 3)
    paint_landmarks(stage, skip=("stone bridge",))
    paint_only(stage, "stone bridge", 92)
    weather.embers(stage, 34)
    stage.lamp_field = field


def mine(stage: Stage) -> None:
    """Props, rails and lanterns."""
    interiors.dim(stage, -0.16)
    lamps = [24 + 38 * k + stage.between(-6, 6) for k in range(4)]
    for x in lamps:
        stage.canvas.add_light(x, 32, 44, 0.34)
    field = stage.canvas.light + 0.16
    rock = stage.mat(stage.pick("warm stone", "dirt", "stone", "dark rock"), steps=6)
    interiors.cave_wall(stage, rock, rock)
    stage.canvas.ellipse(stage.between(60, 100), 60, 26, 34, stage.mat("dark rock"), 0.0)
    wood = stage.mat("wood")
    for x in range(stage.between(2, 12), 160, 44):
        for side in (0, 34):
            stage.canvas.rect(
                x + side,
                18,
                5,
                51,
                wood,
                np.asarray(crop("bark", stage.rng, 51, 5) * 0.5 + np.linspace(0.5, 0.1, 5)[None, :], np.float32),
            )
        stage.canvas.rect(x - 3, 14, 45, 5, wood, np.asarray(crop("log", stage.rng, 5, 45) * 0.5 + 0.3, np.float32))
    ore = stage.own_light("gold", 4)
    for _ in range(stage.between(3, 8)):
        x, y = stage.between(4, 150), stage.between(22, 60)
        stage.canvas.dots(
            np.array([x, x + 1, x, x + 2]),
            np.array([y, y, y + 1, y + 1]),
            ore,
            np.array([0.9, 0.6, 0.5, 0.8], np.float32),
        )
    terrain.ground(stage, stage.mat("dirt", steps=6), "dirt", 0.4, 0.52)
    for x in range(0, 160, 9):
        stage.canvas.rect(x, 73, 5, 5, stage.mat("dark wood"), 0.6)
    for y in (73, 77):
        stage.canvas.rect(0, y, WIDTH_PX, 1, stage.mat("metal"), 0.85)
    for x in lamps:
        props.lantern(stage, x, 24, 6)
    paint_landmarks(stage, 73, ("lanterns",))
    stage.lamp_field = field


def alien_planet(stage: Stage) -> None:
    """Odd plants under an odd sky."""
    hues = (
        ("alien rock", "alien plant", "spore"),
        ("spore", "alien rock", "alien plant"),
        ("alien plant", "spore", "rust"),
        ("red rock", "alien plant", "spore"),
        ("blue cloth", "spore", "alien plant"),
    )
    ground, plant, accent = hues[stage.between(0, len(hues) - 1)]
    _alien_sky(stage)
    sky.paint_sky(stage)
    if stage.chance(0.6) and not stage.has("ringed planet"):
        planet(stage, stage.between(24, 136))
    if stage.has("ringed planet"):
        planet(stage, stage.between(30, 130))
    if stage.chance(0.5):
        terrain.mesas(stage, stage.mat(ground, 0.55), 66, 42, stage.between(3, 6))
    else:
        terrain.mountains(stage, stage.mat(ground, 0.55), 66, stage.between(30, 46), None, 26)
    terrain.hills(stage, stage.mat(ground, 0.25), 69, stage.between(8, 14), "rock", 40)
    for _ in range(stage.between(3, 6)):
        x = stage.between(4, 156)
        if stage.chance(0.5):
            foliage.mushroom(stage, x, 69, stage.between(14, 36), stage.mat(plant, 0.1), stage.mat("bone", 0.1))
        else:
            _tentacle(stage, x, 69, stage.between(16, 40), plant)
    terrain.ground(stage, stage.mat(ground), "rock", 0.38)
    for _ in range(stage.between(3, 6)):
        props.boulder(stage, stage.between(0, 150), 71, stage.between(6, 18), stage.mat(ground))
    glow = stage.own_light(stage.pick("cyan light", "green light", "magenta light"), 4)
    for _ in range(stage.between(4, 9)):
        x, tall = stage.between(0, 159), stage.between(4, 10)
        stage.canvas.rect(x, 71 - tall, 1, tall, stage.mat(plant), 0.5)
        stage.canvas.ellipse(x, 70 - tall, 1.6, 1.6, glow, 0.7)
    terrain.fringe(stage, stage.mat(accent), 3)
    paint_landmarks(stage, skip=("ringed planet",))
    weather.paint_weather(stage)


def _alien_sky(stage: Stage) -> None:
    turn = stage.pick("gbr", "brg", "bgr", "grb")
    order = ["rgb".index(c) for c in turn]
    stage.day = replace(
        stage.day,
        sky=tuple((c[order[0]], c[order[1]] * 0.9, c[order[2]]) for c in stage.day.sky),
        haze=(stage.day.haze[order[0]], stage.day.haze[order[1]] * 0.9, stage.day.haze[order[2]]),
    )


def _tentacle(stage: Stage, x: int, base_px: int, height: int, material: str) -> None:
    t = np.linspace(0, 1, height * 2)
    curl = stage.rng.uniform(-1, 1) * 6
    xs = x + curl * np.sin(t * 3.6) * t
    ys = base_px - height * t
    ramp = stage.mat(material)
    for k in range(4, 0, -1):
        keep = t < 1 - 0.2 * (k - 1)
        stage.canvas.dots(np.rint(xs[keep] + k - 2).astype(int), np.rint(ys[keep]).astype(int), ramp, 0.9 - 0.18 * k)
    stage.canvas.ellipse(float(xs[-1]), float(ys[-1]), 3, 3, ramp, 0.75, 0.25)


def moon_base(stage: Stage) -> None:
    """Grey dust under black sky."""
    stage.day = stage.day.__class__(
        ((0.01, 0.01, 0.04), (0.02, 0.02, 0.07), (0.05, 0.05, 0.12), (0.09, 0.09, 0.18)),
        (0.98, 0.98, 1.02),
        (0.16, 0.17, 0.26),
        ((0.1, 0.1, 0.2), (0.2, 0.2, 0.3)),
        True,
        -0.06,
    )
    ramp = stage.stops(stage.day.sky, 5)
    stage.canvas.fill(Y + X >= 0, ramp, np.asarray(Y / 66 + 0 * X, np.float32), dither=1.0)
    count = stage.between(70, 120)
    stage.canvas.dots(
        stage.rng.integers(0, 160, count),
        stage.rng.integers(0, 60, count),
        stage.own_light("white cloth", 4),
        stage.rng.random(count).astype(np.float32),
    )
    if stage.has("planet in the sky") or stage.chance(0.5):
        planet(stage, stage.between(30, 130))
    terrain.mountains(stage, stage.mat("concrete", 0.35), 66, stage.between(14, 26), None, 50)
    terrain.hills(stage, stage.mat("concrete", 0.12), 69, 7, "rock", 60)
    if stage.chance(0.7):
        for _ in range(stage.between(1, 2)):
            dome(stage, stage.between(20, 140), 68)
    terrain.ground(stage, stage.mat("concrete"), "dirt", 0.24, 0.6)
    for _ in range(stage.between(3, 6)):
        x, y, wide = stage.between(0, 159), stage.between(73, 92), stage.between(6, 18)
        stage.canvas.ellipse(x, y, wide, wide * 0.24, stage.mat("concrete"), 0.30)
        stage.canvas.ellipse(x, y + 1.2, wide, wide * 0.20, stage.mat("concrete"), 0.85)
        stage.canvas.ellipse(x, y + 0.4, wide - 1.5, wide * 0.18, stage.mat("concrete"), 0.48)
    for _ in range(stage.between(2, 5)):
        props.boulder(stage, stage.between(0, 150), 71, stage.between(5, 12), stage.mat("concrete"))
    paint_landmarks(stage, skip=("planet in the sky",))

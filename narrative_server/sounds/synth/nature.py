# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Fire, explosions, wind, rain, thunder, water."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    curve,
    decay,
    delayed,
    drive,
    glide,
    length,
    mix,
    moments,
    noise,
    scatter,
    shape,
    sweep,
    swell,
    tone,
    unit,
    wander,
)
from narrative_server.sounds.synth.materials import SIZES, strike
from narrative_server.sounds.synth.recipe import Recipe, Traits


def _explosion(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    n = length(min(0.7 + 0.6 * size, 2.0))
    start = 2500 * (0.5 + force) / size**0.5

    def gain(freqs: Samples, progress: Samples) -> Samples:
        edge = start * np.exp(-4.5 * progress) + 120
        return np.asarray(1 / (1 + (freqs / edge) ** 2) * np.exp(-4.2 * progress / size**0.3))

    blast = unit(shape(rng.standard_normal(n), gain))
    boom = tone(glide(n, 90 / size**0.5, 30), n) * decay(n, 0.6 * size**0.5, 0.003)
    bits = scatter(n, 0.1 + rng.exponential(0.25, 14), lambda _: rng.uniform(0, 0.2) * strike(rng, "stone", 1.5, force))
    return drive(mix(blast, 0.8 * boom, bits), 1.5 + 3 * force)


def _fire(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(1.3, 1.95)
    n = length(seconds)
    big = SIZES[traits["size"]]
    roar = unit(noise(rng, n, 60, 320, 6) * (0.6 + 0.4 * wander(rng, n, 5)))
    hiss = unit(noise(rng, n, 2500, 9000, 6) * (0.5 + 0.5 * np.abs(wander(rng, n, 9))))

    def crackle(_: int) -> Samples:
        m = length(0.012 * rng.uniform(0.3, 2))
        return noise(rng, m, rng.uniform(800, 3000), 10_000) * decay(m, 0.012, 0.0003) * rng.pareto(2.5)

    pops = scatter(n, moments(rng, seconds, 16 + 20 * force), crackle)
    fade = curve(n, (0, 0.5), (0.04, 1), (0.9, 1), (1, 0))
    return mix((0.12 + 0.3 * force) * big * roar, 0.05 * hiss, 0.9 * unit(pops)) * fade


def _flame_burst(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.6, 1.2))
    body = sweep(rng, n, np.asarray([250, 900, 500, 250]) * (0.7 + 0.6 * force), 1.1) * swell(n, 0.25, 0.9)
    return unit(body) * (0.75 + 0.25 * wander(rng, n, 28))


def _wind(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.6, 2.0))
    pitch = {"cold": 900, "": 600, "howling": 750, "desert": 500, "soft": 350}[traits["nature"]]
    gusts = 2.0 ** (0.6 * wander(rng, 40, 800))
    base = sweep(rng, n, pitch * (0.6 + 0.8 * force) * gusts, 0.9)
    whistle = sweep(rng, n, pitch * 1.9 * gusts, 0.07) * (0.6 if traits["nature"] in ("howling", "cold") else 0.15)
    return mix(base, whistle) * (0.6 + 0.4 * wander(rng, n, 2)) * curve(n, (0, 0.3), (0.15, 1), (0.85, 1), (1, 0))


def _rain(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(1.6, 1.95)
    n = length(seconds)
    surface = traits["surface"]
    wash = unit(noise(rng, n, 1200 if surface != "on leaves" else 2500, 9500, 6))

    def drop(_: int) -> Samples:
        level = rng.exponential(0.4)
        if surface in ("on a tin roof", "on metal"):
            return level * strike(rng, "tin", rng.uniform(0.2, 0.5), 0.5, 0.25)
        if surface == "on a window":
            return level * strike(rng, "glass", rng.uniform(0.3, 0.6), 0.3, 0.08)
        m = length(0.01)
        return level * noise(rng, m, 1500, 8000) * decay(m, 0.012)

    drops = unit(scatter(n, moments(rng, seconds, 60 + 240 * force), drop))
    fade = curve(n, (0, 0.6), (0.05, 1), (0.92, 1), (1, 0))
    return mix((0.15 + 0.4 * force) * wash, drops) * fade


def _thunder(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(2.0)
    near = traits["nature"] == "cracking"
    rumble = noise(rng, n, 25, 130 + 120 * force, 9) * (0.35 + 0.65 * np.abs(wander(rng, n, 9)))
    rumble = unit(rumble * curve(n, (0, 0.2 if near else 0), (0.2, 1), (1, 0.05)))
    cracks = moments(rng, 0.25, 40)

    def crack(_: int) -> Samples:
        m = length(0.14)
        return rng.uniform(0.3, 1) * noise(rng, m, 150, 8000, 6) * decay(m, 0.12)

    return mix(rumble, (1.0 if near else 0.12) * unit(scatter(n, cracks, crack)))


def bubble(rng: Rng, freq_hz: float, t60_s: float) -> Samples:
    """A rising damped sine: an air bubble under water (Minnaert 1933)."""
    m = length(t60_s * 1.2)
    return tone(glide(m, freq_hz, freq_hz * rng.uniform(1.1, 1.9)), m) * decay(m, t60_s, 0.003)


def _splash(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    n = length(min(0.45 + 0.4 * size, 1.6))
    spray = sweep(rng, n, np.asarray([700, 2600, 3600, 3000]) / size**0.5, 1.0) * swell(n, 0.08, 1.6)
    plunge = noise(rng, length(0.2), 60, 400 / size, 12) * decay(length(0.2), 0.16 * size**0.5, 0.004)
    times = rng.exponential(0.25 * size**0.5, int(14 + 20 * size))
    drops = scatter(n, times, lambda _: rng.uniform(0.1, 0.6) * bubble(rng, rng.uniform(400, 1800) / size**0.5, 0.05))
    return mix(0.9 * spray * (0.5 + 0.5 * force), 0.7 * unit(plunge), 0.6 * drops)


def _stream(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(1.4, 1.95)
    n = length(seconds)
    if traits["what"] in ("waves", "sea waves"):
        wash = noise(rng, n, 150, 4500, 6) * swell(n, 0.55, 1.3)
        return wash * (0.8 + 0.2 * wander(rng, n, 20))
    wide = 1.0 if traits["what"] in ("river", "waterfall", "water rushing in") else 0.25
    times = moments(rng, seconds, 70 + 60 * force)
    bubbles = scatter(n, times, lambda _: rng.uniform(0.1, 0.7) * bubble(rng, rng.uniform(350, 1900), 0.045))
    wash = unit(noise(rng, n, 300, 3500 + 4000 * force * wide, 6))
    return mix((0.25 + 0.9 * force) * wide * wash, unit(bubbles)) * curve(n, (0, 0.4), (0.08, 1), (0.9, 1), (1, 0))


def _drip(traits: Traits, force: float, rng: Rng) -> Samples:
    count = int(rng.integers(1, 5))
    starts = beats(rng, count, rng.uniform(0.3, 0.6), 0.3)
    freq = {"": 1100, "in a barrel": 600, "on stone": 1500, "in a bucket": 800}[traits["into"]] * rng.uniform(0.8, 1.3)

    def drop(_: int) -> Samples:
        tick = noise(rng, length(0.006), 1500, 9000) * decay(length(0.006), 0.006)
        return mix(0.3 * unit(tick), delayed(bubble(rng, freq * rng.uniform(0.9, 1.2), 0.07), 0.012)) * rng.uniform(
            0.6, 1
        )

    return scatter(length(1.9), starts, drop)


def _boil(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(1.0, 1.9)
    size = 1.8 if traits["what"] in ("slime", "mud", "lava", "cauldron") else 1.0
    times = moments(rng, seconds, (8 + 22 * force) / size)

    def blob(_: int) -> Samples:
        return rng.uniform(0.3, 1) * bubble(rng, rng.uniform(180, 650) / size, 0.09 * size)

    return mix(scatter(length(1.95), times, blob), 0.04 * noise(rng, length(seconds), 1000, 6000))


def _steam(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.5, 1.7))
    edge = {"steam": 3000, "gas": 2500, "snake": 5000, "fuse": 4200, "kettle": 3500}[traits["what"]]
    hiss = noise(rng, n, edge * (0.8 + 0.4 * force), 10_800, 12) * curve(n, (0, 0), (0.06, 1), (0.6, 0.7), (1, 0))
    if traits["what"] == "fuse":
        return hiss * (0.5 + 0.5 * np.abs(wander(rng, n, 60)))
    return mix(
        hiss, 2.0 * tone(2300 + 60 * wander(rng, n, 6), n) * swell(n, 0.7) if traits["what"] == "kettle" else hiss
    )


def _leaves(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(0.8, 1.8)
    n = length(seconds)

    def leaf(_: int) -> Samples:
        m = length(0.02)
        return rng.exponential(0.4) * noise(rng, m, 2500, 9500) * decay(m, 0.02, 0.002)

    rush = noise(rng, n, 2800, 8500, 9) * np.abs(wander(rng, n, 4)) * swell(n, 0.5, 0.7)
    return mix(unit(rush), 0.5 * scatter(n, moments(rng, seconds, 60), leaf))


RECIPES = (
    Recipe(
        "explosion",
        "explosions",
        _explosion,
        ("{size} explosion", "{size} {what} exploding", "blast of a {size} {what}", "{size} bomb going off"),
        {"size": ("small", "", "big", "huge"), "what": ("bomb", "barrel", "grenade", "rocket")},
    ),
    Recipe(
        "fire",
        "explosions",
        _fire,
        (
            "{size} {what} crackling",
            "{size} fire crackling",
            "{what} burning",
            "crackle of {size} {what}",
            "{size} {what} roaring",
        ),
        {"size": ("", "small", "big", "huge"), "what": ("fire", "campfire", "torch", "embers", "fireplace")},
    ),
    Recipe(
        "flame_burst",
        "explosions",
        _flame_burst,
        ("{what} whooshing", "{what} flaring up", "burst of {what}", "{what} rushing past"),
        {"what": ("fireball", "flame", "dragon fire", "torch flame")},
    ),
    Recipe(
        "wind",
        "weather",
        _wind,
        ("{nature} wind blowing", "{nature} wind", "{nature} wind over {where}", "gust of {nature} wind"),
        {"nature": ("cold", "", "howling", "desert", "soft"), "where": ("the hills", "the roof", "ruins", "sand")},
        outdoors=True,
    ),
    Recipe(
        "rain",
        "weather",
        _rain,
        ("rain {surface}", "rain falling {surface}", "raindrops {surface}", "steady rain {surface}"),
        {"surface": ("", "on a tin roof", "on leaves", "on a window", "on metal", "on stone", "on a tent")},
        outdoors=True,
    ),
    Recipe(
        "thunder",
        "weather",
        _thunder,
        ("thunder {nature}", "thunder {nature} overhead", "clap of thunder, {nature}", "storm thunder {nature}"),
        {"nature": ("rolling", "cracking", "rumbling")},
        outdoors=True,
    ),
    Recipe(
        "splash",
        "water",
        _splash,
        ("{size} splash", "{size} {what} splashing into water", "{size} water splash", "splash of a {size} {what}"),
        {"size": ("tiny", "small", "", "big", "huge"), "what": ("stone", "body", "fish", "oar")},
    ),
    Recipe(
        "stream",
        "water",
        _stream,
        ("{what} flowing", "{what}", "sound of {what}", "{what} nearby", "{what} running over stones"),
        {"what": ("stream", "river", "waterfall", "waves", "sea waves", "water rushing in", "water pouring")},
        outdoors=True,
    ),
    Recipe(
        "drip",
        "water",
        _drip,
        (
            "water dripping {into}",
            "drops of water falling {into}",
            "slow drip of water {into}",
            "dripping water {into}",
        ),
        {"into": ("", "in a barrel", "on stone", "in a bucket")},
        calm=True,
    ),
    Recipe(
        "boil",
        "water",
        _boil,
        ("{what} bubbling", "bubbling {what}", "{what} boiling", "thick bubbles in {what}"),
        {"what": ("water", "potion", "soup", "slime", "mud", "lava", "cauldron")},
    ),
    Recipe(
        "steam",
        "machines",
        _steam,
        ("{what} hissing", "hiss of {what}", "hissing {what}", "{what} hissing out"),
        {"what": ("steam", "gas", "snake", "fuse", "kettle")},
    ),
    Recipe(
        "leaves",
        "weather",
        _leaves,
        ("{what} rustling", "rustling {what}", "{what} rustling in the wind", "something moving through {what}"),
        {"what": ("leaves", "bushes", "grass", "reeds")},
        outdoors=True,
    ),
)

"""Footsteps on five grounds, hooves, a falling body, running, wings and cloth."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    clock,
    curve,
    decay,
    length,
    mix,
    moments,
    noise,
    scatter,
    sweep,
    swell,
    unit,
)
from narrative_server.sounds.synth.materials import SIZES, strike
from narrative_server.sounds.synth.recipe import Recipe, Traits

_GAP_S = {"a footstep": 9.0, "slow footsteps": 0.62, "footsteps": 0.48, "running footsteps": 0.27}


def _crunch(rng: Rng, seconds: float, rate_hz: float, low_hz: float, high_hz: float, grain_s: float) -> Samples:
    """Many tiny fractures under a boot: denser at heel and toe."""
    n = length(seconds)
    times = moments(rng, seconds * 0.9, rate_hz)

    def grain(_: int) -> Samples:
        m = length(grain_s * rng.uniform(0.4, 1.6))
        return noise(rng, m, low_hz * rng.uniform(0.7, 1.4), high_hz) * decay(m, grain_s) * rng.exponential(1.0)

    roll = curve(n, (0, 0.6), (0.12, 1), (0.45, 0.5), (0.62, 0.8), (1, 0))
    return unit(scatter(n, times, grain) * roll)


def _step(ground: str, wet: bool, force: float, rng: Rng) -> Samples:
    thud = unit(noise(rng, length(0.12), 45, 160, 12) * decay(length(0.12), 0.09 + 0.05 * force, 0.003))
    if ground == "grass":
        brush = sweep(rng, length(0.2), np.asarray([2600, 4200, 2500]), 0.8) * swell(length(0.2), 0.25)
        return mix(0.5 * thud, 0.7 * brush)
    if ground == "gravel":
        return mix(0.35 * thud, _crunch(rng, 0.24, 260, 1400, 9000, 0.012))
    if ground == "snow":
        squeak = sweep(rng, length(0.26), np.asarray([1500, 2100, 1700]), 0.35) * swell(length(0.26), 0.4)
        return mix(0.3 * thud, 0.5 * _crunch(rng, 0.28, 700, 900, 4200, 0.006), 0.5 * squeak)
    if ground == "wood":
        return mix(0.5 * thud, strike(rng, "wood", 1.9, force, 0.9))
    if ground == "mud":
        suck = sweep(rng, length(0.24), np.asarray([300, 900, 350]), 0.6) * swell(length(0.24), 0.5)
        return mix(0.6 * thud, suck, 0.25 * _crunch(rng, 0.2, 90, 500, 2500, 0.02))
    tap = strike(rng, "stone", 1.2, force, 0.8)
    splash = sweep(rng, length(0.18), np.asarray([2500, 4200]), 0.9) * swell(length(0.18), 0.2)
    return mix(0.35 * thud, 0.9 * tap, (0.6 if wet else 0.0) * splash)


def _footsteps(traits: Traits, force: float, rng: Rng, ground: str) -> Samples:
    gap = _GAP_S[traits["gait"]] * rng.uniform(0.9, 1.1)
    count = 1 if gap > 5 else min(int(rng.integers(2, 5)), 1 + int(1.75 / gap))
    starts = beats(rng, count, gap, 0.07)
    wet = traits.get("state") == "wet"
    return scatter(length(2.0), starts, lambda _: _step(ground, wet, force, rng) * rng.uniform(0.7, 1.0))


def _ground(kind: str, ground: str, words: tuple[str, ...], crunch: str) -> Recipe:
    def render(traits: Traits, force: float, rng: Rng) -> Samples:
        return _footsteps(traits, force, rng, ground)

    phrases = (
        "{gait} on {state} {floor}",
        f"{{gait}} {crunch} on {{state}} {{floor}}",
        f"boots {crunch} on {{floor}}, {{gait}}",
        f"{{gait}} on {{state}} {{floor}}, {crunch}",
        "someone walking on {state} {floor}",
    )
    states = ("", "wet") if ground == "stone" else ("",)
    traits = {"gait": tuple(_GAP_S), "floor": words, "state": states}
    return Recipe(kind, "movement", render, phrases, traits)


def _hooves(traits: Traits, force: float, rng: Rng) -> Samples:
    gallop = traits["pace"] == "galloping"
    gap = 0.16 if gallop else 0.3
    base = np.concatenate([beats(rng, 3, 0.11, 0.1) + k * 0.42 for k in range(4)]) if gallop else beats(rng, 6, gap)
    material = "stone" if traits["ground"] != "on earth" else "leather"

    def hoof(_: int) -> Samples:
        knock = strike(rng, material, 1.5, force) * rng.uniform(0.6, 1)
        return mix(knock, 0.5 * strike(rng, "wood", 1.1, force, 0.4))

    return scatter(length(1.9), base, hoof)


def _body_fall(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    starts = beats(rng, 3, 0.13 * size**0.5, 0.35)
    levels = (0.6, 1.0, 0.35)

    def thump(k: int) -> Samples:
        low = noise(rng, length(0.3), 35 / size, 190 / size**0.5, 12) * decay(length(0.3), 0.22 * size**0.5, 0.004)
        cloth = noise(rng, length(0.15), 500, 4000, 9) * swell(length(0.15), 0.2) * 0.12
        floor = strike(rng, "wood" if traits["floor"] == "wood" else "flesh", 2.4 * size, force)
        return levels[k] * mix(0.9 * unit(low), cloth, 0.4 * floor)

    return scatter(length(1.0), starts, thump)


def _wings(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    gap = 0.13 * size**1.3
    starts = beats(rng, min(10, int(1.8 / gap) + 1), gap, 0.08)

    def flap(_: int) -> Samples:
        m = length(min(0.75 * gap + 0.03, 0.5))
        centre = np.asarray([350, 900, 300]) / size**0.8 * (0.8 + 0.5 * force)
        return sweep(rng, m, centre, 0.9) * swell(m, 0.35, 2) * rng.uniform(0.7, 1)

    return scatter(length(1.95), starts, flap)


def _cloth(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(0.35, 1.0)
    n = length(seconds)
    if traits["action"] == "tearing":
        fibres = _crunch(rng, seconds, 420, 1500, 9500, 0.004)
        rise = curve(n, (0, 0.4), (0.8, 1), (1, 0))
        return mix(fibres * rise, 0.3 * sweep(rng, n, np.asarray([1800, 4200]), 0.5) * rise)
    bright = 5200 if traits["stuff"] in ("paper", "pages") else 2600
    rustle = sweep(rng, n, bright * (0.7 + 0.6 * rng.random(9)), 0.8)
    flutter = np.abs(np.interp(clock(n), np.linspace(0, seconds, 14), rng.uniform(0.05, 1, 14)))
    crackle = _crunch(rng, seconds, 150 if bright > 3000 else 25, 2500, 10_000, 0.004)
    return mix(rustle * flutter * swell(n, 0.35, 0.8), (0.35 + 0.3 * force) * crackle)


RECIPES = (
    _ground("step_grass", "grass", ("grass", "leaves", "tall grass"), "rustling"),
    _ground("step_gravel", "gravel", ("gravel", "small stones", "pebbles"), "crunching"),
    _ground("step_wood", "wood", ("wood", "wooden floor", "planks", "floorboards"), "knocking"),
    _ground("step_stone", "stone", ("stone", "stone floor", "tiles", "cobbles"), "tapping"),
    _ground("step_snow", "snow", ("snow", "deep snow", "frozen snow"), "crunching"),
    _ground("step_mud", "mud", ("mud", "wet mud", "wet earth"), "squelching"),
    Recipe(
        "hooves",
        "movement",
        _hooves,
        ("horse hooves {pace} {ground}", "{pace} hooves {ground}", "a horse {pace} {ground}", "hoofbeats {ground}"),
        {"pace": ("clopping", "galloping", "walking"), "ground": ("on stone", "on earth", "on cobbles")},
        outdoors=True,
    ),
    Recipe(
        "body_fall",
        "movement",
        _body_fall,
        (
            "{size} body falling on {floor}",
            "{size} body hitting {floor}",
            "thud of a {size} body",
            "someone falling down",
        ),
        {"size": ("", "heavy", "small", "huge"), "floor": ("wood", "earth", "the floor")},
    ),
    Recipe(
        "wings",
        "creatures",
        _wings,
        ("{size} wings beating", "{size} wings flapping", "flapping of {size} wings", "{size} {who} flapping away"),
        {"size": ("small", "", "big", "huge"), "who": ("bird", "bat", "dragon")},
        outdoors=True,
    ),
    Recipe(
        "cloth_paper",
        "interface",
        _cloth,
        ("{stuff} {action}", "{action} {stuff}", "sound of {stuff} {action}", "{stuff} {action} in a hand"),
        {"stuff": ("paper", "cloth", "pages", "a letter"), "action": ("rustling", "tearing", "unfolding", "turning")},
        calm=True,
    ),
)

# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Science fiction and vehicles: scanners, doors that hiss, hovering drones, glitches, engines that start and pass."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    clock,
    curve,
    decay,
    delayed,
    drive,
    fm,
    glide,
    harmonics,
    length,
    mix,
    noise,
    saw,
    scatter,
    sweep,
    swell,
    tone,
    unit,
    wander,
)
from narrative_server.sounds.synth.materials import strike
from narrative_server.sounds.synth.recipe import Recipe, Traits


def _scanner(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.7, 1.6))
    rate, low = 2 + 5 * force, {"scanner": 600, "radar": 900, "sonar": 480}[traits["what"]] * rng.uniform(0.9, 1.1)
    if traits["what"] != "scanner":
        ping = tone(low, length(0.8)) * decay(length(0.8), 0.6, 0.004)
        return scatter(length(1.9), beats(rng, 2, 1.0 - 0.4 * force, 0.02), lambda _: ping)
    ramp = (clock(n) * rate) % 1.0
    return (
        fm(low * (1 + 1.5 * ramp), n, 2.0, 0.8)
        * (0.3 + 0.7 * (1 - ramp))
        * curve(n, (0, 0), (0.05, 1), (0.95, 1), (1, 0))
    )


def _airlock(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.5, 1.0))
    opening = traits["action"] == "opening"
    hiss = noise(rng, n, 1800, 9500, 9) * (decay(n, 0.5) if opening else swell(n, 0.6))
    motor = harmonics(glide(n, 90, 160) if opening else glide(n, 160, 90), n, [1, 0.5, 0.4, 0.2]) * swell(n, 0.5, 0.5)
    thud = delayed(strike(rng, "iron", 1.8, force, 0.3), n / 22_050 * 0.9)
    return mix(0.6 * unit(hiss), 0.5 * unit(motor), 0.8 * thud)


def _hover(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.0, 1.9))
    base = {"drone": 180, "hover car": 90, "small ship": 120}[traits["what"]] * (0.8 + 0.5 * force)
    passing = traits["motion"] == "passing by"
    bend = curve(n, (0, 1.12), (0.45, 1.08), (0.6, 0.92), (1, 0.88)) if passing else 1 + 0.03 * wander(rng, n, 4)
    rotor = saw(base * bend, n) * (0.7 + 0.3 * tone(base * bend / 6, n)) + 0.5 * fm(base * 4 * bend, n, 1.01, 1.5)
    level = swell(n, 0.5, 2) if passing else curve(n, (0, 0), (0.1, 1), (0.9, 1), (1, 0))
    return mix(unit(rotor), 0.25 * unit(noise(rng, n, 500, 5000, 9))) * level


def _glitch(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.25, 0.9))
    out, at = np.zeros(n), 0
    while at < n:
        m = min(length(rng.uniform(0.01, 0.07)), n - at)
        freq = rng.uniform(80, 3200)
        kind = int(rng.integers(4))
        piece = (saw(freq, m), tone(freq, m), np.sign(tone(freq, m)), rng.standard_normal(m) * 0.5)[kind]
        out[at : at + m] = piece * rng.choice([0, 0.5, 1, 1])
        at += m
    steps = 2 ** (6 - int(3 * force))
    return np.asarray(np.round(out * steps) / steps)


def _hologram(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.5, 1.1))
    on = traits["action"] == "appearing"
    freq = glide(n, 300, 1300) if on else glide(n, 1300, 300)
    shimmer = 1 + 0.4 * tone(31, n)
    bell = fm(freq * 2, n, 3.01, 1.2) * (0.5 + 0.5 * np.abs(wander(rng, n, 25)))
    return mix(fm(freq, n, 0.5, 1.0) * shimmer, 0.5 * bell) * swell(n, 0.7 if on else 0.2)


def _data(traits: Traits, force: float, rng: Rng) -> Samples:
    gap = 0.09 - 0.05 * force

    def chirp(_: int) -> Samples:
        n = length(gap * rng.uniform(0.5, 0.95))
        return tone(rng.choice([700, 930, 1240, 1660, 2210]) * rng.uniform(0.98, 1.02), n) * curve(
            n, (0, 0), (0.1, 1), (0.9, 1), (1, 0)
        )

    return scatter(length(1.2), beats(rng, int(rng.integers(5, 1 + int(1.1 / gap))), gap, 0.1), chirp)


_VEHICLES = {"car": (34.0, 6), "motorbike": (52.0, 2), "truck": (22.0, 8), "boat": (28.0, 4), "tractor": (18.0, 3)}


def _vehicle(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.2, 1.95))
    base, bumps = _VEHICLES[traits["what"]]
    motion = traits["motion"]
    speed = {
        "starting": curve(n, (0, 0.35), (0.3, 0.4), (0.45, 1.4), (1, 1.0)),
        "idling": np.ones(n) * 0.8,
        "driving off": curve(n, (0, 0.8), (1, 2.2 + force)),
        "passing by": curve(n, (0, 1.9), (0.45, 1.8), (0.6, 1.5), (1, 1.4)),
        "braking": curve(n, (0, 2.0), (0.7, 0.6), (1, 0.5)),
    }[motion]
    pitch = base * speed * (1 + 0.02 * wander(rng, n, 8))
    pulse = saw(pitch, n) * (0.6 + 0.4 * tone(pitch / bumps * 2, n))
    out = mix(unit(drive(pulse, 2 + 2 * force)), 0.3 * unit(noise(rng, n, 120, 2500, 6)) * (0.6 + 0.4 * tone(pitch, n)))
    if motion == "braking":
        out = out + 0.5 * tone(2300 + 300 * wander(rng, n, 3), n) * swell(n, 0.6, 2)
    level = swell(n, 0.5, 1.6) if motion == "passing by" else curve(n, (0, 0), (0.04, 1), (0.92, 1), (1, 0))
    return out * (curve(n, (0, 1), (1, 0.25)) if motion == "driving off" else level)


def _tool(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.7, 1.8))
    what = traits["what"]
    if what in ("typewriter", "keyboard"):
        body = ("iron", 0.35) if what == "typewriter" else ("bone", 0.3)
        starts = beats(rng, 12, 0.13 - 0.05 * force, 0.45)
        return scatter(n, starts, lambda _: rng.uniform(0.5, 1) * strike(rng, *body, 0.5, 0.2))
    if what == "hand saw":
        stroke = np.abs(tone(1.6 + force, n))
        return sweep(rng, n, np.asarray([1800, 3200, 2200, 3000]), 0.5) * stroke
    if what == "pump":
        starts = beats(rng, 4, 0.45 - 0.15 * force, 0.05)
        return scatter(
            n,
            starts,
            lambda _: mix(
                noise(rng, length(0.25), 600, 5000) * swell(length(0.25), 0.3) * 0.3,
                0.7 * strike(rng, "iron", 1.5, 0.4, 0.2),
            ),
        )
    spin = {"drill": 210.0, "grinder": 330.0, "fan": 46.0, "printer": 95.0}[what] * rng.uniform(0.9, 1.1)
    pitch = spin * (1 + 0.02 * wander(rng, n, 6)) * curve(n, (0, 0.5), (0.12, 1), (0.9, 1), (1, 0.6))
    teeth = saw(pitch, n) + 0.4 * saw(pitch * 3.02, n)
    if what == "printer":
        teeth = teeth * (np.sign(tone(9, n)) > 0)
    return mix(unit(teeth), 0.4 * unit(noise(rng, n, 800, 7000, 9))) * curve(n, (0, 0), (0.06, 1), (0.92, 1), (1, 0))


RECIPES = (
    Recipe(
        "scanner",
        "science fiction",
        _scanner,
        ("{what} scanning", "{what} pinging", "{what} sweep", "sound of a {what}"),
        {"what": ("scanner", "radar", "sonar")},
    ),
    Recipe(
        "airlock",
        "science fiction",
        _airlock,
        ("{what} {action}", "{what} hissing and {action}", "{action} {what}", "spaceship {what} {action}"),
        {"what": ("airlock", "sliding metal door", "hatch", "bulkhead"), "action": ("opening", "closing")},
    ),
    Recipe(
        "hover",
        "science fiction",
        _hover,
        ("{what} {motion}", "{what} engine {motion}", "hum of a {what} {motion}", "futuristic {what} {motion}"),
        {"what": ("drone", "hover car", "small ship"), "motion": ("hovering", "passing by")},
        outdoors=True,
    ),
    Recipe(
        "glitch",
        "science fiction",
        _glitch,
        ("{what} glitching", "digital glitch of a {what}", "{what} malfunction", "broken {what} stuttering"),
        {"what": ("computer", "robot", "hologram", "signal")},
    ),
    Recipe(
        "hologram",
        "science fiction",
        _hologram,
        ("hologram {action}", "holographic {what} {action}", "{what} hologram {action}", "shimmering {what} {action}"),
        {"what": ("screen", "map", "figure"), "action": ("appearing", "vanishing")},
    ),
    Recipe(
        "data",
        "science fiction",
        _data,
        ("computer {what}", "terminal {what}", "data chirps, {what}", "old computer {what}"),
        {"what": ("calculating", "processing", "sending data", "thinking")},
        calm=True,
    ),
    Recipe(
        "vehicle",
        "vehicles",
        _vehicle,
        ("{what} {motion}", "{what} engine {motion}", "{motion} {what}", "sound of a {what} {motion}"),
        {"what": tuple(_VEHICLES), "motion": ("starting", "idling", "driving off", "passing by", "braking")},
        outdoors=True,
    ),
    Recipe(
        "tool",
        "machines",
        _tool,
        ("{what} running", "{what} at work", "someone using a {what}", "noise of a {what}"),
        {"what": ("drill", "grinder", "fan", "printer", "typewriter", "keyboard", "hand saw", "pump")},
    ),
)

# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Swords, bows, punches, blows on things, coins, breaking glass, drums, hammers, guns."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    band,
    beats,
    decay,
    delayed,
    drive,
    fm,
    glide,
    length,
    mix,
    moments,
    noise,
    scatter,
    sweep,
    swell,
    tone,
    unit,
    wander,
)
from narrative_server.sounds.synth.materials import MATERIALS, SIZES, strike
from narrative_server.sounds.synth.recipe import Recipe, Traits


def _whoosh(rng: Rng, seconds: float, low_hz: float, high_hz: float, peak: float = 0.55) -> Samples:
    n = length(seconds)
    return sweep(rng, n, np.asarray([low_hz, high_hz, low_hz * 1.2]), 0.6) * swell(n, peak, 2.2)


def _sword_clash(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    first = mix(strike(rng, "steel", 0.9 * size, force), 0.8 * strike(rng, "steel", 1.3 * size, force))
    count = 1 if traits["number"] == "once" else int(rng.integers(2, 4))
    starts = beats(rng, count, 0.38, 0.4)
    return scatter(length(1.8), starts, lambda k: first if k == 0 else 0.8 * strike(rng, "steel", size, force))


def _swing(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    return _whoosh(rng, (0.2 + 0.2 * size) * (1.3 - 0.5 * force), 350 / size, 2400 / size**0.7 * (0.6 + 0.8 * force))


def _draw_blade(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.35, 0.6))
    scrape = sweep(rng, n, np.asarray([2800, 5200, 7800]), 0.4) * swell(n, 0.75, 1.2)
    return mix(0.8 * scrape, delayed(0.6 * strike(rng, "steel", 0.8, 0.6), 0.7 * n / 22_050))


def _bow(traits: Traits, force: float, rng: Rng) -> Samples:
    size = 1.0 if traits["what"] == "bow" else 1.5
    n = length(0.25)
    twang = fm(glide(n, 260 / size, 150 / size), n, 1.01, 2.5 * np.exp(-np.linspace(0, 6, n))) * decay(n, 0.2)
    flight = _whoosh(rng, 0.35, 1500, 3800 * (0.7 + 0.5 * force), 0.15)
    out = mix(0.8 * unit(twang), 0.4 * strike(rng, "wood", 0.8, force), 0.5 * flight)
    if traits["end"] == "hitting wood":
        return mix(out, delayed(strike(rng, "wood", 1.1, force), rng.uniform(0.35, 0.6)))
    return out


def _punch(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(0.22)
    body = tone(glide(n, 170 * rng.uniform(0.8, 1.2), 55), n) * decay(n, 0.16, 0.002)
    slap = noise(rng, length(0.07), 500, 2500 + 4500 * force, 12) * decay(length(0.07), 0.05)
    hit = mix(unit(body), (0.35 + 0.5 * force) * unit(slap))
    if traits["what"] in ("slap", "kick"):
        hit = (
            mix(0.4 * hit, unit(slap)) if traits["what"] == "slap" else mix(hit, 0.5 * strike(rng, "leather", 1, force))
        )
    return mix(0.25 * _whoosh(rng, 0.12, 500, 1500, 0.9), delayed(drive(hit, 1 + 2 * force), 0.1))


def _hit_material(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    starts = beats(rng, {"": 1, "twice": 2, "again and again": 4}[traits["times"]], rng.uniform(0.25, 0.4), 0.15)
    ring = 0.8 if len(starts) > 1 else 1.0
    return scatter(
        length(1.9), starts, lambda _: rng.uniform(0.75, 1) * strike(rng, traits["material"], size, force, ring)
    )


def _drop(traits: Traits, force: float, rng: Rng) -> Samples:
    """A thing dropped: bounces that come faster and softer."""
    size, lively = SIZES[traits["size"]], rng.uniform(0.45, 0.7)
    gaps = 0.32 * lively ** np.arange(7)
    starts = np.concatenate([[0], np.cumsum(gaps)])
    return scatter(
        length(1.7), starts, lambda k: lively**k * strike(rng, traits["material"], 0.55 * size, force * lively**k, 0.7)
    )


def _knock(traits: Traits, force: float, rng: Rng) -> Samples:
    starts = beats(rng, int(rng.integers(2, 5)), rng.uniform(0.16, 0.28), 0.08)
    return scatter(length(1.4), starts, lambda _: rng.uniform(0.8, 1) * strike(rng, "wood", 1.4 + force, force))


def _coins(traits: Traits, force: float, rng: Rng) -> Samples:
    many = {"one coin": 2, "a few coins": 6, "coins": 12, "many coins": 30}[traits["number"]]
    seconds = 0.12 + 0.03 * many
    starts = np.sort(np.append(rng.uniform(0, min(seconds, 1.1), many - 1), 0.0))
    clink = scatter(
        length(1.6), starts, lambda _: rng.uniform(0.3, 1) * strike(rng, "gold", rng.uniform(0.7, 1.1), force, 0.8)
    )
    if traits["where"] == "in a tin box":
        return mix(clink, 0.6 * scatter(length(1.6), starts[::2], lambda _: strike(rng, "tin", 0.9, force, 0.6)))
    if traits["where"] == "in a bag":
        return mix(band(clink, 200, 5000, 9), 0.25 * noise(rng, length(0.4), 400, 3000) * swell(length(0.4), 0.3))
    return (
        clink
        if traits["where"] == ""
        else mix(clink, 0.4 * scatter(length(1.6), starts, lambda _: strike(rng, "wood", 0.6, 0.3)))
    )


def _glass_break(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    burst = noise(rng, length(0.12), 2200, 10_500, 9) * decay(length(0.12), 0.1)
    shards = np.concatenate([[0.0, 0.004, 0.01], rng.exponential(0.22 * size**0.5, int(16 + 22 * size * force))])

    def shard(_: int) -> Samples:
        return rng.uniform(0.15, 0.9) * strike(rng, "glass", rng.uniform(0.3, 0.9) * size**0.5, force, 0.4)

    return mix(0.8 * unit(burst), scatter(length(1.4), shards, shard))


def _debris(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    seconds = rng.uniform(0.7, 1.6)
    times = moments(rng, seconds, 24)

    def rock(_: int) -> Samples:
        return rng.exponential(0.5) * strike(rng, traits["material"], size * rng.uniform(0.6, 2.2), force)

    n = length(seconds)
    rumble = unit(noise(rng, n, 40, 260 / size, 9) * swell(n, 0.25))
    return mix(scatter(length(1.95), times, rock), 0.5 * rumble * (traits["material"] == "stone"))


def _crack(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    count = int(rng.integers(2, 7))
    starts = np.concatenate([[0.0], rng.exponential(0.06 * size, count)])

    def snap(k: int) -> Samples:
        m = length(0.06)
        crisp = noise(rng, m, 700 / size, 9000) * decay(m, 0.025 + 0.03 * rng.random(), 0.0004)
        return (1.0 if k == 0 else rng.uniform(0.15, 0.6)) * mix(
            unit(crisp), 0.6 * strike(rng, "wood", size, force, 0.5)
        )

    return scatter(length(0.9), starts, snap)


def _drum(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    starts = beats(
        rng, {"once": 1, "slowly": 3, "fast": 8}[traits["pace"]], 0.55 if traits["pace"] == "slowly" else 0.18, 0.05
    )

    def hit(_: int) -> Samples:
        n = length(0.5)
        head = tone(glide(n, 140 / size, 75 / size), n) * decay(n, 0.4 * size**0.5)
        return rng.uniform(0.8, 1) * mix(unit(head), 0.5 * strike(rng, "skin", size, force))

    return scatter(length(1.9), starts, hit)


def _gun(traits: Traits, force: float, rng: Rng) -> Samples:
    size = {"pistol": 0.8, "rifle": 1.2, "shotgun": 1.7, "cannon": 3.0}[traits["gun"]]
    n = length(min(0.35 * size + 0.25, 1.5))
    crack = noise(rng, n, 300 / size, 9500 / size**0.5, 6) * decay(n, 0.09 * size, 0.0005)
    boom = noise(rng, n, 35, 320 / size, 12) * decay(n, 0.28 * size, 0.001)
    tail = noise(rng, n, 200, 2200 / size**0.5, 9) * decay(n, 0.5 * size, 0.02)
    return drive(mix(unit(crack), 0.9 * unit(boom), 0.25 * unit(tail)), 1.5 + 2 * force)


def _squish(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(0.25, 0.8)
    n = length(seconds)
    slop = sweep(rng, n, rng.uniform(250, 1400, 9), 0.4) * np.abs(wander(rng, n, 14)) * swell(n, 0.3, 0.6)
    pops = moments(rng, seconds, 18)

    def pop(_: int) -> Samples:
        m = length(0.03)
        return tone(glide(m, rng.uniform(250, 500), rng.uniform(600, 1300)), m) * decay(m, 0.03) * rng.uniform(0.2, 0.8)

    return mix(unit(slop), 0.5 * scatter(n, pops, pop))


_SOLID = tuple(m for m in MATERIALS if m not in ("flesh", "skin", "gold", "silver", "bronze", "leather"))
RECIPES = (
    Recipe(
        "sword_clash",
        "weapons",
        _sword_clash,
        (
            "{size} swords clashing {number}",
            "{size} steel hitting steel",
            "sword striking a {size} sword",
            "blades clanging {number}",
        ),
        {"size": ("", "heavy", "small"), "number": ("once", "again and again")},
    ),
    Recipe(
        "swing",
        "weapons",
        _swing,
        (
            "{size} {what} swinging through the air",
            "swing of a {size} {what}",
            "{size} {what} whoosh",
            "quick swoosh of a {what}",
        ),
        {"size": ("", "heavy", "small", "huge"), "what": ("sword", "axe", "staff", "whip", "club")},
    ),
    Recipe(
        "draw_blade",
        "weapons",
        _draw_blade,
        (
            "{what} drawn from its sheath",
            "drawing a {what}",
            "steel {what} being drawn",
            "{what} sliding out of its sheath",
        ),
        {"what": ("sword", "knife", "blade", "dagger")},
    ),
    Recipe(
        "bow_shot",
        "weapons",
        _bow,
        (
            "arrow shot from a {what} {end}",
            "{what} firing an arrow {end}",
            "{what} string snapping",
            "arrow flying {end}",
        ),
        {"what": ("bow", "crossbow"), "end": ("", "hitting wood")},
    ),
    Recipe(
        "punch",
        "weapons",
        _punch,
        ("{what} hitting a body", "{what} in the face", "{what} landing hard", "{what} striking flesh"),
        {"what": ("punch", "fist", "kick", "slap")},
    ),
    Recipe(
        "hit",
        "impacts",
        _hit_material,
        (
            "hitting {size} {material} {times}",
            "hammer on {size} {material} {times}",
            "{size} {material} struck {times}",
            "blow on {size} {material} {times}",
            "{size} {material} banging {times}",
        ),
        {"material": _SOLID, "size": ("", "small", "heavy", "huge"), "times": ("", "twice", "again and again")},
    ),
    Recipe(
        "drop",
        "impacts",
        _drop,
        (
            "{size} {material} {what} dropped on the floor",
            "{size} {material} {what} falling and bouncing",
            "dropping a {size} {material} {what}",
            "{material} {what} clattering on the ground",
        ),
        {
            "material": ("wood", "metal", "tin", "glass", "stone", "bone", "clay"),
            "size": ("", "small", "big"),
            "what": ("thing", "object", "piece"),
        },
    ),
    Recipe(
        "knock",
        "impacts",
        _knock,
        (
            "knocking on a {what}",
            "{who} knocking on a {what}",
            "knocks on a wooden {what}",
            "fist pounding on a {what}",
        ),
        {"what": ("door", "window", "table"), "who": ("someone", "guard", "stranger")},
    ),
    Recipe(
        "coins",
        "objects",
        _coins,
        (
            "{number} clinking {where}",
            "{number} rattling {where}",
            "{number} jingling {where}",
            "{number} dropping {where}",
            "{number} sliding {where}",
        ),
        {
            "number": ("one coin", "a few coins", "coins", "many coins"),
            "where": ("", "in a tin box", "in a bag", "on a table", "on a counter"),
        },
    ),
    Recipe(
        "glass_break",
        "impacts",
        _glass_break,
        (
            "{size} {what} breaking",
            "{size} {what} shattering",
            "{size} glass smashing on the floor",
            "breaking {size} {what}",
        ),
        {"size": ("", "small", "big"), "what": ("glass", "window", "bottle", "mirror")},
    ),
    Recipe(
        "debris",
        "impacts",
        _debris,
        (
            "{size} {material} pieces falling",
            "{size} {material} rubble crashing down",
            "falling {size} {material}",
            "{material} collapsing",
        ),
        {"size": ("small", "", "big"), "material": ("stone", "wood", "bone", "clay")},
    ),
    Recipe(
        "crack",
        "impacts",
        _crack,
        (
            "{size} {what} cracking",
            "{size} {what} snapping",
            "{size} {what} breaking in two",
            "crack of a {size} {what}",
        ),
        {"size": ("", "small", "big", "thick"), "what": ("wood", "branch", "ice", "bone", "plank", "rope")},
    ),
    Recipe(
        "drum",
        "impacts",
        _drum,
        (
            "{size} drum beating {pace}",
            "{size} drums {pace}",
            "{size} war drum struck {pace}",
            "drumbeat, {size}, {pace}",
        ),
        {"size": ("", "small", "big", "huge"), "pace": ("once", "slowly", "fast")},
    ),
    Recipe(
        "gun",
        "weapons",
        _gun,
        ("{gun} shot", "single {gun} shot", "{gun} firing", "shot from a {gun}"),
        {"gun": ("pistol", "rifle", "shotgun", "cannon")},
    ),
    Recipe(
        "squish",
        "impacts",
        _squish,
        ("wet {what} squishing", "{what} squelching", "wet squish of {what}", "{what} splattering"),
        {"what": ("slime", "mud", "flesh", "tentacles", "fruit")},
    ),
)

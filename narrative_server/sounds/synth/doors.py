# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Doors, chests, locks, levers, drawers, chains, creaks and stone that slides."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    clock,
    convolve,
    curve,
    decay,
    delayed,
    length,
    mix,
    modes,
    moments,
    noise,
    scatter,
    sweep,
    swell,
    unit,
    wander,
)
from narrative_server.sounds.synth.materials import SIZES, strike
from narrative_server.sounds.synth.recipe import Recipe, Traits

_MATERIAL = {"wooden": "wood", "iron": "iron", "stone": "stone", "metal": "metal", "glass": "glass", "": "wood"}


def _creak(rng: Rng, seconds: float, size: float, material: str, force: float) -> Samples:
    """Stick-slip of a hinge: a train of pulses at a wandering rate, through the body's modes."""
    n = length(seconds)
    start, end = rng.uniform(60, 180, 2) / size**0.6
    rate = np.linspace(start, end * 1.4, n) * (1 + 0.35 * wander(rng, n, 5)) * (0.7 + 0.6 * force)
    phase = np.cumsum(rate) / 22_050
    pulses = np.diff(np.floor(phase), prepend=0.0) * rng.uniform(0.4, 1.0, n)
    high = {"wood": 1.0, "iron": 1.7, "metal": 1.8, "stone": 0.6, "glass": 1.8}[material]
    freqs = np.asarray([420, 760, 1180, 1900, 2900, 4200]) * high / size**0.5 * rng.uniform(0.9, 1.12, 6)
    body = modes(length(0.05), list(freqs), [0.045] * 6, list(0.9 ** np.arange(6)))
    squeal = convolve(pulses, body)[:n]
    envelope = curve(n, (0, 0), (0.08, 0.8), (0.5, 0.6), (0.85, 1), (1, 0)) * (0.65 + 0.35 * wander(rng, n, 7))
    return unit(squeal * envelope)


def _slam(rng: Rng, material: str, size: float, force: float) -> Samples:
    low = unit(noise(rng, length(0.4), 40 / size, 220 / size**0.5, 12) * decay(length(0.4), 0.25 * size**0.5, 0.002))
    rattle = scatter(length(0.3), rng.uniform(0.02, 0.16, 4), lambda _: 0.25 * strike(rng, "iron", 0.4, force, 0.15))
    return mix(0.8 * low, 0.8 * strike(rng, material, 2.2 * size**0.5, force), rattle)


def _latch(rng: Rng, force: float) -> Samples:
    click = strike(rng, "iron", 0.45, force, 0.12)
    return mix(click, delayed(0.7 * strike(rng, "iron", 0.6, force, 0.1), rng.uniform(0.04, 0.09)))


def _door_creak(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    creak = _creak(rng, rng.uniform(0.7, 1.5), size, _MATERIAL[traits["material"]], force)
    if traits["motion"] == "shut":
        return mix(
            0.8 * creak, delayed(0.9 * _slam(rng, _MATERIAL[traits["material"]], size, force), len(creak) / 22_050)
        )
    return mix(0.35 * _latch(rng, force), delayed(creak, 0.12))


def _door_open(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    swing = noise(rng, length(0.4), 90, 700, 9) * swell(length(0.4), 0.4) * 0.15
    short = _creak(rng, rng.uniform(0.15, 0.35), size, _MATERIAL[traits["material"]], force)
    return mix(_latch(rng, force), delayed(swing, 0.1), delayed(0.45 * short, 0.18))


def _door_close(traits: Traits, force: float, rng: Rng) -> Samples:
    slam = _slam(rng, _MATERIAL[traits["material"]], SIZES[traits["size"]], force)
    return mix(slam, delayed(0.3 * _latch(rng, force), 0.05))


def _slide(traits: Traits, force: float, rng: Rng) -> Samples:
    """Automatic door or vault: hiss of air, motor, stop."""
    seconds = rng.uniform(0.4, 0.9)
    n = length(seconds)
    hiss = noise(rng, n, 2500, 10_000, 12) * curve(n, (0, 1), (0.2, 0.5), (1, 0.2)) * 0.5
    motor = sweep(rng, n, np.asarray([300, 650, 500]), 0.35) * curve(n, (0, 0.3), (0.3, 1), (0.9, 0.9), (1, 0))
    stop = strike(rng, "metal", 2.0, force, 0.4)
    return mix(0.4 * hiss, 0.8 * motor, delayed(0.8 * stop, seconds * 0.97))


def _chest(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    material = _MATERIAL[traits["material"]]
    creak = _creak(rng, rng.uniform(0.4, 0.8), 0.75 * size, material, force)
    bump = strike(rng, material, 1.5 * size, 0.4)
    return mix(0.7 * _latch(rng, force), delayed(0.8 * creak, 0.14), delayed(0.6 * bump, 0.14 + len(creak) / 22_050))


def _lock(traits: Traits, force: float, rng: Rng) -> Samples:
    teeth = scatter(length(0.5), beats(rng, 4, 0.07, 0.4), lambda _: 0.5 * strike(rng, "iron", 0.28, force, 0.08))
    bolt = mix(strike(rng, "iron", 0.9, force, 0.15), delayed(0.6 * strike(rng, "wood", 0.8, force, 0.4), 0.015))
    if traits["what"] == "handle rattling":
        times = beats(rng, 7, 0.1, 0.5)
        return scatter(length(1.1), times, lambda _: rng.uniform(0.4, 1) * strike(rng, "iron", 0.7, force, 0.12))
    return mix(teeth, delayed(bolt, rng.uniform(0.3, 0.42)))


def _keys(traits: Traits, force: float, rng: Rng) -> Samples:
    times = moments(rng, rng.uniform(0.4, 0.9), 22)
    return scatter(
        length(1.4), times, lambda _: rng.uniform(0.2, 1) * strike(rng, "silver", rng.uniform(0.3, 0.6), force, 0.2)
    )


def _lever(traits: Traits, force: float, rng: Rng) -> Samples:
    material = _MATERIAL[traits["material"]]
    ratchet = scatter(length(0.4), beats(rng, 5, 0.055, 0.2), lambda _: 0.4 * strike(rng, "iron", 0.5, force, 0.1))
    clunk = mix(strike(rng, material, 1.8, force, 0.4), 0.7 * strike(rng, "iron", 1.5, force, 0.25))
    return mix(ratchet, delayed(clunk, 0.3))


def _chain(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    seconds = rng.uniform(0.5, 1.3)
    times = moments(rng, seconds, 26 / size)
    return scatter(length(1.9), times, lambda _: rng.uniform(0.15, 1) * strike(rng, "iron", 0.6 * size, force, 0.14))


def _stone_slide(traits: Traits, force: float, rng: Rng) -> Samples:
    seconds = rng.uniform(0.9, 1.6)
    n = length(seconds)
    size = SIZES[traits["size"]]
    grit = np.abs(wander(rng, n, 45)) * curve(n, (0, 0), (0.06, 1), (0.9, 0.8), (1, 0))
    low = unit(noise(rng, n, 60 / size, 400 / size, 9) * grit)
    scrape = unit(noise(rng, n, 500, 3200, 9) * grit * np.abs(wander(rng, n, 20)))
    stop = strike(rng, "stone", 3.0 * size, force)
    return mix(0.9 * low, (0.3 + 0.3 * force) * scrape, delayed(0.9 * stop, seconds * 0.98))


def _wood_creak(traits: Traits, force: float, rng: Rng) -> Samples:
    size = 1.6 if traits["what"] in ("ship", "ship hull", "tree") else 0.9
    return _creak(rng, rng.uniform(0.5, 1.5), size, "wood", force * 0.6)


def _scrape(traits: Traits, force: float, rng: Rng) -> Samples:
    """Dragging something over something: stick-slip noise with the body's colour."""
    n = length(rng.uniform(0.4, 1.2))
    centre = {"wood": 700, "stone": 1500, "metal": 3200, "glass": 4200}[traits["material"]]
    rough = 0.4 + 0.6 * np.abs(wander(rng, n, 60))
    body = sweep(rng, n, centre * (0.8 + 0.5 * rng.random(6)) * (0.8 + 0.4 * force), 0.55)
    ring = sum((np.sin(2 * np.pi * centre * r * clock(n)) for r in (0.7, 1.31, 1.9)), np.zeros(n))
    return body * rough * swell(n, 0.4, 0.5) + 0.05 * ring * rough * swell(n, 0.4) * (traits["material"] == "metal")


_DOOR = {"material": ("wooden", "iron", "", "stone"), "size": ("", "heavy", "old", "small", "huge")}
RECIPES = (
    Recipe(
        "door_creak",
        "doors",
        _door_creak,
        (
            "{size} {material} {thing} creaking {motion}",
            "{size} {thing} creaking {motion}",
            "creak of a {size} {material} {thing}",
            "{material} {thing} hinges creaking",
            "{size} {material} {thing} slowly swinging {motion}",
        ),
        {**_DOOR, "motion": ("open", "shut"), "thing": ("door", "gate")},
    ),
    Recipe(
        "door_open",
        "doors",
        _door_open,
        (
            "{size} {material} door opening",
            "opening a {size} {material} door",
            "{material} door being opened",
            "door opens",
        ),
        _DOOR,
    ),
    Recipe(
        "door_close",
        "doors",
        _door_close,
        (
            "{size} {material} door closing",
            "{size} {material} door slamming shut",
            "{size} door falling shut",
            "{size} {material} door shut hard",
            "slam of a {size} {material} door",
        ),
        _DOOR,
    ),
    Recipe(
        "door_slide",
        "doors",
        _slide,
        (
            "{what} sliding {motion}",
            "{what} hissing {motion}",
            "{what} {motion} with a hiss",
            "{what} sliding {motion} fast",
        ),
        {"what": ("air door", "steel door", "airlock", "metal door", "vault door"), "motion": ("open", "shut")},
    ),
    Recipe(
        "chest_open",
        "doors",
        _chest,
        (
            "{size} {material} chest creaking open",
            "opening a {size} {material} chest",
            "chest lid creaking open",
            "lid of a {size} {material} box opening",
        ),
        {"material": ("wooden", "iron", ""), "size": ("", "old", "small", "heavy")},
    ),
    Recipe(
        "lock",
        "doors",
        _lock,
        ("{what}", "door {what}", "sound of a {what}", "metal {what}"),
        {"what": ("key turning in a lock", "lock clicking open", "handle rattling", "bolt sliding back")},
        calm=True,
    ),
    Recipe(
        "keys",
        "objects",
        _keys,
        ("{what} jingling", "{what} rattling", "ring of {what} shaking", "{what} clinking together"),
        {"what": ("keys", "small keys", "harness bells", "handcuffs")},
    ),
    Recipe(
        "lever",
        "machines",
        _lever,
        (
            "{material} lever pulled",
            "pulling a {material} lever",
            "{material} lever clunking down",
            "heavy switch thrown",
        ),
        {"material": ("wooden", "iron", "", "stone")},
    ),
    Recipe(
        "chain",
        "objects",
        _chain,
        ("{size} chains rattling", "{size} chain rattling", "{size} iron chain dragging", "clanking of {size} chains"),
        {"size": ("", "heavy", "small", "huge")},
    ),
    Recipe(
        "stone_slide",
        "doors",
        _stone_slide,
        (
            "{size} stone grinding on stone",
            "{size} stone door sliding open",
            "{size} stone slab scraping",
            "grinding of a {size} stone",
            "{size} stone block moving",
        ),
        {"size": ("", "heavy", "huge", "small")},
    ),
    Recipe(
        "wood_creak",
        "doors",
        _wood_creak,
        ("{what} wood creaking", "{what} creaking", "old {what} creaking slowly", "groan of {what} timber"),
        {"what": ("ship", "floor", "stairs", "ship hull", "tree", "rope")},
    ),
    Recipe(
        "scrape",
        "objects",
        _scrape,
        (
            "{material} scraping",
            "scraping of {material}",
            "something scratching on {material}",
            "{what} dragged over {material}",
        ),
        {"material": ("wood", "stone", "metal", "glass"), "what": ("chair", "crate", "claws", "knife")},
    ),
)

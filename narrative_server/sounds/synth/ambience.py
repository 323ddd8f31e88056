# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Ambiences: two even seconds of a place, without an attack or an end, so that they can be looped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    band,
    clock,
    decay,
    fm,
    glide,
    harmonics,
    length,
    moments,
    noise,
    reverb,
    saw,
    scatter,
    sweep,
    swell,
    tone,
    unit,
    vowel,
    wander,
)
from narrative_server.sounds.synth.materials import strike
from narrative_server.sounds.synth.recipe import Recipe, Traits

_SECONDS = 2.3  # more than is kept, so that no event's end is missing at the start


def _bed(rng: Rng, low_hz: float, high_hz: float, motion_hz: float = 1.5) -> Samples:
    """Noise whose level breathes slowly: air, far water, a far crowd."""
    n = length(_SECONDS)
    return unit(noise(rng, n, low_hz, high_hz, 9)) * (0.75 + 0.25 * wander(rng, n, motion_hz))


def _events(rng: Rng, rate_hz: float, grain: Callable[[int], Samples]) -> Samples:
    return scatter(length(_SECONDS), moments(rng, _SECONDS, rate_hz), grain)


def _chirp(rng: Rng, low_hz: float, high_hz: float) -> Samples:
    n = length(rng.uniform(0.05, 0.14))
    return tone(glide(n, *rng.uniform(low_hz, high_hz, 2)), n) * swell(n, 0.4) * rng.uniform(0.2, 1)


def _forest(traits: Traits, force: float, rng: Rng) -> Samples:
    air = _bed(rng, 300, 4000)
    if traits["time"] == "at night":
        rate = rng.uniform(14, 22)
        t = clock(len(air))
        crickets = tone(rng.uniform(3900, 4800), len(air)) * np.maximum(np.sin(2 * np.pi * rate * t), 0) ** 3
        return np.asarray(0.25 * air + 0.35 * crickets * (0.6 + 0.4 * wander(rng, len(air), 2)))
    return 0.3 * air + 0.6 * _events(rng, 3 + 5 * force, lambda _: _chirp(rng, 2300, 5600))


def _cave(traits: Traits, force: float, rng: Rng) -> Samples:
    rumble = _bed(rng, 40, 220)

    def drop(_: int) -> Samples:
        n = length(0.09)
        return fm(glide(n, rng.uniform(500, 800), rng.uniform(900, 1700)), n, 1.0, 0.3) * decay(n, 0.08)

    drops = reverb(rng, _events(rng, 1.5 + 1.5 * force, drop), 1.6, 4000, 0.45)[: len(rumble)]
    out = 0.45 * rumble + 0.7 * unit(drops)
    if traits["place_kind"] == "dungeon":
        chains = _events(rng, 1.0, lambda _: 0.4 * rng.uniform(0.3, 1) * strike(rng, "iron", 0.5, 0.3, 0.4))
        out = out + band(chains, 200, 3500, 9)
    return out


def _town(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(_SECONDS)
    murmur = np.zeros(n)
    for _ in range(6):
        pitch = rng.uniform(100, 240) * (1 + 0.1 * wander(rng, n, 4))
        talk = np.abs(wander(rng, n, 6))
        murmur += (
            vowel(saw(pitch, n) + 0.4 * rng.standard_normal(n), [(0, (480, 900, 2500)), (1, (650, 1400, 2500))]) * talk
        )
    clinks = {"tavern": ("glass", 3.0), "market": ("clay", 2.0), "street": ("wood", 1.5)}[traits["place_kind"]]
    knocks = _events(rng, clinks[1], lambda _: rng.uniform(0.1, 0.5) * strike(rng, clinks[0], 0.8, 0.3))
    return 0.7 * unit(band(murmur, 150, 3000, 9)) + 0.35 * knocks + 0.1 * _bed(rng, 100, 1500)


def _sea(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(_SECONDS)
    wave = sweep(rng, n, np.asarray([500, 1100, 700, 900]) * (0.8 + 0.4 * force), 1.2)
    return wave * (0.7 + 0.3 * wander(rng, n, 1.2)) + 0.25 * _bed(rng, 60, 300)


def _ship(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(_SECONDS)
    base = {"spaceship": 58.0, "laboratory": 100.0, "factory": 37.0}[traits["place_kind"]] * rng.uniform(0.92, 1.08)
    hum = harmonics(base * (1 + 0.003 * wander(rng, n, 2)), n, [1, 0.6, 0.35, 0.3, 0.12, 0.1, 0.05])
    out = unit(hum) + 0.3 * _bed(rng, 200, 2500)
    if traits["place_kind"] == "laboratory":
        out = out + 0.35 * _events(rng, 2, lambda _: tone(rng.uniform(700, 2200), length(0.06)) * swell(length(0.06)))
    if traits["place_kind"] == "factory":
        out = out + 0.6 * _events(rng, 4, lambda _: rng.uniform(0.3, 1) * strike(rng, "iron", 1.2, force, 0.3))
    return out


def _eerie(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(_SECONDS)
    base = rng.uniform(70, 150)
    cluster = sum((tone(base * r * (1 + 0.01 * wander(rng, n, 2)), n) for r in (1, 1.06, 1.41, 2.12)), np.zeros(n))
    whisper = sweep(rng, n, rng.uniform(700, 2800, 7), 0.3) * np.abs(wander(rng, n, 3))
    return 0.5 * unit(cluster) * (0.7 + 0.3 * wander(rng, n, 2)) + (0.3 + 0.4 * force) * whisper


def _swamp(traits: Traits, force: float, rng: Rng) -> Samples:
    def frog(_: int) -> Samples:
        n = length(rng.uniform(0.08, 0.2))
        croak = saw(rng.uniform(70, 140), n) * (0.5 + 0.5 * np.sign(tone(28, n)))
        return vowel(croak, [(0, (500, 1100, 2200)), (1, (650, 1300, 2300))]) * swell(n, 0.3) * rng.uniform(0.2, 1)

    buzz = 0.12 * saw(210 * (1 + 0.05 * wander(rng, length(_SECONDS), 5)), length(_SECONDS))
    return 0.2 * _bed(rng, 150, 1200) + unit(_events(rng, 3 + 3 * force, frog)) * 0.8 + buzz


def _place(kind: str, render: Callable[[Traits, float, Rng], Samples], places: tuple[str, ...]) -> Recipe:
    phrases = (
        "{place_kind} ambience",
        "background sound of a {place_kind}",
        "ambient sound of a {place_kind}",
        "{place_kind} atmosphere, loop",
        "inside a {place_kind}",
    )
    return Recipe(kind, "ambience", render, phrases, {"place_kind": places}, outdoors=True)


RECIPES = (
    Recipe(
        "amb_forest",
        "ambience",
        _forest,
        (
            "forest ambience {time}",
            "{what} {time}",
            "{what} {time}, birds and insects",
            "background of a {what} {time}",
        ),
        {"time": ("by day", "at night", "in the morning"), "what": ("forest", "meadow", "garden", "jungle")},
        outdoors=True,
    ),
    _place("amb_cave", _cave, ("cave", "dungeon", "mine", "crypt")),
    _place("amb_town", _town, ("tavern", "market", "street")),
    _place("amb_sea", _sea, ("beach", "harbour", "coast")),
    _place("amb_machine", _ship, ("spaceship", "laboratory", "factory")),
    _place("amb_eerie", _eerie, ("haunted house", "graveyard", "cursed forest", "nightmare")),
    _place("amb_swamp", _swamp, ("swamp", "marsh", "bog")),
)

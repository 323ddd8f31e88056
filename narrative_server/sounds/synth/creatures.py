# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Monsters, animals, hurt and crowds: source-filter voices with moving formants."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    clock,
    curve,
    decay,
    drive,
    fm,
    glide,
    harmonics,
    length,
    mix,
    moments,
    noise,
    saw,
    scatter,
    sweep,
    swell,
    tone,
    unit,
    vowel,
    wander,
)
from narrative_server.sounds.synth.materials import SIZES
from narrative_server.sounds.synth.recipe import Recipe, Traits

_AH, _OH, _EE, _UH, _EH = (750, 1200, 2600), (480, 900, 2500), (330, 2200, 2900), (600, 1050, 2400), (560, 1750, 2500)


def _voice(rng: Rng, pitch_hz: Samples, rough: float, breath: float) -> Samples:
    """Glottal source: a saw with jitter, growl (subharmonic amplitude modulation) and breath."""
    n = len(pitch_hz)
    jitter = 1 + 0.02 * wander(rng, n, 40) + 0.25 * rough * wander(rng, n, 90)
    source = saw(pitch_hz * jitter, n)
    growl = 1 - 0.7 * rough * (0.5 + 0.5 * tone(pitch_hz * 0.5 * jitter, n))
    return np.asarray(source * growl + breath * rng.standard_normal(n))


def _growl(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    roar = traits["action"] in ("roaring", "screeching")
    n = length(rng.uniform(0.7, 1.7))
    base = {"growling": 75, "roaring": 110, "snarling": 95, "screeching": 520}[traits["action"]] / size**0.9
    bend = curve(n, (0, 0.85), (0.25, 1.15 + 0.3 * force), (1, 0.7)) if roar else 1 + 0.12 * wander(rng, n, 3)
    voice = _voice(rng, base * bend, 0.6 + 0.4 * force, 0.25 + 0.3 * force)
    scale = 1.15 / size**0.5
    path = [
        (0.0, [f * scale for f in _UH]),
        (0.35, [f * scale for f in (_AH if roar else _OH)]),
        (1.0, [f * scale for f in _UH]),
    ]
    envelope = swell(n, 0.3, 0.7) if roar else swell(n, 0.45, 0.5) * (0.7 + 0.3 * wander(rng, n, 9))
    return drive(vowel(voice, path, 160) * envelope, 1.5 + 2.5 * force)


def _hurt(traits: Traits, force: float, rng: Rng) -> Samples:
    size = {"man": 1.2, "woman": 0.75, "child": 0.58, "creature": 1.0}[traits["who"]]
    n = length(rng.uniform(0.2, 0.3) + 0.25 * force)
    pitch = 135 / size * (1 + 0.6 * force) * curve(n, (0, 0.9), (0.2, 1.25), (1, 0.75))
    voice = _voice(rng, pitch, 0.15 + 0.5 * force, 0.15)
    scale = 1 / size**0.35
    path = [(0.0, [f * scale for f in _UH]), (0.3, [f * scale for f in _AH]), (1.0, [f * scale for f in _OH])]
    return vowel(voice, path) * swell(n, 0.15, 0.9)


def _breath(traits: Traits, force: float, rng: Rng) -> Samples:
    snore = traits["what"] == "snoring"
    n = length(rng.uniform(0.9, 1.6))
    air = sweep(rng, n, np.asarray([700, 1100, 800]) * (0.8 + 0.4 * force), 0.7) * swell(n, 0.5, 1.2)
    if not snore:
        return air
    return mix(0.5 * air, vowel(_voice(rng, np.full(n, 48.0), 0.9, 0.2), [(0, _OH), (1, _UH)]) * swell(n, 0.6))


def _cough(traits: Traits, force: float, rng: Rng) -> Samples:
    starts = beats(rng, int(rng.integers(1, 4)), 0.32, 0.2)

    def one(_: int) -> Samples:
        n = length(0.25)
        burst = noise(rng, n, 400, 5000, 6) + 0.8 * saw(glide(n, 190, 120), n)
        return vowel(burst, [(0, _UH), (1, _OH)], 200) * decay(n, 0.25, 0.008)

    return scatter(length(1.4), starts, one)


def _crowd(traits: Traits, force: float, rng: Rng) -> Samples:
    """Many voices at once: formant noise for murmurs, glides for cheers, bursts for claps."""
    seconds = rng.uniform(1.4, 1.95)
    n = length(seconds)
    action = traits["action"]
    if action == "clapping":
        times = moments(rng, seconds, 45 + 60 * force)
        m = length(0.03)

        def clap(_: int) -> Samples:
            return rng.uniform(0.2, 1) * noise(rng, m, rng.uniform(700, 1400), 4500, 9) * decay(m, 0.03)

        return scatter(n, times, clap)
    lift = {"murmuring": 0.0, "cheering": 0.8, "gasping": 0.5, "laughing": 0.3, "booing": 0.1}[action]
    voices = np.zeros(n)
    for _ in range(7):
        pitch = (
            rng.uniform(110, 260) * (1 + lift * curve(n, (0, 0), (0.3, 1), (1, 0.6))) * (1 + 0.12 * wander(rng, n, 4))
        )
        syllables = np.abs(wander(rng, n, 12 if action == "laughing" else 6)) if lift < 0.4 else np.ones(n)
        voices += vowel(_voice(rng, pitch, 0.3, 0.6), [(0, _OH), (0.4, _AH if lift else _EH), (1, _UH)]) * syllables
    return voices * swell(n, 0.4, 0.4)


def _bird(traits: Traits, force: float, rng: Rng) -> Samples:
    who = traits["who"]
    low, high, gap, count = {
        "small bird": (3000, 5200, 0.14, 8),
        "crow": (600, 750, 0.45, 3),
        "gull": (1100, 1500, 0.4, 3),
        "owl": (330, 370, 0.5, 2),
        "cricket": (4300, 4500, 0.07, 20),
        "rat": (3300, 5000, 0.12, 8),
    }[who]
    starts = beats(rng, count, gap * rng.uniform(0.9, 1.3), 0.25)

    def call(_: int) -> Samples:
        n = length(gap * rng.uniform(0.5, 0.85))
        first, last = rng.uniform(low, high, 2)
        if who in ("crow", "gull"):
            bend = curve(n, (0, 0.85), (0.25, 1.1), (1, 0.8))
            return vowel(
                _voice(rng, first * bend, 0.7 if who == "crow" else 0.1, 0.2), [(0, _EH), (1, _AH)], 300
            ) * swell(n, 0.2)
        return tone(glide(n, first, last) * (1 + 0.03 * tone(28, n)), n) * swell(n, 0.3, 0.8) * rng.uniform(0.5, 1)

    return scatter(length(1.95), starts, call)


def _beast(traits: Traits, force: float, rng: Rng) -> Samples:
    who = traits["who"]
    pitch, seconds, gap, count, rough = {
        "dog barking": (330, 0.16, 0.42, 3, 0.45),
        "small dog barking": (620, 0.11, 0.3, 4, 0.3),
        "wolf howling": (430, 1.6, 2.0, 1, 0.02),
        "cat meowing": (560, 0.6, 1.0, 1, 0.05),
        "sheep bleating": (330, 0.7, 1.0, 1, 0.15),
        "cow mooing": (130, 1.2, 2.0, 1, 0.1),
        "horse snorting": (90, 0.5, 1.0, 1, 1.0),
        "frog croaking": (150, 0.22, 0.4, 4, 0.9),
        "pig grunting": (110, 0.18, 0.35, 4, 0.9),
    }[who]
    starts = beats(rng, count, gap, 0.25)
    pitch_hz = pitch * rng.uniform(0.85, 1.15)

    def call(_: int) -> Samples:
        n = length(seconds * rng.uniform(0.85, 1.15))
        shape_ = {
            "wolf howling": ((0, 0.6), (0.25, 1.0), (0.7, 1.05), (1, 0.8)),
            "cat meowing": ((0, 0.8), (0.4, 1.2), (1, 0.85)),
        }
        bend = curve(n, *shape_.get(who, ((0, 0.85), (0.3, 1.1), (1, 0.8))))
        bleat = 1 + (0.12 * tone(9, n) if who == "sheep bleating" else 0.0)
        breath = 2.5 if who == "horse snorting" else 0.12
        voice = _voice(rng, pitch_hz * bend * bleat, rough, breath)
        path = [(0, _EE if who == "cat meowing" else _UH), (0.5, _AH), (1, _OH)]
        return vowel(voice, path, 180) * swell(n, 0.25 if seconds < 0.5 else 0.45, 0.8)

    return scatter(length(1.9), starts, call)


def _flies(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.2, 1.9))
    base = {"flies": 190, "bees": 240, "mosquito": 520, "insects": 300}[traits["who"]]
    out = np.zeros(n)
    for _ in range(1 if traits["who"] == "mosquito" else 3):
        pitch = base * rng.uniform(0.85, 1.2) * (1 + 0.1 * wander(rng, n, 5))
        out += harmonics(pitch, n, [1, 0.8, 0.6, 0.5, 0.3, 0.25, 0.2, 0.1]) * (0.55 + 0.45 * wander(rng, n, 4))
    return out * curve(n, (0, 0.2), (0.1, 1), (0.85, 1), (1, 0))


def _heartbeat(traits: Traits, force: float, rng: Rng) -> Samples:
    gap = {"slow": 0.95, "": 0.75, "fast": 0.46}[traits["pace"]]
    base = np.arange(0, 1.85, gap)
    starts = np.sort(np.concatenate([base, base + 0.24 * gap**0.5]))

    def thump(k: int) -> Samples:
        n = length(0.22)
        body = tone(glide(n, 75, 42), n) * decay(n, 0.2, 0.012)
        return (1.0 if k % 2 == 0 else 0.65) * mix(body, 0.3 * noise(rng, n, 40, 150) * decay(n, 0.1, 0.01))

    return scatter(length(2.0), starts, thump)


def _ghost(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.2, 1.95))
    pitch = rng.uniform(260, 480) * curve(n, (0, 0.8), (0.4, 1.15), (1, 0.65)) * (1 + 0.03 * tone(5.5, n))
    voice = 0.6 * harmonics(pitch, n, [1, 0.5, 0.35, 0.2]) + 0.5 * rng.standard_normal(n)
    return vowel(voice, [(0, _UH), (0.4, _OH), (1, (300, 700, 2300))], 90) * swell(n, 0.5, 1.0)


def _robot(traits: Traits, force: float, rng: Rng) -> Samples:
    """Robot talk: syllables of a gated square voice with metallic modulation."""
    starts = beats(rng, int(rng.integers(3, 8)), 0.16, 0.2)

    def syllable(_: int) -> Samples:
        n = length(rng.uniform(0.07, 0.14))
        pitch = 110 * 2 ** rng.uniform(0, 1.6)
        if traits["what"] == "beeping":
            return tone(pitch * 8, n) * curve(n, (0, 0), (0.05, 1), (0.9, 1), (1, 0))
        voice = fm(np.full(n, pitch), n, 1.5, 3.0) * np.sign(np.sin(2 * np.pi * 47 * clock(n)))
        return vowel(voice, [(0, _AH), (1, (_EE, _OH, _EH)[int(rng.integers(3))])]) * curve(
            n, (0, 0), (0.1, 1), (0.8, 1), (1, 0)
        )

    return unit(scatter(length(1.5), starts, syllable))


RECIPES = (
    Recipe(
        "growl",
        "creatures",
        _growl,
        (
            "{size} {who} {action}",
            "{action} of a {size} {who}",
            "{size} {who} {action} at you",
            "{size} {who} {action} in the dark",
        ),
        {
            "size": ("small", "", "big", "huge"),
            "who": ("monster", "dragon", "wolf", "demon", "bear", "beast"),
            "action": ("growling", "roaring", "snarling", "screeching"),
        },
    ),
    Recipe(
        "hurt",
        "creatures",
        _hurt,
        (
            "{who} crying out in pain",
            "{who} hurt",
            "{who} grunting in pain",
            "pained cry of a {who}",
            "{who} taking damage",
        ),
        {"who": ("man", "woman", "child", "creature")},
    ),
    Recipe(
        "breath",
        "creatures",
        _breath,
        ("{who} {what}", "{who} {what} slowly", "{what} of a {who}", "{who} {what} nearby"),
        {"who": ("man", "woman", "beast"), "what": ("breathing", "snoring", "sighing", "gasping")},
    ),
    Recipe(
        "cough",
        "creatures",
        _cough,
        ("{who} coughing", "cough of a {who}", "{who} coughs", "coughing {who}"),
        {"who": ("man", "child", "old man")},
    ),
    Recipe(
        "crowd",
        "creatures",
        _crowd,
        ("crowd {action}", "{who} {action}", "many {who} {action}", "{who} {action} together"),
        {
            "action": ("murmuring", "cheering", "gasping", "laughing", "booing", "clapping"),
            "who": ("people", "men", "villagers"),
        },
    ),
    Recipe(
        "small_animal",
        "creatures",
        _bird,
        ("{who} calling", "{who} chirping", "call of a {who}", "{who}s crying"),
        {"who": ("small bird", "crow", "gull", "owl", "cricket", "rat")},
        outdoors=True,
    ),
    Recipe(
        "beast",
        "creatures",
        _beast,
        ("{who}", "{who} nearby", "a {who}", "{who} outside"),
        {
            "who": (
                "dog barking",
                "small dog barking",
                "wolf howling",
                "cat meowing",
                "sheep bleating",
                "cow mooing",
                "horse snorting",
                "frog croaking",
                "pig grunting",
            )
        },
        outdoors=True,
    ),
    Recipe(
        "flies",
        "creatures",
        _flies,
        ("{who} buzzing", "buzzing {who}", "swarm of {who} buzzing", "{who} buzzing around"),
        {"who": ("flies", "bees", "mosquito", "insects")},
    ),
    Recipe(
        "heartbeat",
        "creatures",
        _heartbeat,
        ("{pace} heartbeat", "{pace} heart beating", "heart beating {pace}", "{pace} deep heartbeat"),
        {"pace": ("slow", "", "fast")},
    ),
    Recipe(
        "ghost",
        "creatures",
        _ghost,
        ("{who} moaning", "{who} wailing", "moan of a {who}", "{who} crying in the dark"),
        {"who": ("ghost", "spirit", "banshee", "woman")},
    ),
    Recipe(
        "robot",
        "science fiction",
        _robot,
        ("robot {what}", "small robot {what}", "{what} robot", "droid {what}"),
        {"what": ("speaking", "beeping", "chattering")},
    ),
)

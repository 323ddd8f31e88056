# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Voice blips: the short syllables that stand for speech, one colour of voice a character.

A source (vocal folds, breath, a square wave or a robot's buzz) through the formants of one vowel after another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    curve,
    drive,
    length,
    mix,
    noise,
    saw,
    scatter,
    square,
    tone,
    vowel,
    wander,
)
from narrative_server.sounds.synth.recipe import Recipe, Traits

_VOWELS = (
    (750, 1200, 2600),
    (480, 900, 2500),
    (330, 2200, 2900),
    (600, 1050, 2400),
    (560, 1750, 2500),
    (400, 800, 2400),
)


@dataclass(frozen=True)
class VoiceColour:
    """pitch_hz: of the middle; throat: formants are multiplied by it (small bodies above 1); rough, breath: 0..1
    of growl and of noise; source: what vibrates."""

    pitch_hz: float
    throat: float = 1.0
    rough: float = 0.1
    breath: float = 0.05
    source: str = "folds"


_COLOURS = {
    "deep": VoiceColour(85, 0.88),
    "gruff": VoiceColour(105, 0.92, 0.7, 0.2),
    "calm": VoiceColour(140),
    "bright": VoiceColour(230, 1.12),
    "young": VoiceColour(310, 1.28),
    "squeaky": VoiceColour(520, 1.5),
    "old": VoiceColour(170, 1.0, 0.45, 0.35),
    "whispering": VoiceColour(150, 1.05, 0.0, 1.0, "breath"),
    "ghostly": VoiceColour(200, 1.0, 0.0, 0.6, "ghost"),
    "monstrous": VoiceColour(55, 0.72, 0.95, 0.3),
    "robotic": VoiceColour(120, 1.0, 0.0, 0.0, "robot"),
    "8-bit": VoiceColour(330, 1.0, 0.0, 0.0, "square"),
    "fairy": VoiceColour(700, 1.6, 0.0, 0.25),
}


def _source(colour: VoiceColour, pitch_hz: Samples, rng: Rng) -> Samples:
    n = len(pitch_hz)
    if colour.source == "square":
        return square(pitch_hz, n)
    if colour.source == "robot":
        return saw(np.full(n, pitch_hz[0]), n) * (0.6 + 0.4 * np.sign(tone(47, n)))
    air = noise(rng, n, 300, 8000, 9)
    if colour.source == "breath":
        return air
    jitter = 1 + 0.012 * wander(rng, n, 40) + 0.2 * colour.rough * wander(rng, n, 90)
    folds = saw(pitch_hz * jitter, n)
    if colour.source == "ghost":
        folds = folds * 0.5 + 0.5 * saw(pitch_hz * 1.012, n)
    growl = 1 - 0.7 * colour.rough * (0.5 + 0.5 * tone(pitch_hz * 0.5, n))
    return np.asarray(folds * growl + colour.breath * air)


def _syllable(colour: VoiceColour, lift: float, force: float, seconds: float, rng: Rng) -> Samples:
    """One consonant-like onset and a vowel that moves a little; lift bends the pitch up or down."""
    n = length(seconds)
    pitch = colour.pitch_hz * rng.uniform(0.92, 1.1) * curve(n, (0, 1 - 0.06 * lift), (0.4, 1.05), (1, 1 + 0.15 * lift))
    first, last = (_VOWELS[int(rng.integers(len(_VOWELS)))] for _ in range(2))
    path = [(0.0, [f * colour.throat for f in first]), (1.0, [f * colour.throat for f in last])]
    source = _source(colour, np.asarray(pitch), rng)
    if colour.source != "square":
        source = vowel(source, path, 120)
    voiced = source / (np.abs(source).max() + 1e-9) * curve(n, (0, 0), (0.12, 1), (0.6, 0.85), (1, 0))
    if rng.random() < 0.5 and colour.source in ("folds", "breath"):
        m = length(0.02)
        tick = noise(rng, m, 1500, 9000) * curve(m, (0, 0), (0.1, 1), (1, 0)) * 0.12
        voiced = mix(voiced, tick)
    return drive(voiced, 1 + 2 * force * colour.rough)


_LIFT = {"": 0.0, "asking": 1.0, "answering": -0.6}


def _blip(traits: Traits, force: float, rng: Rng) -> Samples:
    colour = _COLOURS[traits["voice"]]
    return _syllable(colour, _LIFT[traits["tone"]], force, rng.uniform(0.07, 0.16), rng)


def _babble(traits: Traits, force: float, rng: Rng) -> Samples:
    colour = _COLOURS[traits["voice"]]
    gap = rng.uniform(0.11, 0.17) * (1.2 - 0.4 * force)
    count = int(rng.integers(3, 1 + int(1.7 / gap)))
    lift = _LIFT[traits["tone"]]

    def syllable(k: int) -> Samples:
        last = k == count - 1
        return rng.uniform(0.75, 1) * _syllable(colour, lift if last else 0.0, force, gap * rng.uniform(0.7, 1.05), rng)

    return scatter(length(1.95), beats(rng, count, gap, 0.15), syllable)


def _sung(traits: Traits, force: float, rng: Rng) -> Samples:
    """A held wordless vowel: humming, singing, moaning."""
    colour = _COLOURS[{"choir": "calm", "woman": "bright", "man": "deep", "spirit": "ghostly"}[traits["who"]]]
    n = length(rng.uniform(0.9, 1.9))
    vibrato = 1 + 0.012 * tone(rng.uniform(4.5, 6), n)
    bend = curve(n, (0, 1.06), (1, 0.9)) if traits["action"] == "moaning" else np.ones(n)
    out = np.zeros(n)
    for ratio in (1, 1.25, 1.5) if traits["who"] == "choir" else (1,):
        out += _source(colour, colour.pitch_hz * ratio * rng.uniform(0.995, 1.005) * bend * vibrato, rng)
    mouth = _VOWELS[5] if traits["action"] == "humming" else _VOWELS[0]
    return vowel(out, [(0, mouth), (1, [f * 0.95 for f in mouth])], 110) * curve(
        n, (0, 0), (0.15, 1), (0.8, 0.9), (1, 0)
    )


_VOICES = {"voice": tuple(_COLOURS), "tone": tuple(_LIFT)}
RECIPES = (
    Recipe(
        "voice_blip",
        "voice blips",
        _blip,
        (
            "{voice} voice blip",
            "one syllable of a {voice} voice, {tone}",
            "short {voice} talking sound",
            "blip of a {voice} character speaking",
            "{voice} text blip",
        ),
        _VOICES,
        calm=True,
    ),
    Recipe(
        "voice_babble",
        "voice blips",
        _babble,
        (
            "{voice} voice babbling, {tone}",
            "a {voice} character talking nonsense",
            "{voice} voice blips in a row",
            "{voice} gibberish speech {tone}",
        ),
        _VOICES,
    ),
    Recipe(
        "voice_sung",
        "voice blips",
        _sung,
        ("{who} {action}", "{action} of a {who}", "{who} {action} without words", "a {who} softly {action}"),
        {"who": ("choir", "woman", "man", "spirit"), "action": ("humming", "singing", "moaning")},
        calm=True,
    ),
)

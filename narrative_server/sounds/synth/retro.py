# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""8-bit effects as a game console's chip makes them: pulse waves, a stepped triangle, shift-register noise.

Noise is a 15-bit linear feedback shift register clocked at a chosen rate (as in the NES APU); levels move in 16 steps.
"""

from __future__ import annotations

import functools

import numpy as np

from narrative_server.sounds.synth.dsp import SAMPLE_RATE_HZ, Rng, Samples, beats, curve, glide, length, saw, scatter
from narrative_server.sounds.synth.recipe import Recipe, Traits

_FRAME_S = 1 / 60


@functools.cache
def _register(short: bool) -> Samples:
    """One period of the shift register's output: 32,767 bits, or 93 for the metallic mode."""
    state, bits = 1, []
    for _ in range(93 if short else 32_767):
        bits.append(1.0 - 2.0 * (state & 1))
        tap = (state ^ (state >> (6 if short else 1))) & 1
        state = (state >> 1) | (tap << 14)
    return np.asarray(bits)


def _chip_noise(rng: Rng, rate_hz: Samples, short: bool = False) -> Samples:
    """Bits of the register, held until the next clock of `rate_hz` (one value a sample)."""
    bits = _register(short)
    at = (np.cumsum(rate_hz) / SAMPLE_RATE_HZ).astype(int) + int(rng.integers(len(bits)))
    return np.asarray(bits[at % len(bits)])


def _pulse(freq_hz: Samples, duty: float) -> Samples:
    n = len(freq_hz)
    return np.asarray(0.5 * (saw(freq_hz, n) - saw(freq_hz, n, duty)))


def _stepped(x: Samples) -> Samples:
    """Pitches and levels change once a frame, as a console's program sets them."""
    frame = length(_FRAME_S)
    return np.repeat(x[::frame], frame)[: len(x)]


def _level(n: int, *points: tuple[float, float]) -> Samples:
    return np.asarray(np.round(_stepped(curve(n, *points)) * 15) / 15)


def _explosion(traits: Traits, force: float, rng: Rng) -> Samples:
    size = {"small": 0.6, "": 1.0, "big": 1.6}[traits["size"]]
    n = length(min(0.45 * size + 0.3 * force, 1.6))
    rate = _stepped(glide(n, 9000 / size, 500 / size))
    return _chip_noise(rng, rate) * _level(n, (0, 1), (0.3, 0.7), (1, 0))


def _hit(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(0.12 + 0.1 * force)
    crash = _chip_noise(rng, _stepped(glide(n, 7000, 1800))) * _level(n, (0, 1), (1, 0))
    body = _pulse(_stepped(glide(n, 320, 70)), 0.5) * _level(n, (0, 1), (0.7, 0))
    return 0.7 * crash + 0.6 * body if traits["what"] == "enemy" else 0.3 * crash + 0.8 * body


def _laser(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.12, 0.3))
    top = rng.uniform(1200, 2600) * (0.7 + 0.5 * force)
    return _pulse(_stepped(glide(n, top, rng.uniform(120, 350))), rng.choice([0.125, 0.25, 0.5])) * _level(
        n, (0, 1), (1, 0.1)
    )


def _power_up(traits: Traits, force: float, rng: Rng) -> Samples:
    up = traits["way"] == "up"
    steps = np.asarray([0, 4, 7, 12, 16, 19, 24])[: int(rng.integers(4, 8))]
    gap, base = rng.uniform(0.05, 0.1), rng.uniform(220, 420)

    def note(k: int) -> Samples:
        n = length(gap)
        freq = base * 2 ** ((steps if up else steps[::-1])[k] / 12)
        return _pulse(np.full(n, freq), 0.25) * _level(n, (0, 1), (1, 0.5))

    return scatter(length(gap * len(steps)), [gap * k for k in range(len(steps))], note)


def _blip(traits: Traits, force: float, rng: Rng) -> Samples:
    middle = {"select": 660, "cursor": 900, "cancel": 440, "confirm": 740, "pause": 520}[traits["what"]]
    first = middle * rng.uniform(0.9, 1.12)
    ratio = {"select": 1.5, "cursor": 1.0, "cancel": 0.67, "confirm": 2.0, "pause": 0.8}[traits["what"]]
    duty = float(rng.choice([0.25, 0.5]))

    def note(k: int) -> Samples:
        n = length(0.05 + 0.03 * k)
        return _pulse(np.full(n, first * ratio**k), duty) * _level(n, (0, 1), (1, 0.1))

    count = 1 if traits["what"] == "cursor" else 2
    return scatter(length(0.3), [0.055 * k for k in range(count)], note)


def _warning(traits: Traits, force: float, rng: Rng) -> Samples:
    pitch, gap = rng.uniform(500, 1100), 0.24 - 0.1 * force

    def beep(k: int) -> Samples:
        n = length(gap * 0.5)
        return _pulse(np.full(n, pitch * (1 if k % 2 == 0 else 0.75)), 0.5) * _level(n, (0, 1), (1, 0.6))

    return scatter(length(1.4), beats(rng, int(1.3 / gap), gap, 0.0), beep)


def _engine(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.7, 1.6))
    base = {"car": 55, "spaceship": 110, "tank": 38}[traits["what"]]
    pitch = _stepped(glide(n, base, base * (1 + force)))
    return 0.7 * _pulse(pitch, 0.25) + 0.35 * _chip_noise(rng, pitch * 30, short=True) * _level(n, (0, 0.8), (1, 0.8))


RECIPES = (
    Recipe(
        "retro_explosion",
        "retro",
        _explosion,
        ("{size} 8-bit explosion", "{size} retro explosion", "{size} arcade game explosion", "pixel {size} explosion"),
        {"size": ("small", "", "big")},
    ),
    Recipe(
        "retro_hit",
        "retro",
        _hit,
        ("8-bit {what} hit", "retro {what} hurt", "{what} takes damage, 8-bit", "arcade hit of the {what}"),
        {"what": ("enemy", "player", "hero")},
    ),
    Recipe(
        "retro_laser",
        "retro",
        _laser,
        ("8-bit {what}", "retro {what} shot", "arcade {what} pew", "{what} fired, chiptune"),
        {"what": ("laser", "gun", "blaster")},
    ),
    Recipe(
        "retro_power",
        "retro",
        _power_up,
        ("8-bit power {way}", "retro power-{way} arpeggio", "chiptune power {way}", "arcade notes going {way}"),
        {"way": ("up", "down")},
        calm=True,
    ),
    Recipe(
        "retro_blip",
        "retro",
        _blip,
        ("8-bit menu {what}", "retro {what} blip", "chiptune {what} sound", "arcade menu {what}"),
        {"what": ("select", "cursor", "cancel", "confirm", "pause")},
        calm=True,
    ),
    Recipe(
        "retro_warning",
        "retro",
        _warning,
        ("8-bit {what} warning", "retro {what} beeping", "chiptune alarm, {what}", "arcade {what} alert"),
        {"what": ("low health", "time running out", "danger")},
    ),
    Recipe(
        "retro_engine",
        "retro",
        _engine,
        ("8-bit {what} engine", "retro {what} driving", "chiptune {what} motor", "arcade {what} engine"),
        {"what": ("car", "spaceship", "tank")},
    ),
)

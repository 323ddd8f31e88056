# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Magic, science fiction, interface, machines, bells and instruments."""

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
    reverb,
    saw,
    scatter,
    square,
    sweep,
    swell,
    tone,
    unit,
    wander,
)
from narrative_server.sounds.synth.materials import SIZES, strike
from narrative_server.sounds.synth.recipe import Recipe, Traits

_ELEMENT = {"fire": (300, 900, 0.8), "ice": (3000, 6500, 0.3), "dark": (120, 320, 0.5), "light": (1500, 4200, 0.25)}
_ELEMENT |= {"lightning": (1200, 5200, 1.0), "": (600, 2400, 0.4)}


def _sparkle(rng: Rng, seconds: float, low_hz: float, high_hz: float, rate_hz: float) -> Samples:
    scale = 2 ** (np.asarray([0, 2, 4, 7, 9, 12, 14, 16]) / 12)

    def ping(k: int) -> Samples:
        freq = np.clip(low_hz * scale[int(rng.integers(8))] * rng.choice([1, 2]), low_hz, high_hz)
        n = length(0.25)
        return fm(np.full(n, freq), n, 2.76, 0.7 * decay(n, 0.1)) * decay(n, 0.22) * rng.uniform(0.3, 1)

    return scatter(length(seconds + 0.25), beats(rng, int(seconds * rate_hz), 1 / rate_hz, 0.6), ping)


def _magic(traits: Traits, force: float, rng: Rng) -> Samples:
    low, high, rough = _ELEMENT[traits["element"]]
    seconds = rng.uniform(0.7, 1.3)
    n = length(seconds)
    rise = sweep(rng, n, glide(24, low, high) * (0.7 + 0.5 * force), 0.5) * swell(n, 0.55, 1.2)
    hum = fm(glide(n, low / 3, low / 2), n, 1.5, 2 + 4 * rough) * swell(n, 0.5) * 0.35
    grit = 1 - rough * 0.6 * np.abs(wander(rng, n, 50))
    glitter = (
        0.5 * _sparkle(rng, seconds * 0.7, max(low * 2, 900), 8000, 14) * (0.3 if traits["element"] == "dark" else 1)
    )
    return reverb(rng, mix((rise + hum) * grit, delayed(glitter, 0.2 * seconds)), 0.7, 7000, 0.25)


def _notes(rng: Rng, steps: tuple[int, ...], base_hz: float, gap_s: float, sound: str) -> Samples:
    def note(k: int) -> Samples:
        freq = base_hz * 2 ** (steps[k] / 12)
        last = k == len(steps) - 1
        n = length(gap_s * 1.2 + (0.45 if last else 0.08))
        if sound == "retro":
            return square(freq, n) * curve(n, (0, 1), (0.6, 0.7), (1, 0)) * 0.6
        if sound == "bell":
            return fm(np.full(n, freq), n, 3.5, 1.5 * decay(n, 0.25)) * decay(n, 0.5 + 0.4 * last)
        return harmonics(freq, n, [1, 0.5, 0.3, 0.2, 0.1]) * swell(n, 0.15, 0.7)

    return scatter(length(1.95), [gap_s * k for k in range(len(steps))], note)


def _jingle(traits: Traits, force: float, rng: Rng) -> Samples:
    what = traits["what"]
    steps = {
        "level up": (0, 4, 7, 12, 16),
        "quest complete": (0, 0, 7, 12),
        "victory": (0, 0, 0, 4, 7, 12),
        "game over": (7, 5, 3, 0),
        "secret found": (0, 3, 6, 9, 12),
    }[what]
    base = 440 * 2 ** (rng.integers(-5, 6) / 12)
    return _notes(rng, steps, float(base), rng.uniform(0.09, 0.16), traits["sound"])


def _heal(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.9, 1.4))
    base = 330 * 2 ** (rng.integers(-3, 5) / 12)
    pad = sum((tone(base * r * (1 + 0.003 * tone(5, n)), n) for r in (1, 1.25, 1.5, 2)), np.zeros(n)) * swell(n, 0.5)
    return reverb(rng, mix(0.3 * pad, 0.6 * _sparkle(rng, 0.9, 1300, 7000, 10)), 0.9, 8000, 0.3)


def _pickup(traits: Traits, force: float, rng: Rng) -> Samples:
    base = {"coin": 990, "item": 620, "gem": 1300, "weapon": 500}[traits["what"]] * rng.uniform(0.9, 1.12)
    steps = (0, 5) if traits["what"] == "coin" else (0, 4, 7)
    out = _notes(rng, steps, base, 0.07, traits["sound"])
    return mix(out, 0.4 * strike(rng, "steel", 0.8, 0.5)) if traits["what"] == "weapon" else out


def _teleport(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.6, 1.2))
    up = traits["motion"] == "appearing"
    first, last = (180, 2400) if up else (2400, 180)
    warble = 1 + 0.25 * tone(glide(n, 9, 38), n)
    body = fm(glide(n, first, last) * warble, n, 1.41, 2.5) * swell(n, 0.7 if up else 0.25)
    air = sweep(rng, n, glide(20, first * 2, last * 2), 0.5) * swell(n, 0.7 if up else 0.25)
    return reverb(rng, mix(0.7 * body, 0.6 * air), 0.6, 7000, 0.25)


def _laser(traits: Traits, force: float, rng: Rng) -> Samples:
    size = SIZES[traits["size"]]
    n = length(0.16 + 0.16 * size)
    pitch = glide(n, 2600 * (0.6 + 0.8 * force) / size**0.6, 170 / size**0.6)
    return mix(square(pitch, n) * decay(n, 0.3 * size) * 0.7, fm(pitch, n, 0.5, 2.0) * decay(n, 0.35 * size))


def _jump(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.16, 0.32))
    low = {"small": 380, "": 260, "big": 170}[traits["size"]] * rng.uniform(0.9, 1.1)
    pitch = glide(n, low, low * (2.0 + 1.2 * force))
    wave = square(pitch, n) if traits["sound"] == "retro" else harmonics(pitch, n, [1, 0.3, 0.15])
    return wave * curve(n, (0, 0.6), (0.1, 1), (0.7, 0.8), (1, 0))


def _click(traits: Traits, force: float, rng: Rng) -> Samples:
    what = traits["what"]
    if what in ("menu", "button"):
        n = length(0.05)
        return mix(tone(rng.uniform(900, 2200), n) * decay(n, 0.035), 0.4 * strike(rng, "wood", 0.3, 0.5, 0.3))
    material = {"switch": "tin", "wooden": "wood", "metal": "iron", "pen": "bone", "trigger": "iron"}[what]
    click = strike(rng, material, 0.4, 0.4 + 0.3 * force, 0.12)
    return mix(0.6 * click, delayed(strike(rng, material, 0.45, 0.6, 0.15), rng.uniform(0.03, 0.07)))


def _error(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.14, 0.24))
    pitch = rng.uniform(120, 210)
    buzz = (square(pitch, n) + square(pitch * 1.06, n)) * curve(n, (0, 0), (0.03, 1), (0.92, 1), (1, 0))
    return scatter(length(0.8), beats(rng, 1 if traits["what"] == "buzzer" else 2, 0.22), lambda k: buzz * 0.9**k)


def _beep(traits: Traits, force: float, rng: Rng) -> Samples:
    pitch = {"low": 420, "": 880, "high": 1900}[traits["pitch"]] * rng.uniform(0.9, 1.12)
    n = length(rng.uniform(0.07, 0.16))
    one = tone(pitch, n) * curve(n, (0, 0), (0.06, 1), (0.9, 1), (1, 0))
    return scatter(
        length(1.4),
        beats(rng, {"once": 1, "twice": 2, "again and again": 5}[traits["times"]], 0.24, 0.02),
        lambda _: one,
    )


def _alarm(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.4, 1.95))
    t = clock(n)
    if traits["what"] == "alarm bell":
        return scatter(n, beats(rng, 22, 0.08, 0.04), lambda _: strike(rng, "bronze", 0.45, force, 0.3))
    if traits["what"] == "siren":
        pitch = 800 + 350 * np.sin(2 * np.pi * (0.8 + 0.6 * force) * t - 1.5)
        return harmonics(pitch, n, [1, 0.5, 0.4, 0.2]) * curve(n, (0, 0), (0.03, 1), (0.95, 1), (1, 0))
    rate = 3 + 3 * force
    pitch = np.where((t * rate) % 1 < 0.5, 950.0, 720.0) * rng.uniform(0.85, 1.15)
    return square(pitch, n) * ((t * rate * 2) % 1 < 0.85) * curve(n, (0, 1), (0.95, 1), (1, 0))


def _machine(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(1.3, 1.95))
    fade = curve(n, (0, 0), (0.06, 1), (0.92, 1), (1, 0))
    what = traits["what"]
    if what == "gears grinding":
        clanks = scatter(
            n, beats(rng, 14, 0.13, 0.1), lambda _: rng.uniform(0.4, 1) * strike(rng, "iron", 0.8, force, 0.15)
        )
        return mix(clanks, 0.6 * sweep(rng, n, rng.uniform(500, 900, 8), 0.6) * np.abs(wander(rng, n, 16))) * fade
    if what in ("electric hum", "generator"):
        base = 50 if what == "electric hum" else 64
        return (
            harmonics(base * (1 + 0.004 * wander(rng, n, 3)), n, [0.6, 1, 0.3, 0.7, 0.2, 0.4, 0.1, 0.2, 0.1, 0.2])
            * fade
        )
    rpm = (24 if what == "engine" else 38) * (0.8 + 0.7 * force)
    pitch = rpm * (1 + 0.05 * wander(rng, n, 3))
    thump = saw(pitch, n) * (0.6 + 0.4 * tone(pitch / 2, n))
    whirr = sweep(rng, n, np.asarray([900, 1300, 1200]) * (0.8 + 0.5 * force), 0.3) * 0.25
    return drive(mix(unit(thump), 0.2 * noise(rng, n, 100, 2500, 6) * (0.5 + 0.5 * tone(pitch, n)), whirr), 2.0) * fade


def _clock_tick(traits: Traits, force: float, rng: Rng) -> Samples:
    gap = {"clock": 0.5, "watch": 0.2, "old clock": 0.85}[traits["what"]]
    size = {"clock": 0.5, "watch": 0.2, "old clock": 0.8}[traits["what"]]

    def tick(k: int) -> Samples:
        return (1.0 if k % 2 == 0 else 0.75) * strike(
            rng, "wood" if size > 0.3 else "iron", size * (1 + 0.15 * (k % 2)), 0.5, 0.25
        )

    return scatter(length(1.9), np.arange(0, 1.8, gap), tick)


def _bell(traits: Traits, force: float, rng: Rng) -> Samples:
    size = {"small": 0.42, "shop": 0.34, "ship": 0.75, "church": 2.0, "huge": 2.7, "hand": 0.5}[traits["what"]]
    fast = traits["what"] in ("shop", "hand", "small")
    starts = beats(rng, int(rng.integers(1, 5)) if fast else int(rng.integers(1, 3)), 0.16 if fast else 0.85, 0.12)
    return scatter(length(2.0), starts, lambda _: rng.uniform(0.7, 1) * strike(rng, "bronze", size, 0.3 + 0.6 * force))


def _horn(traits: Traits, force: float, rng: Rng) -> Samples:
    pitch = {"war horn": 150, "ship horn": 92, "train whistle": 620, "trumpet": 440, "whistle": 2100}[traits["what"]]
    n = length(rng.uniform(0.7, 1.7))
    bend = pitch * rng.uniform(0.92, 1.08) * curve(n, (0, 0.93), (0.08, 1), (0.9, 1), (1, 0.96))
    swell_ = curve(n, (0, 0), (0.08, 1), (0.85, 0.9), (1, 0))
    if traits["what"] == "whistle":
        return (tone(bend * (1 + 0.03 * tone(32, n)), n) + 0.1 * rng.standard_normal(n)) * swell_
    if traits["what"] == "train whistle":
        return (
            sum((harmonics(bend * r, n, [1, 0.4, 0.2]) for r in (1, 1.19, 1.5)), np.zeros(n)) * swell_
            + 0.15 * noise(rng, n) * swell_
        )
    bright = 0.55 + 0.3 * force
    return harmonics(bend, n, [bright**k for k in range(18)]) * swell_


def _static(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.4, 1.5))
    if traits["what"] == "electric sparks":
        starts = rng.exponential(0.15, 14)
        m = length(0.03)
        return scatter(n, starts, lambda _: rng.uniform(0.2, 1) * noise(rng, m, 1500, 10_500) * decay(m, 0.03, 0.0003))
    crackle = (rng.random(n) < 0.004) * rng.standard_normal(n) * 6
    return (noise(rng, n, 400, 5000, 9) * (0.5 + 0.5 * np.abs(wander(rng, n, 25))) + crackle) * curve(
        n, (0, 1), (0.95, 1), (1, 0)
    )


def _force_field(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.8, 1.6))
    up = traits["motion"] == "powering up"
    pitch = glide(n, 55, 220) if up else glide(n, 220, 50)
    wobble = 1 + 0.3 * tone(11, n)
    return mix(saw(pitch, n) * wobble * 0.6, 0.5 * fm(pitch * 4, n, 1.007, 1.2)) * curve(n, (0, 0.2), (0.7, 1), (1, 0))


_SOUND = {"sound": ("retro", "bell", "soft")}
RECIPES = (
    Recipe(
        "magic_cast",
        "magic",
        _magic,
        (
            "{element} magic spell cast",
            "casting a {element} spell",
            "wizard casting {element} magic",
            "{element} magic shimmering",
        ),
        {"element": ("fire", "ice", "dark", "light", "lightning", "")},
    ),
    Recipe(
        "heal",
        "magic",
        _heal,
        ("healing {what}", "{what} restoring health", "warm healing {what}", "{what} heals the wounded"),
        {"what": ("magic", "spell", "light", "potion")},
    ),
    Recipe(
        "jingle",
        "retro",
        _jingle,
        ("{what} jingle", "{sound} {what} sound", "{what} melody", "{what}, {sound} notes"),
        {"what": ("level up", "quest complete", "victory", "game over", "secret found"), **_SOUND},
        calm=True,
    ),
    Recipe(
        "pickup",
        "retro",
        _pickup,
        ("{what} picked up", "{sound} {what} pick-up", "picking up a {what}", "{what} collected, short {sound} chime"),
        {"what": ("coin", "item", "gem", "weapon"), **_SOUND},
        calm=True,
    ),
    Recipe(
        "teleport",
        "science fiction",
        _teleport,
        ("teleport, {who} {motion}", "{who} {motion} through a portal", "magical warp, {motion}", "teleporting {who}"),
        {"motion": ("appearing", "vanishing"), "who": ("hero", "wizard", "ghost")},
    ),
    Recipe(
        "laser",
        "science fiction",
        _laser,
        ("{size} laser shot", "{size} {what} firing", "shot of a {size} {what}", "sci-fi {size} {what} zap"),
        {"size": ("small", "", "big", "heavy"), "what": ("laser", "laser gun", "blaster", "plasma gun")},
    ),
    Recipe(
        "jump",
        "retro",
        _jump,
        ("{size} {sound} jump", "{who} jumping", "{size} jump of a {who}", "{sound} jump sound"),
        {"size": ("small", "", "big"), "sound": ("retro", "soft"), "who": ("hero", "player", "frog")},
        calm=True,
    ),
    Recipe(
        "click",
        "interface",
        _click,
        ("{what} click", "{what} clicking", "short {what} click", "click of a {what}"),
        {"what": ("menu", "button", "switch", "wooden", "metal", "pen", "trigger")},
        calm=True,
    ),
    Recipe(
        "error",
        "interface",
        _error,
        ("error {what}", "{what} for a wrong answer", "denied {what}", "low error {what}"),
        {"what": ("buzzer", "sound", "tone")},
        calm=True,
    ),
    Recipe(
        "beep",
        "interface",
        _beep,
        (
            "{pitch} beep {times}",
            "{what} beeping {times}",
            "{pitch} electronic beep {times}",
            "{what} with a {pitch} beep",
        ),
        {
            "pitch": ("low", "", "high"),
            "times": ("once", "twice", "again and again"),
            "what": ("computer", "machine", "terminal"),
        },
        calm=True,
    ),
    Recipe(
        "alarm",
        "machines",
        _alarm,
        ("{what} ringing", "{what}", "{what} sounding", "warning {what}"),
        {"what": ("alarm", "siren", "alarm bell", "klaxon")},
    ),
    Recipe(
        "machine",
        "machines",
        _machine,
        ("{what}", "{what} running", "{what} at work", "heavy {what}"),
        {"what": ("engine", "gears grinding", "electric hum", "generator", "motor")},
    ),
    Recipe(
        "clock_tick",
        "machines",
        _clock_tick,
        ("{what} ticking", "ticking of a {what}", "{what} ticking slowly", "{what} on the wall ticking"),
        {"what": ("clock", "watch", "old clock")},
    ),
    Recipe(
        "bell",
        "machines",
        _bell,
        ("{what} bell ringing", "{what} bell", "ringing of a {what} bell", "{what} bell struck"),
        {"what": ("small", "shop", "ship", "church", "huge", "hand")},
    ),
    Recipe(
        "horn",
        "machines",
        _horn,
        ("{what} blowing", "{what} sounding", "call of a {what}", "long {what}"),
        {"what": ("war horn", "ship horn", "train whistle", "trumpet", "whistle")},
    ),
    Recipe(
        "static",
        "science fiction",
        _static,
        ("{what} crackling", "{what}", "burst of {what}", "{what} buzzing"),
        {"what": ("radio static", "electric sparks", "static")},
    ),
    Recipe(
        "power",
        "science fiction",
        _force_field,
        ("{what} {motion}", "{motion} {what}", "{what} is {motion}", "hum of a {what} {motion}"),
        {"motion": ("powering up", "powering down"), "what": ("energy shield", "reactor", "machine", "force field")},
    ),
)

# ruff: noqa: ARG001 -- every recipe has the one signature (traits, force, rng), whether or not it uses all three
"""Small signals and small deeds: menus, messages, curses and shields, eating, drinking, swimming, climbing."""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import (
    Rng,
    Samples,
    beats,
    curve,
    decay,
    delayed,
    fm,
    glide,
    length,
    mix,
    noise,
    reverb,
    scatter,
    sweep,
    swell,
    tone,
    unit,
    wander,
)
from narrative_server.sounds.synth.materials import strike
from narrative_server.sounds.synth.recipe import Recipe, Traits

_TIMBRES = {"glassy": (3.5, 1.2), "wooden": (2.4, 2.0), "soft": (1.0, 0.25), "bright": (2.0, 1.6)}
_STEPS = {"confirm": (0, 7), "cancel": (7, 0), "open": (0, 4, 7), "close": (7, 4, 0), "hover": (0,), "save": (0, 5, 12)}
_STEPS |= {"message": (12, 7, 12), "warning": (0, 0), "unlock": (0, 7, 12, 16), "discovery": (0, 4, 9, 14)}


def _signal(traits: Traits, force: float, rng: Rng) -> Samples:
    ratio, index = _TIMBRES[traits["timbre"]]
    steps = _STEPS[traits["what"]]
    base, gap = rng.uniform(380, 820), rng.uniform(0.06, 0.11)

    def note(k: int) -> Samples:
        n = length(0.12 + 0.25 * (k == len(steps) - 1))
        freq = np.full(n, base * 2 ** (steps[k] / 12))
        return fm(freq, n, ratio, index * decay(n, 0.15)) * decay(n, 0.14 + 0.2 * (k == len(steps) - 1), 0.003)

    return scatter(length(1.0), [gap * k for k in range(len(steps))], note)


def _ward(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.6, 1.4))
    what = traits["what"]
    if what == "curse":
        growl = fm(glide(n, 140, 55), n, 1.06, 4 + 3 * force) * swell(n, 0.4)
        return reverb(rng, mix(unit(growl), 0.5 * sweep(rng, n, np.asarray([900, 300, 700]), 0.4)), 1.2, 3000, 0.3)
    if what == "summoning":
        rise = sweep(rng, n, glide(16, 120, 1500), 0.5) * curve(n, (0, 0.1), (0.8, 1), (1, 0))
        return mix(rise, delayed(strike(rng, "bronze", 2.4, force, 0.6), 0.75 * n / 22_050))
    if what == "shield":
        ring = fm(np.full(n, rng.uniform(420, 640)), n, 1.41, 2.5 * decay(n, 0.5)) * decay(n, 0.8, 0.01)
        return reverb(rng, mix(unit(ring), 0.4 * strike(rng, "glass", 1.4, force)), 0.7, 7000, 0.25)
    out = sweep(rng, n, glide(16, 4000, 700), 0.5) * decay(n, 0.7) + 0.4 * tone(glide(n, 900, 300), n) * decay(n, 0.5)
    return reverb(rng, out, 0.7, 6000, 0.25)  # a spell that fails or ends


def _meal(traits: Traits, force: float, rng: Rng) -> Samples:
    what = traits["what"]
    if what == "drinking":

        def gulp(_: int) -> Samples:
            n = length(0.12)
            return tone(glide(n, rng.uniform(140, 220), rng.uniform(300, 480)), n) * swell(n, 0.4) * rng.uniform(0.6, 1)

        return scatter(length(1.5), beats(rng, int(rng.integers(2, 5)), 0.3, 0.15), gulp)
    hard = what in ("biting an apple", "crunching bones", "eating bread crust")

    def bite(_: int) -> Samples:
        n = length(rng.uniform(0.06, 0.14))
        crunch = noise(rng, n, 800 if hard else 200, 6500 if hard else 1800) * (rng.random(n) < (0.08 if hard else 0.6))
        return unit(crunch) * decay(n, 0.12) * rng.uniform(0.5, 1)

    return scatter(length(1.6), beats(rng, int(rng.integers(1, 5)), 0.3, 0.3), bite)


def _swim(traits: Traits, force: float, rng: Rng) -> Samples:
    under = traits["where"] == "under water"

    def stroke(_: int) -> Samples:
        n = length(rng.uniform(0.35, 0.55))
        return sweep(rng, n, rng.uniform(200, 700, 6) if under else rng.uniform(700, 3200, 6), 0.7) * swell(n, 0.35)

    def bubble(_: int) -> Samples:
        n = length(0.07)
        return (
            0.4
            * rng.uniform(0.2, 1)
            * tone(glide(n, rng.uniform(250, 700), rng.uniform(700, 1400)), n)
            * decay(n, 0.06)
        )

    strokes = scatter(length(1.9), beats(rng, 3, 0.62 - 0.2 * force, 0.1), stroke)
    return mix(strokes, scatter(length(1.9), rng.uniform(0, 1.7, 18 if under else 6), bubble))


def _climb(traits: Traits, force: float, rng: Rng) -> Samples:
    def grip(_: int) -> Samples:
        n = length(rng.uniform(0.12, 0.25))
        rub = sweep(rng, n, rng.uniform(900, 2600, 4), 0.6) * swell(n, 0.4)
        body = {
            "a ladder": ("wood", 1.1),
            "a rope": ("leather", 1.2),
            "rocks": ("stone", 1.0),
            "a net": ("leather", 0.9),
        }
        return mix(0.5 * rub, 0.7 * strike(rng, *body[traits["what"]], force, 0.5)) * rng.uniform(0.6, 1)

    return scatter(length(1.9), beats(rng, 4, 0.42 - 0.15 * force, 0.2), grip)


def _slide(traits: Traits, force: float, rng: Rng) -> Samples:
    n = length(rng.uniform(0.5, 1.3))
    low, high = {"gravel": (900, 3500), "ice": (1800, 5000), "mud": (250, 900), "a slope": (500, 2200)}[traits["on"]]
    rub = sweep(rng, n, np.linspace(high, low, 9) * rng.uniform(0.8, 1.2, 9), 0.8)
    return rub * (0.6 + 0.4 * np.abs(wander(rng, n, 30))) * swell(n, 0.25, 0.8)


def _rattle(traits: Traits, force: float, rng: Rng) -> Samples:
    body = {"dice": ("bone", 0.5), "bottles": ("glass", 0.9), "armour": ("tin", 1.2), "bones": ("bone", 0.9)}
    body |= {"cutlery": ("silver", 0.6), "pots": ("iron", 1.3), "beads": ("wood", 0.35)}
    count = int(rng.integers(5, 12))
    return scatter(
        length(1.5),
        beats(rng, count, 0.11 - 0.05 * force, 0.6),
        lambda _: rng.uniform(0.2, 1) * strike(rng, *body[traits["what"]], force, 0.6),
    )


RECIPES = (
    Recipe(
        "signal",
        "interface",
        _signal,
        ("{timbre} {what} sound", "interface {what}, {timbre}", "menu {what} chime", "{timbre} tone for {what}"),
        {"what": tuple(_STEPS), "timbre": tuple(_TIMBRES)},
        calm=True,
    ),
    Recipe(
        "ward",
        "magic",
        _ward,
        ("{what} magic", "magic {what}", "wizard's {what}", "{what} spell taking effect"),
        {"what": ("curse", "shield", "summoning", "dispel")},
    ),
    Recipe(
        "meal",
        "creatures",
        _meal,
        ("{what}", "someone {what}", "sound of {what}", "{what} noisily"),
        {"what": ("drinking", "biting an apple", "chewing", "crunching bones", "eating bread crust", "slurping stew")},
    ),
    Recipe(
        "swim",
        "movement",
        _swim,
        ("swimming {where}", "someone swimming {where}", "strokes and bubbles {where}", "diver moving {where}"),
        {"where": ("under water", "in a lake", "in the river")},
        outdoors=True,
    ),
    Recipe(
        "climb",
        "movement",
        _climb,
        ("climbing {what}", "someone climbing {what}", "hands and feet on {what}", "climbing up {what}"),
        {"what": ("a ladder", "a rope", "rocks", "a net")},
    ),
    Recipe(
        "slide",
        "movement",
        _slide,
        ("sliding on {on}", "boots sliding on {on}", "slipping down {on}", "someone skidding on {on}"),
        {"on": ("gravel", "ice", "mud", "a slope")},
    ),
    Recipe(
        "rattle",
        "objects",
        _rattle,
        ("{what} rattling", "rattle of {what}", "{what} clattering together", "shaking {what}"),
        {"what": ("dice", "bottles", "armour", "bones", "cutlery", "pots", "beads")},
    ),
)

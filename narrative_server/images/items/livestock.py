"""Farm animals from the side, looking left: pigs, sheep, cows, horses."""

from __future__ import annotations

from typing import Final

from narrative_server.images.items.animals import eye, legs
from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    BROWN,
    CORE,
    DARK,
    GREY,
    PINK,
    RED,
    WHITE,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import bend
from narrative_server.images.items.words import Said

SNOUT: Final = Material("rosy", "", 20, 0.075, 0.36, 0.84)


def pig(e: Easel, s: Material, d: Choices) -> Said:
    """A pig, perhaps spotted or muddy."""
    e.place(0, d.between(0.95, 1.0))
    spots = d.pick((None, BLACK, BROWN, None))
    spots = None if spots is s else spots
    e.paint(e.stroke([(11, -1), (13, -3), (14, -1), (12.6, 0.4)], 1.4), s, 0.56, 0.3, 1)
    legs(e, s, (-3, 6.4), 6, 11.4, 3.6, True)
    e.paint(e.disc(2.4, 1.4, 10.4, 7.4), s, 0.58, 0.42, 5, edge=True, dither=0.6)
    for x, y, r in ((5, -2, 2.6), (0.4, 2.6, 1.9), (8.4, 3, 1.8)) if spots else ():
        e.paint(e.disc(x, y, r, r * 0.8), spots or s, 0.56, 0.1)
    legs(e, s, (-5.4, 8.6), 6, 11.6, 3.8, False)
    for x in (-9.6, -4.4):
        e.paint(e.polygon([(x - 1, -4), (x + 0.2, -9), (x + 3.0, -4.6)]), s, 0.48, 0.35, 2, edge=True)
    e.paint(e.disc(-7.4, -0.6, 5.4, 5.2), s, 0.64, 0.4, 3.4, edge=True)
    e.paint(e.disc(-11.6, 0.8, 2.7, 2.9), s if s is PINK else SNOUT, 0.72, 0.4, 2, edge=True)
    for y in (0.2, 2.0):
        e.dot(-12.2, y, DARK, 0.2)
    eye(e, -8.6, -2.2)
    return Said("spotted" if spots else "", f"with {spots.word} spots" if spots else "with a curly tail")


def sheep(e: Easel, s: Material, d: Choices) -> Said:
    """A woolly sheep, perhaps horned."""
    e.place(0, d.between(0.95, 1.02))
    face = d.pick((BLACK, Material("pale", "", 70, 0.05, 0.40, 0.88), GREY))
    face = BLACK if s is not BLACK and face is s else face
    horned = d.chance(0.35)
    legs(e, face, (-2.6, 6.0), 6, 11.6, 2.8, True)
    for x, y in ((-4, -4.6), (1.4, -6.4), (7, -4.6), (10, 0.4), (8.0, 5), (2.4, 6.4), (-3.4, 5.6), (-6, 0.6)):
        e.paint(e.disc(x, y, 4.2), s, 0.62 - 0.022 * (x + y), 0.35, 2.6, dither=0.5)
    e.paint(e.disc(2, 0.4, 8.4, 6.4), s, 0.64, 0.0)
    for x, y in ((-1.4, -2.4), (4.4, -3), (8, 1.6), (1.4, 3), (5, 4.4), (-3, 2.4)):
        e.shine(e.stroke(bend((x - 1.8, y), (x, y + 1.6), (x + 1.8, y)), 1.1), -1)
    legs(e, face, (-4.6, 7.8), 8, 12, 2.8, False)
    e.paint(e.disc(-6.0, -4.6, 2.6, 1.7), face, 0.42, 0.3, 1.6, edge=True)
    e.paint(e.disc(-9.4, -1.4, 3.9, 4.9), face, 0.58, 0.42, 3, edge=True)
    e.paint(e.disc(-8.4, -6.0, 3.3, 2.2), s, 0.82, 0.3, 2, edge=True)
    if horned:
        e.paint(e.ring(-4.6, -3.0, 2.3, 2.2), Material("horn", "", 75, 0.06, 0.34, 0.80), 0.62, 0.4, 1.4, edge=True)
    e.dot(-10.4, -2.4, CORE, 0.9)
    e.dot(-10.4, -1.4, DARK, 0.1)
    return Said(
        "woolly",
        "with curled horns"
        if horned
        else "with a " + {"pale": "pale", "grey": "grey"}.get(face.word, "black") + " face",
    )


def cow(e: Easel, s: Material, d: Choices) -> Said:
    """A cow with patches, horns and often a bell."""
    e.place(0, d.between(0.94, 0.99))
    patch = d.pick([one for one in (BLACK, BROWN, WHITE, None) if one is not s])
    bell = d.chance(0.5)
    e.paint(e.stroke(bend((12, -3), (14.4, 0), (13.4, 6)), 1.5, 2.8), s, 0.5, 0.35, 1.2)
    legs(e, s, (-2.6, 7.6), 5, 12.4, 3.0, True)
    body = e.polygon([(-7, -5), (0, -6), (10, -5.6), (12.8, -2), (12, 5.6), (4, 7), (-5, 6.4), (-8, 2)])
    e.paint(body, s, 0.60 - 0.022 * e.y, 0.36, 3.4, edge=True, dither=0.6)
    if patch is not None:
        for x, y, rx, ry in ((-1, -2.6, 4.0, 3.0), (7.6, 1.4, 3.4, 3.2), (3.6, 5.6, 2.4, 1.6)):
            e.paint(e.disc(x, y, rx, ry), patch, 0.56 - 0.022 * e.y, 0.1, within=body + 0.6)
    e.paint(e.disc(6.6, 7.2, 2.3, 1.7), PINK, 0.6, 0.3, 1.6, edge=True)
    legs(e, s, (-5.4, 10.4), 5, 12.6, 3.2, False)
    for x, tip in ((-10.6, (-12.4, -12.4)), (-5.8, (-4.2, -12.4))):
        e.paint(e.stroke(bend((x, -8), (x + (tip[0] - x) * 1.4, -9), tip), 2.2, 1.2), WHITE, 0.72, 0.3, 1.2, edge=True)
    for x in (-12.6, -3.8):
        e.paint(e.disc(x, -6.6, 2.2, 1.3), patch or s, 0.5, 0.35, 1.4, edge=True)
    e.paint(
        e.polygon([(-11, -9), (-5.6, -9), (-4.8, -4), (-6.0, 0.4), (-10.6, 0.4), (-11.8, -4)]),
        s,
        0.62,
        0.36,
        2.4,
        edge=True,
    )
    e.paint(e.box(-11.4, -2.2, -5.2, 2.0, 1.8), PINK, 0.66, 0.35, 2, edge=True)
    for x in (-9.8, -6.8):
        e.dot(x, -0.2, DARK, 0.2)
        e.dot(x, -5.2, DARK, 0.1)
    if bell:
        e.paint(e.disc(-6.4, 4.2, 1.9), YELLOW, 0.7, 0.45, 2, edge=True)
    colour = f"with {patch.word} patches" if patch else "with short horns"
    return Said("spotted" if patch else "", colour + (" and a bell" if bell else ""))


def horse(e: Easel, s: Material, d: Choices) -> Said:
    """A horse standing, saddled or bare."""
    e.place(0, d.between(0.92, 0.97))
    mane = d.pick([one for one in (BLACK, BROWN, WHITE, YELLOW) if one is not s])
    saddle = d.pick((None, RED, BLUE, BROWN))
    saddle = None if saddle is s else saddle
    e.paint(e.stroke(bend((10, -3), (15, -2), (13.4, 8)), 2.8, 3.6), mane, 0.5, 0.4, 1.8)
    legs(e, s, (-2.0, 6.8), 4, 13, 2.7, True)
    body = e.polygon([(-6, -2.4), (1, -3.4), (8, -4.6), (11.4, -1.4), (11, 3.6), (5, 4.4), (-2, 5.6), (-6.4, 3.6)])
    e.paint(body, s, 0.60 - 0.028 * e.y, 0.36, 3, edge=True, dither=0.6)
    legs(e, s, (-4.6, 9.2), 3, 13.2, 2.9, False)
    e.paint(
        e.polygon([(-9.4, -12), (-4.6, -11.6), (0.4, -3), (-1, 3), (-6, 3.4), (-7, -4)]), s, 0.58, 0.34, 2.4, edge=True
    )
    e.paint(body, s, 0.60 - 0.028 * e.y, 0.0, within=e.disc(-0.4, 1.4, 4.4, 3.2))
    for x in (-8.6, -6.0):
        e.paint(e.polygon([(x - 1.2, -11.4), (x + 0.4, -15.4), (x + 1.6, -11)]), s, 0.56, 0.3, 1.5, edge=True)
    e.paint(
        e.polygon([(-9.6, -12.4), (-5, -12), (-5.4, -7.4), (-11.6, -3.0), (-14, -3.8), (-14, -6.4)]),
        s,
        0.62,
        0.36,
        2,
        edge=True,
    )
    e.paint(
        e.polygon([(-6.6, -13.4), (-4, -12.6), (2.2, -4), (0.4, -2.4), (-3.4, -6.8)]), mane, 0.52, 0.35, 2, edge=True
    )
    e.paint(e.disc(-13.0, -4.6, 1.7, 1.5), s, 0.78, 0.2, 1.4)
    e.dot(-13.4, -5.0, DARK, 0.1)
    if saddle is not None:
        e.paint(
            e.polygon([(0.6, -4.8), (3.4, -3.6), (7.4, -5.8), (7.4, -1.6), (5.6, 1.6), (2.4, 1.6), (1, -1.6)]),
            saddle,
            0.58,
            0.4,
            2,
            edge=True,
        )
    e.dot(-9.4, -9.0, DARK, 0.1)
    return Said(
        "saddled" if saddle else "", f"with a {mane.word} mane" + (f" and a {saddle.word} saddle" if saddle else "")
    )

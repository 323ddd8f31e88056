"""Vessels for liquids: buckets, bottles, mugs and jugs."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BRASS,
    BROWN,
    CORE,
    DARK,
    DARK_IRON,
    GOLD,
    IRON,
    ORANGE,
    PAPER,
    RED,
    WATER,
    WHITE,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import arc, bend, mirrored
from narrative_server.images.items.words import Said


def bucket(e: Easel, s: Material, d: Choices) -> Said:
    """A pail with a bail, full or empty."""
    e.place(0, d.between(0.95, 1.05), 0, 1)
    top, low = d.between(8.8, 10), d.between(6.2, 7.4)
    hoop = d.pick((IRON, DARK_IRON, BRASS))
    e.paint(e.stroke(arc(0, -4, top - 0.4, 8.4, 180, 360), 1.7), hoop, 0.65, 0.3, 1.2)
    body = e.polygon([(top, -4.5), (low, 10), *bend((low, 10), (0, 13.4), (-low, 10)), (-top, -4.5)])
    e.paint(body, s, 0.6 - 0.34 * e.x / top, 0.1)
    for stave in (-0.6, -0.2, 0.2, 0.6):
        e.line([(stave * top, -4), (stave * low, 12)], s, 0.2, 0.9, within=body)
    for y in (0.4, 7.4):
        span = low + (top - low) * (10 - y) / 14.5
        e.paint(
            e.stroke(bend((-span, y), (0, y + 3), (span, y)), 2.0),
            hoop,
            0.66 - 0.3 * e.x / top,
            0.2,
            1.2,
            edge=True,
            within=body,
        )
    e.paint(e.disc(0, -4.6, top, 3.2), s, 0.78, 0.2, 1.4)
    filling = d.pick(("water", "milk", "", "lava"))
    inside = {"water": WATER, "milk": WHITE, "": DARK, "lava": ORANGE}[filling]
    e.paint(e.disc(0, -4.4, top - 1.6, 2.1), inside, 0.7 if filling else 0.3, -0.3, 2)
    return Said("" if filling else "empty", f"full of {filling}" if filling else f"with {hoop.word} hoops")


def bottle(e: Easel, s: Material, d: Choices) -> Said:
    """A tall corked bottle, with a label or without."""
    e.place(d.pick((0, 0, 0, 28)), d.between(0.95, 1.03))
    wide, shoulder = d.between(4.8, 6.6), d.between(-3.5, -0.5)
    e.paint(e.box(-1.6, -14, 1.6, -10), BROWN, 0.7, 0.3, 1.5)
    half = [
        (2.2, -11),
        (2.2, shoulder - 4),
        *bend((2.2, shoulder - 4), (wide, shoulder - 2.6), (wide, shoulder + 1.6), 5),
        (wide, 11.6),
        (wide - 1.6, 13),
    ]
    e.paint(e.polygon(mirrored(half)), s, 0.46 - 0.18 * e.x / wide, 0.3, 2.2, dither=0.8)
    e.paint(e.box(-2.8, -11.6, 2.8, -9.8, 0.4), s, 0.7, 0.2, 1.4)
    label = d.pick(("paper label", "skull label", "", ""))
    if label:
        e.paint(e.box(-wide - 0.2, 2.6, wide + 0.2, 9.4), PAPER, 0.85 - 0.2 * e.x / wide, 0.0, edge=True)
        if label.startswith("skull"):
            e.flat(e.disc(0, 5.4, 1.9, 1.7), DARK, 0.2)
            e.flat(e.box(-1, 6.4, 1, 8.0), DARK, 0.2)
        else:
            for y in (4.6, 6.8):
                e.line([(-wide * 0.55, y), (wide * 0.5, y)], RED, 0.3, 0.9)
    e.shine(e.stroke([(-wide * 0.55, shoulder + 1), (-wide * 0.55, 11)], 1.5), 2)
    e.dot(-1, -8, CORE)
    return Said("", f"with a {label}" if label else "with a cork")


def mug(e: Easel, s: Material, d: Choices) -> Said:
    """A tankard with a handle, foaming, steaming or empty."""
    e.place(0, d.between(0.96, 1.06), -1, 1)
    wide, low = d.between(7.4, 8.6), d.between(7.2, 8.6)
    hoop = d.pick((IRON, GOLD, BRASS))
    e.paint(abs(e.box(3, -5, 12.4, 7.5, 4)) - 1.35 * e.scale, s, 0.55, 0.4, 1.4)
    body = e.polygon([(wide, -8), (low, 10), *bend((low, 10), (0, 13), (-low, 10)), (-wide, -8)])
    e.paint(body, s, 0.62 - 0.36 * e.x / wide, 0.1, edge=True)
    if s.of and "wood" in s.of:
        for stave in (-0.55, -0.05, 0.45):
            e.line([(stave * wide, -7), (stave * low, 12)], s, 0.2, 0.9, within=body)
    for y in (-3.6, 7.2):
        e.paint(
            e.stroke(bend((-wide, y), (0, y + 2.8), (wide, y)), 2.0),
            hoop,
            0.68 - 0.3 * e.x / wide,
            0.2,
            1.2,
            edge=True,
            within=body,
        )
    e.paint(e.disc(0, -8.2, wide, 2.7), s, 0.8, 0.2, 1.4)
    drink = d.pick(("beer", "beer", "tea", ""))
    if drink == "beer":
        e.paint(e.disc(0, -8.2, wide - 1.4, 1.9), YELLOW, 0.5, 0.0)
        for x, y, r in ((-5, -9, 3), (0, -10.4, 3.6), (4.8, -9, 3), (-4.6, -6, 1.8), (3.4, -5.4, 2.0)):
            e.paint(e.disc(x, y, r), WHITE, 0.86, 0.3, 2.5)
        return Said("foaming", "full of beer")
    e.paint(e.disc(0, -8.0, wide - 1.5, 1.7), BROWN if drink else DARK, 0.3, 0.0)
    return Said("" if drink else "empty", "full of tea" if drink else f"with {hoop.word} hoops")


def jug(e: Easel, s: Material, d: Choices) -> Said:
    """A bellied clay jug with a handle, banded or plain."""
    e.place(0, d.between(0.95, 1.03))
    wide = d.between(8.2, 9.6)
    band = d.pick((None, WHITE, BLUE, GOLD))
    e.paint(e.ring(6.4, -4.5, 4.4, 2.4, 5.4), s, 0.5, 0.4, 1.4)
    half = [(4.6, -12.5), (3.6, -9), (4, -7), *bend((4, -7), (wide * 1.25, 0), (wide * 0.55, 12.5), 7)]
    body = e.polygon(mirrored(half))
    e.paint(body, s, 0.58 - 0.3 * e.x / wide, 0.2, 3, edge=True, dither=0.8)
    e.paint(e.disc(0, -12.2, 4.8, 1.7), s, 0.8, 0.1)
    e.flat(e.disc(0, -12.1, 3.2, 1.0), DARK, 0.2)
    if band is not None:
        for y in (-2.5, 2.5):
            e.paint(e.stroke(bend((-10, y), (0, y + 3), (10, y)), 1.6), band, 0.65 - 0.3 * e.x / wide, 0.0, within=body)
    e.shine(e.stroke([(-wide * 0.5, -2.5), (-wide * 0.55, 2)], 1.7), 2)
    return Said("", f"with {band.word} bands" if band else "with a handle")

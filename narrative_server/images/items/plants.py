"""Flowers: roses, sunflowers, tulips, daisies, and plants in pots."""

from __future__ import annotations

import math

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BROWN,
    DARK,
    GOLD,
    GREEN,
    LEAF,
    ORANGE,
    PINK,
    RED,
    WHITE,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import bend, mirrored
from narrative_server.images.items.words import Said


def _stem(e: Easel, top: float, low: float, sway: float, leaves: int, big: float = 1.0) -> None:
    e.paint(e.stroke(bend((0, top), (sway, (top + low) / 2), (0, low)), 2.1), LEAF, 0.5, 0.35, 1.2)
    for number in range(leaves):
        side = -1 if number % 2 else 1
        y = low - 3.0 - 2.8 * number
        leaf = [
            (sway * 0.5, y),
            *bend((side * 2, y - 3.4 * big), (side * 5.5 * big, y - 4.6 * big), (side * 8.4 * big, y - 3.4 * big), 5),
            *bend((side * 8 * big, y - 2.4 * big), (side * 5 * big, y + 0.6), (sway * 0.5, y + 0.6), 5),
        ]
        e.paint(e.polygon(leaf), LEAF, 0.6 - 0.1 * side, 0.35, 2, edge=True)


def rose(e: Easel, s: Material, d: Choices) -> Said:
    """A rose on its thorny stem, in bud or open."""
    bud = d.chance(0.3)
    e.place(d.pick((0, 16, -16)), d.between(0.93, 1.0))
    _stem(e, -6, 15, d.between(-2.4, 2.4), d.pick((2, 3)))
    for side in (-1, 1):
        e.dot(side * 1.8, 2.4 + side, LEAF, 0.8)
    if bud:
        e.paint(
            e.polygon(mirrored([(0.1, -14.6), (4.2, -10), (4.6, -5.6), (2, -2.4)])),
            s,
            0.58 - 0.04 * e.x,
            0.4,
            3,
            edge=True,
        )
        e.line(bend((-0.6, -13), (3.4, -9), (-1.6, -4)), s, 0.12, 1.1)
        e.paint(
            e.polygon([(-4.6, -6), (-2, -4.6), (0, -6.6), (2, -4.6), (4.6, -6), (2.4, -1.6), (-2.4, -1.6)]),
            LEAF,
            0.5,
            0.3,
            2,
            edge=True,
        )
        return Said("", "in bud")
    for x, y, r, shade in (
        (-4.4, -6.6, 4.2, 0.52),
        (4.4, -6.6, 4.2, 0.40),
        (0, -4.4, 4.2, 0.44),
        (-2.6, -11, 4.0, 0.66),
        (3.0, -10.8, 4.0, 0.52),
    ):
        e.paint(e.disc(x, y, r, r * 0.9), s, shade, 0.42, 2.4, edge=True)
    e.paint(e.disc(0.2, -8.4, 3.6, 3.3), s, 0.62, 0.4, 2, edge=True)
    e.line(bend((-1.8, -9.6), (1.6, -11), (1.9, -7.8)), s, 0.1, 1.0)
    e.line(bend((1.6, -7.0), (-1.8, -6.2), (-0.8, -8.8)), s, 0.1, 1.0)
    return Said("", "in full bloom")


def sunflower(e: Easel, s: Material, d: Choices) -> Said:
    """A sunflower with two rows of petals."""
    count, seeds = d.pick((9, 11, 12)), d.pick((BROWN, DARK))
    e.place(0, d.between(0.92, 0.98))
    _stem(e, -4, 14, d.between(-2, 2), d.pick((2, 3)), 1.1)
    for ring, shade in ((0.5, 0.42), (0.0, 0.66)):
        for number in range(count):
            angle = math.radians((number + ring) * 360 / count)
            x, y = math.cos(angle), math.sin(angle)
            light = shade - 0.10 * (x + y)
            e.paint(e.stroke([(x * 3, y * 3 - 6), (x * 8.2, y * 8.2 - 6)], 3.6, 1.6), s, light, 0.25, 1.6, edge=True)
    e.paint(e.disc(0, -6, 4.7), seeds, 0.5 if seeds is BROWN else 0.9, 0.35, 3, edge=True, dither=2.0)
    return Said("", "with a dark middle" if seeds is DARK else "with a brown middle")


def tulip(e: Easel, s: Material, d: Choices) -> Said:
    """A tulip, or three of them together."""
    three = d.chance(0.35)
    stems = [(0.0, 0.0, 0.96, d.between(-13, 13))]
    if three:
        stems = [
            (-7, 2.6, 0.78, d.between(-18, -10)),
            (7, 2.6, 0.78, d.between(10, 18)),
            (0, 0, 0.95, d.between(-5, 5)),
        ]
    for x, y, size, lean in stems:
        e.place(lean, size, x, y)
        e.paint(e.stroke([(0, -4), (0, 15)], 2.2), LEAF, 0.5, 0.35, 1.3, edge=True)
        if x == 0:
            _tulip_leaves(e, d)
        _tulip_cup(e, s, d.between(-1.4, 2.2), d.between(-14.6, -12.6))
    return Said("", "in a bunch of three" if three else "with two broad leaves")


def _tulip_leaves(e: Easel, d: Choices) -> None:
    for side in (-1, 1):
        wide, top = side * d.between(6.4, 9.4), d.between(-1.5, 2.5)
        edges = bend((side, 10), (side * 4, top + 1.5), (wide, top), 6), bend((wide, 4), (side * 6, 12), (0, 15), 6)
        e.paint(e.polygon([(0, 14), *edges[0], *edges[1]]), LEAF, 0.58 - 0.08 * side, 0.35, 2.4, edge=True)


def _tulip_cup(e: Easel, s: Material, spread: float, top: float) -> None:
    """Two outer petals, `spread` px further apart than a closed cup's, and one before them."""
    for side in (-1, 1):
        petal = bend((side * 3, -2.4), (side * 8.4, -5), (side * (5.4 + spread), top), 7)
        e.paint(e.polygon([(side * 0.5, -2), *petal, (side * 2.5, -9.6)]), s, 0.52 - 0.1 * side, 0.4, 2.6, edge=True)
    front = [*bend((-4.4, -6), (-3, -0.4), (0, -1.4), 5), *bend((0, -1.4), (3, -0.4), (4.4, -6), 5), (0, top)]
    e.paint(e.polygon(front), s, 0.62 - 0.03 * e.x, 0.4, 2.4, edge=True)


def daisy(e: Easel, s: Material, d: Choices) -> Said:
    """A flower of long round petals round a bright middle."""
    count, middle = (
        d.pick((6, 8, 8, 5)),
        d.pick([colour for colour in (YELLOW, ORANGE, RED, WHITE, PINK) if colour is not s]),
    )
    e.place(0, d.between(0.95, 1.0))
    _stem(e, -4, 15, d.between(-2.4, 2.4), d.pick((1, 2, 3)))
    reach = d.between(5.6, 6.4)
    for number in range(count):
        angle = math.radians((number + 0.5) * 360 / count - 90)
        x, y = math.cos(angle), math.sin(angle)
        e.paint(
            e.stroke([(x * 3.4, y * 3.4 - 6), (x * reach, y * reach - 6)], 3.0, 18.0 / count + 1.8),
            s,
            0.64 - 0.1 * (x + y),
            0.3,
            2,
            edge=True,
        )
    e.paint(e.disc(0, -6, 3.3), middle, 0.66, 0.45, 2.4, edge=True)
    return Said("", f"with a {middle.word} middle")


def potted_plant(e: Easel, s: Material, d: Choices) -> Said:
    """A plant in a pot: a cactus, a leafy bush or one in flower."""
    kind = d.pick(("cactus", "bush", "flowers"))
    e.place(0, d.between(0.95, 1.02), 0, 1)
    if kind == "cactus":
        e.paint(e.stroke([(0, 3), (0, -11)], 7.4), GREEN, 0.5, 0.42, 3.5)
        for side, y in ((-1, -3.5), (1, -1.0)):
            e.paint(
                e.stroke([(side * 3, y), (side * 7.6, y), (side * 7.6, y - 5)], 3.9), GREEN, 0.5, 0.42, 2, edge=True
            )
        for x, y in ((-1.4, -9), (1.2, -6), (-1.4, -3), (1.4, 0), (-7.6, -7), (7.6, -4.4)):
            e.dot(x, y, WHITE, 0.95)
        e.paint(e.disc(0.4, -14, 2.2), d.pick((PINK, RED, YELLOW)), 0.6, 0.4, 2, edge=True)
    else:
        for x, y in ((-7, -2), (7, -2), (-5, -7.4), (5, -7.4), (0, -10.4), (0, -3)):
            e.paint(e.disc(x, y, 4.6, 4.0), LEAF, 0.52, 0.42, 3, edge=True, dither=1.2)
        if kind == "flowers":
            bloom = d.pick((RED, PINK, YELLOW, WHITE, BLUE))
            for x, y in ((-6.4, -3.6), (5.6, -1.4), (-3.4, -9.0), (4.4, -9.6), (0.4, -5)):
                e.paint(e.disc(x, y, 2.2), bloom, 0.64, 0.45, 2, edge=True)
                e.dot(x, y, GOLD if bloom is not YELLOW else RED, 0.9)
    e.paint(e.polygon([(-7, 4), (7, 4), (5, 13), (-5, 13)]), s, 0.56 - 0.045 * e.x, 0.3, 2, edge=True)
    e.paint(e.box(-8.2, 1.6, 8.2, 5, 0.6), s, 0.66 - 0.03 * e.x, 0.3, 1.5, edge=True)
    return Said("", {"cactus": "with a cactus", "bush": "with a leafy bush", "flowers": "with blooming flowers"}[kind])

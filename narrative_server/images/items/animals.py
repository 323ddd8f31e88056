"""Plain animals from the side, looking left: chickens, ducks, rabbits, cats, dogs."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    BROWN,
    CORE,
    DARK,
    GREEN,
    ORANGE,
    PINK,
    RED,
    WHITE,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import Point, bend
from narrative_server.images.items.words import Said


def eye(e: Easel, x: float, y: float) -> None:
    """A dark pixel with a light one on it."""
    e.dot(x, y, DARK, 0.1)
    e.dot(x - 0.4, y - 1, CORE, 0.9)


def legs(e: Easel, s: Material, spots: tuple[float, ...], top: float, low: float, width: float, far: bool) -> None:
    """Legs with hooves or paws; those on the far side are darker and without an edge."""
    for x in spots:
        e.paint(e.stroke([(x, top), (x, low)], width, width * 0.8), s, 0.34 if far else 0.54, 0.35, 1.5, edge=not far)
        e.flat(e.box(x - width * 0.45, low - 0.6, x + width * 0.42, low + 0.9), DARK, 0.5)


def chicken(e: Easel, s: Material, d: Choices) -> Said:
    """A hen or a cock."""
    e.place(0, d.between(0.95, 1.02))
    cock = d.chance(0.4)
    tail = d.pick((s, BLACK, GREEN, BROWN)) if cock else s
    for number in range(4 if cock else 3):
        y = -8.5 + 3.4 * number
        e.paint(
            e.stroke(bend((5, 3), (9, y + 2), (12.6 - abs(number - 1), y)), 4.4, 2.6),
            tail,
            0.62 - 0.07 * number,
            0.35,
            2,
            edge=True,
        )
    for x in (-1.5, 3.4):
        e.paint(e.stroke([(x, 8), (x, 12.6), (x - 2.6, 13)], 1.6), ORANGE, 0.62, 0.3, 1)
    for x in (-7.6, -5, -2.6):
        e.paint(e.disc(x, -12.4 + abs(x + 5) * 0.35, 1.9, 2.4 if cock else 1.8), RED, 0.6, 0.4, 2)
    e.paint(
        e.polygon([(-8.6, -9), (-2, -11.4), (1, -4), (8, -0.5), (9, 5), (4.4, 10), (-3, 10), (-8.4, 5), (-8.6, -2)]),
        s,
        0.58 - 0.02 * (e.x + e.y),
        0.35,
        4,
        edge=True,
        dither=0.6,
    )
    e.paint(e.disc(-5.2, -8, 4.2, 3.9), s, 0.66, 0.35, 3)
    e.paint(e.polygon([(-8.4, -9), (-13, -7), (-8.4, -5.6)]), ORANGE, 0.72, 0.3, 1.5, edge=True)
    e.paint(e.disc(-8.2, -3.4, 1.6, 2.4), RED, 0.52, 0.4, 2, edge=True)
    e.paint(e.polygon([(-2, 1), (6.6, 0.4), (7.4, 4), (3, 7), (-1, 5.4)]), s, 0.5, 0.42, 2, edge=True)
    for x in (2.0, 4.8):
        e.shine(e.stroke([(x, 3.4), (x + 2.2, 2.6)], 1.0), -2)
    eye(e, -6.2, -8.6)
    return Said("", "with a tall comb and tail" if cock else "with a red comb")


def duck(e: Easel, s: Material, d: Choices) -> Said:
    """A duck, standing."""
    e.place(0, d.between(0.98, 1.04))
    head = d.pick((s, GREEN, BROWN, BLUE)) if s is not YELLOW else s
    for x in (-1.4, 3.6):
        e.paint(e.stroke([(x, 9), (x, 12.4), (x - 2.8, 12.8)], 1.9), ORANGE, 0.62, 0.3, 1)
    e.paint(
        e.polygon([(-8.4, 0), (-4, -0.6), (4, 0), (13, -3.4), (11.4, 4), (6, 9.6), (-3, 10), (-8.4, 6.4)]),
        s,
        0.58 - 0.02 * (e.x + e.y),
        0.38,
        4,
        dither=0.6,
    )
    e.paint(e.stroke([(-5.4, -8), (-5.0, 1.6)], 6.4, 7.6), head, 0.58 - 0.03 * (e.x + 5), 0.35, 2.5)
    e.paint(e.disc(-5.4, -8.6, 4.6, 4.2), head, 0.62, 0.4, 3, edge=True)
    if head is not s:
        e.flat(e.stroke([(-8.6, -2.2), (-1.6, -2.0)], 1.7), WHITE, 0.9)
        e.paint(e.polygon([(-8.4, -1), (-1.2, -1), (1, 4), (-8.4, 6)]), s, 0.58, 0.2, 2)
    e.paint(e.polygon([(-9.4, -9.6), (-14.4, -7.4), (-13.6, -5.6), (-9, -6)]), ORANGE, 0.7, 0.35, 1.6, edge=True)
    e.paint(e.polygon([(-2, 2.6), (7.6, 1.6), (9.4, 3), (4, 7.4), (-0.6, 6.8)]), s, 0.48, 0.42, 2, edge=True)
    eye(e, -6.4, -9.2)
    return Said("", f"with a {head.word} head" if head is not s else "with an orange bill")


def rabbit(e: Easel, s: Material, d: Choices) -> Said:
    """A rabbit sitting."""
    e.place(0, d.between(0.90, 0.97))
    flop = d.chance(0.25)
    ears: tuple[list[Point], ...] = (bend((-4, -5), (-1, -10), (-0.6, -14)), bend((-6, -5), (-6.4, -10), (-5.0, -15)))
    if flop:
        ears = (bend((-3, -7), (2.4, -8), (3.0, 0)), bend((-5, -7), (-2.4, -7), (-2.2, 1)))
    e.paint(e.disc(10.6, 7.4, 3.0), WHITE, 0.75, 0.4, 2.4)
    if not flop:
        for path, shade in zip(ears, (0.42, 0.6), strict=True):
            e.paint(e.stroke(path, 3.2, 3.4), s, shade, 0.35, 1.8, edge=True)
            e.flat(e.stroke(path[3:-1], 1.2), PINK, 0.6)
    e.paint(e.disc(3, 5, 8.4, 7.6), s, 0.54, 0.4, 5, edge=True, dither=0.6)
    e.paint(e.disc(-3.4, 6, 4.4, 6.0), s, 0.6, 0.3, 3)
    e.paint(e.disc(-6.2, -2.6, 5.4, 4.9), s, 0.62, 0.4, 4, edge=True)
    if flop:
        for path in ears[1:]:
            e.paint(e.stroke(path, 3.4, 4.4), s, 0.46, 0.4, 1.8, edge=True)
    e.paint(e.disc(5.4, 7, 5.0, 4.6), s, 0.58, 0.4, 2.6, edge=True)
    e.paint(e.stroke([(-0.4, 12.2), (6, 12.2)], 3.0), s, 0.66, 0.3, 1.6, edge=True)
    e.paint(e.stroke([(-5.4, 6), (-5.8, 12.0), (-7.4, 12.4)], 2.8), s, 0.64, 0.3, 1.6, edge=True)
    e.flat(e.disc(-11, -2.4, 1.1), PINK, 0.5)
    eye(e, -7.4, -3.4)
    return Said("", "with hanging ears" if flop else "with long ears")


def cat(e: Easel, s: Material, d: Choices) -> Said:
    """A cat sitting, its tail round it."""
    e.place(0, d.between(0.95, 1.02))
    stripes, collar = d.chance(0.4), d.pick((RED, BLUE, GREEN, None))
    e.paint(e.stroke(bend((6, 11), (15, 10), (11, -1), 12), 3.4, 2.8), s, 0.5, 0.4, 1.7)
    e.paint(
        e.polygon([(-6.4, -2), (2, -3), (7.4, 3), (8.6, 9), (7, 13), (-6, 13)]),
        s,
        0.56 - 0.015 * e.x,
        0.38,
        4,
        edge=True,
        dither=0.6,
    )
    e.paint(e.disc(4.2, 9, 4.6, 4.4), s, 0.58, 0.38, 2.4, edge=True)
    for x in (-5.2, -1.6):
        e.paint(e.stroke([(x, 3), (x, 12)], 3.0), s, 0.62, 0.3, 1.5, edge=x > -3)
    for side in (-1, 1):
        ear: list[Point] = [(-3 + side * 6.6, -5), (-3 + side * 6.2, -13.6), (-3 + side * 1.4, -9)]
        e.paint(e.polygon(ear), s, 0.6, 0.35, 2)
        e.flat(e.polygon([(x * 0.6 - 3 * 0.4 + side * 1.4, y * 0.6 - 3.6) for x, y in ear]), PINK, 0.5)
    e.paint(e.disc(-3, -5.4, 7.0, 5.6), s, 0.62, 0.4, 4, edge=True)
    if stripes:
        for x in (-5, -3, -1):
            e.shine(e.stroke([(x, -10.6), (x, -8.6)], 1.1), -2)
        for y in (2.4, 5.2):
            e.shine(e.stroke([(3.6, y), (6.6, y + 0.8)], 1.1), -2)
    eyes = d.pick((GREEN, YELLOW, BLUE))
    for x in (-5.8, -0.2):
        e.flat(e.disc(x, -5.6, 1.6, 1.5), eyes, 0.9)
        e.flat(e.box(x - 0.5, -7.2, x + 0.5, -4.4), DARK, 0.1)
    e.flat(e.disc(-3, -2.6, 2.6, 1.6), WHITE if s is not WHITE else PINK, 0.9)
    e.dot(-3, -3.4, PINK, 0.3)
    if collar is not None:
        e.paint(e.stroke(bend((-7, 0.4), (-3, 2.4), (1.4, 0.4)), 2.0), collar, 0.6, 0.3, 1.2)
        e.dot(-3, 2.2, YELLOW, 0.9)
    return Said("striped" if stripes else "", f"with a {collar.word} collar" if collar else f"with {eyes.word} eyes")


def dog(e: Easel, s: Material, d: Choices) -> Said:
    """A dog standing, its tail up."""
    e.place(0, d.between(0.95, 1.0))
    collar, ears, patch = (
        d.pick((RED, BLUE, GREEN, YELLOW)),
        d.pick(("floppy", "pointed")),
        d.pick((None, BROWN, BLACK, WHITE)),
    )
    patch = None if patch is s else patch
    e.paint(e.stroke(bend((9, 1), (13, -2), (12.6, -7)), 3.2, 2.0), s, 0.56, 0.4, 1.7)
    legs(e, s, (-2.4, 9.6), 4, 12, 3.2, True)
    e.paint(
        e.polygon([(-6.4, -3), (2, -2), (9.6, -2.4), (11.4, 1), (10.6, 6), (3, 6.4), (-4.4, 7.4), (-7, 3)]),
        s,
        0.56 - 0.02 * e.y,
        0.38,
        3.4,
        edge=True,
        dither=0.6,
    )
    if patch is not None:
        e.paint(e.disc(4.6, -0.4, 3.4, 2.6), patch, 0.56, 0.2, 3)
    legs(e, s, (-5.4, 7.0), 4, 12, 3.4, False)
    e.paint(e.stroke([(-6, -5), (-4.4, 2)], 6.0, 6.6), s, 0.58, 0.3, 2.5)
    if ears == "pointed":
        for x in (-8.4, -4.0):
            e.paint(e.polygon([(x - 2, -9), (x + 0.8, -15), (x + 2.6, -8.4)]), s, 0.5, 0.35, 2, edge=True)
    e.paint(e.disc(-6.4, -7.0, 4.9, 4.5), s, 0.62, 0.4, 3, edge=True)
    e.paint(e.box(-13.6, -7.4, -7.6, -2.8, 2.0), patch or s, 0.68, 0.35, 2, edge=True)
    e.flat(e.disc(-13, -7, 1.4, 1.1), DARK, 0.1)
    e.line([(-13, -4.0), (-9.4, -3.8)], DARK, 0.1, 0.9)
    if ears == "floppy":
        e.paint(
            e.polygon([(-5.6, -11), (-2.2, -10), (-0.6, -4), (-2.4, -2.4), (-4.6, -6)]),
            patch or s,
            0.40,
            0.35,
            2,
            edge=True,
        )
    e.paint(e.stroke([(-8, -1.8), (-1.6, -2.0)], 2.0), collar, 0.62, 0.3, 1.3, edge=True)
    eye(e, -7.6, -8.0)
    return Said("", f"with {ears} ears and a {collar.word} collar")

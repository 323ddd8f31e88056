"""Things of the house: teapots, cauldrons, crystal balls, scissors, umbrellas."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.lights import BLUE_FIRE, ORANGE_FIRE, flame
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    BROWN,
    CORE,
    DARK,
    DARK_WOOD,
    GOLD,
    GREEN,
    IRON,
    PINK,
    PURPLE,
    RED,
    SILVER,
    WHITE,
    WOODEN,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import Point, arc, bend, mirrored
from narrative_server.images.items.words import Said


def teapot(e: Easel, s: Material, d: Choices) -> Said:
    """A round teapot with spout, handle and lid, plain, banded or flowered."""
    e.place(0, d.between(0.95, 1.02), 0, 1)
    pattern, trim = d.pick(("", "bands", "flowers")), d.pick([one for one in (GOLD, BLUE, RED, WHITE) if one is not s])
    e.paint(e.ring(9.0, 1.0, 4.6, 2.3, 5.0), s, 0.52, 0.4, 1.4)
    e.paint(e.stroke(bend((-6, 6), (-11.5, 5), (-13, -4.4)), 4.6, 2.6), s, 0.6, 0.4, 1.8)
    body = e.disc(0, 2.4, 9.2, 8.0)
    e.paint(body, s, 0.56, 0.42, 6, edge=True, dither=0.7)
    if pattern == "bands":
        for y in (-0.6, 4.0):
            e.paint(e.stroke(bend((-10, y), (0, y + 3.4), (10, y)), 1.6), trim, 0.66 - 0.03 * e.x, 0.0, within=body)
    elif pattern == "flowers":
        for x, y in ((-4, 3.4), (3.4, 1.4), (0.4, 6.6)):
            for px, py in ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)):
                e.dot(x + px, y + py, trim, 0.7)
            e.dot(x, y, YELLOW if trim is not GOLD else RED, 0.95)
    e.shine(e.disc(-4.6, -1.6, 1.6, 1.9), 2)
    e.paint(e.box(-4.6, 9.4, 4.6, 11.6, 0.8), s, 0.42, 0.3, 1.4)
    e.paint(e.disc(0, -5.4, 5.6, 2.3), s, 0.74, 0.3, 1.8, edge=True)
    e.paint(e.disc(0, -8.2, 1.9), trim, 0.68, 0.45, 1.8, edge=True)
    words = {"": f"with a {trim.word} knob", "bands": f"with {trim.word} bands", "flowers": f"with {trim.word} flowers"}
    return Said("", words[pattern])


def cauldron(e: Easel, s: Material, d: Choices) -> Said:
    """A bellied pot on three legs, its brew bubbling, often over a fire."""
    brew, fire = d.pick((GREEN, PURPLE, RED, BLUE, None)), d.pick((None, ORANGE_FIRE, ORANGE_FIRE, BLUE_FIRE))
    e.place(0, d.between(0.94, 1.0) * (0.88 if fire else 1.0), 0, -2 if fire else 0)
    for x in (-6.6, 6.6):
        e.paint(e.stroke([(x, 8), (x * 1.25, 12.6)], 3.2, 2.4), s, 0.5, 0.4, 1.6, edge=True)
        e.paint(e.ring(x * 1.72, -1.0, 2.4, 1.7), s, 0.6, 0.4, 1.2)
    e.paint(e.disc(0, 2.2, 11.2, 8.6), s, 0.5, 0.42, 6, edge=True, dither=0.7)
    e.shine(e.stroke(bend((-7.4, 2), (-7.0, 5), (-4.6, 7)), 1.5), 1)
    e.paint(e.disc(0, -4.4, 10.0, 3.2), s, 0.72, 0.35, 1.6, edge=True)
    e.paint(e.disc(0, -4.2, 8.2, 2.2), brew or DARK, 0.6 if brew else 0.2, -0.3, 1.6)
    if brew:
        for x, y, r in ((-4.4, -5.4, 1.9), (2.0, -6.2, 2.5), (5.2, -4.6, 1.4), (-0.6, -9.6, 1.5), (-5.0, -11.0, 1.1)):
            e.paint(e.disc(x, y, r), brew, 0.72, 0.4, 2, edge=True)
            e.dot(x - 0.5, y - 0.6, CORE, 0.9)
    e.place()
    for x, tall in ((-7, 7.4), (7, 7.4), (-2.6, 6.2), (2.6, 6.8)) if fire else ():
        flame(e, x, 12.6, 3.2, tall, fire or ORANGE_FIRE, -x * 0.12)
    held = f"full of {brew.word} brew" if brew else "with three legs"
    return Said("bubbling" if brew else "empty", held + (f" over a {fire[0].word} fire" if fire else ""))


def crystal_ball(e: Easel, s: Material, d: Choices) -> Said:
    """A glass ball on a stand, something glowing in it."""
    e.place(0, d.between(0.95, 1.02))
    stand, seen = d.pick((GOLD, SILVER, WOODEN, DARK_WOOD, BLACK)), d.pick(("mist", "a star", "an eye"))
    e.paint(e.polygon(mirrored([(5.4, 6), (4.4, 9), (8.4, 13)])), stand, 0.58 - 0.03 * e.x, 0.35, 2)
    ball = e.disc(0, -2.4, 10.6)
    e.paint(ball, s, 0.50, 0.44, 8, edge=True, dither=0.8)
    if seen == "mist":
        for y, x in ((-3.6, -1), (0.4, 2), (3.4, -1.4)):
            e.shine(e.stroke(bend((x - 5, y), (x, y - 3), (x + 5, y)), 2.0), 1)
    elif seen == "a star":
        for angle in range(0, 180, 45):
            e.place(angle, 1.0, 0, -2)
            e.flat(
                e.stroke([(0, -4.6 if angle % 90 == 0 else -2.6), (0, 4.6 if angle % 90 == 0 else 2.6)], 1.3), CORE, 0.9
            )
        e.place()
    else:
        e.paint(
            e.polygon([*bend((-6, -2), (0, -8.4), (6, -2), 8), *bend((6, -2), (0, 4.4), (-6, -2), 8)]), WHITE, 0.9, 0.1
        )
        e.paint(e.disc(0, -2, 2.4), d.pick((RED, GREEN, YELLOW)), 0.6, 0.3, 2)
        e.flat(e.disc(0, -2, 1.1), DARK, 0.1)
    e.flat(e.disc(-4.8, -7.2, 2.1, 1.6), CORE, 0.9)
    e.dot(-7, -3.6, CORE, 0.9)
    e.paint(e.stroke(bend((-6.6, 6), (0, 9.6), (6.6, 6)), 2.4), stand, 0.66 - 0.03 * e.x, 0.35, 1.4, edge=True)
    return Said("glowing", f"with {seen} in it on a {stand.word} stand")


def scissors(e: Easel, s: Material, d: Choices) -> Said:
    """A pair of scissors, open."""
    e.place(d.pick((0, 40, -40, 180, 140)), d.between(0.94, 1.0))
    grip, spread = d.pick((s, RED, BLUE, BLACK, GREEN)), d.between(13, 20)
    for side in (1, -1):
        e.place(side * spread, 1.0, 0, 1)
        blade: list[Point] = [(-1.7, 2), (-1.5, -11), (0.2 * side, -14.6), (1.5, -11), (1.7, 2)]
        e.paint(e.polygon(blade), s, 0.62 + 0.08 * side, 0.35, 1.6, edge=True)
        e.paint(e.stroke([(0, 0), (0, 6)], 2.6), grip, 0.6, 0.35, 1.4, edge=True)
        e.paint(e.ring(side * -0.6, 8.8, 3.1, 2.1, 3.7), grip, 0.6, 0.42, 1.4, edge=True)
    e.place()
    e.paint(e.disc(0, 0.8, 1.5), GOLD, 0.7, 0.4, 1.5, edge=True)
    return Said("", f"with {grip.word} handles" if grip is not s else "with round handles")


def umbrella(e: Easel, s: Material, d: Choices) -> Said:
    """An umbrella, open, its panels of one colour or two."""
    e.place(d.pick((0, 22, -22)), d.between(0.92, 0.98))
    other = d.pick([None, *(one for one in (WHITE, YELLOW, PINK, BLACK) if one is not s)])
    handle = d.pick((WOODEN, BROWN, IRON))
    e.paint(e.stroke([(0, -12), (0, 10.5), *arc(2.6, 10.5, 2.6, 2.8, 180, 0, 6)], 1.9), handle, 0.6, 0.35, 1.2)
    edges = (-13.4, -6.0, 6.0, 13.4)
    for number, share in enumerate((1.0, -1.0, 0.0)):
        left, right = {1.0: (edges[2], edges[3]), -1.0: (edges[0], edges[1])}.get(share, (edges[1], edges[2]))
        tip = (0.0, -12.6)
        panel = [
            *bend(tip, (left * 0.95, -11.4), (left, 0.4), 7),
            *bend((left, 0.4), ((left + right) / 2, -3.6), (right, 0.4), 6),
        ]
        panel += bend((right, 0.4), (right * 0.95, -11.4), tip, 7)
        material = other if other is not None and number == 2 else s
        e.paint(e.polygon(panel), material, 0.58 - 0.13 * share, 0.32, 3, edge=True)
    e.paint(e.stroke([(0, -12.4), (0, -15)], 1.6), handle, 0.6, 0.3, 1)
    return Said("open", f"with a {other.word} panel" if other else f"with a {handle.word} handle")

"""Small signs of luck and wealth: coins, stars, moons, horseshoes and clovers; and apples."""

from __future__ import annotations

import math
from typing import Final

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import DARK, LEAF, WOODEN, Material
from narrative_server.images.items.shapes import arc, bend, mirrored
from narrative_server.images.items.words import Said


def _star(x: float, y: float, outer: float, inner: float, tips: int) -> list[tuple[float, float]]:
    turns = [math.pi * number / tips for number in range(2 * tips)]
    reach = [outer if number % 2 == 0 else inner for number in range(2 * tips)]
    return [(x + r * math.sin(turn), y - r * math.cos(turn)) for turn, r in zip(turns, reach, strict=True)]


def coin(e: Easel, s: Material, d: Choices) -> Said:
    """A coin with a device, alone, on edge or a stack of them."""
    kind, device = d.pick(("alone", "stack", "edge", "alone")), d.pick(("crown", "star", "skull", "square hole"))
    e.place(0, d.between(0.9, 1.02))
    if kind == "stack":
        for number in range(d.pick((3, 4, 5))):
            y = 9 - 4.4 * number
            x = d.between(-1.6, 1.6)
            e.paint(e.box(x - 10, y - 1.6, x + 10, y + 2.2, 1.6), s, 0.46 - 0.02 * e.x, 0.2, 1.6, edge=True)
            for step in range(-8, 9, 4):
                e.line([(x + step, y), (x + step, y + 1.6)], s, 0.2)
            e.paint(e.disc(x, y - 1.8, 10, 2.9), s, 0.78, 0.35, 2, edge=True)
        return Said("", "in a stack")
    rx = 7.0 if kind == "edge" else 11.6
    if kind == "edge":
        e.paint(e.disc(2.6, 0, rx, 11.6), s, 0.3, 0.3, 2)
    e.paint(e.disc(0, 0, rx, 11.6), s, 0.62, 0.45, 1.8, edge=True)
    e.paint(e.disc(0, 0, rx - 2.2, 9.2), s, 0.58 - 0.015 * (e.x + e.y), -0.4, 1.6, dither=0.8)
    wide = rx / 11.6
    if device == "crown":
        points = [(-5, -4), (-2.5, -0.4), (0, -5.4), (2.5, -0.4), (5, -4), (4.4, 4.4), (-4.4, 4.4)]
        e.paint(e.polygon([(x * wide, y) for x, y in points]), s, 0.88, 0.4, 2, edge=True)
    elif device == "star":
        e.paint(e.polygon([(x * wide, y) for x, y in _star(0, 0.4, 6.4, 2.8, 5)]), s, 0.88, 0.4, 2, edge=True)
    elif device == "skull":
        e.paint(e.disc(0, -1.4, 4.6 * wide, 4.2), s, 0.88, 0.3, 2, edge=True)
        e.paint(e.box(-2.4 * wide, 1.6, 2.4 * wide, 5), s, 0.8, 0.2, 1, edge=True)
        for side in (-1, 1):
            e.flat(e.disc(side * 2.0 * wide, -1.2, 1.2), DARK, 0.3)
    else:
        e.flat(e.box(-2.4 * wide, -2.4, 2.4 * wide, 2.4), DARK, 0.1)
    return Said("", f"with a {device}")


def star(e: Easel, s: Material, d: Choices) -> Said:
    """A star of five, four or six points, bevelled, perhaps with a face."""
    tips, face = d.pick((5, 5, 5, 4, 6)), d.chance(0.3)
    e.place(d.pick((0, 0, 12, -12)), d.between(0.88, 1.0), 0, 0)
    inner = {4: 4.6, 5: 6.4, 6: 7.6}[tips]
    points = _star(0, 0, 13.8, inner, tips)
    e.paint(e.polygon(points), s, 0.6, 0.4, 3)
    for number, (a, b) in enumerate(zip(points, [*points[1:], points[0]], strict=True)):
        middle = (a[0] + b[0], a[1] + b[1])
        facing = (-0.6 * middle[0] - 0.8 * middle[1]) / math.hypot(*middle)
        e.flat(e.polygon([(0, 0), a, b]) - 0.3, s, 0.56 + 0.26 * facing + (0.12 if number % 2 else 0.0))
    if face:
        for side in (-1, 1):
            e.flat(e.box(side * 2.6 - 0.9, -2.6, side * 2.6 + 0.9, 0.8), DARK, 0.2)
        e.line(bend((-2.6, 2.6), (0, 4.6), (2.6, 2.6)), DARK, 0.2)
    return Said("smiling" if face else "", f"with {({4: 'four', 5: 'five', 6: 'six'})[tips]} points")


def moon(e: Easel, s: Material, d: Choices) -> Said:
    """A crescent moon, thin or thick, perhaps with a star or a sleeping face."""
    e.place(d.pick((0, -20, 20, 180)), d.between(0.92, 1.02))
    shift, beside = d.between(5.0, 8.0), d.pick(("star", "", ""))
    crescent = e.disc(0, 0, 13)
    bite = e.disc(shift, -1.6, 10.4)
    shape = crescent.clip(min=-bite)
    e.paint(shape, s, 0.62 - 0.015 * (e.x + e.y), 0.35, 3, dither=0.8)
    for x, y, r in ((-9, -2.4, 1.5), (-7, 5, 1.9), (-3.4, 9.4, 1.2)):
        e.paint(e.disc(x, y, r), s, 0.34, -0.3, 1.6, within=shape)
    if beside:
        e.paint(e.polygon(_star(7, -1.0, 4.9, 2.1, 5)), s, 0.8, 0.3, 2)
    return Said("crescent", f"with a {beside}" if beside else "with craters")


def horseshoe(e: Easel, s: Material, d: Choices) -> Said:
    """A horseshoe with nail holes."""
    e.place(d.pick((0, 0, 180, 30, -30)), d.between(0.9, 1.0))
    holes = d.pick((6, 8))
    path = [(-7.4, 12), *bend((-7.4, 12), (-11.4, 2), (-8.8, -4), 6), *arc(0, -3.6, 8.8, 8.6, 180, 360, 12)]
    path += bend((8.8, -4), (11.4, 2), (7.4, 12), 6)
    e.paint(e.stroke(path, 5.2), s, 0.56, 0.45, 2.2, dither=0.4)
    for side in (-1, 1):
        e.paint(e.box(side * 7.2 - 2.9, 10.6, side * 7.2 + 2.9, 13.8, 0.6), s, 0.66, 0.35, 1.5, edge=True)
        for number in range(holes // 2):
            x, y = arc(0, -2.6, 9.2, 9.4, 90 + side * -55, 90 + side * -165, holes // 2)[number]
            e.dot(x, y, DARK, 0.1)
    return Said("", f"with {holes} nail holes")


def clover(e: Easel, s: Material, d: Choices) -> Said:
    """A clover of three or four leaves."""
    leaves = d.pick((4, 4, 3))
    e.place(d.between(-12, 12), d.between(0.92, 1.0))
    e.paint(e.stroke(bend((0, -2), (1, 8), (4.6, 14)), 2.2), s, 0.44, 0.3, 1.2)
    turn = d.between(-8, 8) + (45 if leaves == 4 else 0)
    for number in range(leaves):
        e.place(turn + number * 360 / leaves, 0.95, 0, -3)
        heart = mirrored([(0.01, -9.0), *arc(2.9, -9.0, 3.2, 3.2, 200, 380, 8), (4.4, -4.6), (0.3, 0.4)])
        e.paint(e.polygon(heart), s, 0.56, 0.42, 3, edge=True)
        e.line([(0, -7.4), (0, -1.4)], s, 0.9, 0.9)
    e.place()
    return Said("", f"with {'four' if leaves == 4 else 'three'} leaves")


FLESH: Final = Material("pale", "", 96, 0.06, 0.50, 0.97)


def apple(e: Easel, s: Material, d: Choices) -> Said:
    """An apple, whole or bitten, its leaf on the stalk."""
    e.place(d.pick((0, -8, 8)), d.between(0.92, 1.04), 0, 1)
    bitten, leaf = d.chance(0.3), d.chance(0.75)
    half = [(0.01, -5.4), *arc(5.0, -1.0, 6.0, 6.0, 230, 360, 7), (10.2, 4), (7.4, 9.4), (3.6, 11.6), (0.2, 10.6)]
    body = e.polygon(mirrored(half))
    if bitten:
        body = body.clip(min=-e.disc(11.4, 1.6, 5.2))
    e.paint(body, s, 0.54 - 0.012 * (e.x + e.y), 0.38, 6, dither=0.7)
    if bitten:
        e.flat(e.disc(11.4, 1.6, 6.9), FLESH, 0.8, within=body)
    e.shine(e.disc(-5.4, -0.6, 1.9, 2.5), 2)
    e.paint(e.stroke(bend((0, -4), (0.4, -8), (2.4, -10.6)), 1.9), WOODEN, 0.45, 0.3, 1.2, edge=True)
    if leaf:
        e.paint(
            e.polygon([*bend((1, -7), (4, -12), (10, -9.6), 6), *bend((10, -9.6), (6, -6), (1, -7), 6)]),
            LEAF,
            0.6,
            0.4,
            2,
            edge=True,
        )
    return Said("bitten" if bitten else "shiny", "with a green leaf" if leaf else "with a stalk")

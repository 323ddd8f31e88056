"""Things of the road: signposts, wells, tents, cart wheels, ladders, gravestones."""

from __future__ import annotations

import numpy as np

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BROWN,
    DARK,
    GREEN,
    GREY,
    IRON,
    LEAF,
    RED,
    ROPE,
    STONE,
    WATER,
    WHITE,
    WOODEN,
    Material,
)
from narrative_server.images.items.shapes import Point, arc, bend
from narrative_server.images.items.words import Said


def signpost(e: Easel, s: Material, d: Choices) -> Said:
    """A post with a board or arrows, grass or stones at its foot."""
    e.place(0, d.between(0.96, 1.02))
    kind = d.pick(("one arrow", "two arrows", "board", "two arrows"))
    foot = d.pick((LEAF, STONE))
    e.paint(e.stroke([(0, -13), (0, 13)], 3.4), s, 0.54, 0.4, 1.7)
    if kind == "board":
        e.paint(e.box(-12, -11, 12, 1, 0.8), s, 0.66, 0.35, 1.8, edge=True)
        e.line([(-11, -5), (11, -5)], s, 0.3)
        _writing(e, ((-9, 8, -8), (-8.4, 5, -2)))
        for x in (-10.0, 10.0):
            e.dot(x, -9, IRON, 0.9)
    else:
        boards = ((-7.6, 1),) if kind == "one arrow" else ((-8.8, 1), (-0.8, -1))
        for y, side in boards:
            arrow: list[Point] = [
                (-10 * side, y - 3.4),
                (8.4 * side, y - 3.4),
                (13 * side, y),
                (8.4 * side, y + 3.4),
                (-10 * side, y + 3.4),
            ]
            e.paint(e.polygon(arrow), s, 0.68, 0.35, 1.6, edge=True)
            _writing(e, ((min(-7.6 * side, 7 * side), max(-7.6 * side, 7 * side), y),))
    if foot is LEAF:
        for x in (-5.0, -3.0, -1.0, 1.4, 3.6, 5.4):
            e.paint(e.stroke([(x, 13), (x * 1.5, 9.4 + abs(x) * 0.3)], 2.0, 1.2), LEAF, 0.62, 0.3, 1)
    else:
        for left, low in ((-4.0, 12.0), (4.0, 12.2), (0.4, 12.8)):
            e.paint(e.disc(left, low, 3.2, 2.2), STONE, 0.56, 0.42, 2, edge=True)
    ground = "grass" if foot is LEAF else "stones"
    return Said(
        "",
        {"board": "with a board", "one arrow": "with one arrow", "two arrows": "with two arrows"}[kind]
        + f" in {ground}",
    )


def _writing(e: Easel, rows: tuple[tuple[float, float, float], ...]) -> None:
    for left, right, y in rows:
        x = left
        while x < right:
            e.line([(x, y), (min(x + 2.2, right), y)], DARK, 0.5, 1.1)
            x += 4.2


def well(e: Easel, s: Material, d: Choices) -> Said:
    """A round well under a little roof, its bucket on a rope."""
    e.place(0, d.between(0.96, 1.02), 0, 1)
    roof = d.pick((RED, BROWN, BLUE, GREY, GREEN, None))
    for side in (-1, 1):
        e.paint(e.stroke([(side * 9, 3), (side * 9, -9)], 2.4), WOODEN, 0.5, 0.35, 1.3)
    e.paint(e.stroke([(-10.4, -6.4), (10.4, -6.4)], 2.2), WOODEN, 0.6, 0.35, 1.3, edge=True)
    e.line([(0, -6), (0, -1)], ROPE, 0.9, 1.2)
    e.paint(e.polygon([(-2.6, -1.6), (2.6, -1.6), (2, 3), (-2, 3)]), WOODEN, 0.62, 0.35, 1.6, edge=True)
    if roof is not None:
        e.paint(
            e.polygon([(-9.6, -14.4), (9.6, -14.4), (13.6, -7.6), (-13.6, -7.6)]),
            roof,
            0.62 - 0.02 * e.x,
            0.3,
            2,
            edge=True,
        )
        for x in (-6.6, -2.2, 2.2, 6.6):
            e.shine(e.stroke([(x, -14), (x * 1.4, -7.6)], 1.0), -2)
        e.shine(e.box(-12, -11.4, 12, -10.4), -1)
    else:
        e.paint(e.stroke([(10.4, -6.4), (13, -6.4), (13, -3.4)], 1.8), IRON, 0.6, 0.3, 1.2, edge=True)
    body = e.polygon([(-12, 3), (12, 3), (11, 10.6), *bend((11, 10.6), (0, 15.4), (-11, 10.6))])
    e.paint(body, s, 0.58 - 0.028 * e.x, 0.2, edge=True)
    for row, y in enumerate((5.6, 9.0)):
        e.paint(e.stroke(bend((-12, y), (0, y + 3.4), (12, y)), 1.0), s, 0.12, 0, within=body)
        for x in (-8, -2.6, 2.8, 8.2):
            shift = x + (2.6 if row else 0)
            e.line([(shift, y + 1.6), (shift, y + 4.4)], s, 0.12)
    e.paint(e.disc(0, 3, 12, 3.2), s, 0.82, 0.2, 1.5, edge=True)
    e.flat(e.disc(0, 3.2, 9.6, 2.0), DARK, 0.3)
    e.paint(e.disc(0, 3.9, 7.6, 1.1), WATER, 0.45, 0)
    e.paint(e.polygon([(-2.4, -1.4), (2.4, -1.4), (1.9, 2.6), (-1.9, 2.6)]), WOODEN, 0.62, 0.35, 1.6)
    return Said("", f"under a {roof.word} roof" if roof else "with a bucket and a crank")


def tent(e: Easel, s: Material, d: Choices) -> Said:
    """A tent, its flaps open or shut."""
    e.place(0, d.between(0.95, 1.02), 0, 1)
    kind, is_open, stripe = d.pick(("ridge", "pavilion")), d.chance(0.6), d.pick((None, WHITE, None))
    if stripe is s:
        stripe = None
    (_ridge_tent if kind == "ridge" else _pavilion)(e, s, is_open, stripe)
    shape = "with a ridge" if kind == "ridge" else "with a pennant"
    return Said("open" if is_open else "closed", shape + (f" and {stripe.word} stripes" if stripe else ""))


def _ridge_tent(e: Easel, s: Material, is_open: bool, stripe: Material | None) -> None:
    side = e.polygon([(-5, -10.5), (8.6, -13), (14, 8), (5.4, 11.4)])
    e.paint(side, s, 0.42, 0.25, 2)
    front = e.polygon([(-5, -10.5), (5.4, 11.4), (-13.6, 11.4)])
    if stripe is not None:
        for x in (0.4, 5.4):
            e.paint(
                e.polygon([(x, -11.5), (x + 2.6, -12), (x + 7.4, 10), (x + 4.6, 11)]),
                stripe,
                0.52,
                0.2,
                within=side,
            )
    e.paint(front, s, 0.68, 0.25, 2, edge=True)
    if is_open:
        e.flat(e.polygon([(-5, -6), (1.4, 11.4), (-9, 11.4)]), DARK, 0.3)
        e.paint(e.polygon([(-5, -7), (-9.4, 11.4), (-12.4, 11.4)]), s, 0.9, 0.2, 2, edge=True)
    else:
        e.line([(-5, -8), (-4.2, 11)], s, 0.1, 1.2)
    e.paint(e.stroke([(-5, -13.4), (-5, -9.4)], 1.9), WOODEN, 0.6, 0.3, 1.2)


def _pavilion(e: Easel, s: Material, is_open: bool, stripe: Material | None) -> None:
    e.paint(e.polygon([(-11, -1), (11, -1), (12.4, 12), (-12.4, 12)]), s, 0.6 - 0.026 * e.x, 0.2)
    e.paint(
        e.polygon(
            [
                (0, -12.6),
                *bend((2, -8), (6, -4.6), (13.4, -1.6), 5),
                (12.8, 1.2),
                (-12.8, 1.2),
                *bend((-13.4, -1.6), (-6, -4.6), (-2, -8), 5),
            ]
        ),
        s,
        0.62 - 0.025 * e.x,
        0.3,
        2,
        edge=True,
    )
    for x in (-9.0, -3.0, 3.0, 9.0):
        e.paint(e.disc(x, 1.4, 3.0, 2.0), stripe or s, 0.8 - 0.02 * x, 0.3, 1.6, edge=True)
    if stripe is not None:
        for x in (-7.2, 7.2):
            e.paint(e.box(x - 1.4, 3, x + 1.4, 12), stripe, 0.6 - 0.026 * x, 0.0)
    if is_open:
        e.flat(e.polygon([(0, 1.6), (4.4, 12), (-4.4, 12)]), DARK, 0.3)
    else:
        e.line([(0, 3), (0, 12)], s, 0.1, 1.2)
    e.paint(e.stroke([(0, -14.6), (0, -11)], 1.4), WOODEN, 0.6, 0.3, 1)
    e.paint(e.polygon([(0.6, -15.6), (6, -13.8), (0.6, -12)]), RED if s is not RED else BLUE, 0.6, 0.3, 1.4)


def wheel(e: Easel, s: Material, d: Choices) -> Said:
    """A cart wheel of wooden spokes, whole or broken."""
    spokes, tyre, broken = d.pick((6, 8, 8)), d.pick((IRON, None)), d.chance(0.25)
    angle = d.between(0, 45)
    for number in range(spokes):
        if broken and number in (0, 1):
            continue
        e.place(angle + number * 360 / spokes + 90)
        e.paint(e.stroke([(0, 0), (0, -10.6)], 2.3), s, 0.56, 0.35, 1.2)
    e.place(angle)
    step = 360 / spokes
    rim = e.stroke(arc(0, 0, 11.4, 11.4, 1.6 * step, 360 - 0.5 * step, 28), 4.2) if broken else e.ring(0, 0, 11.4, 4.2)
    e.paint(rim, s, 0.58, 0.42, 2, edge=True)
    if tyre is not None:
        e.paint(e.ring(0, 0, 12.7, 1.5), tyre, 0.6, 0.4, 1, within=rim - 0.1)
    e.paint(e.disc(0, 0, 3.9), s, 0.64, 0.42, 2, edge=True)
    e.paint(e.disc(0, 0, 1.9), IRON, 0.5, 0.4, 1.6, edge=True)
    e.place()
    return Said("broken" if broken else "spoked", f"with {spokes} spokes" if not broken else "with missing spokes")


def ladder(e: Easel, s: Material, d: Choices) -> Said:
    """A ladder with rungs, upright or leaning."""
    e.place(d.pick((0, 14, -14, 24)), d.between(0.86, 0.92))
    half, rungs = d.between(4.6, 6.2), d.pick((5, 6))
    for number in range(rungs):
        y = -11.4 + 22.8 * number / (rungs - 1)
        e.paint(e.stroke([(-half, y), (half, y)], 2.1), s, 0.66, 0.35, 1.2)
    for side in (-1, 1):
        e.paint(e.stroke([(side * half, -14), (side * (half + 0.6), 14)], 2.7), s, 0.58, 0.4, 1.4, edge=True)
    if s is not ROPE and d.chance(0.4):
        for side in (-1, 1):
            e.paint(e.box(side * half - 1.8, -12.8, side * half + 1.8, -9.8), ROPE, 0.7, 0.3, 1.2, edge=True)
    return Said("", f"with {rungs} rungs")


def gravestone(e: Easel, s: Material, d: Choices) -> Said:
    """A gravestone, round, square or a cross, with grass before it."""
    e.place(0, d.between(0.95, 1.02), 0, 0)
    kind, cracked = d.pick(("rounded", "cross", "square")), d.chance(0.35)
    if kind == "cross":
        shape = e.box(-3, -13.4, 3, 12, 0.8)
        arms = e.box(-9, -8.4, 9, -2.8, 0.8)
        e.paint(np.minimum(shape, arms), s, 0.56, 0.42, 2.4, dither=0.8)
    else:
        top = arc(0, -4.6, 8.8, 8.8, 180, 360) if kind == "rounded" else [(-8.8, -11), (-6, -13), (6, -13), (8.8, -11)]
        stone = e.polygon([(-8.8, 12), *top, (8.8, 12)])
        e.paint(stone, s, 0.56, 0.42, 2.6, dither=0.8)
        e.paint(stone + 2.6, s, 0.46, -0.25, 1.4)
        for left, right, y in ((-3.4, 3.4, -6), (-4.6, 4.6, -2.4), (-2.6, 2.6, 1.2)):
            e.line([(left, y), (right, y)], s, 0.1, 1.1)
    e.paint(e.disc(0, 12, 11.6, 2.6), BROWN, 0.4, 0.3, 2, edge=True)
    if cracked:
        e.line([(3, -12), (1.4, -8), (3.4, -5), (1.6, -2)], s, 0.0, 1.1)
    grass = d.chance(0.7)
    for x in (-9.6, -7, -4, 3.8, 6.4, 9.4) if grass else ():
        e.paint(e.stroke([(x, 13), (x * 1.1, 8.4 + abs(x) * 0.12)], 2.0, 1.2), LEAF, 0.62, 0.3, 1)
    return Said(
        "cracked" if cracked else "",
        {"rounded": "with a round top", "cross": "in the shape of a cross", "square": "with a square top"}[kind]
        + (" in grass" if grass else ""),
    )

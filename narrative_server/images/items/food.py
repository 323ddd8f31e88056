"""Food: carrots, eggs, fish, cakes, cheese and mushrooms."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BROWN,
    CORE,
    DARK,
    GOLD,
    GREEN,
    LEAF,
    ORANGE,
    PINK,
    PURPLE,
    RED,
    WHITE,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import Point, arc, bend, mirrored
from narrative_server.images.items.words import Said


def carrot(e: Easel, s: Material, d: Choices) -> Said:
    """A carrot with its leaves."""
    e.place(d.pick((40, -40, 30, 140)), d.between(0.96, 1.02))
    wide, long = d.between(4.0, 5.4), d.between(13, 15)
    leaves = d.pick((3, 4, 5))
    for number in range(leaves):
        lean = (number - (leaves - 1) / 2) * 9.0 / leaves
        e.paint(
            e.stroke(bend((0, -3), (lean * 0.6, -8), (lean * 1.5, -13.4 + abs(lean) * 0.5)), 1.8, 3.6),
            LEAF,
            0.56 + 0.05 * lean,
            0.35,
            2,
            edge=True,
        )
    e.paint(
        e.polygon(mirrored([(1.6, -4.4), (wide, -2.8), (wide * 0.92, 1), (wide * 0.5, 8), (0.3, long)])),
        s,
        0.58 - 0.05 * e.x,
        0.35,
        2.5,
        edge=True,
        dither=0.5,
    )
    for x0, x1, y in ((-3.4, -0.6, 0.6), (1.0, 3.0, 3.4), (-2.4, -0.4, 6.4), (0.4, 1.6, 8.4)):
        e.shine(e.stroke([(x0, y), (x1, y + 0.3)], 1.0), -2)
    return Said("fresh", "with green leaves")


def egg(e: Easel, s: Material, d: Choices) -> Said:
    """An egg, plain, speckled or banded, alone or in a nest."""
    kind, nest = d.pick(("plain", "speckled", "banded", "speckled")), d.chance(0.35)
    other = d.pick([colour for colour in (RED, BLUE, GREEN, PURPLE, GOLD, BROWN, WHITE) if colour is not s])
    e.place(d.pick((0, 0, -14, 16)), 0.86 if nest else d.between(0.94, 1.04), 0, -2 if nest else 0)
    shell = e.polygon([*arc(0, 2.6, 8.6, 9.4, 0, 180, 14), *arc(0, 2.6, 8.6, 14.4, 180, 360, 14)])
    light = 0.62 - 0.024 * (e.x + e.y)
    e.paint(shell, s, light, 0.3, 5, dither=0.8)
    if kind == "speckled":
        for x, y in ((-4, 2), (2, -5), (4.6, 4), (-1, 7), (0.6, 0.6), (-3.4, -5), (6, -1), (-6, 6)):
            e.flat(e.disc(x + d.between(-0.6, 0.6), y, d.between(0.8, 1.5)), other, 0.45, within=shell + 1)
    elif kind == "banded":
        for y in (-3.4, 4.4):
            zigzag: list[Point] = [(-10 + 3.4 * i, y + (1.4 if i % 2 else -1.4)) for i in range(7)]
            e.paint(e.stroke(zigzag, 2.2), other, light, 0.0, within=shell + 0.5)
    e.shine(e.disc(-3.4, -4.6, 2.0, 2.8), 2)
    if nest:
        e.place()
        straw = Material("straw", "", 80, 0.100, 0.26, 0.80)
        e.paint(
            e.polygon([*bend((-13, 5), (0, 9.5), (13, 5)), (10, 12.4), (-10, 12.4)]), straw, 0.45, 0.35, 3, edge=True
        )
        for x, y, lean in (
            (-9, 8, 3),
            (-4, 9.4, -3),
            (1, 8.8, 4),
            (6, 9.6, -3),
            (10, 7.2, -2),
            (-1, 11.4, 5),
            (-8, 11, 4),
        ):
            e.line([(x - lean, y - 0.8), (x + lean, y + 0.8)], straw, d.pick((0.9, 0.15, 0.75)), 1.1)
    words = {"plain": "", "speckled": f"with {other.word} spots", "banded": f"with {other.word} zigzag bands"}[kind]
    return Said("", " ".join(part for part in (words, "in a nest" if nest else "") if part))


def fish(e: Easel, s: Material, d: Choices) -> Said:
    """A whole fish from the side."""
    e.place(d.pick((0, -20, 25, -35)), d.between(0.95, 1.02))
    tall, belly = d.between(5.0, 7.2), d.pick((WHITE, YELLOW, s, PINK))
    fin = d.pick((s, RED, YELLOW, ORANGE))
    e.paint(e.polygon([(6.5, 0), (14.6, -6.6), (12.6, 0), (14.6, 6.6)]), fin, 0.56, 0.35, 2)
    e.paint(e.polygon([(-5, -tall + 1), (0, -tall - 4.4), (6, -tall - 1.5), (6, -2)]), fin, 0.5, 0.35, 2)
    e.paint(e.polygon([(-2, tall - 1), (3.6, tall + 3.4), (5, tall - 2)]), fin, 0.4, 0.35, 2)
    side = [(-14, 0.6), *bend((-14, 0.6), (-5, -tall * 2.1), (9, -0.6)), *bend((9, 0.6), (-5, tall * 2.1), (-14, 0.6))]
    body = e.polygon(side)
    e.paint(body, s, 0.58 - 0.05 * e.y, 0.3, 2.5, edge=True)
    e.paint(e.disc(-4, tall + 0.4, 9.5, tall * 0.72), belly, 0.7 - 0.04 * e.y, 0.0, within=body + 0.8)
    for x, y in ((-2, -2), (2, -1.6), (0, 0.8), (4.6, 0), (5, -2.4), (-1.6, 2.6)):
        e.shine(e.disc(x, y, 0.8), -2)
    e.line(bend((-7.4, -3.4), (-5.2, 0), (-7.4, 3.6)), s, 0.08, 1.1)
    e.flat(e.disc(-10, -1.6, 1.7), CORE, 0.9)
    e.dot(-10.2, -1.5, DARK, 0.1)
    return Said("", "" if belly is s else f"with a {belly.word} belly")


def cake(e: Easel, s: Material, d: Choices) -> Said:
    """A round iced cake, with cherries or candles, one or two tiers, or a slice."""
    kind, top = d.pick(("whole", "tiers", "slice", "whole")), d.pick(("cherries", "candles", "cherries"))
    sponge = d.pick((Material("sponge", "", 76, 0.09, 0.40, 0.90), BROWN))
    e.place(0, d.between(0.95, 1.02), 0, 2)
    if kind == "slice":
        e.paint(e.polygon([(-13, 0.5), (8, 0.5), (8, 11), (-13, 11)]), sponge, 0.62, 0.25, 2)
        e.paint(e.polygon([(8, 0.5), (13, -4), (13, 6), (8, 11)]), s, 0.42, 0.2, 2)
        e.flat(e.box(-13, 4.8, 8, 7.0), s, 0.75)
        e.paint(e.polygon([(-13, 0.8), (8, 0.8), (13, -4.4), (2, -6.4)]), s, 0.84, 0.2, 1.5, edge=True)
        e.paint(e.disc(4, -7, 3.0), RED, 0.6, 0.5, 3, edge=True)
        e.line([(4.6, -9), (6.4, -12.4)], GREEN, 0.4, 1.2)
        return Said("", "cut as a slice with a cherry")
    tiers = ((12, 1.0, 11.0), (7.4, -6.0, 1.6)) if kind == "tiers" else ((12, -1.5, 10.5),)
    for wide, high, low in tiers:
        _tier(e, s, sponge, wide, high, low)
    wide, high, _ = tiers[-1]
    spots = (-0.6, 0.0, 0.6) if kind == "tiers" else (-0.62, -0.1, 0.42, 0.74)
    for number, share in enumerate(spots):
        x, y = share * wide, high - 0.6 + (1.2 if number % 2 else -0.6)
        if top == "cherries":
            e.paint(e.disc(x, y - 1.4, 2.2), RED, 0.6, 0.5, 2.4, edge=True)
        else:
            e.paint(e.box(x - 1, y - 6, x + 1, y), d.pick((BLUE, YELLOW, GREEN, WHITE)), 0.7, 0.2, 1, edge=True)
            e.flat(e.disc(x, y - 7.4, 1.1, 1.8), ORANGE, 0.95)
    return Said("two-tiered" if kind == "tiers" else "round", f"with {top} on top")


def _tier(e: Easel, s: Material, sponge: Material, wide: float, high: float, low: float) -> None:
    body = e.polygon(
        [(-wide, high), (wide, high), (wide, low - 2), *bend((wide, low - 2), (0, low + 4.4), (-wide, low - 2))]
    )
    e.paint(body, sponge, 0.6 - 0.26 * e.x / wide, 0.1, edge=True)
    e.paint(
        e.stroke(bend((-wide, (high + low) / 2 + 1), (0, (high + low) / 2 + 6), (wide, (high + low) / 2 + 1)), 1.8),
        s,
        0.7 - 0.2 * e.x / wide,
        0.0,
        within=body,
    )
    for number in range(6):
        x = -wide + 2 * wide * (number + 0.5) / 6
        drip = high + 2.4 + 2.0 * (1 - (x / wide) ** 2) + (1.6 if number % 2 else 0)
        e.paint(e.stroke([(x, high), (x, drip)], wide / 2.6), s, 0.72 - 0.2 * e.x / wide, 0.1, 1.5, within=body + 0.2)
    e.paint(e.disc(0, high, wide, wide * 0.3), s, 0.9, 0.15, 1.5)


def cheese(e: Easel, s: Material, d: Choices) -> Said:
    """A wedge of cheese with holes."""
    e.place(0, d.between(0.95, 1.04))
    rind, tall = d.pick((s, RED, ORANGE)), d.between(8, 10)
    e.paint(e.polygon([(-13, 1), (13, 1), (13, 1 + tall), (-13, 1 + tall)]), s, 0.6, 0.25, 2)
    e.paint(e.polygon([(-13, 1.4), (4, -8.4), *bend((4, -8.4), (12, -6.5), (13, 1.4))]), s, 0.88, 0.15, 1.5, edge=True)
    if rind is not s:
        e.paint(e.box(10.6, 1, 13.2, 1 + tall), rind, 0.5, 0.2, 1.5)
    for x, y, r in ((-7, 5.4, 2.0), (-0.6, 7.4, 2.5), (5.6, 4.4, 1.8), (-3.2, 3.4, 1.1), (7.6, 8.4, 1.2)):
        e.paint(e.disc(x + d.between(-0.8, 0.8), y, r), s, 0.25, -0.25, 2)
    for x, y in ((1.6, -3.8), (6.2, -1.8)):
        e.flat(e.disc(x, y, 1.7, 0.9), s, 0.5)
    return Said("", "with holes" if rind is s else f"with holes and a {rind.word} rind")


def mushroom(e: Easel, s: Material, d: Choices) -> Said:
    """A toadstool with a spotted or plain cap, alone or with small ones."""
    spotted, family = d.chance(0.65), d.chance(0.4)
    tall = d.pick((9.0, 12.0, 12.0, 14.5))
    e.place(0, d.between(0.94, 1.02))
    for x, y, size in (((8.6, 6.4, 0.5), (-8.6, 7.4, 0.42)) if family else ()) + ((0.0, 0.0, 1.0),):
        e.place(0, size, x, y)
        _toadstool(e, s, spotted, d.between(4.0, 6.4) if size == 1 else 4.2, tall)
    e.place()
    return Said(
        "spotted" if spotted else "",
        "beside two small ones"
        if family
        else {9.0: "with a flat cap", 12.0: "with a round cap"}.get(tall, "with a tall cap"),
    )


def _toadstool(e: Easel, s: Material, spotted: bool, stem: float, tall: float) -> None:
    pale = Material("pale", "", 84, 0.04, 0.46, 0.98)
    e.paint(
        e.polygon(mirrored([(stem * 0.7, -2), (stem * 0.75, 6), (stem, 11), (stem * 0.6, 12.6)])),
        pale,
        0.62 - 0.05 * e.x,
        0.25,
        2,
        edge=True,
    )
    e.paint(e.disc(0, 0.6, 10.4, 2.6), pale, 0.4, 0.2)
    cap = e.polygon(
        [(-12.6, 0), *arc(0, -0.5, 12.6, tall, 180, 360, 16), (12.6, 0), *bend((12.6, 0.5), (0, 4.0), (-12.6, 0.5))]
    )
    e.paint(cap, s, 0.56 - 0.02 * (e.x + e.y), 0.3, 5, edge=True, dither=0.7)
    if spotted:
        for x, y, r in ((-6.6, -3.6, 2.2), (0.6, -7.6, 2.4), (6.6, -3.2, 2.0), (0.4, -1.6, 1.8), (-3.4, -9.6, 1.3)):
            e.paint(e.disc(x, y * tall / 12, r, r * 0.85), WHITE, 0.85, 0.25, 2, within=cap + 0.6)
    else:
        e.shine(e.disc(-5.4, -6, 2.6, 1.8), 2)

"""Musical instruments and bells."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BONE,
    BRASS,
    CANVAS,
    DARK,
    DARK_WOOD,
    GOLD,
    GREEN,
    PALE_WOOD,
    PURPLE,
    RED,
    ROPE,
    SILVER,
    WHITE,
    WOODEN,
    Material,
)
from narrative_server.images.items.shapes import bend, mirrored
from narrative_server.images.items.words import Said


def bell(e: Easel, s: Material, d: Choices) -> Said:
    """A bell: with a handle for the hand, with a loop to hang by, or tied with a ribbon."""
    kind = d.pick(("handle", "loop", "ribbon", "handle"))
    e.place(d.pick((0, 0, -22, 22)), d.between(0.92, 1.0), 0, 2)
    top = -5.5 if kind == "handle" else -8.0
    if kind == "handle":
        e.paint(e.stroke([(0, -6), (0, -14)], 3.6, 4.4), d.pick((WOODEN, DARK_WOOD)), 0.56, 0.42, 2)
        e.paint(e.box(-2.6, -7.4, 2.6, -5.0, 0.6), s, 0.7, 0.3, 1.4, edge=True)
    else:
        e.paint(e.ring(0, -10, 2.8, 2.2), s, 0.62, 0.4, 1.3)
    e.paint(e.disc(0, 10.6, 2.9), s, 0.4, 0.45, 2.5)
    body = mirrored([(0.1, top - 1), (3.6, top), (5.8, top + 3), (6.8, 3), (8.4, 6.6), (11.0, 9.0), (10.6, 10.6)])
    e.paint(e.polygon(body), s, 0.56 - 0.036 * e.x, 0.25, 3, edge=True, dither=0.8)
    e.paint(e.stroke(bend((-10.4, 9.2), (0, 11.6), (10.4, 9.2)), 2.4), s, 0.68 - 0.022 * e.x, 0.3, 1.4, edge=True)
    e.line(bend((-6.6, 4.4), (0, 6.2), (6.6, 4.4)), s, 0.2, 1.0)
    e.shine(e.stroke([(-3.4, top + 3), (-4.0, 2)], 2.0), 2)
    if kind == "ribbon":
        ribbon = d.pick((RED, BLUE, GREEN))
        for side in (-1, 1):
            e.paint(e.disc(side * 4, -7.6, 3.4, 2.3), ribbon, 0.6, 0.4, 2, edge=True)
            e.paint(e.stroke([(side, -7), (side * 4, -2.6)], 2.2), ribbon, 0.5, 0.3, 1.3, edge=True)
        e.paint(e.disc(0, -7.6, 1.7), ribbon, 0.75, 0.4, 1.5, edge=True)
        return Said("", f"with a {ribbon.word} ribbon")
    return Said("", "with a wooden handle" if kind == "handle" else "with a ring to hang it by")


def flute(e: Easel, s: Material, d: Choices) -> Said:
    """A flute or a recorder with its holes."""
    e.place(d.pick((-45, 45, 135, -45)), d.between(0.90, 0.95))
    band, holes = d.pick((GOLD, SILVER, BRASS) if s not in (GOLD, SILVER) else (DARK_WOOD, s)), d.pick((3, 4, 5))
    body = e.stroke([(-17, 0), (15.5, 0)], 4.4, 5.2)
    e.paint(body, s, 0.62 - 0.17 * e.y, 0.2, 1.6)
    e.shine(e.box(-15, -1.5, 14, -0.7), 1)
    for x in (-12.4, -9.4, 14.8):
        e.paint(e.box(x - 1.0, -2.9, x + 1.0, 2.9, 0.4), band, 0.7 - 0.16 * e.y, 0.2, 1.3, edge=True)
    for number in range(holes):
        e.flat(e.disc(-4.4 + 18.0 * number / holes, -0.2, 1.2), DARK, 0.1)
    tassel = d.chance(0.4)
    if tassel:
        colour = d.pick((RED, BLUE, GREEN))
        e.paint(e.stroke(bend((14.6, 2), (11, 5), (12.4, 9)), 1.8, 3.4), colour, 0.6, 0.35, 1.6, edge=True)
        return Said("", f"with a {colour.word} tassel")
    return Said("", f"with {band.word} bands")


def lute(e: Easel, s: Material, d: Choices) -> Said:
    """A lute with a round belly, lying slantwise."""
    e.place(d.pick((42, -42, 42, 138)), d.between(0.95, 1.0))
    neck = d.pick((DARK_WOOD, WOODEN, PALE_WOOD))
    e.paint(e.stroke([(0, -1), (0, -13)], 3.4), neck, 0.56, 0.4, 1.7)
    e.paint(e.stroke([(0, -13), (2.4, -17)], 3.4, 2.6), neck, 0.6, 0.4, 1.7, edge=True)
    for x, y in ((-1.6, -15.4), (4.6, -14.0)):
        e.flat(e.disc(x, y, 1.1), BONE, 0.9)
    belly = mirrored([(1.5, -3), (5.2, 1), (8.0, 6), (7.6, 10.4), (4.6, 13.4), (0.1, 14.4)])
    e.paint(e.polygon(belly), s, 0.62 - 0.025 * e.x, 0.42, 2.4, edge=True, dither=0.7)
    rose = d.pick((GOLD, WHITE, RED, None))
    e.paint(e.disc(0, 5, 3.2), rose or s, 0.8 if rose else 0.3, 0.2, 1.4, edge=True)
    e.flat(e.disc(0, 5, 1.9), DARK, 0.1)
    e.paint(e.box(-3.4, 9.8, 3.4, 11.6), DARK_WOOD, 0.5, 0.3, 1.2)
    for x in (-0.8, 0.9):
        e.line([(x, -14), (x, 10)], BONE, 0.95, 0.8)
    return Said("", f"with a {rose.word} rosette" if rose else "with a round sound hole")


def drum(e: Easel, s: Material, d: Choices) -> Said:
    """A drum with laced sides, often with sticks."""
    e.place(0, d.between(0.95, 1.03), 0, 1)
    wide, rim, sticks = d.between(9.4, 11), d.pick((GOLD, WOODEN, DARK_WOOD, SILVER)), d.chance(0.6)
    body = e.polygon([(-wide, -5), (wide, -5), (wide, 8), *bend((wide, 8), (0, 14.4), (-wide, 8))])
    e.paint(body, s, 0.56 - 0.3 * e.x / wide, 0.1)
    count = d.pick((3, 4))
    for number in range(count):
        x0, x1 = (-wide + 2 * wide * (number + step) / count for step in (0, 1))
        middle = (x0 + x1) / 2

        def low(x: float) -> float:
            return 8 + 3.2 * (1 - (x / wide) ** 2)

        e.line([(x0, low(x0) - 13), (middle, low(middle)), (x1, low(x1) - 13)], ROPE, 0.9, 1.0)
    for y in (-4.6, 7.6):
        e.paint(
            e.stroke(bend((-wide, y), (0, y + 6.2), (wide, y)), 2.8), rim, 0.66 - 0.3 * e.x / wide, 0.3, 1.5, edge=True
        )
    e.paint(e.disc(0, -5, wide, 3.8), rim, 0.7, 0.3, 1.4, edge=True)
    e.paint(e.disc(0, -5, wide - 1.5, 2.7), CANVAS, 0.85, 0.2, 2)
    if sticks:
        for side in (-1, 1):
            e.paint(e.stroke([(side * 9, -12.5), (-side * 1.6, -5.4)], 1.8), PALE_WOOD, 0.7, 0.3, 1.2, edge=True)
            e.paint(e.disc(-side * 1.6, -5.4, 1.7), PALE_WOOD, 0.85, 0.3, 1.5, edge=True)
    return Said("", "with two drumsticks" if sticks else f"with {rim.word} rims")


def horn(e: Easel, s: Material, d: Choices) -> Said:
    """A curved blowing horn with bands and a strap."""
    e.place(d.pick((0, 0, -25)), d.between(0.97, 1.05), 0, 2)
    band, strap = d.pick((GOLD, SILVER, BRASS)), d.pick((RED, BLUE, GREEN, PURPLE, None))
    if strap is not None:
        e.paint(e.stroke(bend((-8, 4), (-1, -18), (8.6, -1)), 1.8), strap, 0.6, 0.3, 1.2)
    e.paint(e.stroke(bend((-13, -1), (-6, 13), (10, -3), 16), 2.2, 9.6), s, 0.56, 0.45, 4, edge=True, dither=0.7)
    for (x, y), angle, half in (((-9.8, 3.4), 58, 2.4), ((-2.6, 5.8), 8, 3.7), ((5.0, 2.4), -42, 4.8)):
        e.place(angle, 1.0, x, y + 2)
        e.paint(e.box(-1.1, -half, 1.1, half, 0.5), band, 0.72 - 0.07 * e.y, 0.2, 1.3, edge=True)
    e.place(-42, 1.0, 10.2, -1.4)
    e.paint(e.disc(0, 0, 2.6, 6.2), band, 0.65, 0.4, 1.6, edge=True)
    e.flat(e.disc(0.4, 0, 1.3, 4.6), DARK, 0.15)
    e.place()
    return Said("", f"with {band.word} bands" + (f" and a {strap.word} strap" if strap else ""))

"""Tools: shovels, pickaxes, hammers, saws, fishing rods, ropes, brooms, telescopes, spectacles and compasses."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    BRASS,
    BROWN,
    DARK,
    DARK_WOOD,
    GLASS,
    GREEN,
    IRON,
    LEATHER,
    PALE_WOOD,
    RED,
    RED_WOOD,
    STEEL,
    WHITE,
    WOODEN,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import Field, arc, bend, mirrored
from narrative_server.images.items.words import Said

HANDLES = (WOODEN, DARK_WOOD, PALE_WOOD, RED_WOOD)


def shovel(e: Easel, s: Material, d: Choices) -> Said:
    """A shovel or a spade, lying slantwise."""
    e.place(d.pick((45, -45, 135, -135)), d.between(0.98, 1.08))
    wood, pointed, grip = d.pick(HANDLES), d.chance(0.5), d.pick(("D", "T", "plain"))
    e.paint(e.stroke([(0, -14), (0, 5)], 2.8), wood, 0.58, 0.42, 1.6)
    if grip == "D":
        e.paint(e.ring(0, -14, 2.9, 1.8, 2.4), wood, 0.6, 0.4, 1.3)
    elif grip == "T":
        e.paint(e.stroke([(-3.6, -15), (3.6, -15)], 2.6), wood, 0.6, 0.4, 1.4)
    blade = mirrored(
        [(4.6, 3), (5.0, 8), (3.0, 12.6), (0.1, 16)] if pointed else [(3.0, 3), (5.6, 5), (5.0, 10), (5.2, 14.6)]
    )
    e.paint(e.polygon(blade), s, 0.56, 0.42, 2.5, edge=True, dither=0.5)
    e.paint(e.stroke([(0, 1), (0, 8)], 2.2, 1.2), s, 0.75, 0.3, 1.4)
    return Said("pointed" if pointed else "square", f"with a {wood.word} handle")


def pickaxe(e: Easel, s: Material, d: Choices) -> Said:
    """A pickaxe, both its ends pointed or one flat."""
    e.place(d.pick((45, 45, -45, -45, 20)), d.between(0.96, 1.04))
    wood, flat_end, drop = d.pick(HANDLES), d.chance(0.4), d.between(3.4, 5.5)
    e.paint(e.stroke([(0, -11), (0, 14)], 3.0, 3.4), wood, 0.58, 0.42, 1.7)
    left, right = bend((-13, -8.5 + drop), (-6, -11.5), (0, -10.4)), bend((0, -10.4), (6, -11.5), (13, -8.5 + drop))
    e.paint(e.stroke(left, 1.2, 4.6), s, 0.58, 0.42, 2, edge=True)
    e.paint(e.stroke(right, 4.6, 4.0 if flat_end else 1.2), s, 0.58, 0.42, 2, edge=True)
    e.paint(e.box(-2.8, -13.2, 2.8, -7.4, 0.8), s, 0.7, 0.35, 1.6, edge=True)
    return Said("", f"with a {wood.word} handle")


def hammer(e: Easel, s: Material, d: Choices) -> Said:
    """A smith's hammer."""
    e.place(d.pick((45, -45, 0, 45, -30)), d.between(0.92, 1.02))
    wood, kind, wide = d.pick(HANDLES), d.pick(("square", "wedge", "banded")), d.between(7.4, 9.0)
    e.paint(e.stroke([(0, -8), (0, 14)], 3.2, 3.8), wood, 0.58, 0.42, 1.7)
    if d.chance(0.6):
        e.paint(e.box(-2.0, 7, 2.0, 13), LEATHER, 0.5, 0.35, 1.6)
        for y in (8.4, 10.6):
            e.line([(-1.8, y + 0.5), (1.8, y - 0.5)], LEATHER, 0.1, 0.9)
    head = [(-wide, -13.6), (wide, -13.6), (wide, -5), (-wide, -5)]
    if kind == "wedge":
        head = [(-wide, -13.6), (2, -13.2), (wide + 1.6, -7.6), (wide + 1.6, -5.6), (2, -5), (-wide, -5)]
    e.paint(e.polygon(head), s, 0.55, 0.45, 2.5, edge=True, dither=0.5)
    e.paint(e.box(-wide - 0.8, -14.2, -wide + 2.0, -4.4, 0.6), s, 0.72, 0.35, 1.4, edge=True)
    if kind == "banded":
        e.paint(e.box(-2.4, -14, 2.4, -4.6), BRASS, 0.65, 0.35, 1.6, edge=True)
    return Said("heavy", f"with a {wood.word} handle")


def saw(e: Easel, s: Material, d: Choices) -> Said:
    """A hand saw with teeth along its lower edge."""
    e.place(d.pick((-35, 35, -20, 145)), d.between(0.98, 1.04))
    wood, teeth = d.pick(HANDLES), d.pick((7, 8, 9))
    lower = []
    for number in range(teeth):
        x = 14 - 18.0 * number / teeth
        lower += [(x, 1.4 + 2.2 * number / teeth), (x - 1.0, 3.8 + 2.4 * number / teeth)]
    e.paint(e.polygon([(-4, -3.6), (14, -1.4), *lower, (-4.5, 4.4)]), s, 0.66, 0.3, 2)
    e.paint(abs(e.box(-12.4, -3.8, -4.6, 5.6, 3)) - 1.4 * e.scale, wood, 0.58, 0.4, 1.5, edge=True)
    e.paint(e.box(-5.6, -4.6, -2.6, 5.6, 1), wood, 0.62, 0.35, 1.5, edge=True)
    return Said("", f"with a {wood.word} handle")


def fishing_rod(e: Easel, s: Material, d: Choices) -> Said:
    """A rod with its line, reel, float and hook."""
    e.place(0, 1.0)
    float_of, tip = d.pick((RED, BLUE, GREEN, YELLOW)), (d.between(6, 9), -13)
    e.paint(e.stroke(bend((-12, 13), (-4, -5), tip), 3.0, 1.3), s, 0.58, 0.4, 1.6)
    e.paint(e.stroke([(-12, 13), (-9.4, 7.6)], 3.6), LEATHER, 0.5, 0.4, 1.7, edge=True)
    reel = d.chance(0.6)
    if reel:
        e.paint(e.disc(-5.0, 4.0, 2.7), d.pick((IRON, BRASS, STEEL)), 0.6, 0.5, 2, edge=True)
        e.dot(-5, 4, DARK, 0.1)
    low = d.between(2, 5)
    e.line([tip, (tip[0] + 1.5, low)], WHITE, 0.8, 1.1)
    x = tip[0] + 1.5
    e.paint(e.disc(x, low, 2.5), float_of, 0.6, 0.5, 2)
    e.flat(e.box(x - 3, low, x + 3, low + 3), WHITE, 0.85, within=e.disc(x, low, 2.5))
    e.line([(x, low + 2.5), (x, low + 5)], WHITE, 0.8, 1.1)
    e.paint(
        e.stroke([(x, low + 5), (x, low + 7.5), *arc(x - 1.9, low + 7.5, 1.9, 2.0, 0, 190, 6)], 1.3), STEEL, 0.7, 0.2, 1
    )
    return Said("", f"with a {float_of.word} float" + (" and a reel" if reel else ""))


def rope(e: Easel, s: Material, d: Choices) -> Said:
    """Rope wound into a coil, one end loose."""
    e.place(0, d.between(0.95, 1.05), 0, 0)
    if d.chance(0.5):
        for y in (7.0, 3.4, -0.2, -3.8)[: d.pick((3, 4))]:
            ring = e.ring(0, y, 9.6, 4.4, 4.8)
            e.paint(ring, s, 0.6, 0.4, 2.2, edge=True)
            e.paint(ring, s, 0.34, 0.2, 2, within=_twist(e, ring))
        e.paint(e.stroke(bend((8, 7), (12.5, 9), (11.5, 12.6)), 3.2), s, 0.6, 0.4, 1.6, edge=True)
        return Said("coiled", "lying in a stack of rings")
    for rx, ry in ((9.4, 10.6), (6.6, 8.0)):
        ring = e.ring(0, 0, rx, 3.4, ry)
        e.paint(ring, s, 0.6, 0.42, 1.9, edge=True)
        e.paint(ring, s, 0.34, 0.2, 2, within=_twist(e, ring))
    for y in (-0.9, 1.9, 4.7):
        e.paint(e.stroke([(-12.4, y - 0.6), (-3.4, y + 0.6)], 2.6), s, 0.68, 0.35, 1.4, edge=True)
    e.paint(e.stroke(bend((-11, 4), (-13.5, 9), (-11, 12.5)), 2.6), s, 0.62, 0.35, 1.4, edge=True)
    return Said("coiled", "bound in the middle")


def _twist(e: Easel, ring: Field) -> Field:
    return ring + 4.0 * (((e.x + 2 * e.y) % 4.0) > 1.3)


def broom(e: Easel, s: Material, d: Choices) -> Said:
    """A besom or a flat broom, its bristles of straw."""
    e.place(d.pick((45, -45, 135, -135)), d.between(0.98, 1.05))
    cord, straw = d.pick((RED, BLUE, GREEN, BROWN)), Material("straw", "", 84, 0.110, 0.34, 0.88)
    e.paint(e.stroke([(0, -17), (0, 4)], 2.6), s, 0.58, 0.42, 1.5)
    wide = d.between(5.0, 6.6)
    e.paint(
        e.polygon(mirrored([(1.9, 2.5), (wide, 10), (wide + 0.8, 15), (1.2, 16.4)])),
        straw,
        0.56 - 0.04 * e.x,
        0.3,
        2,
        edge=True,
    )
    for slope in (-0.7, -0.25, 0.2, 0.65):
        e.line([(slope * 2.4, 6), (slope * wide, 15.5)], straw, 0.2, 0.9)
    e.paint(e.box(-2.6, 2.6, 2.6, 5.6, 0.6), cord, 0.6, 0.35, 1.5, edge=True)
    return Said("", f"tied with a {cord.word} cord")


def telescope(e: Easel, s: Material, d: Choices) -> Said:
    """A spyglass of three tubes, drawn out."""
    e.place(d.pick((-38, 38, -38, -142)), d.between(0.95, 1.03))
    hide = d.pick((LEATHER, RED, BLUE, DARK_WOOD, BLACK, GREEN))
    for x0, x1, half, material in ((-15, -6, 2.4, s), (-6, 3, 3.4, s), (2, 13.5, 4.6, hide)):
        tube = e.box(x0, -half, x1, half)
        e.paint(tube, material, 0.62 - 0.3 * e.y / half, 0.1, 2, edge=True)
        e.shine(e.box(x0 + 1, -half * 0.55, x1 - 1, -half * 0.2), 1)
    for x, half in ((-14.6, 3.1), (-6, 4.1), (2.6, 5.2), (13, 5.6)):
        e.paint(e.box(x - 1.3, -half, x + 1.3, half, 0.6), s, 0.72 - 0.3 * e.y / half, 0.1, 1.3, edge=True)
    e.paint(e.disc(14.4, 0, 1.5, 4.2), GLASS, 0.7, 0.3, 2)
    return Said("", f"covered with {hide.word}" if hide.of else f"with a {hide.word} tube")


def spectacles(e: Easel, s: Material, d: Choices) -> Said:
    """A pair of glasses, round or square, clear or dark."""
    e.place(d.pick((0, 0, -14, 14)), d.between(0.98, 1.05))
    tint = d.pick((GLASS, GLASS, BLUE, GREEN, RED, DARK))
    square = d.chance(0.35)
    for side in (-1, 1):
        e.paint(e.stroke([(side * 11.4, -2), (side * 13.0, -6.4), (side * 10.4, -9.4)], 1.8), s, 0.6, 0.3, 1.2)
        lens = e.box(side * 6.6 - 5.4, -4.4, side * 6.6 + 5.4, 5.4, 2) if square else e.disc(side * 6.6, 0, 5.5)
        e.paint(lens, tint, 0.6, -0.2, 3)
        e.flat(e.stroke([(side * 6.6 - 2.6, 1.4), (side * 6.6 + 0.8, -2.8)], 1.7), tint, 0.99, within=lens + 0.5)
        e.paint(abs(lens) - 1.0, s, 0.62, 0.4, 1.2)
    e.paint(e.stroke(bend((-1.8, -1), (0, -3.2), (1.8, -1)), 1.9), s, 0.7, 0.3, 1.2)
    glass = {"glass": "clear", "dark": "black"}.get(tint.word, tint.word)
    return Said("square" if square else "round", f"with {glass} lenses")


def compass(e: Easel, s: Material, d: Choices) -> Said:
    """A pocket compass with its needle."""
    e.place(0, d.between(0.95, 1.05), 0, 1)
    face, needle, ring = (
        d.pick((WHITE, Material("cream", "", 88, 0.05, 0.5, 0.97), BLUE)),
        d.pick((RED, RED, BLUE, BLACK)),
        d.chance(0.6),
    )
    if ring:
        e.paint(e.ring(0, -12.4, 2.3, 1.7), s, 0.6, 0.4, 1.2)
    e.paint(e.disc(0, 0, 11.4), s, 0.56, 0.45, 2.6)
    dial = e.disc(0, 0, 8.4)
    e.paint(dial, face, 0.78, -0.35, 2, edge=True)
    for angle in range(0, 360, 90):
        e.place(angle, 1.0, 0, 1)
        e.flat(e.stroke([(0, -7.6), (0, -6.8)], 1.3), DARK, 0.4)
    e.place(d.pick((-50, -35, 25, 40, 60)), 1.0, 0, 1)
    e.flat(e.polygon([(0, -7.8), (2.7, 0), (-2.7, 0)]), needle if needle is not face else RED, 0.6)
    e.flat(e.polygon([(0, 7.8), (2.7, 0), (-2.7, 0)]), IRON, 0.55)
    e.flat(e.disc(0, 0, 1.2), BRASS, 0.8)
    e.place()
    return Said("", f"with a {(needle if needle is not face else RED).word} needle")

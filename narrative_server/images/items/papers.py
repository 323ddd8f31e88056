"""Maps, letters, quills and ink pots."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    BROWN,
    DARK,
    GOLD,
    GREEN,
    PURPLE,
    RED,
    WATER,
    WHITE,
    Material,
)
from narrative_server.images.items.shapes import bend, mirrored
from narrative_server.images.items.words import Said


def treasure_map(e: Easel, s: Material, d: Choices) -> Said:
    """An unrolled map: a coast, a dotted way and a red cross."""
    e.place(d.pick((0, -8, 8)), d.between(0.92, 1.0))
    jag = [d.between(-1, 1) for _ in range(8)]
    outline = [
        (-12.5, -9.5 + jag[0]),
        (-4, -10.5 + jag[1]),
        (5, -9.5 + jag[2]),
        (12.8, -10.8),
        (11.8 + jag[3], 0),
        (12.8, 9.6),
        (4, 10.4 + jag[4]),
        (-5, 9.4 + jag[5]),
        (-12.8, 10.6),
        (-11.6 + jag[6], 1),
    ]
    sheet = e.polygon(outline)
    e.paint(sheet, s, 0.72, 0.4, 2.2, dither=0.8)
    sea = d.chance(0.6)
    if sea:
        e.flat(e.polygon([(-14, 4), (-6, 5 + jag[7]), (-2, 12), (-14, 14)]), WATER, 0.7, within=sheet + 1.5)
    for x, y in ((-7.5, -5), (-4.4, -4.2)):
        e.flat(e.polygon([(x, y - 3), (x + 2.6, y + 2), (x - 2.6, y + 2)]), d.pick((BROWN, GREEN)), 0.45)
    way = bend((-8, 2), (0, -3 + 4 * jag[0]), (6.4, 3.4), 9)
    for x, y in way[::2]:
        e.flat(e.stroke([(x, y), (x + 0.7, y)], 1.2), DARK, 0.5)
    cx, cy = 7.2, 4.0
    for side in (-1, 1):
        e.flat(e.stroke([(cx - 2.4, cy - 2.4 * side), (cx + 2.4, cy + 2.4 * side)], 1.7), RED, 0.6)
    e.shine(e.box(-0.4, -12, 0.5, 12), -1)
    return Said("", "with a red cross" + (" beside the sea" if sea else ""))


def letter(e: Easel, s: Material, d: Choices) -> Said:
    """An envelope closed by a wax seal."""
    e.place(d.pick((0, -10, 12)), d.between(0.94, 1.0))
    seal = d.pick((RED, RED, BLUE, GREEN, PURPLE, BLACK))
    e.paint(e.box(-13, -8.8, 13, 8.8, 0.6), s, 0.68, 0.35, 1.6)
    for side in (-1, 1):
        e.line([(side * 12.4, 8.2), (side * 3.4, -0.4)], s, 0.28, 1.0)
    e.paint(e.polygon([(-12.6, -8.4), (12.6, -8.4), (0, 3.0)]), s, 0.84, 0.3, 1.4, edge=True)
    ribbon = d.chance(0.35)
    if ribbon:
        for tip in ((-3.4, 9.6), (3.6, 9.8)):
            e.paint(e.stroke([(0, 2), tip], 2.4), seal, 0.4, 0.3, 1.4, edge=True)
    e.paint(e.disc(0, 1.4, 4.2), seal, 0.55, 0.5, 2.4, edge=True)
    e.paint(e.disc(0, 1.4, 2.3), seal, 0.42, -0.5, 1.6)
    e.dot(-1.5, -1.0, seal, 0.99)
    return Said("sealed", f"with a {seal.word} wax seal" + (" and ribbon" if ribbon else ""))


def quill(e: Easel, s: Material, d: Choices) -> Said:
    """A feather cut for writing, its tip inked."""
    e.place(d.pick((38, 50, -40, 30)), d.between(0.95, 1.03))
    wide, tipped = d.between(3.4, 4.8), d.chance(0.4)
    right = bend((0.5, -15), (wide * 2.2, -8), (1.0, 7), 10)
    left = bend((-0.5, 7), (-wide * 2.0, -3), (0.3, -15), 10)
    e.paint(e.polygon([*right, *left]), s, 0.62 - 0.06 * e.x, 0.35, 2.5)
    for y in (-9, -4, 1):
        e.line([(0.4, y), (wide, y - 3.2)], s, 0.28, 0.9)
        e.line([(-0.4, y + 2), (-wide * 0.8, y - 0.6)], s, 0.4, 0.9)
    e.paint(e.stroke([(0.3, -13), (-0.1, 5), (0, 14)], 1.3, 1.7), WHITE, 0.85, 0.2, 1)
    e.paint(e.stroke([(0, 11.5), (0, 15)], 1.9, 1.0), GOLD if tipped else DARK, 0.5, 0.2, 1)
    return Said("", "with a golden nib" if tipped else "with an inked tip")


def ink_pot(e: Easel, s: Material, d: Choices) -> Said:
    """A small glass pot of ink, open, often with a quill in it."""
    e.place(0, d.between(0.98, 1.08), 0, 3)
    ink = d.pick((DARK, BLUE, RED, GREEN, PURPLE))
    with_quill = d.chance(0.65)
    if with_quill:
        feather = d.pick((WHITE, BROWN, BLUE, RED))
        e.place(28, 0.9, 2.0, -4)
        e.paint(
            e.polygon([*bend((0.5, -13), (7, -7), (1.0, 3), 8), *bend((-0.5, 3), (-6, -4), (0.3, -13), 8)]),
            feather,
            0.62 - 0.06 * e.x,
            0.35,
            2.5,
        )
        e.paint(e.stroke([(0.3, -12), (0, 9)], 1.5), WHITE, 0.85, 0.2, 1)
        e.place(0, 1.0, 0, 3)
    wide = d.between(8.2, 9.6)
    square = d.chance(0.4)
    half = (
        [(3.6, -1), (3.6, 1), (wide, 2.4), (wide, 9.4)]
        if square
        else [(3.4, -1), (3.4, 0.6), (wide * 0.75, 2.4), (wide, 6.6), (wide * 0.82, 9.8)]
    )
    e.paint(e.polygon(mirrored(half)), s, 0.5 - 0.03 * e.x, 0.42, 3, edge=True, dither=0.6)
    e.paint(e.disc(0, -1, 4.6, 1.8), s, 0.8, 0.2, 1.2, edge=True)
    e.flat(e.disc(0, -0.9, 3.0, 1.0), ink, 0.2)
    e.shine(e.stroke([(-wide * 0.55, 4), (-wide * 0.6, 7)], 1.6), 2)
    name = "black" if ink is DARK else ink.word
    return Said("", f"of {name} ink" + (" with a quill in it" if with_quill else ""))

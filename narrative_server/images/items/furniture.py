"""Furniture: chairs, tables, beds, stools, bookshelves, thrones."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BROWN,
    DARK,
    GOLD,
    GREEN,
    IRON,
    PURPLE,
    RED,
    WHITE,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import Point, arc, bend
from narrative_server.images.items.words import Said

CUSHIONS = (RED, BLUE, GREEN, PURPLE, None)


def chair(e: Easel, s: Material, d: Choices) -> Said:
    """A chair at a slant, its back of slats, bars or cloth."""
    e.place(0, d.between(0.95, 1.03))
    cushion, back = d.pick(CUSHIONS), d.pick(("slats", "bars", "solid", "round"))
    for x, top, low in ((-7.4, -13, 10.4), (4.6, -11, 8.4)):
        e.paint(e.stroke([(x, top if back != "round" else -3), (x, low)], 2.6), s, 0.55, 0.35, 1.4)
    if back == "round":
        e.paint(e.polygon([(-8.4, -2), *arc(-1.4, -6, 7.4, 7.6, 180, 360), (6, -2)]), s, 0.56, 0.4, 2)
        e.paint(e.disc(-1.4, -6, 4.0, 3.8), cushion or DARK, 0.5, -0.3, 2)
    elif back == "solid":
        e.paint(e.polygon([(-8, -13.5), (5.4, -11.5), (5.4, -2), (-8, -2)]), s, 0.62, 0.35, 2, edge=True)
        if cushion:
            e.paint(e.polygon([(-5.6, -10.8), (3.2, -9.4), (3.2, -3), (-5.6, -3)]), cushion, 0.55, 0.4, 2.5, edge=True)
    elif back == "slats":
        for y in (-12, -8, -4):
            e.paint(e.polygon([(-7, y - 1), (4.6, y + 0.6), (4.6, y + 2.4), (-7, y + 1)]), s, 0.66, 0.3, 1.3, edge=True)
    else:
        e.paint(e.polygon([(-8, -14), (5.4, -12), (5.4, -9.6), (-8, -11.4)]), s, 0.66, 0.3, 1.4, edge=True)
        for x in (-4, 0.4):
            e.paint(e.stroke([(x, -10), (x, 0)], 1.6), s, 0.55, 0.3, 1)
    seat = [(-8.4, -1.4), (5.4, -1.4), (10.0, 2.6), (-4.6, 2.6)]
    e.paint(e.stroke([(-3.8, 4), (-3.8, 13)], 2.6), s, 0.58, 0.35, 1.4, edge=True)
    e.paint(e.stroke([(8.8, 4), (8.8, 13)], 2.6), s, 0.5, 0.35, 1.4, edge=True)
    e.paint(e.box(-5.4, 2, 10.4, 5, 0.5), s, 0.46, 0.25, 1.4, edge=True)
    e.paint(e.polygon(seat), cushion or s, 0.8 if cushion is None else 0.68, 0.2, 2, edge=True)
    words = {
        "slats": "with a slatted back",
        "bars": "with a barred back",
        "solid": "with a high back",
        "round": "with a round back",
    }
    return Said("", words[back] + (f" and a {cushion.word} cushion" if cushion else ""))


def table(e: Easel, s: Material, d: Choices) -> Said:
    """A table, round or square, bare, laid or with a cloth."""
    e.place(0, d.between(0.96, 1.02), 0, 1)
    round_top, on_top, cloth = d.chance(0.45), d.pick(("", "candle", "loaf", "mug")), d.pick((*CUSHIONS, None, WHITE))
    if round_top:
        e.paint(e.stroke([(0, 0), (0, 9)], 4.0), s, 0.5, 0.4, 2)
        for side in (-1, 1):
            e.paint(e.stroke(bend((0, 8), (side * 5, 8), (side * 8, 12)), 3.0), s, 0.52, 0.4, 1.5)
        e.paint(e.disc(0, -1.4, 13.4, 5.4), s, 0.4, 0.2, 2, edge=True)
        e.paint(e.disc(0, -3.0, 13.4, 5.2), cloth or s, 0.78, 0.2, 2, edge=True)
    else:
        for x, low in ((-11.4, 12), (11.4, 12), (-8.6, 7), (8.6, 7)):
            e.paint(e.stroke([(x, 0), (x, low)], 2.8), s, 0.52 if low > 9 else 0.36, 0.3, 1.4)
        e.paint(e.box(-13.4, 0, 13.4, 3), s, 0.5, 0.2, 1.4, edge=True)
        e.paint(e.polygon([(-10, -7), (10, -7), (13.4, 0), (-13.4, 0)]), s, 0.78, 0.2, 1.6, edge=True)
        if cloth:
            e.paint(
                e.polygon([(-13.2, 0), (13.2, 0), (13.2, 4), (6.6, 6.4), (0, 4), (-6.6, 6.4), (-13.2, 4)]),
                cloth,
                0.5,
                0.25,
                2,
            )
            e.paint(e.polygon([(-10, -7), (10, -7), (13.4, 0), (-13.4, 0)]), cloth, 0.8, 0.2, 1.6, edge=True)
        else:
            e.line([(-11.4, -3.4), (11.4, -3.4)], s, 0.5)
    if on_top == "candle":
        e.paint(e.box(-1.4, -9.6, 1.4, -4), WHITE, 0.8, 0.2, 1.4, edge=True)
        e.flat(e.disc(0, -11.6, 1.3, 2.2), YELLOW, 0.85)
    elif on_top == "loaf":
        e.paint(e.disc(-2, -6, 5.0, 2.9), BROWN, 0.66, 0.42, 2.4, edge=True)
    elif on_top == "mug":
        e.paint(e.ring(4.8, -6.6, 1.8, 1.2), IRON, 0.6, 0.3, 1, edge=True)
        e.paint(e.box(-0.6, -9.4, 4.2, -4), IRON, 0.66, 0.35, 2, edge=True)
    cover = f"with a {cloth.word} cloth" if cloth else ""
    laid = f"{'and' if cover else 'with'} a {on_top} on it" if on_top else ""
    return Said("round" if round_top else "square", f"{cover} {laid}".strip() or "with nothing on it")


def bed(e: Easel, s: Material, d: Choices) -> Said:
    """A bed from its foot, blanket and pillow on it."""
    e.place(0, d.between(0.95, 1.0), 0, 0)
    blanket, pillows, arched = d.pick((RED, BLUE, GREEN, PURPLE, BROWN, YELLOW)), d.pick((1, 2)), d.chance(0.5)
    head = [
        (-11, 0),
        (-11, -10),
        *(arc(0, -9.5, 11, 4.6, 180, 360) if arched else [(-11, -12.4), (11, -12.4)]),
        (11, -10),
        (11, 0),
    ]
    e.paint(e.polygon(head), s, 0.55, 0.35, 2)
    e.paint(e.polygon([(-9.6, -6), (9.6, -6), (11.4, 6), (-11.4, 6)]), WHITE, 0.82, 0.2, 2, edge=True)
    for x in (0,) if pillows == 1 else (-4.8, 4.8):
        e.paint(
            e.box(x - (6.2 if pillows == 1 else 4.2), -8.6, x + (6.2 if pillows == 1 else 4.2), -3.8, 2.2),
            WHITE,
            0.85,
            0.4,
            2.4,
            edge=True,
        )
    e.paint(
        e.polygon([(-10.6, -1.6), (10.6, -1.6), (12.0, 8.4), (-12.0, 8.4)]), blanket, 0.6, 0.3, 3, edge=True, dither=0.5
    )
    e.paint(e.polygon([(-10.5, -2.6), (10.5, -2.6), (10.9, 0.2), (-10.9, 0.2)]), blanket, 0.9, 0.1, 1)
    if d.chance(0.5):
        for x in (-7, 0, 7):
            e.shine(e.box(x - 0.7, 0.6, x + 0.7, 9), 1)
    e.paint(e.box(-13, 5.6, 13, 11.4, 1), s, 0.55, 0.35, 2, edge=True)
    for x in (-12, 12):
        e.paint(e.box(x - 1.5, 2.4, x + 1.5, 13), s, 0.6, 0.35, 1.4, edge=True)
        e.paint(e.disc(x, 2.2, 1.9), s, 0.7, 0.4, 1.6, edge=True)
    return Said("", f"with a {blanket.word} blanket and {'a pillow' if pillows == 1 else 'two pillows'}")


def stool(e: Easel, s: Material, d: Choices) -> Said:
    """A three-legged stool."""
    cushion, tall = d.pick(CUSHIONS), d.between(8.4, 11)
    e.place(0, d.between(1.0, 1.08), 0, 1)
    for x, low in ((0, tall - 1.6), (-7.4, tall + 1), (7.4, tall + 1)):
        e.paint(e.stroke([(x * 0.75, -2), (x * 1.2, low)], 3.0), s, 0.5 - 0.015 * x, 0.4, 1.6, edge=True)
    e.paint(e.stroke([(-7, 6.4), (7, 6.4)], 1.7), s, 0.45, 0.3, 1.2, edge=True)
    e.paint(e.disc(0, -2.4, 11.6, 4.6), s, 0.42, 0.25, 2, edge=True)
    e.paint(e.disc(0, -4.6, 11.6, 4.4), s, 0.75, 0.3, 2, edge=True)
    if cushion:
        e.paint(e.disc(0, -6.4, 9.8, 3.9), cushion, 0.62, 0.4, 3, edge=True)
    return Said("three-legged", f"with a {cushion.word} cushion" if cushion else "with a round seat")


def bookshelf(e: Easel, s: Material, d: Choices) -> Said:
    """A tall shelf of books, a thing or two between them."""
    e.place(0, d.between(0.98, 1.02))
    e.paint(e.box(-11.6, -14, 11.6, 14, 0.8), s, 0.56, 0.35, 2)
    between = d.pick(("skull", "potion", ""))
    for row, top in enumerate((-12.0, -3.6, 4.8)):
        e.flat(e.box(-9.6, top, 9.6, top + 7), s, 0.08)
        x = -9.4
        while x < 8.2:
            if row == 1 and between and -1.4 < x < 1.8:
                if between == "skull":
                    e.flat(e.disc(x + 2.4, top + 4, 2.2), WHITE, 0.85)
                    e.flat(e.box(x + 1.4, top + 5, x + 3.4, top + 7), WHITE, 0.75)
                    for eye in (1.4, 3.4):
                        e.dot(x + eye, top + 4, DARK, 0.1)
                else:
                    e.paint(e.disc(x + 2.4, top + 4.8, 2.2), d.pick((RED, GREEN, BLUE)), 0.66, 0.4, 2)
                    e.flat(e.box(x + 1.9, top + 1, x + 2.9, top + 3), WHITE, 0.8)
                x += 5.2
                continue
            wide, tall = d.pick((2.0, 2.0, 3.0)), d.pick((5.0, 6.0, 6.0))
            cover = d.pick((RED, BLUE, GREEN, PURPLE, BROWN, YELLOW))
            e.flat(e.box(x, top + 7 - tall, x + wide, top + 7), cover, 0.5)
            e.flat(e.box(x, top + 7 - tall, x + 0.9, top + 7), cover, 0.82)
            if wide > 2:
                e.flat(e.box(x, top + 8.6 - tall, x + wide, top + 9.4 - tall), GOLD, 0.8)
            x += wide + 0.1
    return Said("tall", "full of books" + (f" with a {between}" if between else ""))


def throne(e: Easel, s: Material, d: Choices) -> Said:
    """A throne from the front, cushioned, its back crowned."""
    cushion, crest = d.pick((RED, PURPLE, BLUE, GREEN)), d.pick(("pointed", "round", "horned"))
    e.place(0, d.between(0.96, 1.02))
    back: dict[str, list[Point]] = {
        "pointed": [(-8, -9), (-4, -10.4), (0, -14.6), (4, -10.4), (8, -9)],
        "round": arc(0, -8, 8, 6.2, 180, 360),
        "horned": [(-8.4, -14.4), (-5, -10), (0, -11.4), (5, -10), (8.4, -14.4)],
    }
    tops = back[crest]
    e.paint(e.polygon([(-8, 4), *tops, (8, 4)]), s, 0.58, 0.4, 2.2)
    e.paint(e.box(-5.2, -8, 5.2, 3, 1.4), cushion, 0.52, 0.4, 3, edge=True)
    for x, y in ((-2.4, -4.6), (2.4, -4.6), (0, -1.6)):
        e.dot(x, y, GOLD, 0.95)
    e.paint(e.box(-9, 6, 9, 12), s, 0.46, 0.3, 2, edge=True)
    e.paint(e.box(-8.4, 2.6, 8.4, 6.8, 1.6), cushion, 0.66, 0.4, 2.4, edge=True)
    for side in (-1, 1):
        e.paint(e.box(side * 10 - 2, -0.6, side * 10 + 2, 13, 0.6), s, 0.56, 0.35, 1.8, edge=True)
        e.paint(e.disc(side * 10, -1.2, 2.8), s, 0.68, 0.45, 2, edge=True)
    e.paint(
        e.disc(0, tops[len(tops) // 2][1] + 2.2, 1.6), RED if cushion is not RED else BLUE, 0.66, 0.4, 1.6, edge=True
    )
    return Said("", f"with a {cushion.word} cushion and a {crest} back")

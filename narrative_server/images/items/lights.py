"""Things that burn: lanterns, torches, candles, campfires, fireballs, bombs."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BRASS,
    BROWN,
    CANVAS,
    CORE,
    DARK,
    FIRE,
    FLAME,
    GLASS,
    GOLD,
    GREY,
    IRON,
    ROPE,
    SILVER,
    STONE,
    WHITE,
    WOODEN,
    Material,
)
from narrative_server.images.items.shapes import Point, arc, bend
from narrative_server.images.items.words import Said

BLUE_FIRE = (Material("blue", "", 258, 0.190, 0.42, 0.70), Material("blue", "", 225, 0.130, 0.66, 0.94))
GREEN_FIRE = (Material("green", "", 148, 0.190, 0.42, 0.72), Material("green", "", 128, 0.170, 0.74, 0.96))
PURPLE_FIRE = (Material("purple", "", 308, 0.200, 0.40, 0.68), Material("purple", "", 325, 0.130, 0.68, 0.92))
ORANGE_FIRE = (FIRE, FLAME)
FIRES = (ORANGE_FIRE, ORANGE_FIRE, ORANGE_FIRE, BLUE_FIRE, GREEN_FIRE, PURPLE_FIRE)


def flame(
    e: Easel, x: float, y: float, wide: float, tall: float, fire: tuple[Material, Material], lean: float = 0.0
) -> None:
    """A flame standing on (x, y), its tip leaning by `lean` px."""

    def tongue(share: float) -> list[Point]:
        w, h = wide * share, tall * share
        tip = (x + lean * share, y - h)
        right = [*bend(tip, (x + 0.15 * w, y - 0.62 * h), (x + w * 0.92, y - 0.36 * h), 6)]
        return [
            *right,
            *bend((x + w * 0.95, y - 0.2 * h), (x, y + 0.24 * h), (x - w * 0.95, y - 0.2 * h), 8),
            *bend((x - w, y - 0.34 * h), (x - 0.75 * w, y - 0.7 * h), tip, 6),
        ]

    e.paint(e.polygon(tongue(1.0)), fire[0], 0.55 + 0.04 * (e.y - y + 0.4 * tall), 0.1)
    e.flat(e.polygon(tongue(0.70)), fire[0], 0.99)
    e.paint(e.polygon(tongue(0.56)), fire[1], 0.5 + 0.06 * (e.y - y + 0.3 * tall), 0.0)
    if tall > 6:
        e.flat(e.polygon(tongue(0.30)), CORE, 0.8)


def torch(e: Easel, s: Material, d: Choices) -> Said:
    """A burning stick, its head wrapped or caged."""
    fire, caged, angle = d.pick(FIRES), d.chance(0.35), d.pick((0, 20, -20, 30))
    e.place(angle, 1.0, -0.12 * angle, 5)
    e.paint(e.stroke([(0, 9.8), (0, -3)], 2.8, 4.2), s, 0.55, 0.42, 1.8)
    e.place()
    head_x, head_y = -0.12 * angle + 0.10 * angle, -0.5
    flame(e, head_x, head_y, d.between(4.8, 6.0), d.between(11.5, 13), fire, d.between(-2, 2))
    e.place(angle, 1.0, -0.12 * angle, 5)
    e.paint(e.box(-3.4, -6.4, 3.4, -1.6, 1), IRON if caged else CANVAS, 0.45, 0.4, 2, edge=True)
    if caged:
        for x in (-3, 0, 3):
            e.paint(e.stroke([(x, -3), (x * 1.3, -8)], 1.3), IRON, 0.6, 0.2, 1)
    else:
        for y in (-5, -3):
            e.line([(-3, y + 0.6), (3, y - 0.6)], CANVAS, 0.1, 0.9)
    return Said("burning", f"with a {fire[0].word} flame" + (" in an iron cage" if caged else ""))


def candle(e: Easel, s: Material, d: Choices) -> Said:
    """A candle, alone, in a holder with a ring, or three of them."""
    kind = d.pick(("alone", "holder", "holder", "three"))
    fire, holder = d.pick((ORANGE_FIRE, ORANGE_FIRE, ORANGE_FIRE, BLUE_FIRE)), d.pick((GOLD, SILVER, IRON))
    spots = {"alone": ((0, 0),), "holder": ((0, 1),), "three": ((-7, 2.5), (7, 3.5), (0, -1))}[kind]
    tall, wide = d.between(8.5, 12.5), 2.9 if kind == "three" else d.between(3.1, 4.4)
    if kind == "holder":
        e.paint(e.ring(9.2, 8.4, 3.0, 1.9), holder, 0.6, 0.4, 1.3)
        e.paint(e.disc(0, 10.6, 10.2, 3.0), holder, 0.55, 0.4, 2.5)
        e.flat(e.disc(0, 9.8, 7.0, 1.5), holder, 0.3)
    for x, lift in spots:
        top, low = 9.5 - tall + lift * (kind == "three"), 10.2 if kind != "holder" else 9.2
        low += 1.2 if kind == "three" and x else 0
        body = e.polygon(
            [(x - wide, top), (x + wide, top), (x + wide, low), *bend((x + wide, low), (x, low + 2.4), (x - wide, low))]
        )
        e.paint(body, s, 0.62 - 0.36 * (e.x - x) / wide, 0.1, edge=True)
        e.paint(e.disc(x, top, wide, 1.5), s, 0.92, 0.0)
        for drip in (-0.55, 0.65):
            e.flat(
                e.stroke([(x + drip * wide, top), (x + drip * wide, top + d.between(2, 5))], 1.6),
                s,
                0.85 if drip < 0 else 0.5,
            )
        e.flat(e.stroke([(x, top), (x, top - 1.6)], 1.0), DARK, 0.1)
        flame(e, x, top - 1.2, 2.5, 7.6, fire, d.between(-1, 1))
    words = {"alone": "", "holder": f"in a {holder.word} holder", "three": "beside two others"}
    return Said("lit", words[kind])


def lantern(e: Easel, s: Material, d: Choices) -> Said:
    """A lantern with panes, lit or out."""
    e.place(0, d.between(0.95, 1.03), 0, 1)
    fire = d.pick((*FIRES, None))
    wide, round_glass = d.between(6.6, 8.0), d.chance(0.4)
    e.paint(e.stroke(arc(0, -9, 4.6, 5.0, 180, 360), 1.7), s, 0.65, 0.3, 1.2)
    pane = e.disc(0, 1.6, wide + 0.8, 7.4) if round_glass else e.box(-wide, -5, wide, 8)
    if fire is None:
        e.paint(pane, GLASS, 0.35 - 0.02 * (e.x + e.y), -0.2, 3)
        e.shine(e.stroke([(-3.5, 3.4), (0.6, -2.6)], 1.7), 2)
    else:
        e.paint(pane, fire[0], 0.9 - 0.075 * ((e.x**2 + (e.y - 1.5) ** 2) ** 0.5), 0.0, dither=1.0)
        flame(e, 0, 6, 3.4, 9.2, (fire[1], fire[1]))
    e.paint(
        e.polygon(
            [
                (-2.4, -10.6),
                (2.4, -10.6),
                (wide + 1.6, -5.4),
                (wide + 1.6, -3.8),
                (-wide - 1.6, -3.8),
                (-wide - 1.6, -5.4),
            ]
        ),
        s,
        0.58 - 0.03 * e.x,
        0.35,
        2,
        edge=True,
    )
    e.paint(e.box(-2, -12, 2, -9.6, 0.8), s, 0.7, 0.3, 1.4)
    e.paint(
        e.polygon([(-wide - 0.4, 7), (wide + 0.4, 7), (wide + 1.8, 11.4), (-wide - 1.8, 11.4)]),
        s,
        0.5 - 0.03 * e.x,
        0.35,
        2,
        edge=True,
    )
    for x in (-wide, wide) if not round_glass else (-wide, 0.0, wide):
        pull = x * 1.35 if round_glass else x
        e.paint(e.stroke(bend((x * 0.92, -4), (pull, 1.5), (x * 0.92, 7.4)), 1.5), s, 0.62, 0.3, 1.2)
    return Said("lit" if fire else "unlit", f"with a {fire[0].word} flame" if fire else "with clear panes")


def campfire(e: Easel, s: Material, d: Choices) -> Said:
    """Logs burning, in a ring of stones or with a pot hung over them."""
    fire = {"": ORANGE_FIRE, "blue": BLUE_FIRE, "green": GREEN_FIRE, "purple": PURPLE_FIRE}[
        s.word if s.word in ("blue", "green", "purple") else ""
    ]
    kind = d.pick(("stones", "logs", "pot", "stones"))
    e.place(0, d.between(0.95, 1.0), 0, 2)
    if kind == "pot":
        for side in (-1, 1):
            e.paint(e.stroke([(side * 12, 10), (side * 11, -11)], 2.2), WOODEN, 0.5, 0.3, 1.3)
        e.paint(e.stroke([(-12.4, -11), (12.4, -11)], 2.0), WOODEN, 0.6, 0.3, 1.3)
    lean = d.between(-1.5, 1.5)
    tall = 12.0 if kind == "pot" else d.between(17, 20)
    flame(e, -4.6, 7.6, 4.6, tall * 0.64, fire, -1.6 + lean)
    flame(e, 4.8, 7.6, 4.4, tall * 0.56, fire, 1.8 + lean)
    flame(e, 0.2, 8, 6.6, tall, fire, lean)
    if kind == "pot":
        e.paint(
            e.polygon([(-5.6, -6), (5.6, -6), (5, -0.6), (2.6, 2), (-2.6, 2), (-5, -0.6)]),
            BLACK,
            0.5,
            0.4,
            2,
            edge=True,
        )
        e.paint(e.stroke([(-6, -6), (6, -6)], 1.8), IRON, 0.6, 0.2, 1)
        e.line([(0, -11), (0, -7)], IRON, 0.5)
    for start, end in (((-9, 11), (8, 6.4)), ((9, 11), (-8, 6.4))):
        e.paint(e.stroke([start, end], 3.4), BROWN, 0.5, 0.4, 1.8, edge=True)
        e.paint(e.disc(*start, 1.9), BROWN, 0.92, 0.2, 1.5, edge=True)
    if kind == "stones":
        for x, y in ((-11.4, 8.6), (11.4, 8.6), (-7.4, 11.2), (7.6, 11.2), (-2.6, 12), (2.8, 12)):
            e.paint(e.disc(x, y, 2.8, 2.2), STONE, 0.55, 0.45, 2, edge=True)
    return Said(
        "burning", {"stones": "in a ring of stones", "logs": "of crossed logs", "pot": "with a pot hung over it"}[kind]
    )


def fireball(e: Easel, s: Material, d: Choices) -> Said:
    """A ball of fire flying, its tail behind it."""
    fire = {"blue": BLUE_FIRE, "green": GREEN_FIRE, "purple": PURPLE_FIRE}.get(s.word, ORANGE_FIRE)
    angle, long = d.pick((0, 45, 45, 90, 135, -45, -135, 180)), d.between(12, 17)
    shift = (long - 8) / 2
    e.place(angle, d.between(0.84, 0.92))
    hub = -shift - 1.5
    for y, reach, width in ((-4.6, 0.72, 4.6), (4.6, 0.64, 4.8), (0, 1.0, 9.0), (-2.4, 0.86, 5), (2.6, 0.9, 5)):
        sway = d.between(-1.6, 1.6)
        e.paint(
            e.stroke(
                bend((hub, y), (hub + long * reach * 0.6, y * 1.1 + sway), (hub + 3 + long * reach, y * 0.9 - sway)),
                width,
                0.9,
            ),
            fire[0],
            0.45,
            0.25,
            2,
        )
    e.paint(e.disc(hub, 0, 7.4), fire[0], 0.66, 0.3, 3)
    for y, reach in ((-2.8, 0.46), (2.9, 0.5), (0, 0.66)):
        e.flat(e.stroke([(hub, y), (hub + 2 + long * reach, y * 0.9)], 3.8, 0.8), fire[1], 0.4)
    e.paint(e.disc(hub, 0, 5.4), fire[1], 0.6, 0.3, 4)
    e.flat(e.disc(hub - 0.8, 0, 3.0), CORE, 0.7)
    for _ in range(3):
        e.dot(hub + long * d.between(0.6, 1.2), d.between(-7, 7), fire[1], 0.6)
    return Said("flying", "with a flaming tail")


def bomb(e: Easel, s: Material, d: Choices) -> Said:
    """A round bomb with a fuse, burning or not."""
    e.place(0, d.between(0.92, 1.03), 0, 1)
    lit = d.chance(0.7)
    e.paint(e.disc(-1.5, 3.2, 9.8), s, 0.42, 0.42, 8, dither=0.7)
    e.shine(e.disc(-5.4, -0.6, 2.5, 2.0), 3)
    e.dot(-6, -1, WHITE)
    e.place(38, 1, -1.5, 3.2)
    e.paint(e.box(-3.2, -12, 3.2, -8.6, 0.8), d.pick((IRON, BRASS, GREY)), 0.62, 0.4, 1.6, edge=True)
    e.place(0, 1, 0, 1)
    tip = (11.0, -9.5) if lit else (11.5, -8)
    e.paint(e.stroke(bend((5.2, -5.4), (7.0, -12.0), tip), 1.9), ROPE, 0.65, 0.3, 1)
    if lit:
        for angle in range(0, 360, 45):
            e.place(angle, 1, tip[0], tip[1] + 1)
            e.flat(
                e.stroke([(0, 0), (0, -4.4 if angle % 90 == 0 else -3)], 1.5, 0.9), FIRE if angle % 90 else FLAME, 0.7
            )
        e.place(0, 1, tip[0], tip[1] + 1)
        e.flat(e.disc(0, 0, 2.0), FLAME, 0.8)
        e.flat(e.disc(0, 0, 1.2), CORE, 0.9)
    return Said("", "with a burning fuse" if lit else "with a fuse")

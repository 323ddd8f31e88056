"""Keys, rings of keys, padlocks, gears, levers and anchors."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import BLUE, BRASS, DARK, GREEN, IRON, RED, ROPE, WOODEN, Material
from narrative_server.images.items.shapes import arc
from narrative_server.images.items.words import Said


def key(e: Easel, s: Material, d: Choices) -> Said:
    """A key lying slantwise, its bow up."""
    e.place(d.pick((-45, 45, 45, 135, -135)), d.between(0.95, 1.1))
    bow = d.pick(("round", "heart-shaped", "square", "trefoil"))
    _key(e, s, bow, long=d.between(10.5, 12.5), teeth=d.pick((2, 2, 3)))
    if bow == "round" and d.chance(0.4):
        stone = d.pick((RED, BLUE, GREEN))
        e.paint(e.disc(0, -8.5, 2.3), stone, 0.6, 0.5, edge=True)
        return Said("", f"with a {stone.word} gem")
    return Said("", f"with a {bow} bow")


def _key(e: Easel, s: Material, bow: str, long: float, teeth: int) -> None:
    e.paint(e.stroke([(0, -4), (0, long)], 2.7), s, 0.6, 0.4, 1.5)
    for number in range(teeth):
        low = long - 0.2 - 3.4 * number
        e.paint(e.box(0.6, low - 1.9, 4.9 - 0.9 * (number % 2), low + 0.2), s, 0.55, 0.3, 1.5)
    e.paint(e.box(-2.3, -4.6, 2.3, -2.8, 0.6), s, 0.7, 0.3, 1.5)
    if bow == "round":
        e.paint(e.ring(0, -8.5, 3.7, 2.6), s, 0.6, 0.45, 1.5)
    elif bow == "square":
        e.paint(abs(e.box(-3.7, -12.2, 3.7, -4.8, 1)) - 1.3 * e.scale, s, 0.6, 0.45, 1.5)
    elif bow == "trefoil":
        for x, y in ((-3.4, -7), (3.4, -7), (0, -11.2)):
            e.paint(e.ring(x, y, 2.2, 1.9), s, 0.6, 0.45, 1.5)
    else:
        for x in (-2.4, 2.4):
            e.paint(e.ring(x, -9.4, 2.7, 2.2), s, 0.6, 0.45, 1.5)
        e.paint(e.polygon([(-4.4, -7.2), (4.4, -7.2), (0, -3.4)]), s, 0.55, 0.4, 2)


def key_ring(e: Easel, s: Material, d: Choices) -> Said:
    """Keys hanging from one ring."""
    count = d.pick((2, 3, 3))
    other = d.pick((s, BRASS, IRON))
    spread = d.between(24, 34)
    e.place()
    e.paint(e.ring(0, -7.6, 6.6, 2.0), s, 0.62, 0.45, 1.3)
    spots = ((-4.2, -3.6), (4.2, -3.6)) if count == 2 else ((-5.6, -4.8), (5.6, -4.8), (0, -2.0))
    for number, (x, y) in enumerate(spots):
        e.place(-x / 5.6 * spread + d.between(-4, 4), 1.0, x, y)
        _hanging_key(e, s if number % 2 == 0 else other, d.between(12.5, 14.5))
    return Said("", f"with {'two' if count == 2 else 'three'} keys")


def _hanging_key(e: Easel, s: Material, long: float) -> None:
    e.paint(e.stroke([(0, 4), (0, long)], 2.1), s, 0.6, 0.4, 1.5, edge=True)
    for low in (long, long - 3.4):
        e.paint(e.box(0.6, low - 1.6, 4.2, low + 0.3), s, 0.55, 0.3, 1.5)
    e.paint(e.ring(0, 1.6, 2.3, 1.9), s, 0.62, 0.4, 1.5, edge=True)


def padlock(e: Easel, s: Material, d: Choices) -> Said:
    """A padlock, locked or open."""
    e.place(0, d.between(0.92, 1.04), 0, 0.5)
    is_open = d.chance(0.4)
    shackle = d.pick((s, IRON))
    lift = -2.5 if is_open else 0.0
    foot = -2.0 if is_open else 1.0
    path = [(5.0, 2.0 + lift), *reversed(arc(0, -4 + lift, 5.0, 5.5, 180, 360)), (-5.0, foot + lift)]
    e.paint(e.stroke(path, 2.9), shackle, 0.62, 0.4, 1.5)
    shape = d.pick(("round", "square", "heart-shaped"))
    if shape == "round":
        body = e.disc(0, 5, 8.6, 7.4)
    elif shape == "square":
        body = e.box(-8.5, -1.5, 8.5, 11.5, 1.8)
    else:
        body = e.polygon([(-8.6, -1.5), (8.6, -1.5), (8.6, 4), (3, 11), (0, 12.4), (-3, 11), (-8.6, 4)])
    e.paint(body, s, 0.55, 0.45, 4, edge=True, dither=0.5)
    e.flat(e.disc(0, 3.6, 2.3), DARK, 0.2)
    e.flat(e.polygon([(-1.1, 4), (1.1, 4), (1.9, 8.6), (-1.9, 8.6)]), DARK, 0.2)
    e.shine(e.stroke([(-5, 1.4), (-3, 0.6)], 1.4), 1)
    return Said("open" if is_open else "locked", f"with a {shape} body")


def gear(e: Easel, s: Material, d: Choices) -> Said:
    """A toothed wheel."""
    teeth = d.pick((8, 8, 10, 12))
    radius = d.between(8.6, 9.8)
    e.place(d.between(0, 45))
    for number in range(teeth):
        e.place(number * 360 / teeth + 11)
        wide = 11.5 / teeth + 0.75
        e.paint(e.polygon([(-wide - 0.5, -8), (-wide, -radius - 3.6), (wide, -radius - 3.6), (wide + 0.5, -8)]), s, 0.5)
    e.place()
    e.paint(e.disc(0, 0, radius), s, 0.55, 0.4, 2.5)
    e.paint(-e.disc(0, 0, radius - 2.3), s, 0.42, 0.0, within=e.disc(0, 0, radius - 2.3) - 0.01)
    e.paint(e.disc(0, 0, radius - 2.6), s, 0.4, -0.35, 2.2, dither=0.6)
    spokes = d.pick((0, 4, 5))
    if spokes:
        e.flat(e.disc(0, 0, radius - 3.2), DARK, 0.1)
        for number in range(spokes):
            e.place(number * 360 / spokes + 20)
            e.paint(e.stroke([(0, 0), (0, -radius + 2.5)], 2.7), s, 0.6, 0.3, 1.4)
        e.place()
    e.paint(e.disc(0, 0, 4.2), s, 0.6, 0.4, 2, edge=True)
    e.flat(e.disc(0, 0, 1.8), DARK, 0.1)
    return Said("spoked" if spokes else "solid", f"with {teeth} teeth")


def lever(e: Easel, s: Material, d: Choices) -> Said:
    """A lever in a slotted base, up or thrown."""
    angle = d.pick((-42, -28, 25, 40))
    knob = d.pick((RED, BLUE, GREEN, BRASS))
    base = d.pick((WOODEN, s, Material("stone", "stone", 260, 0.012, 0.28, 0.80)))
    e.place(0, 1, 0, 8)
    e.paint(e.box(-12, -1, 12, 5.5, 1.5), base, 0.5, 0.4, 2.5)
    e.paint(e.box(-10, -4, 10, 0.5, 2.0), base, 0.66, 0.3, 2.0)
    e.flat(e.box(-7, -2.4, 7, -0.8, 0.8), DARK, 0.1)
    for x in (-9.8, 9.8):
        e.dot(x, 3, s, 0.9)
    e.place(angle, 1, 0, 7)
    e.paint(e.stroke([(0, 0), (0, -15)], 3.3), s, 0.6, 0.45, 1.6, edge=True)
    e.paint(e.disc(0, -17, 3.7), knob, 0.6, 0.5, 3.5, edge=True)
    e.place()
    return Said("", f"with a {knob.word} knob")


def anchor(e: Easel, s: Material, d: Choices) -> Said:
    """A ship's anchor, with or without a rope."""
    e.place(d.pick((0, 0, 18, -18)), d.between(0.92, 1.0))
    e.paint(e.stroke(arc(0, 2, 9.6, 9.4, 12, 168), 3.6), s, 0.52, 0.4, 2)
    for side in (-1, 1):
        tip = [(side * 12.6, 6.2), (side * 10.8, -2.2), (side * 5.4, 3.4)]
        e.paint(e.polygon(tip if side > 0 else tip[::-1]), s, 0.58, 0.35, 2)
    e.paint(e.stroke([(0, -8), (0, 11)], 3.6), s, 0.6, 0.4, 1.7)
    stock = d.pick((WOODEN, s))
    e.paint(e.stroke([(-6.5, -5.4), (6.5, -5.4)], 3.4), stock, 0.6, 0.4, 1.7, edge=True)
    e.paint(e.ring(0, -11, 2.9, 2.2), s, 0.6, 0.4, 1.4)
    if d.chance(0.45):
        e.paint(
            e.stroke([(0, -9), (3, -6), (0.5, -2), (-2.5, 1), (1.5, 5), (5.0, 6)], 2.1), ROPE, 0.65, 0.35, 1, edge=True
        )
        return Said("", "with a rope round it")
    return Said("", "with a wooden stock" if stock is WOODEN else "with a ring on top")

"""Crowns, cups, mirrors, masks, hearts and cut gems."""

from __future__ import annotations

import math

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    DARK,
    DARK_WOOD,
    GLASS,
    GOLD,
    GREEN,
    PURPLE,
    RED,
    SILVER,
    WHITE,
    WOODEN,
    Material,
)
from narrative_server.images.items.shapes import Point, arc, bend, mirrored
from narrative_server.images.items.words import Said

STONES = (RED, BLUE, GREEN, PURPLE)


def crown(e: Easel, s: Material, d: Choices) -> Said:
    """A crown seen from slightly above, its back rim behind the points."""
    e.place(0, d.between(0.95, 1.05))
    points, tall, stone = d.pick((3, 5, 5)), d.between(-10.5, -8), d.pick(STONES)
    lining = d.pick((RED, PURPLE, None))
    e.paint(e.disc(0, -1, 11, 4.6), s, 0.25, 0.2)
    if lining is not None:
        e.paint(e.disc(0, -2.5, 9.0, 6.5), lining, 0.45, 0.45, 6)
    edge: list[Point] = [(-12.6, tall + 3.0)]
    for number in range(points):
        middle = -12.6 + 25.2 * number / (points - 1)
        if number:
            edge.append((middle - 12.6 / (points - 1), 0.5))
            edge.append((middle, tall + 3.0 * abs(middle) / 12.6))
    front = [*edge, (11, 8.5), *bend((11, 8.5), (0, 12.5), (-11, 8.5))]
    e.paint(e.polygon(front), s, 0.55, 0.4, 2.5, edge=True, dither=0.7)
    e.paint(e.stroke(bend((-10.8, 7.6), (0, 11.2), (10.8, 7.6)), 3.0), s, 0.7, 0.4, 1.5, edge=True)
    for number in range(points):
        middle = -12.4 + 24.8 * number / (points - 1)
        e.paint(e.disc(middle, tall + 3.0 * abs(middle) / 12.6, 1.9), stone if number % 2 == 0 else s, 0.6, 0.5, 2)
    for x, y in ((-6.2, 4.0), (0, 5.2), (6.2, 4.0)):
        e.paint(e.disc(x, y, 1.7), stone, 0.65, 0.5, 2, edge=True)
    return Said("", f"with {stone.word} gems" + (f" and {lining.word} lining" if lining else ""))


def goblet(e: Easel, s: Material, d: Choices) -> Said:
    """A drinking cup on a stem, full or empty."""
    e.place(0, d.between(0.95, 1.05))
    wide, stem = d.between(6.5, 8.8), d.between(1.3, 1.9)
    foot = wide * d.between(0.75, 0.95)
    e.paint(e.disc(0, 11, foot, 2.6), s, 0.5, 0.4, 2.5)
    e.paint(e.polygon(mirrored([(stem, 1), (stem, 7), (foot * 0.6, 10.8)])), s, 0.6 - 0.12 * e.x / stem, 0.1)
    e.paint(e.disc(0, 4.9, stem + 1.5, 1.5), s, 0.65, 0.4, 1.5)
    bowl = mirrored([(wide, -9.5), (wide * 0.95, -4), (wide * 0.55, 1.4), (1.2, 2.8)])
    e.paint(e.polygon(bowl), s, 0.55 - 0.32 * e.x / wide, 0.2, 2, dither=0.8)
    e.shine(e.stroke([(-wide * 0.55, -6), (-wide * 0.45, -2)], 1.7), 2)
    e.paint(e.disc(0, -9.6, wide, 2.9), s, 0.8, 0.2, 1.5)
    drink = d.pick((RED, RED, GREEN, PURPLE, None))
    e.flat(e.disc(0, -9.4, wide - 1.5, 1.8), drink or DARK, 0.35 if drink else 0.2)
    stone = d.pick((*STONES, None))
    if stone is not None:
        for x in (-wide * 0.55, 0, wide * 0.55):
            e.paint(e.disc(x, -2.6 + (0.9 if x == 0 else 0), 1.6), stone, 0.6, 0.5, 1.7, edge=True)
    held = {RED: "full of red wine", GREEN: "full of green poison", PURPLE: "full of purple wine"}.get(drink or s, "")
    return Said("" if drink else "empty", held or (f"with {stone.word} gems" if stone else "with a slender stem"))


def trophy(e: Easel, s: Material, d: Choices) -> Said:
    """A winner's cup with two handles on a plinth."""
    e.place(0, d.between(0.96, 1.03), 0, -0.5)
    plinth = d.pick((DARK_WOOD, WOODEN, BLACK))
    for side in (-1, 1):
        e.paint(e.ring(side * 7.4, -5.5, 4.3, 2.0, d.between(4.2, 4.9)), s, 0.6, 0.4, 1.3)
    e.paint(e.box(-7, 8.2, 7, 13, 0.6), plinth, 0.5, 0.4, 2)
    e.flat(e.box(-3.4, 9.8, 3.4, 11.6), s, 0.75)
    e.paint(e.polygon(mirrored([(1.6, 1), (1.8, 5), (4.6, 8.4)])), s, 0.6 - 0.06 * e.x, 0.15)
    e.paint(
        e.polygon(mirrored([(7.9, -11), (7.6, -5), (4.4, 0.6), (1.4, 3)])),
        s,
        0.56 - 0.045 * e.x,
        0.2,
        2,
        edge=True,
        dither=0.8,
    )
    e.paint(e.disc(0, -11, 7.9, 2.0), s, 0.9, 0.1)
    e.flat(e.disc(0, -10.8, 6.3, 1.0), s, 0.2)
    e.shine(e.stroke([(-4.6, -7.5), (-3.8, -3)], 1.6), 2)
    mark = d.pick(("star", "gem", "plain"))
    if mark == "star":
        tips = [
            (
                math.sin(i * math.pi / 5) * (3.4 if i % 2 == 0 else 1.5),
                -4.6 - math.cos(i * math.pi / 5) * (3.4 if i % 2 == 0 else 1.5),
            )
            for i in range(10)
        ]
        e.flat(e.polygon(tips), s, 0.08)
    elif mark == "gem":
        e.paint(e.disc(0, -4.6, 2.2), RED, 0.6, 0.5, 2, edge=True)
    return Said("", {"star": "with a star", "gem": "with a red gem", "plain": "with two handles"}[mark])


def hand_mirror(e: Easel, s: Material, d: Choices) -> Said:
    """A mirror with a handle, its glass pale blue."""
    e.place(d.pick((0, 35, -35, 35)), d.between(0.95, 1.05), 0, 0)
    oval = d.chance(0.5)
    rx, ry = (6.6, 8.0) if oval else (7.6, 7.6)
    e.paint(e.stroke([(0, 3), (0, 13)], 2.8, 3.6), s, 0.6, 0.4, 1.6)
    e.paint(e.disc(0, 4.6, 2.5), s, 0.6, 0.4, 2, edge=True)
    e.paint(e.disc(0, -4.5, rx, ry), s, 0.6, 0.45, 2, edge=True)
    glass = e.disc(0, -4.5, rx - 2.2, ry - 2.2)
    e.paint(glass, GLASS, 0.62, -0.25, 3)
    for shift, width in ((-1.6, 2.0), (1.9, 1.1)):
        e.flat(e.stroke([(shift + 4, -10), (shift - 4, 0)], width), GLASS, 0.99, within=glass + 0.6)
    stone = d.pick((*STONES, None))
    if stone is not None:
        e.paint(e.disc(0, -4.5 - ry + 0.6, 1.8), stone, 0.6, 0.5, 2, edge=True)
    return Said("oval" if oval else "round", f"with a {stone.word} gem" if stone else "with a plain frame")


def mask(e: Easel, s: Material, d: Choices) -> Said:
    """A theatre mask, smiling or weeping, or one for a ball."""
    e.place(0, d.between(0.95, 1.05))
    kind = d.pick(("laughing", "weeping", "festive"))
    if kind == "festive":
        plume = d.pick((RED, BLUE, GREEN, WHITE, PURPLE))
        for angle in (8, 30, 52):
            e.place(angle, 1, 5, -2)
            e.paint(e.disc(0, -8.0, 2.1, 5.0), plume, 0.6, 0.4, 2, edge=True)
        e.place()
        e.paint(
            e.polygon(
                [
                    *bend((-13, -4), (0, -9), (13, -4)),
                    (11.5, 3),
                    *bend((8, 8), (3, 8), (0, 3.6)),
                    *bend((0, 3.6), (-3, 8), (-8, 8)),
                    (-11.5, 3),
                ]
            ),
            s,
            0.58,
            0.45,
            3,
            edge=True,
            dither=0.6,
        )
        for side in (-1, 1):
            e.paint(e.disc(side * 5.6, 0.6, 3.3, 2.1), DARK, 0.3, -0.3)
            e.dot(side * 5.6, -3.4, GOLD, 0.95)
        return Said("festive", f"with {plume.word} feathers")
    face = mirrored([(6, -12), (10.4, -10.5), (10.6, -2), (7.6, 7), (3.2, 12)])
    e.paint(e.polygon(face), s, 0.62 - 0.018 * e.x, 0.4, 4, dither=0.7)
    up = kind == "laughing"
    for side in (-1, 1):
        path = bend((side * 7.4, -4), (side * 5, -8.0 if up else -3.4), (side * 2.2, -4.4 if up else -6.4))
        e.flat(e.stroke(path, 2.5), DARK, 0.2)
        if not up:
            e.flat(e.stroke([(side * 5.4, 0), (side * 5.4, 2)], 1.7), BLUE, 0.8)
    e.shine(e.stroke([(0.5, -6), (-0.4, 0)], 1.5), 1)
    e.shine(e.stroke([(1.6, -5), (1.4, 0.6)], 1.0), -2)
    e.flat(
        e.stroke(bend((-5.4, 3.0 if up else 7.2), (0, 9.6 if up else 0.5), (5.4, 3.0 if up else 7.2)), 2.8), DARK, 0.2
    )
    return Said(kind, "")


def heart(e: Easel, s: Material, d: Choices) -> Said:
    """A heart as games show life: whole, framed, broken or winged."""
    e.place(0, d.between(0.92, 1.05))
    kind = d.pick(("whole", "golden frame", "broken", "winged", "whole", "silver frame"))
    size = 0.72 if kind == "winged" else 1.0
    outline = mirrored([(0.01, -6.2), *arc(5.6, -4.4, 6.2, 6.4, 215, 385, 10), (8.2, 4.2), (0.2, 12.2)])
    outline = [(x * size, y * size) for x, y in outline]
    if kind == "winged":
        for side in (-1, 1):
            for number, reach in enumerate((14, 12.6, 10.4)):
                path = bend(
                    (side * 5, 1 + number * 2), (side * 9, -6 + 3 * number), (side * reach, -6.5 + 4.2 * number)
                )
                e.paint(e.stroke(path, 4.2, 2.4), WHITE, 0.75, 0.4, 2, edge=True)
    body = e.polygon(outline)
    if kind.endswith("frame"):
        e.paint(body, GOLD if kind.startswith("gold") else SILVER, 0.6, 0.45, 2)
        body = body + 2.3
    e.paint(body, s, 0.52, 0.42, 5, edge=kind != "whole", dither=0.5)
    e.shine(e.disc(-5.4 * size, -4.6 * size, 2.6 * size, 1.8 * size), 3)
    if kind == "broken":
        e.line([(0.5, -7), (-2, -3), (2, 0), (-1.6, 4), (1, 8), (0, 13)], DARK, 0.1, 1.9)
    words = {"golden frame": "in a golden frame", "silver frame": "in a silver frame", "winged": "with white wings"}
    return Said(kind if kind in ("broken", "winged") else "", words.get(kind, ""))


def gem(e: Easel, s: Material, d: Choices) -> Said:
    """A cut stone, its facets each of one shade."""
    cut = d.pick(("brilliant", "square", "teardrop", "hexagonal", "oval"))
    e.place(d.between(-14, 14), d.between(0.84, 1.04))
    if cut == "brilliant":
        _brilliant(e, s, d)
        return Said("brilliant-cut", "with a pointed base")
    outer = {
        "square": mirrored([(6.4, -10.5), (10.5, -6.4), (10.5, 6.4), (6.4, 10.5)]),
        "teardrop": mirrored([(0.1, -13), (4.4, -5.6), (8.4, 1.4), (8.2, 7), (4, 11.2)]),
        "hexagonal": mirrored([(0.1, -12.5), (10.6, -6.2), (10.6, 6.2), (0.1, 12.5)]),
        "oval": arc(0, 0, 9.4, 12, -90, 270, 11)[:-1],
    }[cut]
    inner = [(x * 0.52, y * 0.52 + (0.8 if cut == "teardrop" else 0)) for x, y in outer]
    for a, b, c, f in zip(outer, [*outer[1:], outer[0]], inner, [*inner[1:], inner[0]], strict=True):
        mx, my = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        facing = (-0.6 * mx - 0.8 * my) / math.hypot(mx, my)
        e.flat(e.polygon([a, b, f, c]) - 0.4, s, 0.46 + 0.38 * facing + d.between(-0.08, 0.08))
    e.paint(e.polygon(inner), s, 0.60 - 0.03 * (e.x + e.y), -0.15, 3, dither=0.8)
    e.shine(e.stroke([(-3.2, -2.2), (-1.2, -4.2)], 1.7), 3)
    e.dot(outer[0][0] * -0.75, outer[0][1] * 0.78, WHITE)
    return Said(cut + ("-cut" if cut == "square" else ""), "with many facets")


def _brilliant(e: Easel, s: Material, d: Choices) -> None:
    top, girdle, low = d.between(-9.4, -7), d.between(-3, -1.6), d.between(9.6, 12.8)
    ups, mids = [-7.4, -2.6, 2.6, 7.4], [-12.6, -6.4, 0.0, 6.4, 12.6]
    for number, shade in enumerate((0.99, 0.72, 0.84, 0.55, 0.62, 0.40, 0.30)):
        half = number // 2
        points = [(mids[half], girdle), (ups[half], top), (mids[half + 1], girdle)]
        if number % 2:
            points = [(ups[half], top), (ups[half + 1], top), (mids[half + 1], girdle)]
        e.flat(e.polygon(points) - 0.45, s, shade)
    for number, shade in enumerate((0.80, 0.62, 0.38, 0.22)):
        e.flat(e.polygon([(mids[number], girdle), (mids[number + 1], girdle), (0, low)]) - 0.35, s, shade)
    e.dot(-6, -6, WHITE)
    e.dot(-5, -6, WHITE)
    e.dot(-7, -1, WHITE)

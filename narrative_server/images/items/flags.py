"""Flags on poles and hanging banners."""

from __future__ import annotations

from typing import Final

import numpy as np

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLACK,
    BLUE,
    BROWN,
    GOLD,
    IRON,
    RED,
    SILVER,
    WHITE,
    WOODEN,
    YELLOW,
    Material,
)
from narrative_server.images.items.shapes import Field, Point, bend, mirrored
from narrative_server.images.items.words import Said


def flag(e: Easel, s: Material, d: Choices) -> Said:
    """A waving flag on a pole."""
    e.place(0, d.between(0.95, 1.0))
    pole, knob, kind = (
        d.pick((WOODEN, IRON, BROWN)),
        d.pick((GOLD, SILVER)),
        d.pick(("plain", "striped", "swallow-tailed", "pennant", "crossed")),
    )
    other = d.pick([colour for colour in (WHITE, YELLOW, BLACK, RED, BLUE) if colour is not s])
    low = 3.4
    top_edge, low_edge = bend((-8, -12), (-2, -14.6), (3, -11.6)), bend((3, low - 0.6), (-3, low - 3), (-8, low))
    tips: dict[str, list[Point]] = {
        "swallow-tailed": [(13.4, -11.2), (9, -4.5), (13.4, low - 1)],
        "pennant": [(13.4, -5)],
    }
    straight = [*bend((3, -11.6), (8, -8.6), (13.2, -11)), *bend((13.2, low + 0.5), (8, low + 2.6), (3, low - 0.6))]
    tip = tips.get(kind, straight)
    cloth = e.polygon([*top_edge, *tip, *low_edge])
    wave = 0.62 + 0.16 * _wave(e)
    e.paint(cloth, s, wave, 0.25, 2)
    if kind == "striped":
        e.paint(e.box(-8, -7.4, 14, -1.6), other, wave, 0.0, within=cloth)
    elif kind == "crossed":
        e.paint(e.box(-8, -6.2, 14, -3.0), other, wave, 0.0, within=cloth)
        e.paint(e.box(-1.6, -14, 1.6, 6), other, wave, 0.0, within=cloth)
    e.paint(e.stroke([(-9.4, -12.5), (-9.4, 13)], 2.6), pole, 0.6, 0.4, 1.5, edge=True)
    e.paint(e.disc(-9.4, -13, 2.0), knob, 0.7, 0.5, 2, edge=True)
    after = {"plain": "on a pole", "striped": f"with a {other.word} stripe", "crossed": f"with a {other.word} cross"}
    return Said(
        "waving" if kind != "pennant" else "pointed",
        after.get(kind, "on a pole" if kind == "pennant" else "with a split tail"),
    )


def _wave(e: Easel) -> Field:
    return np.asarray(np.cos((e.x + 5.5 + 0.25 * e.y) * 0.68))


_PALE: Final = {"yellow": ("golden",), "orange": ("golden",), "white": ("silver",)}


def banner(e: Easel, s: Material, d: Choices) -> Said:
    """A hanging banner with an emblem."""
    e.place(0, d.between(0.95, 1.02))
    trim = d.pick([one for one in (GOLD, SILVER, BLACK) if one.word not in _PALE.get(s.word, (s.word,))])
    emblem = d.pick(("sun", "diamond", "cross", "crown", "stripe"))
    end = d.pick(("pointed", "swallow", "straight"))
    lows: dict[str, list[Point]] = {
        "pointed": [(9, 7), (0, 13.4), (-9, 7)],
        "swallow": [(9, 13), (0, 7.4), (-9, 13)],
        "straight": [(9, 12), (-9, 12)],
    }
    low = lows[end]
    cloth = e.polygon([(-9, -10.5), (9, -10.5), *low])
    e.paint(cloth, trim, 0.62, 0.3, 2)
    inner = cloth + 1.7
    e.paint(inner, s, 0.55 + 0.12 * _wave(e), 0.1)
    if emblem == "sun":
        for angle in range(0, 360, 45):
            e.place(angle, 1, 0, -1.6)
            e.flat(e.stroke([(0, -3), (0, -5.2)], 1.3), trim, 0.75)
        e.place()
        e.paint(e.disc(0, -1.6, 3.0), trim, 0.75, 0.4, 2)
    elif emblem == "diamond":
        e.paint(e.polygon(mirrored([(0.1, -7), (4.4, -1.4), (0.1, 4.4)])), trim, 0.7, 0.4, 2)
    elif emblem == "cross":
        e.flat(e.box(-1.4, -7, 1.4, 5), trim, 0.75)
        e.flat(e.box(-4.8, -3.8, 4.8, -1.0), trim, 0.75)
    elif emblem == "crown":
        e.paint(
            e.polygon([(-4.8, -5.6), (-2.4, -2.2), (0, -6.6), (2.4, -2.2), (4.8, -5.6), (4, 2), (-4, 2)]),
            trim,
            0.75,
            0.3,
            2,
        )
    else:
        e.flat(e.stroke([(-12, 6), (12, -10)], 3.6), trim, 0.75, within=inner)
    e.paint(e.stroke([(-11.4, -11), (11.4, -11)], 2.8), WOODEN, 0.6, 0.4, 1.6, edge=True)
    for x in (-12, 12):
        e.paint(e.disc(x, -11, 1.9), GOLD, 0.7, 0.5, 2, edge=True)
    return Said("hanging", f"with a {trim.word} {emblem}")

"""Chests, barrels, crates, sacks, purses and baskets."""

from __future__ import annotations

from typing import Final

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    BLUE,
    BRASS,
    DARK,
    DARK_IRON,
    GOLD,
    GREEN,
    IRON,
    RED,
    ROPE,
    STEEL,
    WATER,
    WHITE,
    Material,
)
from narrative_server.images.items.shapes import arc, bend, mirrored
from narrative_server.images.items.words import Said


def chest(e: Easel, s: Material, d: Choices) -> Said:
    """A chest from the front: closed, or open with gold, gems or nothing."""
    e.place(0, d.between(0.96, 1.06))
    band = d.pick((IRON, GOLD, DARK_IRON, BRASS) if s not in (GOLD, IRON) else (BRASS, DARK_IRON))
    wide = d.between(11.4, 13.2)
    is_open = d.chance(0.5)
    bands = d.pick(((-8.0, 8.0), (-8.0, 8.0), (-7.0, 7.0), ()))
    filling = d.pick(("gold", "gems", "gold", "nothing")) if is_open else ""
    if is_open:
        _open_lid(e, s, band, wide, bands)
        _filling(e, filling, d)
    else:
        lid = e.polygon([(-wide, 0.5), (-wide, -4), *arc(0, -4, wide, 5.6, 180, 360), (wide, -4), (wide, 0.5)])
        e.paint(lid, s, 0.62 - 0.035 * (e.y + 5), 0.2, 2)
        _planks(e, wide, (-6.4, -3.4))
        for x in bands:
            e.paint(
                e.box(x - 1.5, -9.3, x + 1.5, 0.5), band, 0.68 - 0.05 * (e.y + 5), 0.2, 1.5, edge=True, within=lid + 0.3
            )
    e.paint(e.box(-wide, 1, wide, 11), s, 0.52, 0.25, 2.5, edge=True)
    _planks(e, wide, (4.4, 7.6))
    for x in bands:
        e.paint(e.box(x - 1.5, 1, x + 1.5, 11), band, 0.58, 0.3, 1.5, edge=True)
    e.paint(e.box(-wide, 0.2, wide, 2.4), band, 0.68, 0.2, 1.2, edge=True)
    e.paint(e.box(-2.5, -0.6, 2.5, 5.2, 1), band, 0.82, 0.3, 1.5, edge=True)
    e.flat(e.box(-0.8, 1.6, 0.8, 3.9), DARK, 0.1)
    after = {"gold": "full of gold coins", "gems": "full of gems", "nothing": "with nothing in it"}
    return Said("open" if is_open else "closed", after.get(filling, f"with {band.word} fittings"))


def _planks(e: Easel, wide: float, rows: tuple[float, ...]) -> None:
    for y in rows:
        e.shine(e.box(-wide + 1, y, wide - 1, y + 0.9), -1)


def _open_lid(e: Easel, s: Material, band: Material, wide: float, bands: tuple[float, ...]) -> None:
    lid = e.polygon([(-wide, -1), (-wide, -8), *arc(0, -8, wide, 4.4, 180, 360), (wide, -8), (wide, -1)])
    e.paint(lid, s, 0.62, 0.3, 2)
    e.paint(lid + 2.0, s, 0.16, -0.15, 3)
    for x in bands:
        e.paint(e.box(x - 1.5, -13, x + 1.5, -2), band, 0.35, 0.2, 1.5, within=lid)
    e.paint(e.box(-wide + 0.6, -3.4, wide - 0.6, 2), DARK, 0.3, 0.0)


def _filling(e: Easel, filling: str, d: Choices) -> None:
    if filling == "nothing":
        return
    spots = [(x, -1.4 + abs(x) * 0.05 + d.between(-0.8, 0.8)) for x in (-8, -4.6, -1, 2.6, 6, 9)]
    spots += [(x, -4 + abs(x) * 0.14) for x in (-5.5, -2, 1.4, 4.8)] + [(-0.6, -6.2), (2.2, -5.6)]
    for x, y in sorted(spots, key=lambda spot: spot[1]):
        material = d.pick((RED, BLUE, GREEN, GOLD, WHITE)) if filling == "gems" else GOLD
        e.paint(e.disc(x, y, 2.2, 1.9), material, 0.68, 0.5, 2, edge=True)


def barrel(e: Easel, s: Material, d: Choices) -> Said:
    """A barrel standing, its lid on or off."""
    e.place(0, d.between(0.96, 1.06))
    belly, rim = d.between(9.6, 11), d.between(7.4, 8.4)
    hoop = d.pick((IRON, DARK_IRON, BRASS))
    filling = d.pick(("", "", "water", "apples", "fish"))
    side = [
        (rim, -9.5),
        *bend((rim, -9.5), (belly * 2 - rim, 0), (rim, 10.5)),
        *bend((rim, 10.5), (0, 14.2), (-rim, 10.5)),
    ]
    side += bend((-rim, 10.5), (-belly * 2 + rim, 0), (-rim, -9.5))
    body = e.polygon(side)
    e.paint(body, s, 0.62 - 0.36 * (e.x / belly) - 0.12 * (e.x / belly) ** 2, 0.1)
    for stave in (-0.62, -0.22, 0.2, 0.6):
        swell = stave * (belly - rim) * 2
        e.line(bend((stave * rim, -9), (stave * rim + swell, 0), (stave * rim, 12)), s, 0.16, 0.9, within=body)
    for y, drop in ((-5.4, 2.8), (5.4, 3.6)):
        span = belly - 0.4
        e.paint(
            e.stroke(bend((-span, y), (0, y + drop), (span, y)), 2.5),
            hoop,
            0.66 - 0.3 * e.x / belly,
            0.2,
            1.3,
            edge=True,
            within=body,
        )
    e.paint(e.disc(0, -9.8, rim, 3.0), s, 0.75, 0.2, 1.5)
    e.flat(e.disc(0, -9.7, rim - 1.4, 2.0), s if not filling else DARK, 0.45)
    if filling == "water":
        e.paint(e.disc(0, -9.4, rim - 1.5, 1.7), WATER, 0.7, -0.3, 2)
    elif filling == "apples":
        for x, y in ((-3.4, -10.6), (3, -10.8), (0, -11.8), (-1.2, -9.6), (4.4, -9.6)):
            e.paint(e.disc(x, y, 2.2), RED, 0.6, 0.45, 2, edge=True)
    elif filling == "fish":
        for x in (-3.4, 0.4, 3.8):
            e.paint(
                e.polygon([(x, -8.6), (x - 1.6, -11.4), (x - 2, -14), (x + 2, -14), (x + 1.6, -11.4)]),
                STEEL,
                0.6,
                0.4,
                2,
                edge=True,
            )
    return Said("open" if filling else "", f"full of {filling}" if filling else f"with {hoop.word} hoops")


def crate(e: Easel, s: Material, d: Choices) -> Said:
    """A box of planks seen from the front and above."""
    e.place(0, d.between(0.94, 1.03))
    wide, top, low = 11.5, d.between(-6, -3), 12.0
    back = d.between(1.6, 3.4)
    brace = d.pick(("cross", "slash", "plain", "cross"))
    e.flat(e.polygon([(-wide, top), (-wide + back, -11.5), (wide - back, -11.5), (wide, top)]), s, 0.86)
    for x in (-5.5, 0, 5.5):
        e.line([(x, top), (x * (1 - back / wide), -11.0)], s, 0.45, 0.9)
    e.paint(e.box(-wide, top, wide, low), s, 0.42, 0.1)
    for y in (-0.4, 3.6, 7.6):
        e.flat(e.box(-wide + 2, y, wide - 2, y + 1), s, 0.16)
    if brace != "plain":
        e.paint(e.stroke([(-8, 9), (8, -2)], 3.4), s, 0.62, 0.3, 1.5, edge=True)
    if brace == "cross":
        e.paint(e.stroke([(-8, -2), (8, 9)], 3.4), s, 0.62, 0.3, 1.5, edge=True)
    for box in (
        (-wide, top, wide, top + 3),
        (-wide, low - 3, wide, low),
        (-wide, top, -wide + 3, low),
        (wide - 3, top, wide, low),
    ):
        e.paint(e.box(*box), s, 0.62, 0.3, 1.3, edge=True)
    for x in (-wide + 1.5, wide - 1.5):
        for y in (top + 1.5, low - 1.5):
            e.dot(x, y, IRON, 0.9)
    return Said(
        "sturdy", {"cross": "with crossed braces", "slash": "with a slanting brace", "plain": "of plain planks"}[brace]
    )


def sack(e: Easel, s: Material, d: Choices) -> Said:
    """A tied sack, plump, perhaps with a patch or a coin's sign on it."""
    e.place(0, d.between(0.92, 1.05))
    wide, cord = d.between(9.8, 11.6), d.pick((ROPE, RED, GOLD))
    e.paint(
        e.polygon([(-2.5, -7), (-6.0, -12.4), (-2.2, -11), (0.4, -13), (2.6, -11), (6.2, -12.2), (2.5, -7)]),
        s,
        0.6,
        0.4,
        3,
    )
    body = mirrored([(2.4, -7.5), (6, -4), (wide, 3), (wide, 8.6), (wide - 3, 11.8)])
    e.paint(e.polygon(body), s, 0.52 - 0.014 * e.x, 0.42, 6, dither=0.8)
    for side in (-1, 0.2, 1):
        e.line(bend((side * 2, -6), (side * 3, -3), (side * 5, -0.5)), s, 0.2, 0.9)
    e.paint(e.stroke([(-3, -7), (3, -7)], 2.6), cord, 0.65, 0.3, 1.4, edge=True)
    e.paint(e.stroke([(2.6, -7), (5, -4.2), (4.4, -1.8)], 1.4), cord, 0.6, 0.2, 1, edge=True)
    mark = d.pick(("patch", "", "", "tilt"))
    if mark == "patch":
        e.paint(e.box(-6.4, 3, -1, 8.2, 0.5), s, 0.3, 0.1, edge=True)
        for x, y in ((-6.4, 4), (-6.4, 7), (-1, 5), (-3.6, 8.2)):
            e.dot(x, y, s, 0.95)
    return Said("patched" if mark == "patch" else "bulging", f"tied with a {cord.word} cord")


def coin_purse(e: Easel, s: Material, d: Choices) -> Said:
    """A small purse of coins, some spilt beside it."""
    e.place(0, d.between(0.95, 1.05), 0, -1)
    is_open = d.chance(0.4)
    if is_open:
        for x, y in ((-3, -7.4), (3.2, -7.2), (0, -9), (0.4, -6)):
            e.paint(e.disc(x, y, 2.5, 2.2), GOLD, 0.68, 0.5, 2, edge=True)
    else:
        e.paint(e.polygon([(-3, -5), (-5.4, -10.4), (-1.6, -9), (1, -11), (5.6, -9.8), (3, -5)]), s, 0.62, 0.4, 3)
    neck = 6.4 if is_open else 2.6
    e.paint(
        e.polygon(mirrored([(neck, -5.4), (8.2, -1), (10.2, 5), (8.4, 10.4), (5, 12)])),
        s,
        0.55 - 0.016 * e.x,
        0.42,
        6,
        edge=True,
        dither=0.8,
    )
    e.paint(e.stroke([(-neck, -4.8), (neck, -4.8)], 2.2), GOLD, 0.65, 0.3, 1.4, edge=True)
    e.paint(e.disc(0, 4.4, 3.6), GOLD, 0.68, 0.5, 2.4, edge=True)
    e.flat(e.box(-0.6, 2.6, 0.6, 6.2), GOLD, 0.2)
    for x, y in ((8.4, 11.4), (11.4, 9.4))[: d.pick((0, 1, 2))]:
        e.paint(e.disc(x, y, 2.9, 2.1), GOLD, 0.7, 0.5, 2, edge=True)
    return Said("open" if is_open else "tied", "full of gold coins")


CRUST: Final = Material("crusty", "", 66, 0.095, 0.32, 0.84)


def basket(e: Easel, s: Material, d: Choices) -> Said:
    """A woven basket with a hoop handle, filled."""
    e.place(0, d.between(0.95, 1.05), 0, 1)
    filling = d.pick(("apples", "eggs", "bread", "berries"))
    e.paint(e.stroke(arc(0, 0, 9.6, 13, 180, 360), 2.2), s, 0.65, 0.35, 1.3)
    material, size = {"apples": (RED, 3.0), "eggs": (WHITE, 2.6), "bread": (CRUST, 3.4), "berries": (BLUE, 1.9)}[
        filling
    ]
    for x, y in ((-6, -1), (5.6, -1), (-2.4, -3), (2.4, -3.4), (0, -0.6)):
        e.paint(e.disc(x, y, size, size * (0.8 if filling == "bread" else 1)), material, 0.6, 0.45, 3, edge=True)
    body = e.polygon([(11, 1), (8.4, 10.4), *bend((8.4, 10.4), (0, 13), (-8.4, 10.4)), (-11, 1)])
    weave = 0.16 * (((e.x // 3 + e.y // 2.2) % 2) - 0.5) * 2
    e.paint(body, s, 0.5 - 0.2 * e.x / 11 + weave, 0.1, edge=True)
    e.paint(e.stroke([(-11, 1.2), (11, 1.2)], 2.6), s, 0.72, 0.3, 1.3, edge=True)
    return Said("woven", f"full of {filling}")

"""Playing cards and dice."""

from __future__ import annotations

from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel
from narrative_server.images.items.materials import (
    DARK,
    RED,
    WHITE,
    Material,
)
from narrative_server.images.items.shapes import Point, mirrored
from narrative_server.images.items.words import Said


def playing_card(e: Easel, s: Material, d: Choices) -> Said:
    """Red or black cards show their suit, others their patterned back; one alone or three in a fan."""
    suit = d.pick({"red": ("hearts", "diamonds"), "black": ("spades", "clubs")}.get(s.word, ("",)))
    back, fan = d.pick(("diamond", "striped", "star")), d.chance(0.45)
    tilts = (d.between(-32, -24), d.between(-8, 0), d.between(16, 24)) if fan else (d.between(-20, 20),)
    for tilt in tilts:
        e.place(tilt, 0.84 if fan else d.between(0.92, 1.04), 0.22 * tilt if fan else 0, 0.08 * abs(tilt) if fan else 0)
        card = e.box(-7.6, -11.5, 7.6, 11.5, 1.6)
        e.paint(card, WHITE, 0.82, 0.25, 1.4, edge=True)
        if not suit:
            _card_back(e, s, back)
        elif tilt == tilts[-1]:
            _suit(e, suit, RED if s is RED else DARK)
    words = {"hearts": "heart", "spades": "spade", "diamonds": "diamond", "clubs": "club"}
    shown = f"of the {words[suit]} suit" if suit else f"with a {back} back"
    return Said("", shown + (", three in a fan" if fan else ""))


def _card_back(e: Easel, s: Material, back: str) -> None:
    field = e.box(-5.8, -9.7, 5.8, 9.7, 0.8)
    e.paint(field, s, 0.5, 0.2, 1.5)
    if back == "diamond":
        e.paint(e.polygon(mirrored([(0.1, -7), (4.2, 0), (0.1, 7)])), s, 0.95, 0.1, 1)
    elif back == "striped":
        for y in range(-15, 16, 5):
            e.flat(e.stroke([(-8, y), (8, y - 8)], 1.7), s, 0.9, within=field)
    else:
        e.flat(e.box(-1.1, -6, 1.1, 6), s, 0.95)
        e.flat(e.box(-4.4, -1.1, 4.4, 1.1), s, 0.95)
        e.flat(e.disc(0, 0, 2.6), s, 0.95)


def _suit(e: Easel, suit: str, ink: Material) -> None:
    for x, y in ((-5, -8.6), (5, 8.6)):
        e.dot(x, y, ink, 0.6)
    if suit == "diamonds":
        e.paint(e.polygon(mirrored([(0.1, -6.4), (4.4, 0), (0.1, 6.4)])), ink, 0.55, 0.3, 2)
        return
    sign = 1 if suit == "hearts" else -1
    if suit in ("hearts", "spades"):
        for side in (-1, 1):
            e.flat(e.disc(side * 2.3, -sign * 1.4, 2.9), ink, 0.55)
        e.flat(e.polygon([(-4.9, -0.4 * sign), (4.9, -0.4 * sign), (0, 5.6 * sign)]), ink, 0.55)
    else:
        for px, py in ((-2.8, 1), (2.8, 1), (0, -3)):
            e.flat(e.disc(px, py, 2.5), ink, 0.55)
    if suit in ("spades", "clubs"):
        e.flat(e.polygon([(-0.7, 1), (0.7, 1), (2.2, 6), (-2.2, 6)]), ink, 0.55)


def die(e: Easel, s: Material, d: Choices) -> Said:
    """A six-sided die seen from a corner."""
    e.place(0, d.between(0.9, 1.02))
    spot = DARK if s.dark > 0.3 else WHITE
    top, left, right = d.pick((1, 5, 3)), d.pick((2, 4)), d.pick((3, 6))
    e.flat(e.polygon([(0, -12.5), (11.6, -6.4), (0, 0), (-11.6, -6.4)]), s, 0.95)
    e.flat(e.polygon([(-11.6, -6.4), (0, 0), (0, 12.8), (-11.6, 6.6)]), s, 0.62)
    e.flat(e.polygon([(11.6, -6.4), (0, 0), (0, 12.8), (11.6, 6.6)]), s, 0.34)
    e.line([(-11.4, -6.2), (0, 0), (11.4, -6.2)], s, 0.99, 1.0)
    faces: tuple[tuple[int, Point, Point, Point], ...] = (
        (top, (0, -6.3), (5.8, 3.0), (-5.8, 3.0)),
        (left, (-5.8, 3.3), (5.8, 3.2), (0, 6.5)),
        (right, (5.8, 3.3), (5.8, -3.2), (0, 6.5)),
    )
    for count, (cx, cy), (ux, uy), (vx, vy) in faces:
        for u, v in _pips(count):
            e.flat(
                e.disc(cx + u * ux + v * vx, cy + u * uy + v * vy, 1.3, 0.9 if cy < 0 else 1.25),
                spot,
                0.2 if spot is DARK else 0.9,
            )
    return Said("six-sided", f"with {'black' if spot is DARK else 'white'} spots")


def _pips(count: int) -> list[tuple[float, float]]:
    far = 0.60
    corners = [(-far, -far), (far, far), (-far, far), (far, -far)]
    middle = [(0.0, 0.0)] if count % 2 else []
    return middle + corners[: count - len(middle)] + ([(0.0, -far), (0.0, far)] if count == 6 else [])

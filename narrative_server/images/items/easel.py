"""The easel: paints shapes with ramps, lit from the top left, then outlines, shadows and centres the item.

Like the backgrounds' canvas it paints shades 0..1 of ramps, so that a picture stays within few colours.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.items.materials import STEPS, Material, shades_of
from narrative_server.images.items.shapes import SHEET_PX, Field, Point, Shapes
from narrative_server.images.painter.palette import merge_colours

Shadow = Literal["cast", "flat", "none"]
"""Standing things cast a slanted shadow, lying ones a flat one; what glows or flies has none."""

SIDE_PX: Final = 32
COLOUR_LIMIT: Final = 28
_LIGHT: Final = (-0.6, -0.8)
_SHADOW_COLOUR: Final = (10, 9, 14)
_BAYER_2: Final = np.tile(np.array([[0.0, 0.5], [0.75, 0.25]]) - 0.375, (SHEET_PX // 2, SHEET_PX // 2))


class ItemTooLarge(Exception):
    """An item that with its outline does not fit into the frame."""

    def __init__(self, length_px: int) -> None:
        super().__init__(f"the item is {length_px} px long; the frame has {SIDE_PX}")
        self.length_px = length_px


class Easel(Shapes):
    """A 32x32 item in the making."""

    def __init__(self, zoom: float = 1.0) -> None:
        super().__init__(zoom)
        self._stuffs: list[Material] = []
        self._of = np.full((SHEET_PX, SHEET_PX), -1, np.int16)
        self._step = np.zeros((SHEET_PX, SHEET_PX), np.int16)

    def paint(
        self,
        shape: Field,
        material: Material,
        base: float | Field = 0.5,
        bulge: float = 0.4,
        depth: float = 3.0,
        edge: bool = False,
        dither: float = 0.0,
        within: Field | None = None,
    ) -> None:
        """Fill a shape.

        base: its middle shade 0..1. bulge: how much its rim turns to or from the light. depth: how many pixels inward
        that rim reaches. edge: draw a dark line round it where it covers something. dither: in shades. within: paint
        only inside this other shape.
        """
        inside = shape < 0 if within is None else (shape < 0) & (within < 0)
        if edge:
            line = (shape < 1.0) & (shape >= 0) & (self._of >= 0)
            self._step[line] = 0
        down, right = np.gradient(shape)
        length = np.maximum(np.hypot(down, right), 1e-6)
        facing = (right * _LIGHT[0] + down * _LIGHT[1]) / length
        tone = base + bulge * np.clip(1.0 + shape / depth, 0.0, 1.0) * facing
        self._of[inside] = self._index(material)
        self._step[inside] = np.clip(tone * STEPS + dither * _BAYER_2, 0, STEPS - 1).astype(np.int16)[inside]

    def flat(self, shape: Field, material: Material, shade: float = 0.5, within: Field | None = None) -> None:
        """Fill a shape with one shade 0..1."""
        self.paint(shape, material, shade, 0.0, within=within)

    def shine(self, shape: Field, by: int = 2) -> None:
        """Lift what is painted inside the shape by some steps of its own ramp; darken it where `by` is negative."""
        inside = (shape < 0) & (self._of >= 0)
        self._step[inside] = np.clip(self._step[inside] + by, 0, STEPS - 1)

    def line(
        self,
        points: list[Point],
        material: Material,
        shade: float = 0.1,
        width: float = 1.0,
        within: Field | None = None,
    ) -> None:
        """Choices a thin line of one shade."""
        self.flat(self.stroke(points, width), material, shade, within)

    def dot(self, x: float, y: float, material: Material, shade: float = 0.99) -> None:
        """Set the one pixel nearest to a point."""
        away = np.hypot(self.x - x, self.y - y)
        row, column = np.unravel_index(int(np.argmin(away)), away.shape)
        self._of[row, column] = self._index(material)
        self._step[row, column] = min(int(shade * STEPS), STEPS - 1)

    def finish(self, shadow: Shadow) -> NDArray[np.uint8]:
        """The item outlined, centred and with its shadow, (32, 32, 4) uint8 with alpha 0 or 255.

        Raises ItemTooLarge for an item that with its outline does not fit into the frame.
        """
        body = self._of >= 0
        outlined = np.where(body[..., None], self._colours(), self._outline(body))
        covered = _grown(body)
        rows = _middle_window(np.flatnonzero(covered.any(axis=1)), 0.0)
        columns = _middle_window(np.flatnonzero(covered.any(axis=0)), 0.0 if shadow == "none" else 0.5)
        outlined, covered = outlined[rows, columns], covered[rows, columns]
        rgba = np.zeros((SIDE_PX, SIDE_PX, 4), np.uint8)
        if shadow != "none":
            rgba[_shadow(covered, shadow)] = (*_SHADOW_COLOUR, 255)
        rgba[covered] = np.concatenate((outlined[covered], np.full((int(covered.sum()), 1), 255)), axis=1)
        return rgba

    def _index(self, material: Material) -> int:
        if material not in self._stuffs:
            self._stuffs.append(material)
        return self._stuffs.index(material)

    def _colours(self) -> NDArray[np.uint8]:
        """Each pixel's colour, at most COLOUR_LIMIT less the outlines' and the shadow's, (44, 44, 3) uint8."""
        table = np.concatenate([shades_of(material) for material in self._stuffs])
        code = self._of * STEPS + self._step
        used, counts = np.unique(code[self._of >= 0], return_counts=True)
        kept = merge_colours(table[used], counts, COLOUR_LIMIT - 5)
        merged = np.zeros_like(table)
        merged[used] = table[used][kept]
        return np.asarray(np.rint(merged[np.maximum(code, 0)] * 255), np.uint8)

    def _outline(self, body: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Dark tones of the neighbouring stuffs, of at most four kinds, (44, 44, 3) uint8."""
        tones = np.stack([shades_of(material)[0] * 0.32 for material in self._stuffs])
        tones[4:] = tones[:1]
        found = np.full(body.shape, -1, np.int16)
        for move in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            neighbour = np.roll(np.where(body, self._of, -1), move, (0, 1))
            found = np.where(found < 0, neighbour, found)
        return np.asarray(np.rint(tones[np.maximum(found, 0)] * 255), np.uint8)


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wide = np.pad(mask, 1)
    around: NDArray[np.bool_] = wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:] | mask
    return around


def _middle_window(used: NDArray[np.intp], less: float) -> slice:
    """The frame's rows or columns of the sheet, the used ones in their middle or `less` px before it."""
    first, last = int(used[0]), int(used[-1])
    if last - first >= SIDE_PX:
        raise ItemTooLarge(last - first + 1)
    start = round((first + last) / 2 - (SIDE_PX - 1) / 2 + less)
    start = min(max(start, last - SIDE_PX + 1, 0), first, SHEET_PX - SIDE_PX)
    return slice(start, start + SIDE_PX)


def _shadow(covered: NDArray[np.bool_], kind: Shadow) -> NDArray[np.bool_]:
    """Where an item's shadow falls, (32, 32) bool: to the lower right."""
    ys, xs = np.nonzero(covered)
    if kind == "flat":
        moves = [(xs + 1, ys + 1), (xs + 2, ys + 1), (xs + 2, ys + 2)]
    else:
        rise = ys.max() - ys
        low = rise < 0.75 * (rise.max() + 1)
        xs, ys, rise = xs[low], ys[low], rise[low]
        sunk = ys.max() - np.rint(0.30 * rise).astype(int)
        moves = [(xs + np.rint(0.45 * rise).astype(int) + extra, sunk) for extra in (0, 1)]
    mask = np.zeros_like(covered)
    for right, down in moves:
        fits = (right < SIDE_PX) & (down < SIDE_PX)
        mask[down[fits], right[fits]] = True
    return mask

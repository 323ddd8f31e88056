"""Shapes as signed distances over a 44x44 sheet: negative inside, in pixels; they join by minimum, cut by maximum.

Local coordinates: origin at the sheet's middle, x to the right, y down, turned and scaled by `place`.
Distances: Quilez, "2D distance functions" (iquilezles.org). Knows nothing of colours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]
Point = tuple[float, float]

SHEET_PX: Final = 44
"""Wider than the finished frame, so that an item is centred after it is painted."""

_GRID: Final = np.arange(SHEET_PX, dtype=np.float64) - (SHEET_PX - 1) / 2


def arc(x: float, y: float, rx: float, ry: float, start_deg: float, end_deg: float, count: int = 12) -> list[Point]:
    """Points along an ellipse's arc; 0 degrees points right, 90 down."""
    angles = np.linspace(math.radians(start_deg), math.radians(end_deg), count)
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def bend(start: Point, pull: Point, end: Point, count: int = 10) -> list[Point]:
    """Points along a quadratic Bezier curve."""
    (ax, ay), (bx, by), (cx, cy) = start, pull, end
    ts = np.linspace(0.0, 1.0, count)
    return [
        ((1 - t) ** 2 * ax + 2 * t * (1 - t) * bx + t * t * cx, (1 - t) ** 2 * ay + 2 * t * (1 - t) * by + t * t * cy)
        for t in ts
    ]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A closed outline from its right half, listed from top to bottom."""
    return [*half, *((-x, y) for x, y in reversed(half))]


class Shapes:
    """Makes the shapes of one placement, all of them zoomed; each is a (44, 44) field of signed distances in pixels."""

    def __init__(self, zoom: float = 1.0) -> None:
        self._zoom = zoom
        self.place()

    def place(self, angle_deg: float = 0.0, scale: float = 1.0, x: float = 0.0, y: float = 0.0) -> None:
        """Turn clockwise, scale and move all shapes made from now on."""
        dx, dy = np.meshgrid(_GRID / self._zoom - x, _GRID / self._zoom - y)
        cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
        self.scale = scale * self._zoom
        self.x: Field = (dx * cos + dy * sin) / scale
        self.y: Field = (dy * cos - dx * sin) / scale

    def disc(self, x: float, y: float, rx: float, ry: float | None = None) -> Field:
        """A disc, or an ellipse (distance approximate)."""
        ry = rx if ry is None else ry
        dx, dy = self.x - x, self.y - y
        if rx == ry:
            return (np.hypot(dx, dy) - rx) * self.scale
        near = np.hypot(dx / rx, dy / ry)
        slope = np.maximum(np.hypot(dx / rx**2, dy / ry**2), 1e-6)
        return near * (near - 1.0) / slope * self.scale

    def ring(self, x: float, y: float, rx: float, width: float, ry: float | None = None) -> Field:
        """A band of `width` along a circle or an ellipse."""
        return np.abs(self.disc(x, y, rx, ry)) - width * self.scale / 2

    def box(self, left: float, top: float, right: float, bottom: float, corner: float = 0.0) -> Field:
        """A rectangle, its corners rounded by a radius."""
        dx = np.abs(self.x - (left + right) / 2) - (right - left) / 2 + corner
        dy = np.abs(self.y - (top + bottom) / 2) - (bottom - top) / 2 + corner
        outside = np.hypot(np.maximum(dx, 0.0), np.maximum(dy, 0.0))
        return (outside + np.minimum(np.maximum(dx, dy), 0.0) - corner) * self.scale

    def polygon(self, points: Sequence[Point]) -> Field:
        """A filled closed outline."""
        px, py = self.x, self.y
        best = np.full(px.shape, np.inf)
        inside = np.zeros(px.shape, np.bool_)
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
            best = np.minimum(best, _to_segment(px, py, (ax, ay), (bx, by))[0])
            if ay != by:
                crosses = (ay > py) != (by > py)
                inside ^= crosses & (px < (bx - ax) * (py - ay) / (by - ay) + ax)
        return np.where(inside, -best, best) * self.scale

    def stroke(self, points: Sequence[Point], width: float, end_width: float | None = None) -> Field:
        """A line through the points with round ends, from `width` to `end_width`."""
        last = width if end_width is None else end_width
        count = len(points) - 1
        best = np.full(self.x.shape, np.inf)
        for number, (start, end) in enumerate(pairwise(points)):
            distance, along = _to_segment(self.x, self.y, start, end)
            half = (width + (last - width) * (number + along) / count) / 2
            best = np.minimum(best, distance - half)
        return best * self.scale


def _to_segment(px: Field, py: Field, start: Point, end: Point) -> tuple[Field, Field]:
    """Distance to a segment, and how far along it 0..1 the nearest point lies."""
    (ax, ay), (bx, by) = start, end
    ex, ey = bx - ax, by - ay
    length = ex * ex + ey * ey
    along = np.clip(((px - ax) * ex + (py - ay) * ey) / (length or 1.0), 0.0, 1.0)
    return np.hypot(px - ax - along * ex, py - ay - along * ey), along

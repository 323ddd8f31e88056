"""The canvas: a picture of colour indices, painted with ramps, dithered, lit and finally limited to a palette.

Everything is painted as a shade 0..1 of a ramp, so that light is a matter of moving along ramps and a picture
stays within few colours. Knows nothing of places. Shapes: H = 96 rows, W = 160 columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.painter.palette import merge_colours

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

WIDTH_PX: Final = 160
HEIGHT_PX: Final = 96
GROUND_Y_PX: Final = 67
"""First row of the walkable ground: 0.7 of the height."""

PLAIN, GLOW, REFLECTED, MIST, THICK_MIST = range(5)
"""How a pixel's colour is finally looked up; see `Stage.tints`."""

_BAYER_4: Final = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 + 1 / 32
BAYER: Final[Floats] = np.tile(_BAYER_4, (HEIGHT_PX // 4, WIDTH_PX // 4))
Y: Final[Floats] = np.arange(HEIGHT_PX, dtype=np.float32)[:, None]
X: Final[Floats] = np.arange(WIDTH_PX, dtype=np.float32)[None, :]


@dataclass(frozen=True)
class Ramp:
    """A run of the canvas's colours from dark to light. `lit`: whether the light field moves it."""

    base: int
    steps: int
    lit: bool = True


class Canvas:
    """A 160x96 picture in the making."""

    def __init__(self) -> None:
        self.index = np.zeros((HEIGHT_PX, WIDTH_PX), np.int16)
        self.variant = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
        self.light = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
        self._colours: list[Floats] = []
        self._lit: list[bool] = []

    def add_ramp(self, colours: Floats, lit: bool = True) -> Ramp:
        """Register colours (n, 3), sRGB 0..1, dark to light."""
        ramp = Ramp(len(self._colours), len(colours), lit)
        self._colours.extend(colours)
        self._lit.extend([lit] * len(colours))
        return ramp

    def blit(self, x: int, y: int, mask: Mask, ramp: Ramp, shade: Floats | float, dither: float = 0.0) -> None:
        """Paint `ramp` where `mask` (h, w) holds, its corner at (x, y), clipped; `shade` 0..1, a field or a number."""
        height, width = mask.shape
        top, left = max(0, -y), max(0, -x)
        bottom, right = min(height, HEIGHT_PX - y), min(width, WIDTH_PX - x)
        if bottom <= top or right <= left:
            return
        inner = (slice(top, bottom), slice(left, right))
        outer = (slice(y + top, y + bottom), slice(x + left, x + right))
        tone = shade[inner] if isinstance(shade, np.ndarray) else np.float32(shade)
        if ramp.lit:
            tone = tone + self.light[outer]
        tone = tone * ramp.steps
        if dither:
            tone = tone + (BAYER[outer] - 0.5) * dither
        step = np.clip(tone, 0, ramp.steps - 1).astype(np.int16)
        chosen = mask[inner]
        np.copyto(self.index[outer], step + ramp.base, where=chosen)
        np.copyto(self.variant[outer], np.uint8(PLAIN), where=chosen)

    def fill(self, mask: Mask, ramp: Ramp, shade: Floats | float, dither: float = 0.0) -> None:
        """Paint over the whole picture where `mask` (H, W) holds."""
        self.blit(0, 0, mask, ramp, shade, dither)

    def rect(
        self, x: int, y: int, width: int, height: int, ramp: Ramp, shade: Floats | float, dither: float = 0.0
    ) -> None:
        """Paint a rectangle; a `shade` field is (height, width)."""
        if width > 0 and height > 0:
            self.blit(x, y, np.ones((height, width), np.bool_), ramp, shade, dither)

    def dots(self, xs: NDArray[np.integer], ys: NDArray[np.integer], ramp: Ramp, shade: Floats | float) -> None:
        """Paint single pixels, those outside the picture left out."""
        inside = (xs >= 0) & (xs < WIDTH_PX) & (ys >= 0) & (ys < HEIGHT_PX)
        xs, ys = xs[inside], ys[inside]
        tone = np.broadcast_to(np.asarray(shade, np.float32), inside.shape)[inside]
        if ramp.lit:
            tone = tone + self.light[ys, xs]
        self.index[ys, xs] = ramp.base + np.clip(tone * ramp.steps, 0, ramp.steps - 1).astype(np.int16)
        self.variant[ys, xs] = PLAIN

    def line(
        self, start: tuple[float, float], end: tuple[float, float], ramp: Ramp, shade: float, thick: int = 1
    ) -> None:
        """Paint a line from (x, y) to (x, y), `thick` px across."""
        (x0, y0), (x1, y1) = start, end
        count = int(max(abs(x1 - x0), abs(y1 - y0))) + 1
        xs = np.rint(np.linspace(x0, x1, count)).astype(int)
        ys = np.rint(np.linspace(y0, y1, count)).astype(int)
        flat = abs(x1 - x0) > abs(y1 - y0)
        for offset in range(thick):
            move = offset - thick // 2
            self.dots(xs + (0 if flat else move), ys + (move if flat else 0), ramp, shade - 0.10 * offset)

    def ellipse(
        self, cx: float, cy: float, rx: float, ry: float, ramp: Ramp, shade: float, round_by: float = 0.0
    ) -> None:
        """Paint an ellipse; `round_by` shades it as a ball lit from the upper left."""
        left, top = int(np.floor(cx - rx)), int(np.floor(cy - ry))
        width, height = int(np.ceil(2 * rx)) + 2, int(np.ceil(2 * ry)) + 2
        dx = (np.arange(left, left + width, dtype=np.float32)[None, :] - cx) / max(rx, 0.5)
        dy = (np.arange(top, top + height, dtype=np.float32)[:, None] - cy) / max(ry, 0.5)
        tone = np.asarray(shade - round_by * (0.5 * dx + 0.8 * dy), np.float32)
        self.blit(left, top, dx * dx + dy * dy <= 1.0, ramp, tone)

    def tint(self, mask: Mask, variant: int) -> None:
        """Look these pixels up in another variant of their colours."""
        np.copyto(self.variant, np.uint8(variant), where=mask)

    def add_light(self, x: float, y: float, radius: float, strength: float, squash: float = 1.0) -> None:
        """Brighten what is painted later around a point, fading to nothing at `radius` px."""
        distance = np.sqrt((X - x) ** 2 + ((Y - y) * squash) ** 2)
        self.light += strength * np.clip(1.0 - distance / radius, 0.0, 1.0)

    def finish(self, tints: Floats, limit: int) -> tuple[NDArray[np.intp], Floats]:
        """Resolve variants and limit the palette.

        `tints` (variants, 5): the colour each variant mixes to (sRGB 0..1), by how much, and how far that
        colour is multiplied by the pixel's own (1: light falling on it; 0: mist before it), all 0..1.
        Returns picture indices (H, W) and the palette (n, 3), n at most `limit`, sRGB 0..1.
        """
        table = np.stack(self._colours)
        flags = np.asarray(self._lit)
        size = len(table)
        variant = np.where(flags[self.index] | (self.variant >= REFLECTED), self.variant, PLAIN)
        code = variant.astype(np.int32) * size + self.index
        totals = np.bincount(code.ravel(), minlength=len(tints) * size)
        used = np.flatnonzero(totals)
        counts = totals[used]
        colours = table[used % size]
        tint, amount, falls = np.split(tints[used // size], [3, 4], axis=1)
        goal = tint * (falls * (0.15 + 1.35 * colours) + (1.0 - falls))
        colours = colours + (goal - colours) * amount
        colours = np.clip(np.round(colours * 255.0) / 255.0, 0.0, 1.0).astype(np.float32)
        kept = merge_colours(colours, counts, limit)
        names, compact = np.unique(kept, return_inverse=True)
        final = np.zeros(len(totals), np.intp)
        final[used] = compact
        return final[code], colours[names]

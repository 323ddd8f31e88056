"""Textures of clustered noise: value noise, lit bumps, cells, masonry, planks, strokes.

Each texture is a tileable 256x256 float32 field in 0..1 (shade, dark to light), made once a process on first
use and cropped at a random offset. Knows nothing of colours. Value noise: Perlin's lattice scheme; cells:
Worley, "A cellular texture basis function" (1996).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SIZE: Final = 256
_ROWS, _COLUMNS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)


def _lattice(cell_x: int, cell_y: int, seed: int) -> Floats:
    grid = np.random.default_rng(seed).random((SIZE // cell_y, SIZE // cell_x), dtype=np.float32)
    y, x = np.arange(SIZE) / cell_y, np.arange(SIZE) / cell_x
    y0, x0 = y.astype(int), x.astype(int)
    fy, fx = (y - y0)[:, None], (x - x0)[None, :]
    fy, fx = fy * fy * (3 - 2 * fy), fx * fx * (3 - 2 * fx)
    y1, x1 = (y0 + 1) % grid.shape[0], (x0 + 1) % grid.shape[1]
    top = grid[np.ix_(y0, x0)] * (1 - fx) + grid[np.ix_(y0, x1)] * fx
    bottom = grid[np.ix_(y1, x0)] * (1 - fx) + grid[np.ix_(y1, x1)] * fx
    return np.asarray(top * (1 - fy) + bottom * fy, np.float32)


def _stretch(field: NDArray[np.floating]) -> Floats:
    low, high = np.percentile(field, 1), np.percentile(field, 99)
    stretched: Floats = np.clip((field - low) / (high - low), 0.0, 1.0).astype(np.float32)
    return stretched


def _fbm(cell: int, octaves: int, seed: int, stretch_x: int = 1) -> Floats:
    total = np.zeros((SIZE, SIZE), np.float32)
    for octave in range(octaves):
        size = max(1, cell >> octave)
        total += _lattice(min(size * stretch_x, SIZE), size, seed + octave) * 0.5**octave
    return _stretch(total)


def _emboss(height: Floats, reach: int = 1) -> Floats:
    """Light a height field from the upper left."""
    return _stretch(np.roll(height, (-reach, -reach), (0, 1)) - np.roll(height, (reach, reach), (0, 1)))


def _cells(cell_x: int, cell_y: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return per pixel the distance to the nearest point, the gap to the second, the offset to the nearest."""
    rng = np.random.default_rng(seed)
    rows, columns = SIZE // cell_y, SIZE // cell_x
    jitter = rng.random((2, rows, columns), dtype=np.float32)
    best = np.full((SIZE, SIZE), 1e9, np.float32)
    second = best.copy()
    dx_best, dy_best = np.zeros_like(best), np.zeros_like(best)
    gy, gx = (_ROWS // cell_y).astype(int), (_COLUMNS // cell_x).astype(int)
    for oy in (-1, 0, 1):
        for ox in (-1, 0, 1):
            cy, cx = gy + oy, gx + ox
            wrapped = (cy % rows, cx % columns)
            dx = (_COLUMNS - (cx + jitter[0][wrapped]) * cell_x) / cell_x
            dy = (_ROWS - (cy + jitter[1][wrapped]) * cell_y) / cell_y
            d = dx * dx + dy * dy
            nearer = d < best
            second = np.where(nearer, best, np.minimum(second, d))
            dx_best, dy_best = np.where(nearer, dx, dx_best), np.where(nearer, dy, dy_best)
            best = np.where(nearer, d, best)
    return np.sqrt(best), np.sqrt(second) - np.sqrt(best), dx_best, dy_best


def _leaf(cell: int, seed: int) -> Floats:
    distance, _, dx, dy = _cells(cell, cell, seed)
    return _stretch(0.5 - 0.55 * dy - 0.25 * dx - 0.25 * distance + 0.25 * _fbm(32, 2, seed + 9))


def _cobble(cell_x: int, cell_y: int, seed: int) -> Floats:
    distance, gap, dx, dy = _cells(cell_x, cell_y, seed)
    shade = 0.62 - 0.35 * dy - 0.15 * dx - 0.15 * distance + 0.3 * (_fbm(16, 2, seed + 5) - 0.5)
    return np.clip(np.where(gap < 0.14, 0.12, shade), 0, 1).astype(np.float32)


def _masonry(width: int, height: int, seed: int, ragged: float) -> Floats:
    """Courses of blocks with a dark joint, a lit upper edge and a tone of each block's own."""
    rng = np.random.default_rng(seed)
    row = (_ROWS // height).astype(int)
    shift = np.where(row % 2 == 0, 0, width // 2) + (rng.random(SIZE)[row] * ragged * width).astype(int)
    x = (_COLUMNS + shift) % SIZE
    block = (x // width).astype(int)
    tone = rng.random((SIZE // height + 1, SIZE // width + 2))[row, block]
    within_y, within_x = _ROWS % height, x % width
    shade = 0.42 + 0.26 * tone + 0.14 * (_fbm(8, 2, seed + 3) - 0.5)
    shade = np.where((within_y == 1) | (within_x == 1), shade + 0.16, shade)
    shade = np.where((within_y == 0) | (within_x == 0), 0.16, shade)
    return np.clip(shade, 0, 1).astype(np.float32)


def _planks(width: int, seed: int) -> Floats:
    """Upright boards: grain along y, a dark seam, a lit edge."""
    rng = np.random.default_rng(seed)
    board = (_COLUMNS // width).astype(int)
    tone = rng.random(SIZE // width + 1)[board]
    shade = 0.42 + 0.22 * tone + 0.28 * (_lattice(2, 16, seed + 1) - 0.5)
    shade = np.where(_COLUMNS % width == 1, shade + 0.10, shade)
    return np.clip(np.where(_COLUMNS % width == 0, 0.12, shade), 0, 1).astype(np.float32)


def _panels(width: int, height: int, seed: int) -> Floats:
    """Metal plates with a bright upper edge, a dark seam and rivets."""
    rng = np.random.default_rng(seed)
    row, column = (_ROWS // height).astype(int), (_COLUMNS // width).astype(int)
    tone = rng.random((SIZE // height + 1, SIZE // width + 1))[row, column]
    y, x = _ROWS % height, _COLUMNS % width
    shade = 0.48 + 0.14 * tone - 0.10 * y / height
    shade = np.where(y == 1, shade + 0.18, shade)
    shade = np.where((y == 0) | (x == 0), 0.14, shade)
    rivet = ((x == 2) | (x == width - 2)) & ((y == 2) | (y == height - 2))
    return np.clip(np.where(rivet, shade + 0.22, shade), 0, 1).astype(np.float32)


def _grass() -> Floats:
    blades = _lattice(1, 4, 71) * 0.55 + _lattice(2, 4, 72) * 0.25
    return _stretch(blades + 0.75 * _fbm(16, 2, 73, stretch_x=2))


def _shingle() -> Floats:
    row = (_ROWS // 4).astype(int)
    x = (_COLUMNS + (row % 2) * 3) % SIZE
    tone = np.random.default_rng(81).random((SIZE // 4, SIZE // 6 + 1))[row, (x // 6).astype(int)]
    y = _ROWS % 4
    shade = 0.40 + 0.22 * tone + 0.12 * (y == 1) - 0.30 * (y == 0) - 0.18 * ((x % 6 == 0) & (y > 1))
    return np.asarray(np.clip(shade, 0, 1), np.float32)


def _wallpaper() -> Floats:
    """Broad stripes with a small sprig repeated between them."""
    stripe = (_COLUMNS % 16) < 8
    x, y = _COLUMNS % 8 - 4, (_ROWS + 4 * (_COLUMNS // 8)) % 8 - 4
    sprig = (np.abs(x) + np.abs(y) <= 1) | ((x == 0) & (y == 2))
    return np.asarray(0.46 + 0.14 * stripe + 0.30 * sprig, np.float32)


_MAKERS: Final[dict[str, Callable[[], Floats]]] = {
    "cloud": lambda: _fbm(32, 4, 1, stretch_x=2),
    "smooth": lambda: _fbm(32, 2, 7),
    "soft": lambda: _fbm(16, 3, 11),
    "speckle": lambda: _fbm(4, 2, 13),
    "rock": lambda: _stretch(_emboss(_fbm(16, 4, 17)) + 0.4 * _fbm(32, 3, 18)),
    "crag": lambda: _stretch(_emboss(np.abs(_fbm(32, 4, 19) - 0.5), 2) + 0.35 * _emboss(_fbm(8, 3, 20))),
    "leaf": lambda: _leaf(5, 23),
    "bush": lambda: _leaf(4, 29),
    "bigleaf": lambda: _leaf(8, 31),
    "cobble": lambda: _cobble(8, 6, 37),
    "rubble": lambda: _cobble(11, 8, 41),
    "ashlar": lambda: _masonry(12, 7, 43, 0.5),
    "block": lambda: _masonry(16, 9, 47, 0.3),
    "brick": lambda: _masonry(6, 3, 53, 0.0),
    "tile": lambda: _masonry(8, 8, 57, 0.0),
    "plank": lambda: _planks(6, 59),
    "board": lambda: _planks(8, 61),
    "log": lambda: _stretch(np.sin((_ROWS % 6) / 6 * np.pi) + 0.4 * _lattice(16, 2, 63)),
    "panel": lambda: _panels(20, 14, 67),
    "plate": lambda: _panels(12, 22, 69),
    "grass": _grass,
    "shingle": _shingle,
    "wallpaper": _wallpaper,
    "straw": lambda: _stretch(_lattice(1, 8, 83) + 0.6 * _fbm(16, 2, 84)),
    "bark": lambda: _stretch(_lattice(2, 16, 87) + 0.5 * _lattice(4, 8, 88)),
    "ripple": lambda: _stretch(np.sin(_ROWS * (2 * np.pi / 8) + 7 * _fbm(64, 2, 91)) * 0.5 + _fbm(32, 2, 92)),
    "dirt": lambda: _stretch(_fbm(8, 3, 95, stretch_x=2)),
    "wave": lambda: _stretch(_lattice(16, 2, 97) + 0.6 * _lattice(8, 1, 98)),
    "streak": lambda: _stretch(_lattice(64, 2, 101) + 0.5 * _lattice(32, 4, 102)),
}


@lru_cache(maxsize=64)
def texture(name: str) -> Floats:
    """Return a texture twice over in each direction, (512, 512) in 0..1, read-only; raises KeyError if unknown."""
    field = np.tile(_MAKERS[name](), (2, 2))
    field.setflags(write=False)
    return field


def crop(name: str, rng: np.random.Generator, height: int, width: int) -> Floats:
    """Cut a (height, width) window, each at most 256, at a random offset."""
    y, x = rng.integers(0, SIZE, 2)
    window: Floats = texture(name)[y : y + height, x : x + width]
    return window


def ridge(rng: np.random.Generator, width: int, cell: int, octaves: int = 4, roughness: float = 0.5) -> Floats:
    """Draw a height profile (width,) in about 0..1: 1-D value noise, `cell` px between its largest features."""
    total = np.zeros(width, np.float32)
    scale, reach = 1.0, 0.0
    for octave in range(octaves):
        step = max(1, cell >> octave)
        knots = rng.random(width // step + 3)
        at = np.arange(width) / step + rng.random()
        total += (np.interp(at, np.arange(len(knots)), knots) * scale).astype(np.float32)
        reach += scale
        scale *= roughness
    return total / reach

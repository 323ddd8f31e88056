"""Where sprites stand on a background: on the ground band, scaled by depth, facing each other, hardly overlapping.

Pure geometry: background pixels, origin top left, y downwards. Knows nothing of images: a sprite is a box with a pivot.

A sprite drawn for 32 native pixels and a background drawn for 160x96 keep one pixel size: a sprite's native pixel
becomes q x q background pixels, q whole and at most the background's own factor, so that pixels stay square and crisp.
Only where a crowd does not fit even at q = 1 does q become 1/2, 1/3 and so on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final, Literal

from narrative_server.seeds import sub_seed

MAX_OVERLAP: Final = 0.15
"""Most of the smaller of two boxes that the other may cover."""

NATIVE_SPRITE_PX: Final = 32
NATIVE_BACKGROUND_WIDTH_PX: Final = 160
NATIVE_BACKGROUND_HEIGHT_PX: Final = 96
_FAR_SCALE: Final = 0.75
_OBJECT_SCALE: Final = 0.75
_MARGIN: Final = 0.03

Facing = Literal["left", "right", "unknown"]


@dataclass(frozen=True)
class SpriteBox:
    """A generated sprite: its size in pixels, its pivot as fractions of it (x to the right, y down), where it looks."""

    key: str
    width_px: int
    height_px: int
    pivot_x: float = 0.5
    pivot_y: float = 1.0
    facing: Facing = "unknown"
    role: Literal["character", "object"] = "character"

    def __post_init__(self) -> None:
        if self.width_px < 1 or self.height_px < 1:
            raise ValueError(f"sprite {self.key!r} is {self.width_px}x{self.height_px}; legal: 1 or more")
        if not (0.0 <= self.pivot_x <= 1.0 and 0.0 <= self.pivot_y <= 1.0):
            raise ValueError(f"sprite {self.key!r} has pivot {self.pivot_x}, {self.pivot_y}; legal: 0 to 1")


@dataclass(frozen=True)
class Placement:
    """A sprite on the background: its pivot goes to (x_px, y_px), `scale` multiplies its size, higher z is nearer.

    Mirroring flips the sprite, and its pivot with it, left to right.
    """

    key: str
    x_px: int
    y_px: int
    scale: float
    mirrored: bool
    z: int


@dataclass(frozen=True)
class Staging:
    """All placements of a beat, farthest first."""

    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True)
class Box:
    """A rectangle in background pixels; right and bottom are exclusive."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int

    def overlap(self, other: Box) -> float:
        """The shared area as a share of the smaller box, 0..1."""
        width = min(self.left_px + self.width_px, other.left_px + other.width_px) - max(self.left_px, other.left_px)
        height = min(self.top_px + self.height_px, other.top_px + other.height_px) - max(self.top_px, other.top_px)
        smaller = min(self.width_px * self.height_px, other.width_px * other.height_px)
        return max(width, 0) * max(height, 0) / smaller


def placed_box(sprite: SpriteBox, placement: Placement) -> Box:
    """The pixels that `sprite` covers at `placement`."""
    width_px, height_px = _scaled(sprite, placement.scale)
    pivot_x_px, pivot_y_px = _pivot(sprite, width_px, height_px, placement.mirrored)
    return Box(placement.x_px - pivot_x_px, placement.y_px - pivot_y_px, width_px, height_px)


def stage(width_px: int, height_px: int, ground_y: float, sprites: Sequence[SpriteBox], seed: int) -> Staging:
    """Place `sprites` on a background of `width_px` x `height_px`.

    ground_y: where the ground begins, 0 (top) to 1 (bottom) of the height. sprites: in the order of the cast, the
    object last; keys differ. seed: chooses the side of the first sprite and small steps off the grid.
    Every box lies inside the background, and no two overlap by more than MAX_OVERLAP of the smaller.
    Raises ValueError for sizes below 1, ground_y outside 0..1, repeated keys, or more sprites than pixels across.
    """
    if width_px < 1 or height_px < 1 or not 0.0 <= ground_y <= 1.0:
        raise ValueError(f"background {width_px}x{height_px}, ground_y {ground_y!r}; legal: 1 or more, 0 to 1")
    if len({sprite.key for sprite in sprites}) < len(sprites):
        raise ValueError("sprite keys repeat")
    ground = _Ground(width_px, height_px, ground_y)
    if not sprites:
        return Staging()
    ordered = _left_to_right(sprites, seed)
    for factor in _factors(width_px, height_px):
        for arrange in (_loose, _rows, _one_line):
            depths = arrange(ordered)
            for jitter in (True, False):
                placements = _lay(ground, ordered, depths, factor, seed, jitter)
                if placements is not None:
                    return Staging(_with_z(placements))
    raise ValueError(f"{len(sprites)} sprites do not fit into {width_px}x{height_px}")


@dataclass(frozen=True)
class _Ground:
    width_px: int
    height_px: int
    ground_y: float

    def foot_px(self, depth: float) -> int:
        """Row under the feet at `depth`: 0 at the far edge of the ground, 1 close to the lower edge of the picture."""
        far = self.ground_y * self.height_px
        return round(far + (self.height_px * (1.0 - _MARGIN) - far) * depth) if far < self.height_px else self.height_px


def _left_to_right(sprites: Sequence[SpriteBox], seed: int) -> list[SpriteBox]:
    """Cast on both sides with the object between them; the seed chooses who stands left."""
    cast = [sprite for sprite in sprites if sprite.role == "character"]
    objects = [sprite for sprite in sprites if sprite.role == "object"]
    middle = (len(cast) + 1) // 2
    ordered = cast[:middle] + objects + cast[middle:]
    return ordered[::-1] if sub_seed(seed, "staging", "side") % 2 else ordered


def _factors(width_px: int, height_px: int) -> Iterator[Fraction]:
    """Pixel factors to try, largest first: whole ones from the background's own, then 1/2, 1/3, ..."""
    own = max(1, min(width_px // NATIVE_BACKGROUND_WIDTH_PX, height_px // NATIVE_BACKGROUND_HEIGHT_PX))
    yield from (Fraction(q) for q in range(own, 0, -1))
    yield from (Fraction(1, d) for d in range(2, 64))


def _loose(ordered: Sequence[SpriteBox]) -> list[float]:
    """Depths of a relaxed group: the middle of the ground, objects in front."""
    return [0.85 if sprite.role == "object" else (0.45, 0.6)[i % 2] for i, sprite in enumerate(ordered)]


def _rows(ordered: Sequence[SpriteBox]) -> list[float]:
    """Depths of a crowd: every other one behind."""
    return [(0.0, 1.0)[i % 2] for i in range(len(ordered))]


def _one_line(ordered: Sequence[SpriteBox]) -> list[float]:
    return [0.5] * len(ordered)


def _lay(
    ground: _Ground, ordered: Sequence[SpriteBox], depths: Sequence[float], factor: Fraction, seed: int, jitter: bool
) -> list[Placement] | None:
    """Spread sprites evenly from left to right at these depths; None where they do not fit."""
    scales = [_scale(sprite, depth, factor) for sprite, depth in zip(ordered, depths, strict=True)]
    sizes = [_scaled(sprite, scale) for sprite, scale in zip(ordered, scales, strict=True)]
    if any(w > ground.width_px or h > ground.height_px for w, h in sizes):
        return None
    free = ground.width_px - sum(w for w, _ in sizes)
    count = len(ordered)
    gap = free / (count + 1) if free >= 0 else free / (count - 1)
    left = max(gap, 0.0)
    placements, boxes = [], []
    for index, sprite in enumerate(ordered):
        step = random.Random(sub_seed(seed, "staging", sprite.key)).uniform(-0.4, 0.4) if jitter else 0.0
        left_px = int(left + step * max(gap, 0.0))
        looks = "unknown" if index * 2 + 1 == count else "right" if index * 2 + 1 < count else "left"
        placement = _place(ground, sprite, left_px, depths[index], scales[index], looks)
        placements.append(placement)
        boxes.append(placed_box(sprite, placement))
        left += sizes[index][0] + gap
    fits = all(a.overlap(b) <= MAX_OVERLAP for a, b in combinations(boxes, 2))
    return placements if fits else None


def _place(ground: _Ground, sprite: SpriteBox, left_px: int, depth: float, scale: float, towards: str) -> Placement:
    """Put the left edge at `left_px`, look `towards` the middle; whoever stands there or looks nowhere stays as is."""
    known = "unknown" not in (sprite.facing, towards)
    mirrored = sprite.role == "character" and known and sprite.facing != towards
    width_px, height_px = _scaled(sprite, scale)
    pivot_x_px, pivot_y_px = _pivot(sprite, width_px, height_px, mirrored)
    left_px = min(max(left_px, 0), ground.width_px - width_px)
    top_px = min(max(ground.foot_px(depth) - pivot_y_px, 0), ground.height_px - height_px)
    return Placement(sprite.key, left_px + pivot_x_px, top_px + pivot_y_px, scale, mirrored, 0)


def _scale(sprite: SpriteBox, depth: float, factor: Fraction) -> float:
    """How much to scale the sprite so that its native pixels become about `factor` background pixels."""
    wanted = float(factor) * (_FAR_SCALE + (1.0 - _FAR_SCALE) * depth)
    wanted *= _OBJECT_SCALE if sprite.role == "object" else 1.0
    pixel = Fraction(max(1, round(wanted))) if factor >= 1 else factor
    native = max(sprite.width_px, sprite.height_px) // NATIVE_SPRITE_PX
    whole = native > 0 and sprite.width_px % native == 0 and sprite.height_px % native == 0
    return float(pixel / native if whole else pixel)


def _scaled(sprite: SpriteBox, scale: float) -> tuple[int, int]:
    return max(1, round(sprite.width_px * scale)), max(1, round(sprite.height_px * scale))


def _pivot(sprite: SpriteBox, width_px: int, height_px: int, mirrored: bool) -> tuple[int, int]:
    pivot_x = 1.0 - sprite.pivot_x if mirrored else sprite.pivot_x
    return round(pivot_x * width_px), round(sprite.pivot_y * height_px)


def _with_z(placements: Sequence[Placement]) -> tuple[Placement, ...]:
    """Nearer is lower in the picture; equal rows keep their order from left to right."""
    nearest_last = sorted(placements, key=lambda p: p.y_px)
    return tuple(Placement(p.key, p.x_px, p.y_px, p.scale, p.mirrored, z) for z, p in enumerate(nearest_last))

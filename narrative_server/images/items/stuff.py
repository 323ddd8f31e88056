"""What items are made of: the word for it, and its colours from dark to light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.painter.palette import oklch_ramp

STEPS: Final = 6


@dataclass(frozen=True)
class Stuff:
    """A material or a colour.

    word: the adjective a caption says. of: what follows "made of", "" for a mere colour. hue_deg, chroma, dark, light:
    the OKLCH hue and chroma and the lightness of its darkest and lightest shade, 0..1.
    """

    word: str
    of: str
    hue_deg: float
    chroma: float
    dark: float
    light: float


@lru_cache(maxsize=512)
def shades_of(stuff: Stuff) -> NDArray[np.float32]:
    """The stuff's ramp (STEPS, 3), sRGB 0..1, dark to light, read-only."""
    ramp = oklch_ramp(stuff.hue_deg, stuff.chroma, stuff.dark, stuff.light, STEPS)
    ramp.setflags(write=False)
    return ramp


GOLD: Final = Stuff("golden", "gold", 84, 0.135, 0.38, 0.97)
SILVER: Final = Stuff("silver", "silver", 258, 0.016, 0.34, 0.99)
IRON: Final = Stuff("iron", "iron", 262, 0.016, 0.24, 0.78)
DARK_IRON: Final = Stuff("black iron", "black iron", 275, 0.018, 0.17, 0.60)
STEEL: Final = Stuff("steel", "steel", 240, 0.026, 0.28, 0.94)
COPPER: Final = Stuff("copper", "copper", 48, 0.110, 0.30, 0.86)
BRONZE: Final = Stuff("bronze", "bronze", 68, 0.085, 0.27, 0.80)
BRASS: Final = Stuff("brass", "brass", 94, 0.105, 0.34, 0.93)
RUSTY: Final = Stuff("rusty", "rusty iron", 45, 0.085, 0.23, 0.64)

WOODEN: Final = Stuff("wooden", "wood", 60, 0.078, 0.26, 0.72)
DARK_WOOD: Final = Stuff("dark wooden", "dark wood", 45, 0.055, 0.18, 0.52)
PALE_WOOD: Final = Stuff("pale wooden", "pale wood", 74, 0.072, 0.36, 0.86)
RED_WOOD: Final = Stuff("reddish wooden", "reddish wood", 38, 0.095, 0.22, 0.64)
GREY_WOOD: Final = Stuff("old grey wooden", "weathered wood", 75, 0.018, 0.26, 0.68)

STONE: Final = Stuff("stone", "stone", 260, 0.012, 0.28, 0.80)
MOSSY: Final = Stuff("mossy stone", "mossy stone", 120, 0.040, 0.26, 0.72)
SANDSTONE: Final = Stuff("sandstone", "sandstone", 75, 0.060, 0.36, 0.90)
BONE: Final = Stuff("ivory", "ivory", 88, 0.036, 0.46, 0.98)
LEATHER: Final = Stuff("leather", "leather", 52, 0.080, 0.22, 0.62)
DARK_LEATHER: Final = Stuff("dark leather", "dark leather", 40, 0.045, 0.16, 0.46)
CANVAS: Final = Stuff("canvas", "canvas", 80, 0.045, 0.40, 0.90)
PAPER: Final = Stuff("parchment", "parchment", 84, 0.060, 0.46, 0.97)
OLD_PAPER: Final = Stuff("old brown", "old parchment", 68, 0.075, 0.36, 0.84)
WHITE_PAPER: Final = Stuff("white", "white paper", 250, 0.012, 0.52, 1.0)

RED: Final = Stuff("red", "", 25, 0.190, 0.29, 0.74)
ORANGE: Final = Stuff("orange", "", 52, 0.165, 0.38, 0.86)
YELLOW: Final = Stuff("yellow", "", 98, 0.160, 0.48, 0.97)
GREEN: Final = Stuff("green", "", 143, 0.150, 0.28, 0.82)
TEAL: Final = Stuff("turquoise", "", 195, 0.105, 0.30, 0.88)
BLUE: Final = Stuff("blue", "", 258, 0.155, 0.29, 0.80)
PURPLE: Final = Stuff("purple", "", 310, 0.160, 0.27, 0.76)
PINK: Final = Stuff("pink", "", 355, 0.130, 0.42, 0.92)
WHITE: Final = Stuff("white", "", 250, 0.014, 0.52, 1.0)
GREY: Final = Stuff("grey", "", 260, 0.012, 0.26, 0.74)
BLACK: Final = Stuff("black", "", 280, 0.016, 0.13, 0.52)
BROWN: Final = Stuff("brown", "", 54, 0.080, 0.24, 0.68)

# For parts that captions do not name by their colour.
DARK: Final = Stuff("dark", "", 290, 0.020, 0.08, 0.26)
FIRE: Final = Stuff("orange", "", 42, 0.200, 0.46, 0.80)
FLAME: Final = Stuff("yellow", "", 84, 0.170, 0.66, 0.98)
CORE: Final = Stuff("white", "", 100, 0.060, 0.90, 1.0)
LEAF: Final = Stuff("green", "", 138, 0.125, 0.26, 0.76)
ROPE: Final = Stuff("hempen", "hemp", 78, 0.072, 0.30, 0.84)
WATER: Final = Stuff("blue", "", 240, 0.110, 0.34, 0.88)
GLASS: Final = Stuff("glass", "glass", 225, 0.035, 0.42, 0.97)
SKIN: Final = Stuff("pale", "", 60, 0.065, 0.46, 0.92)

METALS: Final = (GOLD, SILVER, IRON, BRONZE, COPPER, RUSTY)
FINE_METALS: Final = (GOLD, SILVER, BRONZE, COPPER)
DULL_METALS: Final = (IRON, STEEL, DARK_IRON, RUSTY, BRONZE)
WOODS: Final = (WOODEN, DARK_WOOD, PALE_WOOD, RED_WOOD, GREY_WOOD)
CLOTHS: Final = (RED, BLUE, GREEN, PURPLE, YELLOW, WHITE, BLACK, ORANGE)

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
class Material:
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
def shades_of(material: Material) -> NDArray[np.float32]:
    """The material's ramp (STEPS, 3), sRGB 0..1, dark to light, read-only."""
    ramp = oklch_ramp(material.hue_deg, material.chroma, material.dark, material.light, STEPS)
    ramp.setflags(write=False)
    return ramp


GOLD: Final = Material("golden", "gold", 84, 0.135, 0.38, 0.97)
SILVER: Final = Material("silver", "silver", 258, 0.016, 0.34, 0.99)
IRON: Final = Material("iron", "iron", 262, 0.016, 0.24, 0.78)
DARK_IRON: Final = Material("black iron", "black iron", 275, 0.018, 0.17, 0.60)
STEEL: Final = Material("steel", "steel", 240, 0.026, 0.28, 0.94)
COPPER: Final = Material("copper", "copper", 48, 0.110, 0.30, 0.86)
BRONZE: Final = Material("bronze", "bronze", 68, 0.085, 0.27, 0.80)
BRASS: Final = Material("brass", "brass", 94, 0.105, 0.34, 0.93)
RUSTY: Final = Material("rusty", "rusty iron", 45, 0.085, 0.23, 0.64)

WOODEN: Final = Material("wooden", "wood", 60, 0.078, 0.26, 0.72)
DARK_WOOD: Final = Material("dark wooden", "dark wood", 45, 0.055, 0.18, 0.52)
PALE_WOOD: Final = Material("pale wooden", "pale wood", 74, 0.072, 0.36, 0.86)
RED_WOOD: Final = Material("reddish wooden", "reddish wood", 38, 0.095, 0.22, 0.64)
GREY_WOOD: Final = Material("old grey wooden", "weathered wood", 75, 0.018, 0.26, 0.68)

STONE: Final = Material("stone", "stone", 260, 0.012, 0.28, 0.80)
MOSSY: Final = Material("mossy stone", "mossy stone", 120, 0.040, 0.26, 0.72)
SANDSTONE: Final = Material("sandstone", "sandstone", 75, 0.060, 0.36, 0.90)
BONE: Final = Material("ivory", "ivory", 88, 0.036, 0.46, 0.98)
LEATHER: Final = Material("leather", "leather", 52, 0.080, 0.22, 0.62)
DARK_LEATHER: Final = Material("dark leather", "dark leather", 40, 0.045, 0.16, 0.46)
CANVAS: Final = Material("canvas", "canvas", 80, 0.045, 0.40, 0.90)
PAPER: Final = Material("parchment", "parchment", 84, 0.060, 0.46, 0.97)
OLD_PAPER: Final = Material("old brown", "old parchment", 68, 0.075, 0.36, 0.84)
WHITE_PAPER: Final = Material("white", "white paper", 250, 0.012, 0.52, 1.0)

RED: Final = Material("red", "", 25, 0.190, 0.29, 0.74)
ORANGE: Final = Material("orange", "", 52, 0.165, 0.38, 0.86)
YELLOW: Final = Material("yellow", "", 98, 0.160, 0.48, 0.97)
GREEN: Final = Material("green", "", 143, 0.150, 0.28, 0.82)
TEAL: Final = Material("turquoise", "", 195, 0.105, 0.30, 0.88)
BLUE: Final = Material("blue", "", 258, 0.155, 0.29, 0.80)
PURPLE: Final = Material("purple", "", 310, 0.160, 0.27, 0.76)
PINK: Final = Material("pink", "", 355, 0.130, 0.42, 0.92)
WHITE: Final = Material("white", "", 250, 0.014, 0.52, 1.0)
GREY: Final = Material("grey", "", 260, 0.012, 0.26, 0.74)
BLACK: Final = Material("black", "", 280, 0.016, 0.13, 0.52)
BROWN: Final = Material("brown", "", 54, 0.080, 0.24, 0.68)

# For parts that captions do not name by their colour.
DARK: Final = Material("dark", "", 290, 0.020, 0.08, 0.26)
FIRE: Final = Material("orange", "", 42, 0.200, 0.46, 0.80)
FLAME: Final = Material("yellow", "", 84, 0.170, 0.66, 0.98)
CORE: Final = Material("white", "", 100, 0.060, 0.90, 1.0)
LEAF: Final = Material("green", "", 138, 0.125, 0.26, 0.76)
ROPE: Final = Material("hempen", "hemp", 78, 0.072, 0.30, 0.84)
WATER: Final = Material("blue", "", 240, 0.110, 0.34, 0.88)
GLASS: Final = Material("glass", "glass", 225, 0.035, 0.42, 0.97)
SKIN: Final = Material("pale", "", 60, 0.065, 0.46, 0.92)

METALS: Final = (GOLD, SILVER, IRON, BRONZE, COPPER, RUSTY)
FINE_METALS: Final = (GOLD, SILVER, BRONZE, COPPER)
DULL_METALS: Final = (IRON, STEEL, DARK_IRON, RUSTY, BRONZE)
WOODS: Final = (WOODEN, DARK_WOOD, PALE_WOOD, RED_WOOD, GREY_WOOD)
CLOTHS: Final = (RED, BLUE, GREEN, PURPLE, YELLOW, WHITE, BLACK, ORANGE)

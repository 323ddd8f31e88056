"""Style as numbers: what keeps one story's pictures alike, and how it is laid on a finished picture.

Works on colour alone, in OKLab, so that no pixel moves or vanishes. Deterministic: equal pictures and codes give equal
bytes. Knows nothing of words, reference pictures or sessions. Axes: H rows, W columns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import FieldViolation
from narrative_server.images.types import MAX_COLOURS, MAX_PALETTE_COLOURS, MIN_COLOURS, OUTLINES, StyleCode
from narrative_server.seeds import sub_seed

RANGES: Final[dict[str, tuple[float, float]]] = {
    "saturation": (0.0, 2.0),
    "contrast": (0.5, 1.6),
    "lightness": (-0.3, 0.3),
    "green_red": (-0.1, 0.1),
    "blue_yellow": (-0.1, 0.1),
}
"""Lowest and highest of each number of a style."""

# How far a seed alone may move a story's pictures: seen side by side, never against what words ask for.
_MILD: Final[dict[str, tuple[float, float]]] = {
    "saturation": (0.88, 1.12),
    "contrast": (0.95, 1.08),
    "lightness": (-0.02, 0.02),
    "green_red": (-0.008, 0.008),
    "blue_yellow": (-0.012, 0.012),
}


def style_faults(code: StyleCode, field: str) -> list[FieldViolation]:
    """What is illegal in `code`, which stands at `field` of its request."""
    faults = []
    for name, (low, high) in RANGES.items():
        value = getattr(code, name)
        if not (math.isfinite(value) and low <= value <= high):
            faults.append(FieldViolation(f"{field}.{name}", f"is {value!r}", f"a number from {low:g} to {high:g}"))
    if code.colours != 0 and not MIN_COLOURS <= code.colours <= MAX_COLOURS:
        legal = f"0 (unset) or {MIN_COLOURS} to {MAX_COLOURS}"
        faults.append(FieldViolation(f"{field}.colours", f"is {code.colours}", legal))
    if code.outline not in OUTLINES:
        faults.append(FieldViolation(f"{field}.outline", f"is {code.outline!r}", ", ".join(OUTLINES)))
    return faults + palette_faults(code.palette, f"{field}.palette")


def palette_faults(palette: tuple[int, ...], field: str) -> list[FieldViolation]:
    """What is illegal in a given palette, empty for none."""
    legal = f"2 to {MAX_PALETTE_COLOURS} different colours from 0x000000 to 0xFFFFFF"
    outside = [colour for colour in palette if not 0 <= colour <= 0xFFFFFF]
    if outside:
        return [FieldViolation(field, f"has {outside[0]:#x}", legal)]
    if palette and not MIN_COLOURS <= len(set(palette)) <= MAX_PALETTE_COLOURS:
        return [FieldViolation(field, f"has {len(set(palette))} different colours", legal)]
    return []


def style_from_seed(seed: int) -> StyleCode:
    """A mild style of its own for each story without another; equal seeds give equal styles."""
    shares = {name: sub_seed(seed, "style", name) / 2.0**63 for name in _MILD}
    return style_of_numbers({name: low + (high - low) * shares[name] for name, (low, high) in _MILD.items()})


def style_of_numbers(numbers: Mapping[str, float]) -> StyleCode:
    """A style of one number for each name of RANGES, brought inside it."""
    clipped = {name: round(min(max(numbers[name], low), high), 4) for name, (low, high) in RANGES.items()}
    return StyleCode(
        saturation=clipped["saturation"],
        contrast=clipped["contrast"],
        lightness=clipped["lightness"],
        green_red=clipped["green_red"],
        blue_yellow=clipped["blue_yellow"],
    )


def style_lab(lab: NDArray[np.float32], code: StyleCode) -> NDArray[np.float32]:
    """Move OKLab colours (..., 3) by a style; lighter colours stay lighter where contrast is above 0."""
    light = np.clip((lab[..., :1] - 0.5) * code.contrast + 0.5 + code.lightness, 0.0, 1.0)
    # The tint fades toward black and white, so that ink stays ink and highlights stay crisp.
    strength = np.clip(4.0 * light * (1.1 - light), 0.1, 1.0)
    tint = np.array([code.green_red, code.blue_yellow], dtype=np.float32)
    chroma = lab[..., 1:] * np.float32(code.saturation) + tint * strength
    return np.concatenate((light, chroma), axis=-1).astype(np.float32)

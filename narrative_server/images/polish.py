"""What is done to drawn pixels: outline or tiling, style, number of colours, mood, palette, enlargement, trimming.

Knows nothing of networks or requests. Deterministic. Axes: H rows, W columns; U distinct colours. Pictures are sRGB,
straight alpha.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import FieldViolation
from narrative_server.images.finishing import pivot, visible_bounds
from narrative_server.images.grade import grade_lab
from narrative_server.images.oklab import bytes_to_oklab, oklab_to_bytes
from narrative_server.images.outline import add_outline
from narrative_server.images.palette import choose_colours, nearest_colours, palette_bytes, palette_lab
from narrative_server.images.scaling import enlarge, scales_by
from narrative_server.images.style import palette_faults, style_faults, style_lab
from narrative_server.images.tiling import tile_horizontally
from narrative_server.images.types import MAX_COLOURS, MIN_COLOURS, OUTLINES, SCALINGS, Finish
from narrative_server.semantics.mood import Mood

SPRITE_COLOURS: Final = 32
"""Most colours of a sprite as drawn; the tiles that are learnt from have 26 in the median."""

BACKGROUND_COLOURS: Final = 48
"""The same of a background; the painted places that are learnt from have as many at most."""

_CALM: Final = Mood("neutral", 0.0)


@dataclass(frozen=True)
class Polished:
    """A polished picture (H, W, 3 or 4) uint8, where its pivot is, and what was trimmed at the left and top."""

    picture: NDArray[np.uint8]
    pivot_x: float
    pivot_y: float
    left_px: int = 0
    top_px: int = 0


def polish_sprite(picture: NDArray[np.uint8], mood: Mood, colours: int, finish: Finish, factor: int) -> Polished:
    """Finish (H, W, 4), alpha 0 or 255: the mood as light and colour, never as shape.

    colours: 0 (the style's, else as it is) or 2..64. factor: of enlargement.
    """
    outlined = add_outline(picture, finish.outline or finish.style.outline)
    large = enlarge(recolour(outlined, mood, colours, finish), factor, finish.scaling)
    if not finish.trimmed:
        return Polished(large, *pivot(large))
    left_px, top_px, right_px, bottom_px = visible_bounds(large[..., 3] > 0)
    trimmed = np.ascontiguousarray(large[top_px:bottom_px, left_px:right_px])
    return Polished(trimmed, *pivot(trimmed), left_px, top_px)


def as_pixel_art(picture: NDArray[np.uint8], colours: int) -> NDArray[np.uint8]:
    """A drawn picture (H, W, 3 or 4) in at most so many colours: networks mix shades that a painter would not."""
    return recolour(picture, _CALM, colours, Finish())


def polish_background(picture: NDArray[np.uint8], mood: Mood, colours: int, finish: Finish, factor: int) -> Polished:
    """Finish (H, W, 3). mood, colours, factor: as for sprites."""
    whole = tile_horizontally(picture) if finish.tiled else picture
    return Polished(enlarge(recolour(whole, mood, colours, finish), factor, finish.scaling), 0.5, 1.0)


def recolour(picture: NDArray[np.uint8], mood: Mood, colours: int, finish: Finish) -> NDArray[np.uint8]:
    """Give (H, W, 3 or 4) its style, number of colours, mood and palette; alpha stays, clear pixels stay 0.

    Colours are grouped before the mood moves them, so that every mood shows the same patches. A given palette comes
    last, so that its colours are exact.
    """
    style, palette = finish.style, finish.palette or finish.style.palette
    most = colours or (0 if palette else style.colours)
    felt = mood.emotion != "neutral" and mood.intensity > 0.0
    if not (style.shifts_colour or palette or most or felt):
        return picture

    def remap(distinct: NDArray[np.uint8], counts: NDArray[np.intp]) -> NDArray[np.uint8]:
        if not (style.shifts_colour or palette or felt) and len(distinct) <= most:
            return distinct
        lab = bytes_to_oklab(distinct)
        if style.shifts_colour:
            lab = style_lab(lab, style)
        member = None
        if most and len(distinct) > most:
            lab, member = choose_colours(lab, counts, most)
        if felt:
            lab = grade_lab(lab, mood)
        final = palette_bytes(palette)[nearest_colours(lab, palette_lab(palette))] if palette else oklab_to_bytes(lab)
        return final if member is None else final[member]

    return _map_colours(picture, remap)


def _map_colours(
    picture: NDArray[np.uint8], remap: Callable[[NDArray[np.uint8], NDArray[np.intp]], NDArray[np.uint8]]
) -> NDArray[np.uint8]:
    """Put each distinct visible colour, (U, 3) with its number of pixels (U,), through `remap`."""
    shown = picture[..., 3] > 0 if picture.shape[2] == 4 else np.ones(picture.shape[:2], dtype=np.bool_)
    if not shown.any():
        return picture
    pixels = picture[shown][:, :3].astype(np.uint32)
    packed = pixels[:, 0] << 16 | pixels[:, 1] << 8 | pixels[:, 2]
    unique, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    distinct = np.stack((unique >> 16, unique >> 8 & 255, unique & 255), axis=1).astype(np.uint8)  # (U, 3)
    result = picture.copy()
    result[shown, :3] = remap(distinct, counts)[inverse]
    return result


def polish_faults(finish: Finish, colours: int, factor: int) -> list[FieldViolation]:
    """What is illegal in `finish` for a picture of at most `colours` colours, enlarged by `factor`."""
    faults = style_faults(finish.style, "style") + palette_faults(finish.palette, "palette")
    if colours != 0 and not MIN_COLOURS <= colours <= MAX_COLOURS:
        faults.append(FieldViolation("colours", f"is {colours}", f"0 or {MIN_COLOURS} to {MAX_COLOURS}"))
    if finish.scaling not in SCALINGS:
        faults.append(FieldViolation("scaling", f"is {finish.scaling!r}", " or ".join(SCALINGS)))
    elif not scales_by(factor, finish.scaling):
        problem = f"is {finish.scaling!r} for {factor} times the size"
        faults.append(FieldViolation("scaling", problem, "nearest, or a multiple of 2 or 3 times the size"))
    if finish.outline not in ("", *OUTLINES):
        faults.append(FieldViolation("outline", f"is {finish.outline!r}", f"unset, {', '.join(OUTLINES)}"))
    return faults

"""Reads pictures without a model: by the names of their commonest colours.

A text that names the colours of a picture lies near it, so that searching behaves as with a real embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.semantics.types import PictureAnalysis, PictureFile, Places
from narrative_server.semantics.views import decode, medium_of, visible_box
from narrative_server.story.engines import Embedding
from narrative_server.testing.scripted_reading import SHARED_SIZE, place_text, read_text

SPACE: Final = "scripted"
_COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
    "white": (255, 255, 255),
    "red": (220, 30, 30),
    "green": (30, 180, 30),
    "blue": (40, 60, 220),
    "yellow": (230, 220, 40),
    "brown": (120, 80, 40),
    "purple": (140, 50, 180),
}
_MOST_COLOURS: Final = 3


def place_all(texts: Sequence[str], pictures: Sequence[PictureFile]) -> Places:
    """Places of texts, then of pictures. Raises InvalidRequest for a picture that cannot be read."""
    rows = [place_text(text) for text in texts] + [_place(colour_names(decode(picture))) for picture in pictures]
    return Places(SPACE, np.stack(rows) if rows else np.empty((0, SHARED_SIZE), np.float32))


def read_picture(picture: PictureFile) -> PictureAnalysis:
    """What a picture's colours say. Raises InvalidRequest when it cannot be read."""
    pixels = decode(picture)
    names = colour_names(pixels)
    reading = read_text(" ".join(names))
    return PictureAnalysis(
        mood=reading.mood,
        scores=reading.scores,
        valence=reading.valence,
        keywords=names,
        space=SPACE,
        place=_place(names),
        medium=medium_of(picture, pixels),
        width_px=pixels.shape[1],
        height_px=pixels.shape[0],
        visible=visible_box(pixels),
    )


def colour_names(pixels: NDArray[np.uint8]) -> tuple[str, ...]:
    """The names of the commonest visible colours of (H, W, 4), at most three, commonest first; none: ("clear",)."""
    shown = pixels[pixels[..., 3] > 0][:, :3].astype(np.int64)
    if not len(shown):
        return ("clear",)
    known = np.array(list(_COLOURS.values()))
    nearest = ((shown[:, None, :] - known) ** 2).sum(axis=2).argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(known))
    order = np.argsort(-counts, kind="stable")[:_MOST_COLOURS]
    return tuple(list(_COLOURS)[index] for index in order if counts[index] > 0)


def _place(names: Sequence[str]) -> Embedding:
    return place_text(" ".join(names))

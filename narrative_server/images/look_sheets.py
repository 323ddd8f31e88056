"""Sheets that show what moods and styles do: the same six pictures in every row, as a server would draw them."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from narrative_server.gan.data import EncodeTexts
from narrative_server.gan.sheet import draw_sheet
from narrative_server.images.scenery import wanted_scenery
from narrative_server.images.service import ImageService
from narrative_server.images.style_words import read_words, style_of_words
from narrative_server.images.subject import subject_row, with_subject
from narrative_server.images.types import (
    BACKGROUND_HEIGHT_PX,
    BACKGROUND_WIDTH_PX,
    SPRITE_SIDE_PX,
    Finish,
    PictureRequest,
    StyleCode,
)
from narrative_server.semantics.mood import DEFAULT_INTENSITY, EMOTIONS, Mood
from narrative_server.workers.cancel import CancelToken

Medium = Literal["sprite", "background"]

SUBJECTS: Final[dict[Medium, tuple[str, ...]]] = {
    "sprite": (
        "knight in silver armour with a sword and shield",
        "thief in dark leather holding a dagger",
        "green slime monster",
        "red dragon",
        "golden key",
        "oak tree",
    ),
    "background": (
        "dark forest at night",
        "desert dunes at noon",
        "snowy mountains, morning",
        "castle at sunset",
        "tavern interior with a fireplace",
        "city street at night, neon lights",
    ),
}
STYLES: Final = (
    "plain",
    "grim, desaturated, 16 colours",
    "vivid, cartoon",
    "pastel, soft outline",
    "warm, 12 colours",
    "cold, high contrast",
    "noir, outlined",
    "sepia, 8 colours",
    "game boy",
    "pico-8",
)
_CALM: Final = Mood("neutral", 0.0)


def mood_sheet(service: ImageService, medium: Medium, encode: EncodeTexts, seed: int = 1) -> Image.Image:
    """One row an emotion at its usual intensity, one column a subject."""
    moods = [_CALM if emotion == "neutral" else Mood(emotion, DEFAULT_INTENSITY) for emotion in EMOTIONS]
    looks = [(mood, StyleCode()) for mood in moods]
    return _sheet(service, medium, encode, looks, list(EMOTIONS), seed)


def style_sheet(service: ImageService, medium: Medium, encode: EncodeTexts, seed: int = 1) -> Image.Image:
    """One row a style of STYLES, one column a subject."""
    looks = [(_CALM, style_of_words(read_words(words), {})[0]) for words in STYLES]
    return _sheet(service, medium, encode, looks, list(STYLES), seed)


def _sheet(
    service: ImageService,
    medium: Medium,
    encode: EncodeTexts,
    looks: list[tuple[Mood, StyleCode]],
    labels: list[str],
    seed: int,
) -> Image.Image:
    told = [(subject, encode(with_subject(subject))) for subject in SUBJECTS[medium]]
    rows = [np.stack([_draw(service, medium, *one, mood, style, seed) for one in told]) for mood, style in looks]
    return draw_sheet(np.stack(rows), labels, 3 if medium == "sprite" else 1)


def _draw(
    service: ImageService,
    medium: Medium,
    text: str,
    embeddings: NDArray[np.float32],
    mood: Mood,
    style: StyleCode,
    seed: int,
) -> NDArray[np.uint8]:
    """(H, W, 4) uint8; embeddings: those of `with_subject`."""
    sprite = medium == "sprite"
    width_px, height_px = (SPRITE_SIDE_PX,) * 2 if sprite else (BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX)
    request = PictureRequest(
        embeddings[0],
        mood,
        seed,
        width_px,
        height_px,
        "rgba32",
        finish=Finish(style),
        subject=subject_row(embeddings) if sprite else None,
        scenery=None if sprite else wanted_scenery(text),
    )
    made = (service.sprite if sprite else service.background)(request, CancelToken())
    return np.frombuffer(made.data, np.uint8).reshape(height_px, width_px, 4)

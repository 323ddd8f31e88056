"""What draws the pictures that are scored: the server's own image service.

Axes: N pictures, H rows, W columns.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.gan.data import TEXT_DIM
from narrative_server.images.scenery import wanted_scenery
from narrative_server.images.service import ImageService
from narrative_server.images.subject import subject_row
from narrative_server.images.types import (
    BACKGROUND_HEIGHT_PX,
    BACKGROUND_WIDTH_PX,
    SPRITE_SIDE_PX,
    ImageConfig,
    Picture,
    PictureRequest,
)
from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import CancelToken

Kind: TypeAlias = Literal["sprites", "backgrounds"]

NEUTRAL: Final = Mood("neutral", 0.0)


class Artist(Protocol):
    """Draws one picture from a phrase."""

    def draw(
        self, text: str, sentences: NDArray[np.float32], mood: Mood, seed: int, candidates: int = 1
    ) -> NDArray[np.uint8]:
        """(H, W, 4) straight alpha; equal for equal arguments.

        sentences: embeddings (1 or 2, 384) of unit norm of the text and its subject, as `subject.with_subject`
        has them. candidates: how many are drawn; the one that fits best is returned.
        """
        ...

    def chooses(self) -> bool:
        """Whether it can tell which of several fits best."""
        ...


class ServiceArtist:
    """Pictures exactly as the server draws them at their smallest size."""

    def __init__(self, kind: Kind, folder: Path | None, threads: int) -> None:
        """folder: a model's, None for the packaged one. Raises ModelMissing, ModelCorrupt."""
        self._sprites = sprites = kind == "sprites"
        self._service = ImageService(
            ImageConfig(
                sprites_folder=folder if sprites else None,
                backgrounds_folder=None if sprites else folder,
                device="cpu",
                threads=threads,
            )
        )
        self._draw = self._service.sprite if sprites else self._service.background
        self._size = (SPRITE_SIDE_PX, SPRITE_SIDE_PX) if sprites else (BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX)

    def draw(
        self, text: str, sentences: NDArray[np.float32], mood: Mood, seed: int, candidates: int = 1
    ) -> NDArray[np.uint8]:
        """See Artist. Raises ModelMissing or ModelCorrupt when this kind's model cannot be used."""
        width, height = self._size
        drawn = self._picture(text, sentences, mood, seed, candidates)
        return np.frombuffer(drawn.data, np.uint8).reshape(height, width, 4)

    def chooses(self) -> bool:
        """See Artist."""
        unit = np.full((1, TEXT_DIM), TEXT_DIM**-0.5, np.float32)
        return self._picture("", unit, NEUTRAL, 0, 1).score is not None

    def _picture(self, text: str, sentences: NDArray[np.float32], mood: Mood, seed: int, candidates: int) -> Picture:
        request = PictureRequest(sentences[0], mood, seed, *self._size, "rgba32", candidates=candidates)
        if self._sprites:
            request = replace(request, subject=subject_row(sentences))
        else:
            request = replace(request, scenery=wanted_scenery(text))
        return self._draw(request, CancelToken())

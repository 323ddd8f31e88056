"""Sample sheets of a packaged model, drawn exactly as a server would draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from narrative_server.gan.data import EncodeTexts
from narrative_server.gan.sheet import draw_sheet
from narrative_server.images.prompts import BACKGROUND_PROMPTS, SPRITE_PROMPTS
from narrative_server.images.scenery import wanted_scenery
from narrative_server.images.service import ImageService
from narrative_server.images.subject import subject_row, with_subject
from narrative_server.images.types import (
    BACKGROUND_HEIGHT_PX,
    BACKGROUND_WIDTH_PX,
    SPRITE_SIDE_PX,
    PictureRequest,
)
from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import CancelToken

_INTENSITY: Final = 0.8


@dataclass(frozen=True)
class Prompt:
    """One row of a sheet."""

    text: str
    mood: Mood = field(default_factory=lambda: Mood("neutral", 0.0))

    @property
    def label(self) -> str:
        """The words, and the mood where there is one."""
        return self.text if self.mood.intensity == 0 else f"{self.text} ({self.mood.emotion})"


def prompt_sheet(service: ImageService, medium: str, encode: EncodeTexts, seed: int) -> Image.Image:
    """The usual prompts of a medium ("sprite" or "background"), four or three seeds each, beginning with `seed`."""
    if medium == "sprite":
        return sprite_sheet(service, [Prompt(text) for text in SPRITE_PROMPTS], 4, encode, seed=seed)
    felt = [Prompt(text, Mood(emotion, _INTENSITY)) for text, emotion in BACKGROUND_PROMPTS]
    calm = [replace(prompt, mood=Mood()) if prompt.mood.emotion == "neutral" else prompt for prompt in felt]
    return background_sheet(service, calm, 3, encode, seed=seed)


def sprite_sheet(
    service: ImageService, prompts: Sequence[Prompt], seeds: int, encode: EncodeTexts, columns: int = 4, seed: int = 1
) -> Image.Image:
    """One row a prompt, `seeds` sprites each beginning with `seed`, at twice their size."""
    rows = [
        _row(service, prompt, row, range(seed, seed + seeds), "sprite") for prompt, row in _embedded(prompts, encode)
    ]
    return draw_sheet(np.stack(rows), [prompt.label for prompt in prompts], 2, columns)


def background_sheet(
    service: ImageService, prompts: Sequence[Prompt], seeds: int, encode: EncodeTexts, columns: int = 2, seed: int = 1
) -> Image.Image:
    """One row a prompt, `seeds` backgrounds each beginning with `seed`, at their own size."""
    taken = range(seed, seed + seeds)
    rows = [_row(service, prompt, row, taken, "background") for prompt, row in _embedded(prompts, encode)]
    return draw_sheet(np.stack(rows), [prompt.label for prompt in prompts], 1, columns)


def _embedded(prompts: Sequence[Prompt], encode: EncodeTexts) -> list[tuple[Prompt, NDArray[np.float32]]]:
    """Each prompt with the embeddings of what is asked for and of its subject, (1 or 2, 384)."""
    return [(prompt, encode(with_subject(prompt.text))) for prompt in prompts]


def _row(
    service: ImageService, prompt: Prompt, embeddings: NDArray[np.float32], seeds: Sequence[int], medium: str
) -> NDArray[np.uint8]:
    """(seeds, H, W, 4) uint8."""
    sprite = medium == "sprite"
    width, height = (SPRITE_SIDE_PX,) * 2 if sprite else (BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX)
    draw = service.sprite if sprite else service.background
    request = PictureRequest(embeddings[0], prompt.mood, 0, width, height, "rgba32")
    if sprite:
        request = replace(request, subject=subject_row(embeddings))
    else:
        request = replace(request, scenery=wanted_scenery(prompt.text))
    pictures = [draw(replace(request, noise_seed=seed), CancelToken()) for seed in seeds]
    return np.stack([np.frombuffer(one.data, np.uint8).reshape(height, width, 4) for one in pictures])

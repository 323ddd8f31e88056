"""What the sample sheets of a training show: prompts of the packaged model's own field, as they are served."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from narrative_server.gan.data import EncodeTexts
from narrative_server.gan.trainer import Preview
from narrative_server.images.finishing import finish_background, finish_sprite
from narrative_server.images.prompts import BACKGROUND_PROMPTS, SPRITE_PROMPTS
from narrative_server.images.scenery import wanted_scenery


def general_preview(kind: str, encode: EncodeTexts) -> Preview:
    """What a kind's sheets show: prompts of the packaged model's own field."""
    if kind == "sprites":
        none = np.zeros((len(SPRITE_PROMPTS), 0), dtype=np.float32)
        return Preview(SPRITE_PROMPTS, encode(SPRITE_PROMPTS), none, _render_sprites, 4, 2, 4)
    phrases = tuple(dict.fromkeys(phrase for phrase, _ in BACKGROUND_PROMPTS))
    none = np.zeros((len(phrases), 0), dtype=np.float32)
    tags = np.stack([wanted_scenery(phrase) for phrase in phrases])
    return Preview(phrases, encode(phrases), none, _render_backgrounds, 3, 1, 2, tags)


def _render_sprites(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.stack([finish_sprite(item) for item in values])


def _render_backgrounds(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.stack([finish_background(item) for item in values])

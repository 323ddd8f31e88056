"""A shared embedding with tiny random weights, with or without its sound tower."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from narrative_server.semantics.item_words import SOUND_WORDS_FILE, pack_words
from narrative_server.semantics.shared_embedding import EmbeddingFacts, add_sound_tower, pack_embedding
from narrative_server.semantics.towers import (
    PictureTower,
    PictureTowerConfig,
    SoundTower,
    SoundTowerConfig,
    TextHead,
    TextHeadConfig,
)

WORDS = ("door creaking", "coin", "thunder", "laser")


def write_tiny_embedding(folder: Path, sounds: bool = True) -> Path:
    torch.manual_seed(2)
    facts = EmbeddingFacts(10.0, -5.0, {}, {})
    folder.mkdir(parents=True, exist_ok=True)
    head, pictures = TextHead(TextHeadConfig(hidden=16)), PictureTower(PictureTowerConfig((8, 16)))
    tower = SoundTower(SoundTowerConfig((8, 16)))
    torch.nn.init.normal_(tower.band_bias)  # spread places out: fresh towers put all sounds in one corner
    _write(folder, pack_embedding(head, pictures, facts))
    if sounds:
        places = np.random.default_rng(3).standard_normal((len(WORDS), 256)).astype(np.float32)
        places /= np.linalg.norm(places, axis=1, keepdims=True)
        more = {SOUND_WORDS_FILE: pack_words(WORDS, places)}
        _write(folder, add_sound_tower(folder, "train", tower, facts, more))
    return folder


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)

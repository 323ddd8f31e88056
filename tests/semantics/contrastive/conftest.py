from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.gan.data import GanData, save_data
from narrative_server.sounds.melspec import fold


@dataclass(frozen=True)
class BuiltData:
    sprites: Path
    backgrounds: Path
    sounds: Path


def coloured(name: str, channels: int, height: int, width: int, items: int) -> GanData:
    """Items of one colour each, whose captions are that colour's; the last fifth is held out."""
    rng = np.random.default_rng(len(name))
    kinds = np.arange(items) % 8
    colours = np.array([[k & 1, k >> 1 & 1, k >> 2 & 1] for k in range(8)]) * 200 + 25
    values = np.full((items, channels, height, width), 255, dtype=np.uint8)
    values[:, :3] = colours[kinds][:, :, None, None]
    values[:, :3] += rng.integers(0, 20, (items, 3, height, width), dtype=np.uint8)
    embeddings = rng.standard_normal((16, 384)).astype(np.float32)
    return GanData(
        name=name,
        values=values,
        phrases=tuple(f"{name} {word} {index}" for index in range(8) for word in ("plain", "coloured")),
        embeddings=embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True),
        captions=np.stack([2 * kinds, 2 * kinds + 1], axis=1).astype(np.int32),
        conditions=np.zeros((items, 0), dtype=np.float32),
        weights=np.ones(items, dtype=np.float32),
        held_out=np.arange(items) >= items * 4 // 5,
        flippable=np.ones(items, dtype=np.bool_),
    )


def pitched(items: int) -> GanData:
    """Spectra with one loud band each, by which their captions go; the last fifth is held out."""
    rng = np.random.default_rng(5)
    kinds = np.arange(items) % 8
    decibels = np.full((items, 80, 176), -80.0, np.float32)
    for row, kind in enumerate(kinds):
        decibels[row, 10 * kind : 10 * kind + 4, : rng.integers(20, 100)] = rng.uniform(-30.0, 0.0)
    values = fold(torch.from_numpy((decibels + 50.0) / 60.0)).numpy()
    embeddings = rng.standard_normal((16, 384)).astype(np.float32)
    return GanData(
        name="sounds",
        values=values.astype(np.float16),
        phrases=tuple(f"{size} {pitch} tone" for pitch in "abcdefgh" for size in ("short", "long")),
        embeddings=embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True),
        captions=np.stack([2 * kinds, 2 * kinds + 1], axis=1).astype(np.int32),
        conditions=np.zeros((items, 0), dtype=np.float32),
        weights=np.ones(items, dtype=np.float32),
        held_out=np.arange(items) >= items * 4 // 5,
        flippable=np.zeros(items, dtype=np.bool_),
        notes={"mel_scale": json.dumps({"mean_db": [-50.0] * 80, "spread_db": [30.0] * 80})},
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltData:
    """Small data sets as the data commands leave them."""
    folder = tmp_path_factory.mktemp("built")
    save_data(coloured("sprites", 4, 16, 16, 80), folder / "sprites.npz")
    save_data(coloured("backgrounds", 3, 32, 48, 40), folder / "backgrounds.npz")
    save_data(pitched(80), folder / "sounds.npz")
    return BuiltData(folder / "sprites.npz", folder / "backgrounds.npz", folder / "sounds.npz")

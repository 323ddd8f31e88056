"""A small data set of tones and clicks, and an artist that knows them, for tests of the whole evaluation."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from narrative_server.evaluation.sounds.artist import Conditions
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.gan.data import GanData, index_captions, save_data
from narrative_server.sounds.conditions import CONDITION_NAMES, AttackGuess, DurationGuess, conditions_of
from narrative_server.sounds.melspec import MelScale, fold, log_mel
from narrative_server.sounds.synth.synthesiser import finish
from narrative_server.sounds.types import NATIVE_RATE_HZ
from narrative_server.sounds.waves import RECORDED, WaveSet, save_waves

KINDS = {"bell": 1800.0, "door_close": 240.0, "lock": 600.0}
SIZES = {"small": 1.2, "heavy": 0.8}
RISES_MS = {"bell": 2.0, "door_close": 30.0, "lock": 1.0}


def encode(texts: object) -> NDArray[np.float32]:
    """A random unit vector for each text, equal for equal ones."""
    rows = []
    for text in texts:  # type: ignore[attr-defined]
        seed = int.from_bytes(hashlib.sha256(str(text).encode()).digest()[:4], "big")
        row = np.random.default_rng(seed).standard_normal(384)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, np.float32).reshape(-1, 384)


def tone(hertz: float, rise_ms: float, seed: int, length_ms: float = 300.0) -> NDArray[np.float32]:
    """A decaying tone with a little hiss, finished as training data is; its attack is a straight line."""
    n = round(length_ms * NATIVE_RATE_HZ / 1000)
    t = np.arange(n) / NATIVE_RATE_HZ
    rng = np.random.default_rng(seed)
    body = np.sin(2 * np.pi * hertz * rng.uniform(0.97, 1.03) * t) + 0.02 * rng.standard_normal(n)
    return finish(body * np.minimum(t / (rise_ms / 1000), 1.0) * np.exp(-t * 4))


def make_data(items: int = 120, recordings: int = 12) -> SoundData:
    """Tones of three kinds and two sizes, and "recordings" of another tone; every third one is held out."""
    rng = np.random.default_rng(5)
    waves, captions, kinds = [], [], []
    for number in range(items):
        kind, size = list(KINDS)[number % 3], list(SIZES)[number // 3 % 2]
        waves.append(tone(KINDS[kind] * SIZES[size], RISES_MS[kind], number))
        plain = kind.split("_")[0]
        captions.append((f"{size} {plain} number {number}", f"{plain} {number}"))
        kinds.append(kind)
    for number in range(recordings):
        waves.append(tone(3_000.0, 5.0, 1_000 + number))
        captions.append((f"recorded thing {number // 2}",))
        kinds.append(RECORDED)
    count = items + recordings
    held_out = np.arange(count) % 5 == 2
    held_out[items:] = np.arange(recordings) // 2 % 2 == 1
    samples = [np.rint(wave * 32_767).astype(np.int16) for wave in waves]
    intensity = rng.random(count).astype(np.float32)
    zeros = np.zeros(count, np.float32)
    found = WaveSet(
        samples=np.concatenate(samples),
        starts=np.concatenate([[0], np.cumsum([len(part) for part in samples])]).astype(np.int64),
        captions=captions,
        kinds=kinds,
        emotions=["neutral"] * count,
        intensity=intensity,
        valence=zeros,
        arousal=zeros,
        held_out=held_out,
    )
    return SoundData(_spectra(found), found)


def _spectra(waves: WaveSet) -> GanData:
    decibels = torch.cat([log_mel(torch.from_numpy(waves.wave(row))[None]) for row in range(waves.size)])
    scale = MelScale.fit(decibels[torch.from_numpy(~waves.held_out)])
    phrases, rows = index_captions(waves.captions)
    return GanData(
        name="sounds",
        values=fold(scale.normalise(decibels)).numpy().astype(np.float16),
        phrases=phrases,
        embeddings=encode(phrases),
        captions=rows,
        conditions=conditions_of(waves.duration_ms(), waves.intensity.astype(np.float64)),
        weights=np.ones(waves.size, np.float32),
        held_out=waves.held_out,
        flippable=np.zeros(waves.size, np.bool_),
        condition_names=CONDITION_NAMES,
        notes={
            "mel_scale": json.dumps({"mean_db": scale.mean_db, "spread_db": scale.spread_db}),
            "duration": json.dumps(DurationGuess((0.0,) * 384, 8.0).to_json()),
            "attack": json.dumps(AttackGuess((0.0,) * 388, 4.0).to_json()),
            "sources": "tones",
        },
    )


def write_run(data: SoundData, folder: Path) -> Path:
    """The two files of a run."""
    save_data(data.gan, folder / "data.npz")
    save_waves(data.waves, folder / "data.waves.npz")
    return folder


class ToneArtist:
    """Plays what the data has for a caption that it knows, the attack as it is, with a hiss of the seed."""

    def __init__(self, data: SoundData, choosing: bool = True) -> None:
        self._data, self._choosing = data, choosing
        self.asked: list[int] = []

    def draw(
        self, sentence: NDArray[np.float32], wanted: Conditions, seed: int, candidates: int = 1
    ) -> NDArray[np.float32]:
        self.asked.append(candidates)
        caption = int((np.asarray(self._data.gan.embeddings) @ sentence).argmax())
        item = int(np.flatnonzero((self._data.gan.captions == caption).any(axis=1))[0])
        wave = self._data.waves.wave(item)
        return (wave + 0.01 * np.random.default_rng(seed).standard_normal(len(wave)) * np.abs(wave)).astype(np.float32)

    def chooses(self) -> bool:
        return self._choosing


@pytest.fixture(scope="session")
def data() -> SoundData:
    return make_data()

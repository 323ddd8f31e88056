"""What one listens to and looks at: 48 phrases by two seeds, as WAV files and as one sheet of spectrograms."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from narrative_server.evaluation.sounds.artist import Artist, Conditions
from narrative_server.evaluation.sounds.clips import Wave
from narrative_server.evaluation.sounds.features import pictures
from narrative_server.gan.data import EncodeTexts
from narrative_server.gan.sheet import draw_sheet
from narrative_server.sounds.files import file_bytes
from narrative_server.sounds.melspec import log_mel
from narrative_server.sounds.train import PREVIEW_PHRASES
from narrative_server.sounds.types import NATIVE_RATE_HZ

SEEDS: Final = (1, 2)
_COLUMNS: Final = 3
_INTENSITY: Final = 0.6
_MORE: Final = (
    "arrow hitting a wooden shield",
    "bow string released",
    "key turning in a rusty lock",
    "treasure chest opening",
    "stone door grinding open",
    "gears of an old machine turning",
    "steam hissing from a pipe",
    "car engine starting",
    "spaceship engine humming",
    "teleporter charging up",
    "coin picked up, 8-bit",
    "retro game over",
    "menu button click",
    "error buzz",
    "wolf growling",
    "owl hooting at night",
    "ghost whispering",
    "lava bubbling",
    "lightning striking close by",
    "young voice blip",
)

PHRASES: Final = (*PREVIEW_PHRASES, *_MORE)
"""48 sounds that a game would ask for."""


@dataclass(frozen=True)
class Sample:
    """One made sound of a phrase. number: the phrase's place, from 1; take: the seed."""

    phrase: str
    number: int
    take: int
    wave: Wave


def make_samples(artist: Artist, encode: EncodeTexts, told: Callable[[int, int], None]) -> list[Sample]:
    """Every phrase with every seed, as long as the model chooses. told: hears how many of how many are made."""
    total = len(PHRASES) * len(SEEDS)
    made: list[Sample] = []
    for number, (phrase, sentence) in enumerate(zip(PHRASES, encode(PHRASES), strict=True), start=1):
        for take in SEEDS:
            made.append(Sample(phrase, number, take, artist.draw(sentence, Conditions(intensity=_INTENSITY), take)))
            told(len(made), total)
    return made


def write_sheet(samples: list[Sample], path: Path) -> None:
    """One row a phrase, one column a seed; low notes below, two seconds across. Raises OSError."""
    phrases = list(dict.fromkeys(sample.phrase for sample in samples))
    decibels = np.concatenate([log_mel(torch.from_numpy(sample.wave)[None]).numpy() for sample in samples])
    shown = pictures(decibels)  # (samples, H, W, 4)
    grid = shown.reshape(len(phrases), -1, *shown.shape[1:])
    sheet = draw_sheet(grid[..., :3], phrases, scale=1, columns=_COLUMNS)
    (sheet.quantize(64) if path.suffix.lower() == ".png" else sheet).save(path, optimize=True)


def write_waves(samples: list[Sample], folder: Path) -> list[Path]:
    """One 16-bit WAV file a sample, such as 05_iron_door_slamming_shut_2.wav. Returns their paths. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for sample in samples:
        words = "_".join(re.findall(r"[a-z0-9]+", sample.phrase.lower()))
        path = folder / f"{sample.number:02d}_{words}_{sample.take}.wav"
        path.write_bytes(file_bytes(sample.wave, NATIVE_RATE_HZ, "wav_pcm16"))
        paths.append(path)
    return paths

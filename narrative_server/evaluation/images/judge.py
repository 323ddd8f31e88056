"""The independent text-picture encoder that only evaluation uses: do a picture and a caption belong together?

It shares nothing with the encoder that the server chooses by: strided convolutions and token mixing instead of a
convolutional pyramid, words and letter groups of the caption beside its sentence embedding, InfoNCE instead of SigLIP,
another seed. Token mixing after Tolstikhin et al., "MLP-Mixer", 2021; the loss after van den Oord et al., 2018.
Axes: N pictures or captions, T grid cells of a picture, D width of a cell, L token ids of a caption.
"""

from __future__ import annotations

import dataclasses
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.evaluation.images.pictures import on_grey, shrink
from narrative_server.evaluation.weights import load_weights, save_weights

TEXT_DIM: Final = 384
MAX_TOKENS: Final = 96
_BATCH: Final = 128
_GROUPS: Final = 8


@dataclass(frozen=True)
class JudgeConfig:
    """Shape of the network. Pictures of height x width pixels are averaged over squares of `shrink` pixels first.

    channels: of a cell; 4 of pictures, 1 of spectra. centred: norms in the stem and over the batch, and the cells'
    maxima beside their means, without which spectra, most of them silence, look alike to it for long.
    """

    height: int
    width: int
    shrink: int = 1
    stem_widths: tuple[int, ...] = (48, 96, 160)
    blocks: int = 4
    buckets: int = 2048
    bag_dim: int = 96
    out_dim: int = 128
    channels: int = 4
    centred: bool = False

    def __post_init__(self) -> None:
        step = self.shrink * 2 ** len(self.stem_widths)
        if self.height % step or self.width % step:
            raise InvalidConfig("judge.height, width", (self.height, self.width), f"multiples of {step}")

    @property
    def cells(self) -> int:
        """Grid cells after the stem, T."""
        step = self.shrink * 2 ** len(self.stem_widths)
        return int((self.height // step) * (self.width // step))


SPRITE_JUDGE: Final = JudgeConfig(32, 32)
BACKGROUND_JUDGE: Final = JudgeConfig(96, 160, shrink=2, stem_widths=(32, 64, 96, 160))


def token_ids(text: str, buckets: int) -> list[int]:
    """Hashes of a caption's words and their groups of four letters, 1..buckets-1, at most MAX_TOKENS."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    marked = [f"<{word}>" for word in words]
    grams = [word[i : i + 4] for word in marked for i in range(len(word) - 3)]
    tokens = [*marked, *grams][:MAX_TOKENS]
    return [1 + zlib.crc32(token.encode()) % (buckets - 1) for token in tokens]


def bags(texts: Sequence[str], buckets: int) -> NDArray[np.int16]:
    """Token ids of N captions, (N, MAX_TOKENS), 0 where there is none."""
    rows = np.zeros((len(texts), MAX_TOKENS), np.int16)
    for row, text in zip(rows, texts, strict=True):
        ids = token_ids(text, buckets)
        row[: len(ids)] = ids
    return rows


class _Mixer(nn.Module):
    """Mix cells, then channels, both residual."""

    def __init__(self, cells: int, width: int) -> None:
        super().__init__()
        self.norm_cells, self.norm_width = nn.LayerNorm(width), nn.LayerNorm(width)
        self.across = nn.Sequential(nn.Linear(cells, 2 * cells), nn.ReLU(), nn.Linear(2 * cells, cells))
        self.within = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))

    def forward(self, grid: Tensor) -> Tensor:
        """(N, T, D) to the same shape."""
        grid = grid + self.across(self.norm_cells(grid).transpose(1, 2)).transpose(1, 2)
        result: Tensor = grid + self.within(self.norm_width(grid))
        return result


class Judge(nn.Module):
    """Pictures and captions to unit vectors of one space."""

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        self.config = config
        layers: list[nn.Module] = []
        before = config.channels
        for width in config.stem_widths:
            norm = [nn.GroupNorm(_GROUPS, width)] if config.centred else []
            layers += [nn.Conv2d(before, width, 3, stride=2, padding=1), *norm, nn.LeakyReLU(0.1)]
            before = width
        self.stem = nn.Sequential(*layers)
        self.residual = nn.Sequential(nn.Conv2d(before, before, 3, padding=1), nn.LeakyReLU(0.1))
        self.mixers = nn.Sequential(*(_Mixer(config.cells, before) for _ in range(config.blocks)))
        level = nn.BatchNorm1d(before) if config.centred else nn.LayerNorm(before)
        self.seen = nn.Sequential(level, nn.Dropout(0.1), nn.Linear(before, config.out_dim))
        self.tokens = nn.Embedding(config.buckets, config.bag_dim, padding_idx=0)
        self.from_sentence = nn.Linear(TEXT_DIM, 256)
        self.from_tokens = nn.Linear(config.bag_dim, 256)
        self.said = nn.Sequential(nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, config.out_dim))
        self.log_scale = nn.Parameter(torch.tensor(2.3))

    def see(self, pixels: Tensor) -> Tensor:
        """(N, channels, H, W), as `picture_input` gives them, to (N, out_dim) of unit norm."""
        grid = self.stem(pixels)
        grid = grid + self.residual(grid)
        cells = self.mixers(grid.flatten(2).transpose(1, 2))  # (N, T, D)
        pooled = cells.mean(dim=1)
        if self.config.centred:
            pooled = pooled + cells.amax(dim=1)
        return F.normalize(self.seen(pooled).float(), dim=1)

    def read(self, sentences: Tensor, tokens: Tensor) -> Tensor:
        """Sentence embeddings (N, 384) of unit norm and token ids (N, L) to (N, out_dim) of unit norm."""
        present = (tokens != 0).unsqueeze(2)  # (N, L, 1)
        bag = (self.tokens(tokens) * present).sum(dim=1) / present.sum(dim=1).clamp(min=1) ** 0.5
        hidden = self.from_sentence(sentences * TEXT_DIM**0.5) + self.from_tokens(bag)
        return F.normalize(self.said(hidden).float(), dim=1)

    @torch.inference_mode()
    def embed_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, H, W, 4) straight alpha to (N, out_dim) of unit norm."""
        rows = [
            self.see(torch.from_numpy(picture_input(pictures[start : start + _BATCH], self.config))).numpy()
            for start in range(0, len(pictures), _BATCH)
        ]
        return np.concatenate(rows) if rows else np.zeros((0, self.config.out_dim), np.float32)

    @torch.inference_mode()
    def embed_texts(self, texts: Sequence[str], sentences: NDArray[np.float32]) -> NDArray[np.float32]:
        """N captions with their sentence embeddings (N, 384) to (N, out_dim) of unit norm."""
        tokens = torch.from_numpy(bags(texts, self.config.buckets).astype(np.int64))
        result: NDArray[np.float32] = self.read(torch.from_numpy(sentences.astype(np.float32)), tokens).numpy()
        return result


def picture_input(pictures: NDArray[np.uint8], config: JudgeConfig) -> NDArray[np.float32]:
    """(N, H, W, 4) straight alpha to (N, 4, h, w), -1..1: colours over mid grey, and alpha."""
    seen = np.concatenate((on_grey(pictures), pictures[..., 3:].astype(np.float32) / 255.0), axis=-1)
    small = shrink(seen, config.shrink)
    return np.ascontiguousarray(np.moveaxis(small, -1, 1)) * 2.0 - 1.0


def save_judge(judge: Judge, facts: dict[str, str | float], folder: Path) -> None:
    """Write judge.safetensors (float16) and, last, judge.json with its checksum."""
    save_weights(folder, "judge", judge, dataclasses.asdict(judge.config), facts)


def load_judge(folder: Path, command: str) -> Judge:
    """Read the judge in evaluation mode; `command` repairs it. Raises ModelMissing, ModelCorrupt."""
    config, tensors = load_weights(folder, "judge", command)
    try:
        judge = Judge(JudgeConfig(**config))
        judge.load_state_dict(tensors)
    except (TypeError, RuntimeError, InvalidConfig) as error:
        raise ModelCorrupt("judge", str(error), command) from error
    return judge.eval().requires_grad_(False)

"""The networks of the shared embedding: a head on sentence embeddings, towers for pictures and sounds; unit vectors.

Text is the hub: the sound tower is trained towards the same text head, which is frozen then. The picture tower is fully
convolutional with global pooling, so that sprites and backgrounds go through the same weights. The sound tower adds
learnt numbers to each row and column first: a high pitch is not a low one moved. Knows nothing of files, requests or
training.

Axes: N items, H rows, W columns, B mel bands, T frames, D = EMBEDDING_SIZE of the sentence encoder, S = SHARED_SIZE.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.types import EMBEDDING_SIZE, SHARED_SIZE, SOUND_BANDS, SOUND_FRAMES

_GREY: Final = 0.5
_FOLD: Final = 4  # side of the block of cells that become channels, which makes training on a CPU affordable


@dataclass(frozen=True)
class TextHeadConfig:
    """hidden: width of the one hidden layer, 16..4096. dropout: share of it left out in training, 0..0.9."""

    hidden: int = 512
    dropout: float = 0.1

    def __post_init__(self) -> None:
        _require("text.hidden", self.hidden, 16 <= self.hidden <= 4096, "16 to 4096")
        _require("text.dropout", self.dropout, 0.0 <= self.dropout <= 0.9, "0 to 0.9")


@dataclass(frozen=True)
class PictureTowerConfig:
    """widths: channels of each stage, 1..6 of them, each 8..1024; every stage halves rows and columns."""

    widths: tuple[int, ...] = (48, 96, 192)

    def __post_init__(self) -> None:
        fine = 1 <= len(self.widths) <= 6 and all(8 <= width <= 1024 for width in self.widths)
        _require("picture.widths", self.widths, fine, "1 to 6 numbers of 8 to 1024")


@dataclass(frozen=True)
class SoundTowerConfig:
    """widths: channels of each stage, 1..4 of them, each 8..1024; every stage after the first halves bands and frames.

    dropout: share of what is pooled that is left out in training, 0..0.9.
    """

    widths: tuple[int, ...] = (64, 112, 144)
    dropout: float = 0.1

    def __post_init__(self) -> None:
        fine = 1 <= len(self.widths) <= 4 and all(8 <= width <= 1024 for width in self.widths)
        _require("sound.widths", self.widths, fine, "1 to 4 numbers of 8 to 1024")
        _require("sound.dropout", self.dropout, 0.0 <= self.dropout <= 0.9, "0 to 0.9")


class TextHead(nn.Module):
    """From the frozen sentence embedding to the shared one."""

    def __init__(self, config: TextHeadConfig) -> None:
        super().__init__()
        self.config = config
        self.hidden = nn.Linear(EMBEDDING_SIZE, config.hidden)
        self.out = nn.Linear(config.hidden, SHARED_SIZE)
        self.skip = nn.Linear(EMBEDDING_SIZE, SHARED_SIZE, bias=False)

    def forward(self, text: Tensor) -> Tensor:
        """text: (N, D) unit norm. Returns (N, S), float32, unit norm."""
        scaled = text * EMBEDDING_SIZE**0.5  # a unit-norm vector's deviation a dimension is 0.05
        hidden = F.dropout(F.silu(self.hidden(scaled)), self.config.dropout, self.training)
        # The straight path carries words that training never saw; the bent one fits those that it did.
        return F.normalize((self.out(hidden) + self.skip(scaled)).float(), dim=1)


class _Block(nn.Module):
    """A residual pair of convolutions; group norm of one group does not depend on what else is in the batch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, width)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, values: Tensor) -> Tensor:
        bent: Tensor = self.second(F.silu(self.first(self.norm(values))))
        return values + bent


class PictureTower(nn.Module):
    """From a picture of any size to the shared embedding."""

    def __init__(self, config: PictureTowerConfig) -> None:
        super().__init__()
        self.config = config
        first = nn.Conv2d(3, config.widths[0], 4, stride=2, padding=1)
        self.stages = nn.Sequential(first, *_stages(config.widths))
        self.norm = nn.GroupNorm(1, config.widths[-1])
        self.out = nn.Linear(2 * config.widths[-1], SHARED_SIZE)

    def forward(self, pictures: Tensor) -> Tensor:
        """pictures: (N, 3, H, W) RGB, -1..1, as `view_of` gives them. Returns (N, S), float32, unit norm."""
        # The mean tells the colours and the scene, the maximum the one small thing that is there.
        pooled = _pooled(F.silu(self.norm(self.stages(pictures))))
        return F.normalize(self.out(pooled).float(), dim=1)


class SoundTower(nn.Module):
    """From a sound's mel spectrum to the shared embedding."""

    def __init__(self, config: SoundTowerConfig) -> None:
        super().__init__()
        self.config = config
        width = config.widths[0]
        self.first = nn.Conv2d(_FOLD**2, width, 3, padding=1)
        self.band_bias = nn.Parameter(torch.zeros(1, width, SOUND_BANDS // _FOLD, 1))
        self.frame_bias = nn.Parameter(torch.zeros(1, width, 1, SOUND_FRAMES // _FOLD))
        self.stages = nn.Sequential(*_stages(config.widths))
        self.norm = nn.GroupNorm(1, config.widths[-1])
        self.out = nn.Linear(2 * config.widths[-1], SHARED_SIZE)

    def forward(self, sounds: Tensor) -> Tensor:
        """sounds: (N, 1, B, T), -1..1, as `views.view_sound` gives them. Returns (N, S), float32, unit norm."""
        folded = F.pixel_unshuffle(sounds, _FOLD)  # (N, 16, B / 4, T / 4)
        grid = self.stages(self.first(folded) + self.band_bias + self.frame_bias)
        # The mean tells the texture, the maximum the strike.
        pooled = F.dropout(_pooled(F.silu(self.norm(grid))), self.config.dropout, self.training)
        return F.normalize(self.out(pooled).float(), dim=1)


def _stages(widths: tuple[int, ...]) -> list[nn.Module]:
    layers: list[nn.Module] = [_Block(widths[0])]
    for narrow, wide in pairwise(widths):
        layers += [nn.Conv2d(narrow, wide, 3, stride=2, padding=1), _Block(wide)]
    return layers


def _pooled(grid: Tensor) -> Tensor:
    """(N, C, h, w) to means and maxima, (N, 2 C)."""
    return torch.cat((grid.mean(dim=(2, 3)), grid.amax(dim=(2, 3))), dim=1)


def view_of(values: Tensor, behind: Tensor | None = None) -> Tensor:
    """What the tower is shown of generator grids; differentiable.

    values: (N, 4, H, W) sprites, premultiplied RGBA, or (N, 3, H, W) backgrounds, which are halved; about -1..1.
    behind: (N or 1, 3, H or 1, W or 1) colours 0..1 that sprites are laid on; None is mid grey.
    Returns (N, 3, H, W) or (N, 3, H / 2, W / 2), -1..1.
    """
    if values.shape[1] == 3:
        return F.avg_pool2d(values, 2)
    unit = values * 0.5 + 0.5
    ground = torch.full((1, 3, 1, 1), _GREY, dtype=unit.dtype, device=unit.device) if behind is None else behind
    return (unit[:, :3] + (1.0 - unit[:, 3:].clamp(0.0, 1.0)) * ground) * 2.0 - 1.0


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"embedding.{key}", value, legal)

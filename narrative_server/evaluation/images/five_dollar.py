"""The Five-Dollar Model as a baseline: a sentence and noise through a small convolutional net to palette classes.

Written anew after Merino et al., "The Five-Dollar Model: Generating Game Maps and Sprites from Sentence Embeddings",
2023 (arXiv 2308.04052): no adversary, cross-entropy over the palette's colours a pixel, the likeliest colour is drawn.
Ours differs in the palette (fitted to the training pictures in OKLab) and in sizes.
Axes: N pictures, P palette classes, H rows, W columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from narrative_server.images.oklab import bytes_to_oklab, oklab_to_bytes

TEXT_DIM: Final = 384
NOISE_DIM: Final = 5
COLOURS: Final = 32
CLEAR: Final = 0
"""The class of pixels that show nothing, where pictures have alpha."""

_FIT_PIXELS: Final = 20_000
_FIT_ROUNDS: Final = 12


@dataclass(frozen=True)
class FiveDollarConfig:
    """Shape of the network: a grid of base_height x base_width cells, doubled between blocks of `widths` channels."""

    base_height: int
    base_width: int
    widths: tuple[int, ...]
    classes: int = COLOURS


SPRITE_MODEL: Final = FiveDollarConfig(4, 4, (128, 128, 80, 40))
BACKGROUND_MODEL: Final = FiveDollarConfig(3, 5, (128, 128, 80, 48, 24, 12))


@dataclass(frozen=True)
class Palette:
    """colours: (P, 4) uint8 straight alpha. nearest: class of each of 32,768 colours of five bits a channel."""

    colours: NDArray[np.uint8]
    nearest: NDArray[np.uint8]

    def classes(self, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
        """(N, H, W, 4) straight alpha to palette classes (N, H, W)."""
        bits = (pictures[..., :3] >> 3).astype(np.int64)
        found = self.nearest[(bits[..., 0] << 10) | (bits[..., 1] << 5) | bits[..., 2]].astype(np.int64)
        if self.colours[CLEAR, 3] == 0:
            found = np.where(pictures[..., 3] >= 128, found, CLEAR)
        return np.asarray(found, dtype=np.int64)


def fit_palette(pictures: NDArray[np.uint8], classes: int, seed: int) -> Palette:
    """k-means in OKLab over visible pixels of (N, H, W, 4); class 0 shows nothing where some pixel does not."""
    rng = np.random.default_rng(seed)
    pixels = pictures.reshape(-1, 4)
    visible = pixels[pixels[:, 3] >= 128][:, :3]
    has_clear = len(visible) < len(pixels)
    points = bytes_to_oklab(visible[rng.integers(len(visible), size=_FIT_PIXELS)])  # (n, 3)
    centres = points[rng.choice(len(points), classes - has_clear, replace=False)]
    for _ in range(_FIT_ROUNDS):
        owner = _nearest(points, centres)
        counts = np.bincount(owner, minlength=len(centres))
        sums = np.stack([np.bincount(owner, points[:, axis], len(centres)) for axis in range(3)], axis=1)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres).astype(np.float32)
    shown = np.concatenate((oklab_to_bytes(centres), np.full((len(centres), 1), 255, np.uint8)), axis=1)
    colours = np.concatenate((np.zeros((1, 4), np.uint8), shown)) if has_clear else shown
    return make_palette(colours)


def make_palette(colours: NDArray[np.uint8]) -> Palette:
    """A palette of given colours, (P, 4) uint8."""
    steps = (np.arange(32, dtype=np.uint8) << 3) | 4
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    first = int(colours[CLEAR, 3] == 0)
    nearest = _nearest(bytes_to_oklab(cube), bytes_to_oklab(colours[first:, :3])) + first
    return Palette(colours, nearest.astype(np.uint8))


def _nearest(points: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.intp]:
    squares = (centres**2).sum(axis=1) - 2.0 * points @ centres.T  # |p - c|^2 without the part that all share
    return np.asarray(squares.argmin(axis=1), dtype=np.intp)


class _Block(nn.Module):
    """Two convolutions with batch normalisation around a skip."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )
        self.skip = nn.Conv2d(before, width, 1) if before != width else nn.Identity()

    def forward(self, grid: Tensor) -> Tensor:
        """(N, before, H, W) to (N, width, H, W)."""
        return F.relu(self.body(grid) + self.skip(grid))


class FiveDollarModel(nn.Module):
    """Sentence and noise to palette logits."""

    def __init__(self, config: FiveDollarConfig) -> None:
        super().__init__()
        self.config = config
        cells = config.base_height * config.base_width
        self.base = nn.Linear(TEXT_DIM + NOISE_DIM, config.widths[0] * cells)
        befores = (config.widths[0], *config.widths[:-1])
        self.blocks = nn.ModuleList(_Block(before, width) for before, width in zip(befores, config.widths, strict=True))
        self.logits = nn.Conv2d(config.widths[-1], config.classes, 1)

    def forward(self, sentences: Tensor, noise: Tensor) -> Tensor:
        """(N, 384) of unit norm, (N, NOISE_DIM) to logits (N, P, H, W)."""
        config = self.config
        grid = self.base(torch.cat((sentences * TEXT_DIM**0.5, noise), dim=1))
        grid = grid.view(-1, config.widths[0], config.base_height, config.base_width)
        for index, block in enumerate(self.blocks):
            if index:
                grid = F.interpolate(grid, scale_factor=2.0, mode="nearest")
            grid = block(grid)
        result: Tensor = self.logits(grid)
        return result

    @torch.inference_mode()
    def draw(self, sentences: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
        """Palette classes (N, H, W) of the likeliest colours, each with noise of its own."""
        drawn = []
        for start in range(0, len(sentences), 32):
            text = torch.from_numpy(sentences[start : start + 32].astype(np.float32))
            noise = torch.from_numpy(rng.standard_normal((len(text), NOISE_DIM)).astype(np.float32))
            drawn.append(self(text, noise).argmax(dim=1).to(torch.uint8).numpy())
        return np.concatenate(drawn)

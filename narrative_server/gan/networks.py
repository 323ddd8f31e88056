"""Text-conditioned generator and discriminator on a rectangular grid, for sprites, backgrounds and log-mel spectra.

No normalisation layers, dense 3x3 convolutions, residual branches that start at zero (R3GAN, Huang et al. 2024);
z is mapped first and the text joined after it, and styles are m1 * m2 + m3 (StyleGAN-T, Sauer et al. 2023); the
discriminator scores by projection at several resolutions (Miyato & Koyama 2018). Knows nothing of training.

Axes: N batch, C channels, H rows, W columns. Sentence embeddings come in at unit norm, (N, 384).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig

_T = TypeVar("_T")

LEAK = 0.2
"""Slope of leaky ReLU below zero."""


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of one generator and discriminator pair.

    The finest grid is the base grid doubled once for each generator width after the first; the output has
    `patch` times its rows and columns (sub-pixel convolution, Shi et al. 2016: the finest stage is the dearest).
    condition_from_stage: the first generator stage that sees the extra conditions; a stage above 0 keeps coarse
    shapes independent of them (the same place in another light).
    """

    base_height: int
    base_width: int
    channels: int
    generator_widths: tuple[int, ...]
    discriminator_widths: tuple[int, ...]  # finest grid first
    condition_dim: int = 0
    condition_from_stage: int = 0
    patch: int = 1  # side of the block of cells that one position of the finest grid stands for
    stage_noise: bool = False  # learned-strength white noise after each stage, for hiss and grain
    style_norm: bool = False  # style scaled to unit mean square: text takes hold several times sooner
    text_dim: int = 384
    z_dim: int = 64
    style_dim: int = 256
    base_channels: int = 64  # channels of the base grid that the style paints directly
    projection_dim: int = 64
    head_count: int = 3  # how many discriminator grids give a score: the base grid and the next coarsest above it

    def __post_init__(self) -> None:
        for key in ("base_height", "base_width", "channels", "text_dim", "z_dim", "style_dim", "base_channels"):
            _require(key, getattr(self, key), getattr(self, key) >= 1, ">= 1")
        _require("patch", self.patch, 1 <= self.patch <= 4, "1..4")
        _require("condition_dim", self.condition_dim, self.condition_dim >= 0, ">= 0")
        widths = self.generator_widths
        _require("generator_widths", widths, 2 <= len(widths) <= 8 and min(widths) >= 1, "2 to 8 widths, each >= 1")
        same = len(self.discriminator_widths) == len(widths) and min(self.discriminator_widths) >= 1
        _require("discriminator_widths", self.discriminator_widths, same, "as many as generator_widths, each >= 1")
        stage = self.condition_from_stage
        _require("condition_from_stage", stage, 0 <= stage < len(widths), f"0..{len(widths) - 1}")
        _require("head_count", self.head_count, 1 <= self.head_count < len(widths), f"1..{len(widths) - 1}")

    @property
    def height(self) -> int:
        """Rows of the output."""
        return self.patch * (self.base_height << (len(self.generator_widths) - 1))

    @property
    def width(self) -> int:
        """Columns of the output."""
        return self.patch * (self.base_width << (len(self.generator_widths) - 1))

    def noise_shapes(self) -> tuple[tuple[int, int], ...]:
        """(H, W) of the noise that each stage takes; empty without stage_noise."""
        if not self.stage_noise:
            return ()
        return tuple((self.base_height << i, self.base_width << i) for i in range(len(self.generator_widths)))


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"network.{key}", value, legal)


class TextStandardiser(nn.Module):
    """Unit-norm embeddings to about unit variance a dimension, by mean and spread of the training captions."""

    mean: Tensor
    scale: Tensor

    def __init__(self, text_dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(text_dim))
        self.register_buffer("scale", torch.full((text_dim,), math.sqrt(text_dim)))

    def fit(self, embeddings: Tensor) -> None:
        """Take mean and spread from the training captions' `embeddings` (T, text_dim)."""
        self.mean.copy_(embeddings.mean(dim=0))
        self.scale.copy_(1.0 / (embeddings.std(dim=0, correction=0) + 0.01))

    def forward(self, text: Tensor) -> Tensor:
        """(N, text_dim) to the same shape, clamped so that no caption leaves the range seen in training."""
        return ((text - self.mean) * self.scale).clamp(-4.0, 4.0)


class Modulation(nn.Module):
    """Style to a gain m1 * m2 + m3 and a shift for each channel."""

    def __init__(self, style_dim: int, channels: int) -> None:
        super().__init__()
        self.affine = nn.Linear(style_dim, 4 * channels)
        nn.init.normal_(self.affine.weight, std=1.0 / math.sqrt(style_dim))
        nn.init.zeros_(self.affine.bias)

    def forward(self, grid: Tensor, style: Tensor) -> Tensor:
        """grid (N, C, H, W), style (N, style_dim) to (N, C, H, W)."""
        m1, m2, m3, shift = self.affine(style)[:, :, None, None].chunk(4, dim=1)  # each (N, C, 1, 1)
        result: Tensor = grid * (1.0 + m1 * m2 + m3) + shift
        return result


def _start_at_zero(layer: nn.Conv2d) -> None:
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


class GeneratorStage(nn.Module):
    """Upsample (unless first), then one modulated residual block."""

    def __init__(self, config: NetworkConfig, before: int, after: int, upsample: bool) -> None:
        super().__init__()
        self.upsample = upsample
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        self.modulate1 = Modulation(config.style_dim, after)
        self.conv1 = nn.Conv2d(after, after, 3, padding=1)
        self.modulate2 = Modulation(config.style_dim, after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1)
        self.noise_gain = nn.Parameter(torch.zeros(after, 1, 1)) if config.stage_noise else None
        nn.init.kaiming_normal_(self.conv1.weight, a=LEAK)
        _start_at_zero(self.conv2)

    def forward(self, grid: Tensor, style: Tensor, noise: Tensor | None) -> Tensor:
        """(N, before, H, W) to (N, after, H or 2H, W or 2W); noise is (N, 1, rows, columns) of the result."""
        grid = self.skip(grid)  # before upsampling: the same result at a quarter of the work
        if self.upsample:
            grid = F.interpolate(grid, scale_factor=2.0, mode="nearest")
        branch = self.conv1(F.leaky_relu(self.modulate1(grid, style), LEAK))
        branch = self.conv2(F.leaky_relu(self.modulate2(branch, style), LEAK))
        grid = grid + branch
        if self.noise_gain is not None and noise is not None:
            grid = grid + self.noise_gain * noise
        return grid


class Generator(nn.Module):
    """Noise, text and conditions to a grid."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        style = config.style_dim
        self.standardise = TextStandardiser(config.text_dim)
        self.map_z = nn.Sequential(
            nn.Linear(config.z_dim, 128), nn.LeakyReLU(LEAK), nn.Linear(128, 128), nn.LeakyReLU(LEAK)
        )
        self.map_text = nn.Sequential(nn.Linear(config.text_dim, 256), nn.LeakyReLU(LEAK))
        self.join = nn.Sequential(nn.Linear(128 + 256, style), nn.LeakyReLU(LEAK), nn.Linear(style, style))
        self.map_condition = _condition_map(config)
        cells = config.base_height * config.base_width
        self.paint_base = nn.Linear(style, config.base_channels * cells)
        self.base = nn.Parameter(torch.randn(config.base_channels, config.base_height, config.base_width) * 0.5)
        befores = (config.base_channels, *config.generator_widths[:-1])
        self.stages = nn.ModuleList(
            GeneratorStage(config, before, after, upsample=index > 0)
            for index, (before, after) in enumerate(zip(befores, config.generator_widths, strict=True))
        )
        self.finish = Modulation(style, config.generator_widths[-1])
        self.output = nn.Conv2d(config.generator_widths[-1], config.channels * config.patch**2, 3, padding=1)

    def style(self, z: Tensor, text: Tensor) -> Tensor:
        """z (N, z_dim) standard normal and text (N, text_dim) unit norm to the style (N, style_dim)."""
        joined = torch.cat((self.map_z(z), self.map_text(self.standardise(text))), dim=1)
        style: Tensor = self.join(joined)
        if self.config.style_norm:
            style = style * torch.rsqrt(style.square().mean(dim=1, keepdim=True) + 1e-6)
        return style

    def guided_style(self, z: Tensor, text: Tensor, guidance: float) -> Tensor:
        """Style moved away from what the network paints for no text at all; guidance 1 changes nothing."""
        style = self.style(z, text)
        if guidance == 1.0:
            return style
        nothing = self.style(z, self.standardise.mean.expand_as(text))
        return nothing + guidance * (style - nothing)

    def paint(self, style: Tensor, condition: Tensor, noises: Sequence[Tensor] = ()) -> Tensor:
        """Style (N, style_dim), condition (N, condition_dim), stage noises (N, 1, h, w) to (N, C, H, W)."""
        config = self.config
        late = style if self.map_condition is None else style + self.map_condition(condition)
        first = late if config.condition_from_stage == 0 else style
        grid = self.paint_base(first).view(-1, config.base_channels, config.base_height, config.base_width)
        grid = (grid + self.base).contiguous(memory_format=torch.channels_last)  # (N, base_channels, h, w)
        for index, stage in enumerate(self.stages):
            noise = noises[index] if noises else None
            grid = stage(grid, late if index >= config.condition_from_stage else style, noise)
        cells = self.output(F.leaky_relu(self.finish(grid, late), LEAK))
        return F.pixel_shuffle(cells, config.patch)  # (N, C, H, W)

    def forward(self, z: Tensor, text: Tensor, condition: Tensor, noises: Sequence[Tensor] = ()) -> Tensor:
        """The whole way: `style` then `paint`."""
        return self.paint(self.style(z, text), condition, noises)


def _condition_map(config: NetworkConfig) -> nn.Sequential | None:
    if config.condition_dim == 0:
        return None
    return nn.Sequential(nn.Linear(config.condition_dim, 128), nn.LeakyReLU(LEAK), nn.Linear(128, config.style_dim))


class DiscriminatorStage(nn.Module):
    """One residual block, then halve the grid (unless last)."""

    def __init__(self, before: int, after: int, downsample: bool) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(before, before, 3, padding=1)
        self.conv2 = nn.Conv2d(before, before, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        nn.init.kaiming_normal_(self.conv1.weight, a=LEAK)
        _start_at_zero(self.conv2)

    def forward(self, grid: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H or H/2, W or W/2)."""
        branch = self.conv2(F.leaky_relu(self.conv1(F.leaky_relu(grid, LEAK)), LEAK))
        grid = grid + branch
        if self.downsample:
            grid = F.avg_pool2d(grid, 2)
        result: Tensor = self.skip(grid)  # after pooling: the same result at a quarter of the work
        return result


class ProjectionHead(nn.Module):
    """Score one grid: how real it is by itself plus how well it agrees with the caption, <W c, phi> / sqrt(dim)."""

    def __init__(self, channels: int, caption_dim: int, dim: int, cells: int | None) -> None:
        super().__init__()
        self.phi: nn.Module
        if cells is None:
            self.phi = nn.Sequential(nn.LeakyReLU(LEAK), nn.Conv2d(channels, dim, 3, padding=1))
        else:
            self.phi = nn.Sequential(nn.LeakyReLU(LEAK), nn.Flatten(), nn.Linear(channels * cells, 2 * dim))
        out = dim if cells is None else 2 * dim
        self.real = nn.Linear(out, 1)
        self.caption = nn.Linear(caption_dim, out)
        self.scale = 1.0 / math.sqrt(out)

    def forward(self, grid: Tensor, caption: Tensor) -> Tensor:
        """grid (N, C, H, W), caption (N, caption_dim) to a score (N,)."""
        phi = F.leaky_relu(self.phi(grid), LEAK)
        if phi.ndim == 4:
            phi = phi.mean(dim=(2, 3))
        agreement = (self.caption(caption) * phi).sum(dim=1) * self.scale
        result: Tensor = self.real(phi).squeeze(1) + agreement
        return result


class Discriminator(nn.Module):
    """A grid with its caption and conditions to a score, higher for real."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.discriminator_widths
        self.standardise = TextStandardiser(config.text_dim)
        self.map_caption = nn.Sequential(nn.Linear(config.text_dim + config.condition_dim, 256), nn.LeakyReLU(LEAK))
        self.input = nn.Conv2d(config.channels * config.patch**2, widths[0], 3, padding=1)
        afters = (*widths[1:], widths[-1])
        self.stages = nn.ModuleList(
            DiscriminatorStage(before, after, downsample=index < len(widths) - 1)
            for index, (before, after) in enumerate(zip(widths, afters, strict=True))
        )
        cells = config.base_height * config.base_width
        pooled = [ProjectionHead(width, 256, config.projection_dim, None) for width in _pooled(afters, config)]
        self.heads = nn.ModuleList([*pooled, ProjectionHead(afters[-1], 256, config.projection_dim, cells)])

    def features(self, values: Tensor) -> list[Tensor]:
        """(N, C, H, W) to the `head_count` grids that are scored, finest first."""
        cells = F.pixel_unshuffle(values, self.config.patch)
        grid = self.input(cells.contiguous(memory_format=torch.channels_last))
        grids = []
        for stage in self.stages:
            grid = stage(grid)
            grids.append(grid)
        return [*_pooled(grids, self.config), grids[-1]]

    def score(self, features: Sequence[Tensor], text: Tensor, condition: Tensor) -> Tensor:
        """Score (N,) of grids from `features` with text (N, text_dim) and condition (N, condition_dim)."""
        caption = self.map_caption(torch.cat((self.standardise(text), condition), dim=1))
        scores = [head(grid, caption) for head, grid in zip(self.heads, features, strict=True)]
        return torch.stack(scores).sum(dim=0)

    def forward(self, values: Tensor, text: Tensor, condition: Tensor) -> Tensor:
        """The whole way: `features` then `score`."""
        return self.score(self.features(values), text, condition)


def _pooled(stages: Sequence[_T], config: NetworkConfig) -> Sequence[_T]:
    """What to pool and score besides the last stage: the grids twice, four times... as fine as the base grid."""
    return stages[len(stages) - 1 - config.head_count : -2]

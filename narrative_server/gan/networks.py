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
from narrative_server.gan.blocks import (
    LEAK,
    DiscriminatorStage,
    Modulation,
    ReferenceBranch,
    TextStandardiser,
    mix,
    start_at_zero,
)
from narrative_server.gan.references import NEAREST, NO_HINTS, Hints, ReferenceBank, References, needed_z

_T = TypeVar("_T")


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of one generator and discriminator pair.

    The finest grid is the base grid doubled once for each generator width after the first; the output has
    `patch` times its rows and columns (sub-pixel convolution, Shi et al. 2016: the finest stage is the dearest).
    """

    base_height: int
    base_width: int
    channels: int
    generator_widths: tuple[int, ...]
    discriminator_widths: tuple[int, ...]  # finest grid first
    condition_dim: int = 0
    patch: int = 1  # side of the block of cells that one position of the finest grid stands for
    stage_noise: bool = False  # learned-strength white noise after each stage, for hiss and grain
    style_norm: bool = False  # style scaled to unit mean square: text takes hold several times sooner
    text_dim: int = 384
    z_dim: int = 64
    style_dim: int = 256
    base_channels: int = 64  # channels of the base grid that the style paints directly
    projection_dim: int = 64
    head_count: int = 3  # how many discriminator grids give a score: the base grid and the next coarsest above it
    references: int = 0  # pictures of a bank that the generator looks at; 0: none
    reference_widths: tuple[int, ...] = ()  # of the branch that looks at them, finest grid first
    reference_nearest: int = NEAREST  # among how many of the bank's items z chooses
    reference_turn: float = 1.0  # how far their colours are turned, 0..1
    reference_holes: bool = True  # whether parts of them are hidden

    def __post_init__(self) -> None:
        for key in ("base_height", "base_width", "channels", "text_dim", "z_dim", "style_dim", "base_channels"):
            _require(key, getattr(self, key), getattr(self, key) >= 1, ">= 1")
        _require("patch", self.patch, 1 <= self.patch <= 4, "1..4")
        _require("condition_dim", self.condition_dim, self.condition_dim >= 0, ">= 0")
        widths = self.generator_widths
        _require("generator_widths", widths, 2 <= len(widths) <= 8 and min(widths) >= 1, "2 to 8 widths, each >= 1")
        same = len(self.discriminator_widths) == len(widths) and min(self.discriminator_widths) >= 1
        _require("discriminator_widths", self.discriminator_widths, same, "as many as generator_widths, each >= 1")
        _require("head_count", self.head_count, 1 <= self.head_count < len(widths), f"1..{len(widths) - 1}")
        self._check_references()

    def _check_references(self) -> None:
        fits = 0 <= self.references <= 8 and needed_z(self.references) <= self.z_dim
        _require("references", self.references, fits, f"0..8, with {needed_z(1)} entries of z_dim for each")
        nearest = self.reference_nearest
        _require("reference_nearest", nearest, self.references <= nearest <= 1_000, f"{self.references}..1000")
        _require("reference_turn", self.reference_turn, 0.0 <= self.reference_turn <= 1.0, "0..1")
        seen, levels = self.reference_widths, len(self.generator_widths) if self.references else 0
        _require("reference_widths", seen, len(seen) == levels and min(seen, default=1) >= 1, f"{levels} widths >= 1")

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


class GeneratorStage(nn.Module):
    """Upsample (unless first), then one modulated residual block."""

    def __init__(self, config: NetworkConfig, before: int, after: int, upsample: bool, seen: int = 0) -> None:
        super().__init__()
        self.upsample = upsample
        self.take = nn.Conv2d(seen, after, 1) if seen else None
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        self.modulate1 = Modulation(config.style_dim, after)
        self.conv1 = nn.Conv2d(after, after, 3, padding=1)
        self.modulate2 = Modulation(config.style_dim, after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1)
        self.noise_gain = nn.Parameter(torch.zeros(after, 1, 1)) if config.stage_noise else None
        nn.init.kaiming_normal_(self.conv1.weight, a=LEAK)
        start_at_zero(self.conv2)

    def forward(self, grid: Tensor, style: Tensor, noise: Tensor | None, seen: Tensor | None = None) -> Tensor:
        """(N, before, H, W) to (N, after, H or 2H, W or 2W); noise is (N, 1, rows, columns) of the result.

        seen: what the reference branch found on the result's grid, (N, its width, rows, columns).
        """
        grid = self.skip(grid)  # before upsampling: the same result at a quarter of the work
        if self.upsample:
            grid = F.interpolate(grid, scale_factor=2.0, mode="nearest")
        if self.take is not None and seen is not None:
            grid = grid + self.take(seen)
        branch = self.conv1(F.leaky_relu(self.modulate1(grid, style), LEAK))
        branch = self.conv2(F.leaky_relu(self.modulate2(branch, style), LEAK))
        grid = grid + branch
        if self.noise_gain is not None and noise is not None:
            grid = grid + self.noise_gain * noise
        return grid


class Generator(nn.Module):
    """Noise, text and conditions to a grid; with `config.references`, after a look at what the bank recalls."""

    bank: ReferenceBank | None

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config, self.bank = config, None
        style = config.style_dim
        self.standardise = TextStandardiser(config.text_dim)
        self.map_z = nn.Sequential(
            nn.Linear(config.z_dim, 128), nn.LeakyReLU(LEAK), nn.Linear(128, 128), nn.LeakyReLU(LEAK)
        )
        self.map_text = nn.Sequential(nn.Linear(config.text_dim, 256), nn.LeakyReLU(LEAK))
        named = 64 * config.references
        self.map_key = nn.Sequential(nn.Linear(config.text_dim, 64), nn.LeakyReLU(LEAK)) if named else None
        self.join = nn.Sequential(nn.Linear(128 + 256 + named, style), nn.LeakyReLU(LEAK), nn.Linear(style, style))
        self.map_condition = _condition_map(config)
        looked_at = config.references * config.channels
        self.look = ReferenceBranch(looked_at, config.reference_widths, config.patch) if looked_at else None
        cells = config.base_height * config.base_width
        self.paint_base = nn.Linear(style, config.base_channels * cells)
        self.base = nn.Parameter(torch.randn(config.base_channels, config.base_height, config.base_width) * 0.5)
        befores = (config.base_channels, *config.generator_widths[:-1])
        seen = config.reference_widths[::-1] or (0,) * len(befores)
        self.stages = nn.ModuleList(
            GeneratorStage(config, before, after, index > 0, seen[index])
            for index, (before, after) in enumerate(zip(befores, config.generator_widths, strict=True))
        )
        self.finish = Modulation(style, config.generator_widths[-1])
        shares = config.references + 1 if config.references else 0
        self.output = nn.Conv2d(config.generator_widths[-1], (config.channels + shares) * config.patch**2, 3, padding=1)
        if shares:
            with torch.no_grad():
                self.output.weight.mul_(0.1)  # begins as an even mixture of the references

    def recall(self, z: Tensor, text: Tensor, hints: Hints = NO_HINTS) -> References | None:
        """What the bank holds that is like text (N, text_dim), as z (N, z_dim) chooses; None without references."""
        if self.config.references == 0:
            return None
        if self.bank is None:
            raise ValueError("this generator has references but no bank")
        config = self.config
        return self.bank.recall(
            text,
            z,
            config.references,
            config.reference_turn,
            config.reference_holes,
            hints,
            config.reference_nearest,
        )

    def style(self, z: Tensor, text: Tensor, references: References | None = None) -> Tensor:
        """z (N, z_dim) standard normal and text (N, text_dim) unit norm to the style (N, style_dim)."""
        kind = self.base.dtype  # that of the weights: serving rounds them
        text = self.standardise(text).to(kind)
        parts = [self.map_z(z.to(kind)), self.map_text(text)]
        if self.map_key is not None and references is not None:
            apart = (
                self.standardise(references.keys).to(kind) - text[:, None]
            )  # (N, K, text_dim): what the words change
            parts.append(self.map_key(apart).flatten(1))
        style: Tensor = self.join(torch.cat(parts, dim=1))
        if self.config.style_norm:
            style = style * torch.rsqrt(style.square().mean(dim=1, keepdim=True) + 1e-6)
        return style

    def guided_style(self, z: Tensor, text: Tensor, guidance: float, references: References | None = None) -> Tensor:
        """Style moved away from what the network paints for no text at all; guidance 1 changes nothing."""
        if guidance == 1.0:
            return self.style(z, text, references)
        both = torch.cat((text, self.standardise.mean.expand_as(text)))
        style, nothing = self.style(z.repeat(2, 1), both, references and references.repeat(2)).chunk(2)
        return nothing + guidance * (style - nothing)

    def paint(
        self, style: Tensor, condition: Tensor, noises: Sequence[Tensor] = (), references: References | None = None
    ) -> Tensor:
        """Style (N, style_dim), condition (N, condition_dim), stage noises (N, 1, h, w) to (N, C, H, W)."""
        config = self.config
        if self.map_condition is not None:
            style = style + self.map_condition(condition)
        grid = self.paint_base(style).view(-1, config.base_channels, config.base_height, config.base_width)
        grid = (grid + self.base).contiguous(memory_format=torch.channels_last)  # (N, base_channels, h, w)
        seen = self.look(references.stacked.to(style.dtype)) if self.look is not None and references is not None else []
        for index, stage in enumerate(self.stages):
            noise = noises[index] if noises else None
            found = seen[index] if seen else None
            grid = stage(grid, style, noise, found)
        cells = self.output(F.leaky_relu(self.finish(grid, style), LEAK))
        painted = F.pixel_shuffle(cells, config.patch)  # (N, C and shares, H, W)
        return painted if references is None else mix(painted, references)

    def draw(
        self,
        z: Tensor,
        text: Tensor,
        condition: Tensor,
        noises: Sequence[Tensor] = (),
        guidance: float = 1.0,
        hints: Hints = NO_HINTS,
    ) -> Tensor:
        """The whole way, guided, with what the bank recalls: (N, C, H, W)."""
        references = self.recall(z, text, hints)
        return self.paint(self.guided_style(z, text, guidance, references), condition, noises, references)

    def forward(
        self,
        z: Tensor,
        text: Tensor,
        condition: Tensor,
        noises: Sequence[Tensor] = (),
        references: References | None = None,
    ) -> Tensor:
        """`style` then `paint`, with the references given or else what the bank recalls."""
        if references is None:
            references = self.recall(z, text)
        return self.paint(self.style(z, text, references), condition, noises, references)


def _condition_map(config: NetworkConfig) -> nn.Sequential | None:
    if config.condition_dim == 0:
        return None
    return nn.Sequential(nn.Linear(config.condition_dim, 128), nn.LeakyReLU(LEAK), nn.Linear(128, config.style_dim))


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

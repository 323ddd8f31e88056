"""The parts that generator and discriminator are made of. Axes: N batch, C channels, H rows, W columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from narrative_server.gan.references import References

LEAK = 0.2
"""Slope of leaky ReLU below zero."""

_SHARE_BOUND = 4.0
"""Largest logit of a share: 0.999 of a pixel, and a gradient that does not vanish."""


def start_at_zero(layer: nn.Conv2d) -> None:
    """A residual branch that changes nothing at first."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


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


class DiscriminatorStage(nn.Module):
    """One residual block, then halve the grid (unless last)."""

    def __init__(self, before: int, after: int, downsample: bool) -> None:
        super().__init__()
        self.downsample = downsample
        self.conv1 = nn.Conv2d(before, before, 3, padding=1)
        self.conv2 = nn.Conv2d(before, before, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        nn.init.kaiming_normal_(self.conv1.weight, a=LEAK)
        start_at_zero(self.conv2)

    def forward(self, grid: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H or H/2, W or W/2)."""
        branch = self.conv2(F.leaky_relu(self.conv1(F.leaky_relu(grid, LEAK)), LEAK))
        grid = grid + branch
        if self.downsample:
            grid = F.avg_pool2d(grid, 2)
        result: Tensor = self.skip(grid)  # after pooling: the same result at a quarter of the work
        return result


class ReferenceBranch(nn.Module):
    """Looks at references and tells each generator stage what is there."""

    def __init__(self, channels: int, widths: Sequence[int], patch: int) -> None:
        """channels: of all references together. widths: finest grid first, one a generator stage."""
        super().__init__()
        self.patch = patch
        first, *rest = widths
        self.input = nn.Conv2d(channels * patch**2, first, 3, padding=1)
        befores = (first, *rest[:-1])
        self.halve = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=1) for before, after in zip(befores, rest, strict=True)
        )
        self.look = nn.ModuleList(DiscriminatorStage(width, width, downsample=False) for width in rest)

    def forward(self, references: Tensor) -> list[Tensor]:
        """(N, channels, H, W) to a grid (N, width, h, w) for each generator stage, coarsest first."""
        cells = F.pixel_unshuffle(references, self.patch)
        grid = F.leaky_relu(self.input(cells.contiguous(memory_format=torch.channels_last)), LEAK)
        grids = [grid]
        for halve, look in zip(self.halve, self.look, strict=True):
            grid = look(halve(grid))
            grids.append(grid)
        return grids[::-1]


def mix(painted: Tensor, references: References) -> Tensor:
    """References and nothing (the lowest value), each by its share of every pixel, and what is painted on top.

    painted: (N, C + 1 + K, H, W): what to add, then what the shares of nothing and of each reference come from.
    Paint is added, not a share of its own: where another share saturated it would never learn again (measured: the
    generator copied one reference whole and stood still).
    """
    painted = painted.to(references.values.dtype)  # shares of a reduced precision would leave steps in the colours
    channels = references.values.shape[2]
    shares = (_SHARE_BOUND * torch.tanh(painted[:, channels:] / _SHARE_BOUND)).softmax(dim=1)  # (N, 1 + K, H, W)
    result = painted[:, :channels] + shares[:, :1] * references.low
    for index in range(references.values.shape[1]):
        result = result + shares[:, index + 1 : index + 2] * references.values[:, index]
    return result

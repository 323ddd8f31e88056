"""The network that makes log-mel spectra heard: ConvNeXt blocks over frames, then magnitudes and phases of an iSTFT.

After Vocos (Siuzdak 2023, arXiv 2306.00814) with ConvNeXt blocks (Liu et al. 2022, arXiv 2201.03545). Three things
differ, so that a small network learns in hours on a CPU: magnitudes are a correction of those that the mel spectrum
implies, phases are relative to the middle of each frame (a pulse there has none), and a few channels of fixed noise
let hiss have phases of its own. Knows nothing of losses, files or serving.

Axes: N items, B mel bands, T frames, C channels, F linear bins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig
from narrative_server.seeds import normal_noise
from narrative_server.sounds.melspec import BANDS, BINS, FLOOR_DB, FRAMES, HOP, WINDOW, rough_magnitude

_NOISE_SEED = 2
_KERNEL = 7
_LOUDEST = math.log(WINDOW / 2)  # a full-scale sine has WINDOW / 4


@dataclass(frozen=True)
class VocosConfig:
    """Shape of the network: channels of each frame, blocks, the blocks' inner width, noise channels."""

    width: int = 192
    layers: int = 6
    inner: int = 576
    noise_channels: int = 8

    def __post_init__(self) -> None:
        for key, most in (("width", 4096), ("layers", 64), ("inner", 16_384)):
            if not 1 <= getattr(self, key) <= most:
                raise InvalidConfig(f"vocoder.{key}", getattr(self, key), f"1..{most}")
        if not 0 <= self.noise_channels <= 256:
            raise InvalidConfig("vocoder.noise_channels", self.noise_channels, "0..256")


class Block(nn.Module):
    """One ConvNeXt block over frames: depthwise convolution, normalisation, two layers; added to its input."""

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(config.width, config.width, (1, _KERNEL), padding=(0, 3), groups=config.width)
        self.norm = nn.LayerNorm(config.width)
        self.expand = nn.Linear(config.width, config.inner)
        self.shrink = nn.Linear(config.inner, config.width)
        self.scale = nn.Parameter(torch.full((config.width,), 1.0 / config.layers))

    def forward(self, frames: Tensor) -> Tensor:
        """(N, T, C) to the same."""
        # As a picture one row high whose channels lie last: the fastest depthwise convolution on a CPU.
        grid = self.depthwise(frames.permute(0, 2, 1).unsqueeze(2))  # (N, C, 1, T)
        inner = self.norm(grid.squeeze(2).permute(0, 2, 1))  # (N, T, C)
        result: Tensor = frames + self.scale * self.shrink(F.gelu(self.expand(inner)))
        return result


class Vocos(nn.Module):
    """Decibels to samples."""

    noise: Tensor
    window: Tensor

    def __init__(self, config: VocosConfig = VocosConfig()) -> None:
        super().__init__()
        self.config = config
        noise = torch.from_numpy(normal_noise(_NOISE_SEED, FRAMES, config.noise_channels))
        self.register_buffer("noise", noise, persistent=False)
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.embed = nn.Conv2d(BANDS + config.noise_channels, config.width, (1, _KERNEL), padding=(0, 3))
        self.norm = nn.LayerNorm(config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm_last = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, 2 * BINS)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, decibels: Tensor, noise: Tensor | None = None) -> Tensor:
        """Decibels (N, B, T), T at most FRAMES, to samples (N, (T - 1) * HOP).

        noise: (N, T, noise_channels) standard normal; the network's own, always the same, when None.
        """
        count, _, frames = decibels.shape
        if noise is None:
            noise = self.noise[:frames].expand(count, -1, -1)
        level = decibels.transpose(1, 2) / (-0.5 * FLOOR_DB) + 1.0  # (N, T, B), about -1..1
        x = torch.cat((level, noise), dim=2).to(self.norm.weight.dtype)
        x = self.embed(x.transpose(1, 2).unsqueeze(2)).squeeze(2).transpose(1, 2)  # (N, T, C)
        x = self.norm(x)
        for block in self.blocks:
            x = block(x)
        x = self.norm_last(x).float()
        with torch.autocast(x.device.type, enabled=False):
            return self._synthesise(self.head(x), decibels.float())

    def reduce(self, dtype: torch.dtype) -> None:
        """Compute in `dtype`, for serving, but for the last map and what makes samples of it: as training does."""
        for part in (self.embed, self.norm, self.blocks, self.norm_last):
            part.to(dtype)

    def _synthesise(self, parts: Tensor, decibels: Tensor) -> Tensor:
        correction, phase = parts.transpose(1, 2).chunk(2, dim=1)  # each (N, F, T)
        implied = torch.log(rough_magnitude(decibels) + 1e-5)
        magnitude = torch.exp((implied + correction).clamp_max(_LOUDEST))
        middle = math.pi * (torch.arange(BINS, device=phase.device) % 2)[:, None]  # a shift by half a window
        spectrum = torch.polar(magnitude, phase + middle)
        return torch.istft(spectrum, WINDOW, HOP, WINDOW, self.window, length=(phase.shape[2] - 1) * HOP)

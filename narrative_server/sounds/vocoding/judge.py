"""The discriminator of waveforms: strided convolutions over compressed complex spectra at several window lengths.

After the multi-resolution discriminators of UnivNet (Jang et al. 2021) and EnCodec (Défossez et al. 2022), much
smaller: the first layer already takes every fourth bin, which is what a CPU can afford. Axes: N items, F bins,
T frames, C channels.
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

WINDOWS: Final = (1024, 512, 128)
"""Window of each resolution in samples; the hop is a quarter."""

_LEAK = 0.1
_COMPRESSION = 0.3


class ResolutionJudge(nn.Module):
    """Scores a waveform's spectrum at one window length, each neighbourhood by itself."""

    window: Tensor

    def __init__(self, window: int, width: int) -> None:
        super().__init__()
        self.length = window
        self.register_buffer("window", torch.hann_window(window), persistent=False)
        widths = (3, width, 2 * width, 2 * width, 3 * width)
        kernels = (((9, 3), (4, 1)), ((5, 3), (2, 2)), ((5, 3), (2, 2)), ((3, 3), (2, 1)))
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(before, after, kernel, stride, (kernel[0] // 2, kernel[1] // 2)))
            for before, after, (kernel, stride) in zip(widths, widths[1:], kernels, strict=False)
        )
        self.score = weight_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))

    def forward(self, samples: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Waveforms (N, samples) to scores (N, 1, F', T') and the inner features."""
        grid = self._spectrum(samples.float()).contiguous(memory_format=torch.channels_last)  # (N, 3, F, T)
        features = []
        for layer in self.layers:
            grid = F.leaky_relu(layer(grid), _LEAK)
            features.append(grid.float())
        return self.score(grid).float(), features

    def _spectrum(self, samples: Tensor) -> Tensor:
        spectrum = torch.stft(
            samples,
            self.length,
            self.length // 4,
            self.length,
            self.window,
            center=True,
            pad_mode="constant",
            return_complex=True,
        ) / (self.length / 4)
        size = (spectrum.real.square() + spectrum.imag.square() + 1e-10).sqrt()
        squeeze = size ** (_COMPRESSION - 1)
        level = (torch.log10(size + 1e-4) + 2.0) / 2.0  # about -1..1
        return torch.stack((level, spectrum.real * squeeze, spectrum.imag * squeeze), dim=1)


class Judge(nn.Module):
    """One judge a resolution."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.parts = nn.ModuleList(ResolutionJudge(window, width) for window in WINDOWS)

    def forward(self, samples: Tensor) -> tuple[list[Tensor], list[list[Tensor]]]:
        """Waveforms (N, samples) to the scores and the features of every resolution."""
        answers = [part(samples) for part in self.parts]
        return [score for score, _ in answers], [features for _, features in answers]

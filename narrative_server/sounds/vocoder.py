"""From a log-mel spectrum to a waveform. Here the protocol, and Griffin-Lim, which
needs no weights; `vocoder_model` has the trained network.

Fast Griffin-Lim (Perraudin et al. 2013) as in torchaudio.functional.griffinlim, from phases that are drawn from a fixed
seed: starting all phases at zero puts a click into every frame, which is heard as a buzz at 86 Hz in wind and rain.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from narrative_server.seeds import normal_noise
from narrative_server.sounds.melspec import BINS, FRAMES, HOP, WINDOW, linear_magnitude

_MOMENTUM = 0.99
_PHASE_SEED = 1


class Vocoder(Protocol):
    """Anything that turns spectra into sound, the same way every time."""

    def waveform(self, decibels: Tensor) -> Tensor:
        """Decibels (N, BANDS, T) of a full-scale sine to float32 samples (N, (T - 1) * HOP)."""
        ...


class GriffinLim:
    """Finds phases under which overlapping frames agree."""

    def __init__(self, iterations: int = 32) -> None:
        self.iterations = iterations
        self._window = torch.hann_window(WINDOW)
        parts = torch.from_numpy(normal_noise(_PHASE_SEED, 2, BINS, FRAMES))
        self._start = torch.polar(torch.ones(BINS, FRAMES), torch.atan2(parts[1], parts[0]))  # (F, FRAMES)

    def waveform(self, decibels: Tensor) -> Tensor:
        """As the protocol says."""
        magnitude = linear_magnitude(decibels)  # (N, F, T)
        frames = magnitude.shape[2]
        length = (frames - 1) * HOP
        phase = self._start[:, :frames].expand(len(magnitude), -1, -1)
        previous = torch.zeros_like(phase)
        for _ in range(self.iterations):
            rebuilt = self._analyse(self._synthesise(magnitude * phase, length))
            step = rebuilt - previous * (_MOMENTUM / (1 + _MOMENTUM))
            previous = rebuilt
            phase = step / step.abs().clamp_min(1e-12)
        return self._synthesise(magnitude * phase, length)

    def _synthesise(self, spectrum: Tensor, length: int) -> Tensor:
        return torch.istft(spectrum, WINDOW, HOP, WINDOW, self._window, length=length)

    def _analyse(self, samples: Tensor) -> Tensor:
        return torch.stft(
            samples, WINDOW, HOP, WINDOW, self._window, center=True, pad_mode="constant", return_complex=True
        )

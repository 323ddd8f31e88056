"""What the vocoder is trained on: distances of mel spectra at many window lengths, and the game against the judge.

Multi-scale mel distance after DAC (Kumar et al. 2023, arXiv 2306.06546); hinge losses and feature matching after
Vocos (Siuzdak 2023) and EnCodec (Défossez et al. 2022). Knows nothing of networks. Axes: N items, F bins, T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
import torch.nn.functional as F
import torchaudio
from torch import Tensor, nn

from narrative_server.sounds.types import NATIVE_RATE_HZ

SCALES: Final = ((32, 5), (64, 10), (128, 20), (256, 40), (512, 80), (1024, 100), (2048, 160))
"""Window in samples and mel bands of each scale; the hop is a quarter of the window."""

_FLOOR = 1e-4  # of a full-scale sine: -80 dB, as the spectra that the vocoder reads


class MelDistance(nn.Module):
    """Mean absolute difference of log-mel spectra over all SCALES, in nepers (1 is 8.7 dB)."""

    def __init__(self) -> None:
        super().__init__()
        for window, bands in SCALES:
            bank = torchaudio.functional.melscale_fbanks(
                window // 2 + 1, 0.0, NATIVE_RATE_HZ / 2, bands, NATIVE_RATE_HZ, None, "htk"
            )
            self.register_buffer(f"bank{window}", bank / bank.sum(dim=0).clamp_min(1e-3), persistent=False)
            self.register_buffer(f"window{window}", torch.hann_window(window), persistent=False)

    def forward(self, made: Tensor, real: Tensor) -> Tensor:
        """Waveforms (N, samples), both; returns a scalar."""
        total = made.new_zeros(())
        for window, _ in SCALES:
            total = total + F.l1_loss(self._log_mel(made, window), self._log_mel(real, window))
        return total / len(SCALES)

    def _log_mel(self, samples: Tensor, window: int) -> Tensor:
        shape = self.get_buffer(f"window{window}")
        spectrum = torch.stft(
            samples, window, window // 4, window, shape, center=True, pad_mode="constant", return_complex=True
        )
        # A root of a sum of squares has no gradient at zero.
        magnitude = (spectrum.real.square() + spectrum.imag.square() + 1e-12).sqrt() / (window / 4)
        mel = torch.matmul(magnitude.transpose(1, 2), self.get_buffer(f"bank{window}"))  # (N, T, bands)
        return torch.log(mel.clamp_min(_FLOOR))


def judge_loss(real: Sequence[Tensor], made: Sequence[Tensor]) -> Tensor:
    """Hinge: real scores should exceed 1, made ones fall below -1; one tensor of scores a resolution."""
    terms = [F.relu(1 - r).mean() + F.relu(1 + m).mean() for r, m in zip(real, made, strict=True)]
    return torch.stack(terms).mean()


def fooling_loss(made: Sequence[Tensor]) -> Tensor:
    """Hinge for the vocoder: its scores should rise to 1."""
    return torch.stack([F.relu(1 - m).mean() for m in made]).mean()


def feature_distance(real: Sequence[Sequence[Tensor]], made: Sequence[Sequence[Tensor]]) -> Tensor:
    """Mean absolute difference of the judge's inner features, relative to their size; real ones carry no gradient."""
    terms = []
    for of_real, of_made in zip(real, made, strict=True):
        for r, m in zip(of_real, of_made, strict=True):
            r = r.detach()
            terms.append(F.l1_loss(m, r) / r.abs().mean().clamp_min(1e-3))
    return torch.stack(terms).mean()

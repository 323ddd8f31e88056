"""Log-mel spectra of fixed size, and back to linear magnitudes: what the generator paints and the vocoder reads.

80 bands, 22,050 Hz, window 1,024, hop 256, 176 frames (2.03 s), in decibels of a full-scale sine, clamped at -80,
z-scored a band and halved, so that values are about -1..1. Knows nothing of networks or phases.
Axes: N items, B mel bands, F linear bins, T frames.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import torch
import torchaudio
from torch import Tensor

from narrative_server.errors import InvalidConfig
from narrative_server.sounds.types import NATIVE_RATE_HZ

WINDOW: Final = 1_024
HOP: Final = 256
BANDS: Final = 80
FRAMES: Final = 176
BINS: Final = WINDOW // 2 + 1
FLOOR_DB: Final = -80.0
FOLD: Final = 4
"""Side of the block of cells that the networks see as channels; what makes training on a CPU affordable."""
_FULL_SCALE = WINDOW / 4  # magnitude of a full-scale sine under a Hann window
_SOLVER_ROUNDS = 16


def frame_count(samples: int) -> int:
    """Frames that cover `samples`, at most FRAMES."""
    return min(1 + samples // HOP, FRAMES)


@functools.cache
def _filters() -> Tensor:
    """(F, B) triangular filters on the Slaney mel scale, peak 1."""
    bank: Tensor = torchaudio.functional.melscale_fbanks(
        BINS, 20.0, NATIVE_RATE_HZ / 2, BANDS, NATIVE_RATE_HZ, None, "slaney"
    )
    return bank


def log_mel(samples: Tensor) -> Tensor:
    """Waveforms (N, samples) float32 at 22,050 Hz to decibels (N, B, FRAMES); longer ones are cut, shorter padded."""
    wanted = (FRAMES - 1) * HOP
    cut = torch.nn.functional.pad(samples[:, :wanted], (0, max(0, wanted - samples.shape[1])))
    return frames_of(cut)


def frames_of(samples: Tensor) -> Tensor:
    """Waveforms (N, samples) to decibels (N, B, 1 + samples // HOP), whatever their length; silence is around them."""
    spectrum = torchaudio.functional.spectrogram(
        samples, 0, torch.hann_window(WINDOW), WINDOW, HOP, WINDOW, 1.0, False, pad_mode="constant"
    )  # (N, F, T)
    mel = torch.matmul(spectrum.transpose(1, 2), _filters()).transpose(1, 2) / _FULL_SCALE
    decibels: Tensor = 20.0 * torch.log10(mel.clamp_min(10 ** (FLOOR_DB / 20)))
    return decibels


def rough_magnitude(decibels: Tensor) -> Tensor:
    """Decibels (N, B, T) to smooth linear magnitudes (N, F, T) of about that mel spectrum; the floor is silent."""
    mel = _magnitude(decibels)
    bank = _filters().to(decibels.device)
    overlap = bank.sum(dim=1).clamp_min(1e-3)[:, None]  # (F, 1)
    width = bank.sum(dim=0)[None, :, None]  # (1, B, 1)
    return torch.matmul(bank, mel / width) / overlap  # (N, F, T)


def _magnitude(decibels: Tensor) -> Tensor:
    return torch.where(decibels <= FLOOR_DB + 1.0, 0.0, 10 ** (decibels / 20)) * _FULL_SCALE


def linear_magnitude(decibels: Tensor) -> Tensor:
    """Decibels (N, B, T) to linear magnitudes (N, F, T) whose mel spectrum they are.

    Non-negative least squares by multiplicative updates (Lee & Seung 2001) from a smooth start.
    """
    mel, bank = _magnitude(decibels), _filters()
    solution = rough_magnitude(decibels)
    target = torch.matmul(bank, mel)
    for _ in range(_SOLVER_ROUNDS):
        solution = solution * target / (torch.matmul(bank, torch.matmul(bank.T, solution)) + 1e-8)
    return solution


@dataclass(frozen=True)
class MelScale:
    """Mean and spread of each band over a training set, in decibels."""

    mean_db: tuple[float, ...]
    spread_db: tuple[float, ...]

    def __post_init__(self) -> None:
        for key in ("mean_db", "spread_db"):
            if len(getattr(self, key)) != BANDS:
                raise InvalidConfig(f"mel.{key}", len(getattr(self, key)), f"{BANDS} numbers")
        if min(self.spread_db) <= 0:
            raise InvalidConfig("mel.spread_db", min(self.spread_db), "above 0")

    @staticmethod
    def fit(decibels: Tensor) -> MelScale:
        """Take the statistics of (N, B, T)."""
        mean = decibels.float().mean(dim=(0, 2))
        spread = decibels.float().std(dim=(0, 2)).clamp_min(1.0)
        return MelScale(tuple(round(v, 3) for v in mean.tolist()), tuple(round(v, 3) for v in spread.tolist()))

    def normalise(self, decibels: Tensor) -> Tensor:
        """(N, B, T) decibels to about -1..1."""
        mean, spread = self._tensors()
        return (decibels - mean) / (2.0 * spread)

    def denormalise(self, values: Tensor) -> Tensor:
        """Back to decibels within the floor and +10."""
        mean, spread = self._tensors()
        return (values * (2.0 * spread) + mean).clamp(FLOOR_DB, 10.0)

    def _tensors(self) -> tuple[Tensor, Tensor]:
        return torch.tensor(self.mean_db)[None, :, None], torch.tensor(self.spread_db)[None, :, None]


def fold(values: Tensor) -> Tensor:
    """(N, BANDS, FRAMES) to (N, FOLD², BANDS/FOLD, FRAMES/FOLD): neighbours become channels, 16 times fewer cells."""
    return torch.nn.functional.pixel_unshuffle(values[:, None], FOLD)


def unfold(values: Tensor) -> Tensor:
    """(N, FOLD², BANDS/FOLD, FRAMES/FOLD) back to (N, BANDS, FRAMES)."""
    return torch.nn.functional.pixel_shuffle(values, FOLD)[:, 0]

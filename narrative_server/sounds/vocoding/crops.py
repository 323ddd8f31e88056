"""Draws what the vocoder learns on: crops of sounds with their spectra. Knows nothing of networks.

Half of the crops begin shortly before their sound does, since attacks are the hard part; some are two sounds at once.
The spectra are slightly disturbed, as those that the generator paints are not exact either.
Axes: N items, B mel bands, T frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.errors import DataMissing
from narrative_server.sounds.melspec import FLOOR_DB, HOP, frames_of
from narrative_server.sounds.waves import WaveSet

_FROM_START = 0.5
_MIXED = 0.2
_LEAD = 4 * HOP
_QUIETEST_DB = -18.0
_DISTURBANCE_DB = 0.7


@dataclass(frozen=True)
class Crop:
    """samples (N, (T - 1) * HOP) -1..1, and decibels (N, B, T) of them, a little disturbed."""

    samples: Tensor
    decibels: Tensor


class CropSource:
    """Draws crops by weight, held-out sounds never; all chance comes from one generator, so that a run resumes."""

    def __init__(self, waves: WaveSet, frames: int, recorded_share: float, rng: torch.Generator) -> None:
        """Raises DataMissing when every sound is held out."""
        self.waves, self.length, self.rng = waves, (frames - 1) * HOP, rng
        self.chances = torch.from_numpy(waves.weights(recorded_share)).double() * ~torch.from_numpy(waves.held_out)
        if float(self.chances.sum()) <= 0:
            raise DataMissing("sounds", "every sound is held out; build more with narrative-server data sounds")

    def draw(self, n: int) -> Crop:
        """`n` crops."""
        rows = torch.multinomial(self.chances, 2 * n, replacement=True, generator=self.rng).tolist()
        chance = torch.rand(n, 6, generator=self.rng, dtype=torch.float64).tolist()
        samples = np.zeros((n, self.length), dtype=np.float32)
        for k in range(n):
            samples[k] = self._crop(rows[k], chance[k][0], chance[k][1])
            if chance[k][2] < _MIXED:
                samples[k] += np.float32(chance[k][3]) * self._crop(rows[n + k], chance[k][4], chance[k][5])
            top = max(float(np.abs(samples[k]).max()), 1.0)
            samples[k] *= np.float32(10 ** (_QUIETEST_DB * chance[k][3] ** 2 / 20) / top)
        made = torch.from_numpy(samples)
        decibels = frames_of(made)
        noise = _DISTURBANCE_DB * torch.randn(decibels.shape, generator=self.rng)
        return Crop(made, torch.where(decibels > FLOOR_DB, (decibels + noise).clamp_min(FLOOR_DB), decibels))

    def _crop(self, row: int, where: float, kind: float) -> NDArray[np.float32]:
        """A stretch of one sound, silence around it; `where` and `kind`, 0..1, say which."""
        wave = self.waves.wave(row)
        later = int(where * max(len(wave) - self.length // 2, 1))
        first = -int(where * _LEAD) if kind < _FROM_START else later
        out = np.zeros(self.length, dtype=np.float32)
        piece = wave[max(first, 0) : max(first + self.length, 0)]
        out[max(-first, 0) : max(-first, 0) + len(piece)] = piece[: self.length - max(-first, 0)]
        return out

"""A sound as the metrics see it: finished as the training data is, then its spectrum.

Serving sets levels by intensity and training data has one level, so that every row is finished alike before networks
listen to it. Axes: N sounds, B mel bands, T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.sounds.melspec import BANDS, FLOOR_DB, FRAMES, log_mel
from narrative_server.sounds.synth.synthesiser import finish

Wave = NDArray[np.float32]
"""Samples (n,) at 22,050 Hz, -1..1."""

_SILENT: Final = 1e-5


def is_silent(wave: Wave) -> bool:
    """Whether nothing of it can be heard."""
    return float(np.abs(wave).max(initial=0.0)) <= _SILENT


def finished(wave: Wave) -> Wave:
    """Silence trimmed, onset aligned, one level; a silent sound stays as it is."""
    return wave if is_silent(wave) else finish(wave.astype(np.float64))


def spectra_of(waves: Sequence[Wave]) -> NDArray[np.float32]:
    """Decibels of each, finished, (N, B, T)."""
    found = np.full((len(waves), BANDS, FRAMES), FLOOR_DB, np.float32)
    for row, wave in enumerate(waves):
        found[row] = log_mel(torch.from_numpy(np.ascontiguousarray(finished(wave), np.float32))[None])[0].numpy()
    return found


def network_input(decibels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, B, T) decibels to (N, 1, B, T), -1 at the floor and 1 at full scale."""
    level: NDArray[np.float32] = (decibels / np.float32(-0.5 * FLOOR_DB) + np.float32(1.0)).astype(np.float32)
    return np.ascontiguousarray(level[:, None])

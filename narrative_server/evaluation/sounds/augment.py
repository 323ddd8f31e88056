"""Disturbs spectra for the training of what listens: the judge and the classifier. Training only.

They should hear the sound and not its level, its colour, or what a vocoder does to single cells.
Axes: N sounds, B bands, T frames.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.sounds.melspec import FLOOR_DB

_GAIN_DB: Final = 3.0
_TILT_DB: Final = 3.0
_MOST_GRAIN_DB: Final = 4.0
_MAX_LATER: Final = 4
_MASKED_SHARE: Final = 0.3


def disturb(decibels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """(N, B, T) decibels to the same: other level and slope, grain, up to 46 ms later, at times with a gap."""
    count, bands, frames = decibels.shape
    gain = _GAIN_DB * rng.standard_normal((count, 1, 1), np.float32)
    slope = np.linspace(-1, 1, bands, dtype=np.float32)[None, :, None]
    tilt = _TILT_DB * rng.standard_normal((count, 1, 1), np.float32) * slope
    grain = _MOST_GRAIN_DB * rng.random((count, 1, 1), np.float32)
    changed = decibels + gain + tilt + grain * rng.standard_normal(decibels.shape, np.float32)
    out = np.where(decibels > FLOOR_DB + 1.0, np.maximum(changed, FLOOR_DB), FLOOR_DB).astype(np.float32)
    for row in range(count):
        later = int(rng.integers(_MAX_LATER + 1))
        if later:
            out[row, :, later:] = out[row, :, :-later].copy()
            out[row, :, :later] = FLOOR_DB
        if rng.random() < _MASKED_SHARE:
            low, early = rng.integers(bands - bands // 8), rng.integers(frames - frames // 8)
            out[row, low : low + bands // 8] = FLOOR_DB
            out[row, :, early : early + frames // 8] = FLOOR_DB
    return out

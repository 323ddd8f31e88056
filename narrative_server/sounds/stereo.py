"""One channel to two: a wider image around the same middle. Torch-free.

The side signal is the sound through a short train of sparse random taps (velvet noise: Välimäki et al. 2017), above the
bass; left is middle plus side, right is middle minus side, so that the sum of both is the mono sound again.
"""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.finishing import Wave
from narrative_server.sounds.types import NATIVE_RATE_HZ

_SEED = 5
_SPREAD_S, _TAPS, _DECAY = 0.03, 30, 3.0
_SIDE_FROM_HZ = 250.0
_WIDTH = 0.55  # of the side's level to the middle's


def widen(samples: Wave, looped: bool = False) -> Wave:
    """(n,) at 22,050 Hz to (n, 2), the same every time; a loop stays one."""
    n, spread = len(samples), int(_SPREAD_S * NATIVE_RATE_HZ)
    size = n if looped else n + spread
    if n == 0:
        return np.zeros((0, 2))
    rng = np.random.Generator(np.random.Philox(_SEED))
    taps = np.zeros(spread)
    at = (np.arange(_TAPS) + rng.random(_TAPS)) / _TAPS * (spread - 1)
    taps[at.astype(int)] = rng.choice([-1.0, 1.0], _TAPS) * np.exp(-_DECAY * at / spread)
    taps /= np.sqrt((taps**2).sum())
    folded = np.zeros(size)
    np.add.at(folded, np.arange(spread) % size, taps)  # a loop may be shorter than the spread
    frequency = np.fft.rfftfreq(size, 1 / NATIVE_RATE_HZ)
    high_pass = frequency**2 / (frequency**2 + _SIDE_FROM_HZ**2)
    side = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(folded) * high_pass, size)[:n] * _WIDTH
    if not looped:
        side *= np.minimum(np.arange(n, 0, -1) / spread, 1.0)  # what rings beyond the end is not cut off audibly
    return np.stack([samples + side, samples - side], axis=1)

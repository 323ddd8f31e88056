"""When a sound begins and how fast it rises: what tells a crisp attack from a smeared one. Torch-free.

The envelope is the root mean square over 2 ms. The onset is where it first passes a tenth of its maximum within the
first 250 ms after silence ends; the attack lasts from there until 0.7 of that maximum (Peeters 2004 takes thresholds
of this kind; the share below 1 keeps a noisy plateau from deciding).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narrative_server.sounds.types import NATIVE_RATE_HZ

_WIDTH_S = 0.002
_REACH_S = 0.25
_SILENT, _BEGUN, _RISEN = 0.01, 0.1, 0.7


@dataclass(frozen=True)
class Attack:
    """onset_ms: when the sound begins, from the first sample; rise_ms: how long its attack lasts."""

    onset_ms: float
    rise_ms: float


def measure_attack(samples: NDArray[np.floating]) -> Attack | None:
    """Attack of mono samples at 22,050 Hz; None where there is only silence."""
    width = max(1, round(_WIDTH_S * NATIVE_RATE_HZ))
    energy = np.convolve(np.asarray(samples, dtype=np.float64) ** 2, np.full(width, 1.0 / width))[: len(samples)]
    envelope = np.sqrt(np.maximum(energy, 0.0))
    if not len(envelope) or envelope.max() <= 1e-5:
        return None
    start = int(np.argmax(envelope > _SILENT * envelope.max()))
    reach = envelope[start : start + round(_REACH_S * NATIVE_RATE_HZ)]
    begun = int(np.argmax(reach >= _BEGUN * reach.max()))
    risen = int(np.argmax(reach >= _RISEN * reach.max()))
    scale = 1000.0 / NATIVE_RATE_HZ
    return Attack((start + begun) * scale, (risen - begun) * scale)

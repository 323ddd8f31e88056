"""When a sound begins and how fast it rises: what tells a crisp attack from a smeared one. Torch-free.

The envelope is the root mean square over 2 ms. The onset is where it first passes a tenth of its maximum within the
first 250 ms after silence ends; the attack lasts from there until 0.7 of that maximum (Peeters 2004 takes thresholds
of this kind; the share below 1 keeps a noisy plateau from deciding).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.sounds.types import NATIVE_RATE_HZ

BEGUN: Final = 0.1
RISEN: Final = 0.7
"""Shares of the maximum at which an attack begins and ends."""

_WIDTH_S = 0.002
_REACH_S = 0.25
_SILENT = 0.01


@dataclass(frozen=True)
class Attack:
    """onset_ms: when the sound begins, from the first sample; rise_ms: how long its attack lasts."""

    onset_ms: float
    rise_ms: float


@dataclass(frozen=True)
class AttackPlace:
    """begun, risen: samples of the envelope at which the attack begins and ends. highest: maximum within reach."""

    begun: int
    risen: int
    highest: float


def measure_attack(samples: NDArray[np.floating]) -> Attack | None:
    """Attack of mono samples at 22,050 Hz; None where there is only silence."""
    found = find_attack(envelope_of(samples))
    if found is None:
        return None
    scale = 1000.0 / NATIVE_RATE_HZ
    return Attack(found.begun * scale, (found.risen - found.begun) * scale)


def envelope_of(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Root mean square of the 2 ms that end at each sample, (n,)."""
    width = max(1, round(_WIDTH_S * NATIVE_RATE_HZ))
    total = np.cumsum(np.asarray(samples, dtype=np.float64) ** 2)
    total[width:] -= total[:-width].copy()
    return np.asarray(np.sqrt(np.maximum(total / width, 0.0)))


def find_attack(envelope: NDArray[np.float64]) -> AttackPlace | None:
    """Where an envelope rises; None where there is only silence."""
    if not len(envelope) or envelope.max() <= 1e-5:
        return None
    start = int(np.argmax(envelope > _SILENT * envelope.max()))
    reach = envelope[start : start + round(_REACH_S * NATIVE_RATE_HZ)]
    highest = float(reach.max())
    begun, risen = (start + int(np.argmax(reach >= share * highest)) for share in (BEGUN, RISEN))
    return AttackPlace(begun, risen, highest)

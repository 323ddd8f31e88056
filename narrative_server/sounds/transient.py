"""Attacks as fast as those of such sounds are: what a spectrum of 46 ms windows smears is put back. Torch-free.

A vocoder spreads an onset over its window: noise before it, and a first peak that is too low beside what follows.
Both are mended by gains alone (a transient shaper, as mixers know it), so that nothing sounds that was not there.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.sounds.attack import RISEN, envelope_of, find_attack
from narrative_server.sounds.types import NATIVE_RATE_HZ

CRISP_MS: Final = 8.0
"""Sounds that usually rise within this are sharpened; slower ones are left as they are."""

_HEAD_S: Final = 0.6
"""An attack is over by then, and what lifts it has faded."""

_FIRST_S: Final = 0.012
"""The first peak is looked for within this of the beginning."""
_MOST_GAIN: Final = 10.0 ** (10.0 / 20.0)
_OVER: Final = 1.1
"""The first peak goes over the threshold by so much, as the lift has not quite faded where the later one is."""

_DECAY_S: Final = 0.03
_SMEAR_S: Final = 0.02
"""What comes longer than this before the rise is a sound of its own, no echo of the window."""
_ECHO_GAIN: Final = 0.05
_EDGE_S: Final = 0.0005


def sharpen(samples: NDArray[np.float64], rise_ms: float) -> NDArray[np.float64]:
    """Samples (n,) at 22,050 Hz whose attack takes about `rise_ms`, where gains within bounds can do that.

    Where `rise_ms` is above CRISP_MS, and where the attack is that fast already, they are returned as they are.
    """
    if rise_ms > CRISP_MS:
        return samples
    head, rest = np.split(samples, [_count(_HEAD_S)])
    return np.concatenate([_quieten_echo(_raise_first_peak(head, rise_ms), rise_ms), rest])


def _raise_first_peak(samples: NDArray[np.float64], rise_ms: float) -> NDArray[np.float64]:
    """Lift the beginning where a later peak outshouts it, by _MOST_GAIN at most, falling off within some 30 ms."""
    envelope = envelope_of(samples)
    found = find_attack(envelope)
    if found is None or _ms(found.risen - found.begun) <= rise_ms:
        return samples
    first = envelope[found.begun : found.begun + _count(_FIRST_S)]
    wanted = _OVER * RISEN * found.highest / max(float(first.max()), 1e-9)
    if not 1.0 < wanted <= _MOST_GAIN:
        return samples
    after = np.arange(len(samples)) - (found.begun + int(first.argmax()))
    gain = np.exp(np.log(wanted) * np.exp(-np.maximum(after, 0) / (_DECAY_S * NATIVE_RATE_HZ)))
    return np.asarray(samples * gain)


def _quieten_echo(samples: NDArray[np.float64], rise_ms: float) -> NDArray[np.float64]:
    """Lower what precedes the rise, where it is short enough to be the window's smear."""
    found = find_attack(envelope_of(samples))
    if found is None:
        return samples
    early = found.risen - found.begun - _count(rise_ms / 1000)
    if not 0 < early <= _count(_SMEAR_S):
        return samples
    edge = _count(_EDGE_S)
    at = np.arange(len(samples)) - (found.risen - _count(rise_ms / 1000) - edge)
    gain = _ECHO_GAIN + (1.0 - _ECHO_GAIN) * np.clip(at / edge, 0.0, 1.0)
    return np.asarray(samples * gain)


def _count(seconds: float) -> int:
    return max(1, round(seconds * NATIVE_RATE_HZ))


def _ms(samples: int) -> float:
    return 1000.0 * samples / NATIVE_RATE_HZ

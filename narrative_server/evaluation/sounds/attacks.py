"""How attacks of made sounds differ from real ones: pair by pair, and as distributions of a kind.

Attack times are `sounds.attack`'s: from a tenth to seven tenths of the first maximum. Distributions are compared by the
Wasserstein distance of order 1, in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.sounds.clips import Wave
from narrative_server.sounds.attack import Attack, measure_attack

MIN_A_KIND: Final = 5
"""A kind with fewer attacks on either side has no distance."""


def attacks_of(waves: Sequence[Wave]) -> list[Attack | None]:
    """The attack of each sound, None for a silent one."""
    return [measure_attack(wave) for wave in waves]


def wasserstein(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Distance of two sets of numbers, one or more each, as distributions: the area between their step functions."""
    if not len(left) or not len(right):
        raise ValueError(f"{len(left)} and {len(right)} values; legal: one or more of each")
    places = np.sort(np.concatenate((left, right)))
    shares = [np.searchsorted(np.sort(side), places[:-1], side="right") / len(side) for side in (left, right)]
    return float((np.abs(shares[0] - shares[1]) * np.diff(places)).sum())


def paired_errors(
    made: Sequence[Attack | None], real: Sequence[Attack | None]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Absolute differences of attack time and of onset, in ms, each (N,); NaN where one of a pair is silent."""
    rises, onsets = np.full(len(made), np.nan), np.full(len(made), np.nan)
    for place, (one, other) in enumerate(zip(made, real, strict=True)):
        if one is not None and other is not None:
            rises[place] = abs(one.rise_ms - other.rise_ms)
            onsets[place] = abs(one.onset_ms - other.onset_ms)
    return rises, onsets


def medians_by_kind(values: NDArray[np.float64], kinds: Sequence[str]) -> NDArray[np.float64]:
    """The median of each kind, kinds without a number left out."""
    names = np.array(kinds)
    groups = [values[(names == kind) & np.isfinite(values)] for kind in dict.fromkeys(kinds)]
    return np.array([np.median(group) for group in groups if len(group)])


def distances_by_kind(
    made: Sequence[Attack | None], kinds: Sequence[str], real: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Distance of attack times of each kind that has MIN_A_KIND on both sides, in ms."""
    found = []
    for kind in dict.fromkeys(kinds):
        times = [one.rise_ms for one, own in zip(made, kinds, strict=True) if own == kind and one is not None]
        known = real.get(kind, np.zeros(0))
        if min(len(times), len(known)) >= MIN_A_KIND:
            found.append(wasserstein(np.array(times), known))
    return np.array(found)

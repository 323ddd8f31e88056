"""How near made sounds are to the training sounds: spectra averaged over cells of four bands by four frames.

Axes: N sounds, B bands, T frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

_CELL: Final = 4


class TrainingSpectra:
    """The training sounds, to look for the one that a sound may have been copied from."""

    def __init__(self, spectra: Iterable[NDArray[np.float32]]) -> None:
        """spectra: chunks of decibels (N, B, T)."""
        self._rows = np.concatenate([cells(chunk) for chunk in spectra])
        self._squares = (self._rows.astype(np.float64) ** 2).sum(axis=1)

    def nearest(self, spectra: NDArray[np.float32]) -> NDArray[np.float64]:
        """Root mean square difference in dB of each of (N, B, T) to the nearest training sound, (N,)."""
        found = []
        for start in range(0, len(spectra), 64):
            asked = cells(spectra[start : start + 64])
            squares = self._squares[None, :] - 2.0 * (asked @ self._rows.T).astype(np.float64)
            place = squares.argmin(axis=1)
            # Exact for the one that won: differences of large squares have lost their last digits.
            apart = (asked - self._rows[place]).astype(np.float64)
            found.append(np.sqrt((apart**2).mean(axis=1)))
        return np.concatenate(found)


def cells(spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, B, T) to averages, (N, B / 4 * T / 4)."""
    count, bands, frames = spectra.shape
    grid = spectra.reshape(count, bands // _CELL, _CELL, frames // _CELL, _CELL)
    averaged: NDArray[np.float32] = grid.mean(axis=(2, 4), dtype=np.float32).reshape(count, -1)
    return averaged

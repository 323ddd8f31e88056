"""Features of spectra by a network that no part of this project is trained with or on: EfficientNet-Lite0.

Networks for audio (VGGish, PANNs, CLAP) come as downloads from places that an offline machine does not reach. This one
comes with a package that the evaluation of pictures needs anyway, its weights are fixed by a checksum, and features of
ImageNet networks are known to serve on spectrograms (Palanisamy et al., "Rethinking CNN Models for Audio
Classification", 2020). Figures compare with each other only, not with published ones.
Axes: N sounds, B bands, T frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images.features import Features, Lite0Features
from narrative_server.sounds.melspec import FLOOR_DB

_TALLER: Final = 2
_CHUNK: Final = 64

SpectrumFeaturesOf: TypeAlias = Callable[[NDArray[np.float32]], Features]
"""Decibels (N, B, T) to features (N, D)."""


class SpectrumFeatures:
    """The network sees a spectrum as a grey picture: low bands below, each band two rows high."""

    def __init__(self) -> None:
        """Load the weights. Raises PackageMissing, ModelCorrupt."""
        self._network = Lite0Features()

    def __call__(self, decibels: NDArray[np.float32]) -> Features:
        """(N, B, T) to (N, 1280)."""
        parts = [self._network(pictures(decibels[at : at + _CHUNK])) for at in range(0, len(decibels), _CHUNK)]
        return np.concatenate(parts) if parts else self._network(pictures(decibels))


def pictures(decibels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(N, B, T) decibels to opaque greys (N, 2B, T, 4), black at the floor."""
    level = np.clip(1.0 - decibels / FLOOR_DB, 0.0, 1.0)[:, ::-1].repeat(_TALLER, axis=1)
    grey = np.round(level * 255.0).astype(np.uint8)
    return np.stack((grey, grey, grey, np.full_like(grey, 255)), axis=-1)

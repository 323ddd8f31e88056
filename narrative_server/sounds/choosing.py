"""Chooses among candidate sounds the one that fits the words best, by the shared embedding, before any is made heard.

Spectra are judged, so that only the chosen one goes through the vocoder. Knows nothing of generators. Axes: N items, B
mel bands, T frames.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.semantics.choosing import Choice, best_of
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.views import view_sound
from narrative_server.sounds.melspec import FLOOR_DB, HOP
from narrative_server.sounds.types import NATIVE_RATE_HZ


class SoundChooser:
    """Scores spectra by a loaded embedding that hears."""

    def __init__(self, embedding: SharedEmbedding) -> None:
        """Raises ModelMissing or ModelCorrupt where `embedding` has no sound tower that can be used."""
        embedding.sound_tower  # noqa: B018
        self._embedding = embedding

    def choose(self, text: NDArray[np.float32], spectra: Tensor, duration_ms: int) -> Choice:
        """The best of `spectra`, the first of those that fit equally well; see `scores`."""
        return best_of(self.scores(text, spectra, duration_ms))

    def scores(self, text: NDArray[np.float32], spectra: Tensor, duration_ms: int) -> NDArray[np.float32]:
        """How well each of `spectra` fits, (N,), cosines.

        text: sentence embedding, (384,), unit norm. spectra: decibels, (N, B, T), one or more. duration_ms: how much
        of them will be heard.
        """
        wanted = self._embedding.embed_texts(text[None].astype(np.float32))[0]
        heard = math.ceil(duration_ms * NATIVE_RATE_HZ / 1000 / HOP)
        shown = torch.where(torch.arange(spectra.shape[2]) < heard, spectra, FLOOR_DB)
        fits: NDArray[np.float32] = self._embedding.embed_sounds(view_sound(shown.numpy())) @ wanted
        return fits

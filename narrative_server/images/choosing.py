"""Chooses among candidates the one that fits the words best, by the shared embedding.

Which one is chosen depends on the words and on the candidates' own seeds alone, never on mood, size or style, so that
a key keeps its picture. Knows nothing of generators.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from narrative_server.semantics.choosing import Choice, best_of, candidate_seeds
from narrative_server.semantics.shared_embedding import SharedEmbedding

__all__ = ["Choice", "Chooser", "candidate_seeds"]


class Chooser:
    """Scores pictures by a loaded embedding."""

    def __init__(self, embedding: SharedEmbedding) -> None:
        self._embedding = embedding

    def choose(self, text: NDArray[np.float32], views: Sequence[NDArray[np.float32]]) -> Choice:
        """The best of `views`, the first of those that fit equally well; see `scores`."""
        return best_of(self.scores(text, views))

    def scores(self, text: NDArray[np.float32], views: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """How well each of `views` fits, (N,), cosines.

        text: sentence embedding, (384,), unit norm. views: as `semantics.views` gives them, one or more
        of one size.
        """
        wanted = self._embedding.embed_texts(text[None].astype(np.float32))[0]
        fits: NDArray[np.float32] = self._embedding.embed_batch(np.stack(views)) @ wanted
        return fits

"""Chooses among candidates the one that fits the words best, by the shared embedding.

Which one is chosen depends on the words and on the candidates' own seeds alone, never on mood, size or style, so that
a key keeps its picture. Knows nothing of generators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narrative_server.seeds import sub_seed
from narrative_server.semantics.shared_embedding import SharedEmbedding


@dataclass(frozen=True)
class Choice:
    """index: of the candidate, 0 or more. score: how well it fits, a cosine, -1..1; None: nobody chose."""

    index: int
    score: float | None


def candidate_seeds(noise_seed: int, count: int) -> list[int]:
    """The seeds of `count` candidates; the first is `noise_seed` itself, and more candidates keep the earlier ones."""
    return [noise_seed, *(sub_seed(noise_seed, "candidate", "", index) for index in range(1, count))]


class Chooser:
    """Scores pictures by a loaded embedding."""

    def __init__(self, embedding: SharedEmbedding) -> None:
        self._embedding = embedding

    def choose(self, text: NDArray[np.float32], views: Sequence[NDArray[np.float32]]) -> Choice:
        """The best of `views`, the first of those that fit equally well.

        text: sentence embedding, (384,), unit norm. views: as `semantics.views` gives them, one or more
        of one size.
        """
        wanted = self._embedding.embed_texts(text[None].astype(np.float32))[0]
        scores = self._embedding.embed_batch(np.stack(views)) @ wanted  # (N,)
        best = int(np.round(scores, 4).argmax())  # what differs by rounding alone must not decide
        return Choice(best, float(np.clip(scores[best], -1.0, 1.0)))

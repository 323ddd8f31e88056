"""What choosing among candidates has in common, whatever is chosen: their seeds, and the best one by its score.

Which one is chosen depends on the words and on the candidates' own seeds alone. Knows nothing of generators.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narrative_server.seeds import sub_seed


@dataclass(frozen=True)
class Choice:
    """index: of the candidate, 0 or more. score: how well it fits, a cosine, -1..1; None: nobody chose."""

    index: int
    score: float | None


def candidate_seeds(noise_seed: int, count: int) -> list[int]:
    """The seeds of `count` candidates; the first is `noise_seed` itself, and more candidates keep the earlier ones."""
    return [noise_seed, *(sub_seed(noise_seed, "candidate", "", index) for index in range(1, count))]


def best_of(scores: NDArray[np.float32]) -> Choice:
    """The highest of (N,) cosines, the first of those that are as high."""
    best = int(np.round(scores, 4).argmax())  # what differs by rounding alone must not decide
    return Choice(best, bounded(scores[best]))


def bounded(score: np.float32) -> float:
    """A cosine without what rounding adds to it."""
    return float(np.clip(score, -1.0, 1.0))

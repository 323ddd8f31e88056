"""Chooses words to tell pictures or sounds by: short captions of what was trained on, the most frequent first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.semantics.contrastive.data import PairSet

MOST_WORDS: Final = 1024
_SAME: Final = 0.95  # cosine of two captions that say the same
_SHORT: Final = re.compile(r"[a-z]+(?:[ -][a-z]+)*")


def choose_words(
    sets: Sequence[PairSet], most: int = MOST_WORDS, longest: int = 2
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """At most `most` captions of up to `longest` words, as many of each set while they last.

    Returns them and their sentence embeddings (W, 384).
    """
    words: list[str] = []
    embeddings: list[NDArray[np.float32]] = []
    for pairs in sets:
        kept = np.empty((0, pairs.embeddings.shape[1]), np.float32)
        for row in _frequent(pairs, longest):
            if len(kept) == most // len(sets):
                break
            embedding = pairs.embeddings[row : row + 1]
            if pairs.phrases[row] in words or (len(kept) and float((kept @ embedding[0]).max()) >= _SAME):
                continue
            words.append(pairs.phrases[row])
            kept = np.concatenate((kept, embedding))
        embeddings.append(kept)
    return tuple(words), np.concatenate(embeddings)


def _frequent(pairs: PairSet, longest: int) -> list[int]:
    """Phrases that are short, by how often training shows them; held-out items do not count."""
    often = np.zeros(len(pairs.phrases))
    shown = ~pairs.held_out
    for column in pairs.captions[shown].T:
        np.add.at(often, column, pairs.weights[shown])
    order = np.argsort(-often, kind="stable")
    return [int(row) for row in order if often[row] > 0 and _is_short(pairs.phrases[row], longest)]


def _is_short(phrase: str, longest: int) -> bool:
    return _SHORT.fullmatch(phrase) is not None and len(phrase.split()) <= longest

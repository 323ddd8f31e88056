"""Captions in story writers' words: dialogue beats' sound phrases lent to the synthetic effects they are closest to.

A phrase such as "boots on loose planks" goes, as one more paraphrase, to effects whose own captions mean nearly the
same. Every tenth phrase (by hash) is left out, so that evaluation has words that were never seen. Training only.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np

from narrative_server.data_paths import data_roots
from narrative_server.gan.data import EncodeTexts

_CLOSE = 0.62  # cosine: about where "fist hitting a table" still finds a knock and "man laughing" finds nothing
_MOST_LENT = 3
_BLOCK = 512


def read_dialogue_phrases() -> tuple[str, ...]:
    """Distinct sound phrases of the dialogue set, sorted; empty where the set is not on this machine."""
    found: set[str] = set()
    for root in data_roots():
        for path in sorted((root / "dialogue").glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                found.update(_sounds_in(json.loads(line)) if line.strip() else ())
    return tuple(sorted(phrase for phrase in found if hashlib.sha256(phrase.encode()).digest()[0] >= 26))


def borrow_phrases(
    captions: list[tuple[str, ...]], phrases: tuple[str, ...], encode: EncodeTexts, seed: int
) -> tuple[list[tuple[str, ...]], int]:
    """Add up to three close phrases to each item's captions; returns the captions and how many phrases were lent."""
    if not phrases:
        return captions, 0
    own = tuple(dict.fromkeys(text for texts in captions for text in texts))
    own_vectors, vectors = encode(own), encode(phrases)
    lent: dict[str, list[str]] = {}
    count = 0
    for first in range(0, len(phrases), _BLOCK):
        likeness = vectors[first : first + _BLOCK] @ own_vectors.T  # (block, own)
        for row, best in enumerate(likeness.argmax(axis=1)):
            close = np.flatnonzero(likeness[row] >= max(_CLOSE, likeness[row, best] - 0.03))
            count += len(close) > 0
            for index in close:
                lent.setdefault(own[index], []).append(phrases[first + row])
    rng = np.random.default_rng(seed)
    return [texts + _pick(texts, lent, rng) for texts in captions], count


def _pick(texts: tuple[str, ...], lent: dict[str, list[str]], rng: np.random.Generator) -> tuple[str, ...]:
    offers = sorted({phrase for text in texts for phrase in lent.get(text, ())})
    chosen = rng.permutation(len(offers))[:_MOST_LENT]
    return tuple(offers[index] for index in chosen)


def _sounds_in(value: object) -> set[str]:
    """Texts under every "sounds" list, however deep."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "sounds" and isinstance(part, list):
                found |= {sound["text"] for sound in part if isinstance(sound, dict) and "text" in sound}
            else:
                found |= _sounds_in(part)
    elif isinstance(value, list):
        for part in value:
            found |= _sounds_in(part)
    return found

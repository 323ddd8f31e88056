"""Sentence embeddings of many texts, each computed once. The models are loaded when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.models.catalogue import model_path

Embed: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Embeds N texts: float32 of (N, D), rows of unit norm."""


class Embeddings:
    """An `Embed` that remembers."""

    def __init__(self, encode: Embed) -> None:
        self._encode = encode
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed `texts`, one or more."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])  # (N, D)

    def likeness(self, first: str, second: str) -> float:
        """Cosine of two texts, -1..1."""
        one, other = self((first, second))
        return float(one @ other)


def packaged_embeddings(threads: int) -> Embeddings:
    """Of the project's text encoder. Raises ModelMissing or ModelCorrupt."""
    from narrative_server.semantics.text_encoder import MODEL_NAME, TextEncoder

    return Embeddings(TextEncoder(model_path(MODEL_NAME), threads=threads).encode_bulk)

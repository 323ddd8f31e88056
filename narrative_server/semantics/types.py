"""What the semantics service is asked and what it answers. Free of torch, so that the serving process may import it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.mood import Mood

EMBEDDING_SIZE: Final = 384
MAX_KEYWORDS: Final = 8


@dataclass(frozen=True)
class SemanticsConfig:
    """How to run the text encoder and the mood model.

    encoder_dir, mood_dir: folders of the models; None: where the catalogue keeps them.
    threads: CPU threads of the encoder, 1..64. cache_texts: how many recent texts keep their embedding, 0..1,000,000.
    """

    encoder_dir: Path | None = None
    mood_dir: Path | None = None
    threads: int = 1
    cache_texts: int = 4096

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= 64:
            raise InvalidConfig("semantics.threads", self.threads, "1 to 64")
        if not 0 <= self.cache_texts <= 1_000_000:
            raise InvalidConfig("semantics.cache_texts", self.cache_texts, "0 to 1,000,000")


@dataclass(frozen=True)
class EncodeRequest:
    """Texts to embed; an empty one is legal and means nothing in particular."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class AnalyzeRequest:
    """A text to read."""

    text: str


@dataclass(frozen=True, eq=False)
class TextAnalysis:
    """What a text means.

    scores: the share of each emotion of EMOTIONS, adding up to 1. valence: -1..1 by the lexicon. keywords: best
    first, at most MAX_KEYWORDS. embedding: float32 of (384,), unit norm.
    """

    mood: Mood
    scores: dict[str, float]
    valence: float
    keywords: tuple[str, ...]
    embedding: NDArray[np.float32]

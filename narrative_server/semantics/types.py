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
SHARED_SIZE: Final = 256
"""Numbers of a place in the embedding that texts, pictures and sounds share."""
SOUND_BANDS: Final = 80
SOUND_FRAMES: Final = 176
"""Mel bands and frames of a sound as the embedding's tower sees it."""
MAX_KEYWORDS: Final = 8


@dataclass(frozen=True)
class SemanticsConfig:
    """How to run the text encoder and the mood model.

    encoder_dir, mood_dir, embedding_dir: folders of the models; None: where the catalogue keeps them.
    threads: CPU threads of the encoder, 1..64. cache_texts: how many recent texts keep their embedding, 0..1,000,000.
    """

    encoder_dir: Path | None = None
    mood_dir: Path | None = None
    embedding_dir: Path | None = None
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
    first, at most MAX_KEYWORDS. embedding: float32 of (384,), unit norm. place: float32 of (256,), unit norm, in the
    shared embedding; None where that cannot be used.
    """

    mood: Mood
    scores: dict[str, float]
    valence: float
    keywords: tuple[str, ...]
    embedding: NDArray[np.float32]
    place: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class PictureFile:
    """A picture's bytes.

    encoding: "png", or "rgba32" of width_px by height_px. medium: "sprite" or "background"; "": as its pixels tell.
    field: what an error about the bytes names.
    """

    data: bytes
    encoding: str = "png"
    width_px: int = 0
    height_px: int = 0
    medium: str = ""
    field: str = "picture_png"


@dataclass(frozen=True)
class PlaceRequest:
    """What to place in the shared embedding: texts or pictures."""

    texts: tuple[str, ...] = ()
    pictures: tuple[PictureFile, ...] = ()


@dataclass(frozen=True, eq=False)
class Places:
    """rows: float32 of (N, 256), unit norm, texts first; only rows of the same space can be compared."""

    space: str
    rows: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PictureAnalysis:
    """What a picture shows.

    keywords: best first, at most MAX_KEYWORDS. mood, scores, valence: of those words, as for a text. place: float32 of
    (256,). medium: "sprite" or "background". visible: left, top, right, bottom in pixels of what is not clear.
    """

    mood: Mood
    scores: dict[str, float]
    valence: float
    keywords: tuple[str, ...]
    space: str
    place: NDArray[np.float32]
    medium: str
    width_px: int
    height_px: int
    visible: tuple[int, int, int, int]

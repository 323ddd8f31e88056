"""Places texts and pictures in the shared embedding and reads what a picture shows, from the bytes of a file.

Knows nothing of stores or requests. Axes: N items, H rows, W columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from narrative_server.semantics.item_words import load_words
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.types import MAX_KEYWORDS, PictureFile
from narrative_server.semantics.views import decode, medium_of, view_background, view_sprite, visible_box


@dataclass(frozen=True, eq=False)
class SeenPicture:
    """A decoded picture: place (256,), keywords best first, medium, size, and the box of what is not clear."""

    place: NDArray[np.float32]
    keywords: tuple[str, ...]
    medium: str
    width_px: int
    height_px: int
    visible: tuple[int, int, int, int]


class PictureReader:
    """A loaded embedding with its vocabulary."""

    def __init__(self, folder: Path, command: str) -> None:
        """command: what an error tells the user to run. Raises ModelMissing, ModelCorrupt."""
        self._embedding = SharedEmbedding(folder, command)
        self._words = load_words(folder, self._embedding.checksums, command)

    @property
    def space(self) -> str:
        """Which places can be compared with this reader's."""
        return self._embedding.space

    def place_texts(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sentence embeddings (N, 384) to places (N, 256)."""
        return self._embedding.embed_texts(embeddings)

    def place_picture(self, file: PictureFile) -> NDArray[np.float32]:
        """The place (256,) of a picture. Raises InvalidRequest that names the file's field."""
        picture = decode(file)
        return self._place(picture, medium_of(file, picture))

    def read(self, file: PictureFile) -> SeenPicture:
        """Read a picture. Raises InvalidRequest that names the file's field."""
        picture = decode(file)
        medium = medium_of(file, picture)
        place = self._place(picture, medium)
        height_px, width_px = picture.shape[:2]
        words = self._words.nearest(place, MAX_KEYWORDS)
        return SeenPicture(place, words, medium, width_px, height_px, visible_box(picture))

    def _place(self, picture: NDArray[np.uint8], medium: str) -> NDArray[np.float32]:
        view: Callable[[NDArray[np.uint8]], NDArray[np.float32]]
        view = view_sprite if medium == "sprite" else view_background
        placed: NDArray[np.float32] = self._embedding.embed_pictures([view(picture)])[0]
        return placed

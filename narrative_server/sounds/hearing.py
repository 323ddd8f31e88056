"""Places sound files in the shared embedding and tells what is heard in them.

A sound is heard from its onset on, two seconds of it, as the training data was cut. Knows nothing of stores or
requests. Axes: N items, B mel bands, T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.semantics.item_words import SOUND_WORDS_FILE, load_words
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.types import MAX_KEYWORDS, SHARED_SIZE
from narrative_server.semantics.views import view_sound
from narrative_server.sounds.details import details_of
from narrative_server.sounds.finishing import Wave
from narrative_server.sounds.melspec import FRAMES, HOP, log_mel
from narrative_server.sounds.reading import decode, heard_part, read_sound
from narrative_server.sounds.types import ExaminedSound, HeardSound, SoundFile, SoundPlaces


class SoundReader:
    """A loaded embedding that hears, with its vocabulary."""

    def __init__(self, embedding: SharedEmbedding, folder: Path, command: str) -> None:
        """folder: the embedding's. command: what an error tells the user to run. Raises ModelMissing, ModelCorrupt."""
        self._embedding = embedding
        self._words = load_words(folder, embedding.checksums, command, SOUND_WORDS_FILE)

    def place(self, files: Sequence[SoundFile]) -> SoundPlaces:
        """The places of sounds. Raises InvalidRequest that names the field of a file that cannot be read."""
        rows = [self._place(read_sound(file)) for file in files]
        empty = np.empty((0, SHARED_SIZE), np.float32)
        return SoundPlaces(self._embedding.sound_space, self._embedding.space, np.stack(rows) if rows else empty)

    def hear(self, file: SoundFile) -> HeardSound:
        """What is heard in a file. Raises InvalidRequest that names its field."""
        place = self._place(read_sound(file))
        return HeardSound(place, self._words.nearest(place, MAX_KEYWORDS))

    def examine(self, file: SoundFile) -> ExaminedSound:
        """The place of a file that is to be kept, and what it tells of itself. Raises InvalidRequest likewise."""
        decoded = decode(file)
        place = self._place(heard_part(file, decoded))
        return ExaminedSound(place, self._embedding.sound_space, self._embedding.space, details_of(file, decoded))

    def _place(self, samples: Wave) -> NDArray[np.float32]:
        # Each alone, so that its bytes never depend on what else is asked for.
        placed: NDArray[np.float32] = self._embedding.embed_sounds(view_of(samples))[0]
        return placed


def view_of(samples: Wave) -> NDArray[np.float32]:
    """Samples at 22,050 Hz as the embedding's tower sees them, (1, 1, B, T)."""
    kept = samples[: FRAMES * HOP] / np.abs(samples).max()  # a quiet one would lie below the spectrum's floor
    return view_sound(log_mel(torch.from_numpy(kept.astype(np.float32))[None]).numpy())

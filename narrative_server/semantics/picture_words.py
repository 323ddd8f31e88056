"""Words for pictures: a vocabulary with its places in the shared embedding, the nearest of which tell what is shown.

The vocabulary is made of the short captions that the embedding was trained on, and lies in its model folder. Knows
nothing of networks. Axes: W words, S numbers of a place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from narrative_server.errors import ModelCorrupt, ModelMissing

PLACES_FILE: Final = "words.safetensors"
_SAME: Final = 0.9  # cosine from which two words say the same
_SHARE_OF_BEST: Final = 0.5


class PictureWords:
    """A loaded vocabulary."""

    def __init__(self, words: Sequence[str], places: NDArray[np.float32]) -> None:
        """places: (W, S), unit norm."""
        self.words, self.places = tuple(words), places

    def nearest(self, place: NDArray[np.float32], limit: int) -> tuple[str, ...]:
        """The words that fit a picture's place (S,) best, at most `limit`, none that says the same as one before.

        Only words that fit at least half as well as the best: a picture that nothing fits has few.
        """
        scores = self.places @ place  # (W,)
        order = np.argsort(-scores, kind="stable")
        chosen: list[int] = []
        for index in order[: 16 * limit]:
            if len(chosen) == limit or scores[index] <= max(0.0, _SHARE_OF_BEST * float(scores[order[0]])):
                break
            if not chosen or float((self.places[chosen] @ self.places[index]).max()) < _SAME:
                chosen.append(int(index))
        return tuple(self.words[index] for index in chosen)


def pack_words(words: Sequence[str], places: NDArray[np.float32]) -> bytes:
    """The bytes of words.safetensors: float16 places (W, S) and the words as JSON in the header."""
    packed: bytes = save({"places": places.astype(np.float16)}, metadata={"words": json.dumps(list(words))})
    return packed


def load_words(folder: Path, checksums: Mapping[str, str], command: str) -> PictureWords:
    """The vocabulary of a model folder. Raises ModelMissing, ModelCorrupt."""
    try:
        data = (folder / PLACES_FILE).read_bytes()
    except FileNotFoundError:
        raise ModelMissing("embedding", command) from None
    except OSError as error:
        raise ModelCorrupt("embedding", f"{PLACES_FILE}: {error}", command) from error
    if hashlib.sha256(data).hexdigest() != checksums.get(PLACES_FILE):
        raise ModelCorrupt("embedding", f"{PLACES_FILE} does not match its checksum", command)
    try:
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        words = json.loads(header["__metadata__"]["words"])
        places = load(data)["places"].astype(np.float32)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ModelCorrupt("embedding", f"{PLACES_FILE}: {error}", command) from error
    if len(words) != len(places):
        raise ModelCorrupt("embedding", f"{PLACES_FILE} has {len(words)} words and {len(places)} places", command)
    return PictureWords(words, places)

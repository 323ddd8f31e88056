"""Words for pictures or sounds: a vocabulary with its places in the shared embedding; the nearest tell what is there.

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
SOUND_WORDS_FILE: Final = "sound_words.safetensors"
_SAME: Final = 0.9  # cosine from which two words say the same
_SHARE_OF_BEST: Final = 0.5


class ItemWords:
    """A loaded vocabulary."""

    def __init__(self, words: Sequence[str], places: NDArray[np.float32]) -> None:
        """places: (W, S), unit norm."""
        self.words, self.places = tuple(words), places

    def nearest(self, place: NDArray[np.float32], limit: int) -> tuple[str, ...]:
        """The words that fit an item's place (S,) best, at most `limit`, none that says the same as one before.

        Only words that fit at least half as well as the best: an item that nothing fits has few.
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
    """The bytes of a vocabulary's file: float16 places (W, S) and the words as JSON in the header."""
    packed: bytes = save({"places": places.astype(np.float16)}, metadata={"words": json.dumps(list(words))})
    return packed


def load_words(folder: Path, checksums: Mapping[str, str], command: str, name: str = PLACES_FILE) -> ItemWords:
    """The vocabulary `name` of a model folder. Raises ModelMissing, ModelCorrupt."""
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        raise ModelMissing("embedding", command) from None
    except OSError as error:
        raise ModelCorrupt("embedding", f"{name}: {error}", command) from error
    if hashlib.sha256(data).hexdigest() != checksums.get(name):
        raise ModelCorrupt("embedding", f"{name} does not match its checksum", command)
    try:
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        words = json.loads(header["__metadata__"]["words"])
        places = load(data)["places"].astype(np.float32)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ModelCorrupt("embedding", f"{name}: {error}", command) from error
    if len(words) != len(places):
        raise ModelCorrupt("embedding", f"{name} has {len(words)} words and {len(places)} places", command)
    return ItemWords(words, places)

"""The pictures of each row of an evaluation: ours, real ones, retrieved ones, and the baseline's.

Axes: N pictures, K pictures of one caption, H rows, W columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images.artist import NEUTRAL, Artist
from narrative_server.evaluation.images.pictures import items_of
from narrative_server.evaluation.images.prompts import Prompt, Split
from narrative_server.gan.data import EncodeTexts, GanData
from narrative_server.images.polish import recolour
from narrative_server.images.subject import with_subject
from narrative_server.images.types import Finish
from narrative_server.seeds import sub_seed
from narrative_server.semantics.mood import EMOTIONS, Mood

CANDIDATES: Final = {"ours_n1": 1, "ours_n2": 2, "ours_n4": 4, "ours_n8": 8, "ours_n16": 16}
"""Of how many each picture of a row of ours is the best."""
USUAL_ROWS: Final = ("ours_n1", "ours_n16", "real_train", "real_held_out", "retrieval", "five_dollar")
ROW_NAMES: Final = (*dict.fromkeys((*USUAL_ROWS, *CANDIDATES)),)
VARIETY_PROMPTS: Final = 16
VARIETY_SAMPLES: Final = 8
_GRADED_INTENSITY: Final = 0.8
_SEED: Final = 20260104

Told = Callable[[], None]
"""Called after each picture."""


@dataclass(frozen=True)
class RowPictures:
    """pictures: (N, H, W, 4), one a prompt. variety: several (K, H, W, 4), each of one caption.

    moods: which mood each of `mood_pictures` was made under; both empty where the row has no say in moods.
    """

    row: str
    split: Split
    prompts: Sequence[Prompt]
    pictures: NDArray[np.uint8]
    variety: Sequence[NDArray[np.uint8]] = ()
    moods: Sequence[Mood] = ()
    mood_pictures: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 1, 1, 4), np.uint8))


class Sentences:
    """Sentence embeddings by caption: those of the data where it has them, else the encoder's."""

    def __init__(self, data: GanData, encode: EncodeTexts) -> None:
        self._rows = {phrase: row for row, phrase in enumerate(data.phrases)}
        self._data, self._encode = data, encode

    def of(self, captions: Sequence[str]) -> NDArray[np.float32]:
        """(N, 384) of unit norm."""
        unknown = sorted({caption for caption in captions if caption not in self._rows})
        more = dict(zip(unknown, self._encode(unknown), strict=True)) if unknown else {}
        return np.stack([more[c] if c in more else self._data.embeddings[self._rows[c]] for c in captions])


def probe_moods(count: int) -> list[Mood]:
    """Each emotion in turn, `count` in all."""
    emotions = [EMOTIONS[number % len(EMOTIONS)] for number in range(count)]
    return [NEUTRAL if emotion == "neutral" else Mood(emotion, _GRADED_INTENSITY) for emotion in emotions]


def graded(pictures: NDArray[np.uint8], moods: Sequence[Mood]) -> NDArray[np.uint8]:
    """Each picture under its mood's light, (N, H, W, 4)."""
    return np.stack([recolour(picture, mood, 0, Finish()) for picture, mood in zip(pictures, moods, strict=True)])


@dataclass(frozen=True)
class Studio:
    """What our rows and those of the data are made from."""

    data: GanData
    sentences: Sentences
    artist: Artist

    def ours(self, prompts: Sequence[Prompt], split: Split, candidates: int, told: Told) -> RowPictures:
        """Our pictures of `prompts`, each the best of `candidates` by the artist's own choice."""
        told_sentences = [(prompt, self.sentences.of(with_subject(prompt.caption))) for prompt in prompts]
        pictures = np.stack([self._drawn(p, s, 0, candidates, told) for p, s in told_sentences])
        variety = [
            np.stack([self._drawn(p, s, take, candidates, told) for take in range(VARIETY_SAMPLES)])
            for p, s in told_sentences[:VARIETY_PROMPTS]
        ]
        moods = probe_moods(len(prompts))
        return RowPictures(f"ours_n{candidates}", split, prompts, pictures, variety, moods, graded(pictures, moods))

    def _drawn(
        self, prompt: Prompt, sentences: NDArray[np.float32], take: int, candidates: int, told: Told
    ) -> NDArray[np.uint8]:
        seed = sub_seed(_SEED, "evaluate", prompt.caption, take)
        picture = self.artist.draw(prompt.caption, sentences, NEUTRAL, seed, candidates)
        told()
        return picture

    def real(self, prompts: Sequence[Prompt], split: Split) -> RowPictures:
        """The pictures that the captions were written for."""
        pictures = self._items([prompt.item for prompt in prompts])
        moods = probe_moods(len(prompts))
        variety = [self._items(items) for items in _same_caption(self.data, split)]
        return RowPictures(f"real_{split}", split, prompts, pictures, variety, moods, graded(pictures, moods))

    def retrieval(self, prompts: Sequence[Prompt], split: Split) -> RowPictures:
        """The training picture whose caption is nearest."""
        owners: dict[int, int] = {}
        for item in np.flatnonzero(~self.data.held_out):
            for caption in set(self.data.captions[item].tolist()):
                owners.setdefault(caption, int(item))
        rows = np.array(sorted(owners))
        nearest = rows[(self.sentences.of([p.caption for p in prompts]) @ self.data.embeddings[rows].T).argmax(axis=1)]
        return RowPictures("retrieval", split, prompts, self._items([owners[int(row)] for row in nearest]))

    def _items(self, items: Sequence[int]) -> NDArray[np.uint8]:
        return items_of(self.data, items)


def _same_caption(data: GanData, split: Split) -> Iterator[list[int]]:
    """Items that share a caption and nothing else: up to VARIETY_PROMPTS groups of VARIETY_SAMPLES."""
    groups: dict[int, dict[bytes, int]] = {}
    for item in np.flatnonzero(data.held_out == (split == "held_out")):
        own = data.captions[item].tobytes()
        for caption in set(data.captions[item].tolist()):
            groups.setdefault(caption, {}).setdefault(own, int(item))
    large = [caption for caption, items in groups.items() if len(items) >= VARIETY_SAMPLES]
    large.sort(key=lambda caption: hashlib.sha256(data.phrases[caption].encode()).digest())
    for caption in large[:VARIETY_PROMPTS]:
        yield list(groups[caption].values())[:VARIETY_SAMPLES]

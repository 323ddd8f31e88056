"""A small data set of coloured squares, and an artist that draws them, for tests of the whole evaluation."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from narrative_server.gan.data import GanData, index_captions
from narrative_server.semantics.mood import Mood

COLOURS = {"red": (200, 30, 30), "green": (30, 180, 40), "blue": (40, 60, 210), "yellow": (220, 210, 40)}
THINGS = ("key", "gem", "door")


def encode(texts: object) -> NDArray[np.float32]:
    """A random unit vector for each text, equal for equal ones."""
    rows = []
    for text in texts:  # type: ignore[attr-defined]
        seed = int.from_bytes(hashlib.sha256(str(text).encode()).digest()[:4], "big")
        row = np.random.default_rng(seed).standard_normal(384)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, np.float32).reshape(-1, 384)


def square(colour: str, thing: str, shift: int) -> NDArray[np.uint8]:
    """(32, 32, 4): a block of the colour, as large as the thing has it."""
    picture = np.zeros((32, 32, 4), np.uint8)
    side = 8 + 6 * THINGS.index(thing)
    picture[4 + shift : 4 + shift + side, 6 : 6 + side] = (*COLOURS[colour], 255)
    return picture


def make_data(items: int = 360, held_out_share: float = 0.4) -> GanData:
    """Squares with a caption each of its own, as sprites."""
    rng = np.random.default_rng(3)
    colours = [str(rng.choice(list(COLOURS))) for _ in range(items)]
    things = [str(rng.choice(THINGS)) for _ in range(items)]
    pictures = np.stack([square(c, t, n % 5) for n, (c, t) in enumerate(zip(colours, things, strict=True))])
    grain = rng.integers(-9, 10, (items, 32, 32, 3))  # no two pictures are equal
    pictures[..., :3] = np.where(pictures[..., 3:] > 0, pictures[..., :3] + grain, 0).astype(np.uint8)
    texts = [
        (f"{c} {t} number {n}", f"number {n} {c} {t}") for n, (c, t) in enumerate(zip(colours, things, strict=True))
    ]
    phrases, captions = index_captions([(f"{t}", *pair) for t, pair in zip(things, texts, strict=True)])
    held_out = np.zeros(items, np.bool_)
    held_out[: int(items * held_out_share)] = True
    return GanData(
        name="sprites",
        values=np.ascontiguousarray(np.moveaxis(pictures, -1, 1)),
        phrases=phrases,
        embeddings=encode(phrases),
        captions=captions,
        conditions=np.zeros((items, 0), np.float32),
        weights=np.ones(items, np.float32),
        held_out=held_out,
        flippable=np.ones(items, np.bool_),
    )


class SquareArtist:
    """Draws what the data shows for a caption that it knows, with a little noise of the seed."""

    def __init__(self, data: GanData) -> None:
        self._data = data
        self.asked: list[int] = []

    def draw(
        self, text: str, sentences: NDArray[np.float32], mood: Mood, seed: int, candidates: int = 1
    ) -> NDArray[np.uint8]:
        self.asked.append(candidates)
        caption = int((self._data.embeddings @ sentences[0]).argmax())
        item = int(np.flatnonzero((self._data.captions == caption).any(axis=1))[0])
        picture = np.moveaxis(self._data.values[item], 0, -1).astype(np.int64)
        noise = np.random.default_rng(seed).integers(0, 40, picture[..., :3].shape)
        picture[..., :3] = np.where(picture[..., 3:] > 0, np.clip(picture[..., :3] + noise, 0, 255), 0)
        return picture.astype(np.uint8)

    def chooses(self) -> bool:
        return True


@pytest.fixture
def data() -> GanData:
    return make_data()

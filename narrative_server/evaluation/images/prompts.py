"""Which captions an evaluation asks for: a fixed draw from a data set's training and held-out items.

The draw goes by hashes of the captions themselves, so that it stays nearly the same when a data set grows. Knows
nothing of pictures.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.gan.data import GanData

Split: TypeAlias = Literal["train", "held_out"]
SPLITS: Final[tuple[Split, ...]] = ("train", "held_out")
PROMPTS: Final = 500
"""Captions of a split."""


@dataclass(frozen=True)
class Prompt:
    """One caption to draw.

    item: row of the data set that it describes, -1 where there is none.
    """

    caption: str
    split: Split
    item: int = -1


def choose_prompts(data: GanData, split: Split, count: int) -> list[Prompt]:
    """Up to `count` captions, no two equal, of items drawn by their weights.

    Held-out captions are those that no training item has.
    """
    held_out = split == "held_out"
    trained = set(data.captions[~data.held_out].ravel().tolist()) if held_out else set()
    used: set[int] = set()
    chosen = []
    for item in _by_weight(data, np.flatnonzero(data.held_out == held_out)):
        fresh = sorted(set(data.captions[item].tolist()) - trained - used, key=lambda row: data.phrases[row])
        if not fresh:
            continue
        caption = fresh[int(_share(f"which {_key(data, item)}") * len(fresh))]
        used.add(caption)
        chosen.append(Prompt(data.phrases[caption], split, int(item)))
        if len(chosen) == count:
            break
    return chosen


def reference_items(data: GanData, count: int, without: Iterable[int]) -> NDArray[np.intp]:
    """Up to `count` training items drawn by their weights, those of `without` only where the others are too few."""
    avoided = set(without)
    drawn = [int(item) for item in _by_weight(data, np.flatnonzero(~data.held_out))]
    drawn.sort(key=lambda item: item in avoided)  # keeps the order of the draw otherwise
    return np.array(drawn[:count], dtype=np.intp)


def _by_weight(data: GanData, items: NDArray[np.intp]) -> Iterator[np.intp]:
    """Items in the order of a weighted draw without replacement (Efraimidis and Spirakis, 2006)."""
    drawn = [item for item in items if data.weights[item] > 0]
    keys = np.array([math.log(max(_share(_key(data, item)), 1e-12)) / data.weights[item] for item in drawn])
    yield from (drawn[place] for place in np.argsort(-keys, kind="stable"))


def _key(data: GanData, item: np.intp) -> str:
    texts = "|".join(data.phrases[row] for row in data.captions[item])
    return f"{texts}|{data.conditions[item].round(3).tolist()}"


def _share(text: str) -> float:
    """A number 0..1 that hangs on the text alone."""
    return float(int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48)

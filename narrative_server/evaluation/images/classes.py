"""What a picture shows as one of a few dozen classes: a sprite's noun or trade, a background's kind of place."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.gan.data import GanData
from narrative_server.images.data_characters import ROLES
from narrative_server.images.painter.kinds import KINDS

MIN_ITEMS: Final = 20
MAX_CLASSES: Final = 40
ITEMS_A_CLASS: Final = 30


def class_names(data: GanData) -> list[str]:
    """A class name for each item, "" where none is known."""
    name = _place if data.name == "backgrounds" else _noun
    return [name(tuple(data.phrases[row] for row in dict.fromkeys(rows))) for rows in data.captions.tolist()]


def frequent_classes(names: Sequence[str], data: GanData) -> list[str]:
    """Up to MAX_CLASSES names that MIN_ITEMS training items or more have, by how much they weigh in training."""
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    for item in np.flatnonzero(~data.held_out).tolist():
        if names[item]:
            counts[names[item]] += 1
            weights[names[item]] = weights.get(names[item], 0.0) + float(data.weights[item])
    heaviest = sorted(weights, key=lambda name: (-weights[name], name))
    return [name for name in heaviest if counts[name] >= MIN_ITEMS][:MAX_CLASSES]


def class_items(names: Sequence[str], classes: Sequence[str], data: GanData, seed: int) -> NDArray[np.intp]:
    """Up to ITEMS_A_CLASS random training items of each class."""
    places = np.array([classes.index(name) if name in classes else -1 for name in names])
    rng = np.random.default_rng(seed)
    chosen = []
    for place in range(len(classes)):
        found = np.flatnonzero((places == place) & ~data.held_out)
        chosen.append(rng.permutation(found)[:ITEMS_A_CLASS])
    return np.concatenate(chosen) if chosen else np.zeros(0, np.intp)


def _noun(captions: tuple[str, ...]) -> str:
    """The last word of the shortest way to say it; trades that dress alike are one."""
    last = re.findall(r"[a-z]+", captions[0].lower())[-1:]
    return _trades().get(last[0], last[0]) if last else ""


@functools.cache
def _trades() -> dict[str, str]:
    return {name: role.names[0] for role in ROLES for name in (*role.names, *role.woman_names)}


def _place(captions: tuple[str, ...]) -> str:
    """The kind whose longest noun is in one of the captions."""
    said = [f" {' '.join(re.findall(r'[a-z]+', caption.lower()))} " for caption in captions]
    for noun, kind in _nouns():
        if any(f" {noun} " in text for text in said):
            return kind
    return ""


@functools.cache
def _nouns() -> tuple[tuple[str, str], ...]:
    """(noun, kind), longest first, without nouns that several kinds share."""
    owners: dict[str, set[str]] = {}
    for kind in KINDS.values():
        for noun in kind.nouns:
            owners.setdefault(" ".join(re.findall(r"[a-z]+", noun.lower())), set()).add(kind.name)
    single = [(noun, min(kinds)) for noun, kinds in owners.items() if len(kinds) == 1]
    return tuple(sorted(single, key=lambda pair: (-len(pair[0]), pair[0])))

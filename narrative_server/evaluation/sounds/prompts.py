"""Which captions an evaluation of sounds asks for, and which of them say different things.

The draw goes by hashes of the captions themselves, so that it stays nearly the same when a data set grows; it takes a
sound of each kind in turn, so that every kind counts alike. Knows nothing of samples. Axes: N prompts.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.sounds.synth import RECIPES
from narrative_server.sounds.types import MAX_DURATION_MS, MIN_DURATION_MS
from narrative_server.sounds.waves import RECORDED

Split: TypeAlias = Literal["held_out", "recordings"]
SPLITS: Final[tuple[Split, ...]] = ("held_out", "recordings")
PROMPTS: Final = 2_000
"""The most of a split."""

ALIKE: Final = 0.9
"""Captions of different kinds nearer than this (cosine) say the same thing."""


@dataclass(frozen=True)
class Prompt:
    """One sound to make: a held-out item's caption, and that item's conditions.

    item: its row of the data set. words: what the caption says of material, size and the like, by the kind's recipe.
    """

    caption: str
    split: Split
    item: int
    kind: str
    words: frozenset[str]
    duration_ms: int
    intensity: float
    valence: float
    arousal: float


def choose_prompts(data: SoundData, split: Split, count: int) -> list[Prompt]:
    """Up to `count` prompts.

    held_out: synthetic sounds, a kind each in turn, with captions that no training item has, no two equal; of an item's
    captions the one that says most. recordings: every take of every held-out recording, so that captions repeat.
    """
    if split == "recordings":
        takes = np.flatnonzero(data.gan.held_out & data.recorded).tolist()
        takes.sort(key=lambda item: _share(f"{_key(data, item)}|{data.waves.starts[item]}"))
        return [_prompt(data, split, item, data.captions(item)[0]) for item in takes[:count]]
    trained = set(data.gan.captions[~data.gan.held_out].ravel().tolist())
    used: set[str] = set()
    chosen = []
    for item in _in_turn(data, np.flatnonzero(data.gan.held_out & ~data.recorded).tolist()):
        fresh = {data.gan.phrases[row] for row in set(data.gan.captions[item].tolist()) - trained} - used
        if not fresh:
            continue
        caption = max(sorted(fresh), key=lambda text: (len(words_said(data.kinds[item], text)), _share(text)))
        used.add(caption)
        chosen.append(_prompt(data, split, item, caption))
        if len(chosen) == count:
            break
    return chosen


def words_said(kind: str, caption: str) -> frozenset[str]:
    """Which words of the kind's traits (material, size, floor, who, ...) a caption has."""
    said = f" {' '.join(re.findall(r'[a-z0-9]+', caption.lower()))} "
    return frozenset(word for word in _trait_words(kind) if f" {word} " in said)


def alike(prompts: Sequence[Prompt], sentences: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which prompts cannot be told apart by right, (N, N): neither may be held against the other's sound.

    Of one kind: what one says of material, size and the like, the other says too. Of different kinds, and among
    recordings: a cosine of their sentences (N, 384) of ALIKE or more.
    """
    near: NDArray[np.bool_] = sentences @ sentences.T >= ALIKE
    for row, one in enumerate(prompts):
        for column in range(row):
            other = prompts[column]
            if one.kind == other.kind != RECORDED:
                told = one.words <= other.words or other.words <= one.words
                near[row, column] = near[column, row] = told
    np.fill_diagonal(near, True)
    return near


def like_items(data: SoundData, prompts: Sequence[Prompt], each: int) -> NDArray[np.intp]:
    """Up to `each` times as many training items as prompts, of the same kinds in the same shares, none twice."""
    wanted: dict[str, int] = {}
    for prompt in prompts:
        wanted[prompt.kind] = wanted.get(prompt.kind, 0) + each
    chosen: list[int] = []
    for item in sorted(np.flatnonzero(~data.gan.held_out).tolist(), key=lambda item: _share(f"like {item}")):
        if wanted.get(data.kinds[item], 0):
            wanted[data.kinds[item]] -= 1
            chosen.append(item)
    return np.array(chosen, dtype=np.intp)


def _prompt(data: SoundData, split: Split, item: int, caption: str) -> Prompt:
    waves, kind = data.waves, data.kinds[item]
    length_ms = round(float(data.waves.duration_ms()[item]))
    return Prompt(
        caption=caption,
        split=split,
        item=item,
        kind=kind,
        words=words_said(kind, caption),
        duration_ms=min(max(length_ms, MIN_DURATION_MS), MAX_DURATION_MS),
        intensity=float(waves.intensity[item]),
        valence=float(waves.valence[item]),
        arousal=float(waves.arousal[item]),
    )


def _in_turn(data: SoundData, items: Sequence[int]) -> list[int]:
    """The first of each kind, then the second of each, and so on; items and kinds in the order of their hashes."""
    order = sorted(items, key=lambda item: (_share(_key(data, item)), item))
    seen: dict[str, int] = {}
    places = []
    for item in order:
        kind = data.kinds[item]
        places.append((seen.get(kind, 0), _share(kind), item))
        seen[kind] = seen.get(kind, 0) + 1
    return [item for _, _, item in sorted(places)]


@functools.cache
def _trait_words(kind: str) -> tuple[str, ...]:
    recipe = RECIPES.get(kind)
    words = {word for options in recipe.traits.values() for word in options} if recipe else set()
    plain = {" ".join(re.findall(r"[a-z0-9]+", word.lower())) for word in words}
    return tuple(sorted(plain - {""}))


def _key(data: SoundData, item: int) -> str:
    texts = "|".join(data.captions(item))
    return f"{texts}|{data.gan.conditions[item].round(3).tolist()}"


def _share(text: str) -> float:
    """A number 0..1 that hangs on the text alone."""
    return float(int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48)

"""The in-memory data set that every GAN of this package trains on: the protocol between data builders and trainer.

A builder (sprites, backgrounds, sounds) fills one `GanData`; the trainer knows nothing of files, words or pixels.
Axes: N items, C channels, H rows, W columns, K paraphrases an item, T distinct phrases, D extra conditions.
"""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.gan.checkpoint import not_written

TEXT_DIM: Final = 384
"""Width of the sentence embedding (all-MiniLM-L6-v2)."""

EncodeTexts = Callable[[Sequence[str]], NDArray[np.float32]]
"""Sentence encoder: N texts -> float32 (N, 384), rows of unit norm."""


@dataclass(frozen=True)
class GanData:
    """Items with captions, conditions, sampling weights and a held-out mask.

    values: (N, C, H, W); uint8 0..255, shown to the networks as -1..1, or float16 / float32 already about -1..1.
    phrases: T distinct captions.
    embeddings: float32 (T, 384), unit norm, row i belongs to phrases[i].
    captions: int32 (N, K) rows of `phrases`; an item with fewer than K paraphrases repeats some. Training draws one.
    conditions: float32 (N, D) extra inputs, about -1..1 each (mood, duration, intensity); D may be 0.
    weights: float32 (N,), >= 0, how often an item is drawn relative to others.
    held_out: bool (N,), never trained on.
    flippable: bool (N,), whether mirroring left-right keeps the caption true.
    condition_names: D names, for the model card.
    tags: float32 (N, G), 0..1, what each item is known to show (an hour, a weather), for recall; (0, 0) where nobody
    said.
    """

    name: str
    values: NDArray[np.uint8] | NDArray[np.float16] | NDArray[np.float32]
    phrases: tuple[str, ...]
    embeddings: NDArray[np.float32]
    captions: NDArray[np.int32]
    conditions: NDArray[np.float32]
    weights: NDArray[np.float32]
    held_out: NDArray[np.bool_]
    flippable: NDArray[np.bool_]
    condition_names: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    """Free facts for the model card: sources, licence, counts."""
    kinds: tuple[str, ...] = ()
    """N names of what each item is (monster, item...), for reports on balance; empty where nobody said."""
    tags: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def __post_init__(self) -> None:
        n = len(self.values)
        _require("values", self.values.ndim == 4 and n > 0, self.values.shape, "(N, C, H, W) with N > 0")
        legal_types = (np.uint8, np.float16, np.float32)
        _require("values", self.values.dtype in legal_types, self.values.dtype, "uint8, float16 or float32")
        _require(
            "embeddings", self.embeddings.shape == (len(self.phrases), TEXT_DIM), self.embeddings.shape, "(T, 384)"
        )
        _require("embeddings", bool(np.isfinite(self.embeddings).all()), "not finite", "finite numbers")
        _require("captions", self.captions.ndim == 2 and len(self.captions) == n, self.captions.shape, "(N, K)")
        in_range = self.captions.min() >= 0 and self.captions.max() < len(self.phrases)
        _require("captions", bool(in_range), "a row that does not exist", "0..T-1")
        _require("conditions", self.conditions.ndim == 2 and len(self.conditions) == n, self.conditions.shape, "(N, D)")
        named = len(self.condition_names) == self.conditions.shape[1]
        _require("condition_names", named, self.condition_names, "one name a condition")
        for key in ("weights", "held_out", "flippable"):
            shape = getattr(self, key).shape
            _require(key, shape == (n,), shape, f"({n},)")
        _require("kinds", len(self.kinds) in (0, n), len(self.kinds), f"none, or {n}")
        _require("tags", self.tags.ndim == 2 and len(self.tags) in (0, n), self.tags.shape, f"(0, 0) or ({n}, G)")
        _require("tags", bool(((self.tags >= 0) & (self.tags <= 1)).all()), "an entry out of range", "0 to 1 each")
        usable = bool((self.weights >= 0).all()) and float(self.weights[~self.held_out].sum()) > 0
        _require("weights", usable, "negative or all zero", ">= 0, some item not held out above 0")

    @property
    def size(self) -> int:
        """Number of items, N."""
        return len(self.values)

    @property
    def grid(self) -> tuple[int, int, int]:
        """(C, H, W) of an item."""
        return tuple(self.values.shape[1:])

    def part(self, rows: NDArray[np.intp]) -> GanData:
        """The same data set with only the items in `rows`."""
        return replace(
            self,
            values=self.values[rows],
            captions=self.captions[rows],
            conditions=self.conditions[rows],
            weights=self.weights[rows],
            held_out=self.held_out[rows],
            flippable=self.flippable[rows],
            kinds=tuple(self.kinds[row] for row in rows) if self.kinds else (),
            tags=self.tags[rows] if len(self.tags) else self.tags,
        )


def index_captions(paraphrases: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Number the distinct phrases of N items.

    paraphrases: per item one or more captions.
    Returns (phrases, captions (N, K) int32), K the longest item; shorter items repeat theirs in turn.
    """
    numbers: dict[str, int] = {}
    width = max((len(texts) for texts in paraphrases), default=0)
    rows = np.zeros((len(paraphrases), width), dtype=np.int32)
    for row, texts in enumerate(paraphrases):
        if not texts:
            raise InvalidConfig(f"paraphrases[{row}]", texts, "one caption or more")
        for column in range(width):
            text = texts[column % len(texts)]
            rows[row, column] = numbers.setdefault(text, len(numbers))
    return tuple(numbers), rows


def save_data(data: GanData, path: Path) -> None:
    """Write `data` to one .npz file, whole or not at all. Raises StorageFailed."""
    words = {
        "name": data.name,
        "phrases": data.phrases,
        "condition_names": data.condition_names,
        "notes": data.notes,
        "kinds": data.kinds,
    }
    partial = path.with_suffix(".partial.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(
                file,
                words=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8),
                values=data.values,
                embeddings=data.embeddings,
                captions=data.captions,
                conditions=data.conditions,
                weights=data.weights,
                held_out=data.held_out,
                flippable=data.flippable,
                tags=data.tags,
            )
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise not_written(path, error) from error


def load_data(path: Path) -> GanData:
    """Read what `save_data` wrote; raises OSError when there is nothing and ModelCorrupt when it is something else."""
    try:
        return _load(path)
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, InvalidConfig) as error:
        again = "narrative-server data, or delete the file: training builds it again"
        raise ModelCorrupt(path.name, f"not a data set: {error}", again) from error


def _load(path: Path) -> GanData:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:  # numpy alone leaks the file on faults
        words = json.loads(file["words"].tobytes().decode())
        return GanData(
            name=words["name"],
            values=file["values"],
            phrases=tuple(words["phrases"]),
            embeddings=file["embeddings"],
            captions=file["captions"],
            conditions=file["conditions"],
            weights=file["weights"],
            held_out=file["held_out"],
            flippable=file["flippable"],
            condition_names=tuple(words["condition_names"]),
            notes=words["notes"],
            kinds=tuple(words.get("kinds", ())),
            tags=file["tags"] if "tags" in file else np.zeros((0, 0), np.float32),
        )


def _require(key: str, fine: bool, value: object, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"GanData.{key}", value, legal)

"""How often the right caption is found among a hundred, and the right item: R@1 of 100.

Pools hold 100 items whose captions have pairwise cosines below 0.9, so that no other caption says the same. The
embedding that is measured is the one that chooses; figures on generators need an independent one.
Axes: P items of a pool, S numbers of an embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.towers import TextHead, view_of

POOL_ITEMS: Final = 100
CEILING: Final = 0.9
POOLS: Final = 10
_POOL_SEED: Final = 11


@dataclass(frozen=True, eq=False)
class Pool:
    """rows: (P,) items of the set; captions: (P,) the phrase of each that is asked for."""

    rows: NDArray[np.intp]
    captions: NDArray[np.intp]


@dataclass(frozen=True)
class Recall:
    """Shares of 0..1 over all pools: the caption of an item found, the item of a caption found; n items asked for."""

    text_of_item: float
    item_of_text: float
    n: int


def draw_pools(pairs: PairSet, held_out: bool, count: int, seed: int) -> list[Pool]:
    """Up to `count` pools of the held-out items, or of those that are trained on; fewer, or none, when too few differ.

    Items are drawn by weight; the same seed gives the same pools.
    """
    rng = np.random.default_rng(seed)
    usable = np.flatnonzero((pairs.held_out == held_out) & (pairs.weights > 0))
    return [pool for _ in range(count) if (pool := _draw_pool(pairs, usable, rng)) is not None]


def _draw_pool(pairs: PairSet, usable: NDArray[np.intp], rng: np.random.Generator) -> Pool | None:
    if len(usable) < POOL_ITEMS:
        return None
    chances = pairs.weights[usable].astype(np.float64)
    order = rng.choice(usable, len(usable), replace=False, p=chances / chances.sum())
    kept = np.empty((POOL_ITEMS, pairs.embeddings.shape[1]), np.float32)
    rows: list[int] = []
    captions: list[int] = []
    for row in order:
        caption = int(pairs.captions[row, rng.integers(pairs.captions.shape[1])])
        embedding = pairs.embeddings[caption]
        if rows and float((kept[: len(rows)] @ embedding).max()) >= CEILING:
            continue
        kept[len(rows)] = embedding
        rows.append(int(row))
        captions.append(caption)
        if len(rows) == POOL_ITEMS:
            return Pool(np.array(rows), np.array(captions))
    return None


def recall_at_1(texts: NDArray[np.float32], items: NDArray[np.float32]) -> tuple[float, float]:
    """Of a pool's (P, S) texts and items, row by row a pair: the shares of texts, and of items, found first."""
    likeness = items @ texts.T  # row: an item
    right = np.arange(len(items))
    return float((likeness.argmax(axis=1) == right).mean()), float((likeness.argmax(axis=0) == right).mean())


class Figures:
    """R@1 of 100 on the same pools every time. item: what the figures' names call one."""

    def __init__(self, sets: Sequence[PairSet], item: str = "picture") -> None:
        self._item = item
        self._pools = [
            (pairs, "held_out" if held_out else "train", draw_pools(pairs, held_out, POOLS, _POOL_SEED))
            for pairs in sets
            for held_out in (False, True)
        ]

    def measure(self, head: TextHead, tower: nn.Module) -> dict[str, float]:
        """Means over pools, by set, split and direction."""
        figures: dict[str, float] = {}
        for pairs, split, pools in self._pools:
            if pools:
                found = np.mean([_recall_of(head, tower, pairs, pool) for pool in pools], axis=0)
                figures[f"{pairs.name}_{split}_text_of_{self._item}_r1"] = float(found[0])
                figures[f"{pairs.name}_{split}_{self._item}_of_text_r1"] = float(found[1])
        return figures


@torch.no_grad()
def _recall_of(head: TextHead, tower: nn.Module, pairs: PairSet, pool: Pool) -> tuple[float, float]:
    device = next(tower.parameters()).device
    texts = head(torch.from_numpy(pairs.embeddings[pool.captions]).to(device))
    values = torch.from_numpy(pairs.views[pool.rows]).float() / 127.5 - 1.0
    items = tower((view_of(values) if values.shape[1] == 4 else values).to(device))
    return recall_at_1(array_of(texts), array_of(items))


def array_of(values: torch.Tensor) -> NDArray[np.float32]:
    """As float32 on the CPU."""
    found: NDArray[np.float32] = values.float().cpu().numpy()
    return found

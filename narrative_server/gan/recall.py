"""What a generator with references is shown in training, and how far a picture must match its item then.

An item is shown itself, or another picture of the same caption, recoloured and with holes, beside a neighbour; or
neighbours alone. The first teaches to keep what fits the words and to mend and recolour what does not; the second to
make do with what is merely near. Axes as in `references`, and I items of the data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.errors import InvalidConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.references import ReferenceBank, References, alter, punch

_NEIGHBOURS = 24
_CHUNK = 2_048


@dataclass(frozen=True)
class RecallConfig:
    """How references are drawn in training; read only by networks with references.

    items: size of the bank. own_share: of items that are shown themselves, 0..1. strange_share: of those, how many
    come under a neighbour's caption, so that a far caption still means a picture worth keeping. kept_share: of those
    whose caption names no colour, how many are wanted in the very colours that they are shown in; elsewhere the words
    decide. recolour, holes: share of references altered. neighbour_weight: of the regression where an item is shown
    neighbours alone, 0..1.
    """

    items: int = 3_000
    own_share: float = 0.6
    strange_share: float = 0.5
    kept_share: float = 0.7
    recolour: float = 0.6
    holes: float = 0.5
    neighbour_weight: float = 0.3

    def __post_init__(self) -> None:
        if not 2 <= self.items <= 100_000:
            raise InvalidConfig("recall.items", self.items, "2 to 100000")
        for key in ("own_share", "strange_share", "kept_share", "recolour", "holes", "neighbour_weight"):
            if not 0.0 <= getattr(self, key) <= 1.0:
                raise InvalidConfig(f"recall.{key}", getattr(self, key), "0 to 1")


@dataclass(frozen=True)
class Shown:
    """What N items are shown as, and what is wanted of each.

    wanted: (N, C, H, W) float32, -1..1, the item, perhaps in other colours and proportions. weight (N,): of the
    regression towards it.
    """

    references: References
    wanted: Tensor
    weight: Tensor


class Recall:
    """The bank of a data set and the neighbours of every item in it."""

    def __init__(self, data: GanData, config: RecallConfig, count: int, seed: int, turn: float = 1.0) -> None:
        """count: references of one picture. turn: how far their colours are turned, 0..1.

        Held-out items are never in the bank.
        """
        self._config, self._count, self._turn = config, count, turn
        self._values = torch.from_numpy(data.values)
        self._keys = torch.from_numpy(caption_means(data))
        members = torch.from_numpy(bank_members(data, config.items, seed))
        tags = torch.from_numpy(data.tags)[members] if len(data.tags) else torch.zeros(0, 0)
        self.bank = replace(_bank(self._values[members], self._keys[members]), tags=tags)
        self._kin, self._kin_starts, self._kin_of = _kin(data)
        self._near = self._neighbours(self._kin_of, self._kin_of[members])

    def _neighbours(self, kin_of: Tensor, kin_of_bank: Tensor) -> Tensor:
        """Rows of the bank nearest to each item, of other captions if any: int32 (I, _NEIGHBOURS or less)."""
        others = len(kin_of_bank) - int(torch.bincount(kin_of_bank).max())
        count = max(1, min(_NEIGHBOURS, others))
        found = []
        for start in range(0, len(kin_of), _CHUNK):
            likeness = self._keys[start : start + _CHUNK] @ self.bank.keys.T
            likeness[kin_of[start : start + _CHUNK, None] == kin_of_bank[None, :]] -= 2.0
            found.append(likeness.topk(count, dim=1).indices.int())
        return torch.cat(found)

    def draw(self, rows: Tensor, colourless: Tensor, rng: torch.Generator) -> Shown:
        """References for items `rows` (N,); colourless bool (N,): whether an item's caption names no colour."""
        config, n, count = self._config, len(rows), self._count
        near = self._near[rows].long()  # (N, R)
        places = (torch.rand(n, count, generator=rng).square() * near.shape[1]).long()
        found = self.bank.take(near.gather(1, places))
        own = torch.rand(n, generator=rng) < config.own_share
        kept = own & colourless & (torch.rand(n, generator=rng) < config.kept_share)
        slot = torch.randint(count, (n,), generator=rng)
        itself = (torch.arange(count) == slot[:, None]) & own[:, None]  # (N, K)
        items = self._some_kin(rows, rng)
        values = torch.where(itself[:, :, None, None, None], self._real(items)[:, None], found.values)
        strange = torch.rand(n, generator=rng) < config.strange_share
        name = torch.where(strange[:, None], found.keys[torch.arange(n), slot], self._keys[items])
        keys = torch.where(itself[:, :, None], name[:, None], found.keys)
        draws = torch.randn(n, count, 6, generator=rng)
        altered = torch.rand(n, count, generator=rng) < config.recolour
        altered = torch.where(itself, kept[:, None] | altered, altered)
        low = self.bank.low
        values = alter(values, draws, altered, low, self._turn)
        holed = torch.rand(n, count, generator=rng) < config.holes
        values = punch(values, torch.rand(n, count, 4, generator=rng), holed, low)
        wanted = alter(self._real(rows), draws[torch.arange(n), slot], kept, low, self._turn)
        weight = torch.where(own, 1.0, config.neighbour_weight)
        return Shown(References(values, keys, low), wanted, weight)

    def _real(self, items: Tensor) -> Tensor:
        values = self._values[items].float()
        return values / 127.5 - 1.0 if self._values.dtype == torch.uint8 else values

    def _some_kin(self, rows: Tensor, rng: torch.Generator) -> Tensor:
        """For each item itself or another of the same captions, (N,)."""
        groups = self._kin_of[rows]
        starts, ends = self._kin_starts[groups], self._kin_starts[groups + 1]
        return self._kin[starts + (torch.rand(len(rows), generator=rng) * (ends - starts)).long()]


def _bank(values: Tensor, keys: Tensor) -> ReferenceBank:
    """Bytes as they are; other values as bytes between their least and their greatest."""
    if values.dtype == torch.uint8:
        return ReferenceBank(values, keys)
    low, high = float(values.min()), float(values.max())
    steps = (values.float() - low) * (255.0 / max(high - low, 1e-6))
    return ReferenceBank(steps.round().to(torch.uint8), keys, low, high)


def caption_means(data: GanData) -> NDArray[np.float32]:
    """Mean of each item's sentence embeddings at unit norm, (I, T)."""
    means = np.zeros((data.size, data.embeddings.shape[1]), dtype=np.float32)
    for column in range(data.captions.shape[1]):
        means += data.embeddings[data.captions[:, column]]
    unit: NDArray[np.float32] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    return unit


def with_items(bank: ReferenceBank, data: GanData, rows: NDArray[np.intp]) -> ReferenceBank:
    """The bank with items `rows` of pictures `data` after its own."""
    values, keys = torch.from_numpy(data.values[rows]), torch.from_numpy(caption_means(data)[rows])
    tags = bank.tags
    if len(tags):
        more = torch.from_numpy(data.tags[rows]) if len(data.tags) else torch.zeros(len(rows), tags.shape[1])
        tags = torch.cat((tags, more))
    return replace(bank, values=torch.cat((bank.values, values)), keys=torch.cat((bank.keys, keys)), tags=tags)


def bank_members(data: GanData, items: int, seed: int) -> NDArray[np.intp]:
    """At most `items` items that are not held out, in order; drawn by squared weight, the weightiest first.

    Where the data has tags, items differ as much as can be: see `_spread`.
    """
    if len(data.tags):
        return _spread(data, items, seed)
    chances = np.where(data.held_out, 0.0, data.weights.astype(np.float64) ** 2)
    some = min(items, int(np.count_nonzero(chances)))
    drawn = np.random.default_rng(seed).choice(data.size, some, replace=False, p=chances / chances.sum())
    return np.sort(drawn)


def _spread(data: GanData, items: int, seed: int) -> NDArray[np.intp]:
    """At most `items` items that are not held out, in order, in turns of all kinds and of all that they show.

    A kind that shows four times as many different things gets about twice as many items.
    """
    rows = np.flatnonzero(~data.held_out & (data.weights > 0))
    rows = np.random.default_rng(seed).permutation(rows)
    kinds = np.unique(np.array(data.kinds)[rows] if data.kinds else np.zeros(len(rows)), return_inverse=True)[1]
    cells = np.unique(np.column_stack((kinds, data.tags[rows])), axis=0, return_inverse=True)[1].reshape(-1)
    shown = np.zeros(kinds.max() + 1)  # how many different things each kind shows
    np.add.at(shown, kinds[np.unique(cells, return_index=True)[1]], 1)
    turn, taken = np.zeros(len(rows)), np.zeros(cells.max() + 1)
    for place, cell in enumerate(cells):
        turn[place], taken[cell] = taken[cell], taken[cell] + 1
    # All cells of a kind have their turns before any has its second: those of many take longer and count for less.
    order = np.argsort((turn + 1.0) * np.sqrt(shown[kinds]), kind="stable")
    return np.sort(rows[order[:items]])


def _kin(data: GanData) -> tuple[Tensor, Tensor, Tensor]:
    """Items ordered by their captions, where each group begins (G + 1,), and the group of each item (I,).

    Held-out items are alone, whatever their captions: nothing is shown them and they are shown to nothing.
    """
    rows = data.captions.copy()
    rows[data.held_out, 0] = -1 - np.flatnonzero(data.held_out)
    _, groups, sizes = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    groups = groups.reshape(-1)
    order = np.argsort(groups, kind="stable")
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return torch.from_numpy(order), torch.from_numpy(starts), torch.from_numpy(groups)

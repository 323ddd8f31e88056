"""Trains the judge of sounds on a data set's training split. Training only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.evaluation.images.judge import Judge, bags
from narrative_server.evaluation.images.judge_training import alike_pairs, contrast
from narrative_server.evaluation.images.training import Batches, Budget, Report, Spent, train
from narrative_server.evaluation.sounds.augment import disturb
from narrative_server.evaluation.sounds.clips import network_input
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.judge import SOUND_JUDGE
from narrative_server.evaluation.sounds.prompts import words_said
from narrative_server.precision import training_autocast
from narrative_server.sounds.waves import RECORDED


def train_judge(
    data: SoundData,
    budget: Budget,
    report: Report,
    stop: Callable[[], bool] = lambda: False,
    start: Judge | None = None,
    keep: Callable[[Judge, Spent], None] | None = None,
) -> tuple[Judge, Spent]:
    """A judge of sounds like those of `data`; held-out items are not listened to.

    start: one to go on from; keep: gets it now and then.
    """
    torch.manual_seed(budget.seed)
    judge = start or Judge(SOUND_JUDGE)
    judge.requires_grad_(True)
    tokens = bags(data.gan.phrases, judge.config.buckets)
    told = Told(data)
    batches = Batches(data.gan, budget.seed)

    def loss_of() -> Tensor:
        items, captions = batches.draw(budget.batch)
        grid = torch.from_numpy(network_input(disturb(data.decibels(items), batches.rng)))
        sentences = torch.from_numpy(np.array(data.gan.embeddings[captions]))
        words = torch.from_numpy(tokens[captions].astype(np.int64))
        words = words * (torch.rand(words.shape) > 0.1)  # no single word may decide
        with training_autocast(torch.device("cpu")):
            seen, said = judge.see(grid), judge.read(sentences, words)
        alike = alike_pairs(sentences) | torch.from_numpy(told.alike(items, captions))
        return contrast(seen.float(), said.float(), judge.log_scale, alike)

    return train(judge, loss_of, budget, report, "judge", stop, keep)


class Told:
    """What each caption tells of its item's kind, as bits, so that a batch is compared at once."""

    def __init__(self, data: SoundData) -> None:
        self._kinds = np.unique(np.array(data.kinds), return_inverse=True)[1]
        self._recorded = np.array([kind == RECORDED for kind in data.kinds], dtype=np.bool_)
        self._data = data
        self._words: dict[str, int] = {}
        self._known: dict[tuple[str, int], int] = {}

    def alike(self, items: NDArray[np.intp], captions: NDArray[np.int32]) -> NDArray[np.bool_]:
        """(N, N): pairs of one kind of which one caption says nothing that the other does not; not with itself."""
        bits = np.array([self._bits(int(i), int(c)) for i, c in zip(items, captions, strict=True)], dtype=object)
        shared = bits[:, None] & bits[None, :]
        within = (shared == bits[:, None]) | (shared == bits[None, :])
        same = (self._kinds[items][:, None] == self._kinds[items][None, :]) & ~self._recorded[items][:, None]
        result: NDArray[np.bool_] = same & within.astype(np.bool_)
        np.fill_diagonal(result, False)
        return result

    def _bits(self, item: int, caption: int) -> int:
        kind = self._data.kinds[item]
        if (kind, caption) not in self._known:
            said = words_said(kind, self._data.gan.phrases[caption])
            places = [self._words.setdefault(word, len(self._words)) for word in said]
            self._known[kind, caption] = sum(1 << place for place in places)
        return self._known[kind, caption]

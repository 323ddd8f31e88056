"""Trains the judge on a data set's training split. Training only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.evaluation.images.judge import BACKGROUND_JUDGE, SPRITE_JUDGE, Judge, bags, picture_input
from narrative_server.evaluation.images.pictures import items_of
from narrative_server.evaluation.images.training import Batches, Budget, Report, Spent, train
from narrative_server.gan.data import GanData
from narrative_server.precision import training_autocast

ALIKE: Final = 0.9
"""Captions of a batch nearer than this (cosine) say the same thing: neither is held against the other's picture."""

_MAX_SHIFT_PX: Final = 3


def train_judge(
    data: GanData,
    budget: Budget,
    report: Report,
    stop: Callable[[], bool] = lambda: False,
    start: Judge | None = None,
    keep: Callable[[Judge, Spent], None] | None = None,
) -> tuple[Judge, Spent]:
    """A judge for pictures like those of `data`; held-out items are not looked at.

    start: one to go on from; keep: gets it now and then.
    """
    torch.manual_seed(budget.seed)
    judge = start or Judge(SPRITE_JUDGE if data.grid[1:] == (32, 32) else BACKGROUND_JUDGE)
    judge.requires_grad_(True)
    tokens = bags(data.phrases, judge.config.buckets)
    batches = Batches(data, budget.seed)

    def loss_of() -> Tensor:
        items, captions = batches.draw(budget.batch)
        pictures = items_of(data, items)
        flips = data.flippable[items] & (batches.rng.random(len(items)) < 0.5)
        pixels = _augment(picture_input(pictures, judge.config), flips, batches.rng)
        sentences = torch.from_numpy(data.embeddings[captions])
        words = torch.from_numpy(tokens[captions].astype(np.int64))
        words = words * (torch.rand(words.shape) > 0.1)  # no single word may decide
        with training_autocast(torch.device("cpu")):
            seen, said = judge.see(pixels), judge.read(sentences, words)
        return contrast(seen.float(), said.float(), judge.log_scale, alike_pairs(sentences))

    return train(judge, loss_of, budget, report, "judge", stop, keep)


def contrast(seen: Tensor, said: Tensor, log_scale: Tensor, alike: Tensor) -> Tensor:
    """InfoNCE both ways over N pairs of unit vectors (N, D); alike (N, N): pairs that are no counter-examples."""
    logits = log_scale.clamp(max=4.6).exp() * seen @ said.T  # (N, N)
    logits = logits.masked_fill(alike, -torch.inf)
    right = torch.arange(len(seen))
    return 0.5 * (F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right))


def alike_pairs(sentences: Tensor) -> Tensor:
    """(N, N): pairs of unit vectors (N, D) nearer than ALIKE, none with itself."""
    near: Tensor = (sentences @ sentences.T) > ALIKE
    near.fill_diagonal_(False)
    return near


def _augment(pixels: NDArray[np.float32], flips: NDArray[np.bool_], rng: np.random.Generator) -> Tensor:
    """(N, 4, H, W): mirrored, moved, with slightly other light and colours, at times with hard alpha or a hole."""
    count, _, height, width = pixels.shape
    pixels[flips] = pixels[flips, ..., ::-1]
    for index in range(count):
        shift = rng.integers(-_MAX_SHIFT_PX, _MAX_SHIFT_PX + 1, size=2)
        pixels[index] = np.roll(pixels[index], tuple(shift), axis=(1, 2))
        if rng.random() < 0.3:
            top, left = rng.integers(height), rng.integers(width)
            pixels[index, :, top : top + height // 4, left : left + width // 4] = 0.0
    gain = 1.0 + 0.15 * rng.standard_normal((count, 3, 1, 1)).astype(np.float32)
    offset = 0.1 * rng.standard_normal((count, 1, 1, 1)).astype(np.float32)
    # A gain around grey leaves the grey that stands for nothing as it is; so must the offset.
    visible = pixels[:, 3:] > -1.0
    pixels[:, :3] = np.where(visible, pixels[:, :3] * gain + offset, pixels[:, :3])
    hard = rng.random(count) < 0.5
    pixels[hard, 3] = np.where(pixels[hard, 3] > 0.0, 1.0, -1.0)
    return torch.from_numpy(pixels)

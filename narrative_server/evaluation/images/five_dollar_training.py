"""Trains the Five-Dollar baseline on a data set's training split. Training only."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from narrative_server.evaluation.images.five_dollar import (
    BACKGROUND_MODEL,
    COLOURS,
    NOISE_DIM,
    SPRITE_MODEL,
    FiveDollarModel,
    Palette,
    fit_palette,
)
from narrative_server.evaluation.images.pictures import items_of
from narrative_server.evaluation.images.training import Batches, Budget, Report, Spent, train
from narrative_server.gan.data import GanData
from narrative_server.precision import training_autocast

_PALETTE_PICTURES = 400


def train_five_dollar(
    data: GanData,
    budget: Budget,
    report: Report,
    stop: Callable[[], bool] = lambda: False,
    start: tuple[FiveDollarModel, Palette] | None = None,
    keep: Callable[[FiveDollarModel, Palette, Spent], None] | None = None,
) -> tuple[FiveDollarModel, Palette, Spent]:
    """The baseline for pictures like those of `data`; held-out items are not looked at.

    start: one to go on from; keep: gets it now and then.
    """
    torch.manual_seed(budget.seed)
    batches = Batches(data, budget.seed)
    if start is None:
        model = FiveDollarModel(SPRITE_MODEL if data.grid[1:] == (32, 32) else BACKGROUND_MODEL)
        palette = fit_palette(items_of(data, batches.draw(_PALETTE_PICTURES)[0]), COLOURS, budget.seed)
    else:
        model, palette = start
    model.requires_grad_(True)

    def loss_of() -> Tensor:
        items, captions = batches.draw(budget.batch)
        pictures = items_of(data, items)
        flips = data.flippable[items] & (batches.rng.random(len(items)) < 0.5)
        pictures[flips] = pictures[flips, :, ::-1]
        wanted = torch.from_numpy(palette.classes(pictures))
        sentences = torch.from_numpy(data.embeddings[captions])
        with training_autocast(torch.device("cpu")):
            logits = model(sentences, torch.randn(len(items), NOISE_DIM))
        return F.cross_entropy(logits.float(), wanted)

    def kept(averaged: FiveDollarModel, spent: Spent) -> None:
        if keep is not None:
            keep(averaged, palette, spent)

    averaged, spent = train(model, loss_of, budget, report, "five_dollar", stop, kept)
    return averaged, palette, spent

"""Trains the classifier of kinds on synthetic training sounds, each kind as often as the others. Training only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.evaluation.images.training import Budget, Report, Spent, train
from narrative_server.evaluation.sounds.augment import disturb
from narrative_server.evaluation.sounds.classifier import CLASSIFIER, TRAIN_COMMAND, ClassifierConfig, SoundClassifier
from narrative_server.evaluation.sounds.clips import network_input
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.precision import training_autocast

MIN_ITEMS: Final = 5
_SMOOTHING: Final = 0.05


def kinds_of(data: SoundData) -> tuple[str, ...]:
    """Synthetic kinds with MIN_ITEMS training sounds or more, sorted."""
    usable = np.flatnonzero(~data.gan.held_out & ~data.recorded)
    counts = Counter(data.kinds[item] for item in usable)
    return tuple(sorted(kind for kind, count in counts.items() if count >= MIN_ITEMS))


def train_classifier(
    data: SoundData,
    budget: Budget,
    report: Report,
    stop: Callable[[], bool] = lambda: False,
    start: SoundClassifier | None = None,
    keep: Callable[[SoundClassifier, Spent], None] | None = None,
) -> tuple[SoundClassifier, Spent]:
    """A classifier of the kinds of `data`; held-out sounds and recordings are not listened to.

    start: one to go on from; keep: gets it now and then. Raises ModelCorrupt when `start` knows other kinds,
    InvalidConfig when there are fewer than two.
    """
    torch.manual_seed(budget.seed)
    rng = np.random.default_rng(budget.seed)
    kinds = kinds_of(data)
    if start is not None and start.config.kinds != kinds:
        reason = f"it knows {len(start.config.kinds)} kinds, other ones than the {len(kinds)} of the data"
        raise ModelCorrupt(CLASSIFIER, reason, f"{TRAIN_COMMAND} --out ANOTHER_FOLDER")
    if len(kinds) < 2:
        raise InvalidConfig("--data", f"{len(kinds)} kinds of sounds", "two or more")
    classifier = start or SoundClassifier(ClassifierConfig(kinds))
    classifier.requires_grad_(True)
    names = np.array(data.kinds)
    items = [np.flatnonzero((names == kind) & ~data.gan.held_out) for kind in kinds]

    def loss_of() -> Tensor:
        labels = rng.integers(len(kinds), size=budget.batch)
        chosen = [int(rng.choice(items[label])) for label in labels]
        grid = torch.from_numpy(network_input(disturb(data.decibels(chosen), rng)))
        with training_autocast(torch.device("cpu")):
            logits = classifier(grid)
        return F.cross_entropy(logits.float(), torch.from_numpy(labels), label_smoothing=_SMOOTHING)

    return train(classifier, loss_of, budget, report, "classifier", stop, keep)


def held_out_accuracy(classifier: SoundClassifier, data: SoundData) -> float | None:
    """Share of held-out sounds of known kinds that it tells right, None where there are none."""
    known = set(classifier.config.kinds)
    items = [int(item) for item in np.flatnonzero(data.gan.held_out) if data.kinds[item] in known]
    if not items:
        return None
    told: list[str] = []
    for start in range(0, len(items), 256):
        told += classifier.predict(data.decibels(items[start : start + 256]))
    return float(np.mean([one == data.kinds[item] for one, item in zip(told, items, strict=True)]))

"""Tells the kind of a sound from its spectrum: a small convolutional network, trained on real training sounds.

Axes: N sounds, B mel bands, T frames, K kinds.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.evaluation.sounds.clips import network_input
from narrative_server.evaluation.weights import load_weights, save_weights

CLASSIFIER: Final = "classifier"
TRAIN_COMMAND: Final = "narrative-server evaluate train-classifier sounds"
_BATCH: Final = 128


@dataclass(frozen=True)
class ClassifierConfig:
    """kinds: their names, in the order of the outputs. widths: channels after each halving of the grid."""

    kinds: tuple[str, ...]
    widths: tuple[int, ...] = (32, 64, 128)

    def __post_init__(self) -> None:
        if len(self.kinds) < 2 or len(set(self.kinds)) != len(self.kinds):
            raise InvalidConfig("classifier.kinds", len(self.kinds), "two or more, no two equal")
        if not self.widths:
            raise InvalidConfig("classifier.widths", self.widths, "one or more")


class SoundClassifier(nn.Module):
    """Spectra to kinds."""

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__()
        self.config = config
        layers: list[nn.Module] = []
        before = 1
        for width in config.widths:
            layers += [nn.Conv2d(before, width, 3, stride=2, padding=1), nn.GroupNorm(8, width), nn.ReLU()]
            before = width
        self.stem = nn.Sequential(*layers)
        self.residual = nn.Sequential(nn.Conv2d(before, before, 3, padding=1), nn.GroupNorm(8, before), nn.ReLU())
        bands = 80 // 2 ** (len(config.widths) + 1)
        self.said = nn.Sequential(nn.Dropout(0.3), nn.Linear(2 * bands * before, len(config.kinds)))

    def forward(self, grid: Tensor) -> Tensor:
        """(N, 1, B, T) from `clips.network_input` to logits (N, K)."""
        grid = self.stem(F.avg_pool2d(grid, (1, 2)))
        grid = F.max_pool2d(grid + self.residual(grid), (2, 1))  # (N, C, bands, frames)
        # Pitch is kept, time is not: a kind is where its energy lies and what it does, whenever it does it.
        pooled = torch.cat((grid.mean(dim=3), grid.amax(dim=3)), dim=1)
        logits: Tensor = self.said(pooled.flatten(1)).float()
        return logits

    @torch.inference_mode()
    def predict(self, decibels: NDArray[np.float32]) -> list[str]:
        """The likeliest kind of each of (N, B, T)."""
        found: list[str] = []
        for start in range(0, len(decibels), _BATCH):
            logits = self(torch.from_numpy(network_input(decibels[start : start + _BATCH])))
            found += [self.config.kinds[place] for place in logits.argmax(dim=1).tolist()]
        return found


def save_classifier(classifier: SoundClassifier, facts: dict[str, Any], folder: Path) -> None:
    """Write classifier.safetensors and classifier.json."""
    save_weights(folder, CLASSIFIER, classifier, dataclasses.asdict(classifier.config), facts)


def load_classifier(folder: Path, command: str = TRAIN_COMMAND) -> SoundClassifier:
    """Read it in evaluation mode; `command` repairs it. Raises ModelMissing, ModelCorrupt."""
    config, tensors = load_weights(folder, CLASSIFIER, command)
    try:
        classifier = SoundClassifier(ClassifierConfig(**config))
        classifier.load_state_dict(tensors)
    except (TypeError, RuntimeError, InvalidConfig) as error:
        raise ModelCorrupt(CLASSIFIER, str(error), command) from error
    return classifier.eval().requires_grad_(False)

"""Settings of a training run and the schedules that follow its progress. Knows nothing of data or devices."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from narrative_server.errors import InvalidConfig
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.recall import RecallConfig
from narrative_server.precision import PRECISIONS


@dataclass(frozen=True)
class Ramp:
    """A quantity that goes from `start` to `end` over the adversarial phase; geometric where both are above 0."""

    start: float
    end: float

    def at(self, progress: float) -> float:
        """Value at `progress`, 0..1."""
        if self.start > 0 and self.end > 0:
            return self.start * math.exp(math.log(self.end / self.start) * progress)
        return self.start + (self.end - self.start) * progress


@dataclass(frozen=True)
class TrainConfig:
    """One training run.

    minutes and images: the whole budget, warm start included, of training time (pauses do not count) or of images
    shown; whichever ends first. At least one is set.
    """

    network: NetworkConfig
    minutes: float | None = None
    images: int | None = None
    batch: int = 64
    warm_batch: int = 16  # small: many steps matter more than smooth ones while everything is still wrong
    warm_share: float = 0.15  # of the budget
    warm_learning_rate: float = 7e-4
    warm_encoder: bool = True  # False: no auto-encoder; the text alone must explain the item, at half the work a step
    divergence_weight: float = 1e-3  # KL nats against mean absolute error
    anchor_every: int = 0  # adversarial steps between two of plain regression from text; 0: none
    candidates: int = 1  # noises tried an item in a step of regression; the nearest one alone is moved
    learning_rate: Ramp = Ramp(2e-4, 5e-5)
    gamma: Ramp = Ramp(2.0, 0.15)  # weight of R1 + R2, halved in the loss
    beta2: Ramp = Ramp(0.9, 0.99)
    ema_half_life_images: Ramp = Ramp(1_000, 10_000)
    penalty_every: int = 4  # steps; the weight is multiplied by it
    penalty_items: int = 32  # items of the batch that the penalty is measured on
    mismatch_weight: float = 0.5
    regression_weight: float = 0.0  # of the error towards the item itself in adversarial steps, on the same picture
    recall: RecallConfig = field(default_factory=RecallConfig)
    alignment_weight: float = 0.0  # of 1 - cosine in the shared embedding, adversarial steps only; 0: not loaded
    text_jitter: float = 0.01  # standard deviation a dimension, on unit-norm embeddings (their own is 0.05)
    text_dropout: float = 0.1  # share of items trained without text, for guidance
    condition_jitter: float = 0.05
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    accumulate: int = 1  # backward passes of `batch` (or `warm_batch`) items each that one step averages
    precision: str = "auto"  # of the networks' arithmetic; auto: bfloat16 where the device computes in it
    seed: int = 1

    def __post_init__(self) -> None:
        budgets = [value for value in (self.minutes, self.images) if value is not None]
        _require("minutes", self.minutes, bool(budgets) and min(budgets) > 0, "minutes or images above 0")
        _require("batch", self.batch, 2 <= self.batch <= 4096, "2..4096")
        _require("warm_batch", self.warm_batch, 2 <= self.warm_batch <= 4096, "2..4096")
        _require("warm_share", self.warm_share, 0.0 <= self.warm_share < 1.0, "0 up to, not including, 1")
        _require("penalty_every", self.penalty_every, self.penalty_every >= 1, ">= 1")
        _require("anchor_every", self.anchor_every, self.anchor_every >= 0, "0 or more")
        _require("candidates", self.candidates, 1 <= self.candidates <= 64, "1..64")
        _require("accumulate", self.accumulate, 1 <= self.accumulate <= 1024, "1..1024")
        _require("precision", self.precision, self.precision in PRECISIONS, ", ".join(PRECISIONS))
        _require("penalty_items", self.penalty_items, self.penalty_items >= 1, ">= 1")
        _require("text_dropout", self.text_dropout, 0.0 <= self.text_dropout < 1.0, "0 up to, not including, 1")
        colours = self.augment.colour == 0 or self.network.channels >= 3
        _require("augment.colour", self.augment.colour, colours, "0 for grids of less than three channels")
        weights = ("mismatch_weight", "alignment_weight", "divergence_weight", "regression_weight")
        for key in ("text_jitter", "condition_jitter", *weights):
            value = getattr(self, key)
            _require(key, value, math.isfinite(value) and value >= 0, "0 or more")

    def progress(self, images: int, seconds: float) -> float:
        """Share of the budget that is used, 0..1."""
        shares = [0.0]
        if self.images is not None:
            shares.append(images / self.images)
        if self.minutes is not None:
            shares.append(seconds / (60.0 * self.minutes))
        return min(1.0, max(shares))

    def adversarial_progress(self, images: int, seconds: float) -> float:
        """Share of the adversarial phase that is over, 0..1."""
        return max(0.0, (self.progress(images, seconds) - self.warm_share) / (1.0 - self.warm_share))


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"train.{key}", value, legal)

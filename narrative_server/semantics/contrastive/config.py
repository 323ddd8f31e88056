"""Settings of a run that trains the shared embedding."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from narrative_server.errors import InvalidConfig
from narrative_server.precision import PRECISIONS
from narrative_server.semantics.towers import PictureTowerConfig, SoundTowerConfig, TextHeadConfig


@dataclass(frozen=True)
class EmbeddingTrainConfig:
    """One run.

    minutes and items: the whole budget of training time (pauses do not count) or of items shown; whichever ends first.
    At least one is set.
    """

    minutes: float | None = 25.0
    items: int | None = None
    text: TextHeadConfig = field(default_factory=TextHeadConfig)
    picture: PictureTowerConfig = field(default_factory=PictureTowerConfig)
    sound: SoundTowerConfig = field(default_factory=SoundTowerConfig)
    batch: int = 256
    learning_rate: float = 1.5e-3  # falls to a hundredth over the run, by a cosine
    warm_up_steps: int = 40
    weight_decay: float = 0.05
    gradient_ceiling: float = 1.0
    scale: float = 10.0  # of cosines in the loss, where it begins; it is learnt. The bias begins at -log(batch)
    caption_floor: float = 0.8  # cosine from which another's caption begins to fit
    background_share: float = 0.2  # of a batch; one costs four sprites
    ema_half_life_items: float = 10_000
    precision: str = "auto"
    seed: int = 1

    def __post_init__(self) -> None:
        budgets = [value for value in (self.minutes, self.items) if value is not None]
        _require("minutes", self.minutes, bool(budgets) and min(budgets) > 0, "minutes or items above 0")
        _require("batch", self.batch, 8 <= self.batch <= 16384, "8 to 16384")
        _require("learning_rate", self.learning_rate, 0.0 < self.learning_rate <= 0.1, "above 0 up to 0.1")
        _require("warm_up_steps", self.warm_up_steps, self.warm_up_steps >= 1, "1 or more")
        _require("scale", self.scale, 0.0 < self.scale <= 100.0, "above 0 up to 100")
        _require("caption_floor", self.caption_floor, 0.0 <= self.caption_floor < 1.0, "0 up to, not including, 1")
        _require("background_share", self.background_share, 0.0 < self.background_share < 1.0, "between 0 and 1")
        _require("precision", self.precision, self.precision in PRECISIONS, ", ".join(PRECISIONS))

    def progress(self, items: int, seconds: float) -> float:
        """Share of the budget that is used, 0..1."""
        shares = [0.0]
        if self.items is not None:
            shares.append(items / self.items)
        if self.minutes is not None:
            shares.append(seconds / (60.0 * self.minutes))
        return min(1.0, max(shares))

    def rate(self, steps: int, progress: float) -> float:
        """The learning rate after `steps` steps, at `progress` 0..1."""
        rise = min(1.0, (steps + 1) / self.warm_up_steps)
        return self.learning_rate * rise * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * progress)))


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"embedding.train.{key}", value, legal)

"""Settings of a vocoder's training. Knows nothing of data or devices."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from narrative_server.errors import InvalidConfig
from narrative_server.gan.config import Ramp
from narrative_server.sounds.vocos import VocosConfig

_WARM_RATE = Ramp(1e-3, 2e-4)
_RATE = Ramp(2e-4, 3e-5)
_JUDGE_RATE = Ramp(3e-4, 5e-5)


@dataclass(frozen=True)
class VocoderTrainConfig:
    """One training run.

    minutes and steps: the whole budget, of training time (pauses do not count) or of steps; whichever ends first.
    At least one is set.
    """

    network: VocosConfig = field(default_factory=VocosConfig)
    minutes: float | None = None
    steps: int | None = None
    batch: int = 8
    frames: int = 32  # of a crop; 0.36 s
    warm_share: float = 0.3  # of the budget, on the mel distance alone; a step of it costs a third of one after it
    warm_rate: Ramp = _WARM_RATE
    rate: Ramp = _RATE
    judge_width: int = 24
    judge_rate: Ramp = _JUDGE_RATE
    mel_weight: float = 45.0
    feature_weight: float = 2.0
    ema_half_life_crops: int = 8_000
    recorded_share: float = 0.15  # of the draws
    gradient_ceiling: float = 2.0  # of the vocoder's gradient norm in the warm start
    seed: int = 1

    def __post_init__(self) -> None:
        budgets = [value for value in (self.minutes, self.steps) if value is not None]
        _require("minutes", self.minutes, bool(budgets) and min(budgets) > 0, "minutes or steps above 0")
        _require("batch", self.batch, 1 <= self.batch <= 4096, "1..4096")
        _require("frames", self.frames, 8 <= self.frames <= 176, "8..176")
        _require("warm_share", self.warm_share, 0 <= self.warm_share <= 1, "0..1")
        _require("judge_width", self.judge_width, 1 <= self.judge_width <= 512, "1..512")
        _require("recorded_share", self.recorded_share, 0 <= self.recorded_share <= 0.9, "0..0.9")
        for key in ("mel_weight", "feature_weight", "gradient_ceiling", "ema_half_life_crops"):
            value = getattr(self, key)
            _require(key, value, math.isfinite(value) and value > 0, "above 0")

    def progress(self, steps: int, seconds: float) -> float:
        """Share of the budget that is used, 0..1."""
        shares = [0.0]
        if self.steps is not None:
            shares.append(steps / self.steps)
        if self.minutes is not None:
            shares.append(seconds / (60.0 * self.minutes))
        return min(1.0, max(shares))


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"vocoder.train.{key}", value, legal)

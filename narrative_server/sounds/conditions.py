"""The numbers that steer a sound besides its text: duration, intensity, mood; and what a text usually means of them.

Torch-free, so that training data and serving share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.sounds.types import MAX_DURATION_MS, MIN_DURATION_MS

CONDITION_NAMES: Final = ("duration", "intensity", "valence", "arousal")
"""A model knows the first so many of them; the first packaged one knew two."""

_MIDDLE_MS, _OCTAVES = 316.0, 2.66  # 50 ms and 2,000 ms become -1 and 1
_RIDGE = 10.0
_ATTACK_RIDGE = 3.0
_TEXT_DIM: Final = 384
_SHORTEST_ATTACK_MS = 0.5  # less is less than the envelope that attacks are measured on can show
_EXPECTILE, _EXPECTILE_ROUNDS = 0.8, 6


def conditions_of(
    duration_ms: NDArray[np.float64],
    intensity: NDArray[np.float64],
    valence: NDArray[np.float64] | None = None,
    arousal: NDArray[np.float64] | None = None,
) -> NDArray[np.float32]:
    """Durations (N,) in ms, intensities (N,) 0..1 and moods (N,) -1..1 each to float32 (N, 4), about -1..1 each.

    A mood that is None is neutral.
    """
    neutral = np.zeros(len(duration_ms))
    columns = (
        np.log2(duration_ms / _MIDDLE_MS) / _OCTAVES,
        2.0 * intensity - 1.0,
        neutral if valence is None else valence,
        neutral if arousal is None else arousal,
    )
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(frozen=True)
class _LinearGuess:
    """A weighted sum of inputs."""

    weights: tuple[float, ...]
    bias: float

    FIELD: ClassVar[str]
    INPUTS: ClassVar[int]

    def __post_init__(self) -> None:
        if len(self.weights) != self.INPUTS:
            raise InvalidConfig(self.FIELD, f"{len(self.weights)} weights", f"{self.INPUTS}")
        if not np.isfinite([*self.weights, self.bias]).all():
            raise InvalidConfig(self.FIELD, "not finite", "finite numbers")

    def to_json(self) -> dict[str, list[float] | float]:
        """As plain numbers."""
        return {"weights": list(self.weights), "bias": self.bias}

    def _guess(self, inputs: NDArray[np.float32]) -> float:
        return float(np.dot(np.asarray(self.weights), inputs)) + self.bias


@dataclass(frozen=True)
class DurationGuess(_LinearGuess):
    """Linear guess of log2 duration from a text's embedding: how long such a sound usually is."""

    FIELD = "sounds.duration"
    INPUTS = _TEXT_DIM

    def milliseconds(self, embedding: NDArray[np.float32]) -> int:
        """Legal duration for an embedding (384,)."""
        return int(np.clip(round(2.0 ** self._guess(embedding)), MIN_DURATION_MS, MAX_DURATION_MS))


@dataclass(frozen=True)
class AttackGuess(_LinearGuess):
    """Linear guess of the logarithm of an attack's length from a text's embedding and the conditions."""

    FIELD = "sounds.attack"
    INPUTS = _TEXT_DIM + len(CONDITION_NAMES)

    def milliseconds(self, embedding: NDArray[np.float32], conditions: NDArray[np.float32]) -> float:
        """How long the attack of a sound of an embedding (384,) and conditions (4,) usually is, 0.5 or more."""
        return max(_SHORTEST_ATTACK_MS, float(np.exp(self._guess(np.concatenate([embedding, conditions])))))


def fit_attack(
    embeddings: NDArray[np.float32], conditions: NDArray[np.float32], attack_ms: NDArray[np.float64]
) -> AttackGuess:
    """Ridge regression of the logarithm of attacks (N,) on embeddings (N, 384) and conditions (N, 4)."""
    x = np.concatenate([embeddings, conditions], axis=1).astype(np.float64)
    y = np.log(np.maximum(attack_ms, _SHORTEST_ATTACK_MS))
    mean, middle = x.mean(axis=0), float(y.mean())
    apart = x - mean
    found = np.linalg.solve(apart.T @ apart + _ATTACK_RIDGE * np.eye(x.shape[1]), apart.T @ (y - middle))
    return AttackGuess(tuple(round(float(w), 5) for w in found), round(middle - float(mean @ found), 5))


def fit_duration(embeddings: NDArray[np.float32], duration_ms: NDArray[np.float64]) -> DurationGuess:
    """Ridge regression of log2 duration on embeddings (N, 384), towards the longer ones of a kind.

    Expectiles (Newey & Powell 1987) instead of means: items that were cut short for training say little about how
    long such a sound is.
    """
    mean = embeddings.mean(axis=0)
    x = np.concatenate([embeddings - mean, np.ones((len(embeddings), 1))], axis=1).astype(np.float64)
    y = np.log2(duration_ms)
    ridge = _RIDGE * np.diag([*np.ones(x.shape[1] - 1), 0.0])
    weight = np.full(len(y), 0.5)
    for _ in range(_EXPECTILE_ROUNDS):
        found = np.linalg.solve((x * weight[:, None]).T @ x + ridge, (x * weight[:, None]).T @ y)
        weight = np.where(y > x @ found, _EXPECTILE, 1 - _EXPECTILE)
    bias = float(found[-1] - mean @ found[:-1])
    return DurationGuess(tuple(round(float(w), 5) for w in found[:-1]), round(bias, 5))

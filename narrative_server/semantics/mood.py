"""Mood: the emotion of a beat, how strong it is, and where it lies on valence and arousal.

The unit vectors follow the circumplex model of affect (Russell, 1980); intensity scales them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

EMOTIONS: Final = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise")

VALENCE_AROUSAL: Final[dict[str, tuple[float, float]]] = {
    "neutral": (0.0, 0.0),
    "joy": (0.9, 0.5),
    "sadness": (-0.8, -0.5),
    "anger": (-0.7, 0.8),
    "fear": (-0.8, 0.7),
    "disgust": (-0.7, 0.2),
    "surprise": (0.2, 0.9),
}
"""Each emotion at intensity 1: (valence, arousal), both -1..1."""

DEFAULT_INTENSITY: Final = 0.65
"""What an emotion given without an intensity means."""


@dataclass(frozen=True)
class Mood:
    """An emotion from EMOTIONS and its intensity, 0..1."""

    emotion: str = "neutral"
    intensity: float = DEFAULT_INTENSITY

    def __post_init__(self) -> None:
        if self.emotion not in EMOTIONS:
            raise ValueError(f"emotion is {self.emotion!r}; legal: {', '.join(EMOTIONS)}")
        if not (math.isfinite(self.intensity) and 0.0 <= self.intensity <= 1.0):
            raise ValueError(f"intensity is {self.intensity!r}; legal: 0 to 1")

    @property
    def valence(self) -> float:
        """Unpleasant -1 to pleasant 1."""
        return VALENCE_AROUSAL[self.emotion][0] * self.intensity

    @property
    def arousal(self) -> float:
        """Calm -1 to excited 1."""
        return VALENCE_AROUSAL[self.emotion][1] * self.intensity

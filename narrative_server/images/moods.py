"""Mood as numbers for networks: valence, arousal, and one-hot emotion scaled by intensity."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.semantics.mood import EMOTIONS, Mood

MOOD_CONDITIONS: Final = ("valence", "arousal", *EMOTIONS)


def mood_condition(mood: Mood) -> NDArray[np.float32]:
    """(9,) float32: valence and arousal -1..1, then the emotion's place holding its intensity 0..1."""
    one_hot = [mood.intensity if name == mood.emotion else 0.0 for name in EMOTIONS]
    return np.array([mood.valence, mood.arousal, *one_hot], dtype=np.float32)

"""What a beat is going to show and play: made by the director at once, sent to the client in `accepted`, stored.

Holds phrases and places only; knows nothing of models. Everything here survives JSON through pydantic's TypeAdapter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from narrative_server.semantics.mood import Mood
from narrative_server.story.timeline import Anchor

MAX_SOUNDS: Final = 3
SHORTEST_SOUND_MS: Final = 50
LONGEST_SOUND_MS: Final = 2000


@dataclass(frozen=True)
class SoundPlan:
    """A sound effect: the phrase to generate it from, and when it starts.

    key: stable within the beat. intensity: 0..1. duration_ms: 50..2000, or 0 where the model chooses.
    """

    key: str
    text: str
    anchor: Anchor
    offset_ms: int = 0
    intensity: float = 0.5
    duration_ms: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.intensity) and 0.0 <= self.intensity <= 1.0):
            raise ValueError(f"intensity is {self.intensity!r}; legal: 0 to 1")
        if self.duration_ms and not SHORTEST_SOUND_MS <= self.duration_ms <= LONGEST_SOUND_MS:
            legal = f"0, or {SHORTEST_SOUND_MS} to {LONGEST_SOUND_MS}"
            raise ValueError(f"duration_ms is {self.duration_ms!r}; legal: {legal}")


@dataclass(frozen=True)
class SpritePlan:
    """A sprite: `character` is the cast member's name, or empty for an object (creatures outside the cast included).

    key: the same for the same name and look in every beat of a session, so that a character stays itself.
    """

    key: str
    text: str
    character: str = ""
    role: Literal["character", "object"] = "character"


@dataclass(frozen=True)
class BackgroundPlan:
    """A background; key: the same for the same place in every beat of a session."""

    key: str
    text: str


@dataclass(frozen=True)
class Plan:
    """All that a beat will show: at most one object among the sprites, at most MAX_SOUNDS sounds.

    spare_sounds: guesses from the trigger alone, which play only where the language model proposes no sound that fits;
    with `sounds` they are MAX_SOUNDS at most.
    """

    mood: Mood
    background: BackgroundPlan | None = None
    sprites: tuple[SpritePlan, ...] = ()
    sounds: tuple[SoundPlan, ...] = ()
    speakers_present: tuple[str, ...] = ()
    spare_sounds: tuple[SoundPlan, ...] = ()

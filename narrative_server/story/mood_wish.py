"""From the mood that was asked for to the mood of a beat."""

from __future__ import annotations

from narrative_server.semantics.mood import DEFAULT_INTENSITY, Mood
from narrative_server.story.engines import TextReading
from narrative_server.story.request import MoodWish


def settle_mood(wish: MoodWish, reading: TextReading | None) -> Mood:
    """Fix a beat's mood: what was asked for, the rest from the words."""
    if wish.emotion is not None:
        return Mood(wish.emotion, DEFAULT_INTENSITY if wish.intensity is None else wish.intensity)
    inferred = reading.mood if reading else Mood()
    return inferred if wish.intensity is None else Mood(inferred.emotion, wish.intensity)

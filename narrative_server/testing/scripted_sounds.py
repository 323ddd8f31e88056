"""Hears sounds without a model: by how loud, long and high they are.

A text that names these lies near a sound, so that searching behaves as with a real embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from narrative_server.sounds.details import details_of
from narrative_server.sounds.finishing import Wave
from narrative_server.sounds.reading import decode, heard_part, read_sound
from narrative_server.sounds.types import NATIVE_RATE_HZ, ExaminedSound, SoundFile, SoundPlaces
from narrative_server.story.engines import Embedding, SoundReading
from narrative_server.testing.scripted_pictures import SPACE
from narrative_server.testing.scripted_reading import SHARED_SIZE, place_text, read_text

SOUND_SPACE: Final = "scripted sounds"
_LONG_S: Final = 0.6
_PITCHES: Final = ((300.0, "low"), (900.0, "middle"), (float("inf"), "high"))


def place_sounds(sounds: Sequence[SoundFile]) -> SoundPlaces:
    """Places of sounds. Raises InvalidRequest for one that cannot be read."""
    rows = [_place(sound_words(sound)) for sound in sounds]
    return SoundPlaces(SOUND_SPACE, SPACE, np.stack(rows) if rows else np.empty((0, SHARED_SIZE), np.float32))


def read_sound_words(sound: SoundFile) -> SoundReading:
    """What a sound's length and pitch say. Raises InvalidRequest when it cannot be read."""
    words = sound_words(sound)
    reading = read_text(" ".join(words))
    return SoundReading(reading.mood, reading.scores, reading.valence, words, _place(words))


def examine_sound(sound: SoundFile) -> ExaminedSound:
    """The place and the details of a sound. Raises InvalidRequest for one that cannot be kept."""
    decoded = decode(sound)
    place = _place(_words_for(heard_part(sound, decoded)))
    return ExaminedSound(place, SOUND_SPACE, SPACE, details_of(sound, decoded))


def sound_words(sound: SoundFile) -> tuple[str, ...]:
    """ "low", "middle" or "high" by the strongest frequency, then "short" or "long"."""
    return _words_for(read_sound(sound))


def _words_for(samples: Wave) -> tuple[str, ...]:
    strengths = np.abs(np.fft.rfft(samples))
    strongest_hz = float(np.fft.rfftfreq(len(samples), 1.0 / NATIVE_RATE_HZ)[int(strengths.argmax())])
    pitch = next(name for below_hz, name in _PITCHES if strongest_hz < below_hz)
    return pitch, "long" if len(samples) > _LONG_S * NATIVE_RATE_HZ else "short"


def _place(words: Sequence[str]) -> Embedding:
    return place_text(" ".join(words))

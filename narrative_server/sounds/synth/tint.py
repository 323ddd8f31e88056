"""The mood of an effect: the same sound, a little higher and brighter or lower and darker, and words that say so.

Valence and arousal raise pitch and spectral slope, as they do in voices (Juslin & Laukka 2003) and product sounds.
What a mood changes is small: a door stays a door.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.sounds.synth.dsp import SAMPLE_RATE_HZ, Rng, Samples, fast_size, respeed

_NEUTRAL_SHARE = 0.5
_WORDED_FROM = 0.45
_SEMITONES = (2.0, 1.2)  # of valence 1 and arousal 1
_SLOPE_DB_OCT = (1.2, 1.2)
_PIVOT_HZ = 900.0
_WORDS: Final = {
    "joy": ("cheerful", "happy", "bright", "playful"),
    "sadness": ("sad", "mournful", "weary", "lonely"),
    "anger": ("angry", "furious", "fierce", "aggressive"),
    "fear": ("eerie", "frightening", "ominous", "scary"),
    "disgust": ("foul", "nasty", "sickly", "vile"),
    "surprise": ("sudden", "startling", "unexpected", "surprising"),
}


def draw_mood(rng: Rng) -> Mood:
    """Neutral half of the time, else any emotion at 0.3 to 1."""
    if rng.random() < _NEUTRAL_SHARE:
        return Mood("neutral", 0.0)
    return Mood(str(rng.choice(EMOTIONS[1:])), float(rng.uniform(0.3, 1.0)))


def tint(x: Samples, mood: Mood) -> Samples:
    """The sound in its mood; a neutral one is returned as it is."""
    if mood.valence == 0 and mood.arousal == 0:
        return x
    pull = (mood.valence, mood.arousal)
    x = respeed(x, 2 ** (float(np.dot(_SEMITONES, pull)) / 12))
    size = fast_size(len(x) + 256)
    octaves = np.log2(np.clip(np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ), 60, 10_000) / _PIVOT_HZ)
    gain = 10 ** (float(np.dot(_SLOPE_DB_OCT, pull)) * octaves / 20)
    return np.asarray(np.fft.irfft(np.fft.rfft(x, size) * gain, size)[: len(x)])


def word_mood(captions: tuple[str, ...], mood: Mood, rng: Rng) -> tuple[str, ...]:
    """Two of the captions with a word for a clear mood: "eerie wind blowing", "a few coins clinking, cheerful"."""
    if mood.emotion == "neutral" or mood.intensity < _WORDED_FROM:
        return captions
    out = list(captions)
    for index in rng.permutation(len(out))[:2]:
        word = str(rng.choice(_WORDS[mood.emotion]))
        plain = out[index].startswith(("a ", "one ", "someone ", "inside "))
        out[index] = f"{out[index]}, {word}" if plain else f"{word} {out[index]}"
    return tuple(out)

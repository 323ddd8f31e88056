"""Reads texts without a model: embeddings from hashed words, moods from a word list, keywords by length.

Texts that share words lie near each other, so that choosing and searching behave as with a real encoder.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final

import numpy as np

from narrative_server.seeds import normal_noise
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.story.engines import Embedding, TextReading

EMBEDDING_SIZE: Final = 384
SHARED_SIZE: Final = 256
_MAX_KEYWORDS: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")
_DULL: Final = frozenset(
    ("and", "are", "but", "for", "from", "has", "her", "him", "his", "its", "she", "the", "they", "who", "with", "you")
)
_FEELINGS: Final[dict[str, tuple[str, ...]]] = {
    "joy": ("joy", "happy", "laugh", "feast", "cheer", "win", "won", "victor", "safe", "smile", "dance", "celebrat"),
    "sadness": ("sad", "weep", "grief", "mourn", "lost", "lonely", "tears", "grave", "farewell", "dead", "died"),
    "anger": ("anger", "angry", "rage", "betray", "fury", "furious", "attack", "hate", "threat", "burn"),
    "fear": ("fear", "dark", "scream", "monster", "ghost", "terror", "afraid", "flee", "danger", "howl", "growl"),
    "disgust": ("disgust", "rot", "slime", "stench", "filth", "vile", "maggot"),
    "surprise": ("surpris", "sudden", "secret", "discover", "strange", "appear", "unexpected", "reveal"),
}
"""Stems that point to a feeling; a word counts when it begins with one."""


def embed_text(text: str) -> Embedding:
    """Place `text` in meaning: float32 of (384,), unit norm, equal for equal words in any order."""
    total = np.zeros(EMBEDDING_SIZE, np.float32)
    for word in _words(text) or [text]:
        total += _word_vector(word)
    return (total / np.linalg.norm(total)).astype(np.float32)


def place_text(text: str) -> Embedding:
    """Place `text` in the embedding that it shares with pictures: float32 of (256,), unit norm."""
    part = embed_text(text)[:SHARED_SIZE]
    return (part / np.linalg.norm(part)).astype(np.float32)


def read_text(text: str) -> TextReading:
    """Read mood, keywords and embedding of `text` by fixed rules."""
    words = _words(text)
    hits = {emotion: sum(word.startswith(stems) for word in words) for emotion, stems in _FEELINGS.items()}
    weights = {emotion: hits.get(emotion, 0) + 0.1 for emotion in EMOTIONS}
    weights["neutral"] += 0.5
    scores = {emotion: weight / sum(weights.values()) for emotion, weight in weights.items()}
    emotion = max(scores, key=lambda name: scores[name])
    strength = 0.4 + 0.15 * hits.get(emotion, 0) + 0.1 * text.count("!")
    mood = Mood(emotion, min(strength, 1.0) if emotion != "neutral" else 0.3)
    return TextReading(mood, scores, mood.valence, _keywords(words), embed_text(text), place_text(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _keywords(words: list[str]) -> tuple[str, ...]:
    telling = [word for word in dict.fromkeys(words) if word not in _DULL and len(word) > 2]
    return tuple(sorted(telling, key=len, reverse=True)[:_MAX_KEYWORDS])


@lru_cache(maxsize=4096)
def _word_vector(word: str) -> Embedding:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1
    return normal_noise(seed, EMBEDDING_SIZE)

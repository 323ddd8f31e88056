"""The mood of a text: seven emotions from its embedding and a lexicon, and how strong it is.

A multinomial logistic regression for the emotion and a ridge regression for the intensity, over the sentence
embedding and the lexicon's figures: VADER (Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment
Analysis of Social Media Text", ICWSM 2014). Fitted by `train_mood`; needs numpy only.

Shapes: N texts, F features, E emotions in the order of EMOTIONS.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.semantics.types import EMBEDDING_SIZE

MODEL_NAME: Final = "mood"
REPAIR_COMMAND: Final = "git restore narrative_server/models/mood"
LEXICON_FEATURES: Final = ("compound", "positive", "negative", "exclaims", "asks")
FEATURES: Final = EMBEDDING_SIZE + len(LEXICON_FEATURES)
FORMAT: Final = 1


@dataclass(frozen=True)
class MoodReading:
    """scores: the share of each of EMOTIONS, adding up to 1; mood: the largest of them; valence: -1..1."""

    mood: Mood
    scores: dict[str, float]
    valence: float


class Lexicon:
    """VADER's word list and rules, read from the installed package."""

    def __init__(self) -> None:
        self._analyzer = SentimentIntensityAnalyzer()

    def features(self, text: str) -> NDArray[np.float32]:
        """LEXICON_FEATURES of `text`, float32 of (5,): compound -1..1, the others 0..1."""
        found = self._analyzer.polarity_scores(text)
        marks = [float("!" in text), float("?" in text)]
        return np.array([found["compound"], found["pos"], found["neg"], *marks], np.float32)


def features_of(embeddings: NDArray[np.float32], lexical: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Join embeddings (N, 384), scaled to unit variance, and lexicon figures (N of (5,)) to (N, F)."""
    scaled = embeddings * np.float32(EMBEDDING_SIZE**0.5)
    return np.concatenate([scaled, np.stack(lexical)], axis=1)  # (N, F)


@dataclass(frozen=True, eq=False)
class MoodWeights:
    """float32: emotion (F + 1, E) and intensity (F + 1,); the last row belongs to a constant 1."""

    emotion: NDArray[np.float32]
    intensity: NDArray[np.float32]

    def shares(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Softmax over emotions of features (N, F): float32 of (N, E)."""
        logits = features @ self.emotion[:-1] + self.emotion[-1]  # (N, E)
        grown = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = grown / grown.sum(axis=1, keepdims=True)
        return shares

    def intensities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """How strong, 0..1, of features (N, F): float32 of (N,)."""
        strengths: NDArray[np.float32] = np.clip(features @ self.intensity[:-1] + self.intensity[-1], 0.0, 1.0)
        return strengths


class MoodModel:
    """Reads moods; holds the lexicon and the fitted weights of a folder."""

    def __init__(self, folder: Path) -> None:
        """Load the weights. Raises ModelMissing or ModelCorrupt."""
        self._lexicon = Lexicon()
        self._weights = load_weights(folder)

    def read(self, text: str, embedding: NDArray[np.float32]) -> MoodReading:
        """Read `text`, whose embedding is float32 of (384,)."""
        lexical = self._lexicon.features(text)
        features = features_of(embedding[None], [lexical])  # (1, F)
        shares = self._weights.shares(features)[0].astype(float)
        scores = dict(zip(EMOTIONS, (shares / shares.sum()).tolist(), strict=True))
        strength = round(float(self._weights.intensities(features)[0]), 3)
        return MoodReading(Mood(max(scores, key=scores.__getitem__), strength), scores, float(lexical[0]))


def load_weights(folder: Path) -> MoodWeights:
    """The weights of `folder`. Raises ModelMissing or ModelCorrupt."""
    path = folder / "mood.safetensors"
    if not path.is_file() or not (folder / "config.json").is_file():
        raise ModelMissing(MODEL_NAME, REPAIR_COMMAND)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        found = load_file(path)
        weights = MoodWeights(found["emotion"].astype(np.float32), found["intensity"].astype(np.float32))
        same = config["format"] == FORMAT and config["emotions"] == list(EMOTIONS)
    except Exception as error:  # safetensors raises its own, json and the file system theirs
        raise ModelCorrupt(MODEL_NAME, f"{type(error).__name__}: {error}", REPAIR_COMMAND) from error
    if not same or weights.emotion.shape != (FEATURES + 1, len(EMOTIONS)) or weights.intensity.shape != (FEATURES + 1,):
        raise ModelCorrupt(MODEL_NAME, "its format, emotions or shapes are not this version's", REPAIR_COMMAND)
    return weights

"""The semantics service, hosted by a worker process: embeds texts, and reads moods and keywords."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from narrative_server.models.catalogue import model_path
from narrative_server.semantics import mood_model, text_encoder
from narrative_server.semantics.keywords import keywords
from narrative_server.semantics.mood_model import MoodModel
from narrative_server.semantics.text_encoder import TextEncoder
from narrative_server.semantics.types import (
    MAX_KEYWORDS,
    AnalyzeRequest,
    EncodeRequest,
    SemanticsConfig,
    TextAnalysis,
)
from narrative_server.workers.cancel import CancelToken


class SemanticsService:
    """Loads the text encoder and the mood model once; its methods may be called from several threads."""

    def __init__(self, config: SemanticsConfig) -> None:
        """Load both models. Raises ModelMissing or ModelCorrupt, which name the command that repairs them."""
        encoder_dir = config.encoder_dir or model_path(text_encoder.MODEL_NAME)
        self._mood = MoodModel(config.mood_dir or model_path(mood_model.MODEL_NAME))
        self._encoder = TextEncoder(encoder_dir, threads=config.threads, cache_texts=config.cache_texts)

    def encode(self, payload: EncodeRequest, cancel: CancelToken) -> NDArray[np.float32]:
        """Embed texts: float32 of (N, 384), rows of unit norm. Raises Cancelled between texts."""
        return self._encoder.encode(payload.texts, cancel.check)

    def analyze(self, payload: AnalyzeRequest, cancel: CancelToken) -> TextAnalysis:
        """Read mood, keywords and embedding of one text. Raises Cancelled."""
        embedding = self._encoder.encode([payload.text], cancel.check)[0]
        reading = self._mood.read(payload.text, embedding)
        return TextAnalysis(
            mood=reading.mood,
            scores=reading.scores,
            valence=reading.valence,
            keywords=keywords(payload.text, MAX_KEYWORDS),
            embedding=embedding,
        )

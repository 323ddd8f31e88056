"""The semantics service, hosted by a worker process: embeds texts and pictures, and reads moods and keywords.

Without the shared embedding, texts are still read and embedded; only what needs it fails, and says how to repair it.
"""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.models.catalogue import find_model, model_path, repair_command
from narrative_server.semantics import mood_model, shared_embedding, text_encoder
from narrative_server.semantics.keywords import keywords
from narrative_server.semantics.mood_model import MoodModel
from narrative_server.semantics.picture_reader import PictureReader
from narrative_server.semantics.text_encoder import TextEncoder
from narrative_server.semantics.types import (
    MAX_KEYWORDS,
    SHARED_SIZE,
    AnalyzeRequest,
    EncodeRequest,
    PictureAnalysis,
    PictureFile,
    PlaceRequest,
    Places,
    SemanticsConfig,
    TextAnalysis,
)
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger(__name__)


class SemanticsService:
    """Loads the text encoder and the mood model once; its methods may be called from several threads."""

    def __init__(self, config: SemanticsConfig) -> None:
        """Load both models. Raises ModelMissing or ModelCorrupt, which name the command that repairs them."""
        encoder_dir = config.encoder_dir or model_path(text_encoder.MODEL_NAME)
        self._mood = MoodModel(config.mood_dir or model_path(mood_model.MODEL_NAME))
        self._encoder = TextEncoder(encoder_dir, threads=config.threads, cache_texts=config.cache_texts)
        self._pictures = _load_reader(config)

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
            place=self._pictures.place_texts(embedding[None])[0] if isinstance(self._pictures, PictureReader) else None,
        )

    def place(self, payload: PlaceRequest, cancel: CancelToken) -> Places:
        """Place texts, then pictures, in the shared embedding.

        Raises InvalidRequest for a picture that cannot be read, ModelMissing, ModelCorrupt, Cancelled between items.
        """
        reader = self._reader()
        rows = []
        if payload.texts:
            rows.append(reader.place_texts(self._encoder.encode(payload.texts, cancel.check)))
        for file in payload.pictures:
            cancel.check()
            rows.append(reader.place_picture(file)[None])
        return Places(reader.space, np.concatenate(rows) if rows else np.empty((0, SHARED_SIZE), np.float32))

    def analyze_picture(self, payload: PictureFile, cancel: CancelToken) -> PictureAnalysis:
        """Read what a picture shows; its mood is that of the words for it.

        Raises InvalidRequest when it cannot be read, ModelMissing, ModelCorrupt, Cancelled.
        """
        reader = self._reader()
        seen = reader.read(payload)
        words = ", ".join(seen.keywords)
        reading = self._mood.read(words, self._encoder.encode([words], cancel.check)[0])
        return PictureAnalysis(
            mood=reading.mood,
            scores=reading.scores,
            valence=reading.valence,
            keywords=seen.keywords,
            space=reader.space,
            place=seen.place,
            medium=seen.medium,
            width_px=seen.width_px,
            height_px=seen.height_px,
            visible=seen.visible,
        )

    def _reader(self) -> PictureReader:
        if isinstance(self._pictures, PictureReader):
            return self._pictures
        raise self._pictures


def _load_reader(config: SemanticsConfig) -> PictureReader | ModelMissing | ModelCorrupt:
    name = shared_embedding.MODEL_NAME
    command = shared_embedding.TRAIN_COMMAND if config.embedding_dir else repair_command(find_model(name))
    try:
        return PictureReader(config.embedding_dir or model_path(name), command)
    except (ModelMissing, ModelCorrupt) as error:
        log.error("pictures cannot be searched or analysed: %s", error)
        return error

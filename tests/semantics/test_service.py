from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from narrative_server.errors import InvalidConfig, ModelMissing
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.semantics.service import SemanticsService
from narrative_server.semantics.types import AnalyzeRequest, EncodeRequest, SemanticsConfig
from narrative_server.workers.cancel import Cancelled, CancelToken


@pytest.fixture(scope="module")
def service() -> SemanticsService:
    return SemanticsService(SemanticsConfig())


def test_illegal_settings_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="threads"):
        SemanticsConfig(threads=0)
    with pytest.raises(InvalidConfig, match="cache_texts"):
        SemanticsConfig(cache_texts=-1)


def test_missing_models_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        SemanticsService(SemanticsConfig(encoder_dir=tmp_path, mood_dir=tmp_path))


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("Hooray! We won the race and everybody is dancing!", "joy"),
        ("My brother is dead, and I never said goodbye.", "sadness"),
        ("You thief! Get out of my house before I break your arm!", "anger"),
        ("Something is moving in the dark behind us. Please, let's run!", "fear"),
        ("The meat is rotten and full of maggots. I feel sick.", "disgust"),
        ("What? You are my sister? I had no idea!", "surprise"),
    ],
)
def test_clear_moods_are_read(service: SemanticsService, text: str, emotion: str) -> None:
    analysis = service.analyze(AnalyzeRequest(text), CancelToken())
    assert analysis.mood.emotion == emotion
    assert analysis.mood.intensity > 0.3
    assert max(analysis.scores, key=analysis.scores.__getitem__) == emotion


@pytest.mark.models
def test_an_analysis_is_whole_and_travels(service: SemanticsService) -> None:
    text = "The player enters the burning village."
    analysis = pickle.loads(pickle.dumps(service.analyze(AnalyzeRequest(text), CancelToken())))
    assert set(analysis.scores) == set(EMOTIONS)
    assert sum(analysis.scores.values()) == pytest.approx(1.0)
    assert "burning village" in analysis.keywords
    assert -1.0 <= analysis.valence <= 1.0
    encoded = service.encode(EncodeRequest((text,)), CancelToken())
    assert np.array_equal(analysis.embedding, encoded[0])


@pytest.mark.models
def test_empty_and_enormous_texts_are_read(service: SemanticsService) -> None:
    assert service.analyze(AnalyzeRequest(""), CancelToken()).keywords == ()
    assert service.analyze(AnalyzeRequest("stone dragon " * 2_000), CancelToken()).keywords


@pytest.mark.models
def test_a_cancelled_analysis_stops(service: SemanticsService) -> None:
    token = CancelToken()
    token.set()
    with pytest.raises(Cancelled):
        service.analyze(AnalyzeRequest("A door."), token)

"""What is asked of which process."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.semantics.mood import Mood
from narrative_server.semantics.types import AnalyzeRequest, TextAnalysis
from narrative_server.sounds.types import (
    ExaminedSound,
    HeardSound,
    PlaceSoundsRequest,
    SoundDetails,
    SoundFile,
    SoundPlaces,
)
from narrative_server.story.worker_engines import EngineConfigs, WorkerEngines

PLACE = np.full(256, 1 / 16, np.float32)


class FakeClient:
    """Answers calls by method name and remembers them."""

    def __init__(self, **answers: object) -> None:
        self.answers, self.asked = answers, list[tuple[str, object]]()

    async def call(self, method: str, payload: object) -> object:
        self.asked.append((method, payload))
        return self.answers[method]


async def test_a_sound_is_heard_by_its_process_and_its_mood_read_from_the_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engines = WorkerEngines(EngineConfigs())
    sounds = FakeClient(hear=HeardSound(PLACE, ("thunder", "heavy rain")))
    mood = Mood("fear", 0.5)
    words = FakeClient(analyze=TextAnalysis(mood, {"fear": 1.0}, -0.4, ("thunder",), np.zeros(384, np.float32)))
    monkeypatch.setattr(engines, "_sounds", sounds)
    monkeypatch.setattr(engines, "_semantics", words)
    file = SoundFile(b"RIFF")
    reading = await engines.read_sound(file)
    assert sounds.asked == [("hear", file)]
    assert words.asked == [("analyze", AnalyzeRequest("thunder, heavy rain"))]
    assert (reading.mood, reading.valence, reading.keywords) == (mood, -0.4, ("thunder", "heavy rain"))
    assert reading.place is PLACE


async def test_sounds_are_placed_by_their_process(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = WorkerEngines(EngineConfigs())
    places = SoundPlaces("b", "a", PLACE[None])
    sounds = FakeClient(place=places)
    monkeypatch.setattr(engines, "_sounds", sounds)
    assert await engines.place_sounds([SoundFile(b"1")]) is places
    assert await engines.place_sounds() is places
    assert sounds.asked == [("place", PlaceSoundsRequest((SoundFile(b"1"),))), ("place", PlaceSoundsRequest())]


async def test_a_sound_that_is_to_be_kept_is_examined_by_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = WorkerEngines(EngineConfigs())
    details = SoundDetails("wav_pcm16", 500, 22_050, 1, -6.0, -20.0, 11_025, 0, 0)
    sounds = FakeClient(examine=ExaminedSound(PLACE, "b", "a", details))
    monkeypatch.setattr(engines, "_sounds", sounds)
    file = SoundFile(b"RIFF", "data")
    assert await engines.examine_sound(file) is sounds.answers["examine"]
    assert sounds.asked == [("examine", file)]

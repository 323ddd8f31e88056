from __future__ import annotations

import pytest

from narrative_server.semantics.mood import EMOTIONS, VALENCE_AROUSAL, Mood


def test_every_emotion_lies_on_valence_and_arousal() -> None:
    assert set(VALENCE_AROUSAL) == set(EMOTIONS)


def test_intensity_scales_valence_and_arousal() -> None:
    assert Mood("joy", 0.5).valence == pytest.approx(Mood("joy", 1.0).valence / 2)
    assert Mood("sadness", 1.0).arousal < 0 < Mood("fear", 1.0).arousal


@pytest.mark.parametrize(("emotion", "intensity"), [("bliss", 0.5), ("joy", 1.5), ("joy", float("nan"))])
def test_illegal_moods_are_refused(emotion: str, intensity: float) -> None:
    with pytest.raises(ValueError, match="legal"):
        Mood(emotion, intensity)

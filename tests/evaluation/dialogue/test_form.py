from __future__ import annotations

import pytest

from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.form import parse, speaker_in_cast
from tests.evaluation.dialogue.beats import answered, beat_of


@pytest.mark.parametrize(
    ("one", "whole"),
    [
        (answered(beat_of(), "Come in.", "Sit!"), 1.0),
        (answered(beat_of(), "Come in.", "And then the"), 0.0),
        (answered(beat_of()), 0.0),
        (Answered(beat_of(), (), "EngineFailed: it broke"), 0.0),
        (answered(beat_of(), *["Yes."] * 4), 0.0),
        (answered(beat_of(), "word " * 24 + "end."), 0.0),
    ],
)
def test_an_answer_parses_when_it_is_whole(one: Answered, whole: float) -> None:
    found = parse([one])
    assert found is not None
    assert (found.value, found.n) == (whole, 1)


def test_strangers_are_counted() -> None:
    found = speaker_in_cast([answered(beat_of(), "Hello."), answered(beat_of(), "Hello.", "Bye.", speaker="Grub")])
    assert found is not None
    assert found.value == pytest.approx(1 / 3)

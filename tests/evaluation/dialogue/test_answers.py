from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from narrative_server.errors import InvalidRequest
from narrative_server.evaluation.dialogue.answers import Answer, AnswerFile, beat_key
from tests.evaluation.dialogue.beats import beat_of, lines_of

SETTINGS = {"row": "untuned", "temperature": 0.5}


def test_answers_come_back_and_failures_are_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "untuned.jsonl"
    with AnswerFile(path, SETTINGS) as answers:
        answers.keep(Answer("a", lines_of("Grüß dich!")))
        answers.keep(Answer("b", error="EngineFailed: it broke"))
        assert answers.known.keys() == {"a", "b"}
    with AnswerFile(path, SETTINGS) as answers:
        assert answers.known == {"a": Answer("a", lines_of("Grüß dich!"))}


def test_half_a_row_of_a_killed_run_is_passed_over_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "untuned.jsonl"
    with AnswerFile(path, SETTINGS) as answers:
        answers.keep(Answer("a", lines_of("One.")))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"beat": "d", "lines": [{"speaker": "Odda"}]}\n{"beat": "b", "lin')
    with AnswerFile(path, SETTINGS) as answers:
        answers.keep(Answer("c", lines_of("Three.")))
    with AnswerFile(path, SETTINGS) as answers:
        assert answers.known.keys() == {"a", "c"}


def test_answers_of_other_settings_are_refused_with_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "untuned.jsonl"
    AnswerFile(path, SETTINGS).__exit__(None, None, None)
    with pytest.raises(InvalidRequest, match=r"untuned\.jsonl.*temperature 0\.5, now 0\.8.*--fresh"):
        AnswerFile(path, SETTINGS | {"temperature": 0.8})


def test_a_beats_key_follows_its_content() -> None:
    beat = beat_of()
    assert beat_key(beat) == beat_key(replace(beat))
    assert beat_key(beat) != beat_key(replace(beat, facts=("The bell cracked.",)))
    assert len(beat_key(beat)) == 16

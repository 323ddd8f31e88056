from __future__ import annotations

import threading
from pathlib import Path

import pytest

from narrative_server.dialogue.types import DialogueRequest, HistoryLine
from narrative_server.evaluation.dialogue.answers import AnswerFile, beat_key
from narrative_server.evaluation.dialogue.play import play
from narrative_server.evaluation.dialogue.rows import ROWS, Row, Sampling
from narrative_server.evaluation.dialogue.sampling import groups
from narrative_server.workers.cancel import Cancelled
from tests.evaluation.dialogue.beats import beat_of
from tests.evaluation.dialogue.fake_engine import FakeEngine

UNTUNED = ROWS[0]
HASTY = next(row for row in ROWS if row.hasty)
SAMPLING = Sampling(seed=1, temperature=0.5)
STORY = [
    beat_of(f"Event {i}.", f"Line {i}.", session="mill", history=(HistoryLine("Odda", "Authored."),), player_line=said)
    for i, said in enumerate(("Hello.", "", "Why?"))
]


def played(folder: Path, beats: list, row: Row = UNTUNED, engine: FakeEngine | None = None) -> FakeEngine:
    engine = engine or FakeEngine()
    with AnswerFile(folder / f"{row.name}.jsonl", {"row": row.name}) as answers:
        play(engine, row, groups(beats), SAMPLING, answers, lambda: None)
    return engine


def test_a_session_hears_what_this_row_said_before_and_must_not_say_it_again(tmp_path: Path) -> None:
    first, second, third = played(tmp_path, STORY).requests
    assert first.history == ()
    assert second.history == (HistoryLine("Player", "Hello."), HistoryLine("Odda", "Event 0."))
    assert third.history == (*second.history, HistoryLine("Odda", "Event 1."))
    assert (third.avoid, third.player_line) == (("Event 0.", "Event 1."), "Why?")


def test_a_hasty_request_has_the_hasty_wording_names_and_personas_only(tmp_path: Path) -> None:
    beat = beat_of(
        "The player enters.", variants={"hasty": "plyr enters"}, place="a mill", facts=("It rains.",), player_line="Hm."
    )
    (request,) = played(tmp_path, [beat], HASTY).requests
    assert (request.event, request.place, request.facts, request.player_line) == ("plyr enters", "", (), "")
    assert [request.history for request in played(tmp_path / "story", STORY, HASTY).requests] == [(), (), ()]


def test_a_beat_is_told_the_facts_that_are_chosen_for_it_and_a_hasty_one_none(tmp_path: Path) -> None:
    beat = beat_of("The player enters.", facts=("It rains.", "It is cold."), player_line="Is it cold?")
    for row, told in ((UNTUNED, ("It is cold.",)), (HASTY, ())):
        engine = FakeEngine()
        with AnswerFile(tmp_path / f"{row.name}.jsonl", {"row": row.name}) as answers:
            play(engine, row, groups([beat]), SAMPLING, answers, lambda: None, lambda beat: beat.facts[1:])
        assert engine.requests[0].facts == told


def test_each_beat_has_a_seed_of_its_own_that_is_the_same_in_every_row_and_run(tmp_path: Path) -> None:
    beats = [beat_of("One."), beat_of("Two.")]
    seeds = [
        {request.event: request.seed for request in played(tmp_path / run, beats, row).requests}
        for run, row in (("a", UNTUNED), ("b", ROWS[1]))
    ]
    assert seeds[0] == seeds[1]
    assert len(set(seeds[0].values())) == 2


def test_a_beat_that_fails_is_an_answer_with_its_error_and_the_others_go_on(tmp_path: Path) -> None:
    beats = [beat_of("A broken one."), *(beat_of(f"Event {i}.") for i in range(5))]
    with AnswerFile(tmp_path / "a.jsonl", {}) as answers:
        play(FakeEngine(), UNTUNED, groups(beats), SAMPLING, answers, lambda: None)
        errors = [answers.known[beat_key(beat)].error for beat in beats]
    assert errors == ["EngineFailed: dialogue engine: it broke", "", "", "", "", ""]


def test_known_answers_are_not_asked_for_again_and_still_count_as_progress(tmp_path: Path) -> None:
    played(tmp_path, STORY[:2])
    engine, counted = FakeEngine(), []
    with AnswerFile(tmp_path / "untuned.jsonl", {"row": "untuned"}) as answers:
        play(engine, UNTUNED, groups(STORY), SAMPLING, answers, lambda: counted.append(1))
    assert [request.event for request in engine.requests] == ["Event 2."]
    assert engine.requests[0].history[-1] == HistoryLine("Odda", "Event 1.")
    assert len(counted) == 3


def test_beats_are_played_as_many_at_once_as_the_engine_has_slots(tmp_path: Path) -> None:
    meeting = threading.Barrier(3)

    def meet(request: DialogueRequest) -> str:
        meeting.wait(timeout=20)  # passes only when three requests are there at once
        return request.event

    played(tmp_path, [beat_of(f"Event {i}.") for i in range(3)], engine=FakeEngine(slots=3, say=meet))


def test_an_interruption_stops_the_rest_and_keeps_what_is_done(tmp_path: Path) -> None:
    beats = [beat_of(f"Event {i}.") for i in range(50)]

    def say(request: DialogueRequest) -> str:
        if request.event == "Event 3.":
            raise Cancelled  # as an engine does once it is told to stop
        return request.event

    engine = FakeEngine(slots=1, say=say)
    with pytest.raises(Cancelled):
        played(tmp_path, beats, engine=engine)
    assert len(engine.requests) <= 5
    with AnswerFile(tmp_path / "untuned.jsonl", {"row": "untuned"}) as answers:
        assert {beat_key(beat) for beat in beats[:3]} <= answers.known.keys()

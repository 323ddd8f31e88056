from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from narrative_server.dialogue.repeats import MAX_RETRIES, generate_without_repeats, words_of
from narrative_server.dialogue.types import (
    Character,
    DialogueEvent,
    DialogueRequest,
    GenerationStats,
    HistoryLine,
    LineDelta,
    LineFinished,
    LineStarted,
    SoundProposed,
    SpokenLine,
)
from narrative_server.errors import EngineFailed
from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import CancelToken

REQUEST = DialogueRequest(
    (Character("Mira"),),
    "A door opens.",
    Mood(),
    seed=1,
    history=(HistoryLine("Mira", "Who is there?"), HistoryLine("Mira", "I heard it behind the door.")),
    avoid=("Stay close to me!",),
)


class FakeEngine:
    """Says the lines of one answer after the other, a delta a word; then one sound a line."""

    name = "fake"
    slots = 1

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)
        self.requests: list[DialogueRequest] = []
        self.ended = 0

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        self.requests.append(request)
        texts = self._answers.pop(0)
        try:
            for index, text in enumerate(texts, len(request.opening)):
                yield LineStarted(index, "Mira", "fear")
                for place, word in enumerate(text.split(" ")):
                    yield LineDelta(index, f" {word}" if place else word)
                yield LineFinished(index, "Mira", "fear", text)
            for index, text in enumerate(texts, len(request.opening)):
                yield SoundProposed(f"sound of {text}", index, "after")
            yield GenerationStats(0, 0, 0, 0.0, 0.0)
        finally:
            self.ended += 1

    def close(self) -> None:
        """Nothing to free."""


def play(engine: FakeEngine, request: DialogueRequest = REQUEST) -> list[DialogueEvent]:
    events = list(generate_without_repeats(engine, request, CancelToken()))
    indices = [event.index for event in events if isinstance(event, LineStarted)]
    assert indices == list(range(len(request.opening), len(request.opening) + len(indices)))
    finished = [event for event in events if isinstance(event, LineFinished)]
    assert [line.index for line in finished] == indices
    for line in finished:
        deltas = [event.text for event in events if isinstance(event, LineDelta) and event.index == line.index]
        assert "".join(deltas) == line.text
    assert engine.ended == len(engine.requests)
    return events


def texts_of(events: list[DialogueEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, LineFinished)]


def test_new_lines_pass_with_all_their_events():
    engine = FakeEngine(("It is only the wind.", "Come in."))
    events = play(engine)
    assert events == list(FakeEngine(("It is only the wind.", "Come in.")).generate(REQUEST, CancelToken()))


@pytest.mark.parametrize(
    "repeat",
    ["Who is there?", "who IS there", "Who... is there?!", "Stay close to me", "I heard it behind the gate!"],
)
def test_a_line_said_before_is_asked_for_again_and_never_shown(repeat):
    engine = FakeEngine(("Come in.", repeat), ("It is only the wind.",))
    events = play(engine)
    assert texts_of(events) == ["Come in.", "It is only the wind."]
    again = engine.requests[1]
    assert again.opening == (SpokenLine("Mira", "fear", "Come in."),)
    assert again.seed != REQUEST.seed


def test_a_line_of_this_answer_may_not_come_again_either():
    assert texts_of(play(FakeEngine(("Come in.", "Come in!"), ("Sit down.",)))) == ["Come in.", "Sit down."]


def test_after_the_retries_the_line_is_left_out_and_the_others_move_up():
    stubborn = ("Who is there?", "Come in.", "Stay close to me!", "Sit down.")
    engine = FakeEngine(*[stubborn] * (MAX_RETRIES + 1))
    events = play(engine)
    assert texts_of(events) == ["Come in.", "Sit down."]
    assert [(e.text, e.line) for e in events if isinstance(e, SoundProposed)] == [
        ("sound of Come in.", 0),
        ("sound of Sit down.", 1),
    ]
    assert len({request.seed for request in engine.requests}) == MAX_RETRIES + 1
    assert all(request.temperature > 0 for request in engine.requests[1:])


def test_each_line_has_retries_of_its_own():
    engine = FakeEngine(("Who is there?",), ("Come in.", "Who is there?"), ("Who is there?",), ("Sit down.",))
    assert texts_of(play(engine)) == ["Come in.", "Sit down."]


def test_nothing_but_repeats_is_a_failure():
    with pytest.raises(EngineFailed, match="repeated"):
        play(FakeEngine(*[("Who is there?",)] * (MAX_RETRIES + 1)))


def test_lines_that_stand_already_may_not_come_again():
    request = replace(REQUEST, opening=(SpokenLine("Mira", "joy", "Come in."),), max_lines=3)
    engine = FakeEngine(("come in",), ("Sit down.",))
    assert texts_of(play(engine, request)) == ["Sit down."]
    assert engine.requests[1].opening == request.opening


def test_repeats_pass_where_they_are_allowed():
    assert texts_of(play(FakeEngine(("Who is there?",)), replace(REQUEST, may_repeat=True))) == ["Who is there?"]


def test_a_line_streams_as_soon_as_it_parts_from_all_earlier_ones():
    events = generate_without_repeats(FakeEngine(("Who is that over there?",)), REQUEST, CancelToken())
    first = [next(events) for _ in range(4)]
    assert first == [LineStarted(0, "Mira", "fear"), LineDelta(0, "Who"), LineDelta(0, " is"), LineDelta(0, " that")]


def test_stopping_early_stops_the_engine():
    engine = FakeEngine(("Come in.", "Sit down."))
    events = generate_without_repeats(engine, REQUEST, CancelToken())
    next(events)
    events.close()
    assert engine.ended == 1


def test_a_line_of_punctuation_alone_is_nobodys_repeat():
    request = replace(REQUEST, history=(HistoryLine("Mira", "...!"),), avoid=())
    assert texts_of(play(FakeEngine(("...", "?!")), request)) == ["...", "?!"]


def test_words_are_compared_without_case_and_marks_in_any_script():
    assert words_of("Don't — you DARE!") == words_of("dont you dare")
    assert words_of("Élan, ÇA va?") == words_of("élan ça va")
    assert words_of("誰だ？！") == words_of("誰だ")
    assert words_of("One two") != words_of("Onetwo")

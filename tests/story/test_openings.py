from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

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
from narrative_server.story.openings import lines_after

STATS = GenerationStats(1, 0, 1, 0.0, 0.0)
OPENING = (SpokenLine("Ada", "fear", "Stay."), SpokenLine("Bo", "fear", "Where?"))
REQUEST = DialogueRequest((Character("Ada"), Character("Bo")), "A bell rings.", Mood(), 7, max_lines=3)


class Engine:
    """Answers each request with the next of `answers`: texts of lines, indices counting on from the opening."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.requests: list[DialogueRequest] = []

    async def write(self, request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        self.requests.append(request)
        for index, text in enumerate(self.answers.pop(0), start=len(request.opening)):
            yield LineStarted(index, "Ada", "joy")
            yield LineDelta(index, text)
            yield LineFinished(index, "Ada", "joy", text)
        yield SoundProposed("a bell", 0, "after")
        yield STATS


async def events_of(engine: Engine) -> list[DialogueEvent]:
    return [event async for event in lines_after(engine.write, REQUEST, OPENING)]


async def test_lines_count_on_after_the_opening() -> None:
    engine = Engine(("There.",))
    events = await events_of(engine)
    assert LineFinished(2, "Ada", "joy", "There.") in events
    assert events[-2:] == [SoundProposed("a bell", 0, "after"), STATS]
    assert [request.opening for request in engine.requests] == [OPENING]


async def test_a_model_without_a_further_line_is_asked_for_one() -> None:
    engine = Engine((), ("There.",))
    events = await events_of(engine)
    assert events == [
        LineStarted(2, "Ada", "joy"),
        LineDelta(2, "There."),
        LineFinished(2, "Ada", "joy", "There."),
        SoundProposed("a bell", 2, "after"),
        STATS,
    ]
    asked = engine.requests[1]
    assert (asked.opening, asked.max_lines) == ((), 1)
    assert asked.history == (HistoryLine("Ada", "Stay."), HistoryLine("Bo", "Where?"))


async def test_a_model_that_never_says_anything_has_failed() -> None:
    with pytest.raises(EngineFailed, match="wrote no line"):
        await events_of(Engine((), ()))

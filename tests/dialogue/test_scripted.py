from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.scripted import BUILT_IN, ScriptedEngine
from narrative_server.dialogue.types import (
    Character,
    DialogueRequest,
    GenerationStats,
    HistoryLine,
    LineDelta,
    LineFinished,
    LineStarted,
)
from narrative_server.errors import InvalidConfig
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.workers.cancel import Cancelled, CancelToken

REQUEST = DialogueRequest((Character("Mira"), Character("Tom")), "A door opens.", Mood("fear"), seed=3)


def lines_of(engine: ScriptedEngine, request: DialogueRequest) -> list[LineFinished]:
    return [event for event in engine.generate(request, CancelToken()) if isinstance(event, LineFinished)]


def test_events_come_in_order_and_deltas_join_to_the_line():
    events = list(ScriptedEngine(DialogueConfig(engine="scripted")).generate(REQUEST, CancelToken()))
    assert isinstance(events[0], LineStarted)
    assert isinstance(events[-1], GenerationStats)
    finished = [event for event in events if isinstance(event, LineFinished)]
    assert [line.index for line in finished] == [0, 1, 2]
    for line in finished:
        deltas = [event.text for event in events if isinstance(event, LineDelta) and event.index == line.index]
        assert "".join(deltas) == line.text
        assert len(deltas) == len(line.text.split())


def test_equal_requests_give_equal_lines_and_another_seed_others():
    engine = ScriptedEngine(DialogueConfig(engine="scripted"))
    first = lines_of(engine, REQUEST)
    assert lines_of(engine, REQUEST) == first
    assert any(lines_of(engine, replace(REQUEST, seed=seed)) != first for seed in range(4, 8))


def test_built_in_lines_fit_the_mood_and_repeat_nothing_said_before():
    engine = ScriptedEngine(DialogueConfig(engine="scripted"))
    said = tuple(HistoryLine("Mira", text) for text in BUILT_IN["fear"][:4])
    lines = lines_of(engine, replace(REQUEST, history=said, max_lines=2))
    assert {line.text for line in lines} == set(BUILT_IN["fear"][4:])
    assert {line.emotion for line in lines} == {"fear"}


def test_every_emotion_has_lines_that_the_grammar_would_allow():
    assert set(BUILT_IN) == set(EMOTIONS)
    for texts in BUILT_IN.values():
        assert len(set(texts)) == len(texts) >= 6
        assert all(text[-1] in ".!?" and len(text.split()) <= 24 for text in texts)


def write_script(folder, content) -> DialogueConfig:
    path = folder / "script.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return DialogueConfig(engine="scripted", script=str(path))


def test_an_authored_beat_is_found_by_its_event_and_keeps_to_the_cast(tmp_path):
    lines = [
        {"speaker": "Mira", "emotion": "joy", "text": "It opens at last!"},
        {"speaker": "Absent", "emotion": "joy", "text": "I am not here."},
        {"speaker": "*", "emotion": "surprise", "text": "Who goes first?"},
    ]
    config = write_script(tmp_path, {"beats": [{"event": "a door  OPENS.", "lines": lines}]})
    said = lines_of(ScriptedEngine(config), REQUEST)
    assert [(line.speaker, line.emotion, line.text) for line in said] == [
        ("Mira", "joy", "It opens at last!"),
        ("Mira", "surprise", "Who goes first?"),
    ]


def test_an_authored_line_is_cut_to_the_words_asked_for(tmp_path):
    lines = [{"speaker": "*", "emotion": "joy", "text": "One two three four."}]
    config = write_script(tmp_path, {"beats": [{"event": "A door opens.", "lines": lines}]})
    (line,) = lines_of(ScriptedEngine(config), replace(REQUEST, max_words=2))
    assert line.text == "One two"


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"beats": [{"event": "x"}]},
        {"beats": [{"event": "x", "lines": [{"speaker": "A", "emotion": "bored", "text": "Hm."}]}]},
        {"beats": [{"event": "x", "lines": [{"speaker": "A", "emotion": "joy", "text": " "}]}]},
    ],
)
def test_a_bad_script_is_refused_with_what_is_legal(tmp_path, content):
    with pytest.raises(InvalidConfig, match=r"dialogue\.script"):
        ScriptedEngine(write_script(tmp_path, content))


def test_a_missing_script_is_refused(tmp_path):
    with pytest.raises(InvalidConfig, match="readable"):
        ScriptedEngine(DialogueConfig(engine="scripted", script=str(tmp_path / "none.json")))


def test_cancelling_ends_a_pause_at_once():
    engine = ScriptedEngine(DialogueConfig(engine="scripted", delta_delay_ms=10_000))
    cancel = CancelToken()
    events = engine.generate(REQUEST, cancel)
    assert isinstance(next(events), LineStarted)
    threading.Timer(0.02, cancel.set).start()
    with pytest.raises(Cancelled):
        next(events)

from __future__ import annotations

from collections.abc import Callable

import pytest
from breaking import Events, end
from legal_beats import find, legal_events, picture, play, take_in

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import ContractViolation, check_revision
from narrative_server.testing.rules.revision import REVISION_RULES
from narrative_server.v1 import common_pb2 as common
from narrative_server.v1 import story_pb2

Break = Callable[[Events, story_pb2.ReviseBeatRequest], object]


def asked() -> story_pb2.ReviseBeatRequest:
    """Line 0 is edited; line 1, the bell and Bo's picture are locked."""
    request = story_pb2.ReviseBeatRequest(session_id="s1", beat_id="b1", seed=7)
    request.edits.add(line=0, text=" Stay close to me, Bo. ")
    request.locked.add(line=1)
    request.locked.add(key="bell")
    request.locked.add(key="bo")
    return request


def revised() -> Events:
    events = legal_events()
    events[0].accepted.beat_id = "b2"
    events[0].accepted.revised_beat_id = "b1"
    return events


def revise(events: Events, request: story_pb2.ReviseBeatRequest | None = None) -> PlayedBeat:
    return take_in(events, PlayedBeat(revision=request or asked()))


def another_beat(events: Events, _: story_pb2.ReviseBeatRequest) -> None:
    events[0].accepted.revised_beat_id = "b0"


def its_own_beat(events: Events, _: story_pb2.ReviseBeatRequest) -> None:
    events[0].accepted.beat_id = "b1"


def other_words(_: Events, request: story_pb2.ReviseBeatRequest) -> None:
    request.edits[0].text = "Go away, Bo."


def another_emotion(_: Events, request: story_pb2.ReviseBeatRequest) -> None:
    request.edits[0].emotion = common.EMOTION_JOY


def a_line_that_never_came(_: Events, request: story_pb2.ReviseBeatRequest) -> None:
    request.locked.add(line=2)


BREAKS: list[tuple[str, Break]] = [
    ("a_revision_names_its_beat", another_beat),
    ("a_revision_names_its_beat", its_own_beat),
    ("edited_lines_are_as_given", other_words),
    ("edited_lines_are_as_given", another_emotion),
    ("standing_lines_are_there", a_line_that_never_came),
]


@pytest.mark.parametrize(("rule", "how"), BREAKS, ids=lambda value: getattr(value, "__name__", value))
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    events, request = revised(), asked()
    how(events, request)
    with pytest.raises(ContractViolation) as caught:
        revise(events, request)
    assert caught.value.rule == rule, str(caught.value)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in REVISION_RULES} == {rule for rule, _ in BREAKS}


def test_a_legal_revision_breaks_no_rule() -> None:
    check_revision(play(legal_events()), revise(revised()))


def test_a_revision_may_leave_its_session_at_a_later_revision() -> None:
    events = revised()
    end(events).session_revision = 9
    revise(events)
    end(events).session_revision = 2  # the beat itself would not be part of it
    with pytest.raises(ContractViolation, match="session_moves_on_by_one"):
        revise(events)


def test_a_played_beat_revises_nothing() -> None:
    with pytest.raises(ContractViolation, match="a_revision_names_its_beat"):
        play(revised())


def test_another_locked_line_is_noticed() -> None:
    old = play(legal_events())
    old.lines[1].duration_ms += 1
    with pytest.raises(ContractViolation, match="locked_parts_are_kept"):
        check_revision(old, revise(revised()))


def test_another_picture_under_a_locked_key_is_noticed() -> None:
    events = revised()
    find(events, "sprite", 1).sprite.picture.CopyFrom(picture("sprite", 77))
    with pytest.raises(ContractViolation, match="locked_parts_are_kept"):
        check_revision(play(legal_events()), revise(events))


def test_another_mood_is_noticed() -> None:
    events = revised()
    events[0].accepted.plan.mood.intensity = 0.1
    with pytest.raises(ContractViolation, match="a_revision_keeps_the_plan"):
        check_revision(play(legal_events()), revise(events))


def test_banned_words_bind_only_lines_made_again() -> None:
    request = asked()
    request.controls.banned_words.extend(["bell", "close"])
    revise(revised(), request)
    del request.locked[0]
    with pytest.raises(ContractViolation, match="lines_hold_no_banned_word"):
        revise(revised(), request)

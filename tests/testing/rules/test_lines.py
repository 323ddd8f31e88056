from __future__ import annotations

import pytest
from breaking import Break, Breaks, Events, assert_broken, drop
from legal_beats import find, legal_events, numbered, play, request

from narrative_server.testing.rules.lines import LINE_RULES
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

BREAKS = Breaks()


@BREAKS.add("lines_come_one_after_another")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "line_finished")


@BREAKS.add("lines_come_one_after_another")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_started", 1).line_started.index = 2


@BREAKS.add("deltas_belong_to_the_open_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_delta").line_delta.index = 1


@BREAKS.add("deltas_belong_to_the_open_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_delta").line_delta.text = ""


@BREAKS.add("deltas_belong_to_the_open_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "line_started")


@BREAKS.add("finished_line_is_the_open_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.speaker = "Bo"


@BREAKS.add("finished_line_is_the_open_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.emotion = common.EMOTION_JOY


@BREAKS.add("line_is_its_deltas_joined")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "line_delta", 2)


@BREAKS.add("line_is_its_deltas_joined")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.text += " "


@BREAKS.add("speakers_are_present")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_started").line_started.speaker = "Cy"


@BREAKS.add("lines_have_an_emotion")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_started").line_started.emotion = common.EMOTION_UNSPECIFIED


@BREAKS.add("lines_keep_to_the_limits")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.max_lines = 1


@BREAKS.add("lines_keep_to_the_limits")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.max_words = 4


@BREAKS.add("lines_hold_no_banned_word")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.controls.banned_words.append("bell")


@BREAKS.add("lines_hold_no_banned_word")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.controls.banned_words.append("HEAR*")


@BREAKS.add("lines_repeat_none_of_their_beat")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    say(events, 1, "stay close to me - Bo!")


def say(events: Events, index: int, text: str) -> None:
    """Have line `index` say `text`, in one delta."""
    for event in [event for event in events if event.line_delta.text and event.line_delta.index == index][1:]:
        events.remove(event)
    next(e for e in events if e.line_delta.text and e.line_delta.index == index).line_delta.text = text
    find(events, "line_finished", index).line_finished.text = text
    numbered(events)


def test_words_that_only_contain_a_banned_one_are_legal() -> None:
    asked = request()
    asked.controls.banned_words.extend(["bel", "ose", "ell*"])
    play(legal_events(), asked)


def test_a_line_may_come_again_where_repeats_are_allowed() -> None:
    events, asked = legal_events(), request()
    say(events, 1, "Stay close to me, Bo.")
    asked.controls.avoid_repeats = False
    play(events, asked)


@BREAKS.add("lines_take_time")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.duration_ms = 0


@BREAKS.add("narrations_have_words")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "narration").narration.text = " "


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in LINE_RULES} == BREAKS.rules

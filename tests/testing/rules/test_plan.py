from __future__ import annotations

import pytest
from breaking import Break, Breaks, Events, assert_broken, plan_of

from narrative_server.testing.rules.plan import PLAN_RULES
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

BREAKS = Breaks()


@BREAKS.add("accepted_names_the_story")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.session_id = "another"


@BREAKS.add("accepted_names_the_story")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.beat_id = ""


@BREAKS.add("accepted_names_the_story")
def _(events: Events, asked: pb.PlayBeatRequest) -> None:
    asked.inline.SetInParent()  # a beat of no session that claims one


@BREAKS.add("seeds_are_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.seed = 8


@BREAKS.add("seeds_are_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.story_seed = 2**63


@BREAKS.add("seeds_are_as_asked")
def _(events: Events, asked: pb.PlayBeatRequest) -> None:
    asked.inline.context.seed = 10
    events[0].accepted.session_id = ""


@BREAKS.add("mood_is_complete")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.emotion = common.EMOTION_UNSPECIFIED


@BREAKS.add("mood_is_complete")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.ClearField("intensity")


@BREAKS.add("mood_is_complete")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.intensity = float("nan")


@BREAKS.add("mood_is_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.emotion = common.EMOTION_JOY


@BREAKS.add("mood_is_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.intensity = 0.5


@BREAKS.add("mood_is_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.mood.emotion = common.EMOTION_UNSPECIFIED
    asked.mood.intensity = 0.9


@BREAKS.add("present_are_the_cast_asked_for")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).present.append("Cy")


@BREAKS.add("present_are_the_cast_asked_for")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).present[1] = "Ada"


@BREAKS.add("plan_keys_differ")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sounds[0].key = "ada"


@BREAKS.add("plan_keys_differ")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).background.text = " "


@BREAKS.add("plan_has_wanted_media_only")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sounds = False


@BREAKS.add("plan_has_wanted_media_only")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).ClearField("background")


@BREAKS.add("sprites_show_who_is_present")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del plan_of(events).sprites[1]


@BREAKS.add("sprites_show_who_is_present")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sprites.add(key="door", text="a door")


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in PLAN_RULES} == BREAKS.rules

from __future__ import annotations

import pytest
from breaking import (
    Break,
    Breaks,
    Events,
    assert_broken,
    drop,
    end,
    final,
    insert,
    make_partial,
    plan_of,
    stage,
    warning,
)
from legal_beats import find, numbered

from narrative_server.testing.rules.ending import ENDING_RULES
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

BREAKS = Breaks()


@BREAKS.add("warnings_say_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 5, warning=pb.BeatWarning(medium=common.MEDIUM_SOUND, key="bell", message="It failed."))


@BREAKS.add("warnings_say_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 5, warning=warning(key=""))


@BREAKS.add("missing_and_there_exclude_each_other")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 5, warning=warning("bo", common.MEDIUM_SPRITE))


@BREAKS.add("missing_and_there_exclude_each_other")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    at = events.index(find(events, "sound")) + 1
    insert(events, at, warning=warning())


@BREAKS.add("a_beat_has_a_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    timed_less = [e for e in events if e.WhichOneof("event") in ("accepted", "finished")]
    events[:] = numbered(timed_less)


@BREAKS.add("an_open_line_is_warned_about")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    start = pb.LineStarted(index=2, speaker="Ada", emotion=common.EMOTION_FEAR)
    insert(events, len(events) - 2, line_started=start)


@BREAKS.add("planned_media_come_or_are_warned_about")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sounds.add(key="wind", text="wind")


@BREAKS.add("everything_there_has_a_cue")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "timeline", -1)


@BREAKS.add("everything_there_has_a_cue")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del find(events, "timeline", 2).timeline.cues[1]
    del final(events).timed_cues[-1]
    final(events).total_ms = 1500 + 350 + 1200


@BREAKS.add("every_sprite_is_placed")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del stage(events).placements[2]


@BREAKS.add("every_sprite_is_placed")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "staging")


@BREAKS.add("partial_means_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    make_partial(events)


@BREAKS.add("partial_means_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, warning=warning("", common.MEDIUM_DIALOGUE))


@BREAKS.add("reasons_are_the_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, warning=warning("", common.MEDIUM_DIALOGUE))
    make_partial(events, pb.WARNING_CODE_DEADLINE)


@BREAKS.add("reasons_are_the_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, warning=warning("", common.MEDIUM_DIALOGUE))
    make_partial(events, pb.WARNING_CODE_ENGINE_FAILED, pb.WARNING_CODE_ENGINE_FAILED)


@BREAKS.add("timings_fit_what_came")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).timings.ClearField("first_sound_ms")


@BREAKS.add("timings_fit_what_came")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).timings.dialogue_ms = 81


@BREAKS.add("timings_fit_what_came")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).timings.first_delta_ms = 60


@BREAKS.add("session_moves_on_by_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).session_revision = 2


@BREAKS.add("scores_are_of_this_beat")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).scores.add(medium=common.MEDIUM_SOUND, key="bell", metric="text_agreement", value=1.5)


@BREAKS.add("scores_are_of_this_beat")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).scores.add(medium=common.MEDIUM_SOUND, key="drum", metric="text_agreement", value=0.5)


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in ENDING_RULES} == BREAKS.rules

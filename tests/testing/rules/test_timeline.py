from __future__ import annotations

import pytest
from breaking import Break, Breaks, Events, assert_broken, drop, final, insert, plan_of, warning
from legal_beats import find

from narrative_server.testing.rules.timeline import TIMELINE_RULES
from narrative_server.v1 import beat_pb2 as pb

BREAKS = Breaks()


@BREAKS.add("timeline_revisions_count_from_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.revision = 0


@BREAKS.add("timeline_revisions_count_from_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, timeline=pb.Timeline(revision=5))


@BREAKS.add("cues_never_move")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    moved = find(events, "timeline").timeline.cues[0]
    find(events, "timeline", 1).timeline.cues.append(moved)


@BREAKS.add("cues_target_what_exists")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.cues.add(sound_key="drum")


@BREAKS.add("cues_target_what_exists")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.cues.add(line=1)


@BREAKS.add("cues_target_what_exists")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.cues.add()


@BREAKS.add("no_cue_for_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "sound")
    insert(events, len(events) - 4, warning=warning())


@BREAKS.add("no_cue_for_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "sound")
    insert(events, len(events) - 2, warning=warning())


@BREAKS.add("anchors_are_legal")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sounds[0].anchor.line = 8


@BREAKS.add("anchors_are_legal")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline", 1).timeline.cues[0].anchor.word = 1


@BREAKS.add("anchors_are_legal")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline", 1).timeline.cues[0].anchor.edge = 9  # type: ignore[assignment]


@BREAKS.add("lines_hang_on_the_line_before")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline", 2).timeline.cues[0].anchor.line = 1


@BREAKS.add("absolute_times_come_at_the_end")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.total_ms = 100


@BREAKS.add("timed_cues_are_all_cues")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del final(events).timed_cues[0]


@BREAKS.add("timed_cues_are_all_cues")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).timed_cues[-1].cue.offset_ms = 1


@BREAKS.add("timed_cues_are_sorted")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    reversed_cues = list(final(events).timed_cues)[::-1]
    del final(events).timed_cues[:]
    final(events).timed_cues.extend(reversed_cues)


@BREAKS.add("timed_cues_last_as_told")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).timed_cues[0].duration_ms = 10


@BREAKS.add("timed_cues_last_as_told")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).total_ms += 1


@BREAKS.add("timed_cues_start_where_anchored")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    line = next(timed for timed in final(events).timed_cues if timed.cue.HasField("line") and timed.cue.line == 1)
    line.start_ms -= 5


@BREAKS.add("timed_cues_start_where_anchored")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).timed_cues[-1].start_ms += 2000  # the bell, after its line
    final(events).total_ms += 2000


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in TIMELINE_RULES} == BREAKS.rules

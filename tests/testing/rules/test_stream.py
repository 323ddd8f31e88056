from __future__ import annotations

import pytest
from breaking import Break, Breaks, Events, assert_broken, end, insert
from legal_beats import numbered

from narrative_server.testing.rules.stream import STREAM_RULES
from narrative_server.v1 import beat_pb2 as pb

BREAKS = Breaks()


@BREAKS.add("accepted_comes_first")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0], events[1] = events[1], events[0]
    numbered(events)


@BREAKS.add("accepted_comes_once")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 4, accepted=events[0].accepted)


@BREAKS.add("nothing_follows_finished")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events), narration=pb.Narration(text="And they lived."))


@BREAKS.add("nothing_follows_finished")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events), finished=end(events))


@BREAKS.add("sequence_counts_from_zero")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[5].sequence = 6


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in STREAM_RULES} == BREAKS.rules

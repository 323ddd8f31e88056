"""What the tests of the rules share: each takes a legal beat, breaks one rule, and that rule must be named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from legal_beats import find, legal_events, numbered, play, request

from narrative_server.testing.rules import ContractViolation
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

Events = list[pb.BeatEvent]
Break = Callable[[Events, pb.PlayBeatRequest], object]


class Breaks:
    """Ways to break the rules of one module."""

    def __init__(self) -> None:
        self.cases: list[tuple[str, Break]] = []

    def add(self, rule: str) -> Callable[[Break], Break]:
        """Note a way to break `rule`."""

        def remember(how: Break) -> Break:
            self.cases.append((rule, how))
            return how

        return remember

    @property
    def rules(self) -> set[str]:
        return {rule for rule, _ in self.cases}

    @property
    def ids(self) -> list[str]:
        return [f"{number}-{rule}" for number, (rule, _) in enumerate(self.cases)]


def assert_broken(rule: str, how: Break) -> None:
    events, asked = legal_events(), request()
    how(events, asked)
    with pytest.raises(ContractViolation) as caught:
        play(events, asked)
    assert caught.value.rule == rule, str(caught.value)
    assert caught.value.problem


def plan_of(events: Events) -> pb.BeatPlan:
    return events[0].accepted.plan


def final(events: Events) -> pb.Timeline:
    return find(events, "timeline", -1).timeline


def stage(events: Events) -> pb.Staging:
    return find(events, "staging").staging


def end(events: Events) -> pb.BeatFinished:
    return events[-1].finished


def insert(events: Events, at: int, **event: object) -> None:
    events.insert(at, pb.BeatEvent(**event))  # type: ignore[arg-type]
    numbered(events)


def drop(events: Events, kind: str, which: int = 0) -> None:
    events.remove(find(events, kind, which))
    numbered(events)


def warning(key: str = "bell", medium: common.Medium.ValueType = common.MEDIUM_SOUND) -> pb.BeatWarning:
    return pb.BeatWarning(medium=medium, key=key, code=pb.WARNING_CODE_ENGINE_FAILED, message="It failed.")


def make_partial(events: Events, *codes: pb.WarningCode.ValueType) -> None:
    end(events).state = pb.BEAT_STATE_PARTIAL
    end(events).reasons[:] = codes or [pb.WARNING_CODE_ENGINE_FAILED]

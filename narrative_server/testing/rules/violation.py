"""What a rule is, and what is raised when one is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.v1 import beat_pb2 as pb

Rule: TypeAlias = Callable[[PlayedBeat, pb.BeatEvent], str | None]
"""Says what is wrong with an event, given the beat before it, or None. Its name says what must hold."""


class ContractViolation(AssertionError):
    """The server broke a promise of the contracts.

    rule: name of the rule. problem: what was seen. sequence: index of the event in the stream as received.
    """

    def __init__(self, rule: str, problem: str, sequence: int) -> None:
        self.rule, self.problem, self.sequence = rule, problem, sequence
        super().__init__(f"event {sequence}: {rule}: {problem}")

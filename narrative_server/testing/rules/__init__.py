"""The promises of the contracts that a client can see, one small function each.

A rule takes the beat so far and the next event, and says what is wrong or None. `check_event` runs all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.ending import ENDING_RULES
from narrative_server.testing.rules.lines import LINE_RULES
from narrative_server.testing.rules.media import MEDIA_RULES
from narrative_server.testing.rules.plan import PLAN_RULES
from narrative_server.testing.rules.repeats import check_replay, check_same_media
from narrative_server.testing.rules.revision import REVISION_RULES, check_revision
from narrative_server.testing.rules.staging import STAGING_RULES
from narrative_server.testing.rules.stream import STREAM_RULES
from narrative_server.testing.rules.timeline import TIMELINE_RULES
from narrative_server.testing.rules.violation import ContractViolation, Rule
from narrative_server.v1 import beat_pb2 as pb

__all__ = [
    "RULES",
    "ContractViolation",
    "Rule",
    "check_end",
    "check_event",
    "check_replay",
    "check_revision",
    "check_same_media",
]

RULES: Final[tuple[Rule, ...]] = (
    *STREAM_RULES,
    *PLAN_RULES,
    *LINE_RULES,
    *MEDIA_RULES,
    *TIMELINE_RULES,
    *STAGING_RULES,
    *ENDING_RULES,
    *REVISION_RULES,
)
"""Every rule about one beat, in the order of checking."""


def check_event(beat: PlayedBeat, event: pb.BeatEvent, rules: Iterable[Rule] = RULES) -> None:
    """Check `event` against the beat before it. Raises ContractViolation for the first rule that it breaks."""
    for rule in rules:
        problem = rule(beat, event)
        if problem is not None:
            raise ContractViolation(rule.__name__, problem, len(beat.events))


def check_end(beat: PlayedBeat) -> None:
    """Check that a stream which ended with status OK ended with `finished`. Raises ContractViolation."""
    if beat.finished is None:
        raise ContractViolation("finished_comes_last", "the stream ended without finished", len(beat.events))

"""Rules about the stream as a whole: what comes first, last, once and in which order."""

from __future__ import annotations

from typing import Final

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb


def accepted_comes_first(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The first event is `accepted`."""
    kind = event.WhichOneof("event")
    return f"the stream begins with {kind}" if not beat.events and kind != "accepted" else None


def accepted_comes_once(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """No second `accepted`."""
    return "accepted came again" if beat.accepted and event.HasField("accepted") else None


def nothing_follows_finished(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """`finished` is the last event, and so the only one of its kind."""
    return f"{event.WhichOneof('event')} came after finished" if beat.finished else None


def sequence_counts_from_zero(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """`sequence` is the event's position."""
    return None if event.sequence == len(beat.events) else f"sequence is {event.sequence}, not {len(beat.events)}"


STREAM_RULES: Final[tuple[Rule, ...]] = (
    accepted_comes_first,
    accepted_comes_once,
    nothing_follows_finished,
    sequence_counts_from_zero,
)

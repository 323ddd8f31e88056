"""ImportBeat: a beat from elsewhere, held to the same rules of the contracts that a client holds this server to."""

from __future__ import annotations

from collections.abc import Sequence

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.rpc import from_proto
from narrative_server.rpc.beat_events import event_writer
from narrative_server.rpc.beat_reader import read_events
from narrative_server.story.events import BeatEvent
from narrative_server.story.imports import ImportedBeat, events_for_session, validate_import
from narrative_server.story.limits import Limits
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import RULES, ContractViolation, check_end, check_event
from narrative_server.v1 import story_pb2


def imported_beat(request: story_pb2.ImportBeatRequest, limits: Limits) -> ImportedBeat:
    """Read and check an ImportBeatRequest. Raises InvalidRequest: every wrong value, else the first broken rule."""
    beat = ImportedBeat(
        session_id=request.session_id,
        trigger=from_proto.trigger(request.trigger),
        events=read_events(request.events),
        place=request.place,
        player_line=request.player_line,
    )
    validate_import(beat, limits)
    check_rules(events_for_session(beat, session_id="session", beat_id="beat", revision=0, story_seed=0))
    return beat


def check_rules(events: Sequence[BeatEvent]) -> None:
    """Check that the events could be a beat of this server. Raises InvalidRequest naming the event and the rule."""
    played, write = PlayedBeat(), event_writer(stored=True)
    try:
        for event in events:
            message = write(event)
            check_event(played, message)
            played.add(message)
        check_end(played)
    except ContractViolation as violation:
        kind = events[violation.sequence].kind if violation.sequence < len(events) else "end"
        raise InvalidRequest(
            [FieldViolation(f"events[{violation.sequence}].{kind}", violation.problem, _promise(violation.rule))]
        ) from violation


def _promise(name: str) -> str:
    """What a rule says in words: its comment."""
    comments = {rule.__name__: rule.__doc__ for rule in RULES}
    return " ".join((comments.get(name) or name.replace("_", " ")).split()).rstrip(".")

"""The beats that are being played or wait: which idempotency keys they hold, and how each is stopped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from narrative_server.errors import FieldViolation, InProgress, InvalidRequest, NotFound
from narrative_server.story.turns import TYPICAL_BEAT_MS


@dataclass(eq=False)
class RunningBeat:
    """One call that plays a beat. session_id and key are empty for none; fingerprint: of the request's body."""

    session_id: str
    key: str
    fingerprint: str
    task: asyncio.Task[None] | None = None
    session_deleted: bool = False


class RunningBeats:
    """Every beat of this server that has not ended."""

    def __init__(self) -> None:
        self._beats: set[RunningBeat] = set()
        self._keys: dict[tuple[str, str], RunningBeat] = {}

    def add(self, beat: RunningBeat) -> None:
        """Note that `beat` begins. Raises InProgress when its key is being played, InvalidRequest with another body."""
        if beat.key:
            known = self._keys.get((beat.session_id, beat.key))
            if known is not None:
                check_same_body(known.fingerprint, beat.fingerprint)
                raise InProgress(beat.key, TYPICAL_BEAT_MS)
            self._keys[beat.session_id, beat.key] = beat
        self._beats.add(beat)

    async def remove(self, beat: RunningBeat) -> None:
        """Stop `beat` where it still runs, and free its key."""
        if beat.task is not None:
            beat.task.cancel()
            await asyncio.gather(beat.task, return_exceptions=True)
        self._beats.discard(beat)
        if beat.key:
            self._keys.pop((beat.session_id, beat.key), None)

    async def stop_session(self, session_id: str) -> None:
        """Stop every beat of a session that is about to be deleted."""
        tasks = []
        for beat in self._beats:
            if beat.session_id == session_id:
                beat.session_deleted = True
                if beat.task is not None:
                    beat.task.cancel()
                    tasks.append(beat.task)
        await asyncio.gather(*tasks, return_exceptions=True)


async def outcome(beat: RunningBeat) -> None:
    """Wait for the end of a started beat; raises what ended it, NotFound when its session was deleted."""
    assert beat.task is not None, "only called for a started beat"
    try:
        await beat.task
    except asyncio.CancelledError:
        if beat.session_deleted:
            raise NotFound("session", beat.session_id) from None
        raise


def check_same_body(known: str, given: str) -> None:
    """Raise InvalidRequest when a key is used for two requests whose fingerprints differ."""
    if known != given:
        problem = "was used before with another request body"
        raise InvalidRequest([FieldViolation("idempotency_key", problem, "a key of its own for each request")])

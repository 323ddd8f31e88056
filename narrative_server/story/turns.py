"""Who may play a beat now: one beat at a time in a session, so many at once in all, bounded queues before both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from narrative_server.errors import Busy
from narrative_server.story.limits import Limits

TYPICAL_BEAT_MS = 3000
"""What a retry hint assumes of one beat."""


@dataclass
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    members: int = 0


class Turns:
    """Admission to playing. Fair: whoever came first in a session, and overall, plays first."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sessions: dict[str, _Queue] = {}
        self._free = asyncio.Semaphore(limits.max_active_beats)
        self.active = 0
        self.queued = 0

    @asynccontextmanager
    async def turn(self, session_id: str) -> AsyncIterator[None]:
        """Hold a turn; an empty `session_id` is an inline beat, which waits for nobody but the whole.

        Raises Busy at once when a queue is full.
        """
        self._refuse_if_full(session_id)
        queue = self._sessions.setdefault(session_id, _Queue()) if session_id else _Queue()
        queue.members += 1
        self.queued += 1
        waiting = True
        try:
            async with queue.lock, self._free:
                self.queued -= 1
                waiting = False
                self.active += 1
                try:
                    yield
                finally:
                    self.active -= 1
        finally:
            if waiting:
                self.queued -= 1
            queue.members -= 1
            if session_id and not queue.members:
                self._sessions.pop(session_id, None)

    def _refuse_if_full(self, session_id: str) -> None:
        limits = self._limits
        queue = self._sessions.get(session_id)
        if queue and queue.members > limits.max_queued_beats_per_session:
            what = f"the session's queue of {limits.max_queued_beats_per_session} beats"
            raise Busy(what, TYPICAL_BEAT_MS * queue.members)
        if self.active + self.queued >= limits.max_active_beats + limits.max_queued_beats:
            raise Busy(f"the server's queue of {limits.max_queued_beats} beats", TYPICAL_BEAT_MS)

"""Plays beats: admission, idempotency, deadline, and the commit that lets a beat be called finished.

A beat runs in a task of its own and tells its events through a queue, so that a slow reader holds no turn; when the
reader goes away before the commit, the task is cancelled and nothing is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from narrative_server.dialogue.types import HistoryLine
from narrative_server.errors import FieldViolation, InProgress, InvalidRequest, NarrativeError, NotFound
from narrative_server.semantics.mood import DEFAULT_INTENSITY, Mood
from narrative_server.story.context import RECENT_LINES, BeatContext, build_context
from narrative_server.story.director import make_plan
from narrative_server.story.engines import Engines, TextReading
from narrative_server.story.events import (
    BeatAccepted,
    BeatEvent,
    BeatFinished,
    Narration,
)
from narrative_server.story.limits import Limits
from narrative_server.story.media import MediaMaker, new_id
from narrative_server.story.performance import Performance
from narrative_server.story.plan import Plan
from narrative_server.story.request import BeatRequest, MoodWish
from narrative_server.story.session import Session, StoredBeat
from narrative_server.story.stopwatch import Stopwatch
from narrative_server.story.store import SessionStore
from narrative_server.story.turns import TYPICAL_BEAT_MS, Turns
from narrative_server.story.validation import validate_beat

log = logging.getLogger(__name__)

DROP_BEFORE_DEADLINE_S = 0.1
"""Unfinished parts are dropped so long before the caller's deadline, to have time to commit and send."""

_REQUEST = TypeAdapter(BeatRequest)


@dataclass(eq=False)
class _Running:
    """A beat that is being played or waits: what to compare a retry with, and how to stop it."""

    session_id: str
    fingerprint: str
    task: asyncio.Task[None] | None = None
    session_deleted: bool = False


class BeatPlayer:
    """Plays beats on `engines`, remembers them in `store`."""

    def __init__(self, engines: Engines, store: SessionStore, limits: Limits) -> None:
        self._engines, self._store, self._limits = engines, store, limits
        self.turns = Turns(limits)
        self._running: set[_Running] = set()
        self._keys: dict[tuple[str, str], _Running] = {}

    async def play(self, request: BeatRequest, deadline_s: float | None = None) -> AsyncGenerator[BeatEvent, None]:
        """Stream one beat's events; BeatFinished comes last, once everything is stored.

        deadline_s: seconds from now that the caller waits. Closing the iterator cancels the beat.
        Raises InvalidRequest, NotFound, Busy, InProgress, DeadlinePassed, StorageFailed, and the engines' errors.
        """
        stopwatch = Stopwatch()
        validate_beat(request, self._limits)
        drop_at = None if deadline_s is None else _now() + deadline_s - DROP_BEFORE_DEADLINE_S
        running = self._register(request)
        try:
            stored = await self._stored_answer(request, running.fingerprint)
            if stored is not None:
                for event in replayed(stored):
                    yield event
                return
            events: asyncio.Queue[BeatEvent | None] = asyncio.Queue()
            running.task = asyncio.create_task(self._play(request, running, drop_at, events, stopwatch))
            running.task.add_done_callback(lambda _: events.put_nowait(None))
            while (told := await events.get()) is not None:
                yield told
            await self._outcome(running)
        finally:
            await self._unregister(request, running)

    async def replay(self, session_id: str, beat_id: str) -> AsyncGenerator[BeatEvent, None]:
        """Stream a stored beat again, exactly as it was. Raises NotFound."""
        for event in replayed(await self._store.get_beat(session_id, beat_id)):
            yield event

    async def delete_session(self, session_id: str) -> int:
        """Stop what is being played in the session, then erase it; returns the number of beats. Raises NotFound."""
        await self._store.get_session(session_id)
        tasks = []
        for running in self._running:
            if running.session_id == session_id:
                running.session_deleted = True
                if running.task is not None:
                    running.task.cancel()
                    tasks.append(running.task)
        await asyncio.gather(*tasks, return_exceptions=True)
        return await self._store.delete_session(session_id)

    def _register(self, request: BeatRequest) -> _Running:
        session_id = request.session_id or ""
        running = _Running(session_id, fingerprint(request))
        if request.idempotency_key:
            known = self._keys.get((session_id, request.idempotency_key))
            if known is not None:
                _check_same_body(known.fingerprint, running.fingerprint)
                raise InProgress(request.idempotency_key, TYPICAL_BEAT_MS)
            self._keys[session_id, request.idempotency_key] = running
        self._running.add(running)
        return running

    async def _unregister(self, request: BeatRequest, running: _Running) -> None:
        if running.task is not None:
            running.task.cancel()
            await asyncio.gather(running.task, return_exceptions=True)
        self._running.discard(running)
        if request.idempotency_key:
            self._keys.pop((running.session_id, request.idempotency_key), None)

    async def _outcome(self, running: _Running) -> None:
        assert running.task is not None, "only called for a started beat"
        try:
            await running.task
        except asyncio.CancelledError:
            if running.session_deleted:
                raise NotFound("session", running.session_id) from None
            raise

    async def _stored_answer(self, request: BeatRequest, body: str) -> StoredBeat | None:
        if not request.idempotency_key or request.session_id is None:
            return None
        found = await self._store.find_beat_by_key(request.session_id, request.idempotency_key, datetime.now(UTC))
        if found is None:
            return None
        _check_same_body(found[0], body)
        return found[1]

    async def _play(
        self,
        request: BeatRequest,
        running: _Running,
        drop_at: float | None,
        events: asyncio.Queue[BeatEvent | None],
        stopwatch: Stopwatch,
    ) -> None:
        if request.session_id is not None:
            await self._store.get_session(request.session_id)  # an unknown session must not wait for a turn
        async with self.turns.turn(running.session_id):
            stopwatch.admitted()
            context = await self._context(request)
            plan = await self._plan(context)
            told: list[BeatEvent] = []

            def emit(event: BeatEvent) -> None:
                told.append(event)
                events.put_nowait(event)

            beat_id = new_id("beat")
            emit(
                BeatAccepted(
                    context.session_id, beat_id, context.seed, context.story_seed, context.session_revision, plan
                )
            )
            if context.place and context.place != context.last_place:
                emit(Narration(context.place[0].upper() + context.place[1:]))
            performance = Performance(context, plan, self._engines, self._maker(context, plan), emit, stopwatch)
            await performance.run(drop_at)
            finished = _finish(context, performance, stopwatch)
            if context.session_id:
                await self._commit(context, plan, beat_id, (*told, finished), running.fingerprint)
            events.put_nowait(finished)

    async def _context(self, request: BeatRequest) -> BeatContext:
        session: Session | None = None
        history: tuple[HistoryLine, ...] = ()
        if request.session_id is not None:
            session = await self._store.get_session(request.session_id)
            history = await self._store.recent_lines(request.session_id, RECENT_LINES)
        return build_context(request, session, history, self._limits)

    async def _plan(self, context: BeatContext) -> Plan:
        request = context.request
        reading = await self._read(f"{request.trigger.event} {request.player_line}".strip())
        return make_plan(
            trigger_kind=request.trigger.kind,
            event=request.trigger.event,
            parameters=request.trigger.parameters,
            place=context.place,
            cast=context.cast,
            player_line=request.player_line,
            mood=settle_mood(request.mood, reading),
            keywords=reading.keywords if reading else (),
            media=request.media,
            max_lines=request.max_lines,
        )

    async def _read(self, text: str) -> TextReading | None:
        """What the words mean; None when that engine cannot say: the beat goes on with the mood as given."""
        try:
            return await self._engines.read(text)
        except NarrativeError as error:
            log.warning("a beat's mood cannot be read: %s", type(error).__name__)
            return None

    def _maker(self, context: BeatContext, plan: Plan) -> MediaMaker:
        return MediaMaker(
            engines=self._engines,
            finder=self._store,
            session_id=context.session_id,
            picture_seed=context.picture_seed,
            sound_seed=context.seed,
            mood=plan.mood,
            reuse=not context.request.regenerate,
        )

    async def _commit(
        self, context: BeatContext, plan: Plan, beat_id: str, events: tuple[BeatEvent, ...], body: str
    ) -> None:
        beat = StoredBeat(
            id=beat_id,
            session_id=context.session_id,
            index=context.session_revision,
            request=context.request,
            fingerprint=body,
            place=context.place,
            mood=plan.mood,
            events=events,
            created_at=datetime.now(UTC),
        )
        await self._store.commit_beat(beat, idempotency_key=context.request.idempotency_key)


def settle_mood(wish: MoodWish, reading: TextReading | None) -> Mood:
    """Fix a beat's mood: what was asked for, the rest from the words."""
    if wish.emotion is not None:
        return Mood(wish.emotion, DEFAULT_INTENSITY if wish.intensity is None else wish.intensity)
    inferred = reading.mood if reading else Mood()
    return inferred if wish.intensity is None else Mood(inferred.emotion, wish.intensity)


def fingerprint(request: BeatRequest) -> str:
    """SHA-256 of the request's body without its idempotency key: equal bodies, equal fingerprints."""
    return hashlib.sha256(_REQUEST.dump_json(replace(request, idempotency_key=""))).hexdigest()


def replayed(beat: StoredBeat) -> tuple[BeatEvent, ...]:
    """The stored events, with the last one marked as a replay."""
    last = beat.events[-1]
    assert isinstance(last, BeatFinished), "only finished beats are stored"
    return (*beat.events[:-1], replace(last, replayed=True))


def _finish(context: BeatContext, performance: Performance, stopwatch: Stopwatch) -> BeatFinished:
    warnings = performance.warnings
    return BeatFinished(
        state="partial" if warnings else "complete",
        reasons=tuple(dict.fromkeys(warning.code for warning in warnings)),
        timings=stopwatch.read(),
        session_revision=context.session_revision + 1 if context.session_id else 0,
    )


def _check_same_body(known: str, given: str) -> None:
    if known != given:
        problem = "was used before with another request body"
        raise InvalidRequest([FieldViolation("idempotency_key", problem, "a key of its own for each request")])


def _now() -> float:
    return asyncio.get_running_loop().time()

"""Plays and revises beats: admission, idempotency, deadline, and the commit that lets a beat be called finished.

A beat runs in a task of its own and tells its events through a queue, so that a slow reader holds no turn; when the
reader goes away before the commit, the task is cancelled and nothing is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from narrative_server.errors import FieldViolation, InvalidRequest, NarrativeError
from narrative_server.story.context import PAST_BEATS, BeatContext, build_context
from narrative_server.story.continuation import plan_on, same_scene, take_over, write_on
from narrative_server.story.director import make_plan
from narrative_server.story.embeddings import Embeddings
from narrative_server.story.engines import Engines, TextReading
from narrative_server.story.events import BeatAccepted, BeatEvent, BeatFinished, Narration
from narrative_server.story.limits import Limits
from narrative_server.story.media import MediaMaker, new_id
from narrative_server.story.memory import Memory
from narrative_server.story.mood_wish import settle_mood
from narrative_server.story.openings import LineWriter
from narrative_server.story.performance import Performance
from narrative_server.story.plan import Plan
from narrative_server.story.request import BeatRequest, ReviseRequest, StoryContext
from narrative_server.story.revision import (
    RevisedLines,
    RevisedMedia,
    check_parts,
    first_seed,
    media_of,
    revised_plan,
)
from narrative_server.story.running import RunningBeat, RunningBeats, check_same_body, outcome
from narrative_server.story.session import BeatSummary, Session, StoredBeat
from narrative_server.story.stopwatch import Stopwatch
from narrative_server.story.store import SessionStore
from narrative_server.story.styles import SettledStyle, settle_story
from narrative_server.story.turns import Turns
from narrative_server.story.validation import validate_beat, validate_revision

log = logging.getLogger(__name__)

DROP_BEFORE_DEADLINE_S = 0.1
"""Unfinished parts are dropped so long before the caller's deadline, to have time to commit and send."""

_BEAT = TypeAdapter(BeatRequest)
_REVISION = TypeAdapter(ReviseRequest)


@dataclass(frozen=True)
class _Call:
    """One call: when to drop what is unfinished (loop time), where its events go, how long it takes."""

    running: RunningBeat
    drop_at: float | None
    events: asyncio.Queue[BeatEvent | None] = field(default_factory=asyncio.Queue)
    stopwatch: Stopwatch = field(default_factory=Stopwatch)


@dataclass(frozen=True)
class _Take:
    """What a beat is made from. revision_after: of its session; lines: of a revised beat, those that must be there."""

    context: BeatContext
    plan: Plan
    maker: MediaMaker
    write: LineWriter
    revision_after: int
    supersedes: str = ""
    lines: RevisedLines | None = None


class BeatPlayer:
    """Plays beats on `engines`, remembers them in `store`."""

    def __init__(self, engines: Engines, store: SessionStore, limits: Limits) -> None:
        self._engines, self._store, self._limits = engines, store, limits
        self._memory = Memory(Embeddings(engines))
        self.turns = Turns(limits)
        self._running = RunningBeats()

    def play(self, request: BeatRequest, deadline_s: float | None = None) -> AsyncGenerator[BeatEvent, None]:
        """Stream one beat's events; BeatFinished comes last, once everything is stored.

        deadline_s: seconds from now that the caller waits. Closing the iterator cancels the beat.
        Raises InvalidRequest, NotFound, Busy, InProgress, DeadlinePassed, StorageFailed, and the engines' errors.
        """
        validate_beat(request, self._limits)
        running = RunningBeat(request.session_id or "", request.idempotency_key, fingerprint(request))
        return self._stream(running, deadline_s, lambda call: self._play(request, call))

    def revise(self, request: ReviseRequest, deadline_s: float | None = None) -> AsyncGenerator[BeatEvent, None]:
        """Stream the events of a stored beat that is made again but for the parts to keep; see `play`."""
        validate_revision(request, self._limits)
        running = RunningBeat(request.session_id, request.idempotency_key, fingerprint(request))
        return self._stream(running, deadline_s, lambda call: self._revise(request, call))

    async def replay(self, session_id: str, beat_id: str) -> AsyncGenerator[BeatEvent, None]:
        """Stream a stored beat again, exactly as it was. Raises NotFound."""
        for event in replayed(await self._store.get_beat(session_id, beat_id)):
            yield event

    async def settle_style(self, story: StoryContext, seed: int) -> tuple[StoryContext, SettledStyle]:
        """A new story with its style in words read, and what it was read as; see `styles.settle_story`."""
        return await settle_story(self._engines, story, seed)

    async def delete_session(self, session_id: str) -> int:
        """Stop what is being played in the session, then erase it; returns the number of beats. Raises NotFound."""
        await self._store.get_session(session_id)
        await self._running.stop_session(session_id)
        return await self._store.delete_session(session_id)

    async def _stream(
        self, running: RunningBeat, deadline_s: float | None, perform: Callable[[_Call], Awaitable[None]]
    ) -> AsyncGenerator[BeatEvent, None]:
        call = _Call(running, None if deadline_s is None else _now() + deadline_s - DROP_BEFORE_DEADLINE_S)
        self._running.add(running)
        try:
            stored = await self._stored_answer(running)
            if stored is not None:
                for event in replayed(stored):
                    yield event
                return
            running.task = asyncio.ensure_future(perform(call))
            running.task.add_done_callback(lambda _: call.events.put_nowait(None))
            while (told := await call.events.get()) is not None:
                yield told
            await outcome(running)
        finally:
            await self._running.remove(running)

    async def _stored_answer(self, running: RunningBeat) -> StoredBeat | None:
        if not running.key:
            return None
        found = await self._store.find_beat_by_key(running.session_id, running.key, datetime.now(UTC))
        if found is None:
            return None
        check_same_body(found[0], running.fingerprint)
        return found[1]

    async def _play(self, request: BeatRequest, call: _Call) -> None:
        if request.session_id is not None:
            await self._store.get_session(request.session_id)  # an unknown session must not wait for a turn
        async with self.turns.turn(call.running.session_id):
            call.stopwatch.admitted()
            session = None if request.session_id is None else await self._store.get_session(request.session_id)
            last = await self._last_beat(request, session)
            if last is not None:
                request = take_over(request, last)
            context = await self._context(request, session)
            goes_on = last is not None and same_scene(request, last)
            plan = plan_on(context, last) if last and goes_on else await self._plan(context)
            take = _Take(
                context=context,
                plan=plan,
                maker=self._maker(context, plan),
                write=write_on(self._engines.lines, last) if last and goes_on else self._engines.lines,
                revision_after=context.session_revision + 1 if session else 0,
            )
            await self._perform(take, call)

    async def _revise(self, request: ReviseRequest, call: _Call) -> None:
        session_id, revision = request.session_id, request.revision
        old = await self._store.get_beat(session_id, revision.beat_id)
        check_parts(old, revision)
        async with self.turns.turn(session_id):
            call.stopwatch.admitted()
            session = await self._store.get_session(session_id)
            current = await self._store.beat_at(session_id, old.index)
            before = await self._beat_before(session_id, old.index)
            beat = replace(
                old.request,
                place=old.place,
                seed=request.seed,
                idempotency_key=request.idempotency_key,
                controls=request.controls.over(old.request.controls),
                regenerate=True,
                revision=replace(revision, staging_seed=first_seed(old)),
            )
            then = replace(session, revision=old.index, place=before.place if before else "")
            context = await self._context(beat, then)
            plan = revised_plan(old, revision)
            goes_on = before is not None and same_scene(beat, before)
            write = write_on(self._engines.lines, before) if before and goes_on else self._engines.lines
            lines = RevisedLines(old, revision, write)
            kept = {key: asset for key, asset in media_of(old).items() if key in revision.locked_keys}
            take = _Take(
                context=context,
                plan=plan,
                maker=RevisedMedia(**vars(self._maker(context, plan)), kept=kept),
                write=lines.write,
                revision_after=session.revision,
                supersedes=current.id,
                lines=lines,
            )
            await self._perform(take, call)

    async def _perform(self, take: _Take, call: _Call) -> None:
        """Play `take`, store it, then say that it is finished."""
        context, told = take.context, list[BeatEvent]()

        def emit(event: BeatEvent) -> None:
            told.append(event)
            call.events.put_nowait(event)

        accepted = _accept(take)
        emit(accepted)
        if context.place and context.place != context.last_place:
            emit(Narration(context.place[0].upper() + context.place[1:]))
        performance = Performance(context, take.plan, self._memory, take.write, take.maker, emit, call.stopwatch)
        await performance.run(call.drop_at)
        if take.lines:
            take.lines.require_standing()
        losses = [warning.code for warning in performance.warnings if warning.is_loss]
        finished = BeatFinished(
            state="partial" if losses else "complete",
            reasons=tuple(dict.fromkeys(losses)),
            timings=call.stopwatch.read(),
            session_revision=take.revision_after,
        )
        if context.session_id:
            beat = StoredBeat(
                id=accepted.beat_id,
                session_id=context.session_id,
                index=context.session_revision,
                request=context.request,
                fingerprint=call.running.fingerprint,
                place=context.place,
                mood=take.plan.mood,
                events=(*told, finished),
                created_at=datetime.now(UTC),
            )
            await self._store.commit_beat(beat, call.running.key, take.supersedes)
        call.events.put_nowait(finished)

    async def _last_beat(self, request: BeatRequest, session: Session | None) -> StoredBeat | None:
        """The beat that `request` goes on with, None when it does not. Raises InvalidRequest when there is none."""
        if not request.continue_beat or session is None:
            return None
        last = await self._beat_before(session.id, session.revision)
        if last is None:
            problem = "is true in a session without beats"
            raise InvalidRequest([FieldViolation("continue_beat", problem, "false for a session's first beat")])
        return last

    async def _beat_before(self, session_id: str, index: int) -> StoredBeat | None:
        if index == 0:
            return None
        return await self._store.get_beat(session_id, (await self._store.beat_at(session_id, index - 1)).id)

    async def _context(self, request: BeatRequest, session: Session | None) -> BeatContext:
        past: tuple[BeatSummary, ...] = ()
        if session is not None:
            past = await self._store.recent_beats(session.id, PAST_BEATS, before=session.revision)
        return build_context(request, session, past, self._limits)

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
            style=context.style,
        )


def _accept(take: _Take) -> BeatAccepted:
    context, revision = take.context, take.context.request.revision
    return BeatAccepted(
        session_id=context.session_id,
        beat_id=new_id("beat"),
        seed=context.seed,
        story_seed=context.story_seed,
        session_revision=context.session_revision,
        plan=take.plan,
        revised_beat_id=revision.beat_id if revision else "",
    )


def fingerprint(request: BeatRequest | ReviseRequest) -> str:
    """SHA-256 of the request's body without its idempotency key: equal bodies, equal fingerprints.

    Unset fields are left out, so that a field that a later version adds changes no fingerprint.
    """
    adapter: TypeAdapter[BeatRequest] | TypeAdapter[ReviseRequest]
    adapter = _BEAT if isinstance(request, BeatRequest) else _REVISION
    body = adapter.dump_json(replace(request, idempotency_key=""), exclude_defaults=True)  # type: ignore[arg-type]
    return hashlib.sha256(body).hexdigest()


def replayed(beat: StoredBeat) -> tuple[BeatEvent, ...]:
    """The stored events, with the last one marked as a replay."""
    last = beat.events[-1]
    assert isinstance(last, BeatFinished), "only finished beats are stored"
    return (*beat.events[:-1], replace(last, replayed=True))


def _now() -> float:
    return asyncio.get_running_loop().time()

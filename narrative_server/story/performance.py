"""One beat, from its plan to its last cue: lines, pictures and sounds beside each other, fused into one timeline.

Knows nothing of sessions, queues or storage: it tells events to a callback and keeps what the player then stores.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from typing import Any

from narrative_server.dialogue import types as dialogue
from narrative_server.errors import (
    DeadlinePassed,
    EngineFailed,
    EngineUnavailable,
    InvalidRequest,
    ModelCorrupt,
    ModelMissing,
    NarrativeError,
)
from narrative_server.seeds import sub_seed
from narrative_server.semantics.mood import Mood
from narrative_server.story.asking import ask_for_lines
from narrative_server.story.context import BeatContext
from narrative_server.story.events import (
    BackgroundReady,
    BeatEvent,
    BeatWarning,
    LineDelta,
    LineFinished,
    LineStarted,
    Medium,
    SoundReady,
    SpriteReady,
    StagingUpdate,
    TimelineUpdate,
    WarningCode,
)
from narrative_server.story.media import MediaMaker, picture_size
from narrative_server.story.memory import Memory
from narrative_server.story.openings import LineWriter
from narrative_server.story.plan import BackgroundPlan, Plan, SoundPlan, SpritePlan
from narrative_server.story.proposals import choose_sounds
from narrative_server.story.staging import SpriteBox, stage
from narrative_server.story.stopwatch import Stopwatch
from narrative_server.story.timeline import Anchor, Cue, Target, TimelineBuilder, beat_duration_ms, time_line

log = logging.getLogger(__name__)

DEFAULT_GROUND_Y = 0.7


class Performance:
    """Plays one plan. Use once: `run`, then read `warnings` and `lines`."""

    def __init__(
        self,
        context: BeatContext,
        plan: Plan,
        memory: Memory,
        write: LineWriter,
        maker: MediaMaker,
        emit: Callable[[BeatEvent], None],
        stopwatch: Stopwatch,
    ) -> None:
        """memory: recalls what the lines are told; write: where they come from; emit: is called with each event."""
        self._context, self._plan, self._memory, self._write, self._maker = context, plan, memory, write, maker
        self._emit, self._stopwatch = emit, stopwatch
        self._timeline = TimelineBuilder()
        self._sprites: dict[str, SpriteReady] = {}
        self._ground_y = DEFAULT_GROUND_Y
        self._staged = False
        self._revision = 0
        self._outstanding: dict[tuple[Medium, str], None] = {}
        self._proposals: list[dialogue.SoundProposed] = []
        self._trimmed = False
        self.warnings: list[BeatWarning] = []
        self.lines: list[LineFinished] = []

    async def run(self, drop_at: float | None) -> None:
        """Play until everything is there, or until loop time `drop_at`, when what is unfinished is dropped.

        Raises what the dialogue raised before its first finished line, DeadlinePassed when none was finished.
        """
        try:
            async with asyncio.timeout_at(drop_at):
                await _all([self._words(), self._pictures(), *map(self._sound, self._plan.sounds)])
        except TimeoutError:
            if not self.lines:
                raise DeadlinePassed("no line was finished before the deadline") from None
            for medium, key in self._outstanding:
                self._warn(medium, key, "deadline", True, "the caller's deadline came first")
        if not self._staged:
            self._stage()
        timed = self._timeline.resolve()
        self._emit(TimelineUpdate(self._revision + 1, (), True, timed, beat_duration_ms(timed)))

    async def _words(self) -> None:
        """The lines, then the sounds that follow from them."""
        await self._dialogue()
        if self._context.request.media.sounds:
            lines = [line.text for line in self.lines]
            sounds = await choose_sounds(self._proposals, self._plan, lines, self._memory.embeddings)
            await _all([self._sound(sound) for sound in sounds])

    async def _dialogue(self) -> None:
        self._outstanding["dialogue", ""] = None
        try:
            request = ask_for_lines(self._context, self._plan, await self._memory.recall(self._context))
            async with aclosing(self._write(request)) as events, _beside(self._memory.prepare(self._context)):
                async for event in events:
                    self._on_line_event(event)
            if not self.lines:
                raise EngineFailed("dialogue", "wrote no line")
        except NarrativeError as error:
            if not self.lines:
                raise
            self._warn_of("dialogue", "", error)
        del self._outstanding["dialogue", ""]

    def _on_line_event(self, event: dialogue.DialogueEvent) -> None:
        if isinstance(event, dialogue.LineStarted):
            self._emit(LineStarted(event.index, event.speaker, event.emotion))
        elif isinstance(event, dialogue.LineDelta):
            self._stopwatch.delta()
            self._emit(LineDelta(event.index, event.text))
        elif isinstance(event, dialogue.LineFinished):
            timing = time_line(event.text, Mood(event.emotion, self._plan.mood.intensity))
            line = LineFinished(event.index, event.speaker, event.emotion, event.text, timing.duration_ms)
            self.lines.append(line)
            self._stopwatch.line()
            self._emit(line)
            self._timeline.add_line(timing)
            self._send_cues()
        elif isinstance(event, dialogue.SoundProposed):
            self._proposals.append(event)
        elif event.trimmed and not self._trimmed:
            self._trimmed = True
            self._warn("dialogue", "", "context_trimmed", False, "history, facts or world were shortened to fit")

    async def _pictures(self) -> None:
        parts: list[Coroutine[Any, Any, None]] = [self._sprite(sprite) for sprite in self._plan.sprites]
        if self._plan.background is not None:
            parts.append(self._background(self._plan.background))
        await _all(parts)
        self._stage()

    async def _background(self, plan: BackgroundPlan) -> None:
        async def make() -> None:
            wanted = self._context.request.media.background_format
            asset = await self._maker.picture("background", plan.key, plan.text, wanted)
            self._ground_y = asset.ground_y if asset.ground_y is not None else DEFAULT_GROUND_Y
            self._stopwatch.picture()
            self._emit(BackgroundReady(plan.key, asset))
            self._add_cue(Cue(Target("background", plan.key), Anchor()), 0)

        await self._attempt("background", plan.key, make)

    async def _sprite(self, plan: SpritePlan) -> None:
        async def make() -> None:
            wanted = self._context.request.media.sprite_format
            asset = await self._maker.picture("sprite", plan.key, plan.text, wanted)
            ready = SpriteReady(plan.key, plan.character, asset)
            self._sprites[plan.key] = ready
            self._stopwatch.picture()
            self._emit(ready)
            self._add_cue(Cue(Target("sprite", plan.key), Anchor()), 0)

        await self._attempt("sprite", plan.key, make)

    async def _sound(self, plan: SoundPlan) -> None:
        async def make() -> None:
            asset = await self._maker.sound(plan, self._context.request.media.sound_format)
            self._stopwatch.sound()
            self._emit(SoundReady(plan.key, asset))
            self._add_cue(Cue(Target("sound", plan.key), plan.anchor, plan.offset_ms), asset.duration_ms)

        await self._attempt("sound", plan.key, make)

    async def _attempt(self, medium: Medium, key: str, make: Callable[[], Awaitable[None]]) -> None:
        """Make one medium; its failure is a warning, never the beat's end."""
        self._outstanding[medium, key] = None
        try:
            await make()
        except NarrativeError as error:
            self._warn_of(medium, key, error)
        del self._outstanding[medium, key]

    def _add_cue(self, cue: Cue, duration_ms: int) -> None:
        self._timeline.add(cue, duration_ms)
        self._send_cues()

    def _send_cues(self) -> None:
        fresh = self._timeline.next_revision()
        if fresh is not None:
            self._revision = fresh.revision
            self._emit(TimelineUpdate(fresh.revision, fresh.cues))

    def _stage(self) -> None:
        self._staged = True
        media = self._context.request.media
        width_px, height_px = picture_size("background", media.background_format)
        boxes = [self._box(plan) for plan in self._plan.sprites if plan.key in self._sprites]
        seed = sub_seed(self._context.staging_seed, "staging", "")
        staging = stage(width_px, height_px, self._ground_y, boxes, seed)
        self._emit(StagingUpdate(1, width_px, height_px, round(self._ground_y * height_px), staging))

    def _box(self, plan: SpritePlan) -> SpriteBox:
        asset = self._sprites[plan.key].asset
        return SpriteBox(
            key=plan.key,
            width_px=asset.width_px,
            height_px=asset.height_px,
            pivot_x=asset.pivot_x,
            pivot_y=asset.pivot_y,
            facing=asset.facing if asset.facing in ("left", "right") else "unknown",  # type: ignore[arg-type]
            role=plan.role,
        )

    def _warn_of(self, medium: Medium, key: str, error: NarrativeError) -> None:
        code, retryable = _classify(error)
        log.warning("a beat's %s failed: %s", medium, type(error).__name__)
        self._warn(medium, key, code, retryable, str(error))

    def _warn(self, medium: Medium, key: str, code: WarningCode, retryable: bool, message: str) -> None:
        warning = BeatWarning(medium, key, code, retryable, message)
        self.warnings.append(warning)
        self._emit(warning)


def _classify(error: NarrativeError) -> tuple[WarningCode, bool]:
    if isinstance(error, EngineUnavailable):
        return "engine_unavailable", True
    if isinstance(error, (ModelMissing, ModelCorrupt)):
        return "model_missing", False
    return "engine_failed", not isinstance(error, InvalidRequest)


async def _all(parts: list[Coroutine[Any, Any, None]]) -> None:
    """Run `parts` beside each other; the first error cancels the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncGenerator[None, None]:
    """Run `work` as long as the body runs, and not longer; raises what it raised."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.result()

"""StoryService: sessions and beats. Translates between contracts and domain, nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from narrative_server.rpc import from_proto, to_proto
from narrative_server.rpc.beat_events import event_writer
from narrative_server.rpc.beat_import import imported_beat
from narrative_server.rpc.context import CallContext
from narrative_server.rpc.story_json import StoryJson
from narrative_server.story.context import draw_seed
from narrative_server.story.export import ExportRequest, export_session
from narrative_server.story.imports import store_import
from narrative_server.story.limits import Limits
from narrative_server.story.media import new_id
from narrative_server.story.player import BeatPlayer
from narrative_server.story.scripts import summarise
from narrative_server.story.session import Rating, Session
from narrative_server.story.store import SessionStore
from narrative_server.story.validation import (
    validate_fork,
    validate_id,
    validate_new_session,
    validate_page,
    validate_rating,
    validate_session_id,
)
from narrative_server.v1 import beat_pb2, story_pb2, story_pb2_grpc

DEFAULT_PAGE_SIZE = 50


class StoryServicer(story_pb2_grpc.StoryServiceServicer):
    """Serves StoryService from a player and a store."""

    def __init__(self, player: BeatPlayer, store: SessionStore, limits: Limits) -> None:
        self._player, self._store, self._limits = player, store, limits

    async def CreateSession(
        self, request: story_pb2.CreateSessionRequest, context: CallContext
    ) -> story_pb2.CreateSessionResponse:
        story = from_proto.story_context(request.context, "context")
        validate_new_session(request.session_id, request.title, story, self._limits)
        seed = draw_seed() if story.seed is None else story.seed
        story, style = await self._player.settle_style(replace(story, seed=seed), seed)
        now = datetime.now(UTC)
        session = Session(
            id=request.session_id or new_id("session"),
            title=request.title,
            context=story,
            revision=0,
            place="",
            parent_id="",
            created_at=now,
            updated_at=now,
        )
        await self._store.create_session(session)
        return story_pb2.CreateSessionResponse(session=to_proto.session(session), style=to_proto.style_reading(style))

    async def GetSession(
        self, request: story_pb2.GetSessionRequest, context: CallContext
    ) -> story_pb2.GetSessionResponse:
        validate_session_id(request.session_id, self._limits)
        session = await self._store.get_session(request.session_id)
        return story_pb2.GetSessionResponse(session=to_proto.session(session))

    async def ListSessions(
        self, request: story_pb2.ListSessionsRequest, context: CallContext
    ) -> story_pb2.ListSessionsResponse:
        validate_page(request.page_size, request.page_token, self._limits)
        sessions, token = await self._store.list_sessions(request.page_size or DEFAULT_PAGE_SIZE, request.page_token)
        return story_pb2.ListSessionsResponse(sessions=map(to_proto.session, sessions), next_page_token=token)

    async def DeleteSession(
        self, request: story_pb2.DeleteSessionRequest, context: CallContext
    ) -> story_pb2.DeleteSessionResponse:
        validate_session_id(request.session_id, self._limits)
        deleted = await self._player.delete_session(request.session_id)
        return story_pb2.DeleteSessionResponse(deleted_beats=deleted)

    async def ForkSession(
        self, request: story_pb2.ForkSessionRequest, context: CallContext
    ) -> story_pb2.ForkSessionResponse:
        validate_fork(request.session_id, request.after_beat_id, request.new_session_id, request.title, self._limits)
        session = await self._store.fork_session(
            request.session_id,
            after_beat_id=request.after_beat_id or None,
            new_id=request.new_session_id or new_id("session"),
            title=request.title or None,
            now=datetime.now(UTC),
        )
        return story_pb2.ForkSessionResponse(session=to_proto.session(session))

    async def ListBeats(self, request: story_pb2.ListBeatsRequest, context: CallContext) -> story_pb2.ListBeatsResponse:
        validate_session_id(request.session_id, self._limits)
        validate_page(request.page_size, request.page_token, self._limits)
        page_size = request.page_size or DEFAULT_PAGE_SIZE
        beats, token = await self._store.list_beats(request.session_id, page_size, request.page_token)
        return story_pb2.ListBeatsResponse(beats=map(to_proto.beat_summary, beats), next_page_token=token)

    async def PlayBeat(
        self, request: beat_pb2.PlayBeatRequest, context: CallContext
    ) -> AsyncIterator[beat_pb2.PlayBeatResponse]:
        beat = from_proto.beat_request(request)
        write = event_writer(stored=beat.session_id is not None)
        async with aclosing(self._player.play(beat, deadline_s=context.time_remaining())) as events:
            async for event in events:
                yield beat_pb2.PlayBeatResponse(event=write(event))

    async def ReplayBeat(
        self, request: story_pb2.ReplayBeatRequest, context: CallContext
    ) -> AsyncIterator[story_pb2.ReplayBeatResponse]:
        validate_session_id(request.session_id, self._limits)
        validate_id(request.beat_id, "beat_id", self._limits)
        write = event_writer(stored=True)
        async for event in self._player.replay(request.session_id, request.beat_id):
            yield story_pb2.ReplayBeatResponse(event=write(event))

    async def RateBeat(self, request: story_pb2.RateBeatRequest, context: CallContext) -> story_pb2.RateBeatResponse:
        part = request.part.WhichOneof("part")
        rating = Rating(
            session_id=request.session_id,
            beat_id=request.beat_id,
            score=request.score,
            line=request.part.line if part == "line" else None,
            key=request.part.key if part == "key" else "",
            tags=tuple(request.tags),
            better_text=request.better_text,
        )
        validate_rating(rating, self._limits)
        return story_pb2.RateBeatResponse(rating_id=await self._store.rate_beat(rating, datetime.now(UTC)))

    async def ReviseBeat(
        self, request: story_pb2.ReviseBeatRequest, context: CallContext
    ) -> AsyncIterator[story_pb2.ReviseBeatResponse]:
        write = event_writer(stored=True)
        revision = from_proto.revise_request(request)
        async with aclosing(self._player.revise(revision, deadline_s=context.time_remaining())) as events:
            async for event in events:
                yield story_pb2.ReviseBeatResponse(event=write(event))

    async def ExportSession(
        self, request: story_pb2.ExportSessionRequest, context: CallContext
    ) -> AsyncIterator[story_pb2.ExportSessionResponse]:
        validate_session_id(request.session_id, self._limits)
        if request.beat_id:
            validate_id(request.beat_id, "beat_id", self._limits)
        wanted = ExportRequest(request.session_id, request.beat_id, media=not request.without_media)
        async with aclosing(export_session(self._store, wanted, StoryJson())) as chunks:
            async for chunk in chunks:
                yield story_pb2.ExportSessionResponse(chunk=chunk)

    async def ImportBeat(
        self, request: story_pb2.ImportBeatRequest, context: CallContext
    ) -> story_pb2.ImportBeatResponse:
        beat = await asyncio.to_thread(imported_beat, request, self._limits)  # it decodes pictures and sounds
        stored = await store_import(beat, self._store, self._player.turns)
        return story_pb2.ImportBeatResponse(beat=to_proto.beat_summary(summarise(stored)))

# ruff: noqa: N802 (a servicer's methods have the contract's names)
from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc
import pytest
from legal_beats import find, legal_events, request

from narrative_server.testing import ContractViolation, MockGameClient
from narrative_server.testing.rules import check_replay
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import info_pb2, info_pb2_grpc, story_pb2, story_pb2_grpc

Serve = Callable[["FakeStory"], AbstractAsyncContextManager[str]]


class FakeStory(story_pb2_grpc.StoryServiceServicer, info_pb2_grpc.InfoServiceServicer):
    """Streams prepared events; notices when its caller goes away."""

    def __init__(self, events: list[pb.BeatEvent], hold_after: int | None = None) -> None:
        self.events, self.hold_after = events, hold_after
        self.cancelled = asyncio.Event()
        self.tokens: list[Any] = []

    async def PlayBeat(self, asked: pb.PlayBeatRequest, context: Any) -> AsyncIterator[pb.PlayBeatResponse]:
        self.tokens.append(dict(context.invocation_metadata()).get("authorization"))
        try:
            for index, event in enumerate(self.events):
                if index == self.hold_after:
                    await asyncio.sleep(60)
                yield pb.PlayBeatResponse(event=event)
        except (asyncio.CancelledError, GeneratorExit):  # the latter when it is hit while a message is sent
            self.cancelled.set()
            raise

    async def ReplayBeat(
        self, asked: story_pb2.ReplayBeatRequest, context: Any
    ) -> AsyncIterator[story_pb2.ReplayBeatResponse]:
        for event in self.events:
            copy = pb.BeatEvent()
            copy.CopyFrom(event)
            if copy.HasField("finished"):
                copy.finished.replayed = True
            yield story_pb2.ReplayBeatResponse(event=copy)

    async def CreateSession(
        self, asked: story_pb2.CreateSessionRequest, context: Any
    ) -> story_pb2.CreateSessionResponse:
        return story_pb2.CreateSessionResponse(session=story_pb2.Session(session_id=asked.session_id or "new"))

    async def GetServerInfo(self, asked: info_pb2.GetServerInfoRequest, context: Any) -> info_pb2.GetServerInfoResponse:
        return info_pb2.GetServerInfoResponse(server_version="9")


@pytest.fixture
def serve() -> Serve:
    @asynccontextmanager
    async def run(story: FakeStory) -> AsyncIterator[str]:
        server = grpc.aio.server()
        story_pb2_grpc.add_StoryServiceServicer_to_server(story, server)
        info_pb2_grpc.add_InfoServiceServicer_to_server(story, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            await server.stop(0)

    return run


async def test_a_beat_is_collected_and_shown_as_it_comes(serve: Serve) -> None:
    story, seen = FakeStory(legal_events()), []
    async with serve(story) as address, MockGameClient(address, token="secret") as client:
        beat = await client.play(request(), lambda event: seen.append(event.WhichOneof("event")))
    assert beat.complete
    assert seen[0] == "accepted"
    assert seen[-1] == "finished"
    assert story.tokens == ["Bearer secret"]


async def test_a_violation_is_raised_at_once_and_ends_the_call(serve: Serve) -> None:
    events = legal_events()
    find(events, "line_started").line_started.speaker = "Nobody"
    story = FakeStory(events, hold_after=6)
    async with serve(story) as address, MockGameClient(address) as client:
        with pytest.raises(ContractViolation, match="speakers_are_present"):
            await client.play(request())
        await asyncio.wait_for(story.cancelled.wait(), 10)


async def test_without_rules_nothing_is_checked(serve: Serve) -> None:
    async with serve(FakeStory(legal_events()[:-1])) as address, MockGameClient(address, rules=()) as client:
        beat = await client.play(request())
    assert beat.finished is None


async def test_an_early_end_is_a_violation(serve: Serve) -> None:
    async with serve(FakeStory(legal_events()[:-1])) as address, MockGameClient(address) as client:
        with pytest.raises(ContractViolation, match="finished_comes_last"):
            await client.play(request())


async def test_cancelling_the_task_cancels_the_call(serve: Serve) -> None:
    story, seen = FakeStory(legal_events(), hold_after=3), asyncio.Event()
    async with serve(story) as address, MockGameClient(address) as client:
        playing = asyncio.create_task(client.play(request(), lambda _: seen.set()))
        await asyncio.wait_for(seen.wait(), 10)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await asyncio.wait_for(story.cancelled.wait(), 10)
    assert playing.cancelled()


async def test_a_replay_is_checked_like_a_beat(serve: Serve) -> None:
    async with serve(FakeStory(legal_events())) as address, MockGameClient(address) as client:
        first = await client.play(request())
        check_replay(first, await client.replay("s1", "b1", request()))


async def test_sessions_and_the_server_are_asked_for(serve: Serve) -> None:
    async with serve(FakeStory([])) as address, MockGameClient(address) as client:
        assert (await client.server_info()).server_version == "9"
        assert (await client.create_session()).session_id == "new"
        asked = story_pb2.CreateSessionRequest(session_id="mine")
        assert (await client.create_session(asked)).session_id == "mine"


async def test_a_given_channel_stays_open(serve: Serve) -> None:
    async with serve(FakeStory([])) as address, grpc.aio.insecure_channel(address) as channel:
        async with MockGameClient(channel) as client:
            await client.server_info()
        async with MockGameClient(channel) as client:
            assert (await client.server_info()).server_version == "9"

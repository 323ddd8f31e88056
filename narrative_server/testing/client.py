"""A game client that distrusts its server: plays beats over gRPC and checks every event as it arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeAlias

import grpc

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import RULES, Rule, check_end, check_event
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import info_pb2, info_pb2_grpc, story_pb2, story_pb2_grpc

_MAX_MESSAGE_BYTES = 64 * 1024 * 1024

OnEvent: TypeAlias = Callable[[pb.BeatEvent], None]
_EventCall: TypeAlias = (
    "grpc.aio.UnaryStreamCall[pb.PlayBeatRequest, pb.PlayBeatResponse]"
    " | grpc.aio.UnaryStreamCall[story_pb2.ReplayBeatRequest, story_pb2.ReplayBeatResponse]"
    " | grpc.aio.UnaryStreamCall[story_pb2.ReviseBeatRequest, story_pb2.ReviseBeatResponse]"
)


class MockGameClient:
    """Talks to a server as a game does. Use it with `async with`, in the event loop that made it.

    target: "host:port" of a plaintext server, or an open channel, which stays the caller's to close.
    token: sent as `authorization: Bearer TOKEN`. rules: what to check; () checks nothing.
    """

    def __init__(self, target: str | grpc.aio.Channel, *, token: str = "", rules: Sequence[Rule] = RULES) -> None:
        self._owns_channel = isinstance(target, str)
        options = [("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
        self.channel = grpc.aio.insecure_channel(target, options=options) if isinstance(target, str) else target
        self.metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self.rules = tuple(rules)
        self.story = story_pb2_grpc.StoryServiceStub(self.channel)
        """For calls that this client has no method for."""
        self.info = info_pb2_grpc.InfoServiceStub(self.channel)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the channel if this client opened it."""
        if self._owns_channel:
            await self.channel.close(None)

    async def server_info(self, timeout_s: float = 10.0) -> info_pb2.GetServerInfoResponse:
        """Versions, limits and load. Waits for a server that is still starting."""
        return await self.info.GetServerInfo(
            info_pb2.GetServerInfoRequest(), timeout=timeout_s, metadata=self.metadata, wait_for_ready=True
        )

    async def create_session(
        self, request: story_pb2.CreateSessionRequest | None = None, timeout_s: float = 10.0
    ) -> story_pb2.Session:
        """Start a story; None: an empty one."""
        request = request or story_pb2.CreateSessionRequest()
        answer = await self.story.CreateSession(request, timeout=timeout_s, metadata=self.metadata)
        return answer.session

    async def play(
        self, request: pb.PlayBeatRequest, on_event: OnEvent | None = None, timeout_s: float | None = 60.0
    ) -> PlayedBeat:
        """Play a beat to its end.

        on_event: sees each event once it is checked; cancelling the awaiting task cancels the call.
        timeout_s: the call's deadline; None: none.
        Raises ContractViolation, and grpc.aio.AioRpcError as the server answers it.
        """
        call = self.story.PlayBeat(request, timeout=timeout_s, metadata=self.metadata)
        return await self._collect(call, PlayedBeat(request), on_event)

    async def revise(
        self,
        request: story_pb2.ReviseBeatRequest,
        on_event: OnEvent | None = None,
        timeout_s: float | None = 60.0,
    ) -> PlayedBeat:
        """Make parts of a stored beat again; compare with what it was by `rules.check_revision`. See `play`."""
        call = self.story.ReviseBeat(request, timeout=timeout_s, metadata=self.metadata)
        return await self._collect(call, PlayedBeat(revision=request), on_event)

    async def replay(
        self, session_id: str, beat_id: str, request: pb.PlayBeatRequest | None = None, timeout_s: float | None = 60.0
    ) -> PlayedBeat:
        """Get a stored beat again, checked like a played one; compare the two by `rules.check_replay`.

        request: what it was asked with, so that the rules that compare with it apply too. Raises as `play`.
        """
        asked = story_pb2.ReplayBeatRequest(session_id=session_id, beat_id=beat_id)
        call = self.story.ReplayBeat(asked, timeout=timeout_s, metadata=self.metadata)
        return await self._collect(call, PlayedBeat(request), None)

    async def _collect(self, call: _EventCall, beat: PlayedBeat, on_event: OnEvent | None) -> PlayedBeat:
        try:
            async for response in call:
                check_event(beat, response.event, self.rules)
                beat.add(response.event)
                if on_event:
                    on_event(response.event)
        finally:
            call.cancel()  # after a violation; does nothing to a call that has ended
        if self.rules:
            check_end(beat)
        return beat

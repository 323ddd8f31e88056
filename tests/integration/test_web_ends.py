"""How calls over the web end early, wait and go on together: deadlines, hang-ups, slow readers, a stopping server."""

from __future__ import annotations

import asyncio
import socket

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2

from narrative_server.rpc.server import NarrativeServer
from narrative_server.story.limits import Limits
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2
from tests.integration.asking import beat_request, new_session
from tests.integration.web_caller import INFO, STORY, WebCaller, call, events_of, frame, server_load, until


async def idle(web: NarrativeServer) -> None:
    """Wait until GetServerInfo tells that nothing plays, waits or is generated."""
    async with asyncio.timeout(5):
        while (load := await server_load(web)).active_generations + load.active_beats + load.queued_beats > 0:
            await asyncio.sleep(0.01)


async def test_the_deadline_drops_what_is_unfinished(web: NarrativeServer, engines: ScriptedEngines) -> None:
    engines.gates["sounds"] = asyncio.Event()
    answer = await call(web.web_port, STORY + "PlayBeat", beat_request(), {"grpc-timeout": "1S"})
    assert events_of(answer)[-1].finished.state == beat_pb2.BEAT_STATE_PARTIAL
    assert engines.active == 0


async def test_a_deadline_before_the_first_line_is_exceeded(web: NarrativeServer, engines: ScriptedEngines) -> None:
    engines.gates["dialogue"] = asyncio.Event()
    answer = await call(web.web_port, STORY + "PlayBeat", beat_request(), {"grpc-timeout": "300m"})
    assert answer.code is grpc.StatusCode.DEADLINE_EXCEEDED
    await until(lambda: engines.active == 0)


@pytest.mark.parametrize("given", ["", "S", "-1S", "1x", "999999999S"])
async def test_a_malformed_deadline_is_refused(web: NarrativeServer, given: str) -> None:
    answer = await call(web.web_port, INFO + "GetServerInfo", b"", {"grpc-timeout": given})
    assert answer.code is grpc.StatusCode.INVALID_ARGUMENT


async def test_hanging_up_stops_the_engine_and_keeps_nothing(
    web: NarrativeServer, web_client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(web_client)
    engines.delta_delay_ms = 50
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "PlayBeat", frame(beat_request(session_id)))
        await caller.head()
        async for _, data in caller.frames():
            if beat_pb2.PlayBeatResponse.FromString(data).event.HasField("line_delta"):
                break
        assert (await server_load(web)).active_generations == 1
    await until(lambda: engines.calls["dialogue"].cancelled == 1)
    await idle(web)
    assert not (await web_client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))).beats


async def test_hanging_up_while_waiting_in_the_queue_never_reaches_an_engine(
    web: NarrativeServer, web_client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(web_client)
    gate = engines.gates["dialogue"] = asyncio.Event()
    first = asyncio.create_task(web_client.play(beat_request(session_id)))
    await until(lambda: engines.calls["dialogue"].active == 1)
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "PlayBeat", frame(beat_request(session_id)))
        async with asyncio.timeout(5):
            while (await server_load(web)).queued_beats != 1:
                await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        while (await server_load(web)).queued_beats != 0:
            await asyncio.sleep(0.01)
    gate.set()
    await first
    assert engines.calls["dialogue"].started == 1


async def test_thirty_two_beats_at_once_each_in_its_session(web: NarrativeServer, web_client: MockGameClient) -> None:
    sessions = [await new_session(web_client) for _ in range(32)]
    refusals = 0

    async def play(session_id: str) -> list[beat_pb2.BeatEvent]:
        nonlocal refusals
        while True:
            answer = await call(web.web_port, STORY + "PlayBeat", beat_request(session_id))
            if answer.code is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                return events_of(answer)
            refusals += 1
            retry = error_details_pb2.RetryInfo()
            assert any(detail.Unpack(retry) for detail in answer.details.details)
            assert answer.trailers["grpc-retry-pushback-ms"] == str(retry.retry_delay.ToMilliseconds())
            await asyncio.sleep(retry.retry_delay.ToMilliseconds() / 1000)

    beats = await asyncio.gather(*map(play, sessions))
    assert [events[0].accepted.session_id for events in beats] == sessions
    assert all(events[-1].finished.state == beat_pb2.BEAT_STATE_COMPLETE for events in beats)
    limits = Limits()
    assert refusals >= 32 - limits.max_active_beats - limits.max_queued_beats


async def test_a_slow_reader_holds_no_turn_and_gets_its_beat_in_the_end(
    web: NarrativeServer, engines: ScriptedEngines
) -> None:
    request = beat_request()
    request.media.background_format.width_px, request.media.background_format.height_px = 1280, 768
    request.media.background_format.encoding = common_pb2.PICTURE_ENCODING_RGBA32
    slow = [await WebCaller.open(web.web_port) for _ in range(Limits().max_active_beats)]
    for caller in slow:
        await caller.send(STORY + "PlayBeat", frame(request))
    await until(lambda: engines.calls["dialogue"].finished == len(slow))
    assert events_of(await call(web.web_port, STORY + "PlayBeat", beat_request()))
    for caller in slow:
        answer = await caller.answer()
        assert events_of(answer)[-1].finished.state == beat_pb2.BEAT_STATE_COMPLETE
        await caller.close()


async def test_a_stopping_server_tells_health_watchers_and_lets_beats_end(
    web: NarrativeServer, engines: ScriptedEngines
) -> None:
    gate = engines.gates["dialogue"] = asyncio.Event()
    async with await WebCaller.open(web.web_port) as watcher, await WebCaller.open(web.web_port) as late:
        await watcher.send("/grpc.health.v1.Health/Watch", frame(health_pb2.HealthCheckRequest()))
        await watcher.head()
        states = watcher.frames()
        assert (await anext(states))[1] == b"\x08\x01"
        playing = asyncio.create_task(call(web.web_port, STORY + "PlayBeat", beat_request()))
        await until(lambda: engines.calls["dialogue"].active == 1)
        stopping = asyncio.create_task(web.stop(grace_s=5))
        assert (await anext(states))[1] == b"\x08\x02"
        assert await late.reader.read() == b"", "an idle connection is closed"
        gate.set()
        assert events_of(await playing)[-1].finished.state == beat_pb2.BEAT_STATE_COMPLETE
        await watcher.close()
    await stopping


async def test_a_stopping_server_ends_beats_that_outlast_its_grace(
    web: NarrativeServer, engines: ScriptedEngines
) -> None:
    engines.gates["dialogue"] = asyncio.Event()
    playing = asyncio.create_task(call(web.web_port, STORY + "PlayBeat", beat_request()))
    await until(lambda: engines.calls["dialogue"].active == 1)
    async with asyncio.timeout(3):
        await web.stop(grace_s=0.2)
    assert (await playing).code is grpc.StatusCode.CANCELLED
    assert engines.active == 0


async def test_a_reader_who_never_reads_does_not_keep_the_server_from_stopping(
    web: NarrativeServer, engines: ScriptedEngines
) -> None:
    request = beat_request()
    request.media.background_format.width_px, request.media.background_format.height_px = 1280, 768
    request.media.background_format.encoding = common_pb2.PICTURE_ENCODING_RGBA32
    async with await WebCaller.open(web.web_port) as caller:
        caller.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await caller.send(STORY + "PlayBeat", frame(request))
        await until(lambda: engines.calls["dialogue"].finished == 1)
        async with asyncio.timeout(5):
            await web.stop(grace_s=0.2)
    assert engines.active == 0

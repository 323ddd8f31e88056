"""Calls over gRPC-Web: the same answers as over gRPC."""

from __future__ import annotations

import asyncio
import gzip

import grpc
import pytest
from google.protobuf import descriptor_pool
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2

from narrative_server.errors import EngineFailed
from narrative_server.rpc.server import NEEDS, NarrativeServer
from narrative_server.story.limits import Limits
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import RULES, check_end, check_event
from narrative_server.v1 import beat_pb2, story_pb2
from tests.integration.asking import beat_request, new_session
from tests.integration.web_caller import INFO, STORY, WebCaller, call, events_of, frame, server_load


async def test_a_beat_over_the_web_keeps_every_rule_of_the_contracts(web: NarrativeServer) -> None:
    request = beat_request(seed=7)
    beat = PlayedBeat(request)
    for event in events_of(await call(web.web_port, STORY + "PlayBeat", request)):
        check_event(beat, event, RULES)
        beat.add(event)
    check_end(beat)
    assert beat.complete


async def test_a_beat_over_the_web_has_the_same_events_as_over_grpc(
    web: NarrativeServer, web_client: MockGameClient
) -> None:
    request = beat_request(seed=7)
    request.inline.context.seed = 5
    over_grpc = (await web_client.play(request)).events
    over_web = events_of(await call(web.web_port, STORY + "PlayBeat", request))
    assert sorted(map(lasting, over_web)) == sorted(map(lasting, over_grpc))
    assert len(over_web) > 20


def lasting(event: beat_pb2.BeatEvent) -> bytes:
    """The event without its place in the stream, ids, timings and scores, which differ from beat to beat."""
    kept = beat_pb2.BeatEvent()
    kept.CopyFrom(event)
    for name in ("sequence", "elapsed_ms"):
        if name in kept.DESCRIPTOR.fields_by_name:
            kept.ClearField(name)
    _clear(kept, {"beat_id", "asset_id", "timings", "scores"})
    return kept.SerializeToString(deterministic=True)


def _clear(message, names: set[str]) -> None:
    for field, value in message.ListFields():
        if field.name in names:
            message.ClearField(field.name)
        elif field.message_type is not None:
            for one in value if field.is_repeated else [value]:
                _clear(one, names)


async def test_a_stored_beat_replays_byte_for_byte_as_over_grpc(
    web: NarrativeServer, web_client: MockGameClient
) -> None:
    session_id = await new_session(web_client)
    beat = await web_client.play(beat_request(session_id))
    request = story_pb2.ReplayBeatRequest(session_id=session_id, beat_id=beat.accepted.beat_id)
    over_grpc = [response.SerializeToString() async for response in web_client.story.ReplayBeat(request)]
    assert (await call(web.web_port, STORY + "ReplayBeat", request)).messages == over_grpc


async def test_every_call_of_the_contracts_is_there(web: NarrativeServer) -> None:
    for service in NEEDS:
        for method in descriptor_pool.Default().FindServiceByName(service).methods:
            assert not method.client_streaming, "browsers cannot send a stream"
            answer = await call(web.web_port, f"/{service}/{method.name}", b"")
            assert answer.status == 200
            assert answer.trailers["grpc-status"]


async def test_lines_arrive_while_the_engine_speaks(web: NarrativeServer, engines: ScriptedEngines) -> None:
    engines.delta_delay_ms = 20
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "PlayBeat", frame(beat_request()))
        await caller.head()
        async for _, data in caller.frames():
            if beat_pb2.PlayBeatResponse.FromString(data).event.HasField("line_delta"):
                break
        assert engines.calls["dialogue"].active == 1


async def test_a_wrong_request_names_its_fields(web: NarrativeServer, engines: ScriptedEngines) -> None:
    request = beat_request(max_lines=99)
    request.trigger.event = ""
    answer = await call(web.web_port, STORY + "PlayBeat", request)
    assert answer.code is grpc.StatusCode.INVALID_ARGUMENT
    bad = error_details_pb2.BadRequest()
    assert answer.details.details[0].Unpack(bad)
    assert {violation.field for violation in bad.field_violations} == {"max_lines", "trigger.event"}
    assert "legal: " in answer.message
    assert engines.active == 0


async def test_text_that_is_not_utf8_is_refused_by_its_field(web: NarrativeServer) -> None:
    data = beat_request(facts=["MARKER"]).SerializeToString().replace(b"MARKER", b"\xff" * 6)
    answer = await call(web.web_port, STORY + "PlayBeat", data)
    assert answer.code is grpc.StatusCode.INVALID_ARGUMENT
    assert answer.message == "facts[0] is not UTF-8; legal: text in UTF-8"


async def test_a_beat_that_fails_midway_ends_with_its_status(web: NarrativeServer, engines: ScriptedEngines) -> None:
    engines.fail["dialogue"] = EngineFailed("dialogue", "lost the thread")
    answer = await call(web.web_port, STORY + "PlayBeat", beat_request())
    assert answer.code is grpc.StatusCode.INTERNAL
    assert answer.message == "dialogue engine: lost the thread"


async def test_an_unforeseen_error_leaks_nothing(web: NarrativeServer, engines: ScriptedEngines) -> None:
    engines.fail["dialogue"] = ValueError("secret /home/someone at 0x7f")
    answer = await call(web.web_port, STORY + "PlayBeat", beat_request())
    assert answer.code is grpc.StatusCode.INTERNAL
    assert answer.message.startswith("internal error; the server's log has it under request id ")
    assert b"secret" not in answer.body


async def test_the_request_id_of_the_caller_reaches_the_log(
    web: NarrativeServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="narrative_server"):
        await call(web.web_port, INFO + "GetServerInfo", b"", {"x-request-id": "my-call-7"})
        async with asyncio.timeout(5.0):  # the call is logged once it has ended, which may be after its answer
            while not any(getattr(record, "request_id", "") == "my-call-7" for record in caplog.records):
                await asyncio.sleep(0.01)
    assert "my-call-7" in [getattr(record, "request_id", "") for record in caplog.records]


async def test_an_oversized_request_is_refused_before_it_is_read(web: NarrativeServer) -> None:
    limit = Limits().max_request_bytes
    head = frame(b"")[:1] + (limit + 1).to_bytes(4, "big")
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "PlayBeat", head)
        answer = await caller.answer()
    assert answer.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert str(limit) in answer.message
    whole = await call(web.web_port, STORY + "PlayBeat", beat_request(player_line="x" * limit))
    assert whole.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (await server_load(web)).active_beats == 0


MALFORMED = {
    "nothing": b"",
    "half a head": b"\x00\x00\x00",
    "a message cut short": frame(b"\x0a\x03abc")[:-2],
    "unknown flags": frame(b"", flags=0x42),
    "compression that was not announced": frame(b"", flags=1),
    "two messages": frame(b"") + frame(b""),
    "no message of protobuf": frame(b"\x0f\xff\xff"),
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_body_gets_a_status(web: NarrativeServer, case: str) -> None:
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "CreateSession", MALFORMED[case])
        answer = await caller.answer()
    refused = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL
    assert answer.code in refused
    assert answer.message
    assert await server_load(web)


async def test_a_compressed_request_is_read_and_answered_uncompressed(web: NarrativeServer) -> None:
    body = frame(gzip.compress(beat_request().SerializeToString()), flags=1)
    headers = {"grpc-encoding": "gzip", "grpc-accept-encoding": "gzip", "accept-encoding": "gzip"}
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "PlayBeat", body, headers)
        answer = await caller.answer()
    assert events_of(answer)[-1].HasField("finished")
    assert answer.headers["grpc-encoding"] == "identity"


async def test_a_compressed_request_that_grows_beyond_the_limit_is_refused(web: NarrativeServer) -> None:
    bomb = gzip.compress(bytes(100 * Limits().max_request_bytes))
    assert len(bomb) < Limits().max_request_bytes
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(STORY + "PlayBeat", frame(bomb, flags=1), {"grpc-encoding": "gzip"})
        assert (await caller.answer()).code is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("encoding", ["br", "zstd", "x"])
async def test_another_compression_is_refused_and_the_legal_one_named(web: NarrativeServer, encoding: str) -> None:
    answer = await call(web.web_port, INFO + "GetServerInfo", b"", {"grpc-encoding": encoding})
    assert answer.code is grpc.StatusCode.UNIMPLEMENTED
    assert "gzip" in answer.message


async def test_unknown_services_are_told_by_health(web: NarrativeServer) -> None:
    check = health_pb2.HealthCheckRequest(service="no.such.Service")
    answer = await call(web.web_port, "/grpc.health.v1.Health/Check", check)
    assert answer.code is grpc.StatusCode.NOT_FOUND

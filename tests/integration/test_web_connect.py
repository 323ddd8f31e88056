"""The web port as the Connect library's own client, curl and older browsers' code use it: Connect, JSON, base64."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

import grpc
import pytest
from connectrpc.client import ConnectClient
from connectrpc.code import Code
from connectrpc.compat import google_protobuf_codecs
from connectrpc.errors import ConnectError
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from connectrpc.protocol import ProtocolType
from google.protobuf import json_format

from narrative_server import __version__
from narrative_server.rpc.server import NarrativeServer
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import RULES, check_end, check_event
from narrative_server.v1 import beat_pb2, info_pb2, story_pb2
from tests.integration.asking import beat_request
from tests.integration.web_caller import INFO, STORY, WebCaller, frame, split_frames

PLAY_BEAT = MethodInfo(
    name="PlayBeat",
    service_name="narrative_server.v1.StoryService",
    input=beat_pb2.PlayBeatRequest,
    output=beat_pb2.PlayBeatResponse,
    idempotency_level=IdempotencyLevel.UNKNOWN,
    stream_type=StreamType.SERVER_STREAM,
)
GET_SESSION = MethodInfo(
    name="GetSession",
    service_name="narrative_server.v1.StoryService",
    input=story_pb2.GetSessionRequest,
    output=story_pb2.GetSessionResponse,
    idempotency_level=IdempotencyLevel.UNKNOWN,
    stream_type=StreamType.UNARY,
)


@pytest.mark.parametrize("codec", google_protobuf_codecs(), ids=lambda codec: codec.name())
@pytest.mark.parametrize("protocol", [ProtocolType.CONNECT, ProtocolType.GRPC_WEB])
async def test_the_connect_client_plays_a_beat(web: NarrativeServer, protocol: ProtocolType, codec) -> None:
    request = beat_request()
    beat = PlayedBeat(request)
    async with ConnectClient(f"http://127.0.0.1:{web.web_port}", codec=codec, protocol=protocol) as client:
        async for response in client.execute_server_stream(request=request, method=PLAY_BEAT):
            check_event(beat, response.event, RULES)
            beat.add(response.event)
    check_end(beat)


@pytest.mark.parametrize("protocol", [ProtocolType.CONNECT, ProtocolType.GRPC_WEB])
async def test_the_connect_client_gets_the_code_and_details(web: NarrativeServer, protocol: ProtocolType) -> None:
    request = story_pb2.GetSessionRequest(session_id="../etc")
    binary, _ = google_protobuf_codecs()
    async with ConnectClient(f"http://127.0.0.1:{web.web_port}", codec=binary, protocol=protocol) as client:
        with pytest.raises(ConnectError) as error:
            await client.execute_unary(request=request, method=GET_SESSION)
    assert error.value.code is Code.INVALID_ARGUMENT
    assert error.value.details[0].type_name == "google.rpc.BadRequest"
    assert b"session_id" in error.value.details[0].message_bytes


async def ask_json(web: NarrativeServer, path: str, body: str | bytes, content_type: str = "application/json"):
    """POST a body as curl does."""
    async with await WebCaller.open(web.web_port) as caller:
        data = body if isinstance(body, bytes) else body.encode()
        await caller.send(path, data, {"content-type": content_type})
        return await caller.answer()


async def test_a_call_in_json_is_answered_in_json(web: NarrativeServer) -> None:
    answer = await ask_json(web, INFO + "GetServerInfo", "{}", "application/json; charset=utf-8")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json["serverVersion"] == __version__
    assert json_format.ParseDict(answer.json, info_pb2.GetServerInfoResponse()).load.active_beats == 0


WRONG_JSON = {
    "a typing mistake": ('{"sesion_id": "a"}', "sesion_id"),
    "a text for a number": ('{"page_size": "many"}', "page_size"),
    "a number out of range": ('{"page_size": 1e400}', "page_size"),
    "no JSON": ("{", "cannot be read"),
    "a list": ("[]", "cannot be read"),
    "half a character": (r'{"page_token": "\ud800"}', "cannot be read"),
    "no UTF-8": (b'{"page_token": "\xff"}', "cannot be read"),
    "endless nesting": ("[" * 50_000, "cannot be read"),
    "an endless number": ('{"page_size": ' + "9" * 50_000 + "}", "cannot be read"),
}


@pytest.mark.parametrize("case", WRONG_JSON)
async def test_wrong_json_is_refused_with_what_is_wrong(web: NarrativeServer, case: str) -> None:
    body, told = WRONG_JSON[case]
    answer = await ask_json(web, STORY + "ListSessions", body)
    assert (answer.status, answer.json["code"]) == (400, "invalid_argument")
    assert told in str(answer.json["message"])
    assert len(answer.body) < 2048


async def test_an_error_in_json_carries_its_violations(web: NarrativeServer) -> None:
    answer = await ask_json(web, STORY + "GetSession", '{"sessionId": "no-such-session"}')
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    wrong = await ask_json(web, STORY + "GetSession", '{"session_id": "../etc"}')
    (detail,) = wrong.json["details"]
    assert detail["type"] == "google.rpc.BadRequest"


async def test_the_connect_deadline_counts(web: NarrativeServer) -> None:
    async with await WebCaller.open(web.web_port) as caller:
        headers = {"content-type": "application/json", "connect-timeout-ms": "1.5"}
        await caller.send(INFO + "GetServerInfo", b"{}", headers)
        assert (await caller.answer()).json["code"] == "invalid_argument"
    async with await WebCaller.open(web.web_port) as caller:
        headers = {"content-type": "application/connect+json", "connect-timeout-ms": "0"}
        request = json_format.MessageToJson(beat_request()).encode()
        await caller.send(STORY + "PlayBeat", frame(request), headers)
        answer = await caller.answer()
    end = json.loads(answer.body[5:])
    assert end["error"]["code"] == "deadline_exceeded"


async def test_a_beat_in_base64_is_the_same_beat(web: NarrativeServer) -> None:
    body = frame(beat_request())
    for sent in (b64encode(body), b64encode(body[:7]) + b64encode(body[7:])):
        async with await WebCaller.open(web.web_port) as caller:
            await caller.send(STORY + "PlayBeat", sent, {"content-type": "application/grpc-web-text"})
            status, headers = await caller.head()
            parts = [part async for part in caller.parts()]
        assert (status, headers["content-type"]) == (200, "application/grpc-web-text+proto")
        pieces = b"".join(parts).replace(b"=", b"= ").replace(b"= =", b"==").split()
        messages, trailers = split_frames(b"".join(map(b64decode, pieces)))
        assert trailers["grpc-status"] == "0"
        assert beat_pb2.PlayBeatResponse.FromString(messages[-1]).event.HasField("finished")


@pytest.mark.parametrize("body", [b"AAAA$$$$", b"AAA", b"====", b"AA=A"])
async def test_a_body_that_is_not_base64_is_refused(web: NarrativeServer, body: bytes) -> None:
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(INFO + "GetServerInfo", body, {"content-type": "application/grpc-web-text+proto"})
        await caller.head()
        answered = b"".join([part async for part in caller.parts()])
    _, trailers = split_frames(b64decode(answered))
    assert trailers["grpc-status"] == str(grpc.StatusCode.INVALID_ARGUMENT.value[0])
    assert "base64" in trailers["grpc-message"]

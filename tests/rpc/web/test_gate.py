"""The gate before an application that only tells what reached it."""

from __future__ import annotations

import asyncio

import grpc.aio
import pytest

from narrative_server.rpc.interceptors import CallInterceptor
from narrative_server.rpc.web import gate as gate_module
from narrative_server.rpc.web.access import AccessRules
from narrative_server.rpc.web.asgi import Message, Receive, Scope
from narrative_server.rpc.web.calls import CallApp
from narrative_server.rpc.web.gate import Gate
from narrative_server.rpc.web.methods import MethodTable
from narrative_server.rpc.web.open_calls import OpenCalls
from narrative_server.v1 import info_pb2, info_pb2_grpc

PATH = "/narrative_server.v1.InfoService/GetServerInfo"


class FakeInfo(info_pb2_grpc.InfoServiceServicer):
    async def GetServerInfo(self, request, context) -> info_pb2.GetServerInfoResponse:  # noqa: N802
        return info_pb2.GetServerInfoResponse(server_version="fake")


@pytest.fixture
async def gate() -> Gate:
    methods = MethodTable(grpc.aio.server())
    info_pb2_grpc.add_InfoServiceServicer_to_server(FakeInfo(), methods)
    app = CallApp(methods, CallInterceptor(""), max_request_bytes=1000)
    return Gate(app, methods, AccessRules("127.0.0.1", (), ()), OpenCalls(1))


async def ask(gate: Gate, receive: Receive) -> list[Message]:
    """Everything that is sent in answer to a request whose body `receive` gives."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/proto")]
    scope: Scope = {"type": "http", "method": "POST", "path": PATH, "root_path": "", "headers": headers}
    await gate(scope, receive, send)
    return sent


async def test_a_body_in_parts_is_answered(gate: Gate) -> None:
    parts = [{"type": "http.request", "body": b"", "more_body": True}, {"type": "http.request", "body": b""}]

    async def receive() -> Message:
        return parts.pop(0) if parts else await asyncio.Event().wait()

    start, body = await ask(gate, receive)
    assert start["status"] == 200
    assert info_pb2.GetServerInfoResponse.FromString(body["body"]).server_version == "fake"


async def test_a_body_that_never_comes_is_given_up(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "BODY_TIMEOUT_S", 0.02)
    parts = [{"type": "http.request", "body": b"\x0a", "more_body": True}]

    async def receive() -> Message:
        return parts.pop(0) if parts else await asyncio.Event().wait()

    async with asyncio.timeout(5):
        start, body = await ask(gate, receive)
    assert start["status"] == 504
    assert b"did not arrive" in body["body"]
    assert len(gate.calls) == 0


async def test_a_caller_who_hangs_up_midway_is_forgotten(gate: Gate) -> None:
    parts = [{"type": "http.request", "body": b"\x0a", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return parts.pop(0)

    start, _ = await ask(gate, receive)
    assert start["status"] == 499
    assert len(gate.calls) == 0


async def test_a_service_added_to_the_table_is_added_to_grpc_too() -> None:
    server = grpc.aio.server()
    methods = MethodTable(server)
    info_pb2_grpc.add_InfoServiceServicer_to_server(FakeInfo(), methods)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            answer = await info_pb2_grpc.InfoServiceStub(channel).GetServerInfo(info_pb2.GetServerInfoRequest())
    finally:
        await server.stop(None)
    assert answer.server_version == "fake"
    (method,) = methods
    assert (method.path, method.streaming) == (PATH, False)
    assert method.request_class is info_pb2.GetServerInfoRequest

"""Who may call the web port: hosts, origins, CORS, paths and content types, through a real server."""

from __future__ import annotations

import grpc
import pytest

from narrative_server.rpc.server import NarrativeServer
from narrative_server.testing import ScriptedEngines
from tests.integration.asking import beat_request
from tests.integration.conftest import PAGE
from tests.integration.web_caller import GRPC_WEB, INFO, STORY, Answer, WebCaller, events_of, frame


async def ask(
    web: NarrativeServer,
    path: str = STORY + "PlayBeat",
    headers: dict[str, str | None] | None = None,
    method: str = "POST",
) -> Answer:
    """Send a legal beat, but for what the test changes."""
    async with await WebCaller.open(web.web_port) as caller:
        await caller.send(path, frame(beat_request()), headers, method)
        return await caller.answer()


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:9", "LOCALHOST", "127.5.0.1:80"])
async def test_names_of_this_machine_are_served(web: NarrativeServer, host: str) -> None:
    assert events_of(await ask(web, headers={"host": host}))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "[", "::1"],
)
async def test_other_hosts_are_refused_before_any_engine_runs(
    web: NarrativeServer, engines: ScriptedEngines, host: str
) -> None:
    answer = await ask(web, headers={"host": host})
    assert (answer.status, answer.code) == (403, grpc.StatusCode.PERMISSION_DENIED)
    assert "Host" in answer.message
    assert "legal: localhost" in answer.message
    assert engines.calls["dialogue"].started == 0


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:8081", "https://localhost:8080", PAGE + ".evil.example", ""],
)
async def test_other_origins_are_refused_and_cannot_read_why(
    web: NarrativeServer, engines: ScriptedEngines, origin: str
) -> None:
    for method in ("POST", "OPTIONS"):
        answer = await ask(web, headers={"origin": origin}, method=method)
        assert (answer.status, answer.code) == (403, grpc.StatusCode.PERMISSION_DENIED)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert engines.calls["dialogue"].started == 0


async def test_a_listed_page_may_ask_first_and_then_call(web: NarrativeServer) -> None:
    asking = {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,grpc-timeout,x-grpc-web,x-user-agent",
    }
    asked = await ask(web, headers=asking, method="OPTIONS")
    assert (asked.status, asked.body) == (204, b"")
    assert asked.headers["access-control-allow-origin"] == PAGE
    assert asked.headers["access-control-allow-methods"] == "POST"
    allowed = asked.headers["access-control-allow-headers"].split(", ")
    assert set(asking["access-control-request-headers"].split(",")) <= set(allowed)
    called = await ask(web, headers={"origin": PAGE})
    assert events_of(called)
    assert called.headers["access-control-allow-origin"] == PAGE
    assert "grpc-status" in called.headers["access-control-expose-headers"]
    assert "origin" in called.headers["vary"].lower()
    wrong = await ask(web, INFO + "NoSuchCall", {"origin": PAGE})
    assert wrong.headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize(
    "path", ["/", INFO, INFO + "NoSuchCall", INFO + "GetServerInfo/", "/grpc.reflection.v1alpha.X/Y"]
)
async def test_unknown_calls_are_unimplemented_and_named(web: NarrativeServer, path: str) -> None:
    answer = await ask(web, path)
    assert (answer.status, answer.code) == (404, grpc.StatusCode.UNIMPLEMENTED)
    assert path in answer.message
    assert answer.json["code"] == "unimplemented"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_calls(web: NarrativeServer, engines: ScriptedEngines, method: str) -> None:
    answer = await ask(web, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert engines.calls["dialogue"].started == 0


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/grpc",
        "application/grpc+proto",
        "application/proto",
        "application/json",
        "x" * 9000,
    ],
)
async def test_other_content_types_are_refused_and_the_legal_ones_named(
    web: NarrativeServer, content_type: str | None
) -> None:
    answer = await ask(web, headers={"content-type": content_type})
    assert (answer.status, answer.code) == (415, grpc.StatusCode.INVALID_ARGUMENT)
    assert "application/grpc-web+proto" in answer.message
    assert len(answer.message) < 1024


@pytest.mark.parametrize(
    "content_type", ["application/grpc-web", "Application/gRPC-Web+Proto", GRPC_WEB + "; charset=x"]
)
async def test_content_types_may_be_written_in_other_ways(web: NarrativeServer, content_type: str) -> None:
    assert events_of(await ask(web, headers={"content-type": content_type}))


WRONG_HEADS = {
    "a header that is not UTF-8": (b"Host: localhost\r\nX-Name: \xff\r\n", b"400"),
    "no host": (b"X-Name: a\r\n", b"400"),
    "two hosts": (b"Host: localhost\r\nHost: evil.example\r\n", b"400"),
    "a huge header": (b"Host: localhost\r\nX-Name: " + b"x" * 20_000 + b"\r\n", b"431"),
    "many headers": (b"Host: localhost\r\n" + b"X-Name: 1\r\n" * 5000, b"431"),
}


@pytest.mark.parametrize("case", WRONG_HEADS)
async def test_wrong_headers_are_refused(web: NarrativeServer, case: str) -> None:
    lines, status = WRONG_HEADS[case]
    async with await WebCaller.open(web.web_port) as caller:
        caller.writer.write(b"POST / HTTP/1.1\r\n" + lines + b"\r\n")
        assert (await caller.reader.readline()).startswith((b"HTTP/1.1 400", b"HTTP/1.1 " + status))


async def test_garbage_that_is_no_http_is_refused(web: NarrativeServer) -> None:
    async with await WebCaller.open(web.web_port) as caller:
        caller.writer.write(b"\x16\x03\x01 hello\r\n\r\n")
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 400")

"""What stands between HTTP and the calls: host, origin, CORS, path, content type, open calls, slow bodies."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Final

import grpc
from connectrpc.code import Code
from connectrpc.errors import ConnectError

from narrative_server.rpc.web.access import AccessRules, cors_headers, header_values, preflight_headers
from narrative_server.rpc.web.asgi import App, Message, RawHeaders, Receive, Scope, Send
from narrative_server.rpc.web.methods import Method, MethodTable
from narrative_server.rpc.web.open_calls import OpenCalls
from narrative_server.rpc.web.refusal import Refusal, send_refusal, shown
from narrative_server.rpc.web.text_mode import BINARY_TYPE, TEXT_TYPE, receive_text, send_text

log = logging.getLogger(__name__)

BODY_TIMEOUT_S: Final = 30.0
MAX_HEADER_BYTES: Final = 16 * 1024
EXAMPLE_PATH: Final = "/narrative_server.v1.InfoService/GetServerInfo"
GRPC_WEB_TYPES: Final = {
    "application/grpc-web": BINARY_TYPE,
    "application/grpc-web+proto": BINARY_TYPE,
    "application/grpc-web+json": b"application/grpc-web+json",
    "application/grpc-web-text": TEXT_TYPE,
    "application/grpc-web-text+proto": TEXT_TYPE,
}
REPLACED_HEADERS: Final = frozenset(
    (b"content-type", b"accept-encoding", b"grpc-accept-encoding", b"connect-accept-encoding")
)
"""Without the last three, answers go out as they are: words one by one, pictures and sounds compressed already."""
UNARY_TYPES: Final = {"application/proto": b"application/proto", "application/json": b"application/json"}
STREAM_TYPES: Final = {
    "application/connect+proto": b"application/connect+proto",
    "application/connect+json": b"application/connect+json",
}


class Gate:
    """An ASGI application before the one that runs the calls; `calls` counts those that run."""

    def __init__(self, app: App, methods: MethodTable, rules: AccessRules, calls: OpenCalls) -> None:
        self._app, self._methods, self._rules, self.calls = app, methods, rules, calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request. Raises nothing but what the application raises."""
        allowed: RawHeaders = []
        try:
            origin = self._check_access(scope)
            allowed = cors_headers(origin)
            if scope["method"] == "OPTIONS" and origin is not None:
                await _answer_preflight(send, allowed)
                return
            content_type = _content_type(scope, self._find(scope))
            async with self.calls.admitted():
                await self._call(scope, receive, _adding(send, allowed), content_type)
        except Refusal as refusal:
            log.info("refused: %s", refusal.message, extra={"method": scope["path"], "code": refusal.code.name})
            await send_refusal(refusal, send, allowed)

    def _check_access(self, scope: Scope) -> str | None:
        """The origin, which is none or a listed one."""
        headers = scope["headers"]
        size_bytes = sum(len(name) + len(value) for name, value in headers)
        if size_bytes > MAX_HEADER_BYTES:
            told = f"headers have {size_bytes} bytes; legal: up to {MAX_HEADER_BYTES}"
            raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, grpc.StatusCode.RESOURCE_EXHAUSTED, told)
        for name, _ in headers:
            header_values(headers, name)
        self._rules.check_host(header_values(headers, b"host"))
        origins = header_values(headers, b"origin")
        for origin in origins:
            self._rules.check_origin(origin)
        return origins[0] if origins else None

    def _find(self, scope: Scope) -> Method:
        method = self._methods.find(scope["path"])
        if method is None:
            told = f"no call at {shown(scope['path'])}; legal: POST /SERVICE/METHOD, such as {EXAMPLE_PATH}"
            raise Refusal(HTTPStatus.NOT_FOUND, grpc.StatusCode.UNIMPLEMENTED, told)
        if scope["method"] != "POST":
            told = f"method is {shown(scope['method'])}; legal: POST"
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, grpc.StatusCode.UNIMPLEMENTED, told, [(b"allow", b"POST")])
        return method

    async def _call(self, scope: Scope, receive: Receive, send: Send, content_type: bytes) -> None:
        receive = _in_time(receive)
        if content_type == TEXT_TYPE:
            content_type, receive, send = BINARY_TYPE, receive_text(receive), send_text(send)
        others = [(name, value) for name, value in scope["headers"] if name not in REPLACED_HEADERS]
        await self._app({**scope, "headers": [*others, (b"content-type", content_type)]}, receive, send)


def _content_type(scope: Scope, method: Method) -> bytes:
    """The request's type without parameters, one that this method is served by. Raises Refusal."""
    legal = GRPC_WEB_TYPES | (STREAM_TYPES if method.streaming else UNARY_TYPES)
    given = ", ".join(header_values(scope["headers"], b"content-type"))
    found = legal.get(given.partition(";")[0].strip().lower())
    if found is None:
        told = f"Content-Type is {shown(given)}; legal for {method.name}: {', '.join(legal)}"
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, grpc.StatusCode.INVALID_ARGUMENT, told)
    return found


async def _answer_preflight(send: Send, allowed: RawHeaders) -> None:
    headers = [*allowed, *preflight_headers()]
    await send({"type": "http.response.start", "status": HTTPStatus.NO_CONTENT.value, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _adding(send: Send, headers: RawHeaders) -> Send:
    async def run(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers, (b"cache-control", b"no-store")]}
        await send(message)

    return run


def _in_time(receive: Receive) -> Receive:
    """Wait for the whole body only so long; after it, for as long as it takes until the caller hangs up."""
    deadline: float | None = asyncio.get_running_loop().time() + BODY_TIMEOUT_S

    async def run() -> Message:
        nonlocal deadline
        try:
            async with asyncio.timeout_at(deadline) as scope:
                message = await receive()
        except TimeoutError as error:
            if not scope.expired():
                raise
            told = f"the request's body did not arrive within {BODY_TIMEOUT_S:.0f} s"
            raise ConnectError(Code.DEADLINE_EXCEEDED, told) from error
        if not message.get("more_body", False):
            deadline = None
        return message

    return run

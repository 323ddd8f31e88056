"""Answers to requests that never become a call: wrong host, origin, path, type, or a server that is full.

One answer that every client can read: an HTTP status, the gRPC status in headers (which gRPC-Web clients prefer to
the HTTP status), and a body in Connect's JSON form, which people can read too.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import grpc

from narrative_server.rpc.web.asgi import RawHeaders, Send
from narrative_server.rpc.web.calls import CODES

MAX_SHOWN_CHARACTERS: Final = 120


class Refusal(Exception):
    """Why a request is not served; `headers` go out with the answer."""

    def __init__(
        self, http_status: HTTPStatus, code: grpc.StatusCode, message: str, headers: RawHeaders | None = None
    ) -> None:
        self.http_status, self.code, self.message, self.headers = http_status, code, message, headers or []
        super().__init__(message)


def shown(value: str) -> str:
    """A value of the caller's, fit for a message."""
    return repr(value if len(value) <= MAX_SHOWN_CHARACTERS else f"{value[:MAX_SHOWN_CHARACTERS]}…")


async def send_refusal(refusal: Refusal, send: Send, cors_headers: RawHeaders) -> None:
    """Answer with a refusal."""
    body = json.dumps({"code": CODES[refusal.code].value, "message": refusal.message}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"grpc-status", str(refusal.code.value[0]).encode()),
        (b"grpc-message", quote(refusal.message, safe=" ").encode()),
        *refusal.headers,
        *cors_headers,
    ]
    await send({"type": "http.response.start", "status": refusal.http_status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

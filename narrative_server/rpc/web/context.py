"""The servicers' context of a call that came by HTTP: what they and the interceptor ask of it, as gRPC gives it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import grpc.aio
from connectrpc.request import RequestContext

from narrative_server.rpc.context import CallContext


class WebContext(CallContext):
    """One call's context."""

    def __init__(self, request: RequestContext[Any, Any]) -> None:
        self._request = request
        self._trailers = grpc.aio.Metadata()
        self._code: grpc.StatusCode = grpc.StatusCode.UNKNOWN
        self._details = ""
        self._written: asyncio.Queue[Any] = asyncio.Queue(1)

    def invocation_metadata(self) -> grpc.aio.Metadata:
        """The request's headers, names in lower case."""
        return grpc.aio.Metadata(*self._request.request_headers.allitems())

    def time_remaining(self) -> float | None:  # type: ignore[override]  # grpcio says float and answers None too
        """Seconds until the caller's deadline, 0 or more; None without one."""
        left_ms = self._request.timeout_ms
        return None if left_ms is None else max(0.0, left_ms / 1000)

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Any = ()) -> NoReturn:
        """End the call with a status, by raising."""
        self._code, self._details, self._trailers = code, details, grpc.aio.Metadata(*trailing_metadata)
        raise grpc.aio.AbortError("the call ends with its status")

    async def abort_with_status(self, status: Any) -> NoReturn:
        """End the call with a status, by raising."""
        await self.abort(status.code, status.details, status.trailing_metadata)

    def set_trailing_metadata(self, trailing_metadata: Any) -> None:
        """Keep what is sent after the answer."""
        self._trailers = grpc.aio.Metadata(*trailing_metadata)

    def trailing_metadata(self) -> grpc.aio.Metadata:
        """What is sent after the answer."""
        return self._trailers

    def set_code(self, code: grpc.StatusCode) -> None:
        """Keep the status code for the end."""
        self._code = code

    def code(self) -> grpc.StatusCode:
        """The status code that `abort` or `set_code` told; UNKNOWN before."""
        return self._code

    def set_details(self, details: str) -> None:
        """Keep the status message for the end."""
        self._details = details

    def details(self) -> str:
        """The status message that `abort` or `set_details` told."""
        return self._details

    async def send_initial_metadata(self, initial_metadata: Any) -> None:
        """Add headers to the answer, which are sent with its first message."""
        for name, value in initial_metadata:
            self._request.response_headers.add(name, value)

    def peer(self) -> str:
        """The caller's address."""
        return self._request.client_address or ""

    def peer_identities(self) -> Iterable[bytes] | None:
        """None: no certificate is asked of callers."""
        return None

    def peer_identity_key(self) -> str | None:
        """None: no certificate is asked of callers."""
        return None

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Empty: no certificate is asked of callers."""
        return {}

    def set_compression(self, compression: grpc.Compression) -> None:
        """Nothing to choose: answers go out as they are; pictures and sounds are compressed already."""

    def disable_next_message_compression(self) -> None:
        """Nothing to choose, as for `set_compression`."""

    async def read(self) -> NoReturn:
        """There is no stream of requests on the web."""
        raise NotImplementedError("a call by HTTP has one request, which the servicer is given")

    async def write(self, message: Any) -> None:
        """Send one message of a stream; waits until the one before has gone."""
        await self._written.put(message)

    async def next_written(self) -> Any:
        """Wait for the next message that the handler writes."""
        return await self._written.get()

"""What every call goes through: a request id, the token, decoding faults, error mapping, one log line.

Knows nothing of the services. Health checks need no token, so that a supervisor can ask without knowing it.
"""

from __future__ import annotations

import asyncio
import hmac
import inspect
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

import grpc
from google.protobuf.message import DecodeError

from narrative_server.errors import FieldViolation, InvalidRequest, NarrativeError, Unauthenticated
from narrative_server.rpc.context import CallContext
from narrative_server.rpc.errors import code_of, to_internal, to_status, trailing_metadata
from narrative_server.rpc.utf8 import find_invalid_utf8

log = logging.getLogger(__name__)

HEALTH_PREFIX: Final = "/grpc.health.v1.Health/"
OWN_PREFIX: Final = "/narrative_server.v1."
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

Handler = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]


@dataclass(frozen=True)
class Undecodable:
    """Stands in for a request whose bytes are not the message they should be."""

    violation: FieldViolation


class CallInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """The one interceptor; `token` empty lets everybody in."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_service(self, continuation: Handler, details: grpc.HandlerCallDetails) -> Any:
        """Wrap the call's handler."""
        handler = await continuation(details)
        if handler is None or (not handler.unary_unary and not handler.unary_stream):
            return handler
        call = _Call(details, self._token)
        decode = _tolerant(handler.request_deserializer)
        if handler.unary_unary:
            behaviour = _unary(handler.unary_unary, call)
            return grpc.unary_unary_rpc_method_handler(behaviour, decode, handler.response_serializer)
        # Health's Watch is of the kind that writes to its context: a coroutine, where ours are iterators.
        wrap = _unary if inspect.iscoroutinefunction(handler.unary_stream) else _stream
        streaming: Any = wrap(handler.unary_stream, call)
        return grpc.unary_stream_rpc_method_handler(streaming, decode, handler.response_serializer)


class _Call:
    """One call: checks it, and tells how it ended."""

    def __init__(self, details: grpc.HandlerCallDetails, token: str) -> None:
        self.method: str = details.method
        self._token = token
        self._metadata = dict(details.invocation_metadata or ())
        self._start = time.perf_counter()
        given = str(self._metadata.get("x-request-id", ""))
        self.id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]

    def check(self, request: object) -> None:
        """Raise what keeps this call from being served at all."""
        if self._token and not self.method.startswith(HEALTH_PREFIX):
            given = self._metadata.get("authorization", "")
            given = given if isinstance(given, str) else given.decode("latin-1")
            if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                raise Unauthenticated("send the server's token as metadata `authorization: Bearer TOKEN`")
        if isinstance(request, Undecodable):
            raise InvalidRequest([request.violation])

    def ended(self, code: grpc.StatusCode) -> None:
        """Write the call's log line; words of the request never go there."""
        level = logging.INFO if self.method.startswith(OWN_PREFIX) else logging.DEBUG
        elapsed_ms = round((time.perf_counter() - self._start) * 1000)
        log.log(
            level,
            "%s %s",
            self.method,
            code.name,
            extra={"request_id": self.id, "method": self.method, "code": code.name, "elapsed_ms": elapsed_ms},
        )

    async def fail(self, context: CallContext, error: Exception) -> None:
        """End the call with the error's status."""
        if isinstance(error, NarrativeError):
            status, code = to_status(error), code_of(error)
        else:
            log.exception("%s failed", self.method, extra={"request_id": self.id}, exc_info=error)
            status, code = to_internal(self.id), grpc.StatusCode.INTERNAL
        self.ended(code)
        await context.abort(code, status.message, trailing_metadata(error, status))


def _unary(behaviour: Callable[..., Awaitable[Any]], call: _Call) -> Callable[..., Awaitable[Any]]:
    async def run(request: Any, context: CallContext) -> Any:
        try:
            call.check(request)
            response = await behaviour(request, context)
        except (asyncio.CancelledError, grpc.aio.AbortError):
            call.ended(grpc.StatusCode.CANCELLED)
            raise
        except Exception as error:
            return await call.fail(context, error)
        call.ended(grpc.StatusCode.OK)
        return response

    return run


def _stream(behaviour: Callable[..., AsyncIterator[Any]], call: _Call) -> Callable[..., AsyncIterator[Any]]:
    async def run(request: Any, context: CallContext) -> AsyncIterator[Any]:
        try:
            call.check(request)
            async with aclosing(behaviour(request, context)) as responses:  # type: ignore[type-var]
                async for response in responses:
                    yield response
        except (asyncio.CancelledError, GeneratorExit, grpc.aio.AbortError):
            call.ended(grpc.StatusCode.CANCELLED)
            raise
        except Exception as error:
            await call.fail(context, error)
        call.ended(grpc.StatusCode.OK)

    return run


def _tolerant(decode: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Decode, or stand in an Undecodable, so that a broken request gets a status that says what is wrong."""

    def run(data: bytes) -> Any:
        try:
            return decode(data)
        except DecodeError:
            return Undecodable(_locate(decode, data))

    return run


def _locate(decode: Callable[[bytes], Any], data: bytes) -> FieldViolation:
    message_class = getattr(decode, "__self__", None)
    descriptor = getattr(message_class, "DESCRIPTOR", None)
    field = find_invalid_utf8(data, descriptor) if descriptor is not None else None
    if field is not None:
        return FieldViolation(field, "is not UTF-8", "text in UTF-8")
    kind = descriptor.full_name if descriptor is not None else "message"
    return FieldViolation("request", f"({len(data)} bytes) cannot be decoded", f"one {kind} in protobuf's wire format")


def service_names(descriptors: Iterable[Any]) -> tuple[str, ...]:
    """Full names of all services in some file descriptors."""
    return tuple(service.full_name for file in descriptors for service in file.services_by_name.values())

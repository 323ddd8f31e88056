"""Runs calls from the web: through the same interceptor and the same handlers as gRPC, in the same process.

`connectrpc` speaks the protocols and keeps deadlines; here its requests become calls of the handlers, and the status
that they end with becomes its errors.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import grpc.aio
from connectrpc.code import Code
from connectrpc.compression.gzip import GzipCompression
from connectrpc.errors import ConnectError, ErrorDetail
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from connectrpc.request import RequestContext
from connectrpc.server import ConnectASGIApplication, Endpoint
from google.rpc import status_pb2
from protobuf.wkt import Any as PackedAny

from narrative_server.rpc.interceptors import CallInterceptor
from narrative_server.rpc.web.codecs import BinaryCodec, JsonCodec
from narrative_server.rpc.web.context import WebContext
from narrative_server.rpc.web.methods import Method, MethodTable, RpcHandler

STATUS_TRAILER: Final = "grpc-status-details-bin"
CODES: Final[dict[grpc.StatusCode, Code]] = {
    code: Code.CANCELED if code is grpc.StatusCode.CANCELLED else Code[code.name]
    for code in grpc.StatusCode
    if code is not grpc.StatusCode.OK
}


@dataclass(frozen=True)
class _Details:
    """What the interceptor asks of a call before it runs."""

    method: str
    invocation_metadata: grpc.aio.Metadata


class CallApp(ConnectASGIApplication[MethodTable]):
    """An ASGI application that serves every method of the table as gRPC-Web and Connect."""

    def __init__(self, methods: MethodTable, interceptor: CallInterceptor, max_request_bytes: int) -> None:
        self._interceptor = interceptor
        super().__init__(
            service=methods,
            endpoints=self._endpoints_of,
            read_max_bytes=max_request_bytes,
            compressions=(GzipCompression(),),
            codecs=(BinaryCodec(), JsonCodec()),
        )

    @property
    def path(self) -> str:
        """Where it is mounted: at the root."""
        return "/"

    def _endpoints_of(self, methods: MethodTable) -> Mapping[str, Any]:
        return {method.path: self._endpoint(method) for method in methods}

    def _endpoint(self, method: Method) -> Any:
        info = MethodInfo(
            name=method.name,
            service_name=method.service,
            input=method.request_class,
            output=method.response_class,
            idempotency_level=IdempotencyLevel.UNKNOWN,  # keeps GET, which pages of any origin can send, away
            stream_type=StreamType.SERVER_STREAM if method.streaming else StreamType.UNARY,
        )
        if method.streaming:
            return Endpoint.server_stream(info, self._streamer(method))
        return Endpoint.unary(info, self._caller(method))

    def _caller(self, method: Method) -> Callable[[Any, RequestContext[Any, Any]], Coroutine[Any, Any, Any]]:
        async def run(request: object, ctx: RequestContext[Any, Any]) -> Any:
            context = WebContext(ctx)
            with _ending(context, ctx):
                handler = await self._intercepted(method, context)
                return await handler.unary_unary(_decoded(handler, request), context)

        return run

    def _streamer(self, method: Method) -> Callable[[Any, RequestContext[Any, Any]], AsyncIterator[Any]]:
        async def run(request: object, ctx: RequestContext[Any, Any]) -> AsyncIterator[Any]:
            context = WebContext(ctx)
            with _ending(context, ctx):
                handler = await self._intercepted(method, context)
                answer = _written if inspect.iscoroutinefunction(handler.unary_stream) else _yielded
                async with aclosing(answer(handler, _decoded(handler, request), context)) as responses:
                    async for response in responses:
                        yield response

        return run

    async def _intercepted(self, method: Method, context: WebContext) -> Any:
        """The handler as the interceptor wraps it: its behaviours are coroutines here, which grpcio's types lack."""

        async def continuation(_: object) -> RpcHandler:
            return method.handler

        details: Any = _Details(method.path, context.invocation_metadata())
        return await self._interceptor.intercept_service(continuation, details)


async def _yielded(handler: Any, request: object, context: WebContext) -> AsyncGenerator[Any, None]:
    """What a handler yields."""
    async with aclosing(handler.unary_stream(request, context)) as responses:
        async for response in responses:
            yield response


async def _written(handler: Any, request: object, context: WebContext) -> AsyncGenerator[Any, None]:
    """What a handler writes to its context, as that of health's Watch does."""
    running = asyncio.ensure_future(handler.unary_stream(request, context))
    try:
        while True:
            writing = asyncio.ensure_future(context.next_written())
            await asyncio.wait((running, writing), return_when=asyncio.FIRST_COMPLETED)
            if not writing.done():
                writing.cancel()
                await running
                return
            yield writing.result()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _decoded(handler: Any, request: object) -> object:
    """Binary requests are still bytes; those in JSON have been read."""
    return handler.request_deserializer(request) if isinstance(request, bytes) else request


@contextmanager
def _ending(context: WebContext, ctx: RequestContext[Any, Any]) -> Iterator[None]:
    """Turn the status that a call ends with into the error that `connectrpc` writes; trailers go along."""
    try:
        yield
    except grpc.aio.AbortError:
        raise to_connect_error(context.code(), context.details(), context.trailing_metadata()) from None
    finally:
        for name, value in context.trailing_metadata():
            if isinstance(value, str):
                ctx.response_trailers[name] = value


def to_connect_error(code: grpc.StatusCode, message: str, trailers: grpc.aio.Metadata) -> ConnectError:
    """The same status for `connectrpc`, with the google.rpc.Status details that the trailers carry."""
    packed = trailers.get(STATUS_TRAILER, b"")
    status = status_pb2.Status.FromString(packed if isinstance(packed, bytes) else packed.encode())
    details = [ErrorDetail(PackedAny(type_url=one.type_url, value=one.value)) for one in status.details]
    return ConnectError(CODES[code], message, details)

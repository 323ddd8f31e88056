"""What can be called: a record of every handler that is added to the gRPC server.

Generated code adds handlers by two methods of a server. `MethodTable` has these two, passes each call on, and keeps
what the web can serve too. So a new RPC is on the web port as soon as it is in the contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import grpc.aio
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

RpcHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


@dataclass(frozen=True)
class Method:
    """One unary or server-streaming RPC: its path is `/service/name`."""

    service: str
    name: str
    request_class: type[Message]
    response_class: type[Message]
    handler: RpcHandler

    @property
    def path(self) -> str:
        """Where it is called, in gRPC as on the web."""
        return f"/{self.service}/{self.name}"

    @property
    def streaming(self) -> bool:
        """Whether it answers with a stream."""
        return bool(self.handler.response_streaming)


class MethodTable:
    """Stands before a gRPC server while services are added to it, and remembers them."""

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server: Final = server
        self._methods: Final[dict[str, Method]] = {}

    def add_generic_rpc_handlers(self, handlers: Iterable[grpc.GenericRpcHandler[Any, Any]]) -> None:
        """Pass on to the server."""
        self._server.add_generic_rpc_handlers(tuple(handlers))

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, RpcHandler]) -> None:
        """Pass on to the server, and remember those without a stream of requests, which browsers cannot send."""
        self._server.add_registered_method_handlers(service, handlers)  # type: ignore[attr-defined]  # stubs lack it
        described = descriptor_pool.Default().FindServiceByName(service).methods_by_name
        for name, handler in handlers.items():
            if handler.request_streaming:
                continue
            takes, gives = described[name].input_type, described[name].output_type
            classes = message_factory.GetMessageClass(takes), message_factory.GetMessageClass(gives)
            method = Method(service, name, *classes, handler)
            self._methods[method.path] = method

    def __iter__(self) -> Iterator[Method]:
        return iter(self._methods.values())

    def find(self, path: str) -> Method | None:
        """The method at `path`, or None."""
        return self._methods.get(path)

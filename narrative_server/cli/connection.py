"""Where a client command finds its server: one that runs already, or one of its own for as long as it needs it."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import grpc.aio

    from narrative_server.settings import ServerSettings

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
CONNECT_TIMEOUT_S: Final = 10.0


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Options that say which server to use."""
    group = parser.add_argument_group("server")
    group.add_argument(
        "--server", metavar="HOST:PORT", help="use the server that runs there (default: start one for this command)"
    )
    group.add_argument("--token", default="", help="token of that server")
    group.add_argument(
        "--engine", default=None, help="dialogue engine of a started one: llama.cpp, transformers, scripted"
    )


@asynccontextmanager
async def connected(arguments: argparse.Namespace) -> AsyncIterator[grpc.aio.Channel]:
    """An open channel to the server that the options name, or to one that ends with this block.

    Raises EngineUnavailable when nobody answers there; what starting a server raises.
    """
    if arguments.server:
        async with _channel(arguments.server) as channel:
            await _wait_for(channel, arguments.server)
            with _domain_errors():
                yield channel
        return
    from narrative_server.logs import set_up_logging
    from narrative_server.rpc.lifecycle import running_server

    set_up_logging("text", "WARNING")
    async with running_server(_own_settings(arguments.engine)) as running:
        await running.wait_settled()
        async with _channel(f"127.0.0.1:{running.port}") as channel:
            with _domain_errors():
                yield channel


@contextmanager
def _domain_errors() -> Iterator[None]:
    """Turn a call's status back into the error it was made from."""
    import grpc.aio
    from google.rpc import error_details_pb2, status_pb2

    from narrative_server.errors import FieldViolation, InvalidRequest, NarrativeError

    try:
        yield
    except grpc.aio.AioRpcError as error:
        status, bad = status_pb2.Status(), error_details_pb2.BadRequest()
        trailers: dict[str, Any] = dict(cast(Any, error.trailing_metadata() or ()))
        status.ParseFromString(trailers.get("grpc-status-details-bin", b""))
        if any(detail.Unpack(bad) for detail in status.details):
            told = [violation.description.partition("; legal: ") for violation in bad.field_violations]
            fields = [violation.field for violation in bad.field_violations]
            violations = [FieldViolation(field, text[0], text[2]) for field, text in zip(fields, told, strict=True)]
            raise InvalidRequest(violations) from None
        raise NarrativeError(f"{error.code().name}: {error.details()}") from None


def call_metadata(arguments: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    """What to send with each call."""
    return (("authorization", f"Bearer {arguments.token}"),) if arguments.token else ()


def _own_settings(engine: str | None) -> ServerSettings:
    from narrative_server.settings import ServerSettings

    settings = ServerSettings(port=0, grace_s=1.0)
    if engine is None:
        return settings
    return dataclasses.replace(settings, dialogue=dataclasses.replace(settings.dialogue, engine=engine))  # type: ignore[arg-type]


@asynccontextmanager
async def _channel(address: str) -> AsyncIterator[grpc.aio.Channel]:
    import grpc.aio

    options = [("grpc.max_receive_message_length", MAX_ANSWER_BYTES)]
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        yield channel


async def _wait_for(channel: grpc.aio.Channel, address: str) -> None:
    import asyncio

    from narrative_server.errors import EngineUnavailable

    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await channel.channel_ready()
    except TimeoutError:
        reason = f"does not answer at {address}; start one with `narrative-server serve`"
        raise EngineUnavailable("server", reason, 1000) from None

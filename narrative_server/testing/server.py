"""A whole server on scripted engines, for a test: real gRPC, real sessions, no models, gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from narrative_server.testing.scripted_engines import ScriptedEngines

if TYPE_CHECKING:
    from narrative_server.settings import WebSettings


class Addresses(NamedTuple):
    """Where a scripted server listens, each as "host:port"."""

    grpc: str
    web: str


@asynccontextmanager
async def scripted_server(engines: ScriptedEngines | None = None, port: int = 0) -> AsyncIterator[str]:
    """Run a server on 127.0.0.1 and yield its "host:port".

    engines: None: plain ones. port: 0: any free one. Sessions live in a file that is removed at the end.
    Raises InvalidConfig when the port is taken.
    """
    async with _running(engines, port, None) as addresses:
        yield addresses.grpc


@asynccontextmanager
async def scripted_web_server(
    engines: ScriptedEngines | None = None, port: int = 0, web_port: int = 0, cors_origins: Sequence[str] = ()
) -> AsyncIterator[Addresses]:
    """As `scripted_server`, and serve gRPC-Web and Connect on a second port; pages of `cors_origins` may call."""
    from narrative_server.settings import WebSettings

    async with _running(engines, port, WebSettings(web_port, tuple(cors_origins))) as addresses:
        yield addresses


@asynccontextmanager
async def _running(engines: ScriptedEngines | None, port: int, web: WebSettings | None) -> AsyncIterator[Addresses]:
    # Here and not above: who only wants the engines or the client needs no server.
    from narrative_server.rpc.server import start_server
    from narrative_server.settings import ServerSettings
    from narrative_server.story.store import SessionStore

    with TemporaryDirectory(prefix="narrative-server-", ignore_cleanup_errors=True) as folder:
        store = await SessionStore.open(f"sqlite:///{Path(folder, 'sessions.sqlite3').as_posix()}")
        try:
            settings = ServerSettings(port=port, grace_s=1.0, web=web)
            server = await start_server(settings, engines or ScriptedEngines(), store)
            try:
                yield Addresses(f"127.0.0.1:{server.port}", f"127.0.0.1:{server.web_port}" if web else "")
            finally:
                await server.stop()
        finally:
            await store.close()

"""A whole server on scripted engines, for a test: real gRPC, real sessions, no models, gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from narrative_server.testing.scripted_engines import ScriptedEngines


@asynccontextmanager
async def scripted_server(engines: ScriptedEngines | None = None, port: int = 0) -> AsyncIterator[str]:
    """Run a server on 127.0.0.1 and yield its "host:port".

    engines: None: plain ones. port: 0: any free one. Sessions live in a file that is removed at the end.
    Raises InvalidConfig when the port is taken.
    """
    # Here and not above: who only wants the engines or the client needs no server.
    from narrative_server.rpc.server import start_server
    from narrative_server.settings import ServerSettings
    from narrative_server.story.store import SessionStore

    with TemporaryDirectory(prefix="narrative-server-", ignore_cleanup_errors=True) as folder:
        store = await SessionStore.open(f"sqlite:///{Path(folder, 'sessions.sqlite3').as_posix()}")
        try:
            settings = ServerSettings(port=port, grace_s=1.0)
            server = await start_server(settings, engines or ScriptedEngines(), store)
            try:
                yield f"127.0.0.1:{server.port}"
            finally:
                await server.stop()
        finally:
            await store.close()

"""A real server on a free port, with scripted engines, and a distrustful client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from narrative_server.rpc.server import NarrativeServer, start_server
from narrative_server.settings import ServerSettings, WebSettings
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines

PAGE = "http://localhost:8080"
"""The origin of a page that may call the web port."""


@pytest.fixture
def engines() -> ScriptedEngines:
    return ScriptedEngines()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SessionStore]:
    opened = await SessionStore.open(f"sqlite:///{(tmp_path / 'sessions.sqlite3').as_posix()}")
    yield opened
    await opened.close()


@pytest.fixture
async def server(engines: ScriptedEngines, store: SessionStore) -> AsyncIterator[NarrativeServer]:
    running = await start_server(ServerSettings(port=0, grace_s=1.0), engines, store)
    yield running
    await running.stop()


@pytest.fixture
async def web(engines: ScriptedEngines, store: SessionStore) -> AsyncIterator[NarrativeServer]:
    """A server that serves the web too."""
    running = await start_server(ServerSettings(port=0, grace_s=1.0, web=WebSettings(0, (PAGE,))), engines, store)
    yield running
    await running.stop()


@pytest.fixture
async def web_client(web: NarrativeServer) -> AsyncIterator[MockGameClient]:
    """Talks gRPC to the server that serves the web too."""
    async with MockGameClient(f"127.0.0.1:{web.port}") as connected:
        yield connected


@pytest.fixture
async def client(server: NarrativeServer) -> AsyncIterator[MockGameClient]:
    async with MockGameClient(f"127.0.0.1:{server.port}") as connected:
        yield connected

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from narrative_server.workers.client import WorkerClient

StartWorker = Callable[..., Awaitable[WorkerClient]]


@pytest.fixture
async def start_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StartWorker]:
    """Start workers that host `fake_services:<class>`, ready unless asked otherwise; stops them afterwards."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    from fake_services import FakeConfig

    clients: list[WorkerClient] = []

    async def start(
        class_name: str = "FakeService", *, wait: bool = True, concurrency: int = 1, **settings: float
    ) -> WorkerClient:
        client = WorkerClient(
            "fake", f"fake_services:{class_name}", FakeConfig(tmp_path), concurrency=concurrency, **settings
        )
        clients.append(client)
        await client.start()
        if wait:
            await client.wait_ready(30.0)
        return client

    yield start
    for client in clients:
        await client.stop()

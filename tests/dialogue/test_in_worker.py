from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from narrative_server.dialogue.config import DEFAULT_MODEL, DialogueConfig
from narrative_server.dialogue.types import Character, DialogueRequest, GenerationStats, LineFinished, LineStarted
from narrative_server.errors import InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.models.catalogue import model_path
from narrative_server.semantics.mood import Mood
from narrative_server.workers.client import WorkerClient

SERVICE = "narrative_server.dialogue.service:DialogueService"
REQUEST = DialogueRequest((Character("Mira"),), "A door opens.", Mood(), seed=1, max_lines=1, max_words=6)


async def start(config: DialogueConfig) -> WorkerClient:
    client = WorkerClient("dialogue", SERVICE, config, concurrency=config.concurrency)
    await client.start()
    await client.wait_ready(120.0)
    return client


async def test_the_scripted_service_streams_from_a_worker_and_refuses_by_field():
    client = await start(DialogueConfig(engine="scripted"))
    try:
        events = [event async for event in client.stream("generate", REQUEST)]
        assert isinstance(events[0], LineStarted)
        assert isinstance(events[-1], GenerationStats)
        with pytest.raises(InvalidRequest, match="cast is empty"):
            await anext(client.stream("generate", DialogueRequest((), "A door opens.", Mood(), seed=1)))
    finally:
        await client.stop()


async def test_a_missing_model_fails_the_worker_with_the_command_that_fetches_it(tmp_path):
    client = WorkerClient("dialogue", SERVICE, DialogueConfig(model=str(tmp_path / "no.gguf")), concurrency=1)
    await client.start()
    try:
        with pytest.raises(ModelMissing, match="narrative-server models"):
            await client.wait_ready(60.0)
    finally:
        await client.stop()


@pytest.mark.models
async def test_llama_cpp_in_a_worker_survives_signals_and_cancellation():
    try:
        model_path(DEFAULT_MODEL)
    except (ModelMissing, ModelCorrupt) as error:
        pytest.skip(str(error))
    client = await start(DialogueConfig(slots=1))
    try:
        stream = client.stream("generate", REQUEST)
        await anext(stream)
        await stream.aclose()
        if sys.platform != "win32":
            # llama.cpp installs handlers of its own while it loads; the worker must have put these back.
            for number in (signal.SIGINT, signal.SIGTERM):
                os.kill(client.process_id, number)
        events = [event async for event in client.stream("generate", REQUEST)]
        assert sum(isinstance(event, LineFinished) for event in events) == 1
        async with asyncio.timeout(10.0):
            while client.load.active:
                await asyncio.sleep(0.005)
        assert client.load.restarts == 0
    finally:
        await client.stop()

"""The real `narrative-server serve`, as processes: start, kill, restart, drain. No models are needed or fetched."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc
import psutil
import pytest

from narrative_server.testing import MockGameClient
from narrative_server.v1 import beat_pb2, info_pb2, story_pb2
from tests.integration.asking import beat_request, new_session

START_TIMEOUT_S = 90
GONE_TIMEOUT_S = 60


class Served:
    """A server process with its log."""

    def __init__(self, home: Path, *options: str) -> None:
        environment = {**os.environ, "NARRATIVE_SERVER_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "narrative_server", "serve", "--engine", "scripted", *options]
        flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, env=environment, text=True, encoding="utf-8", creationflags=flags
        )
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            self.log.extend(lines)

    async def port(self) -> int:
        """Where it listens."""
        async with asyncio.timeout(START_TIMEOUT_S):
            while not (found := re.search(r"listening on [\d.]+:(\d+)", "".join(self.log))):
                assert self.process.poll() is None, "".join(self.log)
                await asyncio.sleep(0.05)
        return int(found[1])

    def ask_to_stop(self) -> None:
        """What Ctrl+C's elder sibling does."""
        self.process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)

    def end(self) -> int:
        """Wait for its end, by force if need be; the exit code."""
        try:
            code = self.process.wait(GONE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait(GONE_TIMEOUT_S)
        self._reader.join(GONE_TIMEOUT_S)
        return code

    def workers(self) -> list[psutil.Process]:
        """The processes that host engines."""
        return list(filter(_hosts_engine, psutil.Process(self.process.pid).children(recursive=True)))


def _hosts_engine(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in str(process.cmdline())
    except psutil.NoSuchProcess:  # it is just ending
        return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("home"), "--port", "0", "--grace", "2")
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.end()


@pytest.fixture
async def client(served: Served) -> AsyncIterator[MockGameClient]:
    async with MockGameClient(f"127.0.0.1:{await served.port()}") as connected:
        await engine_in(connected, "dialogue", info_pb2.ENGINE_STATE_READY)
        yield connected


async def engine_in(client: MockGameClient, name: str, state: info_pb2.EngineState.ValueType) -> info_pb2.EngineInfo:
    """Wait until an engine is in a state."""
    async with asyncio.timeout(START_TIMEOUT_S):
        while True:
            (engine,) = (one for one in (await client.server_info()).engines if one.name == name)
            if engine.state == state:
                return engine
            await asyncio.sleep(0.05)


async def test_missing_models_leave_their_engine_failed_and_name_the_command(client: MockGameClient) -> None:
    engine = await engine_in(client, "semantics", info_pb2.ENGINE_STATE_FAILED)
    assert "narrative-server models fetch" in engine.detail


async def test_beats_go_on_without_the_missing_media(client: MockGameClient) -> None:
    await engine_in(client, "semantics", info_pb2.ENGINE_STATE_FAILED)
    beat = await client.play(beat_request())
    assert beat.lines
    assert beat.finished.state == beat_pb2.BEAT_STATE_PARTIAL
    assert list(beat.finished.reasons) == [beat_pb2.WARNING_CODE_MODEL_MISSING]


async def test_a_killed_worker_is_replaced_and_stored_beats_survive(served: Served, client: MockGameClient) -> None:
    session_id = await new_session(client)
    before = await client.play(beat_request(session_id))
    for worker in served.workers():
        worker.kill()
    await engine_in(client, "dialogue", info_pb2.ENGINE_STATE_RESTARTING)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request(session_id))
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    engine = await engine_in(client, "dialogue", info_pb2.ENGINE_STATE_READY)
    assert engine.restarts == 1
    assert (await client.play(beat_request(session_id))).accepted.session_revision == 1
    listed = await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))
    assert listed.beats[0].beat_id == before.accepted.beat_id


async def test_a_second_server_on_the_port_is_refused_with_its_number(served: Served, tmp_path: Path) -> None:
    second = Served(tmp_path, "--port", str(await served.port()))
    assert second.end() == 2
    assert f"port is {await served.port()}" in "".join(second.log)


async def test_killing_the_server_leaves_no_worker_behind(served: Served, client: MockGameClient) -> None:
    workers = served.workers()
    assert workers
    served.process.kill()
    gone, alive = psutil.wait_procs(workers, GONE_TIMEOUT_S)
    assert not alive
    assert len(gone) == len(workers)


async def test_a_terminated_server_drains_and_exits_well(tmp_path: Path) -> None:
    running = Served(tmp_path, "--port", "0", "--log-format", "json")
    try:
        async with MockGameClient(f"127.0.0.1:{await running.port()}") as client:
            await engine_in(client, "dialogue", info_pb2.ENGINE_STATE_READY)
            workers = running.workers()
            running.ask_to_stop()
    finally:
        code = running.end()
    assert code == 0, "".join(running.log)
    assert not psutil.wait_procs(workers, GONE_TIMEOUT_S)[1]
    assert all(line.startswith("{") for line in running.log if line.strip()), running.log


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    running = Served(tmp_path / "home", "--port", "0")
    assert running.end() == 2
    assert "NARRATIVE_SERVER_HOME" in "".join(running.log)

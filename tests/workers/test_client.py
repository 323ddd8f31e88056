from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from narrative_server.errors import (
    DeadlinePassed,
    EngineFailed,
    EngineUnavailable,
    InvalidConfig,
    InvalidRequest,
    ModelMissing,
)
from narrative_server.workers.client import WorkerClient, WorkerState
from narrative_server.workers.messages import STREAM_WINDOW


async def until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)


def kill(client: WorkerClient) -> None:
    assert client.process_id is not None
    os.kill(client.process_id, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


async def test_a_unary_call_runs_in_another_process(start_worker):
    client = await start_worker()
    assert await client.call("add", (2, 3)) == 5
    assert await client.call("pid", None) == client.process_id != os.getpid()


async def test_a_stream_arrives_in_order_and_ends(start_worker):
    client = await start_worker()
    assert [item async for item in client.stream("count", 200)] == list(range(200))
    assert client.load.active == 0


async def test_a_domain_error_arrives_with_its_data(start_worker):
    client = await start_worker()
    with pytest.raises(InvalidRequest) as caught:
        await client.call("refuse", "")
    assert caught.value.violations[0].field == "event"
    assert str(caught.value) == "event is ''; legal: a sentence"


async def test_an_unknown_error_tells_its_class_only(start_worker):
    client = await start_worker()
    with pytest.raises(EngineFailed) as caught:
        await client.call("break_down", None)
    assert str(caught.value) == "fake engine: failed on this request (RuntimeError)"
    assert await client.call("add", (1, 1)) == 2


async def test_a_result_that_cannot_be_pickled_is_an_error_and_the_worker_lives_on(start_worker):
    client = await start_worker()
    with pytest.raises(EngineFailed):
        await client.call("give_a_lock", None)
    assert await client.call("add", (1, 1)) == 2


async def test_a_payload_that_cannot_be_pickled_fails_at_the_caller_and_takes_no_place(start_worker):
    client = await start_worker()
    with pytest.raises((TypeError, AttributeError)):
        await client.call("add", lambda: None)
    assert await client.call("add", (1, 1)) == 2
    assert client.load.active == client.load.queued == 0


async def test_closing_a_stream_stops_the_generator_in_the_child(start_worker, tmp_path):
    client = await start_worker()
    stream = client.stream("count_for_ever", None)
    assert await anext(stream) == 0
    await stream.aclose()
    await until(lambda: client.load.active == 0)
    assert (tmp_path / "cleaned up").exists()
    assert client.load.restarts == 0


async def test_cancelling_the_task_cancels_a_unary_call_in_the_child(start_worker, tmp_path):
    client = await start_worker()
    task = asyncio.create_task(client.call("wait_until_cancelled", None))
    await until((tmp_path / "waiting").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: client.load.active == 0)
    assert await client.call("add", (1, 1)) == 2
    assert client.load.restarts == 0


async def test_a_call_cancelled_in_the_queue_never_runs(start_worker, tmp_path):
    client = await start_worker()
    first = asyncio.create_task(client.call("wait_until_cancelled", None))
    await until((tmp_path / "waiting").exists)
    queued = asyncio.create_task(client.call("mark", "queued ran"))
    await until(lambda: client.load.queued == 1)
    queued.cancel()
    first.cancel()
    await asyncio.gather(first, queued, return_exceptions=True)
    await client.call("add", (1, 1))
    assert not (tmp_path / "queued ran").exists()


async def test_calls_run_side_by_side_up_to_the_concurrency(start_worker):
    client = await start_worker(concurrency=2)
    waiting = [asyncio.create_task(client.call("wait_until_cancelled", None)) for _ in range(3)]
    await until(lambda: client.load.active == 2 and client.load.queued == 1)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await until(lambda: client.load.active == 0)


async def test_a_call_over_its_time_raises_and_is_cancelled(start_worker):
    client = await start_worker()
    with pytest.raises(DeadlinePassed):
        await client.call("wait_until_cancelled", None, timeout_s=0.05)
    assert await client.call("add", (1, 1)) == 2


async def test_a_stream_that_nobody_reads_waits_in_the_child(start_worker, tmp_path):
    client = await start_worker()
    stream = client.stream("count", 10_000)
    assert await anext(stream) == 0
    made = tmp_path / "made"
    await until(lambda: made.read_text(encoding="utf-8") == str(STREAM_WINDOW + 1))
    await asyncio.sleep(0.1)
    assert int(made.read_text(encoding="utf-8")) == STREAM_WINDOW + 1
    await stream.aclose()
    await until(lambda: client.load.active == 0)


async def test_a_killed_child_fails_its_calls_and_is_replaced(start_worker, tmp_path):
    states: list[WorkerState] = []
    client = await start_worker(on_state=states.append)
    running = asyncio.create_task(client.call("wait_until_cancelled", None))
    await until((tmp_path / "waiting").exists)
    queued = asyncio.create_task(client.call("add", (1, 1)))
    await until(lambda: client.load.queued == 1)
    dead = client.process_id
    kill(client)
    for task in (running, queued):
        with pytest.raises(EngineUnavailable) as caught:
            await task
        assert caught.value.retry_after_ms > 0
    with pytest.raises(EngineUnavailable):
        await client.call("add", (1, 1))
    await client.wait_ready(30.0)
    assert await client.call("add", (2, 2)) == 4
    assert client.process_id != dead
    assert client.load.restarts == 1
    assert states == [WorkerState.READY, WorkerState.RESTARTING, WorkerState.READY]


async def test_a_call_that_ignores_its_cancellation_is_killed_with_its_process(start_worker, tmp_path):
    client = await start_worker(cancel_grace_s=0.1)
    task = asyncio.create_task(client.call("ignore_cancel", None))
    await until((tmp_path / "stuck").exists)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await until(lambda: client.load.restarts == 1)
    await client.wait_ready(30.0)
    assert await client.call("add", (1, 1)) == 2


async def test_a_missing_model_fails_the_worker_without_a_restart_loop(start_worker, tmp_path):
    client = await start_worker("Unloadable", wait=False)
    with pytest.raises(ModelMissing) as caught:
        await client.wait_ready(30.0)
    assert caught.value.command == "narrative-server models fetch tiny"
    assert client.state is WorkerState.FAILED
    with pytest.raises(ModelMissing):
        await client.call("add", (1, 1))
    await until(lambda: client.process_id is None)
    assert (tmp_path / "loads").read_text(encoding="utf-8") == "x"


async def test_a_service_that_cannot_be_built_fails_the_worker(start_worker):
    client = await start_worker("Broken", wait=False)
    with pytest.raises(EngineFailed, match="ZeroDivisionError"):
        await client.wait_ready(30.0)


async def test_a_child_that_dies_while_loading_is_tried_again(start_worker):
    client = await start_worker("DiesOnFirstLoad")
    assert client.load.restarts == 1
    assert await client.call("add", (1, 1)) == 2


async def test_a_load_over_its_time_is_ended_and_tried_again(start_worker, tmp_path):
    client = await start_worker("SlowToLoad", wait=False, start_timeout_s=1.0)
    with pytest.raises(EngineUnavailable):
        await client.wait_ready(0.01)
    await until(lambda: client.load.restarts == 1)
    await client.stop(0.0)
    assert client.process_id is None


async def test_stopping_frees_the_service_and_refuses_calls(start_worker, tmp_path):
    client = await start_worker()
    await client.stop()
    assert (tmp_path / "closed").exists()
    assert client.process_id is None
    with pytest.raises(EngineUnavailable, match="stopped"):
        await client.call("add", (1, 1))


async def test_stopping_cancels_what_runs(start_worker, tmp_path):
    client = await start_worker()
    running = asyncio.create_task(client.call("wait_until_cancelled", None))
    await until((tmp_path / "waiting").exists)
    await client.stop()
    with pytest.raises(EngineUnavailable):
        await running
    assert (tmp_path / "closed").exists()


async def test_a_log_record_of_the_child_reaches_the_parents_logging(start_worker, caplog):
    client = await start_worker()
    with caplog.at_level(logging.WARNING):
        await client.call("write_log", "thunder")
    (record,) = [record for record in caplog.records if record.name == "fake"]
    assert record.getMessage() == "heard thunder"
    assert record.beat_id == "b1"
    assert record.process == client.process_id


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_a_child_leaves_termination_signals_to_its_parent(start_worker):
    client = await start_worker()
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(client.process_id, number)
    assert await client.call("add", (1, 1)) == 2
    assert client.load.restarts == 0


def test_no_place_to_run_a_call_is_refused():
    with pytest.raises(InvalidConfig, match="concurrency"):
        WorkerClient("fake", "fake_services:FakeService", None, concurrency=0)


PARENT = """
import asyncio, sys
from pathlib import Path
from fake_services import FakeConfig
from narrative_server.workers.client import WorkerClient

async def main():
    client = WorkerClient("fake", "fake_services:{service}", FakeConfig(Path(sys.argv[1])), concurrency=1)
    await client.start()
    if {ready}:
        await client.wait_ready()
    print(client.process_id, flush=True)
    if {linger}:
        await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def run_parent(folder: Path, service: str, *, ready: bool, linger: bool) -> subprocess.Popen[str]:
    script = folder / "parent.py"
    script.write_text(PARENT.format(service=service, ready=ready, linger=linger), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), *sys.path))}
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # A child whose parent was killed stays a zombie where the first process of the system reaps nobody.
    status = Path(f"/proc/{process_id}/stat")
    return not (status.exists() and status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z")


@pytest.mark.skipif(sys.platform == "win32", reason="asking for a process by signal 0 is POSIX")
@pytest.mark.parametrize(("service", "ready"), [("FakeService", True), ("SlowToLoad", False)])
async def test_a_killed_parent_leaves_no_child_behind(tmp_path, service, ready):
    with run_parent(tmp_path, service, ready=ready, linger=True) as parent:
        assert parent.stdout is not None
        child = int(await asyncio.to_thread(parent.stdout.readline))
        if not ready:
            await until((tmp_path / f"loading {child}").exists)
        parent.kill()
    await until(lambda: not is_alive(child))


@pytest.mark.skipif(sys.platform == "win32", reason="asking for a process by signal 0 is POSIX")
async def test_a_parent_that_ends_without_stopping_its_worker_does_not_hang(tmp_path):
    with run_parent(tmp_path, "FakeService", ready=True, linger=False) as parent:
        output, _ = await asyncio.to_thread(parent.communicate, timeout=30)
    assert parent.returncode == 0
    await until(lambda: not is_alive(int(output)))

from __future__ import annotations

import asyncio

import grpc
import pytest

from narrative_server.rpc.web.open_calls import OpenCalls
from narrative_server.rpc.web.refusal import Refusal


async def hold(calls: OpenCalls, ended: list[str], gate: asyncio.Event) -> None:
    async with calls.admitted():
        try:
            await gate.wait()
            ended.append("well")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise


async def test_more_calls_than_allowed_are_refused_with_a_hint() -> None:
    calls, gate, ended = OpenCalls(2), asyncio.Event(), []
    running = [asyncio.create_task(hold(calls, ended, gate)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal) as refusal:
        await hold(calls, ended, gate)
    assert refusal.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (b"grpc-retry-pushback-ms", b"1000") in refusal.value.headers
    gate.set()
    await asyncio.gather(*running)
    await hold(calls, ended, gate)
    assert (ended, len(calls)) == (["well"] * 3, 0)


async def test_draining_waits_for_running_calls_and_refuses_new_ones() -> None:
    calls, gate, ended = OpenCalls(2), asyncio.Event(), []
    running = asyncio.create_task(hold(calls, ended, gate))
    await asyncio.sleep(0)
    draining = asyncio.create_task(calls.drain(grace_s=5))
    await asyncio.sleep(0)
    with pytest.raises(Refusal) as refusal:
        await hold(calls, ended, gate)
    assert refusal.value.code is grpc.StatusCode.UNAVAILABLE
    gate.set()
    assert await draining
    await running
    assert ended == ["well"]


async def test_calls_that_outlast_the_grace_are_cancelled_and_leave_quietly() -> None:
    calls, ended = OpenCalls(2), []
    running = asyncio.create_task(hold(calls, ended, asyncio.Event()))
    await asyncio.sleep(0)
    assert not await calls.drain(grace_s=0.01)
    calls.cancel()
    assert await calls.drain(grace_s=5)
    await running
    assert ended == ["cancelled"]


async def test_a_timeout_of_the_call_itself_is_passed_on() -> None:
    with pytest.raises(TimeoutError, match="its own"):
        async with OpenCalls(1).admitted():
            raise TimeoutError("its own")

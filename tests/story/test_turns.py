from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from narrative_server.errors import Busy
from narrative_server.story.limits import Limits
from narrative_server.story.turns import Turns


async def test_beats_of_one_session_play_one_after_another_in_order() -> None:
    turns, order, most = Turns(Limits()), [], 0

    async def play(number: int) -> None:
        nonlocal most
        async with turns.turn("s"):
            most = max(most, turns.active)
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*map(play, range(5)))
    assert (order, most) == ([0, 1, 2, 3, 4], 1)


async def test_beats_of_several_sessions_play_at_once_up_to_the_limit() -> None:
    turns, go, most = Turns(replace(Limits(), max_active_beats=2)), asyncio.Event(), 0

    async def play(session: str) -> None:
        nonlocal most
        async with turns.turn(session):
            most = max(most, turns.active)
            await go.wait()

    tasks = [asyncio.create_task(play(session)) for session in "abc"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (turns.active, turns.queued) == (2, 1)
    go.set()
    await asyncio.gather(*tasks)
    assert (most, turns.active, turns.queued) == (2, 0, 0)


async def test_a_full_session_queue_refuses_and_names_its_limit() -> None:
    turns = Turns(replace(Limits(), max_queued_beats_per_session=1))
    async with turns.turn("s"):
        waiting = asyncio.create_task(_hold(turns, "s"))
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="queue of 1 beats") as error:
            await _hold(turns, "s")
        assert error.value.retry_after_ms > 0
    await waiting


async def test_a_cancelled_waiter_leaves_no_trace() -> None:
    turns = Turns(Limits())
    async with turns.turn("s"):
        waiting = asyncio.create_task(_hold(turns, "s"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (turns.active, turns.queued) == (1, 0)
    await _hold(turns, "s")
    assert (turns.active, turns.queued) == (0, 0)


async def _hold(turns: Turns, session: str) -> None:
    async with turns.turn(session):
        pass

"""Commits beats for ever and prints the id of each once it is acknowledged; test_store_crash.py kills it.

Arguments: the database's URL. Goes on where the process before it was killed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from conftest import make_beat, make_session

from narrative_server.errors import NotFound
from narrative_server.story.store import SessionStore


async def write(url: str) -> None:
    store = await SessionStore.open(url)
    try:
        index = (await store.get_session("s1")).revision
    except NotFound:
        await store.create_session(make_session())
        index = 0
    while True:
        beat = make_beat("s1", index)
        await store.commit_beat(beat, f"key{index}")
        print(beat.id, flush=True)  # noqa: T201
        index += 1


asyncio.run(write(sys.argv[1]))

"""A killed process loses nothing that it acknowledged, and leaves no half of a beat."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from narrative_server.story.store import SessionStore

ROUNDS = int(os.environ.get("NARRATIVE_SERVER_TEST_CRASH_ROUNDS", "8"))
WRITER = Path(__file__).parent / "crash_writer.py"


def write_and_kill(url: str, acknowledged_before_kill: int, delay_s: float) -> list[str]:
    """The ids that a writer acknowledged before it was killed, `delay_s` into its next beat."""
    command = [sys.executable, str(WRITER), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as writer:
        assert writer.stdout is not None
        ids = [writer.stdout.readline().strip() for _ in range(acknowledged_before_kill)]
        time.sleep(delay_s)
        writer.kill()
        ids += writer.stdout.read().split()
    assert all(ids), "the writer ended by itself"
    return ids


def check_file(url: str) -> None:
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_a_killed_writer_loses_no_acknowledged_beat(database_url: str, story: SimpleNamespace) -> None:
    rng, acknowledged, unasked = random.Random(3), 0, 0
    for _ in range(ROUNDS):
        ids = write_and_kill(database_url, rng.randint(1, 3), rng.uniform(0, 0.02))
        check_file(database_url)
        store = await SessionStore.open(database_url)
        revision = (await store.get_session("s1")).revision
        for index in range(revision - len(ids) - 1, revision):  # one more may be stored than was acknowledged
            beat = story.beat("s1", index) if index >= 0 else None
            assert beat is None or await store.get_beat("s1", beat.id) == beat
        await store.close()
        acknowledged += len(ids)
        unasked += revision - acknowledged - unasked
        assert ids[-1] in (f"s1-b{revision - 1}", f"s1-b{revision - 2}")
        assert 0 <= unasked <= ROUNDS
    store = await SessionStore.open(database_url)
    for index in range(acknowledged + unasked):
        assert await store.get_beat("s1", f"s1-b{index}") == story.beat("s1", index)
    await store.close()

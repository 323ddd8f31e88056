"""When the disk or database fails: an error in safe words, and nothing half written."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError

from narrative_server.errors import NotFound, StorageFailed
from narrative_server.story.events import BackgroundReady
from narrative_server.story.store import SessionStore, database
from narrative_server.story.store.failures import storage_failed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret folder" / "stories.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


def set_pragma(monkeypatch: pytest.MonkeyPatch, *pragmas: str) -> None:
    monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS, *pragmas))


async def failure_of_opening(url: str) -> StorageFailed:
    with pytest.raises(StorageFailed) as caught:
        await SessionStore.open(url)
    assert "secret" not in str(caught.value)
    return caught.value


async def test_a_full_disk_keeps_what_was_there_and_takes_smaller_beats(
    url: str, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pragma(monkeypatch, "max_page_count = 80")
    store = await SessionStore.open(url)
    await store.create_session(story.session())
    beat = story.beat()
    huge = story.picture("huge", "background", "village", bytes(1 << 20))
    events = tuple(replace(e, asset=huge) if isinstance(e, BackgroundReady) else e for e in beat.events)
    with pytest.raises(StorageFailed, match="disk is full") as caught:
        await store.commit_beat(replace(beat, events=events), "k")
    assert caught.value.full
    assert "entered" not in repr(caught.value.__cause__)
    with pytest.raises(NotFound):
        await store.get_asset("s1-zoe")
    assert await store.find_beat_by_key("s1", "k", beat.created_at) is None
    assert (await store.get_session("s1")).revision == 0
    await store.commit_beat(beat, "k")
    assert await store.get_beat("s1", beat.id) == beat
    await store.close()


async def test_the_players_words_are_not_in_the_cause(
    url: str, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pragma(monkeypatch, "query_only = OFF")
    store = await SessionStore.open(url)
    await store.create_session(story.session())
    monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS, "query_only = ON"))
    await store._database.engine.dispose()
    with pytest.raises(StorageFailed, match="read-only") as caught:
        await store.commit_beat(story.beat(), "")
    assert "Where is it?" not in repr(caught.value.__cause__) + str(caught.value.__cause__)
    assert (await store.get_session("s1")).revision == 0
    await store.close()


async def test_a_database_opened_read_only_is_refused(url: str, file: Path) -> None:
    await (await SessionStore.open(url)).close()
    error = await failure_of_opening(f"sqlite:///file:{file.as_posix()}?mode=ro&uri=true")
    assert "read-only" in str(error)


async def test_a_folder_that_cannot_be_made_is_refused(url: str, file: Path) -> None:
    file.parent.write_text("a file, not a folder", encoding="utf-8")
    assert "cannot be opened" in str(await failure_of_opening(url))


def test_a_folder_in_the_files_place_is_refused(url: str, file: Path) -> None:
    file.mkdir(parents=True)
    assert "cannot be opened" in str(asyncio.run(failure_of_opening(url)))


def test_another_kind_of_file_is_refused_and_kept(url: str, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"This is a text. " * 500)
    assert "not a SQLite database" in str(asyncio.run(failure_of_opening(url)))
    assert file.read_bytes() == b"This is a text. " * 500


@pytest.mark.parametrize("version", [0, 4, 99])
async def test_another_schema_version_is_refused(url: str, file: Path, version: int) -> None:
    await (await SessionStore.open(url)).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE schema_version SET version = ?", (version,))
        connection.commit()
    assert f"schema version {version}, this server knows up to 3" in str(await failure_of_opening(url))


async def test_a_database_of_the_first_schema_version_is_brought_up_to_date(
    url: str, file: Path, story: SimpleNamespace
) -> None:
    store = await SessionStore.open(url)
    await store.create_session(story.session())
    await store.commit_beat(story.beat())
    await store.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE schema_version SET version = 1")
        connection.execute("DROP TABLE asset_places")
        connection.commit()
    store = await SessionStore.open(url)
    assert await store.get_beat("s1", "s1-b0") == story.beat()
    await store.close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(3,)]


async def test_a_database_that_others_hold_is_reported_as_locked(
    url: str, file: Path, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pragma(monkeypatch, "busy_timeout = 20")
    store = await SessionStore.open(url)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageFailed, match="locked by another process"):
            await store.create_session(story.session())
        assert await store.list_sessions(10) == ((), "")  # readers need not wait
        other.rollback()
    await store.create_session(story.session())
    await store.close()


async def test_a_damaged_row_is_reported(url: str, file: Path, story: SimpleNamespace) -> None:
    store = await SessionStore.open(url)
    await store.create_session(story.session())
    await store.commit_beat(story.beat(), "")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE beats SET events = substr(events, 1, 100)")
        connection.commit()
    with pytest.raises(StorageFailed, match="events cannot be read"):
        await store.get_beat("s1", "s1-b0")
    await store.close()


async def test_closing_waits_for_what_is_being_stored(url: str, story: SimpleNamespace) -> None:
    store = await SessionStore.open(url)
    task = asyncio.create_task(store.create_session(story.session()))
    await asyncio.sleep(0)
    await store.close()
    await task
    store = await SessionStore.open(url)
    assert await store.get_session("s1") == story.session()
    await store.close()


class PostgresError(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("relation /var/lib/secret")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "disk is full"),
        ("53300", "out of resources"),
        ("25006", "read-only"),
        ("40P01", "locked"),
        ("57P01", "stopping"),
        ("08006", "cannot be reached"),
        ("22021", "SQLSTATE 22021"),
        (None, "the database failed"),
    ],
)
def test_errors_of_postgresql_are_put_in_words(state: str | None, words: str) -> None:
    error = storage_failed(DBAPIError("INSERT secret", {"text": "secret"}, PostgresError(state)))
    assert words in error.reason
    assert "secret" not in str(error)
    assert error.full is (state == "53100")


def test_errors_of_the_operating_system_are_put_in_words() -> None:
    full = storage_failed(OSError(errno.ENOSPC, "No space left", "/home/secret"))
    assert full.full
    assert "secret" not in str(full)
    assert "read-only" in storage_failed(OSError(errno.EROFS, "x", "y")).reason

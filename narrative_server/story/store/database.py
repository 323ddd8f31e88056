"""One database: opening, its schema's version, and transactions that a cancelled caller cannot tear.

Every write is one transaction, one at a time, here and on the server: a lock in this process, `BEGIN IMMEDIATE` on
SQLite, an advisory lock on PostgreSQL. Knows no table but `schema_version`.

SQLite runs in WAL mode with synchronous=FULL, so that a commit is on the disk before it returns
(https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, event, func, insert, inspect, make_url, select, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from narrative_server.errors import InvalidConfig, StorageFailed
from narrative_server.story.store import schema
from narrative_server.story.store.failures import storage_failed

T = TypeVar("T")

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_LEGAL_URL: Final = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
_WRITERS: Final = 0x6E617272  # "narr": the advisory lock's number
_PRAGMAS: Final = (
    "busy_timeout = 5000",  # milliseconds; first, since the switch to WAL may have to wait too
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",  # macOS: fsync alone leaves data in the drive's cache
    "foreign_keys = ON",
    "secure_delete = ON",  # a deleted session's words and pictures are overwritten, not merely unlinked
)


class Database:
    """Runs work in transactions; work is a plain function on a SQLAlchemy connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine: Final = engine
        if engine.dialect.name == "sqlite":
            self._reader, self._writer = engine, engine.execution_options(writes=True)
        else:  # a writer must see what was committed while it waited for its lock, a reader one moment only
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
            self._writer = engine.execution_options(isolation_level="READ COMMITTED")
        self._writing: Final = asyncio.Lock()
        self._running: Final[set[asyncio.Task[Any]]] = set()

    @classmethod
    async def open(cls, url: str) -> Database:
        """Connect, and make the tables of an empty database.

        url: `sqlite:///FILE` (folders are made) or `postgresql://USER:PASSWORD@HOST/DATABASE`.
        Raises InvalidConfig for another url, StorageFailed when it cannot be used or has another schema version.
        """
        database = cls(_create_engine(_parse(url)))
        try:
            await database.write(_ensure_schema)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Wait for transactions that still run, then disconnect."""
        while self._running:
            await asyncio.wait(self._running)
        await self.engine.dispose()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent view of the database. Raises StorageFailed."""
        return await self._settle(self._transact(work, writes=False))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own: all of it is on the disk on return, or none of it ever.

        A caller that is cancelled still waits for the outcome, so that nothing goes on behind its back.
        Raises StorageFailed.
        """
        return await self._settle(self._transact(work, writes=True))

    async def _settle(self, transaction: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(transaction)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # seen: the caller is gone, and asyncio would report it as forgotten
            raise

    async def _transact(self, work: Callable[[Connection], T], writes: bool) -> T:
        async with self._writing if writes else contextlib.nullcontext():
            try:
                async with (self._writer if writes else self._reader).begin() as connection:
                    if writes and connection.dialect.name == "postgresql":
                        await connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
                    return await connection.run_sync(work)
            except (SQLAlchemyError, OSError) as error:
                raise storage_failed(error) from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise InvalidConfig("database", "not a URL", _LEGAL_URL) from error
    if parsed.drivername not in _DRIVERS:
        raise InvalidConfig("database", parsed.render_as_string(hide_password=True), _LEGAL_URL)
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _create_engine(url: URL) -> AsyncEngine:
    # Parameters are hidden from error texts: they are the players' words.
    if url.get_backend_name() == "sqlite":
        return _create_sqlite_engine(url)
    try:
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ImportError as error:
        legal = "a postgresql URL once `pip install narrative-server[postgres]` has run"
        raise InvalidConfig("database", url.render_as_string(hide_password=True), legal) from error


def _create_sqlite_engine(url: URL) -> AsyncEngine:
    in_memory = url.database in (None, "", ":memory:")
    if in_memory:  # lives and dies with its one connection
        engine = create_async_engine(
            url, hide_parameters=True, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0
        )
    else:
        _prepare_file(str(url.database))
        engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare_file(file: str) -> None:
    if file.startswith("file:"):  # a SQLite URI: whoever writes one knows where it leads
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        # The asynchronous driver leaves a thread behind when it cannot open a file; this finds out without it.
        sqlite3.connect(file).close()
    except (OSError, sqlite3.Error) as error:
        raise storage_failed(error) from error


def _set_pragmas(connection: Any, record: object) -> None:  # noqa: ARG001
    # The driver would begin transactions by itself, and only before a write; `_begin` does it instead.
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:  # the pool never learns of this connection, so nobody else would end its thread
        connection.close()
        raise


def _begin(connection: Connection) -> None:
    # A write that began as a read could find the database changed under it and fail; IMMEDIATE waits instead.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ensure_schema(connection: Connection) -> None:
    if not inspect(connection).has_table(schema.schema_version.name):
        schema.METADATA.create_all(connection)
        connection.execute(insert(schema.schema_version).values(version=schema.SCHEMA_VERSION))
        return
    version = connection.execute(select(schema.schema_version.c.version)).scalar_one_or_none()
    if not (isinstance(version, int) and schema.OLDEST_VERSION <= version <= schema.SCHEMA_VERSION):
        raise StorageFailed(
            f"the database has schema version {version}, this server knows up to {schema.SCHEMA_VERSION}; "
            "use the server version that wrote it, or another database"
        )
    schema.METADATA.create_all(connection)  # tables that came with a newer version; none that is there changes
    # A write even where it changes nothing: a read-only file or folder shows now, not with the first beat.
    connection.execute(update(schema.schema_version).values(version=schema.SCHEMA_VERSION))

"""Turns what databases and the operating system raise into StorageFailed, with words that are safe to show.

No path, no SQL and no value leaves this module; the original stays the cause, for the log.
"""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from narrative_server.errors import StorageFailed

FULL: Final = "the disk is full; free some space and try again"
READ_ONLY: Final = "the database is read-only; check the permissions of its folder"
_LOCKED: Final = "the database is locked by another process; try again"
_CANNOT_OPEN: Final = "the database file cannot be opened; check that its folder exists and may be written"
_DAMAGED: Final = "the database file is damaged; restore a backup"
_DISK_ERROR: Final = "the disk reported an error"
_UNREACHABLE: Final = "the database server cannot be reached, or refused the user, password or database name"

# https://www.sqlite.org/rescode.html: extended codes begin with the name of their primary code.
_SQLITE: Final = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": "the database file is not a SQLite database",
    "SQLITE_IOERR": _DISK_ERROR,
    "SQLITE_TOOBIG": "a value is too large for the database",
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html: the longest matching beginning counts.
_POSTGRESQL: Final = {
    "53100": FULL,
    "53": "the database server is out of resources; try again",
    "25006": READ_ONLY,
    "40": _LOCKED,
    "55P03": _LOCKED,
    "57": "the database server is stopping; try again",
    "08": _UNREACHABLE,
    "42501": "the database user may not do this",
}

_ERRNO: Final = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY, errno.EACCES: READ_ONLY}


def storage_failed(error: SQLAlchemyError | sqlite3.Error | OSError) -> StorageFailed:
    """The error to raise instead of `error`."""
    reason = _reason(error)
    return StorageFailed(reason, full=reason == FULL)


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, _CANNOT_OPEN)
    source = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    name = getattr(source, "sqlite_errorname", None)
    if isinstance(name, str):
        return _longest(_SQLITE, name) or f"the database refused this ({name})"
    state = getattr(source, "sqlstate", None)
    if isinstance(state, str):
        return _longest(_POSTGRESQL, state) or f"the database refused this (SQLSTATE {state})"
    return _UNREACHABLE if _has_no_server(source) else f"the database failed ({type(source).__name__})"


def _has_no_server(source: BaseException) -> bool:
    # psycopg gives no SQLSTATE to an OperationalError exactly when no connection came about, for whatever reason.
    return type(source).__module__.startswith("psycopg") and type(source).__name__ == "OperationalError"


def _longest(reasons: dict[str, str], code: str) -> str | None:
    matches = [start for start in reasons if code.startswith(start)]
    return reasons[max(matches, key=len)] if matches else None

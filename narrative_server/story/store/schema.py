"""The tables of the session store, the same on SQLite and PostgreSQL.

Domain values travel as JSON documents (see `codec`); a column of its own has only what a query needs. Pictures and
sounds are rows of `assets`, linked to beats, so that beats and forks share them. Knows nothing of events or sessions.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_VERSION: Final = 3
"""Raised by every change of the tables or of what they mean; `database` refuses a newer one."""

OLDEST_VERSION: Final = 1
"""A database of this version or newer is brought up to date when it is opened. 2 only added negative indices, so that
no row changes; an older server must not read them, hence the number. 3 added `asset_places`, which is made empty: what
is missing in it is placed when the library is searched."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 so that it returns exactly from every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Microseconds since 1970, exact."""
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The same moment, in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


METADATA: Final = MetaData()

schema_version = Table("schema_version", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

sessions = Table(
    "sessions",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),  # order of creation, for pages
    Column("id", String(64), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("parent_id", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,  # a deleted session's number is never given again, or page tokens would skip
)

beats = Table(
    "beats",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("index", Integer, nullable=False),  # negative: superseded by a revision, which has its index now
    Column("request", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("mood", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("lines", Text, nullable=False),  # what was said, the player's line first: the session's memory
    Column("events", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("session_id", "index"),
)

assets = Table(
    "assets",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("medium", String(16), nullable=False),
    Column("key", Text, nullable=False),
    Column("emotion", String(16), nullable=False),
    Column("encoding", String(16), nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("colours", Integer, nullable=False),
    Column("document", Text, nullable=False),  # the whole asset but its bytes
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

beat_assets = Table(
    "beat_assets",
    METADATA,
    Column("beat_id", ForeignKey("beats.id", ondelete="CASCADE"), primary_key=True),
    # Checked at the end of a transaction, so that a session's media can go in one statement before its beats do.
    Column("asset_id", ForeignKey("assets.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    Index("beat_assets_by_asset", "asset_id"),
)

asset_places = Table(
    "asset_places",
    METADATA,
    Column("asset_id", ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True),
    Column("space", String(16), nullable=False),  # the model whose places can be compared
    Column("place", LargeBinary, nullable=False),  # float16, little endian, of the shared embedding's size
)

idempotency_keys = Table(
    "idempotency_keys",
    METADATA,
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("beat_id", ForeignKey("beats.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False, index=True),
)

ratings = Table(
    "ratings",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("beat_id", ForeignKey("beats.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("line", Integer),
    Column("key", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("better_text", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

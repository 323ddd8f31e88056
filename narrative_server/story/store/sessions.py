"""Rows of sessions: create, read, list, delete, fork. Functions on one transaction's connection."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from narrative_server.errors import AlreadyExists, NotFound
from narrative_server.story.request import StoryContext
from narrative_server.story.session import Session
from narrative_server.story.store import codec, schema
from narrative_server.story.store.pages import decode_token, encode_token

_BEATS_AT_ONCE: Final = 50
"""How many beats a fork copies in one go: few enough that the server's other work is not held up."""

_COLUMNS = [c for c in schema.sessions.c if c.name != "sequence"]


def create(connection: Connection, session: Session) -> None:
    """Insert a session. Raises AlreadyExists."""
    taken = select(schema.sessions.c.id).where(schema.sessions.c.id == session.id)
    if connection.execute(taken).first() is not None:
        raise AlreadyExists("session", session.id)
    row = {c.name: getattr(session, c.name) for c in _COLUMNS}
    row["context"] = codec.dump(session.context, StoryContext)
    connection.execute(insert(schema.sessions).values(row))


def get(connection: Connection, session_id: str) -> Session:
    """Read a session. Raises NotFound."""
    row = connection.execute(select(*_COLUMNS).where(schema.sessions.c.id == session_id)).mappings().first()
    if row is None:
        raise NotFound("session", session_id)
    return _session(row)


def list_page(connection: Connection, limit: int, token: str) -> tuple[tuple[Session, ...], str]:
    """Up to `limit` sessions, newest first, and the token of the next page (empty on the last)."""
    before = decode_token("sessions", token)
    sequence = schema.sessions.c.sequence
    query = select(schema.sessions).order_by(sequence.desc()).limit(limit + 1)
    rows = connection.execute(query if before is None else query.where(sequence < before)).mappings().all()
    more = encode_token("sessions", rows[limit - 1]["sequence"]) if len(rows) > limit else ""
    return tuple(_session(row) for row in rows[:limit]), more


def advance(connection: Connection, session_id: str, revision: int, place: str, now: datetime) -> None:
    """Note that a beat was added."""
    row = {"revision": revision, "place": place, "updated_at": now}
    connection.execute(update(schema.sessions).where(schema.sessions.c.id == session_id).values(row))


def remove(connection: Connection, session_id: str) -> int:
    """Delete a session with all that only it uses; returns how many beats it had. Raises NotFound."""
    session = get(connection, session_id)
    beats, links, assets = schema.beats, schema.beat_assets, schema.assets
    used = select(links.c.asset_id).join(beats, beats.c.id == links.c.beat_id)
    own = used.where(beats.c.session_id == session_id)
    others = used.where(beats.c.session_id != session_id, links.c.asset_id == assets.c.id).correlate(assets)
    connection.execute(delete(assets).where(assets.c.id.in_(own), ~others.exists()))
    connection.execute(delete(schema.sessions).where(schema.sessions.c.id == session_id))  # the rest cascades
    return session.revision


def fork(
    connection: Connection, session_id: str, after_beat_id: str | None, new_id: str, title: str | None, now: datetime
) -> Session:
    """Copy a session up to a beat. Raises NotFound, AlreadyExists."""
    parent = get(connection, session_id)
    copy = replace(parent, id=new_id, title=parent.title if title is None else title, parent_id=parent.id)
    copy = replace(copy, created_at=now, updated_at=now)
    if after_beat_id is not None:
        last = _beat_row(connection, session_id, after_beat_id)
        copy = replace(copy, revision=last["index"] + 1, place=last["place"])
    create(connection, copy)
    for start in range(0, copy.revision, _BEATS_AT_ONCE):
        _copy_beats(connection, session_id, new_id, start, min(start + _BEATS_AT_ONCE, copy.revision))
    return copy


def _beat_row(connection: Connection, session_id: str, beat_id: str) -> RowMapping:
    beats = schema.beats
    own = beats.c.session_id == session_id
    query = select(beats.c.index, beats.c.place, beats.c.events)
    row = connection.execute(query.where(own, beats.c.id == beat_id)).mappings().first()
    if row is not None and row["index"] < 0:  # revised since: its place in the session counts
        index = codec.index_of(row["events"])
        row = connection.execute(query.where(own, beats.c.index == index)).mappings().first()
    if row is None:
        raise NotFound("beat", beat_id)
    return row


def _copy_beats(connection: Connection, session_id: str, new_id: str, start: int, stop: int) -> None:
    beats, links = schema.beats, schema.beat_assets
    part = (beats.c.session_id == session_id, beats.c.index >= start, beats.c.index < stop)
    rows = [dict(row) for row in connection.execute(select(beats).where(*part)).mappings()]
    linked = select(links).join(beats, beats.c.id == links.c.beat_id).where(*part)
    shared = connection.execute(linked).mappings().all()
    new_ids = {row["id"]: uuid4().hex for row in rows}
    for row in rows:
        row.update(id=new_ids[row["id"]], session_id=new_id)
        row["events"] = codec.move_events(row["events"], new_id, row["id"])
        row["request"] = codec.move_request(row["request"], new_id)
    connection.execute(insert(beats), rows)
    if shared:
        copies = [{"beat_id": new_ids[link["beat_id"]], "asset_id": link["asset_id"]} for link in shared]
        connection.execute(insert(links), copies)


def _session(row: RowMapping) -> Session:
    fields = {c.name: row[c.name] for c in _COLUMNS}
    return Session(**{**fields, "context": codec.load(row["context"], StoryContext)})

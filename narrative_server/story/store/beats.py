"""Rows of beats, their assets, idempotency keys and ratings. Functions on one transaction's connection.

A beat that was revised gives its index to the revision and gets a negative one, so that whatever reads a session in
order passes over it. Its own index is still in its events.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from narrative_server.dialogue.types import HistoryLine
from narrative_server.errors import FieldViolation, InvalidRequest, NotFound, StorageFailed
from narrative_server.semantics.mood import Mood
from narrative_server.story.assets import Asset, PictureAsset
from narrative_server.story.events import BeatFinished
from narrative_server.story.request import BeatRequest
from narrative_server.story.session import BeatSummary, Rating, StoredBeat
from narrative_server.story.store import codec, schema, sessions
from narrative_server.story.store.pages import decode_token, encode_token

KEY_LIFETIME: Final = timedelta(hours=24)
"""How long an idempotency key is remembered."""


def commit(connection: Connection, beat: StoredBeat, idempotency_key: str, supersedes: str) -> None:
    """Insert a finished beat with its assets and key, and move its session on. See SessionStore.commit_beat."""
    session = sessions.get(connection, beat.session_id)
    revision = max(session.revision, beat.index + 1)
    if supersedes:
        _supersede(connection, beat, supersedes)
    elif session.revision != beat.index:
        raise StorageFailed(f"the session has {session.revision} beats, this one was made as number {beat.index}")
    finished = beat.events[-1]
    assert isinstance(finished, BeatFinished), "only a finished beat is stored"
    place = beat.place if revision == beat.index + 1 else session.place
    row: dict[str, Any] = {c.name: getattr(beat, c.name, None) for c in schema.beats.c}
    row.update(
        request=codec.dump(beat.request, BeatRequest),
        mood=codec.dump(beat.mood, Mood),
        state=finished.state,
        lines=codec.dump(codec.said_lines(beat.request, beat.events), tuple[HistoryLine, ...]),
        events=codec.dump_events(beat.events),
    )
    connection.execute(insert(schema.beats).values(row))
    for asset in codec.assets_of(beat.events).values():
        store_asset(connection, asset, beat.created_at)
        connection.execute(insert(schema.beat_assets).values(beat_id=beat.id, asset_id=asset.id))
    _remember_key(connection, beat, idempotency_key)
    sessions.advance(connection, beat.session_id, revision, place, beat.created_at)


def _supersede(connection: Connection, beat: StoredBeat, old_id: str) -> None:
    """Free the index of `beat` of the beat that has it. Raises StorageFailed when that is not `old_id`."""
    beats = schema.beats
    own = beats.c.session_id == beat.session_id
    current = connection.execute(select(beats.c.id).where(own, beats.c.index == beat.index)).scalar()
    if current != old_id:
        raise StorageFailed(f"beat {beat.index} of the session was changed while it was being revised")
    lowest = connection.execute(select(func.min(beats.c.index)).where(own)).scalar_one()
    connection.execute(update(beats).where(beats.c.id == old_id).values(index=min(lowest, 0) - 1))


def store_asset(connection: Connection, asset: Asset, now: datetime) -> None:
    """Insert an asset, or nothing when it is there. Raises StorageFailed when another one has its id."""
    document = codec.dump_asset(asset)
    known = connection.execute(select(schema.assets.c.document).where(schema.assets.c.id == asset.id)).scalar()
    if known is not None:
        if known != document:
            raise StorageFailed("a new asset has the id of a stored one")
        return
    row = {c.name: getattr(asset, c.name, None) for c in schema.assets.c}
    if not isinstance(asset, PictureAsset):  # what sounds are not looked up by
        row.update(emotion="", width_px=0, height_px=0, colours=0)
    connection.execute(insert(schema.assets).values({**row, "document": document, "created_at": now}))


def _remember_key(connection: Connection, beat: StoredBeat, key: str) -> None:
    keys = schema.idempotency_keys
    connection.execute(delete(keys).where(keys.c.created_at <= beat.created_at - KEY_LIFETIME))
    if key:
        row = {"session_id": beat.session_id, "key": key, "beat_id": beat.id, "created_at": beat.created_at}
        connection.execute(insert(keys).values(row))


def get(connection: Connection, session_id: str, beat_id: str) -> StoredBeat:
    """Read a beat whole. Raises NotFound."""
    query = select(schema.beats).where(schema.beats.c.id == beat_id, schema.beats.c.session_id == session_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        sessions.get(connection, session_id)
        raise NotFound("beat", beat_id)
    superseded = row["index"] < 0
    links, assets = schema.beat_assets, schema.assets
    linked = select(assets.c.id, assets.c.document, assets.c.data).join(links, links.c.asset_id == assets.c.id)
    found = connection.execute(linked.where(links.c.beat_id == beat_id)).mappings()
    media = {asset["id"]: codec.load_asset(asset["document"], asset["data"]) for asset in found}
    return StoredBeat(
        id=row["id"],
        session_id=row["session_id"],
        index=codec.index_of(row["events"]) if superseded else row["index"],
        request=codec.load(row["request"], BeatRequest),
        fingerprint=row["fingerprint"],
        place=row["place"],
        mood=codec.load(row["mood"], Mood),
        events=codec.load_events(row["events"], media),
        created_at=row["created_at"],
        superseded=superseded,
    )


def get_at(connection: Connection, session_id: str, index: int) -> BeatSummary:
    """The beat that has this index now, in short. Raises NotFound."""
    query = select(schema.beats).where(schema.beats.c.session_id == session_id, schema.beats.c.index == index)
    row = connection.execute(query).mappings().first()
    if row is None or index < 0:
        sessions.get(connection, session_id)
        raise NotFound("beat", str(index))
    return _summary(row)


def list_page(connection: Connection, session_id: str, limit: int, token: str) -> tuple[tuple[BeatSummary, ...], str]:
    """Up to `limit` beats, oldest first, and the token of the next page (empty on the last). Raises NotFound."""
    sessions.get(connection, session_id)
    listing = f"beats:{session_id}"
    after = decode_token(listing, token)
    beats = schema.beats
    query = select(beats).where(beats.c.session_id == session_id, beats.c.index > (-1 if after is None else after))
    rows = connection.execute(query.order_by(beats.c.index).limit(limit + 1)).mappings().all()
    more = encode_token(listing, rows[limit - 1]["index"]) if len(rows) > limit else ""
    return tuple(_summary(row) for row in rows[:limit]), more


def _summary(row: RowMapping) -> BeatSummary:
    request = codec.load(row["request"], BeatRequest)
    return BeatSummary(
        id=row["id"],
        index=row["index"],
        trigger=request.trigger,
        place=row["place"],
        mood=codec.load(row["mood"], Mood),
        lines=codec.load_lines(row["lines"]),
        state=row["state"],
        created_at=row["created_at"],
        revised_beat_id=request.revision.beat_id if request.revision else "",
        continues=request.continue_beat,
    )


def recent(connection: Connection, session_id: str, limit: int, before: int) -> tuple[BeatSummary, ...]:
    """The last `limit` beats below index `before`, oldest first. Raises NotFound."""
    sessions.get(connection, session_id)
    beats = schema.beats
    query = select(beats).where(beats.c.session_id == session_id, beats.c.index.between(0, before - 1))
    rows = connection.execute(query.order_by(beats.c.index.desc()).limit(limit)).mappings().all()
    return tuple(_summary(row) for row in reversed(rows))


def find_by_key(connection: Connection, session_id: str, key: str, now: datetime) -> StoredBeat | None:
    """The beat that was stored under an idempotency key in the last 24 hours."""
    keys = schema.idempotency_keys
    query = select(keys.c.beat_id).where(keys.c.session_id == session_id, keys.c.key == key)
    beat_id = connection.execute(query.where(keys.c.created_at > now - KEY_LIFETIME)).scalar()
    return None if beat_id is None else get(connection, session_id, beat_id)


def find_picture(connection: Connection, session_id: str, wanted: dict[str, Any], finish: str) -> PictureAsset | None:
    """The newest picture of a session whose columns equal `wanted` and that was finished so."""
    assets, links, beats = schema.assets, schema.beat_assets, schema.beats
    query = select(assets.c.id, assets.c.document).join(links, links.c.asset_id == assets.c.id)
    query = query.join(beats, beats.c.id == links.c.beat_id).where(beats.c.session_id == session_id)
    query = query.where(beats.c.index >= 0)  # what a revision replaced was not wanted
    query = query.where(*(assets.c[name] == value for name, value in wanted.items()))
    # How a picture was finished is told by its document alone; few pictures of a session have the same key and size.
    for row in connection.execute(query.order_by(beats.c.index.desc())).mappings():
        asset = codec.load_asset(row["document"], b"")
        if isinstance(asset, PictureAsset) and asset.finish == finish:
            data = connection.execute(select(assets.c.data).where(assets.c.id == row["id"])).scalar_one()
            return replace(asset, data=data)
    return None


def get_asset(connection: Connection, asset_id: str) -> tuple[Asset, str, datetime]:
    """An asset, the oldest session that has it, and when it was stored. Raises NotFound."""
    assets = schema.assets
    row = connection.execute(select(assets).where(assets.c.id == asset_id)).mappings().first()
    if row is None:
        raise NotFound("asset", asset_id)
    return codec.load_asset(row["document"], row["data"]), session_of_asset(connection, asset_id), row["created_at"]


def session_of_asset(connection: Connection, asset_id: str) -> str:
    """The oldest session that has an asset; empty if none has."""
    links, beats = schema.beat_assets, schema.beats
    users = select(beats.c.session_id).join(links, links.c.beat_id == beats.c.id).where(links.c.asset_id == asset_id)
    users = users.join(schema.sessions, schema.sessions.c.id == beats.c.session_id)
    oldest = connection.execute(users.order_by(schema.sessions.c.sequence).limit(1)).scalar()
    return oldest or ""


def rate(connection: Connection, rating: Rating, now: datetime) -> str:
    """Insert a rating; returns its id. Raises NotFound, InvalidRequest when the beat has no such part."""
    beat = get(connection, rating.session_id, rating.beat_id)
    _check_part(beat, rating)
    row = {name: getattr(rating, name) for name in ("beat_id", "score", "line", "key", "better_text")}
    row.update(id=uuid4().hex, tags=codec.dump(rating.tags, tuple[str, ...]), created_at=now)
    connection.execute(insert(schema.ratings).values(row))
    return str(row["id"])


def _check_part(beat: StoredBeat, rating: Rating) -> None:
    lines = [event.index for event in beat.events if event.kind == "line_finished"]
    keys = [event.key for event in beat.events if event.kind in ("background", "sprite", "sound")]
    if rating.line is not None and rating.line not in lines:
        legal = f"0 to {max(lines)}" if lines else "this beat has no lines"
        raise InvalidRequest([FieldViolation("part.line", f"is {rating.line}", legal)])
    if rating.key and rating.key not in keys:
        legal = "a key of this beat: " + ", ".join(keys) if keys else "this beat has no pictures or sounds"
        raise InvalidRequest([FieldViolation("part.key", f"is {rating.key[:60]!r}", legal)])

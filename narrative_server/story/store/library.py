"""The library's rows: assets that were added, where assets lie in the shared embedding, and the search by it.

Places are kept beside the assets, so that a search computes none again; those of another model are as good as missing.
Functions on one transaction's connection. Axes: A assets, S numbers of a place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, exists, insert, select

from narrative_server.errors import AlreadyExists
from narrative_server.story.assets import Asset
from narrative_server.story.store import beats, codec, schema

_STORED: Final = np.dtype("<f2")


@dataclass(frozen=True)
class FoundAsset:
    """A find: the asset without its bytes, its session (empty if none), when it was stored, and its cosine, -1..1."""

    asset: Asset
    session_id: str
    created_at: datetime
    score: float


def add(connection: Connection, asset: Asset, place_: NDArray[np.float32], space: str, now: datetime) -> None:
    """Insert an asset that no beat made. Raises AlreadyExists."""
    assets = schema.assets
    if connection.execute(select(exists().where(assets.c.id == asset.id))).scalar():
        raise AlreadyExists("asset", asset.id)
    beats.store_asset(connection, asset, now)
    place(connection, {asset.id: place_}, space)


def place(connection: Connection, places: Mapping[str, NDArray[np.float32]], space: str) -> None:
    """Put places in the stead of older ones."""
    assets, kept = schema.assets, schema.asset_places
    there = set(connection.execute(select(assets.c.id).where(assets.c.id.in_(list(places)))).scalars())
    rows = [
        {"asset_id": asset_id, "space": space, "place": row.astype(_STORED).tobytes()}
        for asset_id, row in places.items()
        if asset_id in there
    ]
    if rows:
        connection.execute(delete(kept).where(kept.c.asset_id.in_([row["asset_id"] for row in rows])))
        connection.execute(insert(kept), rows)


def place_of(connection: Connection, asset_id: str, space: str) -> NDArray[np.float32] | None:
    """The stored place of an asset, float32 of (S,)."""
    kept = schema.asset_places
    query = select(kept.c.place).where(kept.c.asset_id == asset_id, kept.c.space == space)
    data = connection.execute(query).scalar()
    return None if data is None else np.frombuffer(data, _STORED).astype(np.float32)


def unplaced(connection: Connection, space: str, media: Collection[str], limit: int) -> tuple[Asset, ...]:
    """Assets of `media` without a place in `space`, oldest first."""
    assets, kept = schema.assets, schema.asset_places
    placed = exists().where(kept.c.asset_id == assets.c.id, kept.c.space == space)
    query = select(assets.c.document, assets.c.data).where(assets.c.medium.in_(list(media)), ~placed)
    rows = connection.execute(query.order_by(assets.c.created_at, assets.c.id).limit(limit)).mappings()
    return tuple(codec.load_asset(row["document"], row["data"]) for row in rows)


def search(
    connection: Connection,
    wanted: NDArray[np.float32],
    space: str,
    media: Collection[str],
    limit: int,
    without: str,
) -> tuple[FoundAsset, ...]:
    """The assets nearest to `wanted` (S,), best first; of equal ones, the smaller id first."""
    assets, kept = schema.assets, schema.asset_places
    query = select(kept.c.asset_id, kept.c.place).join(assets, assets.c.id == kept.c.asset_id)
    query = query.where(kept.c.space == space, assets.c.medium.in_(list(media)), assets.c.id != without)
    rows = connection.execute(query.order_by(kept.c.asset_id)).all()
    if not rows:
        return ()
    places = np.frombuffer(b"".join(row.place for row in rows), _STORED).reshape(len(rows), -1)  # (A, S)
    scores = np.clip(places.astype(np.float32) @ wanted, -1.0, 1.0)
    best = np.argsort(-scores, kind="stable")[:limit]
    return tuple(_found(connection, rows[index].asset_id, float(scores[index])) for index in best)


def _found(connection: Connection, asset_id: str, score: float) -> FoundAsset:
    assets = schema.assets
    query = select(assets.c.document, assets.c.created_at).where(assets.c.id == asset_id)
    row = connection.execute(query).mappings().one()
    session_id = beats.session_of_asset(connection, asset_id)
    return FoundAsset(codec.load_asset(row["document"], b""), session_id, row["created_at"], score)

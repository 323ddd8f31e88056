"""The session store: everything that outlives a request, in SQLite or PostgreSQL. Knows nothing of gRPC or engines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.story.assets import Asset, PictureAsset, SoundAsset
from narrative_server.story.session import BeatSummary, Rating, Session, StoredBeat
from narrative_server.story.store import beats, library, sessions
from narrative_server.story.store.database import Database
from narrative_server.story.store.library import FoundAsset


class SessionStore:
    """Sessions, their beats and media. Every method may raise StorageFailed; then nothing of it was kept."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    @classmethod
    async def open(cls, url: str) -> SessionStore:
        """Open the database at `url`, and make its tables if it is empty.

        url: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`.
        Raises InvalidConfig for another url, StorageFailed when it cannot be used.
        """
        return cls(await Database.open(url))

    async def close(self) -> None:
        """Wait for what is being stored, then disconnect."""
        await self._database.close()

    async def create_session(self, session: Session) -> None:
        """Store a new session with its seed set. Raises AlreadyExists."""
        await self._database.write(lambda c: sessions.create(c, session))

    async def get_session(self, session_id: str) -> Session:
        """Read a session. Raises NotFound."""
        return await self._database.read(lambda c: sessions.get(c, session_id))

    async def list_sessions(self, limit: int, page_token: str = "") -> tuple[tuple[Session, ...], str]:
        """Up to `limit` (1 or more) sessions, newest first, and the next page's token, empty on the last page.

        Raises InvalidRequest for a token that this list never gave.
        """
        return await self._database.read(lambda c: sessions.list_page(c, limit, page_token))

    async def delete_session(self, session_id: str) -> int:
        """Erase a session, its beats, keys, ratings, and media that no fork uses; returns how many beats.

        Raises NotFound.
        """
        return await self._database.write(lambda c: sessions.remove(c, session_id))

    async def fork_session(
        self, session_id: str, after_beat_id: str | None, new_id: str, title: str | None, now: datetime
    ) -> Session:
        """Copy a session under `new_id`, up to and with a beat (None: all of them); returns the copy.

        A beat that was revised since stands for its newest revision; older ones stay behind. The copy keeps the seed;
        its beats get ids of their own and share the media. Ratings and idempotency keys stay behind. title None: the
        same. Raises NotFound, AlreadyExists.
        """
        return await self._database.write(lambda c: sessions.fork(c, session_id, after_beat_id, new_id, title, now))

    async def list_beats(
        self, session_id: str, limit: int, page_token: str = ""
    ) -> tuple[tuple[BeatSummary, ...], str]:
        """Up to `limit` (1 or more) beats, oldest first, and the next page's token, empty on the last page.

        Raises NotFound, InvalidRequest for a token that this list never gave.
        """
        return await self._database.read(lambda c: beats.list_page(c, session_id, limit, page_token))

    async def get_beat(self, session_id: str, beat_id: str) -> StoredBeat:
        """Read a beat with all its events, media included. Raises NotFound."""
        return await self._database.read(lambda c: beats.get(c, session_id, beat_id))

    async def beat_at(self, session_id: str, index: int) -> BeatSummary:
        """The beat at a place in the session, in short; of a revised one, its newest revision. Raises NotFound."""
        return await self._database.read(lambda c: beats.get_at(c, session_id, index))

    async def recent_beats(self, session_id: str, limit: int, before: int) -> tuple[BeatSummary, ...]:
        """The last `limit` beats of a session below index `before`, in short, oldest first. Raises NotFound."""
        return await self._database.read(lambda c: beats.recent(c, session_id, limit, before))

    async def find_beat_by_key(self, session_id: str, key: str, now: datetime) -> tuple[str, StoredBeat] | None:
        """The beat stored under an idempotency key less than 24 hours before `now`, with its fingerprint."""
        beat = await self._database.read(lambda c: beats.find_by_key(c, session_id, key, now))
        return None if beat is None else (beat.fingerprint, beat)

    async def find_asset(
        self,
        session_id: str,
        medium: str,
        key: str,
        emotion: str,
        encoding: str,
        width_px: int,
        height_px: int,
        colours: int,
        finish: str = "",
    ) -> PictureAsset | None:
        """The newest picture of a session (inherited ones included) that is equal in all of these, or None."""
        wanted = {
            "medium": medium,
            "key": key,
            "emotion": emotion,
            "encoding": encoding,
            "width_px": width_px,
            "height_px": height_px,
            "colours": colours,
        }
        return await self._database.read(lambda c: beats.find_picture(c, session_id, wanted, finish))

    async def get_asset(self, asset_id: str) -> tuple[Asset, str, datetime]:
        """A picture or sound, the oldest session that has it (empty if none), and when it was stored.

        Raises NotFound.
        """
        return await self._database.read(lambda c: beats.get_asset(c, asset_id))

    async def add_asset(self, asset: Asset, place: NDArray[np.float32], space: str, now: datetime) -> None:
        """Store an asset that no beat made, with its place; see `library`. Raises AlreadyExists."""
        await self._database.write(lambda c: library.add(c, asset, place, space, now))

    async def unplaced_pictures(self, space: str, limit: int) -> tuple[PictureAsset, ...]:
        """Up to `limit` pictures whose place in `space` is not stored, oldest first."""
        found = await self._database.read(lambda c: library.unplaced(c, space, ("sprite", "background"), limit))
        return tuple(asset for asset in found if isinstance(asset, PictureAsset))

    async def unplaced_sounds(self, space: str, limit: int) -> tuple[SoundAsset, ...]:
        """Up to `limit` sounds whose place in `space` is not stored, oldest first."""
        found = await self._database.read(lambda c: library.unplaced(c, space, ("sound",), limit))
        return tuple(asset for asset in found if isinstance(asset, SoundAsset))

    async def place_assets(self, places: Mapping[str, NDArray[np.float32]], space: str) -> None:
        """Store the places of assets, by id; those that are gone by now are passed over."""
        await self._database.write(lambda c: library.place(c, places, space))

    async def search_assets(
        self, wanted: NDArray[np.float32], space: str, media: Collection[str], limit: int, without: str = ""
    ) -> tuple[FoundAsset, ...]:
        """The `limit` assets of `media` whose places in `space` have the largest cosine with `wanted`, best first.

        without: an asset's id that is passed over.
        """
        return await self._database.read(lambda c: library.search(c, wanted, space, media, limit, without))

    async def place_of(self, asset_id: str, space: str) -> NDArray[np.float32] | None:
        """The stored place of an asset in `space`, float32 of (256,); None when it is not stored."""
        return await self._database.read(lambda c: library.place_of(c, asset_id, space))

    async def commit_beat(self, beat: StoredBeat, idempotency_key: str = "", supersedes: str = "") -> None:
        """Store a finished beat, its media and key, and its session's next revision: all in one transaction.

        beat: its last event is BeatFinished, its index the session's revision. idempotency_key: empty for none.
        supersedes: id of the beat whose index the new one takes; it can still be read by its id, no more listed.
        The beat's place becomes the session's. Media whose ids are stored already are linked, not copied.
        A caller that is cancelled gets the cancellation once the outcome is settled: wholly stored or not at all.
        Raises NotFound when the session is gone, StorageFailed when it has another revision, or another beat at that
        index than the one to supersede.
        """
        await self._database.write(lambda c: beats.commit(c, beat, idempotency_key, supersedes))

    async def rate_beat(self, rating: Rating, now: datetime) -> str:
        """Store a rating; returns its id. Raises NotFound, InvalidRequest when the beat has no such line or key."""
        return await self._database.write(lambda c: beats.rate(c, rating, now))


__all__ = ["FoundAsset", "SessionStore"]

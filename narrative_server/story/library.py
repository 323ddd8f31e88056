"""The library: a studio's own pictures and sounds enter it; they are found by words, by a file or by another one.

An asset's place in the shared embedding is stored with it. What has none yet (made by a beat, or placed by another
model) is placed before a search, a few at a time, and what was placed before a search ended is kept. Sounds have a
space of their own, which is compared with that of texts and pictures. Knows nothing of gRPC or models.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import EngineFailed, InvalidRequest
from narrative_server.images.types import GROUND_Y
from narrative_server.semantics.types import SHARED_SIZE, PictureAnalysis, PictureFile
from narrative_server.sounds.types import SoundDetails, SoundFile
from narrative_server.story.assets import Asset, PictureAsset, SoundAsset
from narrative_server.story.checks import Checks
from narrative_server.story.engines import Engines
from narrative_server.story.limits import Limits
from narrative_server.story.media import new_id
from narrative_server.story.store import FoundAsset, SessionStore
from narrative_server.story.validation import validate_id

PICTURE_MEDIA: Final = ("background", "sprite")
SEARCHED_MEDIA: Final = (*PICTURE_MEDIA, "sound")
MOST_HITS: Final = 100
DEFAULT_HITS: Final = 10
_PLACED_AT_ONCE: Final = 16


@dataclass(frozen=True, eq=False)
class _Query:
    """wanted: place (256,) in `space` of texts and pictures. without: an asset's id that is passed over."""

    wanted: NDArray[np.float32]
    space: str
    without: str = ""


class Library:
    """Adds to and searches the assets of `store`. Calls raise InvalidRequest and the engines' and store's errors."""

    def __init__(self, engines: Engines, store: SessionStore, limits: Limits) -> None:
        self._engines, self._store, self._limits = engines, store, limits

    async def add(self, text: str, medium: str, data: bytes) -> tuple[Asset, datetime]:
        """Store a file for `text`: a PNG file as a "background" or "sprite", a WAV or OGG file as a "sound".

        Returns the asset and when it was stored. Raises ModelMissing for a sound where the embedding knows none.
        """
        checks = Checks()
        checks.text("text", text, self._limits.max_picture_text_chars, required=True)
        checks.choice("medium", medium, SEARCHED_MEDIA)
        checks.close()
        read = self._read_sound(text, data) if medium == "sound" else self._read_picture(text, medium, data)
        asset, place, space = await read
        now = datetime.now(UTC)
        await self._store.add_asset(asset, place, space, now)
        return asset, now

    async def _read_picture(self, text: str, medium: str, data: bytes) -> tuple[Asset, NDArray[np.float32], str]:
        """The asset of a picture, its place and which space that is in."""
        seen = await self._engines.read_picture(PictureFile(data, medium=medium, field="data"))
        score = await self._score(text, seen.place, seen.space)
        asset = _picture("background" if medium == "background" else "sprite", text, data, seen, score)
        return asset, seen.place, seen.space

    async def _read_sound(self, text: str, data: bytes) -> tuple[Asset, NDArray[np.float32], str]:
        """The same of a sound."""
        heard = await self._engines.examine_sound(SoundFile(data, "data"))
        score = await self._score(text, heard.place, heard.text_space)
        return _sound(text, data, heard.details, score), heard.place, heard.space

    async def _score(self, text: str, place: NDArray[np.float32], text_space: str) -> float | None:
        """How well a file fits its words; None where they are placed by different embeddings."""
        wanted = await self._engines.place(texts=[text])
        return float(np.clip(wanted.rows[0] @ place, -1.0, 1.0)) if wanted.space == text_space else None

    async def find_by_text(self, text: str, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The assets that fit `text` best, best first. media: empty for pictures; limit: 0 for DEFAULT_HITS.

        Raises ModelMissing for sounds where the embedding knows none.
        """
        checks = Checks()
        checks.text("text", text, self._limits.max_picture_text_chars, required=True)
        _check_search(checks, media, limit)
        places = await self._engines.place(texts=[text])
        return await self._search(_Query(places.rows[0], places.space), media or PICTURE_MEDIA, limit)

    async def find_by_picture(self, data: bytes, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The assets most like a PNG file; see `find_by_text`."""
        _check_search(Checks(), media, limit)
        places = await self._engines.place(pictures=[PictureFile(data)])
        return await self._search(_Query(places.rows[0], places.space), media or PICTURE_MEDIA, limit)

    async def find_by_sound(self, data: bytes, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The assets most like a WAV or OGG file; see `find_by_text`. media: empty for sounds."""
        _check_search(Checks(), media, limit)
        places = await self._engines.place_sounds([SoundFile(data)])
        return await self._search(_Query(places.rows[0], places.text_space), media or ("sound",), limit)

    async def find_by_asset(self, asset_id: str, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The assets most like a stored one, itself left out; media: empty for its own kind. Raises NotFound."""
        validate_id(asset_id, "asset_id", self._limits)
        _check_search(Checks(), media, limit)
        asset, _, _ = await self._store.get_asset(asset_id)
        if isinstance(asset, PictureAsset):
            places = await self._engines.place(pictures=[_file_of(asset)])
            query = _Query(places.rows[0], places.space, asset_id)
            return await self._search(query, media or PICTURE_MEDIA, limit)
        heard = await self._engines.place_sounds([SoundFile(asset.data, "asset_id")])
        return await self._search(_Query(heard.rows[0], heard.text_space, asset_id), media or ("sound",), limit)

    async def _search(self, query: _Query, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        most = limit or DEFAULT_HITS
        found: list[FoundAsset] = []
        if pictures := set(media) & set(PICTURE_MEDIA):
            await self._place_pictures(query.space)
            found += await self._store.search_assets(query.wanted, query.space, pictures, most, query.without)
        if "sound" in media:
            spaces = await self._engines.place_sounds()
            if spaces.text_space != query.space:
                raise EngineFailed("sounds", "sounds are placed by another embedding than words; restart the server")
            await self._place_sounds(spaces.space)
            found += await self._store.search_assets(query.wanted, spaces.space, {"sound"}, most, query.without)
        return tuple(sorted(found, key=lambda one: -one.score)[:most])

    async def _place_pictures(self, space: str) -> None:
        """Store the place of every picture that has none in `space`."""
        while pictures := await self._store.unplaced_pictures(space, _PLACED_AT_ONCE):
            rows = {picture.id: await self._place_picture(picture) for picture in pictures}
            await self._store.place_assets(rows, space)

    async def _place_sounds(self, space: str) -> None:
        """Store the place of every sound that has none in `space`."""
        while sounds := await self._store.unplaced_sounds(space, _PLACED_AT_ONCE):
            rows = {sound.id: await self._place_sound(sound) for sound in sounds}
            await self._store.place_assets(rows, space)

    async def _place_picture(self, picture: PictureAsset) -> NDArray[np.float32]:
        try:
            places = await self._engines.place(pictures=[_file_of(picture)])
        except InvalidRequest:
            # Bytes that came with an import and are no picture fit nothing, and must not end every search.
            return np.zeros(SHARED_SIZE, np.float32)
        place: NDArray[np.float32] = places.rows[0]
        return place

    async def _place_sound(self, sound: SoundAsset) -> NDArray[np.float32]:
        try:
            places = await self._engines.place_sounds([SoundFile(sound.data)])
        except InvalidRequest:
            return np.zeros(SHARED_SIZE, np.float32)  # silent, or no sound: as for pictures
        place: NDArray[np.float32] = places.rows[0]
        return place


def _check_search(checks: Checks, media: Collection[str], limit: int) -> None:
    for index, medium in enumerate(media):
        checks.choice(f"media[{index}]", medium, SEARCHED_MEDIA)
    checks.whole("limit", limit, 1, MOST_HITS, unset=0)
    checks.close()


def _file_of(picture: PictureAsset) -> PictureFile:
    return PictureFile(picture.data, picture.encoding, picture.width_px, picture.height_px, picture.medium)


def _sound(text: str, data: bytes, details: SoundDetails, score: float | None) -> SoundAsset:
    return SoundAsset(
        id=new_id("snd"),
        key="",
        text=text,
        seed=0,
        encoding=details.encoding,
        duration_ms=details.duration_ms,
        sample_rate_hz=details.sample_rate_hz,
        channels=details.channels,
        peak_dbfs=details.peak_dbfs,
        loudness_lufs=details.loudness_lufs,
        data=data,
        sample_count=details.sample_count,
        loop_start=details.loop_start,
        loop_end=details.loop_end,
        score=score,
    )


def _picture(
    medium: Literal["background", "sprite"], text: str, data: bytes, seen: PictureAnalysis, score: float | None
) -> PictureAsset:
    asset = PictureAsset(
        id=new_id("pic"),
        medium=medium,
        key="",
        text=text,
        seed=0,
        emotion="neutral",
        encoding="png",
        width_px=seen.width_px,
        height_px=seen.height_px,
        colours=0,
        data=data,
        score=score,
    )
    if medium == "background":
        return replace(asset, ground_y=GROUND_Y)
    left_px, _, right_px, bottom_px = seen.visible
    pivot_x = (left_px + right_px) / 2.0 / seen.width_px
    return replace(asset, pivot_x=pivot_x, pivot_y=bottom_px / seen.height_px)

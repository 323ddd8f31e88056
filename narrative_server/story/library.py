"""The library: a studio's own pictures enter it, and pictures are found by words, by a picture or by another one.

A picture's place in the shared embedding is stored with it. What has none yet (made by a beat, or placed by another
model) is placed before a search, a few at a time, and what was placed before a search ended is kept. Knows nothing of
gRPC or models.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidRequest, NotBuilt
from narrative_server.images.types import GROUND_Y
from narrative_server.semantics.types import SHARED_SIZE, PictureAnalysis, PictureFile
from narrative_server.story.assets import PictureAsset
from narrative_server.story.checks import Checks
from narrative_server.story.engines import Engines
from narrative_server.story.limits import Limits
from narrative_server.story.media import new_id
from narrative_server.story.store import FoundAsset, SessionStore
from narrative_server.story.validation import validate_id

PICTURE_MEDIA: Final = ("background", "sprite")
MOST_HITS: Final = 100
DEFAULT_HITS: Final = 10
_PLACED_AT_ONCE: Final = 16
_SEARCH: Final = "LibraryService/SearchAssets"


class Library:
    """Adds to and searches the assets of `store`. Calls raise InvalidRequest and the engines' and store's errors."""

    def __init__(self, engines: Engines, store: SessionStore, limits: Limits) -> None:
        self._engines, self._store, self._limits = engines, store, limits

    async def add(self, text: str, medium: str, data: bytes) -> tuple[PictureAsset, datetime]:
        """Store a PNG file as a "background" or "sprite" that shows `text`; returns it and when it was stored.

        Raises NotBuilt for a sound.
        """
        if medium == "sound":
            raise NotBuilt("LibraryService/AddAsset of a sound")
        checks = Checks()
        checks.text("text", text, self._limits.max_picture_text_chars, required=True)
        checks.choice("medium", medium, PICTURE_MEDIA)
        checks.close()
        seen = await self._engines.read_picture(PictureFile(data, medium=medium, field="data"))
        wanted = await self._engines.place(texts=[text])
        score = float(np.clip(wanted.rows[0] @ seen.place, -1.0, 1.0)) if wanted.space == seen.space else None
        asset = _added("background" if medium == "background" else "sprite", text, data, seen, score)
        now = datetime.now(UTC)
        await self._store.add_asset(asset, seen.place, seen.space, now)
        return asset, now

    async def find_by_text(self, text: str, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The pictures that fit `text` best, best first. media: empty for all; limit: 0 for DEFAULT_HITS."""
        checks = Checks()
        checks.text("text", text, self._limits.max_picture_text_chars, required=True)
        _check_search(checks, media, limit)
        places = await self._engines.place(texts=[text])
        return await self._search(places.rows[0], places.space, media, limit)

    async def find_by_picture(self, data: bytes, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The pictures most like a PNG file; see `find_by_text`."""
        _check_search(Checks(), media, limit)
        places = await self._engines.place(pictures=[PictureFile(data)])
        return await self._search(places.rows[0], places.space, media, limit)

    async def find_by_asset(self, asset_id: str, media: Collection[str], limit: int) -> tuple[FoundAsset, ...]:
        """The pictures most like a stored one, itself left out. Raises NotFound, NotBuilt for a sound."""
        validate_id(asset_id, "asset_id", self._limits)
        _check_search(Checks(), media, limit)
        asset, _, _ = await self._store.get_asset(asset_id)
        if not isinstance(asset, PictureAsset):
            raise NotBuilt(f"{_SEARCH} by a sound")
        places = await self._engines.place(pictures=[_file_of(asset)])
        return await self._search(places.rows[0], places.space, media, limit, asset_id)

    async def _search(
        self, wanted: NDArray[np.float32], space: str, media: Collection[str], limit: int, without: str = ""
    ) -> tuple[FoundAsset, ...]:
        await self._place_all(space)
        return await self._store.search_assets(
            wanted, space, set(media) or set(PICTURE_MEDIA), limit or DEFAULT_HITS, without
        )

    async def _place_all(self, space: str) -> None:
        """Store the place of every picture that has none in `space`."""
        while pictures := await self._store.unplaced_pictures(space, _PLACED_AT_ONCE):
            rows = {picture.id: await self._place(picture) for picture in pictures}
            await self._store.place_assets(rows, space)

    async def _place(self, picture: PictureAsset) -> NDArray[np.float32]:
        try:
            places = await self._engines.place(pictures=[_file_of(picture)])
        except InvalidRequest:
            # Bytes that came with an import and are no picture fit nothing, and must not end every search.
            return np.zeros(SHARED_SIZE, np.float32)
        place: NDArray[np.float32] = places.rows[0]
        return place


def _check_search(checks: Checks, media: Collection[str], limit: int) -> None:
    if "sound" in media:
        raise NotBuilt(f"{_SEARCH} for sounds")
    for index, medium in enumerate(media):
        checks.choice(f"media[{index}]", medium, PICTURE_MEDIA)
    checks.whole("limit", limit, 1, MOST_HITS, unset=0)
    checks.close()


def _file_of(picture: PictureAsset) -> PictureFile:
    return PictureFile(picture.data, picture.encoding, picture.width_px, picture.height_px, picture.medium)


def _added(
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

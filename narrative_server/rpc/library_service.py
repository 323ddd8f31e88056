"""LibraryService: stored pictures and sounds, those that a studio adds among them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.rpc import to_proto
from narrative_server.rpc.context import CallContext
from narrative_server.story.library import Library
from narrative_server.story.limits import Limits
from narrative_server.story.store import FoundAsset, SessionStore
from narrative_server.story.validation import validate_id
from narrative_server.v1 import common_pb2, library_pb2, library_pb2_grpc

MEDIA: Final = {
    common_pb2.MEDIUM_DIALOGUE: "dialogue",
    common_pb2.MEDIUM_BACKGROUND: "background",
    common_pb2.MEDIUM_SPRITE: "sprite",
    common_pb2.MEDIUM_SOUND: "sound",
}


class LibraryServicer(library_pb2_grpc.LibraryServiceServicer):
    """Serves LibraryService from a store and a library on it."""

    def __init__(self, library: Library, store: SessionStore, limits: Limits) -> None:
        self._library, self._store, self._limits = library, store, limits

    async def GetAsset(
        self, request: library_pb2.GetAssetRequest, context: CallContext
    ) -> library_pb2.GetAssetResponse:
        validate_id(request.asset_id, "asset_id", self._limits)
        asset, session_id, created_at = await self._store.get_asset(request.asset_id)
        return library_pb2.GetAssetResponse(asset=to_proto.asset(asset, session_id, created_at))

    async def AddAsset(
        self, request: library_pb2.AddAssetRequest, context: CallContext
    ) -> library_pb2.AddAssetResponse:
        medium = MEDIA.get(request.medium, f"medium {request.medium}")
        asset, created_at = await self._library.add(request.text, medium, request.data)
        return library_pb2.AddAssetResponse(asset=to_proto.asset(replace(asset, data=b""), "", created_at))

    async def SearchAssets(
        self, request: library_pb2.SearchAssetsRequest, context: CallContext
    ) -> library_pb2.SearchAssetsResponse:
        media = [MEDIA.get(number, f"medium {number}") for number in request.media]
        found = await self._find(request, media)
        return library_pb2.SearchAssetsResponse(hits=map(_hit, found))

    async def _find(self, request: library_pb2.SearchAssetsRequest, media: list[str]) -> tuple[FoundAsset, ...]:
        query = request.WhichOneof("query")
        if query == "text":
            return await self._library.find_by_text(request.text, media, request.limit)
        if query == "picture_png":
            return await self._library.find_by_picture(request.picture_png, media, request.limit)
        if query == "asset_id":
            return await self._library.find_by_asset(request.asset_id, media, request.limit)
        if query == "sound_wav":
            return await self._library.find_by_sound(request.sound_wav, media, request.limit)
        raise InvalidRequest([FieldViolation("query", "is not set", "one of text, picture_png, sound_wav, asset_id")])


def _hit(found: FoundAsset) -> library_pb2.SearchHit:
    return library_pb2.SearchHit(
        asset=to_proto.asset(found.asset, found.session_id, found.created_at), score=found.score
    )

"""LibraryService: stored pictures and sounds."""

from __future__ import annotations

from narrative_server.errors import NotBuilt
from narrative_server.rpc import to_proto
from narrative_server.rpc.context import CallContext
from narrative_server.story.limits import Limits
from narrative_server.story.store import SessionStore
from narrative_server.story.validation import validate_id
from narrative_server.v1 import library_pb2, library_pb2_grpc


class LibraryServicer(library_pb2_grpc.LibraryServiceServicer):
    """Serves LibraryService from a store."""

    def __init__(self, store: SessionStore, limits: Limits) -> None:
        self._store, self._limits = store, limits

    async def GetAsset(
        self, request: library_pb2.GetAssetRequest, context: CallContext
    ) -> library_pb2.GetAssetResponse:
        validate_id(request.asset_id, "asset_id", self._limits)
        asset, session_id, created_at = await self._store.get_asset(request.asset_id)
        return library_pb2.GetAssetResponse(asset=to_proto.asset(asset, session_id, created_at))

    async def AddAsset(
        self, request: library_pb2.AddAssetRequest, context: CallContext
    ) -> library_pb2.AddAssetResponse:
        raise NotBuilt("LibraryService/AddAsset")

    async def SearchAssets(
        self, request: library_pb2.SearchAssetsRequest, context: CallContext
    ) -> library_pb2.SearchAssetsResponse:
        raise NotBuilt("LibraryService/SearchAssets")

"""The library's calls in one line each, and pictures to add, for its integration tests."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from narrative_server.testing import MockGameClient
from narrative_server.v1 import common_pb2, library_pb2, library_pb2_grpc, semantics_pb2_grpc

RED, GREEN, BLUE = (220, 30, 30), (30, 180, 30), (40, 60, 220)
SPRITE, BACKGROUND, SOUND = common_pb2.MEDIUM_SPRITE, common_pb2.MEDIUM_BACKGROUND, common_pb2.MEDIUM_SOUND


def png(colour: tuple[int, int, int], side_px: int = 32) -> bytes:
    """A disc of one colour on nothing."""
    rows, columns = np.mgrid[:side_px, :side_px] - side_px // 2
    shown = rows**2 + columns**2 < side_px**2 // 9
    picture = np.zeros((side_px, side_px, 4), dtype=np.uint8)
    picture[shown] = (*colour, 255)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def library(client: MockGameClient) -> library_pb2_grpc.LibraryServiceStub:
    return library_pb2_grpc.LibraryServiceStub(client.channel)


def semantics(client: MockGameClient) -> semantics_pb2_grpc.SemanticsServiceStub:
    return semantics_pb2_grpc.SemanticsServiceStub(client.channel)


async def add(client: MockGameClient, text: str, data: bytes, medium: int = SPRITE) -> library_pb2.Asset:
    request = library_pb2.AddAssetRequest(text=text, medium=medium, data=data)
    return (await library(client).AddAsset(request)).asset


async def find(client: MockGameClient, **query: object) -> list[library_pb2.SearchHit]:
    return list((await library(client).SearchAssets(library_pb2.SearchAssetsRequest(**query))).hits)

"""SearchAssets, AddAsset, Analyze of pictures and ranked variants through a real server."""

from __future__ import annotations

import struct
import zlib

import grpc
import numpy as np
import pytest

from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import (
    common_pb2,
    image_pb2,
    image_pb2_grpc,
    library_pb2,
    semantics_pb2,
    sound_pb2,
    sound_pb2_grpc,
    story_pb2,
)
from tests.integration.asking import beat_request, new_session, violations
from tests.integration.libraries import BACKGROUND, BLUE, GREEN, RED, SOUND, SPRITE, add, find, library, png, semantics


def images(client: MockGameClient) -> image_pb2_grpc.ImageServiceStub:
    return image_pb2_grpc.ImageServiceStub(client.channel)


def bomb() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))


async def test_an_added_picture_is_kept_as_it_is_and_stands_on_its_feet(client: MockGameClient) -> None:
    data = png(RED)
    added = await add(client, "a red ball", data)
    assert added.asset_id
    assert not added.session_id
    assert not added.sprite.data
    assert (added.sprite.width_px, added.sprite.height_px) == (32, 32)
    assert (added.sprite.pivot_x, added.sprite.pivot_y) == (
        pytest.approx(0.516, abs=0.01),
        pytest.approx(0.844, abs=0.01),
    )
    kept = (await library(client).GetAsset(library_pb2.GetAssetRequest(asset_id=added.asset_id))).asset
    assert kept.sprite.data == data
    assert kept.text == "a red ball"
    assert kept.create_time == added.create_time


async def test_an_added_background_has_a_ground(client: MockGameClient) -> None:
    added = await add(client, "a green field", png(GREEN, 96), BACKGROUND)
    assert added.WhichOneof("content") == "background"
    assert added.background.ground_y == pytest.approx(0.7)


async def test_pictures_are_found_by_words_best_first_and_without_their_bytes(client: MockGameClient) -> None:
    for name, colour in (("ruby", RED), ("emerald", GREEN), ("sapphire", BLUE)):
        await add(client, name, png(colour))
    hits = await find(client, text="green")
    assert hits[0].asset.text == "emerald"
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(-1.0 <= hit.score <= 1.0 for hit in hits)
    assert not any(hit.asset.sprite.data for hit in hits)
    assert [hit.asset.text for hit in await find(client, text="green", limit=1)] == ["emerald"]


async def test_a_picture_finds_its_likes_and_an_asset_never_itself(client: MockGameClient) -> None:
    ruby = await add(client, "ruby", png(RED))
    await add(client, "sapphire", png(BLUE))
    garnet = await add(client, "garnet", png(RED, 64))
    assert {hit.asset.text for hit in (await find(client, picture_png=png(RED)))[:2]} == {"ruby", "garnet"}
    hits = await find(client, asset_id=ruby.asset_id)
    assert hits[0].asset.asset_id == garnet.asset_id
    assert ruby.asset_id not in [hit.asset.asset_id for hit in hits]
    assert hits[0].score == pytest.approx(1.0, abs=1e-3)


async def test_only_the_media_that_are_asked_for_are_found(client: MockGameClient) -> None:
    await add(client, "ball", png(RED))
    await add(client, "field", png(RED, 96), BACKGROUND)
    assert [hit.asset.text for hit in await find(client, text="red", media=[BACKGROUND])] == ["field"]
    assert [hit.asset.text for hit in await find(client, text="red", media=[SPRITE])] == ["ball"]
    assert len(await find(client, text="red", media=[SPRITE, BACKGROUND])) == 2
    assert await find(client, text="red", media=[BACKGROUND], limit=100) != []


async def test_pictures_of_a_beat_are_found_with_their_session_and_placed_once(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session = await new_session(client)
    await client.play(beat_request(session_id=session))
    hits = await find(client, text="anything", limit=100)
    assert hits
    assert {hit.asset.session_id for hit in hits} == {session}
    calls = engines.calls["semantics"].started
    assert await find(client, text="anything", limit=100) == hits
    assert engines.calls["semantics"].started == calls + 1  # the words alone
    await client.story.DeleteSession(story_pb2.DeleteSessionRequest(session_id=session))
    assert await find(client, text="anything") == []


async def test_variants_are_ranked_by_their_scores(client: MockGameClient) -> None:
    request = image_pb2.GenerateSpriteRequest(text="a knight", variants=6, seed=5)
    pictures = (await images(client).GenerateSprite(request)).pictures
    scores = [picture.score for picture in pictures]
    assert len(set(scores)) > 1
    assert scores == sorted(scores, reverse=True)
    again = (await images(client).GenerateSprite(request)).pictures
    assert [picture.data for picture in again] == [picture.data for picture in pictures]


async def test_variants_of_a_sound_are_ranked_by_their_scores(client: MockGameClient) -> None:
    stub = sound_pb2_grpc.SoundServiceStub(client.channel)
    request = sound_pb2.GenerateSoundRequest(text="door slams", variants=6, seed=5)
    sounds = (await stub.GenerateSound(request)).sounds
    scores = [sound.score for sound in sounds]
    assert len(set(scores)) > 1
    assert scores == sorted(scores, reverse=True)
    again = (await stub.GenerateSound(request)).sounds
    assert [sound.data for sound in again] == [sound.data for sound in sounds]


@pytest.mark.parametrize("variants", [17, 2**32 - 1])
async def test_too_many_variants_are_refused_by_name(client: MockGameClient, variants: int) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await images(client).GenerateSprite(image_pb2.GenerateSpriteRequest(text="a knight", variants=variants))
    assert list(violations(caught.value)) == ["variants"]


async def test_a_picture_is_analysed_and_its_place_shared_with_texts(client: MockGameClient) -> None:
    seen = await semantics(client).Analyze(semantics_pb2.AnalyzeRequest(picture_png=png(GREEN)))
    assert seen.keywords[0] == "green"
    assert seen.mood.emotion != common_pb2.EMOTION_UNSPECIFIED
    assert sum(score.score for score in seen.scores) == pytest.approx(1.0, abs=1e-3)
    assert not seen.embedding
    words = [await semantics(client).Analyze(semantics_pb2.AnalyzeRequest(text=text)) for text in ("green", "purple")]
    assert [len(one.shared_embedding) for one in (seen, *words)] == [256] * 3
    near, far = (np.dot(seen.shared_embedding, one.shared_embedding) for one in words)
    assert near > far
    assert len(words[0].embedding) == 384


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"no picture", "no PNG"),
        (png(RED)[:60], "cannot be decoded"),
        (bomb(), "50000x50000"),
        (bytes(1_000_000), "1000000 bytes"),
    ],
)
async def test_a_bad_picture_is_refused_by_its_field_everywhere(
    client: MockGameClient, store: SessionStore, data: bytes, problem: str
) -> None:
    calls = (
        ("data", library(client).AddAsset(library_pb2.AddAssetRequest(text="x", medium=SPRITE, data=data))),
        ("picture_png", library(client).SearchAssets(library_pb2.SearchAssetsRequest(picture_png=data))),
        ("picture_png", semantics(client).Analyze(semantics_pb2.AnalyzeRequest(picture_png=data))),
    )
    for field, call in calls:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert problem in violations(caught.value)[field]
    assert await store.unplaced_pictures("other", 10) == ()  # nothing was stored


@pytest.mark.parametrize(
    ("field", "request_"),
    [
        ("text", library_pb2.AddAssetRequest(medium=SPRITE, data=png(RED))),
        ("text", library_pb2.AddAssetRequest(text="x" * 301, medium=SPRITE, data=png(RED))),
        ("text", library_pb2.AddAssetRequest(medium=SOUND, data=b"RIFF")),
        ("text", library_pb2.AddAssetRequest(text="x" * 301, medium=SOUND, data=b"RIFF")),
        ("data", library_pb2.AddAssetRequest(text="x", medium=SPRITE, data=b"RIFF")),
        ("medium", library_pb2.AddAssetRequest(text="x", data=png(RED))),
        ("medium", library_pb2.AddAssetRequest(text="x", medium=common_pb2.MEDIUM_DIALOGUE, data=png(RED))),
        ("query", library_pb2.SearchAssetsRequest()),
        ("text", library_pb2.SearchAssetsRequest(text="")),
        ("text", library_pb2.SearchAssetsRequest(text="  ")),
        ("text", library_pb2.SearchAssetsRequest(text="x" * 301)),
        ("limit", library_pb2.SearchAssetsRequest(text="x", limit=101)),
        ("media[0]", library_pb2.SearchAssetsRequest(text="x", media=[common_pb2.MEDIUM_DIALOGUE])),
        ("media[0]", library_pb2.SearchAssetsRequest(text="x", media=[common_pb2.MEDIUM_UNSPECIFIED])),
        ("asset_id", library_pb2.SearchAssetsRequest(asset_id="../x")),
    ],
)
async def test_an_illegal_request_names_its_field(
    client: MockGameClient, field: str, request_: library_pb2.AddAssetRequest | library_pb2.SearchAssetsRequest
) -> None:
    adds = isinstance(request_, library_pb2.AddAssetRequest)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await (library(client).AddAsset(request_) if adds else library(client).SearchAssets(request_))
    assert list(violations(caught.value)) == [field]


async def test_an_unknown_asset_is_not_found(client: MockGameClient) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await find(client, asset_id="pic_none")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND

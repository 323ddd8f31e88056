"""SearchAssets, AddAsset, Analyze of pictures and ranked variants through a real server."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime

import grpc
import numpy as np
import pytest
import soundfile
from PIL import Image

from narrative_server.errors import ModelMissing
from narrative_server.sounds.files import Loop, file_bytes
from narrative_server.story.assets import SoundAsset
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import (
    common_pb2,
    image_pb2,
    image_pb2_grpc,
    library_pb2,
    library_pb2_grpc,
    semantics_pb2,
    semantics_pb2_grpc,
    sound_pb2,
    sound_pb2_grpc,
    story_pb2,
)
from tests.integration.asking import beat_request, new_session, violations

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


def images(client: MockGameClient) -> image_pb2_grpc.ImageServiceStub:
    return image_pb2_grpc.ImageServiceStub(client.channel)


def semantics(client: MockGameClient) -> semantics_pb2_grpc.SemanticsServiceStub:
    return semantics_pb2_grpc.SemanticsServiceStub(client.channel)


def bomb() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))


async def add(client: MockGameClient, text: str, data: bytes, medium: int = SPRITE) -> library_pb2.Asset:
    request = library_pb2.AddAssetRequest(text=text, medium=medium, data=data)
    return (await library(client).AddAsset(request)).asset


async def find(client: MockGameClient, **query: object) -> list[library_pb2.SearchHit]:
    return list((await library(client).SearchAssets(library_pb2.SearchAssetsRequest(**query))).hits)


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


def tone(pitch_hz: float, seconds: float = 0.3, rate_hz: int = 22_050, **options: str) -> bytes:
    file, time_s = io.BytesIO(), np.arange(round(seconds * rate_hz)) / rate_hz
    soundfile.write(file, 0.5 * np.sin(2 * np.pi * pitch_hz * time_s), rate_hz, **{"format": "WAV", **options})
    return file.getvalue()


@pytest.mark.parametrize(
    ("options", "encoding"),
    [
        ({"subtype": "PCM_16"}, common_pb2.SOUND_ENCODING_WAV_PCM16),
        ({"subtype": "FLOAT"}, common_pb2.SOUND_ENCODING_WAV_FLOAT32),
        ({"format": "OGG", "subtype": "VORBIS"}, common_pb2.SOUND_ENCODING_OGG_VORBIS),
    ],
    ids=["pcm16", "float32", "ogg"],
)
async def test_an_added_sound_is_kept_as_it_is_and_tells_what_its_file_is(
    client: MockGameClient, options: dict[str, str], encoding: int
) -> None:
    data = tone(2_000, 0.3, 44_100, **options)
    added = await add(client, "high short", data, SOUND)
    assert added.asset_id
    assert not added.session_id
    assert not added.sound.data
    kept = (await library(client).GetAsset(library_pb2.GetAssetRequest(asset_id=added.asset_id))).asset
    sound = kept.sound
    assert (sound.data, kept.text, sound.asset_id) == (data, "high short", added.asset_id)
    assert kept.create_time == added.create_time
    assert (sound.encoding, sound.sample_rate_hz, sound.channels) == (encoding, 44_100, 1)
    assert (sound.sample_count, sound.duration_ms) == (13_230, 300)
    assert sound.peak_dbfs == pytest.approx(-6.02, abs=0.8)  # a lossy encoding overshoots at the tone's ends
    # 0.3 s of the 0.4 s window sound: -1.2 dB; near 2 kHz the K-weighting lifts by less than 4 dB
    assert -10.3 < sound.loudness_lufs < -6.0
    assert (sound.loop_start_sample, sound.loop_end_sample) == (0, 0)
    assert sound.score == pytest.approx(1.0, abs=1e-3)
    added.sound.data = data
    assert added == kept


async def test_added_sounds_are_found_beside_those_of_beats_and_loops_keep_their_points(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    await add(client, "beep", tone(2_000), SOUND)
    loop = file_bytes(0.5 * np.sin(2 * np.pi * 100 * np.arange(11_025) / 22_050), 22_050, "wav_pcm16", Loop(441, 8_820))
    hum = await add(client, "hum", loop, SOUND)
    assert (hum.sound.loop_start_sample, hum.sound.loop_end_sample) == (441, 8_820)
    calls = engines.calls["sounds"].started
    assert (await find(client, text="low short", media=[SOUND]))[0].asset.text == "hum"
    assert engines.calls["sounds"].started == calls + 1  # the spaces alone: what was added is placed already
    assert (await find(client, sound_wav=tone(2_000)))[0].asset.text == "beep"
    (hit,) = await find(client, asset_id=hum.asset_id)
    assert hit.asset.text == "beep"
    assert await find(client, text="low short") == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (tone(440, subtype="PCM_24"), "is a WAV file of Signed 24 bit PCM"),
        (tone(440, subtype="PCM_U8"), "is a WAV file of Unsigned 8 bit PCM"),
        (tone(440, 0.1, 8_000, format="OGG", subtype="OPUS"), "is an OGG file of Opus"),
    ],
    ids=["24 bits", "8 bits", "opus"],
)
async def test_a_sound_that_the_contracts_cannot_tell_is_searched_by_but_not_kept(
    client: MockGameClient, data: bytes, problem: str
) -> None:
    assert await find(client, sound_wav=data) == []
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await add(client, "x", data, SOUND)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert problem in violations(caught.value)["data"]
    assert "16-bit integers or 32-bit floats" in violations(caught.value)["data"]


async def keep_sounds(store: SessionStore, **sounds: bytes) -> None:
    for name, data in sounds.items():
        asset = SoundAsset(f"snd_{name}", name, name, 1, "wav_pcm16", 300, 22_050, 1, -6.0, -20.0, data)
        await store.add_asset(asset, np.zeros(256, np.float32), "none", datetime.now(UTC))


async def test_sounds_are_found_by_words_by_a_sound_and_by_one_another(
    client: MockGameClient, store: SessionStore, engines: ScriptedEngines
) -> None:
    await add(client, "a high tower", png(RED))
    await keep_sounds(store, hum=tone(100), growl=tone(150), beep=tone(2_000), drone=tone(100, 1.5), mute=tone(0.0))
    assert (await find(client, text="high short", media=[SOUND]))[0].asset.text == "beep"
    assert {hit.asset.text for hit in (await find(client, sound_wav=tone(120)))[:2]} == {"hum", "growl"}
    hits = await find(client, asset_id="snd_hum")
    assert hits[0].asset.text == "growl"
    assert "snd_hum" not in [hit.asset.asset_id for hit in hits]
    assert all(hit.asset.WhichOneof("content") == "sound" and not hit.asset.sound.data for hit in hits)
    assert len(hits) == 4  # the silent one fits nothing, and ends no search
    calls = engines.calls["sounds"].started
    assert await find(client, asset_id="snd_hum") == hits
    assert engines.calls["sounds"].started == calls + 2  # the sound itself and the spaces: each is placed once


async def test_media_unset_finds_what_the_query_is_and_both_kinds_only_when_asked(
    client: MockGameClient, store: SessionStore
) -> None:
    await add(client, "ball", png(RED))
    await keep_sounds(store, beep=tone(2_000))
    assert [hit.asset.text for hit in await find(client, text="red")] == ["ball"]
    assert [hit.asset.text for hit in await find(client, sound_wav=tone(100))] == ["beep"]
    for query in ({"text": "high short red"}, {"sound_wav": tone(100)}, {"picture_png": png(RED)}):
        both = await find(client, **query, media=[SPRITE, SOUND])
        assert {hit.asset.text for hit in both} == {"ball", "beep"}
        assert [hit.score for hit in both] == sorted((hit.score for hit in both), reverse=True)
        assert len(await find(client, **query, media=[SPRITE, SOUND], limit=1)) == 1


async def test_a_sound_is_analysed_and_its_place_shared_with_texts(client: MockGameClient) -> None:
    heard = await semantics(client).Analyze(semantics_pb2.AnalyzeRequest(sound_wav=tone(2_000)))
    assert list(heard.keywords) == ["high", "short"]
    assert sum(score.score for score in heard.scores) == pytest.approx(1.0, abs=1e-3)
    assert not heard.embedding
    words = [await semantics(client).Analyze(semantics_pb2.AnalyzeRequest(text=t)) for t in ("high short", "red")]
    near, far = (np.dot(heard.shared_embedding, one.shared_embedding) for one in words)
    assert near > far


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"no sound", "cannot be decoded"),
        (png(RED), "cannot be decoded"),
        (tone(440, format="OGG", subtype="VORBIS")[:900], "cannot be decoded"),
        (tone(440)[:44], "has 0 samples"),
        (tone(440, 0.005), "has 110 samples"),
        (tone(0.0), "is silent"),
        (tone(440, 70, 4_000), "has 4000 samples a second"),
        (tone(440, 0.1, 200_000), "has 200000 samples a second"),
        (tone(440, 70, 8_000, format="OGG", subtype="VORBIS"), "lasts 70 s"),
        (tone(440, format="FLAC"), "format FLAC"),
        (bytes(1_000_000), "1000000 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_bad_sound_is_refused_by_its_field_everywhere(
    client: MockGameClient, store: SessionStore, data: bytes, problem: str
) -> None:
    calls = (
        ("data", library(client).AddAsset(library_pb2.AddAssetRequest(text="x", medium=SOUND, data=data))),
        ("sound_wav", library(client).SearchAssets(library_pb2.SearchAssetsRequest(sound_wav=data))),
        ("sound_wav", semantics(client).Analyze(semantics_pb2.AnalyzeRequest(sound_wav=data))),
    )
    for field, call in calls:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert problem in violations(caught.value)[field]
        assert "object at" not in violations(caught.value)[field]
    assert await store.unplaced_sounds("other", 10) == ()  # nothing was stored


async def test_without_a_sound_tower_searching_and_adding_sounds_say_so_and_others_go_on(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    await add(client, "ball", png(RED))
    engines.fail["sounds"] = ModelMissing("embedding of sounds", "narrative-server train embedding --sounds FILE")
    calls = (
        library(client).SearchAssets(library_pb2.SearchAssetsRequest(sound_wav=tone(100))),
        library(client).SearchAssets(library_pb2.SearchAssetsRequest(text="x", media=[SOUND])),
        library(client).AddAsset(library_pb2.AddAssetRequest(text="x", medium=SOUND, data=tone(100))),
        semantics(client).Analyze(semantics_pb2.AnalyzeRequest(sound_wav=tone(100))),
    )
    for call in calls:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert "train embedding --sounds" in (caught.value.details() or "")
    assert [hit.asset.text for hit in await find(client, text="red")] == ["ball"]

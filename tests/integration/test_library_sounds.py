"""AddAsset, SearchAssets and Analyze of sounds through a real server."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import grpc
import numpy as np
import pytest
import soundfile

from narrative_server.errors import ModelMissing
from narrative_server.sounds.files import Loop, file_bytes
from narrative_server.story.assets import SoundAsset
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import (
    common_pb2,
    library_pb2,
    semantics_pb2,
)
from tests.integration.asking import violations
from tests.integration.libraries import RED, SOUND, SPRITE, add, find, library, png, semantics


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

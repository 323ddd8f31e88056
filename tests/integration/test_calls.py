"""Every other call, wrong input, health, reflection and the token, through a real server."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from narrative_server import __version__
from narrative_server.errors import NarrativeError
from narrative_server.rpc.info_service import EXPERIMENTAL_CALLS
from narrative_server.rpc.server import NEEDS, NarrativeServer, start_server
from narrative_server.settings import ServerSettings
from narrative_server.story.limits import Limits
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import (
    beat_pb2,
    common_pb2,
    dialogue_pb2,
    dialogue_pb2_grpc,
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
from tests.integration.asking import EVENT, beat_request, new_session, violations

TOKEN = "a-secret-of-enough-characters"


@pytest.fixture
async def guarded(store: SessionStore) -> AsyncIterator[NarrativeServer]:
    running = await start_server(ServerSettings(port=0, grace_s=0.5, token=TOKEN), ScriptedEngines(), store)
    yield running
    await running.stop()


async def refused(call) -> grpc.aio.AioRpcError:
    """The error that a call (unary or stream) ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await _end_of(call)
    return error.value


async def _end_of(call) -> None:
    if hasattr(call, "read"):
        async for _ in call:
            pass
    else:
        await call


async def test_sessions_are_created_listed_forked_and_deleted(client: MockGameClient) -> None:
    cast = [common_pb2.Character(name="Mara", persona="grim")]
    context = beat_pb2.StoryContext(world="A wet valley.", cast=cast, facts=["The mill burned."], seed=42)
    session_id = await new_session(client, session_id="my-save", title="Valley", context=context)
    stored = (await client.story.GetSession(story_pb2.GetSessionRequest(session_id=session_id))).session
    assert (stored.session_id, stored.title, stored.context.world) == ("my-save", "Valley", "A wet valley.")
    assert stored.context.seed == 42
    beat = await client.play(beat_request(session_id))
    fork_request = story_pb2.ForkSessionRequest(session_id=session_id, after_beat_id=beat.accepted.beat_id)
    fork = (await client.story.ForkSession(fork_request)).session
    assert (fork.parent_session_id, fork.context.seed, fork.revision) == (session_id, 42, 1)
    listed = (await client.story.ListSessions(story_pb2.ListSessionsRequest(page_size=1))).sessions
    assert [session.session_id for session in listed] == [fork.session_id]
    deleted = await client.story.DeleteSession(story_pb2.DeleteSessionRequest(session_id=session_id))
    assert deleted.deleted_beats == 1
    error = await refused(client.story.GetSession(story_pb2.GetSessionRequest(session_id=session_id)))
    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_a_taken_session_id_already_exists(client: MockGameClient) -> None:
    await new_session(client, session_id="taken")
    error = await refused(client.story.CreateSession(story_pb2.CreateSessionRequest(session_id="taken")))
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS


async def test_a_beat_of_an_unknown_session_is_not_found(client: MockGameClient, engines: ScriptedEngines) -> None:
    error = await refused(client.story.PlayBeat(beat_request("nowhere")))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert engines.calls["dialogue"].started == 0


async def test_a_beat_can_be_rated(client: MockGameClient) -> None:
    session_id = await new_session(client)
    beat = await client.play(beat_request(session_id))
    request = story_pb2.RateBeatRequest(session_id=session_id, beat_id=beat.accepted.beat_id, score=0.5, tags=["dry"])
    assert (await client.story.RateBeat(request)).rating_id
    request.score = math.nan
    assert list(violations(await refused(client.story.RateBeat(request)))) == ["score"]


async def test_a_stored_asset_can_be_fetched(client: MockGameClient) -> None:
    session_id = await new_session(client)
    beat = await client.play(beat_request(session_id))
    (picture,) = (event.background.picture for event in beat.events if event.HasField("background"))
    library = library_pb2_grpc.LibraryServiceStub(client.channel)
    asset = (await library.GetAsset(library_pb2.GetAssetRequest(asset_id=picture.asset_id))).asset
    assert asset.background == picture
    assert asset.session_id == session_id
    error = await refused(library.GetAsset(library_pb2.GetAssetRequest(asset_id="pic_none")))
    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_single_lines_pictures_sounds_and_readings(client: MockGameClient) -> None:
    lines = dialogue_pb2_grpc.DialogueServiceStub(client.channel)
    request = dialogue_pb2.GenerateLinesRequest(cast=[common_pb2.Character(name="Mara")], event=EVENT, seed=3)
    answers = [answer async for answer in lines.GenerateLines(request)]
    assert answers[-1].finished.seed == 3
    images = image_pb2_grpc.ImageServiceStub(client.channel)
    wish = image_pb2.GenerateSpriteRequest(text="a goblin", variants=3, seed=9)
    wish.format.width_px = 64
    sprites = (await images.GenerateSprite(wish)).pictures
    assert [(sprite.width_px, sprite.height_px) for sprite in sprites] == [(64, 64)] * 3
    assert len({sprite.data for sprite in sprites}) == 3
    assert (await images.GenerateSprite(wish)).pictures[0].data == sprites[0].data
    background = await images.GenerateBackground(image_pb2.GenerateBackgroundRequest(text="a forest"))
    assert (background.pictures[0].width_px, background.pictures[0].height_px) == (160, 96)
    sounds = sound_pb2_grpc.SoundServiceStub(client.channel)
    sound = await sounds.GenerateSound(sound_pb2.GenerateSoundRequest(text="a bell", duration_ms=500))
    assert sound.sounds[0].duration_ms == 500
    assert (sound.sounds[0].sample_count, sound.sounds[0].loop_end_sample) == (11_025, 0)
    wide = sound_pb2.GenerateSoundRequest(text="wind", duration_ms=500)
    wide.format.channels, wide.format.looped = 2, True
    wide.format.encoding = common_pb2.SOUND_ENCODING_OGG_VORBIS
    wide.mood.emotion = common_pb2.EMOTION_FEAR
    made = (await sounds.GenerateSound(wide)).sounds[0]
    assert (made.channels, made.encoding) == (2, common_pb2.SOUND_ENCODING_OGG_VORBIS)
    assert (made.loop_start_sample, made.loop_end_sample) == (0, made.sample_count)
    assert made.data.startswith(b"OggS")
    semantics = semantics_pb2_grpc.SemanticsServiceStub(client.channel)
    reading = await semantics.Analyze(semantics_pb2.AnalyzeRequest(text="I am terrified of the dark."))
    assert len(reading.embedding) == 384
    assert sum(score.score for score in reading.scores) == pytest.approx(1, abs=1e-5)


WRONG_BEATS = {
    "an empty event": (lambda r: r.trigger.ClearField("event"), "trigger.event"),
    "a blank event": (lambda r: setattr(r.trigger, "event", " \n "), "trigger.event"),
    "an enormous event": (lambda r: setattr(r.trigger, "event", "x" * 100_000), "trigger.event"),
    "a kind with spaces": (lambda r: setattr(r.trigger, "kind", "two words"), "trigger.kind"),
    "no story": (lambda r: r.ClearField("inline"), "story"),
    "a huge cast": (lambda r: r.cast.extend(common_pb2.Character(name=f"N{i}") for i in range(9)), "cast"),
    "a duplicate name": (lambda r: setattr(r.cast[1], "name", "MARA"), "cast[1].name"),
    "an empty name": (lambda r: setattr(r.cast[0], "name", ""), "cast[0].name"),
    "a name that breaks the format": (lambda r: setattr(r.cast[0], "name", "A (joy): hi"), "cast[0].name"),
    "a name with a line break": (lambda r: setattr(r.cast[0], "name", "A\nB"), "cast[0].name"),
    "the player in the cast": (lambda r: setattr(r.cast[0], "name", "player"), "cast[0].name"),
    "an intensity of NaN": (lambda r: setattr(r.mood, "intensity", math.nan), "mood.intensity"),
    "a negative intensity": (lambda r: setattr(r.mood, "intensity", -0.1), "mood.intensity"),
    "an unknown emotion": (lambda r: setattr(r.mood, "emotion", 99), "mood.emotion"),
    "an odd sprite size": (lambda r: setattr(r.media.sprite_format, "width_px", 33), "media.sprite_format.width_px"),
    "a huge background": (
        lambda r: setattr(r.media.background_format, "width_px", 160_000),
        "media.background_format.width_px",
    ),
    "an unknown picture encoding": (
        lambda r: setattr(r.media.sprite_format, "encoding", 7),
        "media.sprite_format.encoding",
    ),
    "an unknown sound encoding": (
        lambda r: setattr(r.media.sound_format, "encoding", 7),
        "media.sound_format.encoding",
    ),
    "an odd sample rate": (
        lambda r: setattr(r.media.sound_format, "sample_rate_hz", 8000),
        "media.sound_format.sample_rate_hz",
    ),
    "no lines": (lambda r: setattr(r, "max_lines", 0), "max_lines"),
    "too many lines": (lambda r: setattr(r, "max_lines", 4_000_000_000), "max_lines"),
    "a seed of 64 bits": (lambda r: setattr(r, "seed", 2**63), "seed"),
    "a key without a session": (lambda r: setattr(r, "idempotency_key", "k"), "idempotency_key"),
    "one colour": (lambda r: setattr(r.media.sprite_format, "colours", 1), "media.sprite_format.colours"),
}


@pytest.mark.parametrize("case", WRONG_BEATS)
async def test_a_wrong_beat_names_its_field_before_any_engine_runs(
    case: str, client: MockGameClient, engines: ScriptedEngines
) -> None:
    spoil, field = WRONG_BEATS[case]
    request = beat_request()
    spoil(request)
    found = violations(await refused(client.story.PlayBeat(request)))
    assert field in found, found
    assert "legal: " in found[field]
    assert all(counter.started == 0 for counter in engines.calls.values())


async def test_every_violation_of_a_request_is_told_at_once(client: MockGameClient) -> None:
    request = beat_request(max_lines=99, seed=2**63)
    request.trigger.event = ""
    found = violations(await refused(client.story.PlayBeat(request)))
    assert {"max_lines", "seed", "trigger.event"} <= set(found)


async def test_wrong_single_requests_name_their_fields(client: MockGameClient) -> None:
    images = image_pb2_grpc.ImageServiceStub(client.channel)
    sounds = sound_pb2_grpc.SoundServiceStub(client.channel)
    semantics = semantics_pb2_grpc.SemanticsServiceStub(client.channel)
    lines = dialogue_pb2_grpc.DialogueServiceStub(client.channel)
    calls = {
        "text": images.GenerateSprite(image_pb2.GenerateSpriteRequest()),
        "variants": images.GenerateBackground(image_pb2.GenerateBackgroundRequest(text="x", variants=17)),
        "duration_ms": sounds.GenerateSound(sound_pb2.GenerateSoundRequest(text="x", duration_ms=60_000)),
        "intensity": sounds.GenerateSound(sound_pb2.GenerateSoundRequest(text="x", intensity=math.inf)),
        "format.channels": sounds.GenerateSound(
            sound_pb2.GenerateSoundRequest(text="x", format=common_pb2.SoundFormat(channels=6))
        ),
        "format.encoding": sounds.GenerateSound(
            sound_pb2.GenerateSoundRequest(text="x", format=common_pb2.SoundFormat(encoding=9))
        ),
        "mood.emotion": sounds.GenerateSound(
            sound_pb2.GenerateSoundRequest(text="x", mood=common_pb2.Mood(emotion=99))
        ),
        "content": semantics.Analyze(semantics_pb2.AnalyzeRequest()),
        "cast": lines.GenerateLines(dialogue_pb2.GenerateLinesRequest(event="x")),
        "page_size": client.story.ListSessions(story_pb2.ListSessionsRequest(page_size=201)),
        "page_token": client.story.ListSessions(story_pb2.ListSessionsRequest(page_token="?")),
        "session_id": client.story.GetSession(story_pb2.GetSessionRequest(session_id="../etc")),
    }
    for field, call in calls.items():
        assert field in violations(await refused(call))


async def test_text_that_is_not_utf8_is_refused_by_its_field(client: MockGameClient) -> None:
    data = beat_request(facts=["MARKER"]).SerializeToString().replace(b"MARKER", b"\xff" * 6)
    call = client.channel.unary_stream("/narrative_server.v1.StoryService/PlayBeat")
    assert violations(await refused(call(data))) == {"facts[0]": "is not UTF-8; legal: text in UTF-8"}


async def test_bytes_that_are_no_message_are_refused(client: MockGameClient) -> None:
    call = client.channel.unary_unary("/narrative_server.v1.StoryService/CreateSession")
    assert "request" in violations(await refused(call(b"\x0f\xff\xff")))


async def test_an_oversized_message_is_refused_and_the_server_lives_on(client: MockGameClient) -> None:
    request = beat_request(player_line="x" * (Limits().max_request_bytes + 1))
    assert (await refused(client.story.PlayBeat(request))).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (await client.server_info()).server_version == __version__


async def test_no_whole_call_is_experimental(client: MockGameClient) -> None:
    assert EXPERIMENTAL_CALLS == tuple((await client.server_info()).experimental_calls) == ()
    library = library_pb2_grpc.LibraryServiceStub(client.channel)
    for call in (
        library.AddAsset(library_pb2.AddAssetRequest()),
        library.SearchAssets(library_pb2.SearchAssetsRequest()),
    ):
        assert (await refused(call)).code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_unforeseen_error_leaks_nothing(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.fail["dialogue"] = ValueError("secret /home/someone at 0x7f")
    error = await refused(client.story.PlayBeat(beat_request()))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert error.details().startswith("internal error; the server's log has it under request id ")


async def test_health_is_told_for_the_whole_and_each_service(client: MockGameClient) -> None:
    health = health_pb2_grpc.HealthStub(client.channel)
    for name in ("", *NEEDS):
        answer = await health.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    error = await refused(health.Check(health_pb2.HealthCheckRequest(service="no.such.Service")))
    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_reflection_lists_every_service(client: MockGameClient) -> None:
    reflection = reflection_pb2_grpc.ServerReflectionStub(client.channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    call = reflection.ServerReflectionInfo(iter([request]))
    names = {service.name for answer in [await call.read()] for service in answer.list_services_response.service}
    assert set(NEEDS) <= names
    call.cancel()


async def test_every_call_but_health_needs_the_token(guarded: NarrativeServer) -> None:
    address = f"127.0.0.1:{guarded.port}"
    for token in ("", "wrong-token-of-enough-characters"):
        async with MockGameClient(address, token=token) as stranger:
            for call in (
                stranger.info.GetServerInfo(story_pb2.GetSessionRequest(), metadata=stranger.metadata),
                stranger.story.PlayBeat(beat_request(), metadata=stranger.metadata),
            ):
                assert (await refused(call)).code() is grpc.StatusCode.UNAUTHENTICATED
            health = health_pb2_grpc.HealthStub(stranger.channel)
            assert (await health.Check(health_pb2.HealthCheckRequest())).status
    async with MockGameClient(address, token=TOKEN) as friend:
        assert (await friend.play(beat_request())).finished


async def test_an_occupied_port_is_an_error_that_names_it(
    server: NarrativeServer, engines: ScriptedEngines, store: SessionStore
) -> None:
    with pytest.raises(NarrativeError, match=f"port is {server.port}"):
        await start_server(ServerSettings(port=server.port), engines, store)

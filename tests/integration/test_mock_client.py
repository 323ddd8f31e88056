"""The mock client against the real server: every rule of the contracts, on whole, partial, cancelled and late beats."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import grpc
import pytest

from narrative_server.errors import EngineFailed, EngineUnavailable, ModelMissing
from narrative_server.testing import MockGameClient, PlayedBeat, ScriptedEngines, ScriptedLine
from narrative_server.testing.rules import check_replay, check_same_media
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common
from narrative_server.v1 import story_pb2

CAST = (
    common.Character(name="Mira", persona="a young knight", look="knight in steel armour"),
    common.Character(name="Oldo", persona="a weary wizard", look="wizard in a blue robe"),
)
EVENT = "Mira opens the heavy iron door and a wolf growls in the dark."


def context(**more: object) -> pb.StoryContext:
    return pb.StoryContext(world="A small kingdom.", cast=CAST, seed=5, **more)  # type: ignore[arg-type]


def inline(**more: object) -> pb.PlayBeatRequest:
    trigger = pb.Trigger(kind="enter_area", event=EVENT)
    story = pb.InlineStory(context=context())
    return pb.PlayBeatRequest(inline=story, trigger=trigger, place="castle hall, night", seed=1, **more)  # type: ignore[arg-type]


def in_session(session: story_pb2.Session, **more: object) -> pb.PlayBeatRequest:
    trigger = pb.Trigger(kind="enter_area", event=EVENT)
    return pb.PlayBeatRequest(
        session_id=session.session_id, trigger=trigger, place="castle hall, night", seed=1, **more
    )  # type: ignore[arg-type]


async def new_session(client: MockGameClient) -> story_pb2.Session:
    return await client.create_session(story_pb2.CreateSessionRequest(title="Test", context=context()))


async def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen within 10 seconds")


async def code_of(call: Awaitable[object]) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value.code()


async def test_a_whole_beat_keeps_every_rule(client: MockGameClient, engines: ScriptedEngines) -> None:
    beat = await client.play(in_session(await new_session(client)))
    assert beat.complete
    assert len(beat.lines) == 3
    assert beat.background is not None
    assert len(beat.sprites) >= 2
    assert beat.sounds
    assert engines.active == 0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1, 6])
async def test_small_and_crowded_stages_keep_every_rule(client: MockGameClient, seed: int, size: int) -> None:
    cast = [common.Character(name=f"Guard {number}", look=f"guard number {number}") for number in range(size)]
    asked = inline(cast=cast, max_lines=8)
    asked.seed = seed
    asked.media.background_format.width_px = 640
    asked.media.sprite_format.width_px = 64
    beat = await client.play(asked)
    assert len(beat.lines) == 8


async def test_raw_pictures_and_float_sounds_keep_every_rule(client: MockGameClient) -> None:
    asked = inline()
    asked.media.background_format.encoding = common.PICTURE_ENCODING_RGBA32
    asked.media.background_format.colours = 8
    asked.media.sprite_format.encoding = common.PICTURE_ENCODING_RGBA32
    asked.media.sound_format.encoding = common.SOUND_ENCODING_WAV_FLOAT32
    asked.media.sound_format.sample_rate_hz = 48000
    assert (await client.play(asked)).complete


@pytest.mark.parametrize("medium", ["background", "sprites", "sounds"])
async def test_a_medium_that_is_switched_off_never_comes(client: MockGameClient, medium: str) -> None:
    asked = inline()
    setattr(asked.media, medium, False)
    beat = await client.play(asked)
    assert beat.complete
    there = {"background": beat.background, "sprites": beat.sprites, "sounds": beat.sounds}
    assert not there[medium]


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("background", EngineFailed("images", "broke"), pb.WARNING_CODE_ENGINE_FAILED),
        ("sprite", EngineUnavailable("images", "died", 100), pb.WARNING_CODE_ENGINE_UNAVAILABLE),
        ("sounds", ModelMissing("sounds", "narrative-server models check"), pb.WARNING_CODE_MODEL_MISSING),
    ],
)
async def test_one_broken_medium_makes_a_partial_beat(
    client: MockGameClient, engines: ScriptedEngines, name: str, error: Exception, code: int
) -> None:
    engines.fail[name] = error
    beat = await client.play(in_session(await new_session(client)))
    assert beat.finished is not None
    assert not beat.complete
    assert list(beat.finished.reasons) == [code]
    assert len(beat.lines) == 3


async def test_dialogue_that_breaks_after_a_line_makes_a_partial_beat(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    engines.fail["dialogue"], engines.fail_after_lines = EngineFailed("dialogue", "broke"), 1
    beat = await client.play(in_session(await new_session(client)))
    assert len(beat.lines) == 1
    assert not beat.complete


async def test_dialogue_that_breaks_before_a_line_is_an_error_and_saves_nothing(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session = await new_session(client)
    engines.fail["dialogue"] = EngineUnavailable("dialogue", "died", 100)
    assert await code_of(client.play(in_session(session))) == grpc.StatusCode.UNAVAILABLE
    stored = await client.story.GetSession(story_pb2.GetSessionRequest(session_id=session.session_id))
    assert stored.session.revision == 0
    assert engines.active == 0


async def test_the_deadline_drops_what_is_unfinished(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.gates["sounds"] = asyncio.Event()
    beat = await client.play(inline(), timeout_s=1.5)
    assert [warning.code for warning in beat.warnings] == [pb.WARNING_CODE_DEADLINE] * len(beat.plan.sounds)
    assert engines.active == 0


async def test_the_deadline_within_a_line_keeps_the_lines_before(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    engines.script = {EVENT: [ScriptedLine("Mira", "fear", "Run!"), ScriptedLine("Oldo", "fear", "I would " * 10)]}
    engines.delta_delay_ms = 250
    beat = await client.play(inline(), timeout_s=1.5)
    assert [line.text for line in beat.lines] == ["Run!"]
    assert beat.open_line is not None
    assert engines.active == 0


async def test_the_deadline_before_a_line_is_an_error(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.gates["dialogue"] = asyncio.Event()
    session = await new_session(client)
    assert await code_of(client.play(in_session(session), timeout_s=0.6)) == grpc.StatusCode.DEADLINE_EXCEEDED
    await eventually(lambda: engines.active == 0)


async def test_leaving_stops_every_engine_and_saves_nothing(client: MockGameClient, engines: ScriptedEngines) -> None:
    session = await new_session(client)
    engines.gates |= {"images": asyncio.Event(), "sounds": asyncio.Event()}
    engines.delta_delay_ms = 50
    talking = asyncio.Event()

    def hear(event: pb.BeatEvent) -> None:
        if event.HasField("line_delta"):
            talking.set()

    playing = asyncio.create_task(client.play(in_session(session), hear))
    await asyncio.wait_for(talking.wait(), 10)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await eventually(lambda: engines.active == 0)
    assert engines.calls["dialogue"].cancelled == 1
    stored = await client.story.GetSession(story_pb2.GetSessionRequest(session_id=session.session_id))
    assert stored.session.revision == 0


async def test_a_replay_and_a_retry_are_the_same_bytes(client: MockGameClient, engines: ScriptedEngines) -> None:
    asked = in_session(await new_session(client), idempotency_key="door-1")
    first = await client.play(asked)
    assert first.accepted is not None
    worked = engines.calls["dialogue"].started
    check_replay(first, await client.play(asked))
    check_replay(first, await client.replay(asked.session_id, first.accepted.beat_id, asked))
    assert engines.calls["dialogue"].started == worked


async def test_a_partial_beat_replays_as_it_was(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.fail["sprite"] = EngineFailed("images", "broke")
    asked = in_session(await new_session(client))
    first = await client.play(asked)
    assert first.accepted is not None
    check_replay(first, await client.replay(asked.session_id, first.accepted.beat_id, asked))


async def test_equal_seeds_give_equal_media(client: MockGameClient) -> None:
    asked = inline(deterministic=True)
    check_same_media(await client.play(asked), await client.play(asked))


async def test_dropping_one_medium_changes_no_other(client: MockGameClient) -> None:
    whole = await client.play(inline())
    asked = inline()
    asked.media.sounds = False
    silent = await client.play(asked)
    assert _pictures(whole) == _pictures(silent)
    assert [line.text for line in whole.lines] == [line.text for line in silent.lines]


async def test_a_character_looks_the_same_in_every_beat(client: MockGameClient) -> None:
    session = await new_session(client)
    first = await client.play(in_session(session))
    again = in_session(session)
    again.seed, again.place, again.trigger.event = 99, "village street, dusk", "They meet again."
    again.mood.emotion = common.EMOTION_JOY if first.plan.mood.emotion != common.EMOTION_JOY else common.EMOTION_FEAR
    second = await client.play(again)
    mira = [_sprite_of(beat, "Mira").picture for beat in (first, second)]
    assert mira[0].seed == mira[1].seed
    assert first.background is not None
    assert second.background is not None
    assert first.background.picture.seed != second.background.picture.seed


async def test_the_same_picture_is_reused_by_its_id(client: MockGameClient) -> None:
    session = await new_session(client)
    first, second = [await client.play(in_session(session)) for _ in range(2)]
    assert _sprite_of(first, "Mira").picture.asset_id == _sprite_of(second, "Mira").picture.asset_id != ""


async def test_many_beats_at_once_each_keep_every_rule(client: MockGameClient, engines: ScriptedEngines) -> None:
    sessions = [await new_session(client) for _ in range(4)]
    beats = await asyncio.gather(*(client.play(in_session(session)) for session in sessions * 3))
    assert all(beat.complete for beat in beats)
    revisions = sorted(beat.accepted.session_revision for beat in beats if beat.accepted)
    assert revisions == [0] * 4 + [1] * 4 + [2] * 4
    assert engines.active == 0


def _pictures(beat: PlayedBeat) -> dict[str, bytes]:
    return {key: sprite.picture.data for key, sprite in beat.sprites.items()}


def _sprite_of(beat: PlayedBeat, character: str) -> pb.SpriteReady:
    return next(sprite for sprite in beat.sprites.values() if sprite.character == character)

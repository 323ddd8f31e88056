"""Beats through a real server; the mock client checks every rule of the contracts on each of them."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from narrative_server.errors import EngineFailed, EngineUnavailable
from narrative_server.rpc.server import NarrativeServer
from narrative_server.story.limits import Limits
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2
from tests.integration.asking import beat_request, new_session, retry_after_ms, violations


async def until(condition, timeout_s: float = 5.0) -> None:
    """Wait until `condition()` holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_beat_in_a_session_is_complete_and_stored(client: MockGameClient) -> None:
    session_id = await new_session(client)
    beat = await client.play(beat_request(session_id))
    assert beat.finished.state == beat_pb2.BEAT_STATE_COMPLETE
    listed = await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))
    assert [summary.beat_id for summary in listed.beats] == [beat.accepted.beat_id]
    session = (await client.story.GetSession(story_pb2.GetSessionRequest(session_id=session_id))).session
    assert (session.revision, session.place) == (1, "old mill, dusk, light rain")


async def test_an_inline_beat_is_complete_and_not_stored(client: MockGameClient) -> None:
    beat = await client.play(beat_request())
    assert beat.finished.state == beat_pb2.BEAT_STATE_COMPLETE
    assert not beat.accepted.session_id
    assert not (await client.story.ListSessions(story_pb2.ListSessionsRequest())).sessions


async def test_a_stored_beat_replays_exactly(client: MockGameClient) -> None:
    session_id = await new_session(client)
    beat = await client.play(beat_request(session_id))
    replay = await client.replay(session_id, beat.accepted.beat_id)
    assert replay.finished.replayed
    first, second = list(beat.events), list(replay.events)
    second[-1].finished.replayed = False
    assert [event.SerializeToString() for event in first] == [event.SerializeToString() for event in second]


async def test_a_character_keeps_the_same_picture_across_beats_and_forks(client: MockGameClient) -> None:
    session_id = await new_session(client)
    first = await client.play(beat_request(session_id))
    second = await client.play(
        beat_request(session_id, seed=99, mood=common_pb2.Mood(emotion=common_pb2.EMOTION_NEUTRAL))
    )
    fork = (await client.story.ForkSession(story_pb2.ForkSessionRequest(session_id=session_id))).session
    third = await client.play(beat_request(fork.session_id, regenerate=False))

    def mara(beat):
        (sprite,) = (event.sprite for event in beat.events if event.sprite.character == "Mara")
        return sprite.picture

    assert mara(first).seed == mara(second).seed == mara(third).seed
    assert mara(first).asset_id == mara(third).asset_id, "same key, emotion and size: reused by id"


async def test_regenerate_draws_another_picture(client: MockGameClient) -> None:
    session_id = await new_session(client)
    first = await client.play(beat_request(session_id))
    again = await client.play(beat_request(session_id, regenerate=True))
    seeds = [[e.sprite.picture.seed for e in beat.events if e.HasField("sprite")] for beat in (first, again)]
    assert not set(seeds[0]) & set(seeds[1])


async def test_leaving_out_sounds_changes_no_picture(client: MockGameClient) -> None:
    story = beat_pb2.InlineStory(context=beat_pb2.StoryContext(seed=5))
    whole = beat_request(seed=7)
    whole.inline.CopyFrom(story)
    less = beat_pb2.PlayBeatRequest()
    less.CopyFrom(whole)
    less.media.sounds = False

    def media(beat):
        kinds = ("sprite", "background")
        return sorted(getattr(e, k).picture.data for e in beat.events for k in kinds if e.WhichOneof("event") == k)

    first, second = await client.play(whole), await client.play(less)
    assert any(event.HasField("sound") for event in first.events)
    assert not any(event.HasField("sound") for event in second.events)
    assert media(first) == media(second)


async def test_a_failed_medium_makes_the_beat_partial(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.fail["images"] = EngineUnavailable("images", "is restarting", 100)
    beat = await client.play(beat_request())
    assert beat.finished.state == beat_pb2.BEAT_STATE_PARTIAL
    assert list(beat.finished.reasons) == [beat_pb2.WARNING_CODE_ENGINE_UNAVAILABLE]
    assert beat.lines


async def test_dialogue_that_fails_before_its_first_line_fails_the_beat(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    engines.fail["dialogue"] = EngineUnavailable("dialogue", "is restarting", 700)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request(session_id))
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    assert retry_after_ms(error.value) == 700
    assert not (await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))).beats


async def test_dialogue_that_fails_after_a_line_makes_the_beat_partial(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    engines.fail["dialogue"] = EngineFailed("dialogue", "lost the thread")
    engines.fail_after_lines = 1
    beat = await client.play(beat_request())
    assert beat.finished.state == beat_pb2.BEAT_STATE_PARTIAL
    assert len(beat.lines) == 1


async def test_a_cancelled_beat_stops_its_engine_and_keeps_nothing(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    engines.delta_delay_ms = 50
    call = client.story.PlayBeat(beat_request(session_id))
    async for response in call:
        if response.event.HasField("line_delta"):
            break
    call.cancel()
    await until(lambda: engines.calls["dialogue"].cancelled == 1)
    async with asyncio.timeout(5):  # the turn is given back once a read of the store that was under way has ended
        while (await client.server_info()).load.active_beats:
            await asyncio.sleep(0.005)
    assert (await client.server_info()).load.active_generations == 0
    assert not (await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))).beats


async def test_a_beat_cancelled_in_the_queue_never_reaches_an_engine(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    gate = engines.gates["dialogue"] = asyncio.Event()
    first = asyncio.create_task(client.play(beat_request(session_id)))
    await until(lambda: engines.calls["dialogue"].active == 1)
    waiting = client.story.PlayBeat(beat_request(session_id))
    reading = asyncio.ensure_future(waiting.read())
    async with asyncio.timeout(5):
        while (await client.server_info()).load.queued_beats != 1:
            await asyncio.sleep(0.005)
    waiting.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    gate.set()
    await first
    assert engines.calls["dialogue"].started == 1


async def test_the_deadline_drops_what_is_unfinished(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.gates["sounds"] = asyncio.Event()
    beat = await client.play(beat_request(), timeout_s=1.0)
    assert beat.finished.state == beat_pb2.BEAT_STATE_PARTIAL
    assert list(beat.finished.reasons) == [beat_pb2.WARNING_CODE_DEADLINE]
    assert engines.calls["sounds"].active == 0


async def test_a_deadline_without_a_finished_line_is_an_error(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    engines.gates["dialogue"] = asyncio.Event()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request(session_id), timeout_s=0.6)
    assert error.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await until(lambda: engines.calls["dialogue"].active == 0)
    assert not (await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))).beats


async def test_a_session_plays_one_beat_and_queues_four(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    gate = engines.gates["dialogue"] = asyncio.Event()
    limit = 1 + Limits().max_queued_beats_per_session
    beats = [asyncio.create_task(client.play(beat_request(session_id))) for _ in range(limit)]
    async with asyncio.timeout(5):
        while (await client.server_info()).load.queued_beats != limit - 1:
            await asyncio.sleep(0.005)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request(session_id))
    assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert retry_after_ms(error.value) > 0
    assert engines.calls["dialogue"].active == 1
    gate.set()
    revisions = [beat.finished.session_revision for beat in await asyncio.gather(*beats)]
    assert sorted(revisions) == [1, 2, 3, 4, 5]


async def test_a_full_server_refuses_at_once(client: MockGameClient, engines: ScriptedEngines) -> None:
    limits = Limits()
    gate = engines.gates["dialogue"] = asyncio.Event()
    most = limits.max_active_beats + limits.max_queued_beats
    beats = [asyncio.create_task(client.play(beat_request())) for _ in range(most)]
    async with asyncio.timeout(5):
        while (await client.server_info()).load.queued_beats != limits.max_queued_beats:
            await asyncio.sleep(0.005)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request())
    assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    gate.set()
    await asyncio.gather(*beats)


async def test_deleting_a_session_ends_its_running_beat(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    engines.gates["dialogue"] = asyncio.Event()
    playing = asyncio.create_task(client.play(beat_request(session_id)))
    await until(lambda: engines.calls["dialogue"].active == 1)
    await client.story.DeleteSession(story_pb2.DeleteSessionRequest(session_id=session_id))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await playing
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    assert engines.calls["dialogue"].active == 0


async def test_the_same_key_and_body_replays_the_finished_beat(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    request = beat_request(session_id, idempotency_key="once")
    first, again = await client.play(request), await client.play(request)
    assert again.finished.replayed
    assert again.accepted.beat_id == first.accepted.beat_id
    assert engines.calls["dialogue"].started == 1


async def test_the_same_key_with_another_body_is_refused(client: MockGameClient) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id, idempotency_key="once"))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request(session_id, idempotency_key="once", max_lines=1))
    assert list(violations(error.value)) == ["idempotency_key"]


async def test_the_same_key_while_it_is_played_is_aborted(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    gate = engines.gates["dialogue"] = asyncio.Event()
    request = beat_request(session_id, idempotency_key="once")
    playing = asyncio.create_task(client.play(request))
    await until(lambda: engines.calls["dialogue"].active == 1)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(request)
    assert error.value.code() is grpc.StatusCode.ABORTED
    assert retry_after_ms(error.value) > 0
    gate.set()
    await playing


async def test_an_unsaved_beat_runs_again_with_the_same_derived_seed(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    request = beat_request(session_id, idempotency_key="once")
    engines.fail["dialogue"] = EngineUnavailable("dialogue", "is restarting", 100)
    with pytest.raises(grpc.aio.AioRpcError):
        await client.play(request)
    engines.fail.clear()
    first_seed = engines.requests[0].seed
    beat = await client.play(request)
    assert engines.requests[1].seed == first_seed
    assert not beat.finished.replayed


async def test_the_engine_is_told_what_was_said_before(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    first = await client.play(beat_request(session_id, player_line="Whose key is this?"))
    await client.play(beat_request(session_id))
    told = [(line.speaker, line.text) for line in engines.requests[1].history]
    assert told == [("Player", "Whose key is this?"), *((line.speaker, line.text) for line in first.lines)]


async def test_a_slow_reader_holds_no_turn(client: MockGameClient, engines: ScriptedEngines) -> None:
    calls = [client.story.PlayBeat(beat_request()) for _ in range(Limits().max_active_beats)]
    for call in calls:
        await call.read()  # accepted, and then nobody reads on
    await until(lambda: engines.calls["dialogue"].finished == len(calls))
    assert (await client.play(beat_request(), timeout_s=5)).finished.state == beat_pb2.BEAT_STATE_COMPLETE
    for call in calls:
        call.cancel()


async def test_a_stopping_server_lets_running_beats_end(
    client: MockGameClient, server: NarrativeServer, engines: ScriptedEngines
) -> None:
    gate = engines.gates["dialogue"] = asyncio.Event()
    playing = asyncio.create_task(client.play(beat_request()))
    await until(lambda: engines.calls["dialogue"].active == 1)
    stopping = asyncio.create_task(server.stop(grace_s=5))
    await asyncio.sleep(0.05)
    gate.set()
    assert (await playing).finished.state == beat_pb2.BEAT_STATE_COMPLETE
    await stopping

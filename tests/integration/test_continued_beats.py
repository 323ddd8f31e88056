"""continue_beat: what a beat takes over from the one before, and lines that follow the last ones."""

from __future__ import annotations

import grpc
import pytest

from narrative_server.dialogue.types import DialogueRequest, HistoryLine
from narrative_server.testing import MockGameClient, PlayedBeat, ScriptedEngines
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2
from tests.integration.asking import EVENT, beat_request, new_session, violations


def going_on(session_id: str, **fields: object) -> beat_pb2.PlayBeatRequest:
    return beat_pb2.PlayBeatRequest(session_id=session_id, continue_beat=True, **fields)  # type: ignore[arg-type]


def texts(beat: PlayedBeat) -> list[str]:
    return [line.text for line in beat.lines]


def told(request: DialogueRequest) -> list[str]:
    return [line.text for line in request.opening]


async def test_a_scene_goes_on_where_it_stopped(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    mood = common_pb2.Mood(emotion=common_pb2.EMOTION_FEAR, intensity=0.25)
    first = await client.play(beat_request(session_id, mood=mood))
    second = await client.play(going_on(session_id))
    assert second.complete
    assert second.plan.mood == first.plan.mood
    assert list(second.plan.present) == ["Mara", "Tobin"]
    assert [sprite.key for sprite in second.plan.sprites] == [sprite.key for sprite in first.plan.sprites]
    assert second.plan.background == first.plan.background
    assert not second.narrations, "the place is the same"
    asked = engines.requests[1]
    assert asked.event == EVENT
    assert told(asked) == texts(first)
    assert not asked.history, "what is told as the answer's beginning is not told again"
    assert [line.index for line in second.lines] == [0, 1, 2]
    assert not set(texts(first)) & set(texts(second))


async def test_nothing_new_is_heard_when_a_scene_goes_on(client: MockGameClient) -> None:
    session_id = await new_session(client)
    request = beat_request(session_id)
    request.trigger.event = "A door slams and glass breaks."
    request.trigger.kind = ""
    request.place = "plain room"
    first = await client.play(request)
    second = await client.play(going_on(session_id))
    assert first.plan.sounds
    assert not second.plan.sounds


async def test_the_line_that_the_player_said_is_still_answered(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id, player_line="Whose key is this?"))
    await client.play(going_on(session_id))
    assert engines.requests[1].player_line == "Whose key is this?"
    assert engines.requests[1].history == ()


async def test_a_scene_can_go_on_and_on(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    beats = [await client.play(beat_request(session_id))]
    beats += [await client.play(going_on(session_id)) for _ in range(3)]
    said = [text for beat in beats for text in texts(beat)]
    assert len(set(said)) == len(said) == 12
    assert told(engines.requests[3]) == texts(beats[2])
    assert [line.text for line in engines.requests[3].history][-3:] == texts(beats[1])
    listed = await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))
    assert [summary.continues for summary in listed.beats] == [False, True, True, True]
    assert {summary.trigger.event for summary in listed.beats} == {EVENT}


async def test_a_new_event_or_players_line_is_answered_instead(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    first = await client.play(beat_request(session_id))
    await client.play(going_on(session_id, player_line="Who lost it?"))
    await client.play(going_on(session_id, trigger=beat_pb2.Trigger(event="The floor gives way.")))
    asked, moved = engines.requests[1:]
    assert (asked.event, asked.player_line, asked.opening) == (EVENT, "Who lost it?", ())
    assert [line.text for line in asked.history] == texts(first)
    assert (moved.event, moved.opening) == ("The floor gives way.", ())
    assert HistoryLine("Player", "Who lost it?") in moved.history
    assert moved.mood == asked.mood == engines.requests[0].mood


async def test_what_is_given_is_not_taken_over(client: MockGameClient) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id))
    cast = [common_pb2.Character(name="Tobin")]
    mood = common_pb2.Mood(emotion=common_pb2.EMOTION_JOY)
    beat = await client.play(going_on(session_id, cast=cast, mood=mood, place="river bank", max_lines=8))
    assert list(beat.plan.present) == ["Tobin"]
    assert beat.narrations == ["River bank"]
    assert len(beat.lines) == 8


async def test_a_mood_may_change_by_its_intensity_alone(client: MockGameClient) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id, mood=common_pb2.Mood(emotion=common_pb2.EMOTION_ANGER)))
    beat = await client.play(going_on(session_id, mood=common_pb2.Mood(intensity=0.125)))
    assert beat.plan.mood == common_pb2.Mood(emotion=common_pb2.EMOTION_ANGER, intensity=0.125)


async def test_a_cast_that_the_event_named_stays(client: MockGameClient) -> None:
    names = [f"Guard {word}" for word in ("one", "two", "three", "four", "five", "six", "seven")]
    cast = [common_pb2.Character(name=name) for name in names]
    session_id = await new_session(client, context=beat_pb2.StoryContext(cast=cast))
    request = beat_request(session_id)
    del request.cast[:]
    request.trigger.event = "Guard two wakes Guard five."
    await client.play(request)
    assert list((await client.play(going_on(session_id))).plan.present) == ["Guard two", "Guard five"]


async def test_a_retry_replays_a_continued_beat(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id))
    request = going_on(session_id, idempotency_key="on")
    first, again = await client.play(request), await client.play(request)
    assert again.finished.replayed
    assert again.accepted.beat_id == first.accepted.beat_id
    assert engines.calls["dialogue"].started == 2


async def test_a_model_that_has_nothing_left_to_say_is_asked_again(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    engines.silent_after_opening = True
    first = await client.play(beat_request(session_id))
    second = await client.play(going_on(session_id))
    assert len(second.lines) == 1
    again = engines.requests[-1]
    assert [line.text for line in again.history] == texts(first)
    assert again.opening == ()


@pytest.mark.parametrize("story", ["inline", "empty session"])
async def test_there_must_be_a_beat_to_go_on_from(story: str, client: MockGameClient, engines: ScriptedEngines) -> None:
    request = beat_request(await new_session(client) if story == "empty session" else "", continue_beat=True)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(request)
    assert list(violations(error.value)) == ["continue_beat"]
    assert engines.calls["dialogue"].started == 0


async def test_a_kind_without_an_event_is_refused(client: MockGameClient) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(going_on(session_id, trigger=beat_pb2.Trigger(kind="item_found")))
    assert list(violations(error.value)) == ["trigger.event"]

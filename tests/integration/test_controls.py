"""Banned words, content level, temperature and repeats: refused when wrong, told to the engine, kept by the lines."""

from __future__ import annotations

import math

import grpc
import pytest

from narrative_server.dialogue.content import banned_at
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import beat_pb2, common_pb2, dialogue_pb2, dialogue_pb2_grpc, story_pb2
from tests.integration.asking import EVENT, beat_request, new_session, violations

Controls = common_pb2.DialogueControls


async def test_the_engine_is_told_what_is_banned(client: MockGameClient, engines: ScriptedEngines) -> None:
    beat = await client.play(beat_request(controls=Controls(banned_words=["rusty", "key*"], temperature=1.5)))
    assert beat.complete
    assert engines.requests[0].banned == ("rusty", "key*")
    assert engines.requests[0].temperature == 1.5


async def test_nothing_is_banned_unless_asked(client: MockGameClient, engines: ScriptedEngines) -> None:
    await client.play(beat_request())
    assert engines.requests[0].banned == ()
    assert engines.requests[0].temperature == 0.5


async def test_a_sessions_bans_and_level_hold_for_its_beats(client: MockGameClient, engines: ScriptedEngines) -> None:
    level = common_pb2.CONTENT_LEVEL_TEEN
    context = beat_pb2.StoryContext(controls=Controls(banned_words=["mill"], content_level=level, temperature=0.25))
    session_id = await new_session(client, context=context)
    stored = await client.story.GetSession(story_pb2.GetSessionRequest(session_id=session_id))
    assert stored.session.context.controls == context.controls
    await client.play(beat_request(session_id, controls=Controls(banned_words=["rusty"])))
    assert engines.requests[0].banned == ("mill", "rusty", *banned_at("teen"))
    assert engines.requests[0].temperature == 0.25
    strict = Controls(content_level=common_pb2.CONTENT_LEVEL_EVERYONE, temperature=0)
    await client.play(beat_request(session_id, controls=strict))
    assert engines.requests[1].banned == ("mill", *banned_at("everyone"))
    assert engines.requests[1].temperature == 0


async def test_repeats_are_kept_from_unless_allowed(client: MockGameClient, engines: ScriptedEngines) -> None:
    context = beat_pb2.StoryContext(controls=Controls(avoid_repeats=False))
    session_id = await new_session(client, context=context)
    beats = [await client.play(beat_request(session_id, seed=3)) for _ in range(2)]
    assert [line.text for line in beats[0].lines] == [line.text for line in beats[1].lines]
    other = await client.play(beat_request(session_id, seed=3, controls=Controls(avoid_repeats=True)))
    assert not {line.text for line in other.lines} & {line.text for line in beats[0].lines}
    assert [request.may_repeat for request in engines.requests] == [True, True, False]


async def test_lines_of_their_own_are_steered_too(client: MockGameClient, engines: ScriptedEngines) -> None:
    lines = dialogue_pb2_grpc.DialogueServiceStub(client.channel)
    cast = [common_pb2.Character(name="Mara", voice="short, dry sentences")]
    controls = Controls(banned_words=["rusty"], content_level=common_pb2.CONTENT_LEVEL_MATURE)
    request = dialogue_pb2.GenerateLinesRequest(cast=cast, event=EVENT, controls=controls)
    said = [answer.line_finished.text async for answer in lines.GenerateLines(request)]
    assert any(said)
    assert "rusty" not in " ".join(said)
    assert engines.requests[0].banned == ("rusty", *banned_at("mature"))
    assert engines.requests[0].cast[0].voice == "short, dry sentences"


async def test_a_voice_of_the_session_reaches_the_engine(client: MockGameClient, engines: ScriptedEngines) -> None:
    cast = [common_pb2.Character(name="Mara", persona="grim ranger", voice="old words")]
    session_id = await new_session(client, context=beat_pb2.StoryContext(cast=cast))
    request = beat_request(session_id)
    del request.cast[:]
    request.cast.add(name="Mara")
    await client.play(request)
    assert engines.requests[0].cast[0].voice == "old words"


async def test_a_world_may_have_512_facts(client: MockGameClient) -> None:
    facts = [f"{index} {'火' * 290}" for index in range(512)]
    session_id = await new_session(client, context=beat_pb2.StoryContext(facts=facts))
    assert (await client.play(beat_request(session_id))).complete
    too_many = story_pb2.CreateSessionRequest(context=beat_pb2.StoryContext(facts=["x"] * 513))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.story.CreateSession(too_many)
    assert violations(error.value) == {"context.facts": "has 513 entries; legal: 0 to 512"}


WRONG = {
    "a ban of everything": (Controls(banned_words=["ogre", "*"]), "controls.banned_words[1]"),
    "a ban of all words with a letter": (Controls(banned_words=["a*"]), "controls.banned_words[0]"),
    "a ban of two letters and more": (Controls(banned_words=["th*"]), "controls.banned_words[0]"),
    "a letter": (Controls(banned_words=["a"]), "controls.banned_words[0]"),
    "two words": (Controls(banned_words=["old mill"]), "controls.banned_words[0]"),
    "an empty word": (Controls(banned_words=[""]), "controls.banned_words[0]"),
    "a long word": (Controls(banned_words=["x" * 41]), "controls.banned_words[0]"),
    "digits": (Controls(banned_words=["agent007"]), "controls.banned_words[0]"),
    "a star inside": (Controls(banned_words=["dra*gon"]), "controls.banned_words[0]"),
    "201 words": (Controls(banned_words=["ogre"] * 201), "controls.banned_words"),
    "an unknown level": (Controls(content_level=9), "controls.content_level"),  # type: ignore[arg-type]
    "a temperature of NaN": (Controls(temperature=math.nan), "controls.temperature"),
    "a negative temperature": (Controls(temperature=-0.5), "controls.temperature"),
    "an infinite temperature": (Controls(temperature=math.inf), "controls.temperature"),
    "a temperature above 2": (Controls(temperature=2.5), "controls.temperature"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_wrong_controls_name_their_field_before_any_engine_runs(
    case: str, client: MockGameClient, engines: ScriptedEngines
) -> None:
    controls, field = WRONG[case]
    lines = dialogue_pb2_grpc.DialogueServiceStub(client.channel)
    cast = [common_pb2.Character(name="Mara")]
    revision = story_pb2.ReviseBeatRequest(session_id="s", beat_id="b", controls=controls)
    asked = dialogue_pb2.GenerateLinesRequest(cast=cast, event=EVENT, controls=controls)
    context = beat_pb2.StoryContext(controls=controls)
    for call, prefix in (
        (client.story.PlayBeat(beat_request(controls=controls)).read(), ""),
        (client.story.ReviseBeat(revision).read(), ""),
        (lines.GenerateLines(asked).read(), ""),
        (client.story.CreateSession(story_pb2.CreateSessionRequest(context=context)), "context."),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call
        found = violations(error.value)
        assert list(found) == [prefix + field]
        assert "legal: " in found[prefix + field] or "level" in field
    assert all(counter.started == 0 for counter in engines.calls.values())


async def test_bans_of_story_and_beat_are_counted_together(client: MockGameClient) -> None:
    def words(start: int) -> list[str]:
        return [f"ban{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(start, start + 150)]

    session_id = await new_session(client, context=beat_pb2.StoryContext(controls=Controls(banned_words=words(0))))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.play(beat_request(session_id, controls=Controls(banned_words=words(150))))
    assert "300" in violations(error.value)["controls.banned_words"]
    assert (await client.play(beat_request(session_id, controls=Controls(banned_words=words(50))))).complete

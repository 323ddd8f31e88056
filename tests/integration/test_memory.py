"""What a beat is told of its story, read from what the dialogue engine was asked."""

from __future__ import annotations

import itertools
from pathlib import Path

from narrative_server.dialogue.scripted import ScriptedLine
from narrative_server.rpc.server import start_server
from narrative_server.settings import ServerSettings
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2
from tests.integration.asking import beat_request, new_session

PRICE = "A healing herb costs four silver coins."
FACT = f"Mara said: {PRICE}"
ASKING = "How much does a healing herb cost?"
EVENTS = (
    "The player buys bread.",
    "A dog runs past.",
    "Snow begins to fall.",
    "The miller sneezes loudly.",
    "Two guards ride by.",
    "The player looks for shelter.",
    "The lamp goes out.",
    "The player rings the great bell.",
)


def on(session_id: str, event: str, **fields: object) -> beat_pb2.PlayBeatRequest:
    """A beat of words alone, so that a session of many plays fast."""
    request = beat_request(session_id, **fields)
    request.trigger.event = event
    request.media.background = request.media.sprites = request.media.sounds = False
    return request


async def play_on(client: MockGameClient, engines: ScriptedEngines, session_id: str) -> None:
    """A first beat in which Mara names a price, and eight others."""
    engines.script = {"The player enters the shop.": [ScriptedLine("Mara", "neutral", PRICE)]}
    for event in ("The player enters the shop.", *EVENTS):
        await client.play(on(session_id, event))


async def test_a_statement_of_the_first_beat_comes_back_when_it_is_asked_for(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    await play_on(client, engines, session_id)
    await client.play(on(session_id, "The player returns to the shop.", player_line=ASKING))
    asked = engines.requests[-1]
    assert PRICE not in [line.text for line in asked.history]
    assert asked.facts[0] == FACT
    assert PRICE in asked.avoid
    assert asked.player_line == ASKING
    assert ASKING not in [line.text for line in asked.history]


async def test_what_happened_comes_back(client: MockGameClient, engines: ScriptedEngines) -> None:
    session_id = await new_session(client)
    await play_on(client, engines, session_id)
    await client.play(on(session_id, "A monk is angry.", player_line="I am the player who rang the great bell."))
    assert "The player rings the great bell." in engines.requests[-1].facts


async def test_what_was_said_last_is_told_word_for_word_and_not_as_facts(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    engines.script = {"The player enters the shop.": [ScriptedLine("Mara", "neutral", PRICE)]}
    await client.play(on(session_id, "The player enters the shop."))
    await client.play(on(session_id, "The player waits.", player_line=ASKING))
    asked = engines.requests[-1]
    assert [line.text for line in asked.history] == [PRICE]
    assert FACT not in asked.facts


async def test_the_history_begins_with_the_same_line_for_several_beats(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    for event in EVENTS:
        await client.play(on(session_id, event))
    told = [request.history for request in engines.requests]
    kept = [second[: len(first)] == first for first, second in itertools.pairwise(told)]
    assert kept.count(False) == 1, "of eight beats, one begins a new block"
    assert all(len(history) >= min(index, 2) for index, history in enumerate(told))


async def test_lore_is_told_where_it_bears_on_the_beat(client: MockGameClient, engines: ScriptedEngines) -> None:
    lore = [f"Room {number} holds a chest of {number} coins." for number in range(40)]
    session_id = await new_session(client, context=beat_pb2.StoryContext(facts=[*lore, PRICE]))
    await client.play(on(session_id, "The player enters the shop.", player_line=ASKING, facts=["It is late."]))
    facts = engines.requests[-1].facts
    assert facts[:2] == ("It is late.", PRICE)
    assert len(facts) <= 5


async def test_an_inline_story_remembers_what_its_history_no_longer_holds(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    request = on("", "The player returns to the shop.", player_line=ASKING)
    request.inline.history.add(speaker="Mara", text=PRICE)
    for number in range(30):
        request.inline.history.add(speaker="Tobin", text=f"Sack {number} is full.")
    await client.play(request)
    asked = engines.requests[-1]
    assert 8 <= len(asked.history) < 16
    assert asked.facts[0] == FACT


async def test_a_fork_remembers_what_its_session_did_up_to_there(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session_id = await new_session(client)
    await play_on(client, engines, session_id)
    beats = (await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))).beats
    fork = story_pb2.ForkSessionRequest(session_id=session_id, after_beat_id=beats[6].beat_id)
    forked = (await client.story.ForkSession(fork)).session.session_id
    await client.play(on(forked, "The player returns to the shop.", player_line=ASKING))
    assert engines.requests[-1].facts[0] == FACT
    await client.play(on(forked, "A monk is angry.", player_line="Did the player ring the great bell?"))
    assert "The player rings the great bell." not in engines.requests[-1].facts


async def test_a_server_that_was_restarted_remembers_the_same(tmp_path: Path) -> None:
    async def recalled(url: str, first: bool, session_id: str) -> tuple[str, tuple[str, ...], object]:
        engines, store = ScriptedEngines(), await SessionStore.open(url)
        running = await start_server(ServerSettings(port=0, grace_s=1.0), engines, store)
        try:
            async with MockGameClient(f"127.0.0.1:{running.port}") as client:
                if first:
                    session_id = await new_session(client)
                    await play_on(client, engines, session_id)
                    forked = (
                        await client.story.ForkSession(story_pb2.ForkSessionRequest(session_id=session_id))
                    ).session
                await client.play(on(session_id, "The player returns to the shop.", player_line=ASKING, seed=4))
                asked = engines.requests[-1]
                return (forked.session_id if first else ""), asked.facts, asked.history
        finally:
            await running.stop()
            await store.close()

    url = f"sqlite:///{(tmp_path / 'stories.sqlite3').as_posix()}"
    copy, *told = await recalled(url, True, "")
    _, *later = await recalled(url, False, copy)
    assert told == later


async def test_a_context_that_was_trimmed_is_warned_about_once(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    engines.trimmed = True
    beat = await client.play(on("", "The player waits."))
    (warning,) = beat.warnings
    assert (warning.medium, warning.code) == (common_pb2.MEDIUM_DIALOGUE, beat_pb2.WARNING_CODE_CONTEXT_TRIMMED)
    assert not warning.retryable
    assert beat.finished.state == beat_pb2.BEAT_STATE_COMPLETE
    assert not beat.finished.reasons
    assert beat.lines

"""Sounds that the language model proposes: used, refused, replaced by the director's own, and replayed."""

from __future__ import annotations

import asyncio

import pytest

from narrative_server.dialogue.types import SoundProposed
from narrative_server.errors import EngineFailed
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.v1 import beat_pb2
from tests.integration.asking import beat_request, new_session

GUESS = "heavy stone door sliding open"
BARK, BELL = SoundProposed("dog barking", 0, "after"), SoundProposed("bell ringing", 1, "during")
QUIET = "The player looks around."
LOUD = "A bomb explodes and the glass window breaks."


def secret(session_id: str = "", event: str = QUIET, **fields: object) -> beat_pb2.PlayBeatRequest:
    """A beat for whose trigger the director would guess a stone door."""
    request = beat_request(session_id, **fields)
    request.trigger.kind, request.trigger.event = "secret_found", event
    request.place = "library"
    return request


def texts(beat) -> list[str]:
    return [ready.sound.text for ready in beat.sounds.values()]


async def test_proposals_take_the_place_of_a_guess(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.sounds = {QUIET: [BARK, BELL]}
    beat = await client.play(secret())
    assert engines.requests[-1].max_sounds == 3
    assert texts(beat) == [BARK.text, BELL.text]
    assert all(ready.proposed for ready in beat.sounds.values())
    assert not beat.plan.sounds
    edges = {cue.sound_key: (cue.anchor.line, cue.anchor.edge) for cue in beat.cues if cue.sound_key}
    assert edges == {
        "sound|dog barking": (0, beat_pb2.ANCHOR_EDGE_END),
        "sound|bell ringing": (1, beat_pb2.ANCHOR_EDGE_START),
    }
    assert beat.complete


@pytest.mark.parametrize("proposals", [[], [SoundProposed("a strange kind of politeness", 0, "before")]])
async def test_without_a_fitting_proposal_the_guess_is_made(
    client: MockGameClient, engines: ScriptedEngines, proposals: list[SoundProposed]
) -> None:
    engines.sounds = {QUIET: proposals}
    beat = await client.play(secret())
    assert texts(beat) == [GUESS]
    assert beat.complete


async def test_what_the_event_names_is_heard_before_the_lines_are_there(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    engines.sounds = {LOUD: [BARK, BELL]}
    engines.gates["dialogue"] = asyncio.Event()
    heard: list[str] = []

    def look(event: beat_pb2.BeatEvent) -> None:
        if event.HasField("sound"):
            heard.append(event.sound.sound.text)
            if len(heard) == 2:
                engines.gates["dialogue"].set()

    async with asyncio.timeout(10):
        beat = await client.play(secret(event=LOUD), look)
    assert engines.requests[-1].max_sounds == 1
    assert heard == [*(sound.text for sound in beat.plan.sounds), BARK.text]
    assert [ready.proposed for ready in beat.sounds.values()] == [False, False, True]


async def test_unwanted_sounds_are_neither_asked_for_nor_made(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.sounds = {QUIET: [BARK]}
    request = secret()
    request.media.sounds = False
    beat = await client.play(request)
    assert engines.requests[-1].max_sounds == 0
    assert not beat.sounds


async def test_a_proposed_sound_that_fails_is_a_warning(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.sounds = {QUIET: [BARK]}
    engines.fail["sounds"] = EngineFailed("sounds", "lost its voice")
    beat = await client.play(secret())
    assert [warning.key for warning in beat.warnings] == ["sound|dog barking"]
    assert beat.finished.state == beat_pb2.BEAT_STATE_PARTIAL


async def test_lines_that_break_off_leave_the_guess(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.fail["dialogue"] = EngineFailed("dialogue", "lost the thread")
    engines.fail_after_lines = 1
    assert texts(await client.play(secret())) == [GUESS]


async def test_proposed_sounds_replay_exactly_and_repeat_with_the_seed(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    engines.sounds = {QUIET: [BARK, BELL]}
    session_id = await new_session(client)
    beat = await client.play(secret(session_id, seed=7))
    replay = await client.replay(session_id, beat.accepted.beat_id)
    assert [ready.SerializeToString() for ready in replay.sounds.values()] == [
        ready.SerializeToString() for ready in beat.sounds.values()
    ]
    again = await client.play(secret(session_id, seed=7))
    assert [ready.sound.data for ready in again.sounds.values()] == [ready.sound.data for ready in beat.sounds.values()]

"""ReviseBeat: what is locked or edited is kept, the rest is made again, and the revision takes the beat's place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import grpc
import pytest

from narrative_server.dialogue.types import SoundProposed
from narrative_server.errors import EngineFailed
from narrative_server.testing import MockGameClient, PlayedBeat, ScriptedEngines
from narrative_server.testing.rules import check_replay, check_revision
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2
from tests.integration.asking import EVENT, beat_request, new_session, retry_after_ms, violations

Revise = story_pb2.ReviseBeatRequest


def revision_of(beat: PlayedBeat, *locked: int | str, **fields: object) -> Revise:
    accepted = beat.accepted
    assert accepted is not None
    request = Revise(session_id=accepted.session_id, beat_id=accepted.beat_id, **fields)  # type: ignore[arg-type]
    for part in locked:
        request.locked.add(line=part) if isinstance(part, int) else request.locked.add(key=part)
    return request


def texts(beat: PlayedBeat) -> list[str]:
    return [line.text for line in beat.lines]


def media(beat: PlayedBeat) -> dict[str, bytes]:
    found = {key: sprite.picture.data for key, sprite in beat.sprites.items()}
    found |= {key: sound.sound.data for key, sound in beat.sounds.items()}
    assert beat.background is not None
    return found | {beat.background.key: beat.background.picture.data}


async def listed(client: MockGameClient, session_id: str) -> list[story_pb2.BeatSummary]:
    return list((await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id=session_id))).beats)


async def refused(call: Callable[[], object]) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call()  # type: ignore[misc]
    return error.value


@pytest.fixture
async def beat(client: MockGameClient) -> PlayedBeat:
    """A beat of three lines with every medium, the first of its session."""
    return await client.play(beat_request(await new_session(client)))


async def test_what_is_locked_stays_and_all_else_is_made_again(client: MockGameClient, beat: PlayedBeat) -> None:
    kept = next(iter(beat.sprites))
    request = revision_of(beat, 1, kept, seed=5)
    revised = await client.revise(request)
    check_revision(beat, revised)
    assert revised.complete
    assert revised.accepted.seed == 5
    assert revised.accepted.beat_id != beat.accepted.beat_id
    was, now = media(beat), media(revised)
    assert was.keys() == now.keys()
    assert [key for key in was if was[key] == now[key]] == [kept]
    assert [first == second for first, second in zip(texts(beat), texts(revised), strict=True)] == [False, True, False]


async def test_an_edited_line_is_kept_as_given(client: MockGameClient, beat: PlayedBeat) -> None:
    request = revision_of(beat, 0)
    request.edits.add(line=1, text="  Ça alors… 火! ", emotion=common_pb2.EMOTION_SURPRISE)
    revised = await client.revise(request)
    check_revision(beat, revised)
    line = revised.lines[1]
    assert (line.text, line.emotion) == ("Ça alors… 火!", common_pb2.EMOTION_SURPRISE)
    assert line.speaker == beat.lines[1].speaker


async def test_new_lines_are_written_around_those_that_stand(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    revised = await client.revise(revision_of(beat, 1))
    first, last = engines.requests[1:]
    assert (first.opening, first.max_lines, first.max_sounds) == ((), 1, 0)
    assert [line.text for line in last.opening] == texts(revised)[:2]
    assert last.max_lines == 3
    assert set(texts(beat)) <= set(first.avoid), "what is replaced is not wanted again"


async def test_with_everything_locked_no_engine_runs(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    before = {name: counter.started for name, counter in engines.calls.items()}
    revised = await client.revise(revision_of(beat, 0, 1, 2, *media(beat)))
    check_revision(beat, revised)
    assert media(revised) == media(beat)
    assert [timed.start_ms for timed in revised.timeline.timed_cues] == [
        timed.start_ms for timed in beat.timeline.timed_cues
    ]
    assert revised.staging == beat.staging
    assert {name: counter.started for name, counter in engines.calls.items()} == before


async def test_with_nothing_locked_the_whole_beat_is_another(client: MockGameClient, beat: PlayedBeat) -> None:
    revised = await client.revise(revision_of(beat, seed=9))
    check_revision(beat, revised)
    assert not set(texts(beat)) & set(texts(revised))
    assert not set(media(beat).values()) & set(media(revised).values())


async def test_two_seeds_give_two_revisions_and_one_seed_the_same(client: MockGameClient, beat: PlayedBeat) -> None:
    first, second, again = [await client.revise(revision_of(beat, 0, seed=seed)) for seed in (1, 2, 1)]
    assert texts(first) != texts(second)
    assert texts(first) == texts(again)
    assert media(first) == media(again)
    assert media(first) != media(second)


async def test_a_revision_takes_its_beats_place_in_the_session(client: MockGameClient, beat: PlayedBeat) -> None:
    session_id = beat.accepted.session_id
    request = beat_request(session_id)
    request.place = "river bank"
    later = await client.play(request)
    revised = await client.revise(revision_of(beat, 1))
    assert revised.accepted.session_revision == 0
    assert revised.finished.session_revision == 2
    summaries = await listed(client, session_id)
    assert [summary.beat_id for summary in summaries] == [revised.accepted.beat_id, later.accepted.beat_id]
    assert [summary.index for summary in summaries] == [0, 1]
    assert [summary.revised_beat_id for summary in summaries] == [beat.accepted.beat_id, ""]
    session = (await client.story.GetSession(story_pb2.GetSessionRequest(session_id=session_id))).session
    assert (session.revision, session.place) == (2, "river bank")


async def test_later_beats_remember_the_revision(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    request = revision_of(beat)
    request.edits.add(line=0, text="The key is cursed.")
    revised = await client.revise(request)
    await client.play(beat_request(beat.accepted.session_id))
    assert [line.text for line in engines.requests[-1].history] == texts(revised)


async def test_a_revision_is_told_only_what_came_before_its_beat(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    second = await client.play(beat_request(beat.accepted.session_id, player_line="Whose is it?"))
    await client.play(beat_request(beat.accepted.session_id))
    await client.revise(revision_of(second, 1))
    asked = engines.requests[-1]
    assert [line.text for line in asked.history] == texts(beat)
    assert asked.player_line == "Whose is it?"


async def test_both_takes_replay_exactly(client: MockGameClient, beat: PlayedBeat) -> None:
    revised = await client.revise(revision_of(beat, 1))
    for take in (beat, revised):
        check_replay(take, await client.replay(take.accepted.session_id, take.accepted.beat_id))


async def test_an_older_take_can_be_brought_back(client: MockGameClient, beat: PlayedBeat) -> None:
    await client.revise(revision_of(beat))
    restored = await client.revise(revision_of(beat, 0, 1, 2, *media(beat)))
    check_revision(beat, restored)
    assert restored.staging == beat.staging
    summaries = await listed(client, beat.accepted.session_id)
    assert [summary.beat_id for summary in summaries] == [restored.accepted.beat_id]


async def test_a_revision_can_be_revised(client: MockGameClient, beat: PlayedBeat) -> None:
    first = await client.revise(revision_of(beat, 0))
    second = await client.revise(revision_of(first, 0, 1))
    check_revision(first, second)
    assert second.accepted.revised_beat_id == first.accepted.beat_id


async def test_a_save_game_of_a_revised_beat_loads_its_revision(client: MockGameClient, beat: PlayedBeat) -> None:
    session_id = beat.accepted.session_id
    await client.play(beat_request(session_id))
    revised = await client.revise(revision_of(beat, 1))
    fork = story_pb2.ForkSessionRequest(session_id=session_id, after_beat_id=beat.accepted.beat_id)
    copy = (await client.story.ForkSession(fork)).session
    assert copy.revision == 1
    (summary,) = await listed(client, copy.session_id)
    assert [line.text for line in summary.lines] == texts(revised)
    replay = await client.replay(copy.session_id, summary.beat_id)
    assert media(replay) == media(revised)
    assert (await client.play(beat_request(copy.session_id))).complete


async def test_a_continued_beat_is_revised_as_the_scene_that_goes_on(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    second = await client.play(beat_pb2.PlayBeatRequest(session_id=beat.accepted.session_id, continue_beat=True))
    revised = await client.revise(revision_of(second, 0))
    check_revision(second, revised)
    assert [line.text for line in engines.requests[-1].opening] == [*texts(beat), texts(second)[0]]


async def test_a_model_that_has_nothing_to_say_between_two_lines_is_asked_again(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    engines.silent_after_opening = True
    revised = await client.revise(revision_of(beat, 0, 2))
    check_revision(beat, revised)
    assert len(revised.lines) == 3
    assert [line.text for line in engines.requests[-1].history] == texts(beat)[:1]


async def test_a_retry_of_a_revision_replays_it(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    request = revision_of(beat, 1, idempotency_key="take-2")
    first, again = await client.revise(request), await client.revise(request)
    assert again.finished.replayed
    assert again.accepted.beat_id == first.accepted.beat_id
    request.locked.add(line=2)
    assert list(violations(await refused(lambda: client.revise(request)))) == ["idempotency_key"]
    played = beat_request(beat.accepted.session_id, idempotency_key="take-2")
    assert list(violations(await refused(lambda: client.play(played)))) == ["idempotency_key"]


async def test_a_retry_of_the_revised_beat_replays_what_was_played(client: MockGameClient) -> None:
    request = beat_request(await new_session(client), idempotency_key="once")
    first = await client.play(request)
    await client.revise(revision_of(first))
    check_replay(first, await client.play(request))


async def test_an_unsaved_revision_runs_again_with_the_same_derived_seed(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    request = revision_of(beat, idempotency_key="take-2")
    engines.fail["dialogue"] = EngineFailed("dialogue", "lost the thread")
    await refused(lambda: client.revise(request))
    engines.fail.clear()
    revised = await client.revise(request)
    assert not revised.finished.replayed
    assert engines.requests[-1].seed == engines.requests[-2].seed


async def test_a_failure_before_a_locked_line_keeps_the_beat_as_it_was(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    engines.fail["dialogue"] = EngineFailed("dialogue", "lost the thread")
    error = await refused(lambda: client.revise(revision_of(beat, 0, 2)))
    assert error.code() is grpc.StatusCode.INTERNAL
    (summary,) = await listed(client, beat.accepted.session_id)
    assert summary.beat_id == beat.accepted.beat_id


async def test_a_failure_after_the_last_locked_line_makes_the_revision_partial(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    engines.fail["dialogue"] = EngineFailed("dialogue", "lost the thread")
    revised = await client.revise(revision_of(beat, 0, 1))
    check_revision(beat, revised)
    assert revised.finished.state == beat_pb2.BEAT_STATE_PARTIAL
    assert texts(revised) == texts(beat)[:2]


async def test_a_deadline_before_a_locked_line_keeps_the_beat_as_it_was(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    engines.gates["dialogue"] = asyncio.Event()
    error = await refused(lambda: client.revise(revision_of(beat, 0, 2), timeout_s=1.0))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    (summary,) = await listed(client, beat.accepted.session_id)
    assert summary.beat_id == beat.accepted.beat_id


async def test_a_locked_medium_needs_no_engine(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    engines.fail["images"] = EngineFailed("images", "no weights")
    revised = await client.revise(revision_of(beat, 0, 1, 2, *beat.sprites))
    check_revision(beat, revised)
    assert [warning.key for warning in revised.warnings] == [beat.background.key]
    # What failed was planned, so it can be made by revising once more.
    engines.fail.clear()
    whole = await client.revise(revision_of(revised, 0, 1, 2, *beat.sprites))
    assert whole.complete


async def test_a_sound_that_the_model_proposed_can_be_locked(client: MockGameClient, engines: ScriptedEngines) -> None:
    engines.sounds = {EVENT: [SoundProposed("iron key clinks", 0, "after")]}
    played = await client.play(beat_request(await new_session(client)))
    proposed = [key for key, sound in played.sounds.items() if sound.proposed]
    assert len(proposed) == 1
    revised = await client.revise(revision_of(played, 0, *proposed))
    check_revision(played, revised)
    cues = [{cue.sound_key: cue.anchor for cue in take.cues if cue.sound_key} for take in (played, revised)]
    assert cues[0][proposed[0]] == cues[1][proposed[0]]
    assert not revised.sounds[proposed[0]].proposed, "it is planned now"


async def test_a_revision_waits_its_turn_in_the_session(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    gate = engines.gates["dialogue"] = asyncio.Event()
    playing = asyncio.create_task(client.play(beat_request(beat.accepted.session_id)))
    async with asyncio.timeout(10):
        while engines.calls["dialogue"].active != 1:
            await asyncio.sleep(0.01)
    request = revision_of(beat, idempotency_key="take-2")
    revising = asyncio.create_task(client.revise(request))
    async with asyncio.timeout(10):
        while (await client.server_info()).load.queued_beats != 1:
            await asyncio.sleep(0.01)
    error = await refused(lambda: client.revise(request))
    assert error.code() is grpc.StatusCode.ABORTED
    assert retry_after_ms(error) > 0
    gate.set()
    await playing
    assert (await revising).finished.session_revision == 2


async def test_deleting_a_session_erases_every_take(client: MockGameClient, beat: PlayedBeat) -> None:
    session_id = beat.accepted.session_id
    await client.revise(revision_of(beat, 0))
    await client.story.DeleteSession(story_pb2.DeleteSessionRequest(session_id=session_id))
    error = await refused(lambda: client.replay(session_id, beat.accepted.beat_id))
    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_new_bans_hold_for_the_lines_made_again(
    client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    controls = common_pb2.DialogueControls(banned_words=["rusty"])
    revised = await client.revise(revision_of(beat, 2, controls=controls))
    assert engines.requests[-1].banned == ("rusty",)
    assert "rusty" not in texts(revised)[0]


WRONG: dict[str, tuple[Callable[[Revise], object], str]] = {
    "a line that is not there": (lambda r: r.locked.add(line=3), "locked.line"),
    "a huge line": (lambda r: r.locked.add(line=4_000_000_000), "locked.line"),
    "an unknown key": (lambda r: r.locked.add(key="sprite|nobody"), "locked.key"),
    "a part that is nothing": (lambda r: r.locked.add(), "locked[0].part"),
    "an edit of a line that is not there": (lambda r: r.edits.add(line=3, text="Hm."), "edits[0].line"),
    "an edit of a locked line": (
        lambda r: (r.locked.add(line=1), r.edits.add(line=1, text="Hm.")),
        "edits[0].line",
    ),
    "two edits of a line": (
        lambda r: (r.edits.add(line=1, text="Hm."), r.edits.add(line=1, text="Oh.")),
        "edits[1].line",
    ),
    "an empty edit": (lambda r: r.edits.add(line=1, text=" "), "edits[0].text"),
    "an edit of two rows": (lambda r: r.edits.add(line=1, text="Run!\nTobin (joy): Ha!"), "edits[0].text"),
    "an edit with a control character": (lambda r: r.edits.add(line=1, text="Run\x07!"), "edits[0].text"),
    "an endless edit": (lambda r: r.edits.add(line=1, text="a" * 601), "edits[0].text"),
    "an unknown emotion": (lambda r: r.edits.add(line=1, text="Hm.", emotion=77), "edits[0].emotion"),
    "a seed of 64 bits": (lambda r: setattr(r, "seed", 2**63), "seed"),
    "very many locks": (lambda r: [r.locked.add(key=f"k{n}") for n in range(33)], "locked"),
    "a bad beat id": (lambda r: setattr(r, "beat_id", "../x"), "beat_id"),
    "no session": (lambda r: r.ClearField("session_id"), "session_id"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_wrong_revision_names_its_field_and_changes_nothing(
    case: str, client: MockGameClient, beat: PlayedBeat, engines: ScriptedEngines
) -> None:
    spoil, field = WRONG[case]
    request = revision_of(beat)
    spoil(request)
    found = violations(await refused(lambda: client.revise(request)))
    assert list(found) == [field]
    assert "; legal: " in found[field]
    assert engines.calls["dialogue"].started == 1
    (summary,) = await listed(client, beat.accepted.session_id)
    assert summary.beat_id == beat.accepted.beat_id


async def test_an_unknown_beat_or_session_is_not_found(client: MockGameClient, beat: PlayedBeat) -> None:
    for request in (
        Revise(session_id=beat.accepted.session_id, beat_id="beat_none"),
        Revise(session_id="nowhere", beat_id=beat.accepted.beat_id),
    ):
        error = await refused(lambda request=request: client.revise(request))
        assert error.code() is grpc.StatusCode.NOT_FOUND

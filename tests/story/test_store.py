"""What the store promises: exact return, pages, forks, erasure, keys, one transaction a beat."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from narrative_server.dialogue.types import HistoryLine
from narrative_server.errors import AlreadyExists, InvalidConfig, InvalidRequest, NotFound, StorageFailed
from narrative_server.story.events import BackgroundReady, BeatAccepted, SpriteReady
from narrative_server.story.session import Rating, StoredBeat
from narrative_server.story.store import SessionStore, schema


async def played(store: SessionStore, story: SimpleNamespace, beats: int, session_id: str = "s1") -> list[StoredBeat]:
    await store.create_session(story.session(session_id))
    made = [story.beat(session_id, index) for index in range(beats)]
    for beat in made:
        await store.commit_beat(beat, f"key{beat.index}")
    return made


async def test_a_session_returns_as_it_was_stored(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    assert await store.get_session("s1") == story.session()
    assert (await store.get_session("s1")).seed == 2**63 - 1


async def test_a_taken_id_is_refused(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    with pytest.raises(AlreadyExists):
        await store.create_session(story.session())


async def test_a_beat_returns_whole_after_the_database_was_opened_again(
    database_url: str, story: SimpleNamespace
) -> None:
    store = await SessionStore.open(database_url)
    [beat] = await played(store, story, 1)
    await store.close()
    store = await SessionStore.open(database_url)
    try:
        assert await store.get_beat("s1", beat.id) == beat
    finally:
        await store.close()


async def test_a_beat_moves_its_session_on(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await played(store, story, 2)
    session = await store.get_session("s1")
    assert (session.revision, session.place, session.updated_at) == (2, "place 1", beats[1].created_at)
    assert session.created_at == story.start


async def test_a_beat_made_for_another_revision_leaves_no_trace(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    late = story.beat("s1", 4)
    with pytest.raises(StorageFailed, match="1 beats"):
        await store.commit_beat(late, "late")
    assert (await store.get_session("s1")).revision == 1
    assert await store.find_beat_by_key("s1", "late", late.created_at) is None
    with pytest.raises(NotFound):
        await store.get_asset("s1-b4-bg")


async def test_a_beat_of_a_deleted_session_is_not_stored(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    await store.delete_session("s1")
    with pytest.raises(NotFound, match="session"):
        await store.commit_beat(story.beat("s1", 1), "")


async def test_sessions_are_listed_newest_first_in_pages(store: SessionStore, story: SimpleNamespace) -> None:
    for number in range(5):
        await store.create_session(story.session(f"s{number}"))
    ids, token = [], ""
    for expected in (2, 2, 1):
        page, token = await store.list_sessions(2, token)
        assert len(page) == expected
        ids += [session.id for session in page]
    assert ids == ["s4", "s3", "s2", "s1", "s0"]
    assert token == ""


async def test_a_full_last_page_has_no_token(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    assert await store.list_sessions(1) == ((story.session(),), "")


@pytest.mark.parametrize("token", ["x", "!!!", "ключ", "c2Vzc2lvbnM6LTE", "YmVhdHM6czE6MQ", "A" * 5000])
async def test_a_token_of_something_else_is_refused(store: SessionStore, token: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await store.list_sessions(2, token)
    [violation] = caught.value.violations
    assert violation.field == "page_token"
    assert len(violation.problem) < 80


async def test_beats_are_listed_oldest_first_in_pages(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await played(store, story, 3)
    first, token = await store.list_beats("s1", 2)
    second, end = await store.list_beats("s1", 2, token)
    assert [summary.id for summary in (*first, *second)] == [beat.id for beat in beats]
    assert end == ""
    assert first[1].trigger == beats[1].request.trigger
    assert (first[1].place, first[1].mood, first[1].state) == ("place 1", beats[1].mood, "partial")
    assert first[1].lines == (HistoryLine("Player", "Where is it?"), HistoryLine("Zoë 🦊", "Line 1: 火 🔥"))


async def test_recent_beats_are_the_last_ones_oldest_first(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    await store.commit_beat(story.beat("s1", 0), "")
    await store.commit_beat(story.beat("s1", 1, player_line=""), "")
    both = await store.recent_beats("s1", 64, before=2)
    texts = [[line.text for line in beat.lines] for beat in both]
    assert texts == [["Where is it?", "Line 0: 火 🔥"], ["Line 1: 火 🔥"]]
    assert await store.recent_beats("s1", 1, before=2) == both[1:]
    assert await store.recent_beats("s1", 64, before=1) == both[:1]
    assert await store.recent_beats("s1", 64, before=0) == ()


async def test_a_fork_has_the_beats_up_to_its_point_under_new_ids(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await played(store, story, 3)
    later = story.start + timedelta(days=1)
    fork = await store.fork_session("s1", beats[1].id, "s2", None, later)
    assert fork == await store.get_session("s2")
    assert (fork.revision, fork.place, fork.parent_id, fork.seed) == (2, "place 1", "s1", 2**63 - 1)
    assert (fork.title, fork.created_at) == (story.session().title, later)
    copies, _ = await store.list_beats("s2", 10)
    assert len(copies) == 2
    assert not {copy.id for copy in copies} & {beat.id for beat in beats}
    copy = await store.get_beat("s2", copies[1].id)
    accepted = copy.events[0]
    assert isinstance(accepted, BeatAccepted)
    assert (accepted.session_id, accepted.beat_id, copy.request.session_id) == ("s2", copy.id, "s2")
    assert copy.events[1:] == beats[1].events[1:]


async def test_a_fork_and_its_parent_go_on_apart(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    await store.fork_session("s1", None, "s2", "Other", story.start)
    await store.commit_beat(story.beat("s2", 1), "key0")
    assert (await store.get_session("s1")).revision == 1
    assert (await store.get_session("s2")).title == "Other"


async def test_a_fork_of_what_is_not_there_is_refused(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    await store.create_session(story.session("other"))
    for session_id, beat_id in (("none", None), ("s1", "none"), ("other", "s1-b0")):
        with pytest.raises(NotFound):
            await store.fork_session(session_id, beat_id, "s2", None, story.start)
    with pytest.raises(AlreadyExists):
        await store.fork_session("s1", None, "other", None, story.start)


async def test_deleting_erases_what_nothing_else_uses(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await played(store, story, 2)
    await store.rate_beat(Rating("s1", beats[0].id, 1.0), story.start)
    await store.fork_session("s1", beats[0].id, "s2", None, story.start)
    assert await store.delete_session("s1") == 2
    for call in (store.get_session("s1"), store.get_beat("s1", beats[0].id), store.get_asset("s1-b1-bg")):
        with pytest.raises(NotFound):
            await call
    assert await store.find_beat_by_key("s1", "key0", beats[0].created_at) is None
    [copy] = (await store.list_beats("s2", 10))[0]
    assert (await store.get_beat("s2", copy.id)).events[1:] == beats[0].events[1:]
    assert (await store.get_asset("s1-zoe"))[1] == "s2"
    assert await store.delete_session("s2") == 1
    with pytest.raises(NotFound):
        await store.get_asset("s1-zoe")


async def test_nothing_is_left_when_every_session_is_deleted(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 2)
    await store.rate_beat(Rating("s1", "s1-b0", 1.0), story.start)
    await store.fork_session("s1", None, "s2", None, story.start)
    for session_id in ("s2", "s1"):
        await store.delete_session(session_id)
    tables = [table for table in schema.METADATA.sorted_tables if table is not schema.schema_version]
    counts = [
        await store._database.read(lambda c, t=table: c.scalar(select(func.count()).select_from(t))) for table in tables
    ]
    assert len(counts) == 7
    assert set(counts) == {0}


async def test_a_fork_of_many_beats_is_copied_in_parts(
    store: SessionStore, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrative_server.story.store.sessions._BEATS_AT_ONCE", 2)
    beats = await played(store, story, 5)
    await store.fork_session("s1", None, "s2", None, story.start)
    copies, _ = await store.list_beats("s2", 10)
    assert [copy.index for copy in copies] == [0, 1, 2, 3, 4]
    for copy, beat in zip(copies, beats, strict=True):
        assert (await store.get_beat("s2", copy.id)).events[1:] == beat.events[1:]


async def test_a_key_is_remembered_for_a_day_in_its_session(store: SessionStore, story: SimpleNamespace) -> None:
    [beat] = await played(store, story, 1)
    day = timedelta(hours=24)
    soon = beat.created_at + day - timedelta(microseconds=1)
    assert await store.find_beat_by_key("s1", "key0", soon) == ("f0", beat)
    assert await store.find_beat_by_key("s1", "key0", beat.created_at + day) is None
    assert await store.find_beat_by_key("s2", "key0", soon) is None
    next_day = replace(story.beat("s1", 1), created_at=beat.created_at + day)
    await store.commit_beat(next_day, "key0")
    assert await store.find_beat_by_key("s1", "key0", next_day.created_at) == ("f1", next_day)


async def test_a_picture_is_found_by_everything_that_makes_it_the_same(
    store: SessionStore, story: SimpleNamespace
) -> None:
    await played(store, story, 2)
    wanted = ["s1", "sprite", "zoe", "fear", "png", 32, 32, 16]
    assert await store.find_asset(*wanted) == story.picture("s1-zoe")
    other = ["s2", "background", "mia", "joy", "rgba32", 64, 64, 0]
    for position, value in enumerate(other):
        assert await store.find_asset(*wanted[:position], value, *wanted[position + 1 :]) is None
    await store.fork_session("s1", None, "s2", None, story.start)
    assert await store.find_asset("s2", *wanted[1:]) == story.picture("s1-zoe")


async def test_an_asset_is_answered_with_its_session_and_time(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await played(store, story, 2)
    assert await store.get_asset("s1-b1-door") == (story.sound("s1-b1-door"), "s1", beats[1].created_at)
    assert await store.get_asset("s1-zoe") == (story.picture("s1-zoe"), "s1", beats[0].created_at)


async def test_another_picture_under_a_stored_id_is_refused(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    beat = story.beat("s1", 1)
    other = replace(story.picture("s1-zoe"), text="another")
    events = tuple(replace(e, asset=other) if isinstance(e, SpriteReady) else e for e in beat.events)
    with pytest.raises(StorageFailed, match="id of a stored one"):
        await store.commit_beat(replace(beat, events=events), "")
    assert (await store.get_session("s1")).revision == 1


async def test_a_picture_of_a_megabyte_returns_byte_for_byte(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    beat = story.beat()
    picture = story.picture("big", "background", "village", bytes(range(256)) * 15360)  # 1280 x 768 RGBA
    events = tuple(replace(e, asset=picture) if isinstance(e, BackgroundReady) else e for e in beat.events)
    await store.commit_beat(replace(beat, events=events), "")
    assert (await store.get_beat("s1", beat.id)).events == events


async def test_a_rating_names_parts_that_the_beat_has(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    good = Rating("s1", "s1-b0", -1.0, line=0, tags=("dull", "скучно"), better_text="Run! 🔥")
    first, second = await store.rate_beat(good, story.start), await store.rate_beat(good, story.start)
    assert first != second
    await store.rate_beat(Rating("s1", "s1-b0", 0.5, key="village"), story.start)
    for part, field in (({"line": 3}, "part.line"), ({"key": "castle"}, "part.key")):
        with pytest.raises(InvalidRequest) as caught:
            await store.rate_beat(Rating("s1", "s1-b0", 0.5, **part), story.start)
        assert [violation.field for violation in caught.value.violations] == [field]
    with pytest.raises(NotFound):
        await store.rate_beat(Rating("s2", "s1-b0", 0.5), story.start)


async def test_many_sessions_commit_side_by_side(store: SessionStore, story: SimpleNamespace) -> None:
    await asyncio.gather(*(played(store, story, 3, f"p{number}") for number in range(8)))
    sessions, _ = await store.list_sessions(100)
    assert {session.revision for session in sessions} == {3}


async def test_one_of_two_beats_for_the_same_revision_is_stored(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    one, two = story.beat(), replace(story.beat(), id="two")
    results = await asyncio.gather(store.commit_beat(one, ""), store.commit_beat(two, ""), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "StorageFailed"]
    assert len((await store.list_beats("s1", 10))[0]) == 1


async def test_a_cancelled_commit_is_stored_wholly_or_not_at_all(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    index = 0
    for delay_ms in (None, 0, 0.2, 0.5, 1, 2, 4, 8, 16, 32):
        beat = story.beat("s1", index)
        task = asyncio.create_task(store.commit_beat(beat, f"key{index}"))
        if delay_ms is not None:
            await asyncio.sleep(delay_ms / 1000)
        task.cancel()
        await asyncio.wait({task})
        stored = delay_ms is not None  # a commit that has begun is completed before the caller learns of its end
        assert (await store.get_session("s1")).revision == index + stored
        found = await store.find_beat_by_key("s1", f"key{index}", beat.created_at)
        assert found == (("f" + str(index), beat) if stored else None)
        index += stored


async def test_two_servers_on_one_database_take_turns(
    store: SessionStore, database_url: str, story: SimpleNamespace
) -> None:
    other = await SessionStore.open(database_url)
    await asyncio.gather(
        *(played(server, story, 4, f"{name}{n}") for n in range(3) for name, server in (("a", store), ("b", other)))
    )
    assert {session.revision for session in (await other.list_sessions(10))[0]} == {4}
    await other.close()


async def test_another_kind_of_database_is_refused() -> None:
    for url in ("mysql://u:secret@h/d", "nonsense", "", "sqlite+pysqlite:///x.db"):
        with pytest.raises(InvalidConfig) as caught:
            await SessionStore.open(url)
        assert "secret" not in str(caught.value)


async def test_a_database_in_memory_serves_many_calls_at_once(story: SimpleNamespace) -> None:
    store = await SessionStore.open("sqlite:///:memory:")
    await asyncio.gather(*(played(store, story, 2, f"p{number}") for number in range(4)))
    assert len((await store.list_sessions(10))[0]) == 4
    await store.close()

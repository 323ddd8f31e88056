"""What the store does with a revised beat: the revision has its place, the older take can still be read."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import pytest

from narrative_server.errors import NotFound, StorageFailed
from narrative_server.story.events import BackgroundReady
from narrative_server.story.request import Revision
from narrative_server.story.session import StoredBeat
from narrative_server.story.store import SessionStore


async def played(store: SessionStore, story: SimpleNamespace, beats: int) -> list[StoredBeat]:
    await store.create_session(story.session())
    made = [story.beat("s1", index) for index in range(beats)]
    for beat in made:
        await store.commit_beat(beat, f"key{beat.index}")
    return made


def revised(story: SimpleNamespace, index: int, take: str) -> StoredBeat:
    """Another take of a beat, with media of its own."""
    made = story.beat("s1", index, player_line="")
    request = replace(made.request, revision=Revision(made.id))
    events = tuple(replace(event, beat_id=take) if event.kind == "accepted" else event for event in made.events)
    return replace(made, id=take, request=request, events=events)


async def test_a_revision_takes_the_place_of_its_beat(store: SessionStore, story: SimpleNamespace) -> None:
    first, second = await played(store, story, 2)
    take = revised(story, 0, "take2")
    await store.commit_beat(take, "again", supersedes=first.id)
    listed, _ = await store.list_beats("s1", 10)
    assert [(beat.id, beat.index, beat.revised_beat_id) for beat in listed] == [
        ("take2", 0, first.id),
        (second.id, 1, ""),
    ]
    assert [beat.id for beat in await store.recent_beats("s1", 10, before=2)] == ["take2", second.id]
    session = await store.get_session("s1")
    assert (session.revision, session.place, session.updated_at) == (2, second.place, take.created_at)
    assert await store.get_beat("s1", first.id) == replace(first, superseded=True)
    assert (await store.find_beat_by_key("s1", "key0", first.created_at))[1].events == first.events


async def test_takes_are_superseded_one_after_another(store: SessionStore, story: SimpleNamespace) -> None:
    first, _ = await played(store, story, 2)
    takes = [first.id, "take2", "take3"]
    for old, new in itertools.pairwise(takes):
        await store.commit_beat(revised(story, 0, new), supersedes=old)
    assert (await store.beat_at("s1", 0)).id == "take3"
    assert [(await store.get_beat("s1", take)).index for take in takes] == [0, 0, 0]
    assert await store.delete_session("s1") == 2


async def test_a_revision_of_a_beat_that_changed_meanwhile_is_not_stored(
    store: SessionStore, story: SimpleNamespace
) -> None:
    [first] = await played(store, story, 1)
    await store.commit_beat(revised(story, 0, "take2"), supersedes=first.id)
    with pytest.raises(StorageFailed, match="was changed while it was being revised"):
        await store.commit_beat(revised(story, 0, "late"), supersedes=first.id)
    assert (await store.beat_at("s1", 0)).id == "take2"
    with pytest.raises(NotFound):
        await store.get_beat("s1", "late")


async def test_a_fork_after_a_revised_beat_keeps_its_revision(store: SessionStore, story: SimpleNamespace) -> None:
    first, _ = await played(store, story, 2)
    await store.commit_beat(revised(story, 0, "take2"), supersedes=first.id)
    copy = await store.fork_session("s1", first.id, "copy", None, story.start)
    assert (copy.revision, copy.place) == (1, "place 0")
    [beat] = (await store.list_beats("copy", 10))[0]
    assert [line.speaker for line in beat.lines] == ["Zoë 🦊"], "the revision has no player's line"


async def test_a_picture_that_a_revision_replaced_is_not_found_again(
    store: SessionStore, story: SimpleNamespace
) -> None:
    [first] = await played(store, story, 1)
    wanted = ("s1", "background", "village", "fear", "png", 160, 96, 16)
    assert await store.find_asset(*wanted) is not None
    take = revised(story, 0, "take2")
    bare = tuple(event for event in take.events if not isinstance(event, BackgroundReady))
    await store.commit_beat(replace(take, events=bare), supersedes=first.id)
    assert await store.find_asset(*wanted) is None


async def test_there_is_no_beat_at_a_place_that_was_not_reached(store: SessionStore, story: SimpleNamespace) -> None:
    await played(store, story, 1)
    for index in (1, -1):
        with pytest.raises(NotFound, match="beat"):
            await store.beat_at("s1", index)
    with pytest.raises(NotFound, match="session"):
        await store.beat_at("nowhere", 0)

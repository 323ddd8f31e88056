"""Archives of stored sessions: whole, in small pieces, one beat at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from narrative_server.bridges.script import ScriptCue, ScriptPlacement
from narrative_server.errors import NotFound
from narrative_server.story.events import BackgroundReady, SoundReady, TimelineUpdate
from narrative_server.story.export import MAX_CHUNK_BYTES, ExportRequest, export_session
from narrative_server.story.scripts import beat_media, script_beat, summarise
from narrative_server.story.session import Session, StoredBeat
from narrative_server.story.store import SessionStore
from narrative_server.story.timeline import Anchor, Cue, Target, TimedCue


class PlainJson:
    """Tells ids only: what the contracts make of beats is tested with them."""

    def session(self, session: Session) -> dict[str, Any]:
        return {"session_id": session.id}

    def beat(self, beat: StoredBeat, files: Mapping[str, str]) -> dict[str, Any]:
        return {"beat_id": beat.id, "files": dict(files)}


async def stored(store: SessionStore, story: SimpleNamespace, count: int) -> list[StoredBeat]:
    await store.create_session(story.session())
    beats = [story.beat(index=index) for index in range(count)]
    for beat in beats:
        await store.commit_beat(beat)
    return beats


async def archive(store: SessionStore, request: ExportRequest) -> ZipFile:
    chunks = [chunk async for chunk in export_session(store, request, PlainJson())]
    assert all(0 < len(chunk) <= MAX_CHUNK_BYTES for chunk in chunks)
    opened = ZipFile(io.BytesIO(b"".join(chunks)))
    assert opened.testzip() is None
    return opened


async def test_the_archive_holds_texts_and_every_medium_once(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await stored(store, story, 3)
    with await archive(store, ExportRequest("s1")) as opened:
        names = opened.namelist()
        assert len(set(names)) == len(names)
        texts = [name for name in names if not name.startswith("media/")]
        assert texts == ["story.json", "story.yarn", "story.ink"]
        media = {file: asset for beat in beats for file, asset in beat_media(beat.events).values()}
        assert set(names) - set(texts) == set(media)
        assert all(opened.read(file) == asset.data for file, asset in media.items())
        told = json.loads(opened.read("story.json"))
        assert told["session"] == {"session_id": "s1"}
        assert [beat["beat_id"] for beat in told["beats"]] == [beat.id for beat in beats]
        assert set(told["beats"][0]["files"].values()) <= set(names)
        yarn, ink = opened.read("story.yarn").decode(), opened.read("story.ink").decode()
        assert (yarn.count("title: "), yarn.count("<<jump "), ink.count("=== beat_")) == (3, 2, 3)
        assert ink.count("-> END") == 1


async def test_without_media_only_the_texts_are_sent(store: SessionStore, story: SimpleNamespace) -> None:
    await stored(store, story, 2)
    with await archive(store, ExportRequest("s1", media=False)) as opened:
        assert opened.namelist() == ["story.json", "story.yarn", "story.ink"]
        assert "media/sound-door-creaks" in opened.read("story.yarn").decode()


async def test_one_beat_alone_leads_nowhere(store: SessionStore, story: SimpleNamespace) -> None:
    beats = await stored(store, story, 3)
    with await archive(store, ExportRequest("s1", beats[1].id)) as opened:
        yarn = opened.read("story.yarn").decode()
        assert (yarn.count("title: "), "<<jump" in yarn) == (1, False)
        assert [beat["beat_id"] for beat in json.loads(opened.read("story.json"))["beats"]] == [beats[1].id]


async def test_an_empty_session_gives_files_that_tools_accept(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    with await archive(store, ExportRequest("s1")) as opened:
        assert json.loads(opened.read("story.json"))["beats"] == []
        assert opened.read("story.ink") == b"-> END\n"
        assert opened.read("story.yarn").startswith(b"title: no_beats\n")


@pytest.mark.parametrize("request_", [ExportRequest("none"), ExportRequest("s1", "none")])
async def test_what_is_not_there_is_not_found(
    store: SessionStore, story: SimpleNamespace, request_: ExportRequest
) -> None:
    await stored(store, story, 1)
    with pytest.raises(NotFound):
        await archive(store, request_)


async def test_beats_stored_meanwhile_are_left_out(store: SessionStore, story: SimpleNamespace) -> None:
    await stored(store, story, 60)  # more than a page of the list
    chunks = export_session(store, ExportRequest("s1"), PlainJson())
    first = await anext(chunks)
    await store.commit_beat(story.beat(index=60))
    with ZipFile(io.BytesIO(first + b"".join([chunk async for chunk in chunks]))) as opened:
        assert len(json.loads(opened.read("story.json"))["beats"]) == 60


async def test_media_are_sent_before_later_beats_are_read(
    store: SessionStore, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.create_session(story.session())
    for index in range(6):
        beat = story.beat(index=index)
        sound = replace(story.sound(f"big-{index}"), data=bytes(range(256)) * 1024)
        picture = story.picture(f"bg-{index}", "background", "village", bytes(150_000))
        events = tuple(
            SoundReady("door", sound) if isinstance(event, SoundReady)
            else BackgroundReady("village", picture) if isinstance(event, BackgroundReady)
            else event
            for event in beat.events
        )  # fmt: skip
        await store.commit_beat(replace(beat, events=events))
    read: list[str] = []
    get_beat = store.get_beat

    async def noted(session_id: str, beat_id: str) -> StoredBeat:
        read.append(beat_id)
        return await get_beat(session_id, beat_id)

    monkeypatch.setattr(store, "get_beat", noted)
    chunks = export_session(store, ExportRequest("s1"), PlainJson())
    await anext(chunks)
    assert len(read) == 1
    await chunks.aclose()


async def test_raw_pictures_become_png_files(store: SessionStore, story: SimpleNamespace) -> None:
    await store.create_session(story.session())
    beat = story.beat()
    raw = replace(story.picture("raw", "background", "village", bytes([9, 8, 7, 255]) * 160 * 96), encoding="rgba32")
    events = tuple(
        BackgroundReady("village", raw) if isinstance(event, BackgroundReady) else event for event in beat.events
    )
    await store.commit_beat(replace(beat, events=events))
    with await archive(store, ExportRequest("s1")) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith("-raw.png"))
        image = Image.open(io.BytesIO(opened.read(name)))
        assert (image.mode, image.size, image.getpixel((3, 3))) == ("RGBA", (160, 96), (9, 8, 7, 255))


def test_a_script_has_the_player_first_captions_and_cues_at_their_lines(story: SimpleNamespace) -> None:
    script = script_beat(story.beat(), 1)
    assert [(line.speaker, line.narration) for line in script.lines] == [
        ("Player", False),
        ("Zoë 🦊", False),
        ("Narrator", True),
    ]
    assert len({line.id for line in script.lines}) == 3
    (cue,) = script.cues
    assert (cue.kind, cue.line, cue.after, cue.delay_ms) == ("sound", 1, False, 0)  # its line has no time of its own


@pytest.mark.parametrize(
    ("anchor", "start_ms", "expected"),
    [
        (Anchor(0, "START"), 0, (0, False, 0)),
        (Anchor(0, "WORD", 2), 700, (1, False, 700)),
        (Anchor(0, "END"), 1450, (1, True, 200)),
        (Anchor(7, "START"), 1250, (1, True, 0)),
        (Anchor(0, "END"), 1100, (1, True, 0)),
    ],
)
def test_a_cue_stands_where_its_anchor_says(
    story: SimpleNamespace, anchor: Anchor, start_ms: int, expected: tuple[int, bool, int]
) -> None:
    beat = story.beat()
    line = TimedCue(Cue(Target.line(0), Anchor()), 0, 1250)
    sound = TimedCue(Cue(Target("sound", "door"), anchor), start_ms, 800)
    sprite = TimedCue(Cue(Target("sprite", "zoe"), Anchor()), 0, 0)
    final = TimelineUpdate(2, (), True, (line, sound, sprite), 2100)
    events = tuple(final if isinstance(event, TimelineUpdate) and event.final else event for event in beat.events)
    cues = {cue.kind: cue for cue in script_beat(replace(beat, events=events), 1).cues}
    assert (cues["sound"].line, cues["sound"].after, cues["sound"].delay_ms) == expected
    file = beat_media(events)["zoe"][0]
    assert cues["sprite"] == ScriptCue("sprite", file, 0, placement=ScriptPlacement(40 / 160, 90 / 96, 1 / 3, True))


async def test_a_beat_is_summed_up_as_the_store_lists_it(store: SessionStore, story: SimpleNamespace) -> None:
    (beat,) = await stored(store, story, 1)
    (listed,), _ = await store.list_beats("s1", 1)
    assert summarise(await store.get_beat("s1", beat.id)) == listed

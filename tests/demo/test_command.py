from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.cli import EXIT_BAD_INPUT, build_parser, main
from narrative_server.cli.demo import play
from narrative_server.demo.page import PAGE_FILE
from narrative_server.testing import ScriptedEngines, scripted_server


async def test_the_command_plays_on_a_server_that_runs(
    engines: ScriptedEngines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    async with scripted_server(engines) as address:
        arguments = build_parser().parse_args(["demo", "--server", address, "--seed", "3", "--out", str(out)])
        page = await play(arguments, out)
    assert page == out / PAGE_FILE
    assert "seed 3" in page.read_text(encoding="utf-8")
    assert "The bell rings" in capsys.readouterr().out


def test_a_folder_of_other_things_is_refused_before_a_server_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert main(["demo", "--out", str(tmp_path)]) == EXIT_BAD_INPUT
    assert "--out is" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["-1", "nan", str(2**63), "1.5"])
def test_an_illegal_seed_is_refused(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", f"--seed={seed}"]) == EXIT_BAD_INPUT
    assert "is not a number from 0" in capsys.readouterr().err

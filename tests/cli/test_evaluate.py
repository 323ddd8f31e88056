"""`evaluate dialogue`: how the options reach the library, and what is printed and written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from narrative_server.cli import evaluate_images, main
from narrative_server.cli.evaluate import _ROWS
from narrative_server.errors import PackageMissing
from narrative_server.evaluation.dialogue import run
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate
from narrative_server.evaluation.dialogue.run import ROW_NAMES, EvaluateOptions, Evaluation
from narrative_server.evaluation.dialogue.scores import Score
from narrative_server.evaluation.images import rows
from tests.evaluation.dialogue.beats import answered, beat_of


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[EvaluateOptions]:
    """Options that evaluations were started with; each reports once and returns one score."""
    options: list[EvaluateOptions] = []

    def evaluate(given: EvaluateOptions, report: Callable[[str, int, int], None]) -> Evaluation:
        options.append(given)
        report("untuned", 1, 2)
        beats = (answered(beat_of(), "Hello."), Answered(beat_of("Two."), (), "EngineFailed: it broke"))
        return Evaluation((Score("parse", "untuned", Estimate(0.5, "share", 2, 0.1, 0.9)),), {"untuned": beats})

    monkeypatch.setattr(run, "evaluate", evaluate)
    return options


def test_the_defaults_are_the_librarys(asked: list[EvaluateOptions]) -> None:
    assert main(["evaluate", "dialogue", "--data=d", "--answers=a"]) == 0
    assert asked == [EvaluateOptions(Path("d"), Path("a"))]
    assert _ROWS == ROW_NAMES


def test_rows_of_pictures_are_the_library_s() -> None:
    assert evaluate_images._ROWS == rows.USUAL_ROWS
    assert {*evaluate_images._ROWS, *evaluate_images._MORE_ROWS} == {*rows.ROW_NAMES}


def test_every_option_reaches_the_library(asked: list[EvaluateOptions]) -> None:
    words = "--adapter=x --model=m --engine=transformers --beats=7 --perplexity-beats=3 --temperature=0.25 --seed=9"
    rest = "--slots=2 --threads=1 --fresh --data=d --rows untuned adapter"
    assert main(["evaluate", "dialogue", *words.split(), *rest.split()]) == 0
    given = asked[0]
    assert (given.config.adapter, given.config.model, given.config.engine) == ("x", "m", "transformers")
    assert (given.config.slots, given.config.threads, given.beats, given.perplexity_beats) == (2, 1, 7, 3)
    assert (given.sampling.temperature, given.sampling.seed, given.fresh) == (0.25, 9, True)
    assert given.rows == ("untuned", "adapter")


def test_figures_and_sheet_are_written_and_failures_told(
    asked: list[EvaluateOptions], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, sheet = tmp_path / "figures.jsonl", tmp_path / "sheet.md"
    assert main(["evaluate", "dialogue", "--data=d", f"--json={figures}", f"--sheet={sheet}"]) == 0
    rows = [json.loads(line) for line in figures.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {"metric": "parse", "row": "untuned", "value": 0.5, "unit": "share", "n": 2, "split": "held_out"}
    assert "**Odda** (neutral): Hello." in sheet.read_text(encoding="utf-8")
    out, err = capsys.readouterr()
    assert "0.5 (0.1..0.9)" in out
    assert "untuned: 1 beats were not answered: EngineFailed: it broke" in err


@pytest.mark.parametrize("option", ["--beats=-1", "--temperature=3", "--rows=tuned", "--slots=0", "--engine=gpt"])
def test_an_illegal_option_is_exit_code_2(asked: list[EvaluateOptions], option: str) -> None:
    assert main(["evaluate", "dialogue", option]) == 2
    assert asked == []


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(
    asked: list[EvaluateOptions], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "dialogue", "--data=d", f"--json={tmp_path / 'nowhere' / 'f.jsonl'}"]) == 2
    assert main(["evaluate", "dialogue", "--data=d", f"--sheet={tmp_path}"]) == 2
    assert asked == []
    assert "--json" in capsys.readouterr().err


def test_a_missing_package_is_exit_code_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def lacking(given: EvaluateOptions, report: object) -> Evaluation:
        raise PackageMissing("sacrebleu", "evaluate")

    monkeypatch.setattr(run, "evaluate", lacking)
    assert main(["evaluate", "dialogue", "--data=d"]) == 3
    assert 'pip install "narrative-server[evaluate]"' in capsys.readouterr().err

"""The command line's frame: help is quick and light, errors are one line with an exit code that scripts can use."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from narrative_server import __version__, cli
from narrative_server.cli import commands, main
from narrative_server.errors import (
    DataMissing,
    EngineFailed,
    FieldViolation,
    InvalidConfig,
    InvalidRequest,
    ModelCorrupt,
    ModelMissing,
    NotFound,
    StorageFailed,
)


def run_failing(monkeypatch: pytest.MonkeyPatch, error: BaseException, *arguments: str) -> int:
    """Run a command whose function raises `error`."""

    def fail(_: argparse.Namespace) -> int:
        raise error

    def build() -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(prog="narrative-server")
        parser.add_argument("--debug", action="store_true")
        commands.add_command(parser.add_subparsers(), "fail", "fail on purpose", fail)
        return parser

    monkeypatch.setattr(cli, "build_parser", build)
    return main(arguments or ["fail"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InvalidConfig("port", 0, "1 to 65535"), 2, "port is 0; legal: 1 to 65535"),
        (InvalidRequest([FieldViolation("seed", "is 'x'", "a number")]), 2, "seed is 'x'"),
        (NotFound("model", "../x"), 2, "no model '../x'"),
        (ModelMissing("tiny", "narrative-server models fetch"), 3, "narrative-server models fetch"),
        (ModelCorrupt("tiny", "short", "narrative-server models fetch"), 3, "short"),
        (DataMissing("sounds", "get it there"), 3, "get it there"),
        (EngineFailed("dialogue", "first\nsecond"), 1, "first second"),
        (StorageFailed("disk full", full=True), 1, "disk full"),
        (PermissionError(13, "Permission denied", "out"), 1, "Permission denied: out"),
        (RuntimeError("surprise"), 1, "unexpected RuntimeError: surprise"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    assert run_failing(monkeypatch, error) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("--debug", "fail"), ("fail", "--debug")])
def test_debug_shows_the_traceback_wherever_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run_failing(monkeypatch, RuntimeError("surprise"), *arguments) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["models"], ["models", "nothing"], ["models", "list", "--x"]])
def test_a_wrong_command_line_is_bad_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage: narrative-server" in capsys.readouterr().err


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"narrative-server {__version__}"


def every_command() -> list[list[str]]:
    """The words of each command and group, found in the parser itself."""
    found: list[list[str]] = []

    def walk(parser: argparse.ArgumentParser, words: list[str]) -> None:
        found.append(words)
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, below in action.choices.items():
                    walk(below, [*words, name])

    walk(cli.build_parser(), [])
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: {' '.join(['narrative-server', *words])}")
    assert "examples:" in text or not words or words[-1] == "list"


def test_help_loads_no_model_library() -> None:
    heavy = "{'torch', 'transformers', 'numpy', 'grpc', 'rich', 'sqlalchemy', 'xllamacpp'}"
    run = "import sys; from narrative_server.cli import main; main(['--help'])"
    code = f"{run}; sys.exit(str({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert result.stderr.strip() == "set()"


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "narrative_server", "--version"]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip().endswith(__version__)


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "11", "", "ten"])
def test_a_number_outside_its_range_is_refused_with_the_legal_range(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="a number from 0 to 10 minutes"):
        commands.number(float, 0, 10, "minutes")(text)


def test_a_number_inside_its_range_is_taken() -> None:
    assert commands.number(int, 0, 10)("10") == 10

"""run.py: what it decides, without making an environment or installing anything."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run = load()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone in a folder whose name has spaces and accents, with a made `.venv` that has nothing in it."""
    root = tmp_path / "Ünï côde dir"
    (root / ".venv").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1", encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.ruff]\nline-length = 1\n", encoding="utf-8")
    (root / "constraints.txt").write_text("torch==2.11.0\n", encoding="utf-8")
    monkeypatch.setattr(run, "ROOT", root)
    monkeypatch.setattr(run, "VENV", root / ".venv")
    monkeypatch.setattr(run, "STAMP", root / ".venv" / "stamp.json")
    return root


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run; each succeeds."""
    made: list[list[str]] = []

    def call(command: list[str], cwd: Path | None = None, extra: dict[str, str] | None = None) -> int:
        made.append(command)
        return 0

    monkeypatch.setattr(run, "call", call)
    monkeypatch.setattr(run, "hand_over", call)
    monkeypatch.setattr(run, "ensure_resuming_pip", lambda python: None)
    return made


def test_without_a_word_it_says_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([]) == 2
    assert run.main(["--help"]) == 0
    assert capsys.readouterr().out.count("python run.py WORD") == 2


@pytest.mark.parametrize(
    ("version", "system", "machine", "bits", "said"),
    [
        ((3, 10), "Linux", "x86_64", 64, "this is Python 3.10 and 3.11 to 3.14 is needed"),
        ((3, 15), "Linux", "x86_64", 64, "this is Python 3.15"),
        ((3, 12), "Darwin", "x86_64", 64, "no build for Intel Macs"),
        ((3, 12), "Windows", "AMD64", 32, "32-bit"),
    ],
)
def test_a_python_that_pytorch_has_no_build_for_is_told_why(
    version: tuple[int, int], system: str, machine: str, bits: int, said: str
) -> None:
    assert said in run.python_problem(version, system, machine, 2 ** (bits - 1) - 1)


@pytest.mark.parametrize(("system", "machine"), [("Linux", "aarch64"), ("Darwin", "arm64"), ("Windows", "AMD64")])
@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_other_pythons_are_taken(system: str, machine: str, minor: int) -> None:
    assert run.python_problem((3, minor), system, machine, 2**63 - 1) == ""


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    assert "sudo apt install python3." in run.missing_module_problem()


def test_a_venv_without_a_python_is_not_touched(clone: Path, calls: list[list[str]]) -> None:
    with pytest.raises(run.Failure, match="delete it"):
        run.ensure_venv()
    assert calls == []
    assert (clone / ".venv" / "pyvenv.cfg").exists()


def test_a_disk_without_room_is_said_before_anything_is_made(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "INSTALL_BYTES", 1 << 62)
    with pytest.raises(run.Failure, match="GB free"):
        run.make_venv()


def test_a_venv_that_could_not_be_made_leaves_nothing(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "INSTALL_BYTES", 0)
    monkeypatch.setattr(run, "call", lambda command: 1)
    with pytest.raises(run.Failure):
        run.make_venv()
    assert not (clone / ".venv").exists()


def test_it_installs_once_and_again_only_for_other_requirements(clone: Path, calls: list[list[str]]) -> None:
    run.ensure_installed("python", [])
    assert calls[0][-2:] == ["-e", "."]
    assert "constraints.txt" in calls[0]
    run.ensure_installed("python", [])
    assert len(calls) == 1
    (clone / "constraints.txt").write_text("torch==2.12.0\n", encoding="utf-8")
    run.ensure_installed("python", [])
    assert len(calls) == 2


def test_extras_are_added_and_kept(clone: Path, calls: list[list[str]]) -> None:
    run.ensure_installed("python", [])
    run.ensure_installed("python", ["dev"])
    run.ensure_installed("python", [])
    assert [command[-1] for command in calls] == [".", ".[dev]"]


def test_settings_of_tools_and_line_endings_change_no_installation(clone: Path, calls: list[list[str]]) -> None:
    run.ensure_installed("python", [])
    text = (clone / "pyproject.toml").read_text(encoding="utf-8").replace("line-length = 1", "line-length = 2")
    (clone / "pyproject.toml").write_bytes(text.replace("\n", "\r\n").encode())
    run.ensure_installed("python", [])
    assert len(calls) == 1


def test_a_damaged_stamp_means_install_again(clone: Path, calls: list[list[str]]) -> None:
    run.ensure_installed("python", [])
    for damaged in ("", "[]", "{}", '{"key": 1}'):
        run.STAMP.write_text(damaged, encoding="utf-8")
        run.ensure_installed("python", [])
    assert len(calls) == 5


def test_a_failed_installation_is_not_taken_for_done(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ensure_resuming_pip", lambda python: None)
    monkeypatch.setattr(run, "call", lambda *arguments: 1)
    with pytest.raises(run.Failure, match="pip could not install"):
        run.ensure_installed("python", [])
    assert not run.STAMP.exists()


def test_a_full_disk_is_told_from_a_missing_network() -> None:
    assert "disk is full" in run.install_problem(1, 10)
    assert "check the network" in run.install_problem(1, 10**12)


@pytest.mark.parametrize(
    ("text", "version"), [("pip 26.3 from /x (python 3.11)", (26, 3)), ("pip 23.2.1 from x", (23, 2)), ("", (0, 0))]
)
def test_pip_s_version_is_read(text: str, version: tuple[int, int]) -> None:
    assert run.version_of(text) == version


@pytest.mark.parametrize(
    ("words", "extras", "last", "fetches"),
    [
        (["demo"], [], ["-m", "narrative_server", "demo"], True),
        (["serve", "--port", "0"], [], ["-m", "narrative_server", "serve", "--port", "0"], True),
        (["serve", "--help"], [], ["-m", "narrative_server", "serve", "--help"], False),
        (["models", "list"], [], ["-m", "narrative_server", "models", "list"], False),
        (["test", "tests/story", "-x"], ["dev"], ["-m", "pytest", "tests/story", "-x"], True),
    ],
)
def test_each_word_prepares_and_runs_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
    calls: list[list[str]],
    words: list[str],
    extras: list[str],
    last: list[str],
    fetches: bool,
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(run, "ensure_venv", lambda: "py")
    monkeypatch.setattr(run, "ensure_installed", lambda python, extras: asked.append(extras))
    assert run.main(words) == 0
    assert asked == [extras]
    assert calls[-1] == ["py", *last]
    assert (["py", "-m", "narrative_server", "models", "fetch"] in calls) == fetches


def test_lint_runs_every_check_and_fails_when_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def call(command: list[str], cwd: Path) -> int:
        made.append(" ".join(command))
        return 1 if "mypy" in command else 0

    monkeypatch.setattr(run, "call", call)
    assert run.lint("py") == 1
    assert len(made) == 4


def test_ctrl_c_is_one_line_and_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "ensure_venv", interrupt)
    assert run.main(["demo"]) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_a_child_is_not_misled_by_this_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    child = run.environment()
    assert "PYTHONHOME" not in child
    assert "PIP_TARGET" not in child
    assert child["PIP_USER"] == "0"
    assert child["PATH"] == os.environ["PATH"]


def test_a_child_s_exit_code_comes_back() -> None:
    assert run.call([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_proto_takes_no_other_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(run.Failure, match="--check"):
        run.proto(sys.executable, ["--force"])


def test_generated_code_that_differs_is_named(tmp_path: Path) -> None:
    fresh, kept = tmp_path / "fresh", tmp_path / "kept"
    for folder in (fresh, kept):
        folder.mkdir()
        (folder / "same_pb2.py").write_bytes(b"a\n" if folder is fresh else b"a\r\n")
        (folder / "other_pb2.pyi").write_text(folder.name, encoding="utf-8")
        (folder / "__init__.py").write_text(folder.name, encoding="utf-8")
    (fresh / "new_pb2.py").write_text("x", encoding="utf-8")
    (kept / "old_pb2_grpc.py").write_text("x", encoding="utf-8")
    assert run.differences(fresh, kept) == ["new_pb2.py", "old_pb2_grpc.py", "other_pb2.pyi"]


def test_the_generated_code_is_what_the_contracts_say(tmp_path: Path) -> None:
    run.generate(sys.executable, tmp_path)
    assert run.differences(tmp_path / run.GENERATED, ROOT / run.GENERATED) == []


def test_it_tells_an_old_python_so_in_words() -> None:
    """What comes before the check must be something that older Pythons can parse and import."""
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))

"""A nasty story to write, and the real compilers of both tools."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrative_server.bridges.script import ScriptBeat, ScriptCue, ScriptLine, ScriptPlacement

HERE = Path(__file__).parent
NAMES = (
    *("Mara", "Old Tom", "TODO", "VAR Smith", "INCLUDE me", "-Dash", "~Wave", "=Eq", "#Tag", "Zoë 🦊", "A/B", "//C"),
    *("\\Back", "|Pipe|", "CONST", '"Quote"', "火", "+Plus", "_Under", "LIST x", "12", "return", "a#b", "else", "&"),
)
PIECES = (
    *("//", "/*", "*/", "#", "<<", ">>", "<", ">", "{", "}", "[", "]", "->", "<-", "<>", "~", "*", "+", "-", "="),
    *("===", "---", "|", "\\", "\\\\", ":", '"', "'", "$x", " ", "  ", "a", "word", "TODO:", "VAR x", "火", "🔥", "é"),
    *("(", ")", "^", "&&", "!", "%", "_", "/", "return ", "else:", "INCLUDE ", "\u00a0", "{$a}", "[b]", "[/b]"),
    *("\\n", "...", "?", "<<stop>>", "-> END", "#line:x", "=>", "\\[", "\\#", "<<jump x>>", "<<if true>>"),
)


def nasty_text(draw: random.Random) -> str:
    return "".join(draw.choice(PIECES) for _ in range(draw.randint(1, 9))).strip() or "x"


def nasty_beats(seed: int, count: int, text: Callable[[random.Random], str] = nasty_text) -> tuple[ScriptBeat, ...]:
    """Beats whose every word tries to be syntax; equal for equal seeds."""
    draw = random.Random(seed)
    cues = (
        ScriptCue("background", "media/a.png", 0),
        ScriptCue("sprite", "media/s.png", 0, placement=ScriptPlacement(0.5, 0.7, 1.0)),
        ScriptCue("sound", "media/x.wav", 1, delay_ms=350),
        ScriptCue("sound", "media/y.wav", 3, after=True),
    )
    beats = []
    for number in range(1, count + 1):
        said = [ScriptLine("Player", text(draw), f"{number}-p")]
        said += [ScriptLine(draw.choice(NAMES), text(draw), f"{number}-{i}", "joy") for i in range(3)]
        beat_id = f"beat_{number:032x}"
        beats.append(ScriptBeat(beat_id, number, text(draw), tuple(said), "item_found", text(draw), "fear", 0.8, cues))
    return tuple(beats)


@pytest.fixture
def nasty() -> Callable[..., tuple[ScriptBeat, ...]]:
    """`nasty_beats`, since test files cannot import one another."""
    return nasty_beats


@pytest.fixture(scope="session")
def play() -> Callable[..., dict[str, Any]]:
    """Runs a script of this folder under Node and returns what it printed; skips without Node or the packages."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not on this machine")
    if not all((HERE / "node_modules" / name).is_dir() for name in ("inkjs", "yarn-bound")):
        pytest.skip("inkjs and yarn-bound are not installed: run `npm install --no-package-lock` in tests/bridges")

    def run(script: str, *arguments: str | Path) -> dict[str, Any]:
        command = [str(node), str(HERE / script), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
        assert done.returncode == 0, done.stderr[:2000]
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    return run

from __future__ import annotations

import json
import re
from pathlib import Path

from narrative_server.testing import read_script

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_runs() -> None:
    exec(compile(block("python"), str(PAGE), "exec"), {"__name__": "__main__"})


def test_the_script_is_one(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_text(block("json"), encoding="utf-8")
    (lines,) = read_script(path).values()
    assert len(lines) == len(json.loads(block("json"))["beats"][0]["lines"])

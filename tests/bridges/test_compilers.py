"""What ink's own compiler and a Yarn 2 runner make of written files."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrative_server.bridges.ink_writer import write_ink
from narrative_server.bridges.script import ScriptBeat, ScriptLine
from narrative_server.bridges.yarn_writer import write_yarn

BEATS = 150
Play = Callable[..., dict[str, Any]]
Nasty = Callable[..., tuple[ScriptBeat, ...]]


def squeezed(text: str) -> str:
    """ink makes one space of several, and both cut the ends."""
    return re.sub(r"[ \t]+", " ", text).strip()


def said(beats: tuple[ScriptBeat, ...]) -> list[str]:
    return [squeezed(f"{line.speaker}: {line.text}") for beat in beats for line in beat.lines]


@pytest.mark.parametrize("seed", [1, 2])
def test_ink_compiles_and_shows_every_line_as_it_was(play: Play, nasty: Nasty, tmp_path: Path, seed: int) -> None:
    beats = nasty(seed, BEATS)
    file = tmp_path / "story.ink"
    file.write_text(write_ink(beats), encoding="utf-8")
    told = play("play_ink.js", file)
    assert told["errors"] == []
    assert [squeezed(line["text"]) for line in told["lines"]] == said(beats)


def test_ink_sees_the_tags(play: Play, nasty: Nasty, tmp_path: Path) -> None:
    (beat,) = beats = nasty(3, 1)
    file = tmp_path / "story.ink"
    file.write_text(write_ink(beats), encoding="utf-8")
    lines = play("play_ink.js", file)["lines"]
    assert squeezed(f"event: {beat.event}") in map(squeezed, lines[0]["tags"])
    assert "mood: fear 0.8" in lines[0]["tags"]
    assert "background: media/a.png" in lines[0]["tags"]
    assert "sprite: media/s.png 0.5 0.7 1 false" in lines[0]["tags"]
    assert lines[1]["tags"] == ["emotion: joy", "sound: media/x.wav 0.35", f"id: {beat.lines[1].id}"]
    assert "sound_after: media/y.wav 0" in lines[3]["tags"]


@pytest.mark.parametrize("seed", [1, 2])
def test_yarn_parses_and_shows_every_line_as_it_was(play: Play, nasty: Nasty, tmp_path: Path, seed: int) -> None:
    beats = nasty(seed, BEATS, text_for_yarn_bound)
    file = tmp_path / "story.yarn"
    file.write_text(write_yarn(beats), encoding="utf-8")
    told = play("play_yarn.js", file, beats[0].name)
    assert told["errors"] == []
    shown = [f"{line['speaker']}: {line['text']}" if line["speaker"] else line["text"] for line in told["lines"]]
    assert [squeezed(line) for line in shown] == said(beats)
    assert told["lines"][1]["tags"] == ["emotion:joy", f"line:{beats[0].lines[1].id}"]
    assert told["commands"][:3] == [
        "show_background media/a.png",
        "show_sprite media/s.png 0.5 0.7 1 false",
        "play_sound media/x.wav 0.35",
    ]


def text_for_yarn_bound(draw: random.Random) -> str:
    """Nasty, but without an arrow right after an escape, which yarn-bound takes for an option (Yarn Spinner's lexer
    looks for options at the start of a line only)."""
    text = "".join(draw.choice(YARN_PIECES) for _ in range(draw.randint(1, 9))).strip() or "x"
    return re.sub(r"(?<=[\\#{\[\]/<])->", "- >", text)


YARN_PIECES = (
    *("//", "#", "<<", ">>", "<", "{", "}", "[", "]", "->", "=>", "===", "---", "\\", "\\\\", ":", '"', "$x", " ", "a"),
    *("word", "火", "🔥", "é", "\u00a0", "{$a}", "[b]", "[/b]", "\\n", "<<stop>>", "#line:x", "\\[", "\\]", "\\#", "/"),
)


def test_a_beat_of_very_long_words_compiles_in_both(play: Play, tmp_path: Path) -> None:
    text = "never " * 2000
    beat = ScriptBeat("b", 1, text, (ScriptLine("Mara", text, "b-0", "joy"),), place=text)
    again = ScriptBeat("c", 2, text, (ScriptLine("Mara", text, "c-0", "joy"),), place=text)
    ink, yarn = tmp_path / "story.ink", tmp_path / "story.yarn"
    ink.write_text(write_ink((beat, again)), encoding="utf-8")
    yarn.write_text(write_yarn((beat, again)), encoding="utf-8")
    assert beat.name != again.name
    for told in (play("play_ink.js", ink), play("play_yarn.js", yarn, beat.name)):
        assert told["errors"] == []
        assert [len(line["text"]) > 10000 for line in told["lines"]] == [True, True]


def test_an_empty_story_compiles_in_ink(play: Play, tmp_path: Path) -> None:
    file = tmp_path / "story.ink"
    file.write_text(write_ink(()), encoding="utf-8")
    told = play("play_ink.js", file)
    assert (told["errors"], told["warnings"]) == ([], [])
    assert "".join(line["text"] for line in told["lines"]) == ""

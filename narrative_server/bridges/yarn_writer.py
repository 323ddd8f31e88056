"""Beats as a Yarn Spinner file (.yarn), for Yarn Spinner 2.3 or newer.

The syntax is that of the compiler's lexer, `YarnSpinnerLexer.g4`, and of `LineParser.cs`, which reads markup, both in
https://github.com/YarnSpinnerTool/YarnSpinner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from narrative_server.bridges.script import (
    ScriptBeat,
    ScriptCue,
    ScriptLine,
    mood_words,
    number_word,
    one_line,
    place_words,
)

EMPTY_YARN: Final = "title: no_beats\n---\n<<stop>>\n===\n"
"""A file without beats: Yarn Spinner asks for a node."""

_ESCAPED: Final = re.compile(r"[\\#{\[\]]|//+|<<+")
"""What starts something in a line: an escape, a hashtag, an expression, markup, a comment, a command."""


def write_yarn(beats: Sequence[ScriptBeat]) -> str:
    """The whole file: one node a beat, each jumping to the next; without beats, a node that stops."""
    following = [*(beat.name for beat in beats[1:]), ""][: len(beats)]
    nodes = "".join(write_node(beat, name) for beat, name in zip(beats, following, strict=True))
    return nodes or EMPTY_YARN


def write_node(beat: ScriptBeat, next_name: str = "") -> str:
    """One beat as a node that jumps to the node `next_name`, or ends the dialogue when that is empty."""
    rows = [f"title: {beat.name}", f"tags: {' '.join(word for word in (beat.kind, beat.emotion) if word)}"]
    headers = (("event", beat.event), ("kind", beat.kind), ("place", beat.place), ("mood", mood_words(beat)))
    rows += [f"{key}: {one_line(value)}" for key, value in headers if one_line(value)]
    rows += ["---", *_body(beat)]
    if next_name:
        rows.append(f"<<jump {next_name}>>")
    return "\n".join([*rows, "===", ""])


def escape_yarn(text: str) -> str:
    """`text` so that Yarn Spinner shows it as it is, on one line."""
    return _ESCAPED.sub(lambda found: "".join(f"\\{c}" for c in found[0]), one_line(text))


def _body(beat: ScriptBeat) -> Iterator[str]:
    for index, line in enumerate(beat.lines):
        yield from map(_command, beat.cues_at(index, after=False))
        yield _line(line)
        yield from map(_command, beat.cues_at(index, after=True))


def _line(line: ScriptLine) -> str:
    tags = [f"#emotion:{line.emotion}"] if line.emotion else []
    tags += ["#narration"] if line.narration else []
    return " ".join([f"{_name(line.speaker)}: {escape_yarn(line.text)}", *tags, f"#line:{line.id}"])


def _name(speaker: str) -> str:
    name = escape_yarn(speaker)
    # `===` at the start of a line ends the node, and Yarn has no escape for it: a full-width sign looks the same.
    return "\uff1d" + name[1:] if name.startswith("===") else name


def _command(cue: ScriptCue) -> str:
    words = [f"show_{cue.kind}" if cue.kind != "sound" else "play_sound", cue.file]
    if cue.kind == "sound":
        words.append(number_word(cue.delay_ms / 1000))
    elif cue.placement is not None:
        words += place_words(cue.placement)
    return f"<<{' '.join(words)}>>"

"""Beats as an ink file (.ink), for ink 1.0 or newer.

The syntax is that of `InkParser` in https://github.com/inkle/ink; comments are taken out before anything else is
read, escapes included, so that both characters of a comment's start need one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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

_ESCAPED: Final = re.compile(r"[\\#{}|<]|/(?=[/*])|(?<=/)[/*]|-(?=>)")
"""What starts something within a line: an escape, a tag, logic, a comment, glue or a thread, a divert."""

_KEYWORDS: Final = ("VAR", "CONST", "LIST", "INCLUDE", "EXTERNAL", "TODO")
_SAFE_START: Final = re.compile(r"[^\W_]")


def write_ink(beats: Sequence[ScriptBeat]) -> str:
    """The whole file: it starts at the first beat; one knot a beat, each diverting to the next, the last to the end."""
    following = [*(beat.name for beat in beats[1:]), ""][: len(beats)]
    knots = (write_knot(beat, name) for beat, name in zip(beats, following, strict=True))
    return write_start(beats[0].name if beats else "") + "".join(knots)


def write_start(first_name: str) -> str:
    """The head of a file: a divert to the knot `first_name`, or to the end when that is empty."""
    return f"-> {first_name or 'END'}\n"


def write_knot(beat: ScriptBeat, next_name: str = "") -> str:
    """One beat as a knot that diverts to the knot `next_name`, or ends the story when that is empty."""
    tags = (("event", beat.event), ("kind", beat.kind), ("place", beat.place), ("mood", mood_words(beat)))
    rows = ["", f"=== {beat.name} ==="]
    rows += [f"# {key}: {escape_ink(value)}" for key, value in tags if one_line(value)]
    rows += [_line(beat, index, line) for index, line in enumerate(beat.lines)]
    return "\n".join([*rows, f"-> {next_name or 'END'}", ""])


def escape_ink(text: str) -> str:
    """`text` so that ink shows it as it is within a line or tag. Runs of spaces become one when ink plays it."""
    return _ESCAPED.sub(lambda found: f"\\{found[0]}", one_line(text))


def _line(beat: ScriptBeat, index: int, line: ScriptLine) -> str:
    tags = [f"emotion: {line.emotion}"] if line.emotion else []
    tags += ["narration"] if line.narration else []
    tags += map(_cue, (*beat.cues_at(index, after=False), *beat.cues_at(index, after=True)))
    start = _escape_start(escape_ink(line.speaker))
    return " ".join([f"{start}: {escape_ink(line.text)}", *(f"# {tag}" for tag in (*tags, f"id: {line.id}"))])


def _escape_start(text: str) -> str:
    """Keep the start of a line from being read as a choice, a gather, a knot, logic or a declaration."""
    if text.startswith("\\") or (_SAFE_START.match(text) and not text.startswith(_KEYWORDS)):
        return text
    return f"\\{text}"


def _cue(cue: ScriptCue) -> str:
    words = [escape_ink(cue.file)]
    if cue.kind == "sound":
        words.append(number_word(cue.delay_ms / 1000))
    elif cue.placement is not None:
        words += place_words(cue.placement)
    return f"{cue.kind}{'_after' if cue.after else ''}: {' '.join(words)}"

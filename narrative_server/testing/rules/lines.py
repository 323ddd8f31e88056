"""Rules about the spoken lines as they stream."""

from __future__ import annotations

import re
from typing import Final

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb

_DEFAULT_LINES: Final = 3
_DEFAULT_WORDS: Final = 24


def lines_come_one_after_another(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line starts when the one before has finished; indices count from 0."""
    if not event.HasField("line_started"):
        return None
    if beat.open_line:
        return f"line {event.line_started.index} started while line {beat.open_line.index} is open"
    index = event.line_started.index
    return None if index == len(beat.lines) else f"line {index} started, line {len(beat.lines)} is next"


def deltas_belong_to_the_open_line(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A delta has text and the index of the line that was started last."""
    if not event.HasField("line_delta"):
        return None
    if not event.line_delta.text:
        return "a delta is empty"
    fine = beat.open_line is not None and beat.open_line.index == event.line_delta.index
    return None if fine else f"a delta of line {event.line_delta.index}, which is not open"


def finished_line_is_the_open_one(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line finishes with the index, speaker and emotion that it started with."""
    if not event.HasField("line_finished"):
        return None
    line, start = event.line_finished, beat.open_line
    if start is None:
        return f"line {line.index} finished without having started"
    same = (line.index, line.speaker, line.emotion) == (start.index, start.speaker, start.emotion)
    return None if same else f"line {start.index} started as another: {start!s} / {line!s}"


def line_is_its_deltas_joined(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The whole text equals the deltas joined, stripped at both ends, and is not empty."""
    if not event.HasField("line_finished"):
        return None
    text = event.line_finished.text
    return None if text and text == beat.open_text.strip() else f"text is {text!r}, deltas gave {beat.open_text!r}"


def speakers_are_present(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Who speaks is a name of the plan."""
    if not event.HasField("line_started"):
        return None
    speaker = event.line_started.speaker
    return None if speaker in beat.plan.present else f"{speaker!r} speaks, present are {list(beat.plan.present)}"


def lines_have_an_emotion(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line's emotion is told when it starts."""
    missing = event.HasField("line_started") and not event.line_started.emotion
    return f"line {event.line_started.index} has no emotion" if missing else None


def lines_keep_to_the_limits(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """At most max_lines lines of max_words words each."""
    if not event.HasField("line_finished") or beat.request is None:
        return None
    request, line = beat.request, event.line_finished
    max_lines = request.max_lines if request.HasField("max_lines") else _DEFAULT_LINES
    max_words = request.max_words if request.HasField("max_words") else _DEFAULT_WORDS
    if line.index >= max_lines:
        return f"line {line.index} of at most {max_lines}"
    words = len(line.text.split())
    return None if words <= max_words else f"line {line.index} has {words} words, at most {max_words} were asked for"


def lines_hold_no_banned_word(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """No word of a line is one that the request bans; what an author locked or edited may say anything."""
    if not event.HasField("line_finished") or event.line_finished.index in standing_lines(beat):
        return None
    parts = re.findall(r"[^\W\d_]+", event.line_finished.text.casefold())
    for ban in map(str.casefold, beat.banned_words):
        stem = ban.removesuffix("*")
        found = [part for part in parts if (part.startswith(stem) if ban.endswith("*") else part == stem)]
        if found:
            return f"line {event.line_finished.index} says {found[0]!r}, banned is {ban!r}"
    return None


def standing_lines(beat: PlayedBeat) -> set[int]:
    """Indices of the lines that a revision locks or edits."""
    if beat.revision is None:
        return set()
    locked = {part.line for part in beat.revision.locked if part.HasField("line")}
    return locked | {edit.line for edit in beat.revision.edits}


def lines_repeat_none_of_their_beat(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line says something else than those before it, unless repeats were allowed."""
    if not event.HasField("line_finished") or (call := beat.request or beat.revision) is None:
        return None
    line, controls = event.line_finished, call.controls
    allowed = controls.HasField("avoid_repeats") and not controls.avoid_repeats
    if allowed or beat.revision is not None:  # an author may repeat a line, and who made which is not told
        return None
    same = [earlier.index for earlier in beat.lines if _bare(earlier.text) == _bare(line.text)]
    return f"line {line.index} repeats line {same[0]}" if same else None


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def lines_take_time(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A finished line has a duration."""
    missing = event.HasField("line_finished") and not event.line_finished.duration_ms
    return f"line {event.line_finished.index} lasts 0 ms" if missing else None


def narrations_have_words(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A caption is not empty."""
    return "a narration is empty" if event.HasField("narration") and not event.narration.text.strip() else None


LINE_RULES: Final[tuple[Rule, ...]] = (
    lines_come_one_after_another,
    deltas_belong_to_the_open_line,
    finished_line_is_the_open_one,
    line_is_its_deltas_joined,
    speakers_are_present,
    lines_have_an_emotion,
    lines_keep_to_the_limits,
    lines_hold_no_banned_word,
    lines_repeat_none_of_their_beat,
    lines_take_time,
    narrations_have_words,
)

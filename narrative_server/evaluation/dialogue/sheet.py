"""A Markdown sheet to read: beats, and what each row says in them, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.evaluation.dialogue.answers import Answered, beat_key
from narrative_server.evaluation.dialogue.sampling import spread

SHEET_BEATS: Final = 50


def sheet(rows: Mapping[str, Sequence[Answered]], about: str) -> str:
    """Fifty of the beats that every row of `rows` answered, evenly spread; `about`: a sentence under the title."""
    first = next(iter(rows.values()))
    by_key = {name: {beat_key(one.beat): one for one in answered} for name, answered in rows.items()}
    common = [one.beat for one in first if all(beat_key(one.beat) in known for known in by_key.values())]
    parts = ["# Dialogue, side by side", about]
    for number, beat in enumerate(spread(common, SHEET_BEATS), 1):
        said = {name: known[beat_key(beat)] for name, known in by_key.items()}
        parts += [f"## {number}. {_plain(beat.event)}", _facts_of(beat), _table(said)]
    return "\n\n".join(parts) + "\n"


def _facts_of(beat: Beat) -> str:
    rows = [f"- Mood: {beat.emotion} {beat.intensity:.1f}"]
    rows += [f"- Cast: {_plain(who.name)}: {_plain(who.persona)}" for who in beat.cast]
    rows += [f"- Place: {_plain(beat.place)}"] * bool(beat.place)
    rows += [f"- Session: {_plain(beat.session)}, played with the row's own earlier lines"] * bool(beat.session)
    rows += [f"- Before: {_plain(line.speaker)}: {_plain(line.text)}" for line in beat.history]
    rows += [f"- Fact{' (used)' * (i in beat.used)}: {_plain(fact)}" for i, fact in enumerate(beat.facts)]
    rows += [f"- Player: {_plain(beat.player_line)}"] * bool(beat.player_line)
    rows += [f"- Hasty: {_plain(beat.variants['hasty'])}"] if beat.variants and "hasty" in beat.variants else []
    return "\n".join(rows)


def _table(said: Mapping[str, Answered]) -> str:
    cells = ["<br>".join(_lines(one)) for one in said.values()]
    return f"| {' | '.join(said)} |\n|{'---|' * len(said)}\n| {' | '.join(cells)} |"


def _lines(one: Answered) -> list[str]:
    if one.error:
        return [f"failed: {_plain(one.error)}"]
    return [f"**{_plain(line.speaker)}** ({line.emotion}): {_plain(line.text)}" for line in one.lines]


def _plain(text: str) -> str:
    """`text` on one line, with nothing that Markdown would read."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    for mark in "\\|*_`[]#~":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())

"""Lines against the words of the event: what merely repeats it, and how much of it is taken up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio
from narrative_server.evaluation.dialogue.words import stem, stems, words
from narrative_server.semantics.keywords import keywords

ECHO_SHARE: Final = 0.75
"""A line echoes when so much of what it says was in the event."""

_LEAST_STEMS: Final = 2  # fewer cannot tell a repetition from naming a thing
_KEYWORDS: Final = 5


def echoes(line: str, event: str) -> bool:
    """Whether two stems or more carry `line`, and three quarters of them or more are the event's."""
    said = stems(line)
    return len(said) >= _LEAST_STEMS and len(said & stems(event)) >= ECHO_SHARE * len(said)


def echo(answered: Sequence[Answered]) -> Estimate | None:
    """Share of lines that merely repeat their event's words."""
    return ratio((sum(echoes(line.text, one.beat.event) for line in one.lines), len(one.lines)) for one in answered)


def keywords_covered(answered: Sequence[Answered]) -> Estimate | None:
    """Share of the words of the event's five best keywords that the lines say, by their beginnings."""
    return ratio(_covered(one.text, one.beat.event) for one in answered if one.lines)


def _covered(text: str, event: str) -> tuple[float, float]:
    wanted = {stem(word) for phrase in keywords(event, _KEYWORDS) for word in words(phrase)}
    return len(wanted & {stem(word) for word in words(text)}), len(wanted)

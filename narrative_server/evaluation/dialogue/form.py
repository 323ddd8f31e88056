"""Whether answers are whole and spoken by the cast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrative_server.dialogue.finetune.augment import plain_request
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio

_ENDS: Final = (".", "!", "?", "…", "。", "！", "？")


def parse(answered: Sequence[Answered]) -> Estimate | None:
    """Share of beats that were answered whole: no failure, a line or more within the limits, none cut off."""
    return ratio((float(_is_whole(one)), 1) for one in answered)


def speaker_in_cast(answered: Sequence[Answered]) -> Estimate | None:
    """Share of lines whose speaker is in the beat's cast."""
    return ratio(
        (sum(line.speaker in {who.name for who in one.beat.cast} for line in one.lines), len(one.lines))
        for one in answered
    )


def _is_whole(one: Answered) -> bool:
    request = plain_request(one.beat)
    return (
        not one.error
        and 1 <= len(one.lines) <= request.max_lines
        and all(line.text.endswith(_ENDS) and len(line.text.split()) <= request.max_words for line in one.lines)
    )

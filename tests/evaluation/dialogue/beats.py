"""Short hands for beats and answers."""

from __future__ import annotations

from typing import Any

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.types import Character, SpokenLine
from narrative_server.evaluation.dialogue.answers import Answered

ODDA = Character("Odda", "miller, loud and practical")


def lines_of(*texts: str, speaker: str = "Odda", emotion: str = "neutral") -> tuple[SpokenLine, ...]:
    return tuple(SpokenLine(speaker, emotion, text) for text in texts)


def beat_of(event: str = "The player opens the mill door.", *lines: str, **changes: Any) -> Beat:
    given: dict[str, Any] = {"cast": (ODDA,), "lines": lines_of(*(lines or ("Who is there?",))), "held_out": True}
    return Beat(event=event, **(given | changes))


def answered(beat: Beat, *texts: str, **how: str) -> Answered:
    return Answered(beat, lines_of(*texts, **how))

"""The systems that are compared, and how each is asked for a beat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from narrative_server.dialogue.config import PromptName
from narrative_server.dialogue.finetune.augment import hasty_request, plain_request
from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.types import DialogueRequest, HistoryLine

AUTHORED: Final = "authored"
"""The reference lines themselves: the ceiling, and the metrics' own error."""

MAX_SOUNDS: Final = 1
"""A tuned model ends its lines with sounds: without room for one it would be pushed to write another line."""

HISTORY_LINES: Final = 12
"""How many lines of a played session are told word for word: between the 6 and 24 of a server's beats."""


@dataclass(frozen=True)
class Row:
    """adapted: with the adapter; hasty: asked with the hastiest wording, names and personas only."""

    name: str
    adapted: bool
    prompt: PromptName
    hasty: bool = False


ROWS: Final = (
    Row("untuned", adapted=False, prompt="instructed"),
    Row("few_shot", adapted=False, prompt="few_shot"),
    Row("adapter", adapted=True, prompt="tuned"),
    Row("adapter_hasty", adapted=True, prompt="tuned", hasty=True),
)


@dataclass(frozen=True)
class Sampling:
    """How lines are drawn: the same seed gives each beat the same seed of its own."""

    seed: int
    temperature: float


def request_of(
    beat: Beat, row: Row, sampling: Sampling, beat_seed: int, said: tuple[HistoryLine, ...]
) -> DialogueRequest:
    """The request for `beat`; `said`: what was spoken earlier in its session as this row played it, oldest first."""
    request = hasty_request(beat) if row.hasty else plain_request(beat)
    request = replace(request, seed=beat_seed, temperature=sampling.temperature, max_sounds=MAX_SOUNDS)
    if row.hasty or not beat.session:
        return request
    avoided = tuple(dict.fromkeys(line.text for line in said if line.speaker != "Player"))
    return replace(request, history=said[-HISTORY_LINES:], avoid=avoided)

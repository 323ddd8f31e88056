"""All metrics of one row's answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.evaluation.dialogue import echo, emotion, facts, form, narration, overlap, ranking, repetition
from narrative_server.evaluation.dialogue import unknown as not_knowing
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.embeddings import Embed
from narrative_server.evaluation.dialogue.emotion import ReadEmotion
from narrative_server.evaluation.dialogue.estimates import Estimate
from narrative_server.evaluation.dialogue.rows import AUTHORED

HELD_OUT: Final = "held_out"
ANSWERABLE: Final = "held_out_answerable"
"""The grounded beats that a fact does answer."""
WHOLE_SET: Final = "whole_set"
"""All authored beats, those trained on too: where a rule's own error is measured best."""

Metric: TypeAlias = Callable[[Sequence[Answered]], Estimate | None]


@dataclass(frozen=True)
class Score:
    """One metric's estimate for one row."""

    metric: str
    row: str
    estimate: Estimate
    split: str = HELD_OUT


# In an authored line these are so by definition.
_GENERATED: Final[Mapping[str, Metric]] = {
    "parse": form.parse,
    "speaker_in_cast": form.speaker_in_cast,
    "bleu": overlap.bleu,
    "rouge_l": overlap.rouge_l,
}
_ALWAYS: Final[Mapping[str, Metric]] = {
    "narration": narration.narration,
    "echo": echo.echo,
    "keywords_covered": echo.keywords_covered,
    "distinct_2": repetition.distinct_2,
}
# A hasty request has neither facts, nor the player's question, nor history.
_IN_CONTEXT: Final[Mapping[str, Metric]] = {
    "fact_used": facts.fact_used,
    "distractor_used": facts.distractor_used,
    "unknown_admitted": not_knowing.unknown_admitted,
    "recalled": facts.recalled,
    "session_repeats": repetition.session_repeats,
}


class Judge:
    """Holds what metrics by embedding need; every row is judged with the same candidates."""

    def __init__(self, held_out: Sequence[Beat], embed: Embed, read_emotion: ReadEmotion, seed: int) -> None:
        """`held_out`: every held-out beat, not only those played, to draw wrong candidates from."""
        self._embed = embed
        self._read_emotion = read_emotion
        self._events = ranking.event_pool(held_out, seed)
        self._personas = ranking.persona_pool(held_out, seed)

    def scores(self, row: str, answered: Sequence[Answered], *, in_context: bool) -> Iterator[Score]:
        """Every metric that applies to `row` and has something to count."""
        chosen = dict(_ALWAYS)
        if row != AUTHORED:
            chosen |= _GENERATED
        if in_context:
            chosen |= _IN_CONTEXT
        chosen |= {
            "emotion_agreement": lambda said: emotion.emotion_agreement(said, self._embed, self._read_emotion),
            "event_match_at_1_of_10": lambda said: ranking.event_match(said, self._events, self._embed),
            "persona_match_at_1_of_10": lambda said: ranking.persona_match(said, self._personas, self._embed),
        }
        for name, metric in chosen.items():
            if estimate := metric(answered):
                yield Score(name, row, estimate)
        if in_context and (estimate := not_knowing.unknown_claimed(answered)):
            yield Score("unknown_admitted", row, estimate, ANSWERABLE)


def rule_errors(beats: Sequence[Beat]) -> Iterator[Score]:
    """How the rules read all authored `beats`: lines taken for narration, and admissions that are heard."""
    authored = [Answered(beat, beat.lines) for beat in beats]
    rules = {"narration": narration.narration, "unknown_admitted": not_knowing.unknown_admitted}
    for name, rule in rules.items():
        if estimate := rule(authored):
            yield Score(name, AUTHORED, estimate, WHOLE_SET)

"""Which of the given facts the lines say: a published rule by stems that no other source of the beat holds.

A fact counts as said when the lines hold a stem (a word's beginning, or a number) that is in this fact and in no
other fact, nor in the event, the place or the player's words: what those hold may be said without knowing the fact.
Facts without such a stem are left out. One word of a wrong fact may be said by chance: the authored lines' own
`distractor_used` is the measure of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio
from narrative_server.evaluation.dialogue.words import stems


def facts_said(beat: Beat, text: str) -> dict[int, bool]:
    """For each fact of `beat` that has a stem of its own, by index: whether `text` says one."""
    said = stems(text)
    known = stems(f"{beat.event} {beat.player_line} {beat.place}")
    of_fact = [stems(fact) for fact in beat.facts]
    own = {i: found - known - frozenset().union(*(of_fact[:i] + of_fact[i + 1 :])) for i, found in enumerate(of_fact)}
    return {i: bool(found & said) for i, found in own.items() if found}


def fact_used(answered: Sequence[Answered]) -> Estimate | None:
    """Share of grounded beats that an answer is given for in which a right fact is said."""
    return _any_said((one for one in answered if one.beat.grounded), right=True)


def distractor_used(answered: Sequence[Answered]) -> Estimate | None:
    """Share of grounded beats that an answer is given for in which one of the other facts is said."""
    return _any_said((one for one in answered if one.beat.grounded), right=False)


def recalled(answered: Sequence[Answered]) -> Estimate | None:
    """Share of session beats that rely on something earlier in which that comes back, by the same rule."""
    return _any_said((one for one in answered if one.beat.session), right=True)


def _any_said(answered: Iterable[Answered], *, right: bool) -> Estimate | None:
    pairs = []
    for one in answered:
        if not one.beat.used or not one.lines:
            continue
        said = [hit for i, hit in facts_said(one.beat, one.text).items() if (i in one.beat.used) == right]
        if said:
            pairs.append((float(any(said)), 1.0))
    return ratio(pairs)

"""Which of several facts bear on what the player says, so that a small model is not told those that would mislead it.

A fact is judged beside the others: by how far it is ahead of the best of them, or behind, in likeness to what happens
and to the player's words, and in the telling words that it shares with those. On the 759 training beats of
datasets/dialogue in which the player speaks and a fact answers, a logistic regression gives the first two about equal
weight and the third half of it; with CUT nine of ten right facts stay, and wrong ones in a quarter of the beats.
Knows nothing of sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from narrative_server.semantics.overlap import Overlap

SHARED_WORDS_WEIGHT: Final = 0.5
CUT: Final = -0.15
"""The lead that a fact needs."""

Likeness: TypeAlias = Callable[[str, str], float | None]
"""Cosine of two texts' embeddings, -1..1; None where one of them has none."""


def query_of(event: str, player_line: str) -> str:
    """What facts are compared with beside the player's words alone."""
    return " ".join(f"{event} {player_line}".split())


def facts_asked_for(facts: Sequence[str], event: str, player_line: str, likeness: Likeness) -> tuple[str, ...]:
    """Those of `facts` that bear on the player's words, in their order; all where nothing is said or compared.

    One at least stays: it is ahead of all others, however little it bears on them.
    """
    words = " ".join(player_line.split())
    if len(facts) < 2 or not words:
        return tuple(facts)
    query = query_of(event, player_line)
    to_event, to_words = ([likeness(text, fact) for fact in facts] for text in (query, words))
    if None in to_event or None in to_words:
        return tuple(facts)
    measures = (to_event, to_words, [SHARED_WORDS_WEIGHT * share for share in Overlap(facts).shares(words)])
    leads = [sum(parts) for parts in zip(*(_leads([value or 0.0 for value in row]) for row in measures), strict=True)]
    least = min(CUT, max(leads))
    return tuple(fact for fact, lead in zip(facts, leads, strict=True) if lead >= least)


def _leads(scores: list[float]) -> list[float]:
    """How far each of two scores or more is ahead of the best of the others, or behind it."""
    return [score - max(scores[:i] + scores[i + 1 :]) for i, score in enumerate(scores)]

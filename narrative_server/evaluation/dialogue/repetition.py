"""How varied the lines are, and whether a session says the same line again."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio
from narrative_server.evaluation.dialogue.words import normalised, words

WINDOW_BIGRAMS: Final = 1000
"""The share of distinct pairs falls with the length of a text: it is taken within windows of one length."""


def distinct_2(answered: Sequence[Answered], window: int = WINDOW_BIGRAMS) -> Estimate | None:
    """Distinct pairs of neighbouring words over all pairs, the mean of whole windows of `window` pairs.

    With fewer pairs than a window has, those there are make one, and the value is not comparable with others.
    """
    pairs = [pair for one in answered for line in one.lines for pair in _bigrams(words(line.text))]
    if not pairs:
        return None
    starts = range(0, max(len(pairs) - window, 0) + 1, window)
    shares = [len(set(chunk)) / len(chunk) for chunk in (pairs[i : i + window] for i in starts)]
    return Estimate(sum(shares) / len(shares), "share", len(pairs))


def session_repeats(answered: Sequence[Answered]) -> Estimate | None:
    """Share of lines of sessions, in the order played, that equal an earlier line of their session, by their words."""
    said: dict[str, set[str]] = defaultdict(set)
    pairs = []
    for one in answered:
        if not one.beat.session:
            continue
        repeated = 0
        for line in one.lines:
            text = normalised(line.text)
            repeated += text in said[one.beat.session]
            said[one.beat.session].add(text)
        pairs.append((float(repeated), float(len(one.lines))))
    return ratio(pairs)


def _bigrams(of_line: Sequence[str]) -> list[tuple[str, str]]:
    return list(itertools.pairwise(of_line))

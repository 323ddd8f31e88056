"""Whether lines admit that nobody present knows the answer: a published list of phrases.

Applies to beats in which the player asks for something that no given fact answers. The phrases say that the speaker
does not know, was never told, or that somebody else must be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio
from narrative_server.evaluation.dialogue.words import normalised

# Over normalised text: lower case, no apostrophes or punctuation, so "don't" is `dont`.
_NOT: Final = "(?:do not|dont|does not|doesnt|did not|didnt|cannot|cant|could not|couldnt|never|would not|wouldnt)"
_WHO: Final = "(?:nobody|nobodys|no one|none of us|neither of us|no man|nothing|who)"
_TOLD: Final = "(?:said|says|say|told|tells|tell|knows|know|knew|asked|remembers|counted|wrote|found)"
_KNOW: Final = "(?:know|remember|recall|say|tell|ask|see|understand|hear|read)"
_PHRASES: Final = (
    rf"\b(?:i|we|one|he|she|they|it) (?:\w+ )?{_NOT} (?:\w+ )?{_KNOW}\b",
    rf"\b{_WHO} (?:has |ever |will |can )?{_TOLD}\b|\b(?:couldnt|cant) say\b|\bsays? nothing about\b",
    r"\bno idea\b|\bno clue\b|\bnot a clue\b|\bwish i (?:knew|did)\b|\bif i knew\b|\bif i know\b|\bunknown\b",
    r"\bnever (?:heard|saw|met|asked|learned|learnt|knew|told|seen|found|read)\b",
    r"\bnot (?:sure|told|certain|that i know)\b",
    r"\b(?:was|were|am|are|been) (?:not|never) told\b|\bwasnt told\b|\bwerent told\b",
    r"\bhow (?:should|would|could|can) (?:i|we) know\b|\bbeyond me\b|\bcouldnt tell\b|\bwho knows\b|\bhard to say\b",
    r"\bask (?:the|my|a|an|your|her|him|them|someone|somebody|old|around|at|in|mother|father|brother|sister|captain)\b",
)
_ADMITS: Final = re.compile("|".join(_PHRASES))


def admits_unknown(lines: Iterable[str]) -> bool:
    """Whether any of a beat's `lines` holds one of the phrases."""
    return any(_ADMITS.search(normalised(line)) for line in lines)


def unknown_admitted(answered: Sequence[Answered]) -> Estimate | None:
    """Share of grounded beats that no fact answers in which the lines admit it."""
    return _admitted(one for one in answered if one.beat.grounded and not one.beat.used)


def unknown_claimed(answered: Sequence[Answered]) -> Estimate | None:
    """Share of grounded beats that a fact does answer in which the lines hold such a phrase: the rule's error."""
    return _admitted(one for one in answered if one.beat.grounded and one.beat.used)


def _admitted(answered: Iterable[Answered]) -> Estimate | None:
    return ratio((float(admits_unknown(line.text for line in one.lines)), 1) for one in answered if one.lines)

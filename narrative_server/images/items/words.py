"""What a painted item's captions say, in the form that the tiles' captions have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from narrative_server.images.items.materials import Material

_NUMBERS: Final = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


@dataclass(frozen=True)
class Said:
    """What a painter chose, in words: before the noun (`open`) and after it (`with a round bow`)."""

    before: str = ""
    after: str = ""


def captions_of(noun: str, synonyms: Sequence[str], material: Material, said: Said, number: int) -> tuple[str, ...]:
    """Six captions, as many as composed characters have, so that none is repeated to fill the row.

    The noun, its head phrase, two paraphrases and, twice and last, all that was said; `number` walks through the
    paraphrases.
    """
    head = f"{material.word} {noun}"
    after = re.sub(r"\ba (?=[aeiou])", "an ", re.sub(r"\d+", lambda found: _NUMBERS[int(found[0])], said.after))
    whole = _join(said.before, head, after)
    pair = noun.endswith("s") and not noun.endswith("ss")
    ways = [
        f"a pair of {whole}" if pair else _article(whole),
        *(_join(said.before, material.word, synonym, after) for synonym in synonyms),
    ]
    ways += [_join(material.word, synonym) for synonym in synonyms]
    if material.of:
        made = _join(f"a pair of {noun}" if pair else _article(_join(said.before, noun)), "made of", material.of)
        ways.append(f"{made}, {after}" if after else made)
    return noun, head, ways[number % len(ways)], whole, ways[(number + 1) % len(ways)], whole


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"

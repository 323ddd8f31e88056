"""Styles in words: "grim, slightly warm, 16 colours, outlined" to the numbers of a style.

Words are looked up in a lexicon. Those that it has not are left to the caller, who may know a word of the lexicon that
means nearly the same. Deterministic; knows nothing of encoders or sessions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.style import style_of_numbers
from narrative_server.images.style_lexicon import FILLERS, LEXICON, STRENGTHS, TERMS_TO_COMPARE, Shift
from narrative_server.images.types import MAX_COLOURS, MIN_COLOURS, StyleCode

NEARLY_THE_SAME: Final = 0.65
"""Cosine of two embeddings from which words count as the same: lower, and "sorrowful" is "joyful"."""

_NUMBER_WORDS: Final = {"two": 2, "four": 4, "eight": 8, "sixteen": 16, "thirty two": 32}
_COUNT: Final = re.compile(rf"\b(\d+|{'|'.join(_NUMBER_WORDS)}) (?:colou?rs?|shades|tones)\b")
_MOST_TOKENS: Final = max(len(term.split()) for term in LEXICON)


@dataclass(frozen=True)
class Wish:
    """One thing that is asked for: a term of the lexicon, or words that it has not.

    strength: 1 as it is, more or less of it, below 0 the opposite.
    """

    text: str
    strength: float


@dataclass(frozen=True)
class WordReading:
    """What a style in words asks for.

    colours: 0 where no number is told. illegal: what cannot be, such as "300 colours".
    """

    known: tuple[Wish, ...] = ()
    unknown: tuple[Wish, ...] = ()
    colours: int = 0
    illegal: tuple[str, ...] = ()


def read_words(words: str) -> WordReading:
    """Split a style into what the lexicon knows and what it does not."""
    known: list[Wish] = []
    unknown: list[Wish] = []
    colours, illegal = 0, []
    for part in re.split(r"[,;/.|\n]+", unicodedata.normalize("NFKC", words).casefold()):
        text = " ".join(re.findall(r"\w+", part))
        for found in _COUNT.finditer(text):
            count = _NUMBER_WORDS.get(found[1]) or int(found[1][:6])
            if MIN_COLOURS <= count <= MAX_COLOURS:
                colours = count
            else:
                illegal.append(found[0])
        some, others = _read_part(_COUNT.sub(" ", text).split())
        known += some
        unknown += others
    return WordReading(tuple(known), tuple(unknown), colours, tuple(illegal))


def _read_part(tokens: Sequence[str]) -> tuple[list[Wish], list[Wish]]:
    """What one part between commas asks for; neighbours that the lexicon has not are one wish."""
    known: list[Wish] = []
    unknown: list[Wish] = []
    strength, strange = 1.0, list[str]()
    at = 0
    while at < len(tokens):
        term = _term_at(tokens, at)
        if term is None and tokens[at] not in STRENGTHS and tokens[at] not in FILLERS:
            strange.append(tokens[at])
            at += 1
            continue
        if strange:
            unknown.append(Wish(" ".join(strange), strength))
            strength, strange = 1.0, []
        if term is not None:
            known.append(Wish(term, strength))
            strength = 1.0
            at += len(term.split())
            continue
        strength *= STRENGTHS.get(tokens[at], 1.0)
        at += 1
    if strange:
        unknown.append(Wish(" ".join(strange), strength))
    return known, unknown


def _term_at(tokens: Sequence[str], at: int) -> str | None:
    """The longest term of the lexicon that begins at a token."""
    for count in range(min(_MOST_TOKENS, len(tokens) - at), 0, -1):
        term = " ".join(tokens[at : at + count])
        if term in LEXICON:
            return term
    return None


def nearest_term(meaning: NDArray[np.float32], terms: NDArray[np.float32]) -> str | None:
    """The term that means nearly the same, if any.

    meaning: (384,), unit norm. terms: (T, 384), the embeddings of TERMS_TO_COMPARE.
    """
    likeness = terms @ meaning
    best = int(likeness.argmax())
    return TERMS_TO_COMPARE[best] if likeness[best] >= NEARLY_THE_SAME else None


def style_of_words(reading: WordReading, meant: Mapping[str, str]) -> tuple[StyleCode, tuple[str, ...]]:
    """The style that words ask for, and those of them that have no effect.

    meant: for words that the lexicon has not, the term of it that means nearly the same, where there is one.
    """
    nearly = [Wish(meant[wish.text], wish.strength) for wish in reading.unknown if wish.text in meant]
    numbers = {"saturation": 1.0, "contrast": 1.0, "lightness": 0.0, "green_red": 0.0, "blue_yellow": 0.0}
    colours, outline, palette = 0, "none", tuple[int, ...]()
    for wish in (*reading.known, *nearly):
        shift = LEXICON[wish.text]
        _add(numbers, shift, wish.strength)
        if wish.strength > 0:
            colours, outline = shift.colours or colours, shift.outline or outline
            palette = shift.palette or palette
    code = replace(style_of_numbers(numbers), colours=reading.colours or colours, outline=outline, palette=palette)
    lost = tuple(wish.text for wish in reading.unknown if wish.text not in meant)
    return code, reading.illegal + lost


def _add(numbers: dict[str, float], shift: Shift, strength: float) -> None:
    for name in ("saturation", "contrast"):
        factor = getattr(shift, name)
        # Grey has no opposite and no half: "not grey" must not be garish.
        numbers[name] *= factor**strength if strength >= 1.0 else max(factor, 0.3) ** strength
    for name in ("lightness", "green_red", "blue_yellow"):
        numbers[name] += getattr(shift, name) * strength

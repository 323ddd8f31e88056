"""Words and stems of texts, as the metrics compare them. Knows nothing of beats."""

from __future__ import annotations

import re
from typing import Final

from narrative_server.semantics.keywords import STOP_WORDS

_STEM_CHARS: Final = 5
_ENDING: Final = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e|y)$")

_NUMBERS_TEXT: Final = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_TENS_TEXT: Final = "thirty forty fifty sixty seventy eighty ninety hundred"
_NUMBERS: Final = {word: str(value) for value, word in enumerate(_NUMBERS_TEXT.split(), start=2)} | {
    word: str(10 * value) for value, word in enumerate(_TENS_TEXT.split(), start=3)
}
"""`one` is left out: it is a pronoun more often than a number."""

# Beside the keywords' stop words: contractions without their apostrophe, and words that say nothing of a fact.
_EMPTY_TEXT: Final = (
    "dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt werent havent hasnt hadnt shouldnt aint thats theres "
    "heres whats youre youve youll theyre theyve were weve well ive lets hes shes its been being really today tonight "
    "tell told know knew think thought right good"
)
_EMPTY: Final = STOP_WORDS | frozenset(_EMPTY_TEXT.split())


def words(text: str) -> list[str]:
    """The words of `text` in lower case, without apostrophes and punctuation, in order."""
    bare = re.sub(r"['’]", "", text.casefold())
    return re.findall(r"[^\W_]+", bare)


def normalised(text: str) -> str:
    """`text` reduced to its words: equal for lines that differ in case, punctuation and spacing alone."""
    return " ".join(words(text))


def stem(word: str) -> str:
    """A word's first five letters without its ending: crude, and the same for `walk`, `walks` and `walking`."""
    return _ENDING.sub("", word)[:_STEM_CHARS]


def stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning: those over three letters, and numbers as digits."""
    return frozenset(found for word in words(text) if (found := _telling(word)))


def _telling(word: str) -> str:
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word.isdigit():
        return word
    return "" if word in _EMPTY or len(word) <= 3 else stem(word)

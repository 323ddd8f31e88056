"""How many telling words two texts share: what a name, a number or a rare word says that an embedding blurs.

Words count by their inverse document frequency in the texts that are searched (Spärck Jones, "A statistical
interpretation of term specificity", 1972). English endings and stop words. Knows nothing of models.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from narrative_server.semantics.keywords import STOP_WORDS

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ENDINGS: Final = ("ing", "ied", "ies", "ed", "es", "s", "e", "y")
_SHORTEST_STEM: Final = 3


@lru_cache(maxsize=32768)
def stems(text: str) -> frozenset[str]:
    """The telling words of `text` without their endings, in lower case."""
    words = _WORD.findall(text.casefold().replace("’", "'").replace("_", " "))
    return frozenset(_stem(word) for word in words if len(word) > 1 and word not in STOP_WORDS)


class Overlap:
    """Compares texts with those that it was made for."""

    def __init__(self, texts: Sequence[str]) -> None:
        """texts: N texts to search; their words' weights come from how many of them have each."""
        self._stems = [stems(text) for text in texts]
        self._counts = Counter(stem for found in self._stems for stem in found)

    def shares(self, query: str) -> list[float]:
        """For each of the N texts how much it shares with `query`: 0 nothing, 1 all words of both."""
        asked = stems(query)
        total = self._weight(asked)
        return [
            self._weight(asked & found) / math.sqrt(total * self._weight(found)) if asked & found else 0.0
            for found in self._stems
        ]

    def _weight(self, found: Iterable[str]) -> float:
        return sum(math.log1p(len(self._stems) / (self._counts[stem] + 0.5)) for stem in found)


def _stem(word: str) -> str:
    bare = word.removesuffix("'s")
    for ending in _ENDINGS:
        if bare.endswith(ending) and not bare.endswith("ss") and len(bare) - len(ending) >= _SHORTEST_STEM:
            bare = bare.removesuffix(ending)
            break
    doubled = len(bare) > _SHORTEST_STEM and bare[-1] == bare[-2]  # "dripping" is of "drip", "hissing" of "hiss"
    return bare[:-1] if doubled else bare

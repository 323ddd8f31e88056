"""Embeddings that were asked for lately, so that no text of a story is embedded again with every beat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from narrative_server.story.engines import Embedding, Engines

REMEMBERED_TEXTS: Final = 16384
"""How many are kept, over all sessions: 25 MB. One session has about 3,000 texts at most."""

_CHUNK_TEXTS: Final = 4
"""Texts a call, so that pictures of this beat and moods of others never wait long behind a large story."""


class Embeddings:
    """Keeps the embeddings of the texts used last."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._kept: OrderedDict[str, Embedding] = OrderedDict()

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    async def fetch(self, texts: Sequence[str]) -> None:
        """Embed those of `texts` that are not there yet; what was embedded before an error or the end stays.

        Raises what `Engines.embed` raises.
        """
        missing = [text for text in dict.fromkeys(texts) if text not in self._kept]
        for start in range(0, len(missing), _CHUNK_TEXTS):
            chunk = missing[start : start + _CHUNK_TEXTS]
            self._kept.update(zip(chunk, await self._engines.embed(chunk), strict=True))
            while len(self._kept) > REMEMBERED_TEXTS:
                self._kept.popitem(last=False)

    def likeness(self, first: str, second: str) -> float | None:
        """Cosine of two texts, -1..1; None when one of them is not there."""
        if first not in self._kept or second not in self._kept:
            return None
        for text in (first, second):
            self._kept.move_to_end(text)
        return float(self._kept[first] @ self._kept[second])

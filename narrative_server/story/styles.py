"""A story's style: from words, from numbers (a reference picture's among them), or from the seed, settled to numbers.

Words that the lexicon has not are compared with it by the sentence encoder, only when there are any. Knows nothing of
contracts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from narrative_server.errors import NarrativeError
from narrative_server.images.style import style_from_seed
from narrative_server.images.style_lexicon import TERMS_TO_COMPARE
from narrative_server.images.style_words import WordReading, nearest_term, read_words, style_of_words
from narrative_server.images.types import StyleCode
from narrative_server.story.engines import Engines
from narrative_server.story.request import StoryContext


@dataclass(frozen=True)
class StyleWish:
    """A style as asked for: numbers come before words, words before what the seed gives."""

    words: str
    code: StyleCode | None
    seed: int


@dataclass(frozen=True)
class SettledStyle:
    """The numbers of a style, and the words of it that have no effect."""

    code: StyleCode
    without_effect: tuple[str, ...] = ()


async def settle_style(engines: Engines, wish: StyleWish) -> SettledStyle:
    """The numbers that `wish` means; equal wishes give equal ones. Raises the engines' errors for unknown words."""
    if wish.code is not None:
        return SettledStyle(wish.code)
    if not wish.words.strip():
        return SettledStyle(style_from_seed(wish.seed))
    reading = read_words(wish.words)
    meant = await _meant(engines, reading) if reading.unknown else {}
    return SettledStyle(*style_of_words(reading, meant))


async def settle_story(engines: Engines, story: StoryContext, seed: int) -> tuple[StoryContext, SettledStyle]:
    """A new story with its style in words settled once and for all, and what the words were read as.

    While no encoder can compare unknown words, the story keeps its words alone and every beat settles them.
    """
    wish = StyleWish(story.style_words, story.style, seed)
    try:
        settled = await settle_style(engines, wish)
    except NarrativeError:
        return story, SettledStyle(*style_of_words(read_words(wish.words), {}))
    return (replace(story, style=settled.code) if story.style_words.strip() else story), settled


async def _meant(engines: Engines, reading: WordReading) -> dict[str, str]:
    """For words that the lexicon has not, its term that means nearly the same, where there is one."""
    unknown = list(dict.fromkeys(wish.text for wish in reading.unknown))
    embeddings = await engines.embed([*unknown, *TERMS_TO_COMPARE])
    terms = np.stack(embeddings[len(unknown) :])
    found = {text: nearest_term(meaning, terms) for text, meaning in zip(unknown, embeddings, strict=False)}
    return {text: term for text, term in found.items() if term is not None}

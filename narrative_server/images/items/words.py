"""What a painted item's captions say, in the form that the tiles' captions have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrative_server.images.items.stuff import Stuff


@dataclass(frozen=True)
class Said:
    """What a painter chose, in words: before the noun (`open`) and after it (`with a round bow`)."""

    before: str = ""
    after: str = ""


def captions_of(noun: str, synonyms: Sequence[str], stuff: Stuff, said: Said, number: int) -> tuple[str, ...]:
    """Four captions, as the tiles have: the noun, its head phrase, a paraphrase and, last, all that was said.

    `number` walks through the paraphrases.
    """
    head = f"{stuff.word} {noun}"
    whole = _join(said.before, head, said.after)
    ways = [_article(whole), *(_join(said.before, stuff.word, synonym, said.after) for synonym in synonyms)]
    ways += [_join(stuff.word, synonym) for synonym in synonyms]
    if stuff.of:
        made = _join(_article(_join(said.before, noun)), "made of", stuff.of)
        ways.append(f"{made}, {said.after}" if said.after else made)
    return noun, head, ways[number % len(ways)], whole


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"

"""What a beat is told of the story beside its recent lines: the few facts that bear on what happens now.

They come from the request, the story's lore and its past: what was said before the recent lines, and what happened.
They are ranked by the sentence encoder, words in common and who is present; without the encoder, by the words alone.
Everything derives from the stored story, so forks and restarts remember the same; only embeddings are kept here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from narrative_server.dialogue.types import HistoryLine
from narrative_server.errors import NarrativeError
from narrative_server.semantics.overlap import Overlap, stems
from narrative_server.story.checks import PLAYER
from narrative_server.story.context import BeatContext
from narrative_server.story.embeddings import Embeddings
from narrative_server.story.relevance import facts_asked_for, query_of
from narrative_server.story.request import BeatRequest

log = logging.getLogger(__name__)

MAX_FACTS: Final = 5
"""How many facts a beat is told, its own included; more distract a small model."""

LEAST_RECALLED: Final = 2
"""How many may come from lore and past however many the request brings."""

AVOIDED_LINES: Final = 200
"""How many earlier lines, beside the recent ones, are not to be said again."""

# Set on the nine tenths of datasets/dialogue that may be trained on; docs/sessions.md has the figures.
OVERLAP_WEIGHT: Final = 0.6
PRESENT_WEIGHT: Final = 0.1
SAID_HANDICAP: Final = 0.05
HAPPENED_HANDICAP: Final = 0.15
CUT: Final = 0.4
CUT_WHEN_ASKED: Final = 0.35
CUT_BY_WORDS: Final = 0.17

_SAME: Final = 0.9  # cosine of two texts of which one is enough
_FEWEST_WORDS: Final = 4  # of a line worth remembering

_MISSING_TEXTS: Final = 16
"""New texts that a beat embeds before its lines: those with most words in common."""

_PREPARED_TEXTS: Final = 64
"""New texts that it embeds beside its lines, for the beats to come."""

_BUDGET_S: Final = 0.5
"""Lines wait no longer than this for embeddings, unless they have to be deterministic."""


@dataclass(frozen=True)
class Candidate:
    """A fact that may be told.

    overlap: how many words it shares with what happens, 0..1. bias: for who and what it is about. score: how well it
    fits in all, by words alone unless by_meaning.
    """

    text: str
    overlap: float
    bias: float
    score: float
    by_meaning: bool = False


class Memory:
    """Recalls facts for beats of any session."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    @property
    def embeddings(self) -> Embeddings:
        """Of the texts that were recalled from lately."""
        return self._embeddings

    async def recall(self, context: BeatContext) -> tuple[str, ...]:
        """The facts that a beat is told: its own first, then those of lore and past that bear on it, best first.

        Where the player speaks, its own that do not bear on those words are left out: a small model says them all the
        same. Of more than MAX_FACTS of its own those that bear on it most are told, in their order.
        """
        own = await self._asked_for(tuple(dict.fromkeys(map(_plain, context.facts))), context.request)
        library = {text: handicap for text, handicap in library_of(context).items() if text not in own}
        if len(own) <= MAX_FACTS and not library:
            return own
        ranked = await self._rank({**dict.fromkeys(own, 0.0), **library}, context)
        if len(own) > MAX_FACTS:
            best = [candidate.text for candidate in ranked if candidate.text in own][:MAX_FACTS]
            own = tuple(text for text in own if text in best)
        recalled = (candidate for candidate in ranked if candidate.text in library)
        asked = "?" in context.request.player_line
        return (*own, *self._choose(recalled, own, asked, max(LEAST_RECALLED, MAX_FACTS - len(own))))

    async def _asked_for(self, own: tuple[str, ...], request: BeatRequest) -> tuple[str, ...]:
        event, words = request.trigger.event, _plain(request.player_line)
        if len(own) < 2 or not words:
            return own
        await self._fetch(query_of(event, words), (words, *own), request.deterministic)
        return facts_asked_for(own, event, words, self._embeddings.likeness)

    async def prepare(self, context: BeatContext) -> None:
        """Embed what the next beats may recall; to be run beside a beat's lines."""
        texts = (*library_of(context), *_statements(context.history))
        missing = [text for text in texts if text not in self._embeddings]
        try:
            await self._embeddings.fetch(missing[:_PREPARED_TEXTS])
        except NarrativeError as error:
            log.debug("the story's facts cannot be embedded: %s", type(error).__name__)

    async def _rank(self, handicaps: Mapping[str, float], context: BeatContext) -> list[Candidate]:
        query = query_of(context.request.trigger.event, context.request.player_line)
        present = frozenset(stem for who in context.cast for stem in stems(who.name))
        ranked = []
        for text, overlap in zip(handicaps, Overlap(tuple(handicaps)).shares(query), strict=True):
            bias = PRESENT_WEIGHT * bool(present & stems(text)) - handicaps[text]
            ranked.append(Candidate(text, overlap, bias, overlap + bias))
        ranked.sort(key=_by_score)
        await self._fetch(query, [candidate.text for candidate in ranked], context.request.deterministic)
        return sorted((self._by_meaning(query, candidate) for candidate in ranked), key=_by_score)

    async def _fetch(self, query: str, texts: Iterable[str], deterministic: bool) -> None:
        missing = [text for text in texts if text not in self._embeddings]
        try:
            async with asyncio.timeout(None if deterministic else _BUDGET_S):
                await self._embeddings.fetch((query,))  # alone: the mood was read from it, so it is there at once
                await self._embeddings.fetch(missing if deterministic else missing[:_MISSING_TEXTS])
        except (NarrativeError, TimeoutError) as error:
            log.warning("a beat's facts are ranked without some embeddings: %s", type(error).__name__)

    def _by_meaning(self, query: str, candidate: Candidate) -> Candidate:
        likeness = self._embeddings.likeness(query, candidate.text)
        if likeness is None:
            return candidate
        score = likeness + OVERLAP_WEIGHT * candidate.overlap + candidate.bias
        return replace(candidate, score=score, by_meaning=True)

    def _choose(self, ranked: Iterable[Candidate], own: Sequence[str], asked: bool, limit: int) -> list[str]:
        chosen: list[str] = []
        for candidate in ranked:
            if len(chosen) == limit:
                break
            cut = CUT_BY_WORDS if not candidate.by_meaning else CUT_WHEN_ASKED if asked else CUT
            if candidate.score >= cut and not any(self._same(candidate.text, told) for told in (*own, *chosen)):
                chosen.append(candidate.text)
        return chosen

    def _same(self, first: str, second: str) -> bool:
        likeness = self._embeddings.likeness(first, second)
        return stems(first) == stems(second) if likeness is None else likeness >= _SAME


def library_of(context: BeatContext) -> dict[str, float]:
    """All that may be recalled, with its handicap: lore, what was said before the recent lines, what happened.

    Events resemble one another ("The player enters ..."), and lore was written to be told.
    """
    event = _plain(context.request.trigger.event).casefold()
    happened = (text for text in map(_plain, context.past_events) if text and text.casefold() != event)
    library = dict.fromkeys(happened, HAPPENED_HANDICAP)
    library.update(dict.fromkeys(_statements(context.past_lines), SAID_HANDICAP))
    library.update(dict.fromkeys(map(_plain, context.lore), 0.0))
    return library


def lines_to_avoid(context: BeatContext) -> tuple[str, ...]:
    """What the cast said before the recent lines and is not to say again, oldest first."""
    if context.controls.avoid_repeats is False:
        return ()
    said = (line.text for line in context.past_lines if line.speaker != PLAYER)
    return tuple(dict.fromkeys(said))[-AVOIDED_LINES:]


def _statements(lines: Iterable[HistoryLine]) -> list[str]:
    """What was stated, as facts; questions and lines of a few words state nothing."""
    told = ((line.speaker, _plain(line.text)) for line in lines)
    return [
        f"{'The player' if speaker == PLAYER else speaker} said: {text}"
        for speaker, text in told
        if len(text.split()) >= _FEWEST_WORDS and not text.endswith("?")
    ]


def _by_score(candidate: Candidate) -> float:
    return -candidate.score


def _plain(text: str) -> str:
    return " ".join(text.split())

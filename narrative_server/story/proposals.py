"""Sounds that the language model proposes after its lines: which of them are made, and when they play.

A phrase has to speak of something that can be heard, must not repeat a sound of the plan, and belongs to a line that
was spoken. The same lines, plan and proposals always give the same sounds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from narrative_server.dialogue.types import SoundProposed
from narrative_server.errors import NarrativeError
from narrative_server.semantics.overlap import stems
from narrative_server.story import lexicon
from narrative_server.story.director import SECOND_SOUND_MS, proposed_sound
from narrative_server.story.embeddings import Embeddings
from narrative_server.story.plan import MAX_SOUNDS, Plan, SoundPlan
from narrative_server.story.timeline import LINE_GAP_MS, Anchor, word_anchor

log = logging.getLogger(__name__)

MAX_WORDS: Final = 8
_PHRASE: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*(?: [^\W_]+(?:['-][^\W_]+)*)*")
_LONGEST_CHARS: Final = 80

# Set on the sound phrases of datasets/dialogue and on scraps of its other texts; docs/architecture.md has the figures.
_AUDIBLE: Final = 0.45  # cosine to a phrase of the lexicon
_SAME: Final = 0.8  # cosine of two phrases of which one is enough
_SHARED: Final = 0.6  # share of the shorter phrase's words that the other one has too


async def choose_sounds(
    proposals: Sequence[SoundProposed], plan: Plan, lines: Sequence[str], embeddings: Embeddings
) -> tuple[SoundPlan, ...]:
    """The sounds to make beside `plan.sounds`: proposals that fit, else the plan's spare ones; MAX_SOUNDS in all.

    lines: the texts that were spoken, by index. Without the text encoder, phrases are judged by their words alone.
    """
    chosen: list[SoundPlan] = []
    for proposal in proposals:
        phrase = " ".join(proposal.text.split()).casefold()
        if len(plan.sounds) + len(chosen) >= MAX_SOUNDS:
            break
        if not (_is_phrase(phrase) and 0 <= proposal.line < len(lines)):
            continue
        taken = (*plan.sounds, *chosen)
        if not await _is_audible(phrase, embeddings) or await _repeats(phrase, taken, embeddings):
            log.debug("a proposed sound is not used: %r", phrase)
            continue
        anchor, offset_ms = _moment(proposal, lines[proposal.line], taken)
        chosen.append(proposed_sound(phrase, anchor, offset_ms, plan.mood))
    return tuple(chosen) or plan.spare_sounds


def _is_phrase(phrase: str) -> bool:
    words = len(phrase.split(" "))
    return words <= MAX_WORDS and len(phrase) <= _LONGEST_CHARS and _PHRASE.fullmatch(phrase) is not None


async def _is_audible(phrase: str, embeddings: Embeddings) -> bool:
    if stems(phrase) & _sound_stems():
        return True
    await _fetch(embeddings, (phrase, *_known_phrases()))
    near = (embeddings.likeness(phrase, known) for known in _known_phrases())
    return any(likeness is not None and likeness >= _AUDIBLE for likeness in near)


async def _repeats(phrase: str, taken: Sequence[SoundPlan], embeddings: Embeddings) -> bool:
    own = stems(phrase)
    for other in (sound.text for sound in taken):
        shorter = min(len(own), len(stems(other)))
        if shorter and len(own & stems(other)) / shorter >= _SHARED:
            return True
    await _fetch(embeddings, (phrase, *(sound.text for sound in taken)) if taken else ())
    likenesses = (embeddings.likeness(phrase, sound.text) for sound in taken)
    return any(likeness is not None and likeness >= _SAME for likeness in likenesses)


async def _fetch(embeddings: Embeddings, texts: Sequence[str]) -> None:
    try:
        await embeddings.fetch(texts)
    except NarrativeError as error:
        log.warning("a proposed sound is judged by its words alone: %s", type(error).__name__)


def _moment(proposal: SoundProposed, line: str, taken: Sequence[SoundPlan]) -> tuple[Anchor, int]:
    """Where a sound starts, later than every other that starts at the same point."""
    start = Anchor(proposal.line, "START")
    if proposal.when == "before":
        anchor, offset_ms = start, -LINE_GAP_MS if proposal.line else 0
    elif proposal.when == "during":
        anchor, offset_ms = word_anchor(proposal.line, line, proposal.text) or start, 0
    else:
        anchor, offset_ms = Anchor(proposal.line, "END"), 0
    moments = {(sound.anchor, sound.offset_ms) for sound in taken}
    while (anchor, offset_ms) in moments:
        offset_ms += SECOND_SOUND_MS
    return anchor, offset_ms


@cache
def _sound_stems() -> frozenset[str]:
    return frozenset(stem for word in lexicon.SOUND_WORDS for stem in stems(word))


@cache
def _known_phrases() -> tuple[str, ...]:
    cues = (*lexicon.EVENT_SOUNDS, *lexicon.AMBIENCES, *lexicon.TRIGGER_SOUNDS.values())
    return tuple(dict.fromkeys(cue.text for cue in cues))

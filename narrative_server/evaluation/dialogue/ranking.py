"""Whether the sentence encoder finds the right text among ten from what was said: the event, the speaker's persona.

The nine others are drawn from the held-out beats, of the same genre first, by a seed of the beat's own, so that every
row chooses among the same ten. A draw for the first place counts as wrong.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import numpy as np

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.evaluation.dialogue.answers import Answered, beat_key
from narrative_server.evaluation.dialogue.embeddings import Embed
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio
from narrative_server.seeds import sub_seed

CANDIDATES: Final = 10


class Pool:
    """Distinct texts, each with its genre, from which wrong candidates are drawn."""

    def __init__(self, texts: Iterable[tuple[str, str]], seed: int) -> None:
        """`texts`: (text, genre)."""
        self._genres = dict(texts)
        self._seed = seed

    def candidates(self, right: str, genre: str, key: str, barred: Collection[str] = ()) -> tuple[str, ...]:
        """`right`, then nine others that are not in `barred`; fewer when the pool has no more."""
        rng = random.Random(sub_seed(self._seed, "candidates", key))
        others = sorted(text for text in self._genres if text != right and text not in barred)
        rng.shuffle(others)
        others.sort(key=lambda text: self._genres[text] != genre)  # stable: those of the genre first
        return (right, *others[: CANDIDATES - 1])


def event_pool(beats: Sequence[Beat], seed: int) -> Pool:
    """The events of `beats`."""
    return Pool(((beat.event, beat.genre) for beat in beats), seed)


def persona_pool(beats: Sequence[Beat], seed: int) -> Pool:
    """The personas of the casts of `beats`."""
    return Pool(((who.persona, beat.genre) for beat in beats for who in beat.cast if who.persona), seed)


def event_match(answered: Sequence[Answered], pool: Pool, embed: Embed) -> Estimate | None:
    """Share of beats whose joined lines are nearer to their event than to nine others."""
    asked = [
        (one.text, pool.candidates(one.beat.event, one.beat.genre, beat_key(one.beat))) for one in answered if one.lines
    ]
    return _share_found(asked, embed)


def persona_match(answered: Sequence[Answered], pool: Pool, embed: Embed) -> Estimate | None:
    """Share of speakers of a beat whose joined lines are nearer to their persona than to nine others."""
    asked = []
    for one in answered:
        present = {who.name: who.persona for who in one.beat.cast}
        for name in dict.fromkeys(line.speaker for line in one.lines):
            if persona := present.get(name):
                text = " ".join(line.text for line in one.lines if line.speaker == name)
                key = f"{beat_key(one.beat)} {name}"
                asked.append((text, pool.candidates(persona, one.beat.genre, key, barred=present.values())))
    return _share_found(asked, embed)


def _share_found(asked: Sequence[tuple[str, tuple[str, ...]]], embed: Embed) -> Estimate | None:
    full = [(text, candidates) for text, candidates in asked if len(candidates) == CANDIDATES]
    if not full:
        return None
    said = embed([text for text, _ in full])  # (N, D)
    told = embed([candidate for _, candidates in full for candidate in candidates])  # (N * 10, D)
    told = told.reshape(len(full), CANDIDATES, -1)  # (N, 10, D)
    scores = np.einsum("nd,ncd->nc", said, told)
    return ratio((float(row[0] > row[1:].max()), 1) for row in scores)

"""Varies a beat for training, so that the model serves real requests: sparse, hasty, other names, other facts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.prompts import DEFAULT_MAX_LINES, DEFAULT_MAX_WORDS
from narrative_server.dialogue.types import Character, DialogueRequest, HistoryLine
from narrative_server.semantics.mood import Mood

_WORD_LIMITS: Final = (8, 12, 16, 20, DEFAULT_MAX_WORDS)
_TITLES: Final = frozenset({"Captain", "Doctor", "Guard", "King", "Lady", "Lord", "Queen", "Sir"})


def plain_request(beat: Beat) -> DialogueRequest:
    """The beat as it was written: all that is known, nothing varied."""
    return DialogueRequest(
        cast=beat.cast,
        event=beat.event,
        mood=Mood(beat.emotion, beat.intensity),
        seed=0,
        place=beat.place,
        history=beat.history,
        facts=beat.facts,
        player_line=beat.player_line,
        max_lines=max(DEFAULT_MAX_LINES, len(beat.lines)),
        max_sounds=len(beat.sounds),
    )


def hasty_request(beat: Beat) -> DialogueRequest:
    """The least that a designer types: the hastiest wording of the event, names and personas."""
    hasty = (beat.variants or {}).get("hasty", beat.event)
    cast = tuple(replace(who, look="", voice="") for who in beat.cast)
    return replace(plain_request(beat), event=hasty, cast=cast, place="", history=(), facts=(), player_line="")


class Variety:
    """Draws variants of beats; knows the names and facts of all of them to borrow from."""

    def __init__(self, beats: Sequence[Beat]) -> None:
        self._names = sorted({who.name for beat in beats for who in beat.cast if _swappable(who.name)})
        self._facts = sorted({fact for beat in beats for fact in beat.facts})

    def vary(self, beat: Beat, rng: random.Random) -> tuple[Beat, DialogueRequest]:
        """A variant of the beat (its lines with other names) and the request that it answers."""
        if rng.random() < 0.25 and self._names:
            beat = self._rename(beat, rng)
        request = plain_request(beat)
        if rng.random() < 0.15 and not beat.used and not beat.grounded:
            request = hasty_request(beat)
            return beat, replace(request, facts=self._strange_facts(rng) if rng.random() < 0.2 else ())
        max_lines, max_words = _limits(beat, rng)
        return beat, replace(
            request,
            event=_wording(beat, rng),
            cast=tuple(_thinned(who, rng) for who in beat.cast),
            place=beat.place if rng.random() < 0.75 else "",
            world=_world(beat, rng),
            history=beat.history if rng.random() < 0.8 else (),
            facts=self._facts_of(beat, rng),
            player_line=beat.player_line if beat.grounded or rng.random() < 0.85 else "",
            mood=Mood(beat.emotion, min(1.0, max(0.0, beat.intensity + rng.uniform(-0.15, 0.15)))),
            max_lines=max_lines,
            max_words=max_words,
        )

    def _facts_of(self, beat: Beat, rng: random.Random) -> tuple[str, ...]:
        """What the lines rely on always stays: without it they would teach to invent. Distractors come and go."""
        if not beat.facts and not beat.used:
            return self._strange_facts(rng) if rng.random() < 0.2 else ()
        kept = [fact for i, fact in enumerate(beat.facts) if i in beat.used or rng.random() < 0.8]
        if rng.random() < 0.2:
            kept += self._strange_facts(rng)[:1]
        rng.shuffle(kept)
        return tuple(kept)

    def _strange_facts(self, rng: random.Random) -> tuple[str, ...]:
        return tuple(rng.sample(self._facts, k=min(len(self._facts), rng.randint(1, 3))))

    def _rename(self, beat: Beat, rng: random.Random) -> Beat:
        present = {who.name for who in beat.cast}
        swapped = {
            name: new for name in present if _swappable(name) and (new := rng.choice(self._names)) not in present
        }
        if len(set(swapped.values())) < len(swapped) or not swapped:
            return beat
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, swapped)) + r")\b")
        return map_texts(beat, lambda text: pattern.sub(lambda found: swapped[found[1]], text))


def map_texts(beat: Beat, change: Callable[[str], str]) -> Beat:
    """The beat with `change` applied to every text that may name somebody."""
    return replace(
        beat,
        event=change(beat.event),
        cast=tuple(Character(change(w.name), change(w.persona), change(w.look), w.voice) for w in beat.cast),
        lines=tuple(replace(line, speaker=change(line.speaker), text=change(line.text)) for line in beat.lines),
        place=change(beat.place),
        history=tuple(HistoryLine(change(line.speaker), change(line.text)) for line in beat.history),
        player_line=change(beat.player_line),
        facts=tuple(map(change, beat.facts)),
        sounds=beat.sounds,
        variants={key: change(text) for key, text in beat.variants.items()} if beat.variants else None,
    )


def _swappable(name: str) -> bool:
    # A name of several words may be spoken of by any of them, and a common word is no name.
    return name.isalpha() and name.istitle() and name not in _TITLES and name != "Player"


def _wording(beat: Beat, rng: random.Random) -> str:
    if not beat.variants or rng.random() < 0.5:
        return beat.event
    return rng.choice(list(beat.variants.values()))


def _thinned(who: Character, rng: random.Random) -> Character:
    chance = rng.random()
    if chance < 0.08:
        return replace(who, persona="", look="")
    if chance < 0.14 and who.look:
        return replace(who, persona="")
    trait, comma, voice = who.persona.rpartition(", ")
    if chance < 0.3 and comma:
        return replace(who, persona=trait, voice=voice)
    return who


def _world(beat: Beat, rng: random.Random) -> str:
    return f"a {beat.genre} story" if beat.genre and rng.random() < 0.25 else ""


def _limits(beat: Beat, rng: random.Random) -> tuple[int, int]:
    """Most lines and words a line, often the defaults, never less than the beat has."""
    if rng.random() < 0.7:
        return max(DEFAULT_MAX_LINES, len(beat.lines)), DEFAULT_MAX_WORDS
    longest = max(len(line.text.split()) for line in beat.lines)
    most = max(DEFAULT_MAX_LINES, len(beat.lines))
    return rng.randint(len(beat.lines), most), rng.choice([n for n in _WORD_LIMITS if n >= longest] or [longest])

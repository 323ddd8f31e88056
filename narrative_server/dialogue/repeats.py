"""Keeps lines from coming again: holds a line back while it may become an earlier one, and asks again if it does.

Two lines are the same when their letters and digits are, whatever the case, punctuation and spaces; a line of five
words or more is also the same when only its last word differs or one is added. Knows nothing of models.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from narrative_server.dialogue.types import (
    DialogueEngine,
    DialogueEvent,
    DialogueRequest,
    LineDelta,
    LineFinished,
    LineStarted,
    SoundProposed,
    SpokenLine,
)
from narrative_server.errors import EngineFailed
from narrative_server.seeds import sub_seed
from narrative_server.workers.cancel import CancelToken

MAX_RETRIES: Final = 2
"""How often a line is asked for again before it is left out."""

RETRY_TEMPERATURE: Final = 0.7
"""At least this when asking again: a colder model would say the same."""

_NEAR_WORDS: Final = 5
_WORD: Final = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """What counts of a line: runs of letters and digits, apostrophes left out, in one case."""
    return tuple(_WORD.findall(re.sub("['\u2018\u2019]", "", text.casefold())))


def generate_without_repeats(
    engine: DialogueEngine, request: DialogueRequest, cancel: CancelToken
) -> Iterator[DialogueEvent]:
    """Stream the engine's events without lines that were said before; the statistics are those of the last attempt.

    Raises EngineFailed when nothing else comes, and what the engine raises.
    """
    if request.may_repeat:
        yield from engine.generate(request, cancel)
        return
    answer = _Answer(request)
    retries = 0
    while True:
        standing = len(answer.lines)
        again = replace(request, opening=(*request.opening, *answer.lines))
        if retries:
            seed = sub_seed(request.seed, "dialogue", "again", len(answer.lines) * MAX_RETRIES + retries)
            again = replace(again, seed=seed, temperature=max(request.temperature, RETRY_TEMPERATURE))
        if (yield from _attempt(engine, again, cancel, answer, patient=retries < MAX_RETRIES)):
            break
        retries = 1 + (retries if len(answer.lines) == standing else 0)
    if not answer.lines and not request.opening:
        raise EngineFailed("dialogue", "it only repeated earlier lines")


class _Answer:
    """The lines that were let through, and all that may not come again.

    is_open: whether the line under way has parted from all of those, so that it streams.
    """

    def __init__(self, request: DialogueRequest) -> None:
        said = [*(line.text for line in request.history), *(line.text for line in request.opening), *request.avoid]
        self._forbidden = {words for text in said if (words := words_of(text))}
        self.lines: list[SpokenLine] = []
        self.is_open = False

    def may_repeat(self, text: str) -> bool:
        """Whether a line that begins with `text` may still turn out as one that was said."""
        words = words_of(text)
        return any(_may_become(words, known) for known in self._forbidden)

    def repeats(self, text: str) -> bool:
        """Whether the whole line was said before."""
        words = words_of(text)
        return any(words == known or _is_near(words, known) for known in self._forbidden)

    def add(self, line: LineFinished) -> None:
        """Let the line stand."""
        self.lines.append(SpokenLine(line.speaker, line.emotion, line.text))
        self.is_open = False
        if words := words_of(line.text):
            self._forbidden.add(words)


class _Numbers:
    """Gives lines and sounds the numbers that they have once the lines left out are gone."""

    def __init__(self) -> None:
        self._dropped: list[int] = []

    def drop(self, index: int) -> None:
        self._dropped.append(index)

    def line(self, index: int) -> int:
        return index - sum(dropped < index for dropped in self._dropped)

    def sounds_of(self, event: DialogueEvent) -> Iterator[DialogueEvent]:
        """The event, a sound with its line's new number; nothing for a sound of a line left out."""
        if not isinstance(event, SoundProposed):
            yield event
        elif event.line not in self._dropped:
            yield replace(event, line=self.line(event.line))


def _attempt(
    engine: DialogueEngine, request: DialogueRequest, cancel: CancelToken, answer: _Answer, patient: bool
) -> Generator[DialogueEvent, None, bool]:
    """One generation; returns whether it came to its end. A repeat ends it when `patient`, else is left out."""
    events = engine.generate(request, cancel)
    numbers = _Numbers()
    held: list[LineStarted | LineDelta] = []
    try:
        for event in events:
            if isinstance(event, LineStarted | LineDelta):
                held.append(event)
                text = "".join(one.text for one in held if isinstance(one, LineDelta))
                if not (answer.is_open or answer.may_repeat(text)):
                    answer.is_open = True
                if answer.is_open:
                    yield from _renumbered(held, numbers)
            elif not isinstance(event, LineFinished):
                yield from numbers.sounds_of(event)
            elif not answer.is_open and answer.repeats(event.text):
                if patient:
                    return False
                numbers.drop(event.index)
                held.clear()
            else:
                yield from _renumbered(held, numbers)
                yield replace(event, index=numbers.line(event.index))
                answer.add(event)
    finally:
        # Frees the slot when the generation is not read to its end.
        if isinstance(events, Generator):
            events.close()
    return True


def _renumbered(held: list[LineStarted | LineDelta], numbers: _Numbers) -> Iterator[DialogueEvent]:
    yield from (replace(event, index=numbers.line(event.index)) for event in held)
    held.clear()


def _is_near(words: Words, known: Words) -> bool:
    only_the_end_differs = words[: len(known) - 1] == known[:-1] and len(known) <= len(words) <= len(known) + 1
    return len(known) >= _NEAR_WORDS and only_the_end_differs


def _may_become(words: Words, known: Words) -> bool:
    """Whether a line that begins with `words` may still turn out as `known`; its last word may be half a word."""
    if not words or _is_near(words, known):
        return True
    whole = len(words) - 1
    return len(words) <= len(known) and words[:whole] == known[:whole] and known[whole].startswith(words[whole])

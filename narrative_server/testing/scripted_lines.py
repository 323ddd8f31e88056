"""Writes a beat's lines without a model: authored ones for known events, else ones put together from the request.

The same request and seed give the same lines. What a model must keep to holds here too: lines go on after an opening,
hold no banned word, and made-up ones repeat nothing that was said.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from narrative_server.dialogue.scripted import ANYBODY, ScriptedLine
from narrative_server.dialogue.types import (
    DialogueEvent,
    DialogueRequest,
    GenerationStats,
    LineDelta,
    LineFinished,
    LineStarted,
    SoundProposed,
)
from narrative_server.seeds import sub_seed
from narrative_server.semantics.mood import EMOTIONS

_OPENINGS: Final[dict[str, tuple[str, ...]]] = {
    "neutral": ("Look at that.", "So it begins.", "We should talk about this."),
    "joy": ("At last, good news!", "I could sing!", "What a day this is!"),
    "sadness": ("I wish it were not so.", "Give me a moment.", "We came too late."),
    "anger": ("Enough of this!", "They will answer for it!", "Not one step further!"),
    "fear": ("Stay close to me.", "Did you hear that?", "Keep your voice down."),
    "disgust": ("What is that smell?", "I will not touch it.", "This place is rotten."),
    "surprise": ("By all the stars!", "I did not expect that.", "Wait, what is this?"),
}
_REMARKS: Final = ("You saw it too: {event}", "Remember this: {event}", "Nobody will believe it: {event}")


Script: TypeAlias = Mapping[str, Sequence[ScriptedLine]]
"""Authored lines by the trigger's event sentence; case and spacing of it do not matter."""


def check_script(script: Script) -> None:
    """Raise ValueError for a line without words or with an unknown emotion."""
    for event, lines in script.items():
        for line in lines:
            if not line.text.strip():
                raise ValueError(f"a line for {event!r} has no words")
            if line.emotion not in EMOTIONS:
                raise ValueError(f"emotion for {event!r} is {line.emotion!r}; legal: {', '.join(EMOTIONS)}")


def write_lines(request: DialogueRequest, script: Script) -> list[ScriptedLine]:
    """The new lines of `request`: those of `script` for its event, else made up; at most max_lines of max_words.

    The speaker "*" is whoever's turn it is; authored lines of others who are not in the cast are left out. After an
    opening come the authored lines that follow as many, else made-up ones. Banned words are left out of a line.
    """
    start = len(request.opening)
    names = [character.name for character in request.cast]
    told = next((lines for event, lines in script.items() if _key(event) == _key(request.event)), ())
    authored = [
        replace(line, speaker=names[turn % len(names)]) if line.speaker == ANYBODY else line
        for turn, line in enumerate(told)
    ]
    present = [line for line in authored if line.speaker in names]
    lines = present[start : request.max_lines] or _made_up(request, names)
    return [replace(line, text=_allowed(line.text, request)) for line in lines]


def _allowed(text: str, request: DialogueRequest) -> str:
    words = [word for word in text.split() if not any(_is_banned(word, entry) for entry in request.banned)]
    return " ".join(words[: request.max_words]) or "Hm."


def _is_banned(word: str, entry: str) -> bool:
    parts = re.findall(r"[^\W\d_]+", word.casefold())
    stem = entry.casefold().removesuffix("*")
    return any(part.startswith(stem) if entry.endswith("*") else part == stem for part in parts)


def propose_sounds(request: DialogueRequest, sounds: Mapping[str, Sequence[SoundProposed]]) -> list[SoundProposed]:
    """Those of `sounds` for the event of `request`, as many as it asks for."""
    told = next((told for event, told in sounds.items() if _key(event) == _key(request.event)), ())
    return list(told)[: request.max_sounds]


def stream_line(index: int, line: ScriptedLine) -> Iterator[DialogueEvent]:
    """The events of a line as `write_lines` gives it, a delta a word."""
    yield LineStarted(index, line.speaker, line.emotion)
    for position, word in enumerate(line.text.split(" ")):
        yield LineDelta(index, word if position == 0 else " " + word)
    yield LineFinished(index, line.speaker, line.emotion, line.text)


def count_tokens(request: DialogueRequest, lines: Sequence[ScriptedLine]) -> GenerationStats:
    """Statistics with a word for a token and no time passed."""
    prompt = " ".join((request.world, request.place, *request.facts, request.event, request.player_line))
    words = sum(len(line.text.split()) for line in lines)
    return GenerationStats(len(prompt.split()), 0, words, 0.0, 0.0)


def _made_up(request: DialogueRequest, names: Sequence[str]) -> list[ScriptedLine]:
    dice = random.Random(sub_seed(request.seed, "dialogue", "\x1f".join((request.event, *names))))
    first = dice.randrange(len(names))
    remark = dice.choice(_REMARKS).format(event=request.event)
    said = set(request.avoid)
    if not request.may_repeat:
        said |= {line.text for line in request.history} | {line.text for line in request.opening}
    lines = []
    for index in range(request.max_lines):
        opening = dice.choice(_OPENINGS[request.mood.emotion])
        if index < len(request.opening):  # drawn all the same, so that the lines after it do not depend on it
            continue
        text = _new(f"{opening} {remark}" if index == 0 else opening, said)
        if not request.may_repeat:
            said.add(text)
        lines.append(ScriptedLine(names[(first + index) % len(names)], request.mood.emotion, text))
    return lines


def _new(text: str, said: set[str]) -> str:
    """`text`, or something like it that was not said yet."""
    ways = itertools.chain((text,), (f"{count} times now. {text}" for count in itertools.count(2)))
    return next(way for way in ways if way not in said)


def _key(event: str) -> str:
    return " ".join(event.casefold().split())

"""Writes a beat's lines without a model: authored ones for known events, else ones put together from the request.

The same cast, event and seed give the same lines.
"""

from __future__ import annotations

import random
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
    """The lines of `request`: those of `script` for its event, else made up; at most max_lines of max_words.

    The speaker "*" is whoever's turn it is; authored lines of others who are not in the cast are left out.
    """
    names = [character.name for character in request.cast]
    told = next((lines for event, lines in script.items() if _key(event) == _key(request.event)), ())
    authored = [
        replace(line, speaker=names[turn % len(names)]) if line.speaker == ANYBODY else line
        for turn, line in enumerate(told)
    ]
    lines = [line for line in authored if line.speaker in names] or _made_up(request, names)
    return [replace(line, text=" ".join(line.text.split()[: request.max_words])) for line in lines[: request.max_lines]]


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
    lines = []
    for index in range(request.max_lines):
        opening = dice.choice(_OPENINGS[request.mood.emotion])
        text = f"{opening} {remark}" if index == 0 else opening
        lines.append(ScriptedLine(names[(first + index) % len(names)], request.mood.emotion, text))
    return lines


def _key(event: str) -> str:
    return " ".join(event.casefold().split())

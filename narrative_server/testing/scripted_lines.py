"""Writes a beat's lines without a model: authored ones for known events, else ones put together from the request.

The same cast, event and seed give the same lines.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True)
class ScriptedLine:
    """A line that a script gives word for word. An emotion of "" means the beat's."""

    speaker: str
    text: str
    emotion: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a scripted line needs words")
        if self.emotion and self.emotion not in EMOTIONS:
            raise ValueError(f"emotion is {self.emotion!r}; legal: {', '.join(EMOTIONS)}, or empty")


Script = Mapping[str, Sequence[ScriptedLine]]
"""Authored lines by the trigger's event sentence."""


def write_lines(request: DialogueRequest, script: Script) -> list[ScriptedLine]:
    """The lines of `request`: those of `script` for its event, else made up; at most max_lines of max_words.

    Authored lines whose speaker is not in the cast are left out.
    """
    names = [character.name for character in request.cast]
    authored = [line for line in script.get(request.event, ()) if line.speaker in names]
    lines = authored or _made_up(request, names)
    return [_shortened(line, request) for line in lines[: request.max_lines]]


def stream_line(index: int, line: ScriptedLine) -> Iterator[DialogueEvent]:
    """One line's events, a delta a word."""
    text = " ".join(line.text.split())
    yield LineStarted(index, line.speaker, line.emotion)
    for position, word in enumerate(text.split(" ")):
        yield LineDelta(index, word if position == 0 else " " + word)
    yield LineFinished(index, line.speaker, line.emotion, text)


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
        lines.append(ScriptedLine(names[(first + index) % len(names)], text, request.mood.emotion))
    return lines


def _shortened(line: ScriptedLine, request: DialogueRequest) -> ScriptedLine:
    text = " ".join(line.text.split()[: request.max_words])
    return ScriptedLine(line.speaker, text, line.emotion or request.mood.emotion)

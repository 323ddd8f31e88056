"""The scripted engine: authored or built-in lines, without a model. For tests and for games' own CI.

A script is a JSON file: {"beats": [{"event": "...", "lines": [{"speaker", "emotion", "text"}, ...]}, ...]}. A beat is
chosen by its event (case and spacing apart); the speaker "*" is whoever's turn it is; lines of absent speakers are left
out. Other events get built-in lines, chosen by (event, speaker, seed).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.types import (
    DialogueEvent,
    DialogueRequest,
    GenerationStats,
    LineDelta,
    LineFinished,
    LineStarted,
)
from narrative_server.errors import InvalidConfig
from narrative_server.seeds import sub_seed
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.workers.cancel import CancelToken

ANYBODY: Final = "*"

BUILT_IN: Final[dict[str, tuple[str, ...]]] = {
    "neutral": (
        "So that is how it stands.",
        "I have seen this before.",
        "Take your time, I will wait.",
        "You know where to find me.",
        "Tell me what you make of it.",
        "We should look around first.",
    ),
    "joy": (
        "You did it! I knew you would!",
        "Come, tonight we sing!",
        "I have not smiled like this in years.",
        "Look at that, what a fine day!",
        "I could hug you for this!",
        "My heart is light again.",
    ),
    "sadness": (
        "It was here this morning, all of it.",
        "I should have come sooner.",
        "Leave me a moment, please.",
        "Nothing will be as it was.",
        "I still hear her voice in this room.",
        "Walk with me, I cannot stay here.",
    ),
    "anger": (
        "Who did this? Give me a name!",
        "Enough! I will not be fooled twice.",
        "Get out of my sight.",
        "You promised me this would not happen!",
        "They will answer for it, every one.",
        "Do not tell me to be calm!",
    ),
    "fear": (
        "Stay close. I do not like this.",
        "Did you hear that?",
        "We have to go, now!",
        "My hands will not stop shaking.",
        "Do not turn around, whatever you hear.",
        "Put out the light, quick!",
    ),
    "disgust": (
        "What is that smell?",
        "I am not touching that.",
        "Keep it away from my food.",
        "You carry it, if you must.",
        "It is all over my boots.",
        "Somebody lived in this?",
    ),
    "surprise": (
        "Wait, that cannot be right!",
        "Where did you come from?",
        "Well, I did not see that coming!",
        "It moved! Tell me you saw it too!",
        "After all these years, here it is!",
        "You are full of surprises.",
    ),
}


@dataclass(frozen=True)
class ScriptedLine:
    """One authored line."""

    speaker: str
    emotion: str
    text: str


Script = dict[str, tuple[ScriptedLine, ...]]


class ScriptedEngine:
    """Streams authored lines word by word; equal requests give equal lines."""

    name = "scripted"

    def __init__(self, config: DialogueConfig) -> None:
        """Read the script. Raises InvalidConfig, which names the beat at fault."""
        self.slots = config.slots
        self._delay_s = config.delta_delay_ms / 1000.0
        self._script = read_script(Path(config.script)) if config.script else {}

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        """Stream one beat's lines; see DialogueEngine."""
        words_said = 0
        standing = len(request.opening)
        for index, line in enumerate(self._lines(request)[standing:], standing):
            words = line.text.split()[: request.max_words]
            yield LineStarted(index, line.speaker, line.emotion)
            for position, word in enumerate(words):
                cancel.wait(self._delay_s)
                cancel.check()
                yield LineDelta(index, word if position == 0 else f" {word}")
            yield LineFinished(index, line.speaker, line.emotion, " ".join(words))
            words_said += len(words)
        yield GenerationStats(0, 0, words_said, 0.0, 0.0)

    def close(self) -> None:
        """Nothing to free."""

    def _lines(self, request: DialogueRequest) -> list[ScriptedLine]:
        names = [who.name for who in request.cast]
        authored = [
            ScriptedLine(names[index % len(names)], line.emotion, line.text) if line.speaker == ANYBODY else line
            for index, line in enumerate(self._script.get(_event_key(request.event), ()))
        ]
        present = [line for line in authored if line.speaker in names]
        return (present or list(_built_in_lines(request)))[: request.max_lines]


def read_script(path: Path) -> Script:
    """Read and check a script file. Raises InvalidConfig."""
    try:
        beats = json.loads(path.read_text(encoding="utf-8"))["beats"]
        return {_event_key(beat["event"]): tuple(map(_read_line, beat["lines"])) for beat in beats}
    except OSError as error:
        raise InvalidConfig("dialogue.script", str(path), "a readable file") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        legal = 'JSON {"beats": [{"event", "lines": [{"speaker", "emotion", "text"}]}]}; ' + repr(error)
        raise InvalidConfig("dialogue.script", str(path), legal) from error


def _read_line(line: dict[str, str]) -> ScriptedLine:
    if line["emotion"] not in EMOTIONS:
        raise ValueError(f"emotion {line['emotion']!r} is none of {', '.join(EMOTIONS)}")
    if not line["text"].strip() or not line["speaker"].strip():
        raise ValueError("speaker and text must not be empty")
    return ScriptedLine(line["speaker"], line["emotion"], line["text"])


def _built_in_lines(request: DialogueRequest) -> Iterator[ScriptedLine]:
    said = {line.text for line in request.history}
    for index in range(request.max_lines):
        speaker = request.cast[index % len(request.cast)].name
        choices = [text for text in BUILT_IN[request.mood.emotion] if text not in said]
        choices = choices or list(BUILT_IN[request.mood.emotion])
        pick = sub_seed(request.seed, "dialogue", f"{_event_key(request.event)}\x1f{speaker}", index)
        text = choices[pick % len(choices)]
        said.add(text)
        yield ScriptedLine(speaker, request.mood.emotion, text)


def _event_key(event: str) -> str:
    return " ".join(event.casefold().split())

"""What the readers of scripts share: spoken lines and what was skipped, names, emotions, and which lines came before.

A reader gives passages: lines that follow one another, each passage with those that led to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from narrative_server.bridges.script import PLAYER
from narrative_server.semantics.mood import EMOTIONS

MAX_NAME_CHARS: Final = 60

_SYNONYMS: Final[Mapping[str, str]] = {
    "happy": "joy",
    "glad": "joy",
    "sad": "sadness",
    "angry": "anger",
    "mad": "anger",
    "afraid": "fear",
    "scared": "fear",
    "disgusted": "disgust",
    "surprised": "surprise",
    "calm": "neutral",
}
_STAGE_DIRECTION: Final = re.compile(r"\s*\(([^()]*)\)$")
_NOT_IN_NAMES: Final = frozenset("()[]{}<>*\n\r")


@dataclass(frozen=True)
class SpokenLine:
    """A line that was read. emotion: empty when the script does not tell it."""

    speaker: str
    text: str
    emotion: str = ""


@dataclass(frozen=True)
class Passage:
    """Lines that follow one another in one scene, and those of that scene that led to them, oldest first."""

    lines: tuple[SpokenLine, ...]
    before: tuple[SpokenLine, ...] = ()
    event: str = ""
    kind: str = ""
    place: str = ""
    emotion: str = ""
    intensity: float | None = None


@dataclass(frozen=True)
class Skipped:
    """Something that was not taken over. row: from 1."""

    file: str
    row: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.what}"


@dataclass(frozen=True)
class ReadScript:
    """What one file gave."""

    passages: tuple[Passage, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass
class Scene:
    """Collects one node's or knot's lines into passages.

    A choice starts a branch: its lines follow those before the choice, not those of the branch beside it.
    """

    title: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    passages: list[Passage] = field(default_factory=list)
    _lines: list[SpokenLine] = field(default_factory=list)
    _before: list[SpokenLine] = field(default_factory=list)
    _branches: list[tuple[int, list[SpokenLine]]] = field(default_factory=list)

    @property
    def started(self) -> bool:
        """Whether a line was said."""
        return bool(self._lines or self.passages)

    def say(self, line: SpokenLine) -> None:
        """Append a line."""
        self._lines.append(line)

    def branch(self, level: int) -> None:
        """Begin a branch at `level` (deeper is higher): beside an open one of that level, else off the lines so far."""
        self.leave(level + 1)
        self._flush()
        if self._branches and self._branches[-1][0] == level:
            self._before = list(self._branches[-1][1])
        else:
            self._branches.append((level, list(self._before)))

    def leave(self, level: int) -> None:
        """End the branches of `level` and deeper: what follows goes on from before them."""
        while self._branches and self._branches[-1][0] >= level:
            self._flush()
            self._before = self._branches.pop()[1]

    def close(self) -> list[Passage]:
        """All passages."""
        self._flush()
        return self.passages

    def _flush(self) -> None:
        if not self._lines:
            return
        emotion, intensity = read_mood(self.headers.get("mood", ""))
        self.passages.append(
            Passage(
                tuple(self._lines),
                tuple(self._before),
                self.headers.get("event") or self.comment or event_of_title(self.title),
                self.headers.get("kind", ""),
                self.headers.get("place", ""),
                emotion,
                intensity,
            )
        )
        self._before += self._lines
        self._lines = []


def split_rows(text: str) -> list[str]:
    """The rows of a file: only what editors break lines at separates them, never U+2028 or a form feed."""
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))


def split_speaker(text: str, mask: str) -> SpokenLine | None:
    """Split `Name: words` at the first colon; `Name (emotion): words` tells the emotion too. None without a name.

    mask: `text` with escaped characters replaced, so that an escaped colon separates nothing.
    """
    colon = mask.find(":")
    if colon < 0:
        return None
    name, emotion = text[:colon].strip(), ""
    found = _STAGE_DIRECTION.search(name)
    if found:
        name, emotion = name[: found.start()].strip(), read_emotion(found[1])
    words = text[colon + 1 :].strip()
    if not words or not 0 < len(name) <= MAX_NAME_CHARS or _NOT_IN_NAMES & set(name):
        return None
    return SpokenLine(name, words, emotion)


def known_player(line: SpokenLine, players: Iterable[str]) -> SpokenLine:
    """`line`, spoken by `Player` when its speaker is one of `players` (case aside)."""
    names = {PLAYER.casefold(), *(name.casefold() for name in players)}
    return SpokenLine(PLAYER, line.text, line.emotion) if line.speaker.casefold() in names else line


def read_emotion(word: str) -> str:
    """The emotion that a tag names, such as `joy`, `angry` or `emotion: fear`; empty for any other word."""
    plain = word.strip().strip("#").casefold()
    key, colon, value = plain.partition(":")
    if colon:
        if key.strip() not in ("emotion", "mood", "feeling"):
            return ""
        plain = value.strip()
    return plain if plain in EMOTIONS else _SYNONYMS.get(plain, "")


def read_mood(words: str) -> tuple[str, float | None]:
    """Emotion and intensity of words such as `fear 0.8`; what is not told is empty or None."""
    parts = words.split()
    emotion = read_emotion(parts[0]) if parts else ""
    try:
        intensity = float(parts[1]) if len(parts) > 1 else None
    except ValueError:
        intensity = None
    return emotion, intensity if intensity is not None and 0.0 <= intensity <= 1.0 else None


def usual_emotion(lines: Iterable[SpokenLine]) -> str:
    """What most lines feel, neutral ones aside; neutral when no line tells."""
    told = Counter(line.emotion for line in lines if line.emotion not in ("", "neutral"))
    return told.most_common(1)[0][0] if told else "neutral"


def event_of_title(title: str) -> str:
    """A title such as `Enter_BurningVillage` as words: "Enter burning village."; empty for none."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", title.replace("_", " ").replace("-", " ")).split()
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:].lower()}." if text else ""

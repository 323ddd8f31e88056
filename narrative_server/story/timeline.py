"""When things happen in a beat: line durations from text and pace, cues, and absolute times at the end.

Knows nothing of pictures, sounds or streams: a target is a kind and a key. A cue hangs on a line ("when line 1 ends,
300 ms later"), so that a client can play before the end of the beat is known.

The neutral pace is 155 words a minute, pauses included, the middle of the 150 to 170 that Tauroza and Allison
("Speech Rates in British English", Applied Linguistics 11(1), 1990) call moderate for radio monologues; time is given
to words by their syllables. Excited speech is faster and sad speech slower (Murray and Arnott, "Toward the simulation
of emotion in synthetic speech", JASA 93(2), 1993), taken here as linear in arousal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from narrative_server.semantics.mood import Mood

TargetKind = Literal["line", "background", "sprite", "sound"]
AnchorPoint = Literal["START", "END", "WORD"]
_KINDS: Final = ("background", "sprite", "line", "sound")

LINE_GAP_MS: Final = 350
"""Silence between the end of a line and the start of the next."""

SHORTEST_LINE_MS: Final = 600
_WORD_MS: Final = 45.0
_SYLLABLE_MS: Final = 217.0
_PAUSES_MS: Final = {",": 180, ";": 260, ":": 260, "—": 260, "–": 260, ".": 380, "!": 380, "?": 380, "…": 480}
_AROUSAL_PACE: Final = 0.2
_VOWELS: Final = re.compile(r"[aeiouyаеиоуыэюяіαεηιουω]+")
_CLOSING: Final = "\"')]}»”’*"


@dataclass(frozen=True)
class Target:
    """What a cue starts: `key` is the line's index in decimal digits, or the key of the planned medium."""

    kind: TargetKind
    key: str

    @staticmethod
    def line(index: int) -> Target:
        """The target of line `index` (from 0)."""
        return Target("line", str(index))


@dataclass(frozen=True)
class Anchor:
    """A point on a line: its START, its END, or the start of its WORD number `word` (both indices from 0)."""

    line: int = 0
    point: AnchorPoint = "START"
    word: int = 0

    def __post_init__(self) -> None:
        if self.line < 0 or self.word < 0:
            raise ValueError(f"anchor has line {self.line}, word {self.word}; legal: 0 or more")


@dataclass(frozen=True)
class Cue:
    """`target` starts `offset_ms` after `anchor` (before it when negative)."""

    target: Target
    anchor: Anchor
    offset_ms: int = 0


@dataclass(frozen=True)
class TimedCue:
    """A cue with its absolute time: milliseconds from the start of the beat; pictures stay and have a duration of 0."""

    cue: Cue
    start_ms: int
    duration_ms: int

    @property
    def target(self) -> Target:
        """What starts."""
        return self.cue.target


@dataclass(frozen=True)
class Revision:
    """Cues appended since the last revision; `revision` counts from 1."""

    revision: int
    cues: tuple[Cue, ...]


@dataclass(frozen=True)
class LineTiming:
    """How long a line takes to speak, and when each of its words (split at white space) starts, from 0."""

    duration_ms: int
    word_starts_ms: tuple[int, ...] = ()


def count_syllables(word: str) -> int:
    """Estimate the syllables of `word` from its vowel groups; digits and CJK characters count one each."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
    groups = len(_VOWELS.findall(plain))
    letters = re.sub(r"[^a-z]", "", plain)
    silent_e = letters.endswith("e") and not letters.endswith(("le", "ee", "ye", "oe"))
    silent_ed = letters.endswith("ed") and letters[-3:-2] not in ("t", "d", "e", "")
    if (silent_e or silent_ed) and groups > 1:
        groups -= 1
    singles = sum(c.isdigit() or "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in word)
    return max(groups + singles, 1)


def time_line(text: str, mood: Mood | None = None, words_per_minute: float = 155.0) -> LineTiming:
    """Time a spoken line.

    text: the line; white space separates words. Pauses follow punctuation inside the line, not its last one.
    mood: the line's emotion; its arousal (-1..1) changes the pace by up to 20 %.
    words_per_minute: the neutral pace of the whole, above 0.
    """
    if not words_per_minute > 0:
        raise ValueError(f"words_per_minute is {words_per_minute!r}; legal: above 0")
    pace = words_per_minute / 155.0 * (1.0 + _AROUSAL_PACE * (mood.arousal if mood else 0.0))
    starts: list[int] = []
    now = pause = 0.0
    for word in text.split():
        now += pause / pace
        starts.append(round(now))
        now += (_WORD_MS + _SYLLABLE_MS * count_syllables(word)) / pace
        pause = _pause_after(word)
    return LineTiming(max(round(now), SHORTEST_LINE_MS), tuple(starts))


def _pause_after(word: str) -> float:
    bare = word.rstrip(_CLOSING)
    if bare.endswith("..."):
        return _PAUSES_MS["…"]
    return _PAUSES_MS.get(bare[-1:], 0)


def word_anchor(line: int, text: str, phrase: str) -> Anchor | None:
    """Anchor `phrase` to the first word of line `text` that shares a stem (5 letters) with it, or None."""
    stems = {stem for stem in map(_stem, phrase.split()) if len(stem) > 3}
    for index, word in enumerate(text.split()):
        if _stem(word) in stems:
            return Anchor(line, "WORD", index)
    return None


def _stem(word: str) -> str:
    return re.sub(r"\W+", "", word.casefold())[:5]


@dataclass
class TimelineBuilder:
    """Collects a beat's cues while it streams; cues are only ever appended, so that a sent one never moves.

    Lines follow one another with LINE_GAP_MS between them and the first starts at 0. Whoever plays the beat calls
    `add_line` as each line finishes and `add` as each medium is ready, takes `next_revision` after either,
    and `resolve` at the end.
    """

    _timings: list[LineTiming] = field(default_factory=list)
    _cues: list[tuple[Cue, int]] = field(default_factory=list)
    _taken: int = 0
    _revision: int = 0

    def add_line(self, timing: LineTiming) -> Cue:
        """Append the next line; returns its cue."""
        index = len(self._timings)
        anchor, offset_ms = (Anchor(index - 1, "END"), LINE_GAP_MS) if index else (Anchor(0, "START"), 0)
        cue = Cue(Target.line(index), anchor, offset_ms)
        self._timings.append(timing)
        self._append(cue, timing.duration_ms)
        return cue

    def add(self, cue: Cue, duration_ms: int = 0) -> None:
        """Append a cue of a background or sprite, which stay, or of a sound of `duration_ms`.

        Raises ValueError when the target is a line or has a cue already.
        """
        if cue.target.kind == "line":
            raise ValueError("line cues come from add_line")
        if duration_ms < 0:
            raise ValueError(f"duration_ms is {duration_ms}; legal: 0 or more")
        self._append(cue, duration_ms)

    def _append(self, cue: Cue, duration_ms: int) -> None:
        if any(cue.target == known.target for known, _ in self._cues):
            raise ValueError(f"{cue.target} has a cue already")
        self._cues.append((cue, duration_ms))

    def next_revision(self) -> Revision | None:
        """The cues appended since the last call, or None when there are none."""
        fresh = tuple(cue for cue, _ in self._cues[self._taken :])
        if not fresh:
            return None
        self._taken = len(self._cues)
        self._revision += 1
        return Revision(self._revision, fresh)

    def resolve(self) -> tuple[TimedCue, ...]:
        """Absolute times of all cues, earliest first; the same cues give the same order however they were added.

        An anchor on a line that never came means the end of the last line, or 0 without any line; a word past the
        last of its line means the line's end. No cue starts before 0.
        """
        starts = self._line_starts()
        timed = [TimedCue(cue, self._start(cue, starts), duration_ms) for cue, duration_ms in self._cues]
        return tuple(sorted(timed, key=lambda c: (c.start_ms, _KINDS.index(c.target.kind), c.target.key)))

    def _start(self, cue: Cue, starts: list[int]) -> int:
        return max(0, self._at(cue.anchor, starts) + cue.offset_ms)

    def _line_starts(self) -> list[int]:
        starts, now = [], 0
        for timing in self._timings:
            starts.append(now)
            now += timing.duration_ms + LINE_GAP_MS
        return starts

    def _at(self, anchor: Anchor, starts: list[int]) -> int:
        if not starts:
            return 0
        if anchor.line >= len(starts):
            return starts[-1] + self._timings[-1].duration_ms
        start, timing = starts[anchor.line], self._timings[anchor.line]
        if anchor.point == "START":
            return start
        if anchor.point == "WORD" and anchor.word < len(timing.word_starts_ms):
            return start + timing.word_starts_ms[anchor.word]
        return start + timing.duration_ms


def beat_duration_ms(cues: Iterable[TimedCue]) -> int:
    """When the last cue has ended."""
    return max((cue.start_ms + cue.duration_ms for cue in cues), default=0)

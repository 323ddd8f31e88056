"""Turns an engine's raw output into dialogue events while it streams. Knows the answer's format, nothing of models.

Deltas never start or end a line with space, and never hold part of a character: joined, they are the line's text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final, cast

from narrative_server.dialogue.banned import banned_end
from narrative_server.dialogue.types import (
    DialogueEvent,
    LineDelta,
    LineFinished,
    LineStarted,
    SoundProposed,
    SoundWhen,
)
from narrative_server.semantics.mood import EMOTIONS

_SOUND: Final = re.compile(r"\s*Sound \((before|during|after) (\d)\): ?(.*\S)")

_LONGEST_WORD: Final = 80
"""More characters than any banned word has."""


class AnswerParser:
    """Feed it the bytes of an answer's rows as they come; `finish` ends a line that was cut off.

    A line counts once it has words. A sound counts once its row is whole, and when the line that it names was spoken.
    Rows in another form, which the grammar rules out, are passed over.
    """

    def __init__(self, speakers: Iterable[str], first_index: int = 0, banned: tuple[str, ...] = ()) -> None:
        """`first_index`: the index of the first line to come.

        banned: words that are held back until they turn out to begin longer ones, and dropped where the output is cut.
        """
        self._banned_end = banned_end(banned)
        names = "|".join(re.escape(name) for name in sorted(speakers, key=len, reverse=True))
        self._head = re.compile(rf"\s*({names}) \(({'|'.join(EMOTIONS)})\): ?")
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._unread = ""
        self._line: LineStarted | None = None
        self._sounds: list[SoundProposed] = []
        self._text = ""
        self._next_index = first_index

    def feed(self, data: bytes) -> Iterator[DialogueEvent]:
        """Parse some more output."""
        self._unread += self._decoder.decode(data)
        while self._line is not None or self._read_head():
            words, newline, rest = self._unread.partition("\n")
            yield from self._add_words(words, ended=bool(newline))
            if not newline:
                return
            self._unread = rest
            yield from self._end_line()
        yield from self._take_sounds()

    def finish(self) -> Iterator[DialogueEvent]:
        """End the output; a line that was cut off ends where it stands, a sound that was cut off is dropped."""
        self._decoder.reset()  # half a character at the end is dropped, not shown as a replacement mark
        self._unread = ""  # part of a head or of a sound, or what was held back of a line
        yield from self.feed(b"\n")

    def _read_head(self) -> bool:
        while (found := self._head.match(self._unread)) is None:
            row, newline, rest = self._unread.partition("\n")
            if not newline:
                return False
            self._unread = rest
            self._read_sound(row)
        self._line = LineStarted(self._next_index, found[1], found[2])
        self._text = ""
        self._unread = self._unread[found.end() :]
        return True

    def _read_sound(self, row: str) -> None:
        found = _SOUND.fullmatch(row)
        if found and 1 <= int(found[2]) <= self._next_index:
            self._sounds.append(SoundProposed(found[3], int(found[2]) - 1, cast(SoundWhen, found[1])))

    def _take_sounds(self) -> Iterator[DialogueEvent]:
        yield from self._sounds
        self._sounds.clear()

    def _add_words(self, words: str, ended: bool) -> Iterator[DialogueEvent]:
        assert self._line is not None
        if not self._text:
            words = words.lstrip()
        whole = words.rstrip()
        if not ended:
            whole = self._without_banned_end(whole)
        self._unread = words[len(whole) :]  # space at the end is kept back until a word follows
        if not whole:
            return
        if not self._text:
            yield self._line
        self._text += whole
        yield LineDelta(self._line.index, whole)

    def _without_banned_end(self, whole: str) -> str:
        """`whole` but for a banned word at its end, which must be the beginning of one that is still to come."""
        said = self._text + whole
        found = self._banned_end.search(said, max(0, len(said) - _LONGEST_WORD))
        return whole if found is None else whole[: max(0, found.start() - len(self._text))].rstrip()

    def _end_line(self) -> Iterator[DialogueEvent]:
        assert self._line is not None
        if self._text:
            yield LineFinished(self._line.index, self._line.speaker, self._line.emotion, self._text)
            self._next_index += 1
        self._line = None

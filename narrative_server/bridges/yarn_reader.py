"""Reads the spoken lines of a Yarn Spinner file (.yarn): a documented part of the language, docs/bridges.md.

Taken: nodes with their headers, `Name: words` lines with hashtags and markup, options (what the player says), and
branches by indentation and <<if>>. Skipped and reported: other commands, lines with expressions, lines without a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from narrative_server.bridges.reading import (
    ReadScript,
    Scene,
    Skipped,
    SpokenLine,
    known_player,
    read_emotion,
    split_rows,
    split_speaker,
)
from narrative_server.bridges.script import PLAYER

_HIDDEN: Final = "\ufffe"
"""Stands for an escaped character in a mask; no text may hold it."""

_ESCAPE: Final = re.compile(r"\\(.)")
_TAG: Final = re.compile(r"#([^\s#$<]+)")
_MARKUP: Final = re.compile(r"\[[^\[\]]*\]")
_NAME_MARKUP: Final = re.compile(r'\[character\s+name\s*=\s*"([^"]*)"\s*/?\]')
_REPLACING: Final = re.compile(r"\[(select|plural|ordinal)\b")
_QUIET: Final = ("jump", "detour", "return", "stop", "show_", "play_sound", "wait")
_NARRATION: Final = "narration"
_IF_LEVELS: Final = 100_000
"""How much deeper than its <<if>> a line stands, whatever its column: many writers do not indent there."""


def read_yarn(text: str, file: str, players: Collection[str] = ()) -> ReadScript:
    """The passages of a file's `text`. file: its name for reports. players: further names of the player."""
    return _Reader(file, players).read(text)


class _Reader:
    def __init__(self, file: str, players: Collection[str]) -> None:
        self._file, self._players = file, players
        self._skipped: list[Skipped] = []
        self._scene = Scene()
        self._ifs: list[int] = []

    def read(self, text: str) -> ReadScript:
        passages = []
        in_body = False
        for number, row in enumerate(split_rows(text), 1):
            stripped = row.strip()
            if in_body and stripped == "===":
                passages += self._scene.close()
                self._scene, self._ifs, in_body = Scene(), [], False
            elif in_body:
                self._body(row, number)
            elif stripped == "---":
                in_body = True
                self._scene.title = self._scene.headers.get("title", "")
            else:
                self._header(stripped, number)
        if in_body:
            self._skip(len(split_rows(text)), "the last node has no ===")
            passages += self._scene.close()
        return ReadScript(tuple(passages), tuple(self._skipped))

    def _header(self, row: str, number: int) -> None:
        key, colon, value = row.partition(":")
        if colon:
            self._scene.headers[key.strip().casefold()] = value.strip()
        elif row and not row.startswith(("#", "//")):
            self._skip(number, f"not a header: {row[:60]!r}")

    def _body(self, row: str, number: int) -> None:
        stripped = row.strip()
        columns = len(row.expandtabs(8)) - len(row.expandtabs(8).lstrip())
        level = columns + len(self._ifs) * _IF_LEVELS
        if not stripped:
            return
        if stripped.startswith("//"):
            if not self._scene.comment and not self._scene.started:
                self._scene.comment = stripped.lstrip("/ ").strip()
        elif stripped.startswith("<<"):
            self._command(stripped, level, number)
        elif stripped.startswith(("->", "=>")):
            self._scene.branch(level)
            if stripped.startswith("->"):
                self._line(stripped[2:].strip(), number, PLAYER)
            else:
                self._line(stripped[2:].strip(), number, "")
        else:
            self._scene.leave(level)
            self._line(stripped, number, "")

    def _command(self, row: str, level: int, number: int) -> None:
        word = row[2:].lstrip().split(">>")[0].split(" ")[0]
        if word in ("if", "once"):
            self._scene.leave(level)
            self._scene.branch(level)
            self._ifs.append(level)
        elif word in ("elseif", "else") and self._ifs:
            self._scene.branch(self._ifs[-1])
        elif word in ("endif", "endonce") and self._ifs:
            self._scene.leave(self._ifs.pop())
        elif not word.startswith(_QUIET):
            self._skip(number, f"command <<{word}>>")

    def _line(self, row: str, number: int, speaker: str) -> None:
        text, mask = unescape(row)
        text, mask, tags = _cut_tags(text, mask)
        if _NARRATION in tags:
            return
        if "{" in mask or _REPLACING.search(mask):
            return self._skip(number, "a line with an expression")
        named = _NAME_MARKUP.search(mask)
        name = text[named.start(1) : named.end(1)] if named else ""
        text, mask = _without_markup(text, mask)
        line = SpokenLine(name, text.strip()) if name and text.strip() else split_speaker(text, mask)
        if line is None and speaker and text.strip():
            line = SpokenLine(speaker, text.strip())
        if line is None:
            return self._skip(number, "a line without a speaker")
        emotion = next(filter(None, map(read_emotion, tags)), line.emotion)
        self._scene.say(known_player(SpokenLine(line.speaker, line.text, emotion), self._players))

    def _skip(self, row: int, what: str) -> None:
        self._skipped.append(Skipped(self._file, row, what))


def unescape(row: str) -> tuple[str, str]:
    """`row` with its escapes resolved, and a mask of the same length where each escaped character is hidden."""
    return _ESCAPE.sub(r"\1", row), _ESCAPE.sub(_HIDDEN, row)


def _cut_tags(text: str, mask: str) -> tuple[str, str, list[str]]:
    """Cut comment, line condition and hashtags off the end; returns the hashtags without their sign."""
    ends = [found for found in (mask.find("//"), mask.find("#"), mask.find("<<")) if found >= 0]
    end = min(ends, default=len(mask))
    rest = mask[end:]
    comment = rest.find("//")
    tags = _TAG.findall(rest if comment < 0 else rest[:comment])
    return text[:end].rstrip(), mask[:end].rstrip(), tags


def _without_markup(text: str, mask: str) -> tuple[str, str]:
    kept = [True] * len(mask)
    for found in _MARKUP.finditer(mask):
        kept[found.start() : found.end()] = [False] * len(found[0])
    pairs = [(t, m) for t, m, keep in zip(text, mask, kept, strict=True) if keep]
    return "".join(t for t, _ in pairs), "".join(m for _, m in pairs)

"""Reads the spoken lines of an ink file (.ink): a documented part of the language, docs/bridges.md.

Taken: knots and stitches with their tags, `Name: words` lines with tags, choices (what the player says) and branches
by bullets. Skipped and reported: logic, declarations, includes, functions, multi-line blocks, lines without a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from narrative_server.bridges.reading import (
    Passage,
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
from narrative_server.bridges.yarn_reader import unescape

_KNOT: Final = re.compile(r"={2,}\s*(function\s+)?(\w+)")
_STITCH: Final = re.compile(r"=\s*(\w+)")
_BULLETS: Final = re.compile(r"((?:[*+]\s*)+)(?:\(\w+\)\s*)?")
_GATHER: Final = re.compile(r"((?:-(?!>)\s*)+)(?:\(\w+\)\s*)?")
_DECLARATION: Final = re.compile(r"(VAR|CONST|LIST|INCLUDE|EXTERNAL)\s")
_DIVERT: Final = re.compile(r"(->|<-).*$")
_CONDITION: Final = re.compile(r"^(\{[^{}]*\}\s*)+")
_SCENE_TAGS: Final = ("event", "kind", "place", "mood")
_NARRATION: Final = "narration"


def read_ink(text: str, file: str, players: Collection[str] = ()) -> ReadScript:
    """The passages of a file's `text`. file: its name for reports. players: further names of the player."""
    return _Reader(file, players).read(text)


class _Reader:
    def __init__(self, file: str, players: Collection[str]) -> None:
        self._file, self._players = file, players
        self._skipped: list[Skipped] = []
        self._passages: list[Passage] = []
        self._scene = Scene()
        self._knot = ""
        self._in_function = False
        self._braces = 0
        self._comment = False

    def read(self, text: str) -> ReadScript:
        for number, row in enumerate(split_rows(text), 1):
            row, comment = self._without_comment(row)
            stripped = row.strip()
            if comment and not stripped and not self._scene.comment and not self._scene.started:
                self._scene.comment = comment
            if stripped:
                self._row(stripped, number)
        self._passages += self._scene.close()
        if self._braces:
            self._skip(len(split_rows(text)), "a block { is never closed")
        return ReadScript(tuple(self._passages), tuple(self._skipped))

    def _without_comment(self, row: str) -> tuple[str, str]:
        """The row's text, and the words of the comment at its end; comments in /* */ may span rows and are dropped."""
        kept = ""
        while row:
            if self._comment:
                end = row.find("*/")
                self._comment = end < 0
                row = "" if end < 0 else row[end + 2 :]
                continue
            starts = [start for start in (row.find("//"), row.find("/*")) if start >= 0]
            if not starts:
                return kept + row, ""
            start = min(starts)
            kept += row[:start]
            if row.startswith("//", start):
                return kept, row[start:].lstrip("/ ").strip()
            self._comment, row = True, row[start + 2 :]
        return kept, ""

    def _row(self, row: str, number: int) -> None:
        knot = _KNOT.match(row)
        stitch = None if knot else _STITCH.match(row)
        _, mask = unescape(row)
        if knot or stitch:
            self._new_scene(knot, stitch)
            if knot and knot[1]:
                self._skip(number, f"function {knot[2]}")
        elif self._in_function:
            return
        elif self._braces or (mask.startswith("{") and mask.count("{") > mask.count("}")):
            if not self._braces:
                self._skip(number, "a block in { }")
            self._braces = max(0, self._braces + mask.count("{") - mask.count("}"))
        elif row.startswith("~") or _DECLARATION.match(row):
            self._skip(number, f"logic: {row[:40]}")
        elif row.startswith("TODO:"):
            return
        elif row.startswith("#"):
            self._scene_tags(row)
        else:
            self._content(row, number)

    def _new_scene(self, knot: re.Match[str] | None, stitch: re.Match[str] | None) -> None:
        self._passages += self._scene.close()
        if knot:
            self._knot, self._in_function = knot[2], bool(knot[1])
        title = f"{self._knot} {stitch[1]}" if stitch else self._knot
        # A beat's tags stand below its knot; a stitch without its own has those of its knot.
        headers = dict(self._scene.headers) if stitch else {}
        self._scene, self._braces = Scene(title=title, headers=headers), 0

    def _scene_tags(self, row: str) -> None:
        text, mask = unescape(row)
        for tag in _tags(text, mask):
            key, colon, value = tag.partition(":")
            if colon and key.strip().casefold() in _SCENE_TAGS and not self._scene.started:
                self._scene.headers.setdefault(key.strip().casefold(), value.strip())

    def _content(self, row: str, number: int) -> None:
        bullets, gather = _BULLETS.match(row), _GATHER.match(row)
        if bullets:
            self._scene.branch(sum(bullets[1].count(c) for c in "*+"))
            return self._choice(row[bullets.end() :], number)
        if gather:
            self._scene.leave(gather[1].count("-"))
            row = row[gather.end() :]
        if row:
            self._line(*unescape(row), number, "")

    def _choice(self, row: str, number: int) -> None:
        """What the player says: `start[label]end` is said as `start end`, or as the label when nothing else is."""
        text, mask = unescape(row)
        condition = _CONDITION.match(mask)
        if condition:
            text, mask = text[condition.end() :], mask[condition.end() :]
        opening, closing = mask.find("["), mask.find("]")
        if 0 <= opening < closing:
            end = _DIVERT.sub("", mask[closing + 1 :])
            said = f"{mask[:opening]}{end}".split("#")[0].strip()
            parts = [(0, opening), (closing + 1, len(mask))] if said else [(opening + 1, closing)]
            text, mask = ("".join(whole[a:b] for a, b in parts) for whole in (text, mask))
        if mask.strip() and not mask.lstrip().startswith("->"):
            self._line(text, mask, number, PLAYER)

    def _line(self, text: str, mask: str, number: int, speaker: str) -> None:
        tags = _tags(text, mask)
        if _NARRATION in tags:
            return
        end = mask.find("#") if "#" in mask else len(mask)
        text, mask = text[:end], mask[:end]
        divert = _DIVERT.search(mask)
        if divert:
            text, mask = text[: divert.start()], mask[: divert.start()]
        if "{" in mask or "}" in mask:
            return self._skip(number, "a line with logic")
        pairs = [(t, m) for t, m in zip(text, mask, strict=True)]
        glue = {i + k for i in (found.start() for found in re.finditer("<>", mask)) for k in (0, 1)}
        text = "".join(t for i, (t, _) in enumerate(pairs) if i not in glue).strip()
        mask = "".join(m for i, (_, m) in enumerate(pairs) if i not in glue).strip()
        if not text:
            return
        line = split_speaker(text, mask) or (SpokenLine(speaker, text) if speaker else None)
        if line is None:
            return self._skip(number, "a line without a speaker")
        emotion = next(filter(None, map(read_emotion, tags)), line.emotion)
        self._scene.say(known_player(SpokenLine(line.speaker, line.text, emotion), self._players))

    def _skip(self, row: int, what: str) -> None:
        self._skipped.append(Skipped(self._file, row, what))


def _tags(text: str, mask: str) -> list[str]:
    """The tags of a row, without their sign; a divert at the row's end is none of them."""
    divert = _DIVERT.search(mask)
    end = divert.start() if divert else len(mask)
    starts = [i for i, c in enumerate(mask[:end]) if c == "#"]
    return [text[a + 1 : b].strip() for a, b in zip(starts, [*starts[1:], end], strict=False)]

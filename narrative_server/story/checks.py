"""Checks of single values that collect what is wrong, so that a caller learns of every fault of a request at once.

A fault names the field as the contracts spell it, shows the value (shortened), and says what is legal. Knows no
request.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from typing import Final

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.semantics.mood import EMOTIONS

MAX_SEED: Final = 2**63 - 1
PLAYER: Final = "Player"
"""Who speaks the player's lines; no character may have this name."""

_SHOWN_CHARS: Final = 60
_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_NOT_IN_NAMES: Final = frozenset(":()[]{}<>*")
_NAME_LEGAL: Final = "without line breaks, control characters, colons, parentheses or any of []{}<>*"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_LINE_BREAKS: Final = frozenset({"Zl", "Zp"})


def shown(value: object) -> str:
    """How a fault shows a value: its repr, cut after 60 characters; always legal UTF-8."""
    if isinstance(value, str) and len(value) > _SHOWN_CHARS:
        return repr(value[: _SHOWN_CHARS - 1] + "…")
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARS + 2 else text[: _SHOWN_CHARS - 1] + "…"


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: empty, white space, or invisible characters only."""
    return all(unicodedata.category(character) in _UNSEEN for character in text)


def name_key(name: str) -> str:
    """Equal for names that readers cannot tell apart: case, width and spacing aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Checks:
    """Collects violations; `close` raises them all as one InvalidRequest."""

    def __init__(self) -> None:
        self.violations: Final[list[FieldViolation]] = []

    def add(self, field: str, problem: str, legal: str) -> None:
        """Note a fault."""
        self.violations.append(FieldViolation(field, problem, legal))

    def close(self) -> None:
        """Raise InvalidRequest if anything was noted."""
        if self.violations:
            raise InvalidRequest(self.violations)

    def text(self, field: str, value: str, max_chars: int, required: bool = False, multiline: bool = False) -> bool:
        """Check a text: at most `max_chars` code points, no control characters; returns whether it is legal.

        multiline: newlines and tabs may stand in it.
        """
        legal = f"{'1' if required else '0'} to {max_chars} characters"
        if len(value) > max_chars:
            self.add(field, f"has {len(value)} characters: {shown(value)}", legal)
        elif required and is_blank(value):
            self.add(field, f"is {shown(value)}", f"{legal}, not only white space")
        elif (position := _first_illegal(value, multiline)) is not None:
            problem = f"has {_code_point(value[position])} at character {position}: {shown(value)}"
            self.add(field, problem, "no control characters" + (" but newlines and tabs" if multiline else ""))
        else:
            return True
        return False

    def name(self, field: str, value: str, max_chars: int) -> bool:
        """Check a character's name; returns whether it is legal. That "Player" is taken is for the caller to check."""
        if not self.text(field, value, max_chars, required=True):
            return False
        wrong = next((character for character in value if character in _NOT_IN_NAMES), None)
        if wrong is not None:
            self.add(field, f"has {wrong!r}: {shown(value)}", f"1 to {max_chars} characters, {_NAME_LEGAL}")
        return wrong is None

    def id(self, field: str, value: str, max_chars: int) -> None:
        """Check an id."""
        if len(value) > max_chars or not _ID.fullmatch(value):
            self.add(field, f"is {shown(value)}", f"1 to {max_chars} characters of a-z, A-Z, 0-9, _ and -")

    def count(self, field: str, count: int, low: int, high: int) -> None:
        """Check how many entries a list has."""
        if not low <= count <= high:
            self.add(field, f"has {count} entries", f"{low} to {high}")

    def whole(self, field: str, value: int | None, low: int, high: int, unset: int | None = None) -> bool:
        """Check a whole number; None and `unset` stand for unset. Returns whether it is legal."""
        if value is None or (unset is not None and value == unset):
            return True
        legal = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        if not legal:
            either = "" if unset is None else f"{unset} (unset) or "
            self.add(field, f"is {shown(value)}", f"{either}{low} to {high}")
        return legal

    def seed(self, field: str, value: int | None) -> None:
        """Check a seed."""
        if not (value is None or (isinstance(value, int) and 0 <= value <= MAX_SEED)):
            self.add(field, f"is {shown(value)}", "0 to 2^63 - 1")

    def number(self, field: str, value: float | None, low: float, high: float) -> None:
        """Check a real number; None stands for unset."""
        if value is not None and not (math.isfinite(value) and low <= value <= high):
            self.add(field, f"is {shown(value)}", f"a number from {low:g} to {high:g}")

    def choice(self, field: str, value: object, legal: Collection[object]) -> bool:
        """Check that the value is one of `legal`; returns whether it is."""
        if value not in legal:
            self.add(field, f"is {shown(value)}", "one of " + ", ".join(map(str, legal)))
        return value in legal

    def emotion(self, field: str, value: str | None) -> None:
        """Check an emotion; None stands for unset."""
        if value is not None:
            self.choice(field, value, EMOTIONS)


def _first_illegal(text: str, multiline: bool) -> int | None:
    for position, character in enumerate(text):
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and not (multiline and character in "\n\r\t")):
            return position
        if category in _LINE_BREAKS and not multiline:
            return position
    return None


def _code_point(character: str) -> str:
    kind = {"Cs": "half of a surrogate pair", "Cc": "control character"}.get(
        unicodedata.category(character), "line break"
    )
    return f"the {kind} U+{ord(character):04X}"

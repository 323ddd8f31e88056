"""Banned words as grammar rules: which words may be written, given those that may not. Knows nothing of lines.

A word is made of parts (runs of letters) and gaps between them (hyphens, apostrophes, digits, symbols, emoji). An entry
bans every place where it begins at a part's beginning and ends at a part's end; with a `*` at its end, all that begins
so. Case does not matter. What remains is an acyclic automaton, written as right-linear GBNF rules, equal ones shared.
In scripts without spaces or gaps between words an entry is only found where such a run begins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

from narrative_server.errors import FieldViolation

MAX_ENTRIES: Final = 400
"""Of one list: 200 of a request and of its story, and those of a content level beside them."""

MIN_PREFIX_LETTERS: Final = 3
MAX_PART_CHARS: Final = 20
"""Letters of one part beyond those that spell the beginning of an entry."""

MAX_PARTS: Final = 4
_MAX_GAP_CHARS: Final = 8

# Code points, first and last. Of symbols, emoji, combining marks and joiners: a word ends where one stands.
_SYMBOLS: Final = (
    (0xD7, 0xD7), (0xF7, 0xF7), (0x300, 0x36F), (0x200C, 0x200F), (0x2070, 0x2BFF), (0x2E00, 0x2E7F), (0x3030, 0x303F),
    (0xE000, 0xF8FF), (0xFE00, 0xFE6F), (0x1F000, 0x1FBFF),
)  # fmt: skip
# What grammar.py lets stand in a word: gaps, and letters beyond ASCII (that is, all from C0 on but these: gaps, stops,
# marks that lines never hold).
_GAPS: Final = (
    (0x24, 0x27), (0x2B, 0x2B), (0x2D, 0x2D), (0x2F, 0x39), (0xA1, 0xAA), (0xAC, 0xAC), (0xAE, 0xBA), (0xBC, 0xBF),
    (0x2010, 0x201B), (0x2020, 0x2025), (0x2027, 0x2027), (0x2030, 0x205E), (0x3001, 0x3001), (0x3003, 0x3003),
    (0x3008, 0x3020), (0x30FB, 0x30FB), (0xFF0C, 0xFF0F), *_SYMBOLS,
)  # fmt: skip
_NO_LETTERS: Final = (
    (0x00, 0xBF), (0x200B, 0x200B), (0x2010, 0x206F), (0x3001, 0x3003), (0x3008, 0x3020), (0x30FB, 0x30FB),
    (0xFEFF, 0xFF01), (0xFF0C, 0xFF0F), (0xFF1F, 0xFF1F), (0xFFFD, 0xFFFD), *_SYMBOLS,
)  # fmt: skip
_FIRST_GAPS: Final = ((0x27, 0x27), (0x30, 0x39), (0xBF, 0xBF), (0x2018, 0x2019))
_FIRST_LETTERS: Final = ((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x1FFF), (0x3041, 0xD7FF))
_ASCII_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LIKE: Final = {"'": "'\u2018\u2019", "-": "-\u2010\u2011"}
_GAP_FORMS: Final = "".join(_LIKE.values())
_FORM: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['-](?=[^\W\d_]))*\*?")

Node = dict[str, "Node"]
_EXACT: Final = "exact"
_PREFIX: Final = "prefix"
# Longer than one character, so that no letter of an entry is taken for them.


def banned_faults(entries: Sequence[str], field: str = "banned") -> Iterator[FieldViolation]:
    """What is wrong with a list of banned words: its length, the form of its entries."""
    if len(entries) > MAX_ENTRIES:
        yield FieldViolation(field, f"has {len(entries)} entries", f"at most {MAX_ENTRIES}")
    legal = "2 to 40 letters, ' or - only between letters, and a * at the end only after 3 letters or more"
    for index, entry in enumerate(entries):
        stem = entry.removesuffix("*")
        least = MIN_PREFIX_LETTERS if entry.endswith("*") else 2
        if not (least <= len(stem) <= 40 and _FORM.fullmatch(entry)):
            would = ", which would ban every word" if set(entry) == {"*"} else ""
            yield FieldViolation(f"{field}[{index}]", f"is {entry[:50]!r}{would}", legal)


@lru_cache(maxsize=8)
def banned_end(entries: tuple[str, ...]) -> re.Pattern[str]:
    """Finds a whole banned word at the end of a text; in an answer it can only be the beginning of a longer one.

    entries: as `banned_faults` accepts them. Those with a `*` are never begun.
    """
    whole = sorted((entry for entry in entries if not entry.endswith("*")), key=len, reverse=True)
    forms = ("".join(f"[{_LIKE[char]}]" if char in _LIKE else re.escape(char) for char in entry) for entry in whole)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(forms)})$" if whole else r"(?!)", re.IGNORECASE)


@lru_cache(maxsize=8)
def word_rules(entries: tuple[str, ...]) -> tuple[str, ...]:
    """GBNF rules for `free-word` (any word without a banned one) and `free-first` (one that may begin a sentence).

    entries: as `banned_faults` accepts them. Kept for the next beats of a session, which ban the same words.
    """
    rules = _Rules(entries)
    start, first = rules.start("end"), rules.start("end", upper=True)
    if rules.longest_gaps:
        # An entry goes on across a gap, so that which gaps end a part depends on the part.
        gap_start, gap_first = rules.start("gap"), rules.start("gap", upper=True)
    else:
        gap_start, gap_first = f"{start} gap", f"{first} gap"
    return (
        "free-word ::= gap? parts | gap",
        f"free-first ::= {_class(_FIRST_GAPS)} gap? parts? | {first} | {gap_first} parts?",
        f"parts ::= (part-gap){{0,{MAX_PARTS - 1}}} {start} | (part-gap){{1,{MAX_PARTS}}}",
        f"part-gap ::= {gap_start}",
        f"gap ::= {_class(_GAPS)}{{1,{_MAX_GAP_CHARS}}}",
        f"rest-end ::= letter{{0,{MAX_PART_CHARS}}}",
        f"rest-gap ::= letter{{0,{MAX_PART_CHARS}}} gap",
        "letter ::= [A-Za-z] | wide",
        f"wide ::= {_class(_NO_LETTERS, negated=True)}",
        f"first-wide ::= {_class(_FIRST_LETTERS)}",
        *rules.texts,
    )


class _Rules:
    """Makes a rule of each automaton state; equal states share one.

    A state is the trie nodes of all entries that may be under way.
    """

    def __init__(self, entries: Collection[str]) -> None:
        self.longest_gaps = max((sum(map(entry.count, _LIKE)) for entry in entries), default=0)
        self._root = _build_trie(entries)
        self._names: dict[str, str] = {}
        self._seen: dict[tuple[object, ...], str] = {}

    @property
    def texts(self) -> list[str]:
        return [f"{name} ::= {body}" for body, name in self._names.items()]

    def start(self, end: str, upper: bool = False) -> str:
        """Name of the rule for a part without banned words, and what follows it.

        end: "end" for a word's last part, "gap" for one that a gap follows. upper: its first letter begins a sentence.
        """
        return self._add((self._root,), end, self.longest_gaps + 1, upper)

    def _add(self, state: tuple[Node, ...], end: str, gaps_left: int, upper: bool = False) -> str:
        """gaps_left: how often an entry may still go on across a gap, which keeps the automaton free of cycles.

        A word that begins entries over more gaps than that, such as o'o'o'clock, is left out though it has none whole.
        """
        key = (end, gaps_left, upper, *map(id, state))
        if key not in self._seen:
            body = " | ".join(self._ways(state, end, gaps_left, upper))
            self._seen[key] = self._names.setdefault(body, f"w{len(self._names)}")
        return self._seen[key]

    def _ways(self, state: tuple[Node, ...], end: str, gaps_left: int, upper: bool) -> Iterator[str]:
        whole = any(_EXACT in node for node in state)
        targets: dict[str, list[str]] = {}
        taken: set[str] = set()
        for char in sorted({key for node in state for key in node if len(key) == 1}):
            following = tuple(node[char] for node in state if char in node)
            taken |= _alike(char)
            across = char in _LIKE
            if any(_PREFIX in node for node in following) or (across and (whole or not gaps_left)):
                continue
            forms = [form for form in _alike(char) if not (upper and form.islower() and form.isascii())]
            if across:
                following += (self._root,)
            if forms:
                targets.setdefault(self._add(following, end, gaps_left - across), []).extend(forms)
        yield from (f"{_chars(chars)} {name}" for name, chars in targets.items())
        yield from (f"{letters} rest-{end}" for letters in _other_letters(taken, upper))
        if not whole and state != (self._root,):
            yield '""' if end == "end" else _gap_end(taken)


def _build_trie(entries: Collection[str]) -> Node:
    root: Node = {}
    for entry in entries:
        node = root
        for char in entry.removesuffix("*").lower():
            node = node.setdefault(char, {})
        node[_PREFIX if entry.endswith("*") else _EXACT] = {}
    return root


def _alike(char: str) -> set[str]:
    return set(_LIKE.get(char, "")) or {form for form in (char, char.lower(), char.upper()) if len(form) == 1}


def _other_letters(taken: set[str], upper: bool) -> list[str]:
    """Character sets of all letters but those taken."""
    ascii_left = [char for char in _ASCII_LETTERS if char not in taken and not (upper and char.islower())]
    sets = [_chars(ascii_left)] if ascii_left else []
    wide_taken = [ord(char) for char in taken if not char.isascii() and char not in _GAP_FORMS]
    if not wide_taken:
        return [*sets, "first-wide" if upper else "wide"]
    if upper:
        return [*sets, _class(_without(_FIRST_LETTERS, wide_taken))]
    return [*sets, _class((*_NO_LETTERS, *((code, code) for code in sorted(wide_taken))), negated=True)]


def _gap_end(taken: set[str]) -> str:
    """A gap whose first character does not go on with an entry."""
    gaps = _without(_GAPS, [ord(char) for char in taken])
    return "gap" if gaps == list(_GAPS) else f"{_class(gaps)} gap?"


def _without(ranges: Sequence[tuple[int, int]], codes: Collection[int]) -> list[tuple[int, int]]:
    kept = []
    for low, high in ranges:
        for code in sorted(code for code in codes if low <= code <= high):
            kept.append((low, code - 1))
            low = code + 1
        kept.append((low, high))
    return [(low, high) for low, high in kept if low <= high]


def _chars(chars: Sequence[str]) -> str:
    codes = sorted(map(ord, chars))
    ranges: list[tuple[int, int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return _class(ranges)


def _class(ranges: Sequence[tuple[int, int]], negated: bool = False) -> str:
    return f"[{'^' * negated}{''.join(_code(low) + (f'-{_code(high)}' if high > low else '') for low, high in ranges)}]"


def _code(code: int) -> str:
    # Not \u before 1000: llguidance's converter drops the zeros of \u0142 and then cannot read it.
    if (chr(code).isascii() and chr(code).isalnum()) or 0x100 <= code < 0x1000 or code > 0xFFFF:
        return chr(code)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}"

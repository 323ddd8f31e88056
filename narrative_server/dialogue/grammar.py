"""The grammar of an answer: `Name (emotion): words`, one line each, as GBNF. Both real engines decode under it.

It makes speakers outside the cast, unknown emotions, markup, stage directions and unfinished sentences impossible.
Knows nothing of models. Reference: the GBNF format of llama.cpp; llguidance reads it through its own converter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from narrative_server.semantics.mood import EMOTIONS

MAX_WORD_CHARS: Final = 20
"""Letters of one word, punctuation apart."""

# Codes up to FF are written \x: llguidance's converter drops the zeros of \u00BF and then cannot read it.
# Never: markup and double quotation marks (lines are speech already), brackets (stage directions), colons (a second
# speaker), control characters, separators, direction overrides, the byte order mark, the replacement character.
_NEVER: Final = (
    r"\x00-\x20\x7F-\xA0"
    r"<>{}\[\]()*_#|\\`~^=@:"
    r"\x22\u201C-\u201F\xAB\xBB\u200B\u2028-\u202E\u2066-\u2069\uFEFF\uFFFD"
)
_STOPS: Final = r".!?\u2026\u3002\uFF01\uFF1F"
# Stops only end words: at the word limit a model would otherwise go on without spaces, as in "the...wait,what".
_LETTER: Final = rf"[^{_NEVER}{_STOPS},;]"
_FIRST: Final = r"[A-Z0-9'\xBF-\u1FFF\u2018\u2019\u3041-\uD7FF]"


def line_grammar(speakers: Iterable[str], max_lines: int, max_words: int) -> str:
    """GBNF for 1 to `max_lines` lines of 1 to `max_words` words each, by `speakers` (any text without line breaks)."""
    text = "only-word"
    if max_words > 1:
        text += f' | first-word " " (word " "){{0,{max_words - 2}}} last-word'
    return "\n".join(
        (
            f"root ::= line{{1,{max_lines}}}",
            'line ::= speaker " (" emotion "): " text "\\n"',
            f"speaker ::= {' | '.join(map(_literal, speakers))}",
            f"emotion ::= {' | '.join(map(_literal, EMOTIONS))}",
            f"text ::= {text}",
            "only-word ::= first stop{1,3}",
            f"first-word ::= first [{_STOPS},;]{{0,3}}",
            f"word ::= {_LETTER}{{1,{MAX_WORD_CHARS}}} [{_STOPS},;]{{0,3}}",
            f"last-word ::= {_LETTER}{{1,{MAX_WORD_CHARS}}} stop{{1,3}}",
            f"first ::= {_FIRST} {_LETTER}{{0,{MAX_WORD_CHARS - 1}}}",
            f"stop ::= [{_STOPS}]",
            "",
        )
    )


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""The grammar of an answer: `Name (emotion): words`, one line each, as GBNF. Both real engines decode under it.

It makes speakers outside the cast, unknown emotions, markup, stage directions and unfinished sentences impossible.
Knows nothing of models. Reference: the GBNF format of llama.cpp; llguidance reads it through its own converter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from narrative_server.semantics.mood import EMOTIONS

MAX_WORD_CHARS: Final = 20

# Codes up to FF are written \x: llguidance's converter drops the zeros of \u00BF and then cannot read it.
# Markup and double quotation marks (lines are speech already), brackets (stage directions), colons (a second speaker),
# control characters, line separators, direction overrides, the byte order mark and the replacement character.
_NEVER: Final = (
    r"\x00-\x20\x7F-\xA0"
    r"<>{}\[\]()*_#|\\`~^=@:"
    r"\x22\u201C-\u201F\xAB\xBB\u200B\u2028-\u202E\u2066-\u2069\uFEFF\uFFFD"
)
_WORD: Final = f"[^{_NEVER}]"
_FIRST: Final = r"[A-Z0-9'\xBF-\u1FFF\u2018\u2019\u2026\u3041-\uD7FF]"
_LAST: Final = r"[.!?\u2026\u3002\uFF01\uFF1F]"


def line_grammar(speakers: Iterable[str], max_lines: int, max_words: int) -> str:
    """GBNF for 1 to `max_lines` lines of 1 to `max_words` words each, by `speakers` (any text without line breaks)."""
    text = "one-word"
    if max_words > 1:
        text += f' | first-word " " (word " "){{0,{max_words - 2}}} last-word'
    return "\n".join(
        (
            f"root ::= line{{1,{max_lines}}}",
            'line ::= speaker " (" emotion "): " text "\\n"',
            f"speaker ::= {' | '.join(map(_literal, speakers))}",
            f"emotion ::= {' | '.join(map(_literal, EMOTIONS))}",
            f"text ::= {text}",
            f"one-word ::= {_FIRST} {_WORD}{{0,{MAX_WORD_CHARS - 2}}} {_LAST}",
            f"first-word ::= {_FIRST} {_WORD}{{0,{MAX_WORD_CHARS - 1}}}",
            f"word ::= {_WORD}{{1,{MAX_WORD_CHARS}}}",
            f"last-word ::= {_WORD}{{1,{MAX_WORD_CHARS - 1}}} {_LAST}",
            "",
        )
    )


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

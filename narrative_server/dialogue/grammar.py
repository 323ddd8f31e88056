"""The grammar of an answer, as GBNF: `Name (emotion): words` and then `Sound (before 1): words`, one line each.

Both real engines decode under it. It makes speakers outside the cast, unknown emotions, markup, stage directions and
unfinished sentences impossible. Knows nothing of models. Reference: the GBNF format of llama.cpp; llguidance reads it
through its own converter.
"""

from __future__ import annotations

from typing import Final

from narrative_server.dialogue.banned import word_rules
from narrative_server.dialogue.types import DialogueRequest
from narrative_server.semantics.mood import EMOTIONS

MAX_WORD_CHARS: Final = 20
"""Letters of one word, punctuation apart."""

MAX_SOUND_WORDS: Final = 8
"""Words of one sound phrase."""

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


def answer_grammar(request: DialogueRequest) -> str:
    """GBNF for what may follow `request.opening`: lines by its cast within its limits, then sounds if it asks for any.

    At least one line is written unless the opening has one already.
    """
    new_lines = request.max_lines - len(request.opening)
    parts = [f"line{{{0 if request.opening else 1},{new_lines}}}"] if new_lines else []
    rules = []
    if new_lines:
        rules += _line_rules(request)
    if request.max_sounds:
        parts.append(f"sound{{0,{request.max_sounds}}}")
        rules += [
            f'sound ::= "Sound (" ("before" | "during" | "after") " " [1-{request.max_lines}] "): " phrase "\\n"',
            f'phrase ::= sound-word (" " sound-word){{0,{MAX_SOUND_WORDS - 1}}}',
            f"sound-word ::= [a-z0-9'-]{{1,{MAX_WORD_CHARS}}}",
        ]
    return "\n".join((f"root ::= {' '.join(parts)}", *rules, ""))


def _line_rules(request: DialogueRequest) -> list[str]:
    text = "only-word"
    if request.max_words > 1:
        # Not {0,0}: llguidance refuses it.
        middle = f'(word " "){{0,{request.max_words - 2}}} ' if request.max_words > 2 else ""
        text += f' | first-word " " {middle}last-word'
    return [
        'line ::= speaker " (" emotion "): " text "\\n"',
        f"speaker ::= {' | '.join(_literal(who.name) for who in request.cast)}",
        f"emotion ::= {' | '.join(map(_literal, EMOTIONS))}",
        f"text ::= {text}",
        "only-word ::= free-first stop{1,3}",
        f"first-word ::= free-first [{_STOPS},;]{{0,3}}",
        f"word ::= free-word [{_STOPS},;]{{0,3}}",
        "last-word ::= free-word stop{1,3}",
        f"stop ::= [{_STOPS}]",
        *_word_rules(request),
    ]


def _word_rules(request: DialogueRequest) -> tuple[str, ...]:
    """A word without its stops: `free-first` may begin a line."""
    if request.banned:
        return word_rules(request.banned)
    return (
        f"free-first ::= {_FIRST} {_LETTER}{{0,{MAX_WORD_CHARS - 1}}}",
        f"free-word ::= {_LETTER}{{1,{MAX_WORD_CHARS}}}",
    )


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

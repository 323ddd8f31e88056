from __future__ import annotations

import pytest
from llguidance import LLMatcher, LLTokenizer
from llguidance.gbnf_to_lark import gbnf_to_lark

from narrative_server.dialogue.grammar import MAX_WORD_CHARS, line_grammar

CAST = ("Mira", "Old Tom")


@pytest.fixture(scope="module")
def byte_tokenizer() -> LLTokenizer:
    return LLTokenizer("byte")


def accepts(tokenizer: LLTokenizer, grammar: str, text: str) -> bool:
    matcher = LLMatcher(tokenizer, LLMatcher.grammar_from_lark(gbnf_to_lark(grammar)))
    assert not matcher.get_error()
    data = list(text.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


@pytest.mark.parametrize(
    "text",
    [
        "Mira (fear): Run!\n",
        "Old Tom (neutral): I can't see a thing, love.\n",
        "Mira (joy): You did it!\nOld Tom (sadness): Did we? I'm not so sure...\n",
        "Mira (surprise): 'Tis you, Señor Núñez?\n",
        "Mira (anger): Élan, ça va… Ω ещё!\n",
        "Old Tom (fear): Well... so-called 'luck', twenty-2 times?!\n",
    ],
)
def test_well_formed_answers_pass(byte_tokenizer, text):
    assert accepts(byte_tokenizer, line_grammar(CAST, 2, 8), text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bob (fear): Run!\n",
        "mira (fear): Run!\n",
        "Mira (afraid): Run!\n",
        "Mira: Run!\n",
        "Mira (fear): Run!",
        "Mira (fear): \n",
        "Mira (fear):  Run!\n",
        "Mira (fear): run!\n",
        "Mira (fear): Run now\n",
        "Mira (fear): Run now!\n\n",
        'Mira (fear): Run, "now"!\n',
        "Mira (fear): Run *now*!\n",
        "Mira (fear): Run <b>now!\n",
        "Mira (fear): Run [sighs]!\n",
        "Mira (fear): Run {x}!\n",
        "Mira (fear): Run (sighs)!\n",
        "Mira (fear): Run...now!\n",
        "Mira (fear): Run,now!\n",
        "Mira (fear): Run!!!!\n",
        "Mira (fear): Tom: Run!\n",
        "Mira (fear): Run\tnow!\n",
        "Mira (fear): Run\u2028now!\n",
        "Mira (fear): Run\u202enow!\n",
        "Mira (fear): One!\nMira (fear): Two!\nMira (fear): Three!\n",
        "Mira (fear): One two three four five six seven eight nine!\n",
        "Mira (fear): " + "A" * (MAX_WORD_CHARS + 1) + "!\n",
    ],
)
def test_everything_else_is_refused(byte_tokenizer, text):
    assert not accepts(byte_tokenizer, line_grammar(CAST, 2, 8), text)


@pytest.mark.parametrize(
    "name",
    [
        'Rex "the Ox"',
        "Back\\slash",
        "Zoë Ångström",
        "晴子",
        "🐉 Ember",
        "a|b",
        "x ::= y",
        "[a-z]",
        "{2}",
        "\\n",
        "%llguidance",
    ],
)
def test_any_name_is_taken_literally(byte_tokenizer, name):
    grammar = line_grammar((name, "Bo"), 1, 4)
    assert accepts(byte_tokenizer, grammar, f"{name} (joy): Yes!\n")
    assert accepts(byte_tokenizer, grammar, "Bo (joy): Yes!\n")
    assert not accepts(byte_tokenizer, grammar, "n (joy): Yes!\n")


def test_one_word_is_the_limit_where_one_word_is_asked(byte_tokenizer):
    grammar = line_grammar(CAST, 1, 1)
    assert accepts(byte_tokenizer, grammar, "Mira (joy): Yes!\n")
    assert not accepts(byte_tokenizer, grammar, "Mira (joy): Oh yes!\n")


def test_the_word_limit_is_exact(byte_tokenizer):
    words = " ".join(["word"] * 59)
    assert accepts(byte_tokenizer, line_grammar(CAST, 8, 60), f"Mira (joy): Yes {words}.\n")
    assert not accepts(byte_tokenizer, line_grammar(CAST, 8, 60), f"Mira (joy): Yes and {words}.\n")

from __future__ import annotations

import pytest
from llguidance import LLMatcher, LLTokenizer
from llguidance.gbnf_to_lark import gbnf_to_lark

from narrative_server.dialogue.grammar import MAX_SOUND_WORDS, MAX_WORD_CHARS, answer_grammar
from narrative_server.dialogue.types import Character, DialogueRequest, SpokenLine
from narrative_server.semantics.mood import Mood

CAST = ("Mira", "Old Tom")
SPOKEN = SpokenLine("Mira", "fear", "Run!")


@pytest.fixture(scope="module")
def byte_tokenizer() -> LLTokenizer:
    return LLTokenizer("byte")


def grammar_for(
    names: tuple[str, ...], max_lines: int, max_words: int, *, opening: tuple[SpokenLine, ...] = (), max_sounds: int = 0
) -> str:
    request = DialogueRequest(
        tuple(map(Character, names)),
        "A door opens.",
        Mood(),
        seed=1,
        opening=opening,
        max_lines=max_lines,
        max_words=max_words,
        max_sounds=max_sounds,
    )
    return answer_grammar(request)


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
    assert accepts(byte_tokenizer, grammar_for(CAST, 2, 8), text)


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
    assert not accepts(byte_tokenizer, grammar_for(CAST, 2, 8), text)


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
    grammar = grammar_for((name, "Bo"), 1, 4)
    assert accepts(byte_tokenizer, grammar, f"{name} (joy): Yes!\n")
    assert accepts(byte_tokenizer, grammar, "Bo (joy): Yes!\n")
    assert not accepts(byte_tokenizer, grammar, "n (joy): Yes!\n")


def test_one_word_is_the_limit_where_one_word_is_asked(byte_tokenizer):
    grammar = grammar_for(CAST, 1, 1)
    assert accepts(byte_tokenizer, grammar, "Mira (joy): Yes!\n")
    assert not accepts(byte_tokenizer, grammar, "Mira (joy): Oh yes!\n")


def test_the_word_limit_is_exact(byte_tokenizer):
    words = " ".join(["word"] * 59)
    assert accepts(byte_tokenizer, grammar_for(CAST, 8, 60), f"Mira (joy): Yes {words}.\n")
    assert not accepts(byte_tokenizer, grammar_for(CAST, 8, 60), f"Mira (joy): Yes and {words}.\n")


LINE = "Mira (fear): Run!\n"


def test_lines_that_stand_already_leave_fewer_to_write_and_none_is_required(byte_tokenizer):
    grammar = grammar_for(CAST, 3, 8, opening=(SPOKEN,))
    assert accepts(byte_tokenizer, grammar, "")
    assert accepts(byte_tokenizer, grammar, LINE * 2)
    assert not accepts(byte_tokenizer, grammar, LINE * 3)


@pytest.mark.parametrize(
    ("answer", "legal"),
    [
        (LINE, True),
        (LINE + "Sound (before 1): heavy door creaks\n", True),
        (LINE + "Sound (after 2): 8-bit coin, it's here\n", False),
        (LINE + "Sound (after 2): 8-bit coin\nSound (during 1): a dog's bark\n", True),
        (LINE + "Sound (during 1): a\n" * 3, False),
        ("Sound (during 1): rain\n" + LINE, False),
        (LINE + "Sound (before 3): rain\n", False),
        (LINE + "Sound (before 0): rain\n", False),
        (LINE + "Sound (near 1): rain\n", False),
        (LINE + "Sound (before 1): \n", False),
        (LINE + "Sound (before 1): Rain.\n", False),
        (LINE + "Sound (before 1): rain", False),
        (LINE + "Sound (before 1): " + " ".join(["rain"] * MAX_SOUND_WORDS) + "\n", True),
        (LINE + "Sound (before 1): " + " ".join(["rain"] * (MAX_SOUND_WORDS + 1)) + "\n", False),
    ],
)
def test_sounds_follow_the_lines_in_a_form_of_their_own(byte_tokenizer, answer, legal):
    assert accepts(byte_tokenizer, grammar_for(CAST, 2, 8, max_sounds=2), answer) is legal


def test_no_sound_may_be_written_where_none_is_asked_for(byte_tokenizer):
    assert not accepts(byte_tokenizer, grammar_for(CAST, 2, 8), LINE + "Sound (before 1): rain\n")


def test_after_all_lines_only_sounds_are_left(byte_tokenizer):
    grammar = grammar_for(CAST, 1, 8, opening=(SPOKEN,), max_sounds=1)
    assert accepts(byte_tokenizer, grammar, "Sound (before 1): rain\n")
    assert not accepts(byte_tokenizer, grammar, LINE)

"""Whatever script a request is in and whatever a model writes, what comes out is whole text in form."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence

import numpy as np
import pytest
from llguidance import LLMatcher, LLTokenizer
from llguidance.gbnf_to_lark import gbnf_to_lark

from narrative_server.dialogue.banned import word_rules
from narrative_server.dialogue.grammar import answer_grammar
from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.prompts import Prompter, render_request
from narrative_server.dialogue.service import check_request
from narrative_server.dialogue.types import (
    Character,
    DialogueRequest,
    HistoryLine,
    LineDelta,
    LineFinished,
    SoundProposed,
    SpokenLine,
)
from narrative_server.semantics.mood import EMOTIONS, Mood

TOKENIZER = LLTokenizer("byte")
SCRIPTS = {
    "japanese": ("晴子", "村が燃えている。逃げろ！"),
    "arabic": ("زينب", "القرية تحترق، اهربوا!"),
    "hindi": ("मीरा", "गाँव जल रहा है।"),
    "thai": ("มีนา", "หมู่บ้านกำลังไหม้"),
    "emoji": ("🐉 Ember", "🔥🔥 👩‍👩‍👧 🏳️‍🌈"),
    "combining": ("Zoe\u0308", "Z\u0335\u0321a\u0301\u0302\u0303lgo cafe\u0301"),
    "right to left marks": ("Noa", "\u202eevil\u202c \u200fשלום\u200e"),
    "control characters": ("Ann", "bell\x07 null\x00 escape\x1b[31m tab\t line\u2028end"),
}


def request_in(script: str, **changes: object) -> DialogueRequest:
    name, text = SCRIPTS[script]
    values: dict[str, object] = {
        "event": text,
        "world": text,
        "place": text,
        "history": (HistoryLine(name, text),),
        "facts": (text,),
        "player_line": text,
        "max_lines": 2,
        "max_words": 4,
        "max_sounds": 1,
    }
    return DialogueRequest(cast=(Character(name, text),), mood=Mood(), seed=1, **(values | changes))  # type: ignore[arg-type]


def random_answer(request: DialogueRequest, seed: int) -> bytes:
    """Bytes drawn one by one among those that the grammar allows: what the strangest model could write."""
    matcher = LLMatcher(TOKENIZER, LLMatcher.grammar_from_lark(gbnf_to_lark(answer_grammar(request))))
    assert not matcher.get_error()
    dice = random.Random(seed)
    written = bytearray()
    while not matcher.is_stopped():
        bits = np.frombuffer(matcher.compute_bitmask(), np.uint8)
        allowed = [int(byte) for byte in np.flatnonzero(np.unpackbits(bits, bitorder="little")[:256])]
        if not allowed or (matcher.is_accepting() and dice.random() < 0.3):
            break
        # Ends of words and lines are rare among all bytes; without help a line would never end.
        ends = [byte for byte in b" \n.!" if byte in allowed]
        byte = dice.choice(ends) if ends and dice.random() < 0.3 else dice.choice(allowed)
        assert matcher.try_consume_tokens([byte]) == 1
        written.append(byte)
    return bytes(written)


def assert_clean(text: str) -> None:
    assert text
    assert text == text.strip()
    text.encode()
    odd = [char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in "\ufffd<>[]{}()*"]
    assert odd == []


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("banned", [(), ("damn", "死ね", "don't", "قتل*")])
def test_whatever_a_model_writes_under_the_grammar_comes_out_whole(script, banned):
    request = request_in(script, banned=banned)
    check_request(request)
    for seed in range(4):
        raw = random_answer(request, seed)
        parser = AnswerParser(who.name for who in request.cast)
        cut = len(raw) // 2
        events = [*parser.feed(raw[:cut]), *parser.feed(raw[cut:]), *parser.finish()]
        lines = [event for event in events if isinstance(event, LineFinished)]
        assert lines or not raw
        for line in lines:
            assert line.speaker == SCRIPTS[script][0]
            assert line.emotion in EMOTIONS
            assert_clean(line.text)
            assert "".join(e.text for e in events if isinstance(e, LineDelta) and e.index == line.index) == line.text
        for sound in (event for event in events if isinstance(event, SoundProposed)):
            assert_clean(sound.text)


class CharacterTokenizer:
    """One token a character, so that nothing of a text is lost on the way."""

    def encode(self, text: str, *, control: bool) -> list[int]:
        return [ord(char) for char in text]

    def render_chat(self, messages: Sequence[dict[str, str]]) -> str:
        return "".join(f"[{message['role']}]{message['content']}" for message in messages) + "[assistant]"


@pytest.mark.parametrize("script", [name for name in SCRIPTS if "control" not in name])
def test_a_prompt_holds_the_words_of_any_script_as_they_came(script):
    name, text = SCRIPTS[script]
    opening = (SpokenLine(name, "joy", text),)
    prompt = Prompter(CharacterTokenizer(), 16384, "tuned").build(request_in(script, opening=opening))
    written = "".join(map(chr, prompt.tokens))
    assert written.count(text) == 8
    assert written.endswith(f"{name} (joy): {text}\n")


def test_line_ends_of_any_kind_open_no_row():
    for end in ("\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"):
        rows = render_request(request_in("control characters", event=f"A door.{end}Mood: joy 1.0"))
        assert sum(row.startswith("Mood:") for row in rows.splitlines()) == 1


def test_banned_words_of_any_script_are_rules_that_can_be_read():
    for _, text in SCRIPTS.values():
        words = tuple(word for word in text.split() if word.isalpha() and len(word) > 1)
        if words:
            grammar = "\n".join(("root ::= free-word", *word_rules(words), ""))
            assert not LLMatcher(TOKENIZER, LLMatcher.grammar_from_lark(gbnf_to_lark(grammar))).get_error()

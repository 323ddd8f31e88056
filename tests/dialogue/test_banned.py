from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer
from llguidance.gbnf_to_lark import gbnf_to_lark

from narrative_server.dialogue.banned import MAX_ENTRIES, banned_faults, word_rules
from narrative_server.dialogue.content import banned_at
from narrative_server.dialogue.grammar import answer_grammar
from narrative_server.dialogue.types import Character, DialogueRequest
from narrative_server.errors import InvalidRequest
from narrative_server.semantics.mood import Mood

TOKENIZER = LLTokenizer("byte")


class Grammar:
    """A grammar whose root is one of the word rules."""

    def __init__(self, banned: tuple[str, ...], root: str = "free-word") -> None:
        text = "\n".join((f"root ::= {root}", *word_rules(banned), ""))
        self._grammar = LLMatcher.grammar_from_lark(gbnf_to_lark(text))

    def accepts(self, word: str) -> bool:
        matcher = LLMatcher(TOKENIZER, self._grammar)
        assert not matcher.get_error()
        data = list(word.encode())
        return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


def is_banned(word: str, banned: tuple[str, ...]) -> bool:
    """The rule in other words, as a regular expression search."""
    plain = word.lower().translate({0x2018: "'", 0x2019: "'", 0x2010: "-", 0x2011: "-"})
    letter = r"[^\W\d_]"
    return any(
        re.search(
            rf"(?<!{letter}){re.escape(entry.rstrip('*'))}" + ("" if entry[-1] == "*" else rf"(?!{letter})"), plain
        )
        for entry in banned
    )


parts = st.text("abÀà", min_size=1, max_size=4)
stems = st.lists(parts, min_size=1, max_size=3).flatmap(
    lambda found: st.lists(st.sampled_from("'-"), min_size=len(found), max_size=len(found)).map(
        lambda marks: "".join(part + mark for part, mark in zip(found, marks, strict=True))[:-1].lower()
    )
)
entries = st.builds(lambda stem, star: stem + star, stems, st.sampled_from(("", "*"))).filter(
    lambda entry: not list(banned_faults((entry,)))
)
# Four parts at most, as a word may have.
words = st.lists(parts, min_size=1, max_size=4).flatmap(
    lambda found: st.lists(
        st.sampled_from(["'", "-", "\u2019", "7", "\xd7", "\u2192", "\U0001f525"]),
        min_size=len(found),
        max_size=len(found),
    ).map(lambda marks: "".join(part + mark for part, mark in zip(found, marks, strict=True)))
)


@settings(max_examples=25, deadline=None)
@given(st.lists(entries, min_size=1, max_size=4).map(tuple), st.lists(words, min_size=1, max_size=8))
def test_no_banned_word_passes_and_others_do_unless_they_begin_entries_over_many_gaps(banned, tried):
    grammar = Grammar(banned)
    for word in {form for one in tried for form in (one, one[:-1], one.upper())}:
        if is_banned(word, banned):
            assert not grammar.accepts(word), (banned, word)
        elif len(re.findall(r"[^a-zà]", word.lower())) <= 2:
            assert grammar.accepts(word), (banned, word)


@pytest.mark.parametrize("symbol", ["\xd7", "\u0335", "\u200d", "\u2122", "\u2192", "\u2500", "\ufe0f", "\U0001f525"])
def test_no_symbol_or_emoji_hides_a_banned_word(symbol: str) -> None:
    grammar = Grammar(("the",))
    for word in (f"the{symbol}", f"the{symbol}ox", f"an{symbol}the", f"{symbol}the"):
        assert not grammar.accepts(word), ascii(word)
    assert grammar.accepts(f"an{symbol}ox")
    first = Grammar(("the",), "free-first")
    assert not first.accepts(f"{symbol}the")
    assert not first.accepts(f"The{symbol}")


def entry_as_tried(entry: str) -> list[str]:
    stem = entry.rstrip("*")
    forms = [stem, stem.upper(), stem.capitalize(), f"x-{stem}", f"{stem}'s", f"{stem}-x", f"7{stem}"]
    return [*forms, stem + "x"] if entry.endswith("*") else forms


@pytest.mark.parametrize("banned", [("damn", "don't", "mother-in-l*", "łódź", "bast*"), ("ab", "ab-ab", "a-ab*")[:2]])
def test_every_form_of_an_entry_is_left_out(banned):
    grammar = Grammar(banned)
    assert [word for entry in banned for word in entry_as_tried(entry) if grammar.accepts(word)] == []


@pytest.mark.parametrize(
    "word",
    ["dam", "damnation", "adamn", "don", "do", "don'", "dont", "mother", "mother-in", "mother-in-x", "lódź", "has",
     "死ね", "1984", "rock-'n'-roll", "'tis", "-", "naïve", "\U0001f409"],
)  # fmt: skip
def test_other_words_may_be_written(word):
    assert Grammar(("damn", "don't", "mother-in-l*", "łódź", "bast*")).accepts(word)


@pytest.mark.parametrize("word", ["Damn", "Don\u2019t", "Bastion", "Łódź", "lower", "", " ", "A b", "A."])
def test_a_first_word_keeps_both_rules(word):
    assert not Grammar(("damn", "don't", "bast*", "łódź"), "free-first").accepts(word)


@pytest.mark.parametrize("word", ["Damnation", "'Tis", "Élan", "7", "X-ray", "O"])
def test_a_first_word_may_be_any_other(word):
    assert Grammar(("damn", "don't", "bast*", "łódź"), "free-first").accepts(word)


def test_words_stay_bounded_in_length():
    grammar = Grammar(("damn",))
    assert grammar.accepts("a" * 20)
    assert not grammar.accepts("a" * 40)
    assert not grammar.accepts("-".join(["ha"] * 6))


@pytest.mark.parametrize("level", ["everyone", "teen", "mature"])
def test_content_levels_are_valid_lists_that_the_grammar_keeps(level):
    banned = banned_at(level)
    assert list(banned_faults(banned)) == []
    assert len(set(banned)) == len(banned)
    # Room for a request's own words and its story's beside them.
    assert len(banned) + 200 <= MAX_ENTRIES
    grammar = Grammar(banned)
    assert not any(grammar.accepts(entry.rstrip("*")) for entry in banned)
    for word in ("assassin", "classic", "hello", "shell", "scythe", "grape", "Dickens", "cocktail", "spice", "raccoon"):
        assert grammar.accepts(word)


def test_each_level_bans_what_the_next_one_bans():
    everyone, teen, mature = (set(banned_at(level)) for level in ("everyone", "teen", "mature"))
    assert mature < teen < everyone


def test_an_unknown_level_is_refused_with_the_legal_ones():
    with pytest.raises(InvalidRequest, match="everyone, teen, mature"):
        banned_at("adult")


@pytest.mark.parametrize(
    "entry", ["*", "**", "ab*", "a", "", "a b", "da*mn", "-ab", "ab-", "ab'*", "a1b", "a" * 41, "ab_c", "ab--c", "[ab]"]
)
def test_a_malformed_entry_is_told_with_what_is_legal(entry):
    faults = list(banned_faults(("fine", entry)))
    assert [fault.field for fault in faults] == ["banned[1]"]
    assert "letters" in faults[0].legal


def test_a_lone_star_is_told_to_ban_everything():
    assert "ban every word" in str(next(banned_faults(("*",))))


def test_too_many_entries_are_told_with_the_limit():
    many = tuple(f"w{'abcdefghijklmnopqrstuvwxyz'[n % 26]}{'abcdefghijklmnopqrstuvwxyz'[n // 26]}" for n in range(401))
    assert [str(fault) for fault in banned_faults(many, "list")] == [
        f"list has 401 entries; legal: at most {MAX_ENTRIES}"
    ]


def test_a_whole_answer_holds_no_banned_word_and_still_all_else():
    request = DialogueRequest((Character("Damn"),), "A door.", Mood(), seed=1, banned=("damn", "hell"), max_words=4)
    grammar = LLMatcher.grammar_from_lark(gbnf_to_lark(answer_grammar(request)))
    outcomes = {}
    for text in ("What the hell, man?", "Hell!", "Hello, you there!", "A damn shame.", "Say it, damnit!"):
        matcher = LLMatcher(TOKENIZER, grammar)
        data = list(f"Damn (fear): {text}\n".encode())
        outcomes[text] = matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()
    assert list(outcomes.values()) == [False, False, True, False, True]

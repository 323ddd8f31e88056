from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrative_server.semantics.keywords import STOP_WORDS, keywords, rank


def test_ranks_match_pagerank_solved_by_hand() -> None:
    # A star: the hub has h = 0.15 + 0.85 * 3 * leaf, a leaf has leaf = 0.15 + 0.85 * h / 3.
    star = {"hub": {"a": 1.0, "b": 1.0, "c": 1.0}, "a": {"hub": 1.0}, "b": {"hub": 1.0}, "c": {"hub": 1.0}}
    scores = rank(star)
    hub = (0.15 + 0.85 * 3 * 0.15) / (1 - 0.85**2)
    assert scores["hub"] == pytest.approx(hub, rel=1e-2)
    assert scores["a"] == pytest.approx(0.15 + 0.85 * hub / 3, rel=1e-2)


def test_the_words_that_a_text_turns_on_come_first() -> None:
    text = (
        "The dragon circles the tower. Smoke from the dragon fills the valley, and the dragon burns the mill. "
        "Somebody left a spoon."
    )
    found = keywords(text, 3)
    assert "dragon" in found[0]
    assert not any("spoon" in phrase for phrase in found)


def test_neighbouring_words_become_a_phrase() -> None:
    assert "rusty iron key" in keywords("The player finds a rusty iron key under the old mill.")


def test_a_single_word_counts() -> None:
    assert keywords("Fire!") == ("fire",)


def test_no_words_no_keywords() -> None:
    assert keywords("") == keywords("... !!") == keywords("the of and") == ()
    assert keywords("A burning village.", 0) == ()


@given(st.text(max_size=300), st.integers(0, 10))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_at_most_the_limit_without_stop_words_or_repeats(text: str, limit: int) -> None:
    found = keywords(text, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)
    assert not set(found) & STOP_WORDS
    assert found == keywords(text, limit)


def test_an_enormous_text_is_cut() -> None:
    assert len(keywords("ancient stone bridge. " * 50_000)) == 1

from __future__ import annotations

import pytest

from narrative_server.story.relevance import CUT, facts_asked_for

FACTS = ("The gate closes at dusk.", "A rope costs two coins.", "Ropes are sold at the mill.")


def likeness(of_words: dict[str, float]) -> object:
    return lambda text, fact: of_words[fact] if text == "How much?" else 0.3


def test_a_fact_far_behind_the_best_is_left_out_and_one_close_behind_stays() -> None:
    close = dict(zip(FACTS, (0.1, 0.8, 0.8 + CUT + 0.01), strict=True))
    assert facts_asked_for(FACTS, "At the shop.", "How much?", likeness(close)) == FACTS[1:]  # type: ignore[arg-type]
    far = dict(zip(FACTS, (0.1, 0.8, 0.8 + CUT - 0.01), strict=True))
    assert facts_asked_for(FACTS, "At the shop.", "How much?", likeness(far)) == FACTS[1:2]  # type: ignore[arg-type]


def test_rare_words_in_common_count_beside_the_embeddings() -> None:
    assert facts_asked_for(FACTS, "At the shop.", "the gate?", lambda text, fact: 0.5) == FACTS[:1]


def test_equal_facts_all_stay() -> None:
    assert facts_asked_for(FACTS, "At the shop.", "Well?", lambda text, fact: 0.5) == FACTS


@pytest.mark.parametrize("player_line", ["", "  "])
def test_all_are_told_where_the_player_says_nothing(player_line: str) -> None:
    assert facts_asked_for(FACTS, "At the shop.", player_line, lambda text, fact: float(fact == FACTS[0])) == FACTS


def test_all_are_told_where_one_has_no_embedding() -> None:
    assert (
        facts_asked_for(FACTS, "At the shop.", "the gate?", lambda text, fact: None if fact == FACTS[2] else 0.5)
        == FACTS
    )

from __future__ import annotations

from narrative_server.evaluation.dialogue.facts import distractor_used, fact_used, facts_said, recalled
from tests.evaluation.dialogue.beats import answered, beat_of

FACTS = ("A healing herb costs four coins.", "A fire flask costs nine coins.", "The shop closes at sundown.")
SHOP = beat_of("The player points at a red flask.", grounded=True, facts=FACTS, used=(1,), player_line="How much?")


def test_a_fact_is_said_by_what_it_alone_holds() -> None:
    assert facts_said(SHOP, "Nine coins, and I don't bargain.") == {0: False, 1: True, 2: False}
    assert facts_said(SHOP, "9!") == {0: False, 1: True, 2: False}


def test_words_of_the_event_or_of_several_facts_are_no_sign_of_knowing() -> None:
    assert not any(facts_said(SHOP, "That flask costs coins.").values())


def test_a_fact_without_a_word_of_its_own_is_left_out() -> None:
    beat = beat_of("The player hears that the bell cracked.", facts=("The bell cracked.",), used=(0,), grounded=True)
    assert facts_said(beat, "The bell cracked.") == {}
    assert fact_used([answered(beat, "The bell cracked.")]) is None


def test_right_and_wrong_facts_are_told_apart() -> None:
    said = [
        answered(SHOP, "Nine."),
        answered(SHOP, "Four."),
        answered(SHOP, "Nine, until sundown."),
        answered(SHOP, "Hm."),
    ]
    used, wrong = fact_used(said), distractor_used(said)
    assert used is not None
    assert wrong is not None
    assert (used.value, wrong.value, used.n) == (0.5, 0.5, 4)


def test_beats_that_nothing_answers_and_failed_ones_do_not_count() -> None:
    assert fact_used([answered(beat_of(grounded=True, facts=FACTS), "Nine."), answered(SHOP)]) is None


def test_only_sessions_recall() -> None:
    told = beat_of("The player returns.", session="mill", facts=("Odda promised ten loaves.",), used=(0,))
    found = recalled([answered(told, "Here are your loaves!"), answered(told, "Hello."), answered(SHOP, "Nine.")])
    assert found is not None
    assert (found.value, found.n) == (0.5, 2)

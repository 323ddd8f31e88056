from __future__ import annotations

import pytest

from narrative_server.semantics.overlap import Overlap, stems


def test_forms_of_a_word_share_a_stem() -> None:
    assert stems("dripping drips dripped") == stems("drip")
    assert stems("the stories") == stems("a story") == {"stor"}
    assert stems("Hissing!") == stems("hiss")
    assert stems("Mara’s keys") == stems("Mara's key")


def test_stop_words_and_ids_split_as_words_do() -> None:
    assert stems("What is there to do with it?") == frozenset()
    assert stems("rusty_lantern") == stems("rusty lantern")


def test_a_text_shares_everything_with_itself_and_nothing_with_a_stranger() -> None:
    overlap = Overlap(["The bridge is out.", "Herbs cost four coins."])
    assert overlap.shares("The bridge is out.") == [pytest.approx(1.0), 0.0]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    overlap = Overlap(["the gate rusts", "the gate opens", "the gate leans", "the amulet rusts"])
    gate, *_, amulet = overlap.shares("gate amulet")
    assert amulet > gate > 0


def test_no_texts_and_no_words_are_no_error() -> None:
    assert Overlap([]).shares("anything") == []
    assert Overlap(["", "a bell"]).shares("") == [0.0, 0.0]

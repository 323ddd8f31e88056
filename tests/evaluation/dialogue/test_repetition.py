from __future__ import annotations

import pytest

from narrative_server.evaluation.dialogue.repetition import distinct_2, session_repeats
from tests.evaluation.dialogue.beats import answered, beat_of


def test_distinct_pairs_are_counted_within_lines() -> None:
    found = distinct_2([answered(beat_of(), "a b c.", "A, b!"), answered(beat_of(), "d")])
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)


def test_a_longer_text_of_the_same_variety_scores_the_same() -> None:
    some = [answered(beat_of(), *[f"a{i} b{i}." for i in range(10)])]
    short, long = distinct_2(some, window=10), distinct_2(some * 3, window=10)
    assert short is not None
    assert long is not None
    assert short.value == long.value == 1.0
    whole = distinct_2(some * 3, window=30)
    assert whole is not None
    assert whole.value == pytest.approx(1 / 3)


def test_a_session_repeats_a_line_whatever_its_punctuation_but_sessions_do_not_share_lines() -> None:
    mill, ship = beat_of(session="mill"), beat_of(session="ship")
    said = [
        answered(mill, "Hold on!", "Run."),
        answered(ship, "Hold on!"),
        answered(mill, "hold on..."),
        answered(beat_of(), "Run."),
    ]
    found = session_repeats(said)
    assert found is not None
    assert (found.value, found.n) == (0.25, 4)

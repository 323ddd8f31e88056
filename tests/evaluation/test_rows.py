from __future__ import annotations

import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.evaluation.figures import Figure
from narrative_server.evaluation.rows import check_wanted, counter, shares_of_real


def test_a_share_is_of_the_real_row_of_the_same_split() -> None:
    name = "r_precision_at_1_of_100"
    figures = [
        Figure(name, "real_train", 0.5, "share", 8, "train"),
        Figure(name, "ours_n1", 0.25, "share", 8, "train"),
        Figure(name, "real_held_out", 0.8, "share", 8, "held_out"),
        Figure(name, "ours_n1", 0.2, "share", 8, "held_out"),
        Figure("other", "ours_n1", 0.1, "share", 8, "held_out"),
    ]
    assert [(one.metric, one.row, one.split, one.value) for one in shares_of_real(figures, name)] == [
        ("r_precision_share_of_real", "ours_n1", "train", pytest.approx(0.5)),
        ("r_precision_share_of_real", "ours_n1", "held_out", pytest.approx(0.25)),
    ]


def test_there_is_no_share_where_no_real_row_scored_or_it_scored_nothing() -> None:
    figures = [
        Figure("classifier_accuracy", "ours_n1", 0.25, "share", 8, "held_out"),
        Figure("classifier_accuracy", "real_held_out", 0.0, "share", 8, "recordings"),
        Figure("classifier_accuracy", "ours_n1", 0.2, "share", 8, "recordings"),
    ]
    assert shares_of_real(figures, "classifier_accuracy") == []


def test_a_counter_tells_the_start_and_each_one_that_is_done() -> None:
    told: list[tuple[str, int, int]] = []
    count = counter("drawing", 2, lambda stage, done, total: told.append((stage, done, total)))
    count()
    count()
    assert told == [("drawing", 0, 2), ("drawing", 1, 2), ("drawing", 2, 2)]


@pytest.mark.parametrize(
    ("rows", "limit", "named"), [((), 8, "--rows"), (("b", "c"), 8, "--rows"), (("b",), 7, "--limit")]
)
def test_rows_and_limits_that_are_not_legal_are_refused(rows: tuple[str, ...], limit: int, named: str) -> None:
    with pytest.raises(InvalidConfig, match=f"^{named} "):
        check_wanted(rows, ("a", "b"), limit, 100)
    check_wanted(("a", "b"), ("a", "b"), 100, 100)

from __future__ import annotations

import math

import pytest

from narrative_server.evaluation.dialogue.estimates import ratio, wilson


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I: 81 of 263, and 0 of 20.
    assert wilson(81, 263) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson(0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))


def test_a_ratio_weighs_beats_by_their_lines() -> None:
    found = ratio([(1, 1), (0, 3), (0, 0)])
    assert found is not None
    assert (found.value, found.n) == (0.25, 4)


def test_the_interval_narrows_with_more_beats_and_holds_the_value() -> None:
    few, many = ratio([(1, 2), (0, 2)] * 5), ratio([(1, 2), (0, 2)] * 500)
    assert few is not None
    assert many is not None
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low < many.low < 0.25 < many.high < few.high
    # Standard error of the mean of 1000 values that are 0 or 0.5: 0.25 / sqrt(1000).
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.25 / math.sqrt(1000), rel=0.15)


def test_agreement_of_all_still_has_a_width() -> None:
    found = ratio([(1, 1)] * 14)
    assert found is not None
    assert (found.low, found.high) == wilson(14, 14)


def test_nothing_counted_is_no_estimate() -> None:
    assert ratio([(0, 0)]) is None

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from narrative_server.dialogue.decoding import Decoding
from narrative_server.dialogue.sampling import choose_token, dry_penalties

PLAIN = Decoding(top_k=100, top_p=1.0, min_p=0.0, repeat_penalty=1.0, dry_multiplier=0.0)
ALL = np.ones(6, dtype=np.bool_)


def draw(logits: list[float], *, allowed=ALL, context=(), temperature=1.0, decoding=PLAIN, seed=0, n=1) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return [
        choose_token(torch.tensor(logits), allowed, context, temperature, decoding, (), generator) for _ in range(n)
    ]


def test_draws_follow_the_softmax():
    logits = [2.0, 1.0, 0.0, -1.0, -2.0, -9.0]
    counts = Counter(draw(logits, n=4000))
    expected = torch.tensor(logits).softmax(0)
    for token in range(5):
        assert counts[token] / 4000 == pytest.approx(float(expected[token]), abs=0.03)


def test_temperature_zero_takes_the_best_that_is_allowed():
    allowed = np.array([False, True, True, True, True, True])
    assert draw([9.0, 1.0, 3.0, 2.0, 0.0, 0.0], allowed=allowed, temperature=0.0) == [2]


def test_what_the_grammar_forbids_is_never_drawn():
    allowed = np.array([False, False, True, False, True, False])
    assert set(draw([9.0, 9.0, 0.0, 9.0, 0.0, 9.0], allowed=allowed, n=100)) == {2, 4}


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"top_k": 2}, {0, 1}), ({"top_p": 0.6}, {0, 1}), ({"min_p": 0.3}, {0, 1}), ({"top_p": 0.01}, {0})],
)
def test_each_cut_keeps_the_best(change, kept):
    decoding = Decoding(**({"top_k": 100, "top_p": 1.0, "min_p": 0.0} | change))
    logits = torch.tensor([0.5, 0.3, 0.1, 0.05, 0.03, 0.02]).log().tolist()
    assert set(draw(logits, decoding=decoding, n=200)) == kept


def test_equal_seeds_draw_alike():
    assert draw([0.0] * 6, seed=3, n=20) == draw([0.0] * 6, seed=3, n=20) != draw([0.0] * 6, seed=4, n=20)


def test_a_repeated_token_loses():
    decoding = Decoding(repeat_penalty=2.0, dry_multiplier=0.0)
    assert draw([2.0, 1.5, 0.0, 0.0, 0.0, 0.0], context=(0,), temperature=0.0, decoding=decoding) == [1]
    assert draw([-1.0, -1.5, -9.0, -9.0, -9.0, -9.0], context=(0,), temperature=0.0, decoding=decoding) == [1]


def test_going_on_with_an_earlier_run_costs_more_the_longer_it_is():
    decoding = Decoding(dry_multiplier=1.0, dry_base=2.0, dry_allowed_length=2)
    assert dry_penalties(np.array([1, 2, 3, 9, 1, 2]), (), decoding) == {3: 1.0}
    assert dry_penalties(np.array([0, 1, 2, 3, 9, 0, 1, 2]), (), decoding) == {3: 2.0}
    assert dry_penalties(np.array([5, 2, 3, 9, 1, 2]), (), decoding) == {}


def test_runs_do_not_reach_across_a_breaker():
    decoding = Decoding(dry_multiplier=1.0, dry_base=2.0, dry_allowed_length=2)
    assert dry_penalties(np.array([1, 7, 2, 3, 9, 1, 7, 2]), (7,), decoding) == {}
    assert dry_penalties(np.array([1, 2, 7, 9, 1, 2]), (7,), decoding) == {}


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 4))
def test_penalties_are_those_of_every_earlier_run_looked_at_one_by_one(context, allowed):
    decoding = Decoding(dry_multiplier=1.0, dry_base=2.0, dry_allowed_length=allowed)
    expected: dict[int, float] = {}
    for end in range(len(context) - 1):
        length = 0
        while length <= end and context[end - length] == context[len(context) - 1 - length] != 0:
            length += 1
        if length >= allowed and context[end + 1] != 0:
            expected[context[end + 1]] = max(2.0 ** (length - allowed), expected.get(context[end + 1], 0))
    assert dry_penalties(np.array(context, dtype=np.int64), (0,), decoding) == expected

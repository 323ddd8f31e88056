from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.contrastive.retrieval import CEILING, POOL_ITEMS, draw_pools, recall_at_1


def many(phrases: int) -> PairSet:
    rng = np.random.default_rng(3)
    embeddings = rng.standard_normal((phrases, 384)).astype(np.float32)
    embeddings[1::2] = embeddings[::2] + 0.01 * embeddings[1::2]  # each second phrase says what the one before says
    items = 2 * phrases
    return PairSet(
        name="many",
        views=np.zeros((items, 3, 4, 4), dtype=np.uint8),
        phrases=tuple(map(str, range(phrases))),
        embeddings=embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True),
        captions=(np.arange(items) // 2)[:, None].astype(np.int32),
        weights=np.ones(items, dtype=np.float32),
        held_out=np.arange(items) >= items // 2,
        flippable=np.zeros(items, dtype=np.bool_),
    )


@pytest.mark.parametrize("held_out", [False, True])
def test_pools_hold_a_hundred_items_of_the_split_whose_captions_differ(held_out: bool) -> None:
    pairs = many(600)
    pools = draw_pools(pairs, held_out, 3, seed=1)
    assert len(pools) == 3
    for pool in pools:
        assert len(pool.rows) == POOL_ITEMS
        assert (pairs.held_out[pool.rows] == held_out).all()
        assert (pairs.captions[pool.rows, 0] == pool.captions).all()
        likeness = pairs.embeddings[pool.captions] @ pairs.embeddings[pool.captions].T
        assert (likeness - 2 * np.eye(POOL_ITEMS)).max() < CEILING
    again = draw_pools(pairs, held_out, 3, seed=1)
    assert all((one.rows == two.rows).all() for one, two in zip(pools, again, strict=True))


def test_too_few_different_captions_give_no_pool() -> None:
    assert draw_pools(many(100), False, 3, seed=1) == []
    assert draw_pools(dataclasses.replace(many(60)), True, 3, seed=1) == []


def test_recall_counts_what_is_found_first_in_both_directions() -> None:
    texts = np.eye(4, dtype=np.float32)
    assert recall_at_1(texts, texts) == (1.0, 1.0)
    swapped = texts[[1, 0, 2, 3]]
    assert recall_at_1(texts, swapped) == (0.5, 0.5)
    one_for_all = np.tile(texts[:1], (4, 1))
    assert recall_at_1(texts, one_for_all)[0] == 0.25

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.evaluation.images.r_precision import ALIKE, draw_pools, hits


def _units(count: int, size: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_pool_holds_its_own_caption_first_and_no_two_alike() -> None:
    sentences = _units(300, 384, 1)
    sentences[1::3] = sentences[0::3]  # a third says what another third says
    for own, pool in enumerate(draw_pools(sentences, 20)):
        assert pool is not None
        assert pool[0] == own
        assert len(set(pool.tolist())) == 100
        cosines = sentences[pool] @ sentences[pool].T
        np.fill_diagonal(cosines, 0.0)
        assert cosines.max() < ALIKE


def test_there_is_no_pool_where_too_few_captions_differ() -> None:
    sentences = np.repeat(_units(60, 384, 2), 3, axis=0)
    assert draw_pools(sentences, 3) == [None, None, None]


def test_pools_do_not_hang_on_how_many_are_asked_for() -> None:
    sentences = _units(150, 384, 3)
    few, more = draw_pools(sentences, 2), draw_pools(sentences, 9)
    assert all(np.array_equal(a, b) for a, b in zip(few, more[:2], strict=True))


def test_a_perfect_judge_hits_always_and_a_random_one_once_in_a_hundred() -> None:
    said = _units(600, 64, 4)
    pools = draw_pools(_units(600, 384, 5), 600)
    assert hits(said, said, pools).all()
    assert hits(_units(600, 64, 6), said, pools).mean() == pytest.approx(0.01, abs=0.015)


def test_a_draw_is_a_miss() -> None:
    said = np.repeat(_units(1, 64, 7), 100, axis=0)
    pools = draw_pools(_units(100, 384, 8), 1)
    assert not hits(said[:1], said, pools).any()

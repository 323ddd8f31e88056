from __future__ import annotations

import numpy as np

from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.contrastive.vocabulary import choose_words


def pairs(name: str, captions: list[str], held_out: int = 0) -> PairSet:
    embeddings = np.eye(384, dtype=np.float32)[[sum(map(ord, caption)) % 384 for caption in captions]]
    n = len(captions)
    return PairSet(
        name=name,
        views=np.zeros((n, 3, 4, 4), dtype=np.uint8),
        phrases=tuple(captions),
        embeddings=embeddings,
        captions=np.arange(n, dtype=np.int32)[:, None],
        weights=np.arange(1, n + 1, dtype=np.float32),
        held_out=np.arange(n) < held_out,
        flippable=np.zeros(n, dtype=np.bool_),
    )


def test_short_captions_are_chosen_the_most_frequent_first() -> None:
    words, embeddings = choose_words(
        [pairs("sprites", ["ghost", "a knight in red armour", "fire bolt", "ogre, angry"])]
    )
    assert words == ("fire bolt", "ghost")
    assert embeddings.shape == (2, 384)


def test_what_is_held_out_or_says_the_same_is_left_out() -> None:
    # "ab" and "ba" have one embedding here.
    words, _ = choose_words([pairs("sprites", ["imp", "ab", "ba"], held_out=1)])
    assert words == ("ba",)


def test_each_set_has_its_part_of_the_words() -> None:
    sets = [pairs("sprites", ["imp", "ogre", "ghost"]), pairs("backgrounds", ["swamp", "ghost", "desert"])]
    words, embeddings = choose_words(sets, most=4)
    assert words == ("ghost", "ogre", "desert", "swamp")
    assert len(embeddings) == 4

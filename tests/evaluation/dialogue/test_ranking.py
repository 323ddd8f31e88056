from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from narrative_server.dialogue.types import Character
from narrative_server.evaluation.dialogue.embeddings import Embeddings
from narrative_server.evaluation.dialogue.ranking import event_match, event_pool, persona_match, persona_pool
from tests.evaluation.dialogue.beats import answered, beat_of

THINGS = ["anchor", "bell", "candle", "door", "eagle", "flute", "goat", "hammer", "island", "jug", "kettle", "lamp"]
BEATS = [
    beat_of(f"The player takes the {thing}.", genre="fantasy" if i < 11 else "western")
    for i, thing in enumerate(THINGS)
]


def by_things(texts: Sequence[str]) -> NDArray[np.float32]:
    """One axis a thing, and one that everything shares a little of."""
    rows = np.array([[0.01, *(float(thing in text) for thing in THINGS)] for text in texts], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_lines_about_the_event_find_it_and_others_do_not() -> None:
    pool = event_pool(BEATS, seed=1)
    right = event_match(
        [answered(beat, f"My {thing}!") for beat, thing in zip(BEATS, THINGS, strict=True)], pool, by_things
    )
    wrong = event_match([answered(beat, "Hello.") for beat in BEATS], pool, by_things)
    assert right is not None
    assert wrong is not None
    assert (right.value, right.n, wrong.value) == (1.0, 12, 0.0)


def test_candidates_are_ten_distinct_ones_of_the_genre_first_and_the_same_for_every_row() -> None:
    pool = event_pool([*BEATS, *BEATS], seed=1)
    found = pool.candidates(BEATS[0].event, "fantasy", "beat")
    assert found == pool.candidates(BEATS[0].event, "fantasy", "beat")
    assert found[0] == BEATS[0].event
    assert len(set(found)) == 10
    assert BEATS[-1].event not in found
    assert found != pool.candidates(BEATS[0].event, "fantasy", "another beat")
    assert set(pool.candidates(BEATS[-1].event, "western", "beat")[1:]) <= {beat.event for beat in BEATS[:-1]}


def test_a_pool_of_fewer_than_ten_gives_no_figure() -> None:
    assert event_match([answered(BEATS[0], "My anchor!")], event_pool(BEATS[:9], seed=1), by_things) is None


def test_each_speaker_is_matched_with_their_own_persona() -> None:
    casts = [(Character(thing.title(), f"sells a {thing}"),) for thing in THINGS]
    beats = [beat_of(cast=cast, genre="fantasy") for cast in casts]
    pair = beat_of(cast=(*casts[0], *casts[1], Character("Nameless")), genre="fantasy")
    pool = persona_pool([*beats, pair], seed=1)
    said = [
        answered(pair, "Buy an anchor!", speaker="Anchor"),
        answered(pair, "Buy an anchor!", speaker="Bell"),
        answered(pair, "Buy an anchor!", speaker="Nameless"),
    ]
    found = persona_match(said, pool, by_things)
    assert found is not None
    assert (found.value, found.n) == (0.5, 2)
    assert "sells a bell" not in pool.candidates("sells a anchor", "fantasy", "k", barred={"sells a bell"})


def test_embeddings_compute_each_text_once() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return by_things(texts)

    embed = Embeddings(encode)
    rows = embed(["a bell", "a goat", "a bell"])
    assert np.array_equal(embed(["a goat"])[0], rows[1])
    assert np.array_equal(rows[0], rows[2])
    assert asked == ["a bell", "a goat"]

from __future__ import annotations

from narrative_server.evaluation.dialogue.sampling import groups, sample, spread
from tests.evaluation.dialogue.beats import beat_of

BEATS = [
    *(beat_of(f"single {i}") for i in range(80)),
    *(beat_of(f"session {s} {i}", session=f"s{s}") for s in range(4) for i in range(5)),
]


def test_all_beats_are_played_once_and_sessions_in_order() -> None:
    found = groups(BEATS)
    assert sum(map(len, found)) == 100
    assert [beat.event for beat in found[0]] == [f"session 0 {i}" for i in range(5)]
    assert sample(BEATS, 0) == sample(BEATS, 100) == found


def test_a_sample_keeps_sessions_whole_and_the_proportion() -> None:
    found = sample(BEATS, 50)
    assert sum(map(len, found)) == 50
    assert [len(group) for group in found[:3]] == [5, 5, 1]
    assert sum(map(len, sample(BEATS, 12))) == 12
    assert [len(group) for group in sample(BEATS, 3)] == [1, 1, 1]


def test_items_are_spread_evenly() -> None:
    assert spread(range(10), 2) == [2, 7]
    assert spread(range(3), 5) == [0, 1, 2]
    assert spread(range(3), 0) == []

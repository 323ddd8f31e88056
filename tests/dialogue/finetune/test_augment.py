from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from narrative_server.dialogue.finetune.augment import Variety, hasty_request, map_texts, plain_request
from narrative_server.dialogue.finetune.beats import Beat, read_beats
from narrative_server.dialogue.types import Character, SpokenLine

GROUNDED = Beat(
    event="The player asks Mirabel for a flask.",
    cast=(Character("Mirabel", "herb seller, grumpy"),),
    lines=(SpokenLine("Mirabel", "neutral", "Nine coins."),),
    facts=("A flask costs nine coins.", "The shop closes at sundown.", "Wolves howl at night."),
    used=(0,),
    player_line="How much?",
    grounded=True,
)
OTHER = replace(GROUNDED, event="Tom sleeps.", cast=(Character("Tom"),), lines=(SpokenLine("Tom", "joy", "Zzz."),))


@pytest.fixture
def beats(data_folder: Path) -> tuple[Beat, ...]:
    return read_beats(data_folder)


def test_the_fact_that_the_lines_rely_on_always_stays_and_the_question_too() -> None:
    variety, rng = Variety([GROUNDED, OTHER]), random.Random(1)
    requests = [variety.vary(GROUNDED, rng)[1] for _ in range(200)]
    assert all("A flask costs nine coins." in request.facts for request in requests)
    assert all(request.player_line for request in requests)
    assert any(len(request.facts) < 3 for request in requests)


def test_a_new_name_replaces_the_old_one_everywhere() -> None:
    variety, rng = Variety([GROUNDED, OTHER]), random.Random(1)
    varied = [variety.vary(GROUNDED, rng) for _ in range(200)]
    renamed = [(beat, request) for beat, request in varied if beat.cast[0].name == "Tom"]
    assert renamed
    for beat, request in renamed:
        assert beat.lines[0].speaker == "Tom"
        assert request.cast[0].name == "Tom"
        assert "Mirabel" not in request.event


def test_every_part_that_a_hasty_designer_leaves_out_is_left_out_at_times(beats: tuple[Beat, ...]) -> None:
    variety, rng = Variety(beats), random.Random(1)
    requests = [variety.vary(beats[0], rng)[1] for _ in range(300)]
    for part in ("place", "history", "world", "facts", "player_line"):
        left_out = sum(not getattr(request, part) for request in requests)
        assert 0 < left_out < 300 or part == "facts", part
    assert {"door0 opened", "door 0, opened", "The player opens door 0."} <= {request.event for request in requests}
    assert any(not request.cast[0].persona for request in requests)
    assert any(request.cast[0].voice for request in requests)


def test_limits_never_fall_below_what_the_lines_need(beats: tuple[Beat, ...]) -> None:
    variety, rng = Variety(beats), random.Random(1)
    beat = replace(beats[0], lines=(SpokenLine("Odda", "fear", "one two three four five six seven eight nine"),) * 2)
    requests = [variety.vary(beat, rng)[1] for _ in range(200)]
    assert all(request.max_words >= 9 and request.max_lines >= 2 for request in requests)
    assert any(request.max_words < 24 for request in requests)


def test_variants_depend_on_the_seed_alone(beats: tuple[Beat, ...]) -> None:
    variety = Variety(beats)
    first = [variety.vary(beat, random.Random(7)) for beat in beats]
    assert first == [variety.vary(beat, random.Random(7)) for beat in beats]


def test_the_hasty_request_has_names_personas_and_the_hastiest_wording(beats: tuple[Beat, ...]) -> None:
    request = hasty_request(beats[0])
    assert request.event == "door0 opened"
    assert (request.place, request.history, request.facts, request.player_line) == ("", (), (), "")
    assert request.cast == (Character("Odda", "miller, loud"),)
    assert plain_request(beats[0]).place == "a mill"


def test_texts_are_mapped_wherever_they_may_name_somebody(beats: tuple[Beat, ...]) -> None:
    shouted = map_texts(beats[0], str.upper)
    assert shouted.cast[0].name == "ODDA"
    assert shouted.lines[0] == SpokenLine("ODDA", "fear", "NOT DOOR 0!")
    assert shouted.player_line == "WHO IS THERE?"

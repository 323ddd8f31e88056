"""Hours and weathers that words name, and that places show."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.painter import SUNLESS, captions, random_scene
from narrative_server.images.scenery import TAGS, scenery_tags, told_scenery, wanted_scenery


def named(row: np.ndarray) -> set[str]:
    return {TAGS[place] for place in np.flatnonzero(row == 1.0)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("graveyard in the fog, night", {"night", "fog"}),
        ("castle at sunset", {"dusk"}),
        ("Moonlit beach", {"night"}),
        ("early morning in the village, snow falling", {"day", "snow"}),
        ("before sunrise, a grey sky", {"dawn", "cloudy"}),
        ("a stormy harbour at noon in the rain", {"storm", "day"}),  # the first of two weathers counts
        ("knight's hall", set()),  # no hour inside a word
        ("the old holiday inn", set()),
        ("", set()),
    ],
)
def test_the_first_hour_and_weather_that_words_name_are_wanted(text: str, wanted: set[str]) -> None:
    assert named(wanted_scenery(text)) == wanted


def test_the_kin_of_what_is_wanted_is_wanted_less() -> None:
    dusk = wanted_scenery("harbour at dusk")
    assert 0 < dusk[TAGS.index("dawn")] < 1
    assert dusk[TAGS.index("night")] == dusk[TAGS.index("day")] == 0
    rain = wanted_scenery("harbour in the rain")
    assert 0 < rain[TAGS.index("storm")] < 1
    assert rain.max() <= 1


@pytest.mark.parametrize("text", ["castle at sunset", "an old inn"])
def test_without_a_weather_in_the_words_a_fair_one_is_wanted_rather(text: str) -> None:
    wanted = dict(zip(TAGS, wanted_scenery(text), strict=True))
    assert 1 > wanted["clear"] > wanted["cloudy"] > 0
    assert wanted["rain"] == wanted["storm"] == wanted["snow"] == wanted["fog"] == 0
    assert wanted_scenery("castle in the rain")[TAGS.index("clear")] == 0


def test_a_place_shows_whatever_any_of_its_captions_names() -> None:
    assert named(told_scenery(["a quay", "a quay at night", "rainy quay"])) == {"night", "rain"}
    assert named(scenery_tags("dusk", "snow")) == {"dusk", "snow"}
    assert scenery_tags("dusk", "snow").sum() == 2


def test_a_place_without_weather_counts_as_fair_so_that_it_stands_back_behind_none() -> None:
    for shown in (told_scenery(["a quay"]), scenery_tags(), told_scenery([])):
        np.testing.assert_array_equal(shown, wanted_scenery("a quay"))
    wanted = wanted_scenery("an old library")
    library, meadow = scenery_tags(), scenery_tags("day", "clear")
    assert library @ wanted == pytest.approx(meadow @ wanted, abs=0.1)


def test_captions_of_painted_scenes_are_read_as_what_was_painted() -> None:
    rng = np.random.default_rng(5)
    hours = {"dawn": "dawn", "dusk": "dusk", "night": "night", "morning": "day", "noon": "day", "afternoon": "day"}
    right, said = 0, 0
    for _ in range(400):
        scene = random_scene(rng)
        if scene.kind in SUNLESS or scene.kind == "neon street":  # "night city street" names one at any hour
            continue
        for text in captions(scene):
            for hour in named(wanted_scenery(text)) & set(hours.values()):
                said += 1
                right += hour == hours[scene.time]
    assert said > 400
    assert right / said > 0.95

from __future__ import annotations

import math

import pytest

from narrative_server.dialogue.content import banned_at
from narrative_server.errors import InvalidRequest
from narrative_server.story.checks import Checks
from narrative_server.story.controls import check_controls, settle_controls, temperature_of, words_banned_by
from narrative_server.story.limits import Limits
from narrative_server.story.request import DialogueControls


def faults(controls: DialogueControls) -> dict[str, str]:
    checks = Checks()
    check_controls(checks, "controls", controls, Limits())
    return {violation.field: violation.problem for violation in checks.violations}


def test_a_beats_own_controls_come_before_its_storys() -> None:
    story = DialogueControls(("ogre",), "teen", 0.25, False)
    assert DialogueControls().over(story) == story
    beat = DialogueControls(("elf", "ogre"), "mature", 0.0, True)
    assert beat.over(story) == DialogueControls(("ogre", "elf"), "mature", 0.0, True)


def test_words_of_list_and_level_are_banned_once_each() -> None:
    word = banned_at("teen")[0]
    banned = words_banned_by(DialogueControls((word, "ogre"), "teen"))
    assert banned[:2] == (word, "ogre")
    assert sorted(banned) == sorted({"ogre", *banned_at("teen")})


def test_no_word_is_banned_without_a_level() -> None:
    assert words_banned_by(DialogueControls()) == ()


def test_a_temperature_of_0_is_not_unset() -> None:
    assert temperature_of(DialogueControls(temperature=0.0)) == 0.0
    assert temperature_of(DialogueControls()) == 0.5


@pytest.mark.parametrize("word", ["ogre", "ab", "x" * 40, "dragon*", "abc*", "old-timer", "o'clock", "огр", "Zoë"])
def test_words_of_letters_may_be_banned(word: str) -> None:
    assert not faults(DialogueControls((word,)))


@pytest.mark.parametrize("word", ["", "*", "**", "a", "ab*", "x" * 41, "two words", "a1b", "-abc", "🐉🐉", "a\nb"])
def test_anything_else_is_refused_by_its_field(word: str) -> None:
    assert list(faults(DialogueControls(("ogre", word)))) == ["controls.banned_words[1]"]


@pytest.mark.parametrize("temperature", [-0.01, 2.01, math.nan, math.inf])
def test_a_temperature_is_0_to_2(temperature: float) -> None:
    assert list(faults(DialogueControls(temperature=temperature))) == ["controls.temperature"]


def test_an_unknown_level_is_refused() -> None:
    assert list(faults(DialogueControls(content_level="adult"))) == ["controls.content_level"]  # type: ignore[arg-type]


def test_a_long_list_is_counted_and_not_read_to_its_end() -> None:
    found = faults(DialogueControls(("1",) * 5000))
    assert found["controls.banned_words"] == "has 5000 entries"
    assert len(found) == 1 + Limits().max_banned_words


def test_both_lists_together_keep_to_the_limit() -> None:
    limits = Limits(max_banned_words=3)
    settled = settle_controls(DialogueControls(("ab", "cd")), DialogueControls(("cd", "ef")), limits)
    assert settled.banned_words == ("ab", "cd", "ef")
    with pytest.raises(InvalidRequest, match="and those of the story are 4 together"):
        settle_controls(DialogueControls(("ab", "cd")), DialogueControls(("ef", "gh")), limits)

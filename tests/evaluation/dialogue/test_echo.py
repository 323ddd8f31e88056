from __future__ import annotations

import pytest

from narrative_server.evaluation.dialogue.echo import echo, echoes, keywords_covered
from tests.evaluation.dialogue.beats import answered, beat_of

EVENT = "The player finds a glowing sword in the old chest."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A glowing sword in an old chest!", True),
        ("A glowing sword from the chest makes us rich!", True),
        ("A glowing sword makes us rich!", False),
        ("A sword!", False),
        ("Who left it there, my grandmother?", False),
    ],
)
def test_a_line_echoes_when_it_says_little_but_the_event(line: str, expected: bool) -> None:
    assert echoes(line, EVENT) is expected


def test_the_share_is_of_lines() -> None:
    found = echo([answered(beat_of(EVENT), "A glowing sword!", "Careful."), answered(beat_of(EVENT), "Rich at last!")])
    assert found is not None
    assert found.value == pytest.approx(1 / 3)


def test_keywords_are_covered_by_any_form_of_their_words() -> None:
    beat = beat_of("The player burns the bridge.")
    whole = keywords_covered([answered(beat, "You burned my bridge!")])
    none = keywords_covered([answered(beat, "Hello.")])
    assert whole is not None
    assert none is not None
    assert (whole.value, none.value, whole.n) == (1.0, 0.0, 2)

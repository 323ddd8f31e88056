from __future__ import annotations

import pytest

from narrative_server.semantics.colour_words import names_colour


@pytest.mark.parametrize("text", ["red dragon", "a Golden key", "wooden chest", "knight in silver armour", "icy blast"])
def test_colours_and_materials_are_heard(text: str) -> None:
    assert names_colour(text)


@pytest.mark.parametrize("text", ["", "dragon", "reduced tired thing", "goldsmith", "old wizard with a staff"])
def test_words_that_only_contain_one_are_not(text: str) -> None:
    assert not names_colour(text)

"""A phrase's subject, and what of it is embedded."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.subject import subject_of, subject_row, with_subject
from tests.images.art import encode


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("king with a golden crown", "king"),
        ("Mara, a grim ranger in a green cloak with a bow", "Mara, a grim ranger"),
        ("goblin HOLDING a torch", "goblin"),
        ("old man wearing rags\nand a hat", "old man"),
        ("red dragon", "red dragon"),
        ("golden inkpot", "golden inkpot"),  # `in` as a part of a word cuts nothing
        ("with a sword", "with a sword"),  # nothing would be left
        ("", ""),
    ],
)
def test_the_subject_ends_where_what_it_has_or_where_it_is_begins(text: str, subject: str) -> None:
    assert subject_of(text) == subject


def test_a_phrase_that_is_its_own_subject_is_embedded_once() -> None:
    assert with_subject("red dragon") == ["red dragon"]
    assert subject_row(encode(["red dragon"])) is None
    phrases = with_subject("king with a golden crown")
    assert phrases == ["king with a golden crown", "king"]
    row = subject_row(encode(phrases))
    assert row is not None
    np.testing.assert_array_equal(row, encode(["king"])[0])

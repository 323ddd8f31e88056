"""A phrase's subject, and what references are recalled for."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.subject import SHARE, phrases_for_recall, recalled_for, subject_of
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


def test_a_phrase_that_is_its_own_subject_is_embedded_once_and_recalled_for_itself() -> None:
    assert phrases_for_recall("red dragon") == ["red dragon"]
    assert recalled_for(encode(["red dragon"])) is None


def test_otherwise_both_count_by_their_shares_at_unit_norm() -> None:
    phrases = phrases_for_recall("king with a golden crown")
    assert phrases == ["king with a golden crown", "king"]
    whole, subject = encode(phrases)
    mixed = recalled_for(np.stack((whole, subject)))
    assert mixed is not None
    assert mixed.dtype == np.float32
    assert np.linalg.norm(mixed) == pytest.approx(1.0, abs=1e-5)
    wanted = (1 - SHARE) * whole + SHARE * subject
    np.testing.assert_allclose(mixed, wanted / np.linalg.norm(wanted), atol=1e-6)

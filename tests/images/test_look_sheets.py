from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.look_sheets import STYLES, SUBJECTS, mood_sheet, style_sheet
from narrative_server.images.service import ImageService
from narrative_server.images.style_words import read_words
from narrative_server.images.types import ImageConfig
from narrative_server.semantics.mood import EMOTIONS


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    rows = np.random.default_rng(3).standard_normal((len(texts), 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def rows_of(sheet: NDArray[np.uint8], count: int) -> list[NDArray[np.uint8]]:
    """The pictures of each row, without the label above them."""
    return [row[14:] for row in np.split(sheet, count)]


def test_sheets_show_the_same_subjects_in_each_mood_and_style_and_every_row_differs(weights: Path) -> None:
    service = ImageService(ImageConfig(weights / "sprites", weights / "backgrounds", device="cpu"))
    for draw, names in ((mood_sheet, EMOTIONS), (style_sheet, STYLES)):
        rows = rows_of(np.asarray(draw(service, "sprite", encode)), len(names))
        assert len({row.tobytes() for row in rows}) == len(names)
        assert rows[0].shape == (96, len(SUBJECTS["sprite"]) * 98 + 6, 3)


def test_styles_of_the_sheet_are_words_that_are_known() -> None:
    assert all(not read_words(words).unknown and not read_words(words).illegal for words in STYLES)

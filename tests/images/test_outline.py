from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.images.outline import add_outline


@pytest.fixture
def square() -> np.ndarray:
    picture = np.zeros((7, 7, 4), dtype=np.uint8)
    picture[2:5, 2:5] = (200, 60, 40, 255)
    return picture


@pytest.mark.parametrize("outline", ["dark", "auto"])
def test_the_line_is_one_pixel_beside_what_is_visible_and_leaves_it_alone(square: np.ndarray, outline: str) -> None:
    drawn = add_outline(square, outline)
    np.testing.assert_array_equal(drawn[2:5, 2:5], square[2:5, 2:5])
    line = (drawn[..., 3] == 255) & (square[..., 3] == 0)
    assert np.argwhere(line).tolist() == sorted(
        [[1, x] for x in (2, 3, 4)] + [[5, x] for x in (2, 3, 4)] + [[y, x] for y in (2, 3, 4) for x in (1, 5)]
    )


def test_an_automatic_line_is_a_dark_shade_of_its_neighbour(square: np.ndarray) -> None:
    line, body = bytes_to_oklab(add_outline(square, "auto")[[1, 3], [3, 3], :3])
    assert line[0] < 0.5 * body[0]
    assert np.arctan2(line[2], line[1]) == pytest.approx(np.arctan2(body[2], body[1]), abs=0.1)


def test_a_picture_that_fills_its_frame_has_no_room_for_a_line() -> None:
    full = np.full((4, 4, 4), 255, dtype=np.uint8)
    np.testing.assert_array_equal(add_outline(full, "dark"), full)


def test_no_outline_and_an_empty_picture_stay(square: np.ndarray) -> None:
    assert add_outline(square, "none") is square
    assert not add_outline(np.zeros_like(square), "auto").any()

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.scaling import enlarge, scales_by


def scale2x_by_the_book(picture: np.ndarray) -> np.ndarray:
    """The published rules of Scale2x, pixel by pixel."""
    height, width = picture.shape[:2]
    large = picture.repeat(2, 0).repeat(2, 1).copy()
    for y in range(height):
        for x in range(width):
            b, h = picture[max(y - 1, 0), x].tolist(), picture[min(y + 1, height - 1), x].tolist()
            d, f = picture[y, max(x - 1, 0)].tolist(), picture[y, min(x + 1, width - 1)].tolist()
            if b != h and d != f:
                for row, column, first, second in ((0, 0, d, b), (0, 1, f, b), (1, 0, d, h), (1, 1, f, h)):
                    if first == second:
                        large[2 * y + row, 2 * x + column] = first
    return large


def scale3x_by_the_book(picture: np.ndarray) -> np.ndarray:
    """The published rules of Scale3x, pixel by pixel."""
    height, width = picture.shape[:2]
    large = picture.repeat(3, 0).repeat(3, 1).copy()

    def at(y: int, x: int) -> list[int]:
        return list(picture[min(max(y, 0), height - 1), min(max(x, 0), width - 1)].tolist())

    for y in range(height):
        for x in range(width):
            a, b, c, d, e, f, g, h, i = (at(y + down, x + right) for down in (-1, 0, 1) for right in (-1, 0, 1))
            if b == h or d == f:
                continue
            rules = (
                (0, 0, d == b, d),
                (0, 1, (d == b and e != c) or (b == f and e != a), b),
                (0, 2, b == f, f),
                (1, 0, (d == b and e != g) or (d == h and e != a), d),
                (1, 2, (b == f and e != i) or (h == f and e != c), f),
                (2, 0, d == h, d),
                (2, 1, (d == h and e != i) or (h == f and e != g), h),
                (2, 2, h == f, f),
            )
            for row, column, applies, colour in rules:
                if applies:
                    large[3 * y + row, 3 * x + column] = colour
    return large


@pytest.fixture
def picture() -> np.ndarray:
    rng = np.random.default_rng(5)
    return rng.integers(0, 256, (4, 4), dtype=np.uint8)[rng.integers(0, 4, (12, 9))]


def test_blocks_repeat_pixels(picture: np.ndarray) -> None:
    large = enlarge(picture, 3)
    assert large.shape == (36, 27, 4)
    np.testing.assert_array_equal(large, np.kron(picture, np.ones((3, 3, 1), dtype=np.uint8)))


def test_scale2x_follows_the_published_rules(picture: np.ndarray) -> None:
    np.testing.assert_array_equal(enlarge(picture, 2, "scale2x"), scale2x_by_the_book(picture))
    np.testing.assert_array_equal(enlarge(picture, 4, "scale2x"), scale2x_by_the_book(scale2x_by_the_book(picture)))


def test_scale3x_follows_the_published_rules(picture: np.ndarray) -> None:
    np.testing.assert_array_equal(enlarge(picture, 3, "scale2x"), scale3x_by_the_book(picture))


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 6, 8, 9, 10, 12, 16])
def test_scale2x_adds_no_colour_and_has_the_asked_size(picture: np.ndarray, factor: int) -> None:
    large = enlarge(picture, factor, "scale2x")
    assert large.shape == (12 * factor, 9 * factor, 4)
    known = {tuple(colour) for colour in picture.reshape(-1, 4).tolist()}
    assert {tuple(colour) for colour in large.reshape(-1, 4).tolist()} <= known


def test_what_two_and_three_do_not_divide_becomes_blocks(picture: np.ndarray) -> None:
    np.testing.assert_array_equal(enlarge(picture, 10, "scale2x"), enlarge(enlarge(picture, 2, "scale2x"), 5))


def test_scale2x_needs_a_factor_with_a_two_or_three() -> None:
    assert [factor for factor in range(1, 17) if not scales_by(factor, "scale2x")] == [5, 7, 11, 13]
    assert all(scales_by(factor, "nearest") for factor in range(1, 17))

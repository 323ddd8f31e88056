from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.images.palette import choose_colours, nearest_colours, palette_bytes, palette_lab


@pytest.fixture
def lab() -> np.ndarray:
    return bytes_to_oklab(np.random.default_rng(1).integers(0, 256, (3000, 3), dtype=np.uint8))


def distances(lab: np.ndarray, palette: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(lab[:, None] - palette[None]).sum(axis=2))


@pytest.mark.parametrize("colours", [2, 7, 48, 64])
def test_at_most_the_asked_number_of_centres_stand_for_all_colours_and_again_the_same(
    lab: np.ndarray, colours: int
) -> None:
    counts = np.ones(len(lab), dtype=np.intp)
    centres, member = choose_colours(lab, counts, colours)
    assert len(centres) == colours
    assert member.shape == (len(lab),)
    again, same = choose_colours(lab, counts, colours)
    np.testing.assert_array_equal(again, centres)
    np.testing.assert_array_equal(same, member)


def test_more_centres_are_closer_and_48_are_close(lab: np.ndarray) -> None:
    counts = np.ones(len(lab), dtype=np.intp)
    errors = []
    for colours in (4, 12, 48):
        centres, member = choose_colours(lab, counts, colours)
        errors.append(np.sqrt(np.square(lab - centres[member]).sum(axis=1)).mean())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.08


def test_clusters_are_found_where_they_are() -> None:
    truth = bytes_to_oklab(np.array([(20, 20, 20), (200, 40, 40), (40, 200, 60), (240, 240, 240)], dtype=np.uint8))
    rng = np.random.default_rng(3)
    lab = (truth[rng.integers(0, 4, 500)] + rng.normal(0, 0.005, (500, 3))).astype(np.float32)
    centres, _ = choose_colours(lab, np.ones(500, dtype=np.intp), 4)
    assert distances(truth, centres).min(axis=1).max() < 0.003


def test_a_rare_accent_survives_beside_a_common_gradient() -> None:
    grey = np.repeat(np.linspace(60, 120, 200)[:, None], 3, axis=1).astype(np.uint8)
    lab = bytes_to_oklab(np.concatenate((grey, [[255, 0, 0]])).astype(np.uint8))
    counts = np.array([50] * 200 + [3])
    centres, _ = choose_colours(lab, counts, 4)
    assert distances(lab[-1:], centres).min() < 1e-3


def test_few_colours_stand_for_themselves(lab: np.ndarray) -> None:
    centres, member = choose_colours(lab[:5], np.ones(5, dtype=np.intp), 8)
    np.testing.assert_array_equal(centres[member], lab[:5])


def test_the_nearest_colour_is_the_one_that_a_full_search_finds(lab: np.ndarray) -> None:
    palette = lab[:40]
    np.testing.assert_array_equal(nearest_colours(lab, palette), distances(lab, palette).argmin(axis=1))


def test_colours_are_read_as_red_green_blue() -> None:
    assert palette_bytes((0x1A2C3D, 0xFFFFFF)).tolist() == [[0x1A, 0x2C, 0x3D], [255, 255, 255]]
    np.testing.assert_allclose(palette_lab((0x000000, 0xFFFFFF)), [[0, 0, 0], [1, 0, 0]], atol=1e-3)

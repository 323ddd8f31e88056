from __future__ import annotations

import numpy as np

from narrative_server.images.finishing import finish_background, finish_sprite, pivot
from narrative_server.images.oklab import bytes_to_oklab, from_oklab, oklab_to_bytes, to_oklab
from narrative_server.images.pixels import overlay, premultiply, unpremultiply


def sprite_values(rgba: np.ndarray) -> np.ndarray:
    """Network output that means this straight-alpha picture of 0..1 numbers."""
    premultiplied = np.concatenate((rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]), axis=-1)
    return np.moveaxis(premultiplied * 2 - 1, -1, 0).astype(np.float32)


def test_premultiplied_colour_is_undone_and_alpha_becomes_hard() -> None:
    rgba = np.zeros((4, 4, 4))
    rgba[1:3, 1:3] = (0.8, 0.4, 0.2, 0.75)
    rgba[0, 0] = (1.0, 1.0, 1.0, 0.3)
    picture = finish_sprite(sprite_values(rgba))
    assert picture[1, 1].tolist() == [204, 102, 51, 255]
    assert picture[0, 0].tolist() == [0, 0, 0, 0]


def test_a_faint_picture_does_not_vanish() -> None:
    rgba = np.zeros((4, 4, 4))
    rgba[1:3, 1:3] = (0.5, 0.5, 1.0, 0.3)
    assert (finish_sprite(sprite_values(rgba))[..., 3] == 255).sum() == 4


def test_a_lone_speck_is_removed_unless_it_is_all_there_is() -> None:
    rgba = np.zeros((8, 8, 4))
    rgba[0, 0] = 1.0
    assert finish_sprite(sprite_values(rgba))[0, 0, 3] == 255
    rgba[4:6, 4:6] = 1.0
    assert finish_sprite(sprite_values(rgba))[0, 0, 3] == 0


def test_an_empty_output_is_an_empty_picture() -> None:
    picture = finish_sprite(np.full((4, 8, 8), -1.0, dtype=np.float32))
    assert not picture.any()
    assert pivot(picture) == (0.5, 1.0)


def test_output_beyond_the_range_is_clamped() -> None:
    values = np.array([-3.0, 0.0, 3.0], dtype=np.float32).reshape(3, 1, 1)
    assert finish_background(values)[0, 0].tolist() == [0, 128, 255]


def test_the_pivot_is_the_bottom_centre_of_what_is_visible() -> None:
    picture = np.zeros((8, 8, 4), dtype=np.uint8)
    picture[2:6, 1:4] = 255
    assert pivot(picture) == (2.5 / 8, 6 / 8)


def test_oklab_matches_published_values_and_comes_back() -> None:
    # Ottosson's article: sRGB red is L 0.62796, a 0.22486, b 0.12585.
    np.testing.assert_allclose(to_oklab(np.array([1.0, 0.0, 0.0], np.float32)), [0.62796, 0.22486, 0.12585], atol=1e-4)
    colours = np.random.default_rng(0).uniform(0, 1, (200, 3)).astype(np.float32)
    np.testing.assert_allclose(from_oklab(to_oklab(colours)), colours, atol=2e-4)


def test_bytes_go_through_oklab_unchanged_and_by_the_table_as_by_the_formula() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (4000, 3), dtype=np.uint8)
    lab = bytes_to_oklab(colours)
    np.testing.assert_allclose(lab, to_oklab(colours / np.float32(255)), atol=1e-5)
    np.testing.assert_array_equal(oklab_to_bytes(lab), colours)


def test_premultiplying_and_undoing_it_keeps_colours_of_visible_pixels() -> None:
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (16, 16, 4), dtype=np.uint8)
    rgba[..., 3] = np.where(rgba[..., 3] < 128, 0, 255)
    back = unpremultiply(premultiply(rgba).astype(np.float32) / 255)
    visible = rgba[..., 3] > 0
    np.testing.assert_allclose(back[visible] * 255, rgba[visible], atol=1e-3)
    assert not back[~visible].any()


def test_overlay_keeps_what_is_below_where_the_layer_is_clear() -> None:
    below, above = np.full((1, 2, 4), 255, np.uint8), np.zeros((1, 2, 4), np.uint8)
    above[0, 1] = (10, 20, 30, 255)
    assert overlay(below, above)[0].tolist() == [[255, 255, 255, 255], [10, 20, 30, 255]]

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.images.painter import paint, random_scene
from narrative_server.images.tiling import seam_error, tile_horizontally


def steps(picture: np.ndarray) -> np.ndarray:
    """Mean OKLab distance of each column to the next one, the last to the first: (W,)."""
    lab = bytes_to_oklab(picture)
    return np.asarray(np.sqrt(np.square(lab - np.roll(lab, -1, axis=1)).sum(axis=2)).mean(axis=0))


@pytest.fixture(scope="module")
def scenes() -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [paint(random_scene(rng)) for _ in range(24)]


def test_the_sides_of_a_tiled_picture_meet_as_its_own_columns_do(scenes: list[np.ndarray]) -> None:
    before = np.mean([seam_error(scene) for scene in scenes])
    after = [seam_error(tile_horizontally(scene)) for scene in scenes]
    assert before > 1.5
    assert np.mean(after) < 1.15
    assert max(after) < 2.5


def test_no_column_of_a_tiled_picture_stands_out_more_than_in_the_picture_itself(scenes: list[np.ndarray]) -> None:
    for scene in scenes:
        inside = steps(scene)[:-1]
        assert steps(tile_horizontally(scene)).max() < 1.35 * inside.max()


def test_tiling_mixes_no_colours_keeps_the_middle_and_is_repeatable(scenes: list[np.ndarray]) -> None:
    scene = scenes[0]
    tiled = tile_horizontally(scene)
    np.testing.assert_array_equal(tiled, tile_horizontally(scene))
    np.testing.assert_array_equal(tiled[:, 40:120], scene[:, 40:120])
    known = {tuple(colour) for colour in scene.reshape(-1, 3).tolist()}
    assert {tuple(colour) for colour in tiled.reshape(-1, 3).tolist()} <= known


def test_a_flat_picture_has_no_seam_and_an_unlike_pair_of_sides_a_large_one() -> None:
    flat = np.full((8, 64, 3), 90, dtype=np.uint8)
    assert seam_error(flat) == 0.0
    np.testing.assert_array_equal(tile_horizontally(flat), flat)
    ramp = np.repeat(np.linspace(0, 252, 64)[None, :, None], 8, axis=0).repeat(3, axis=2).astype(np.uint8)
    assert seam_error(ramp) > 30

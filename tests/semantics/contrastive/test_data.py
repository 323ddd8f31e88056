from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import DataMissing, ModelCorrupt
from narrative_server.gan.data import load_data
from narrative_server.semantics.contrastive.batches import PictureSource
from narrative_server.semantics.contrastive.data import halve, read_pairs

from .conftest import BuiltData


def test_sprites_are_read_as_they_are_and_backgrounds_halved(built: BuiltData) -> None:
    sprites = read_pairs(built.sprites, "sprites", "build")
    np.testing.assert_array_equal(sprites.views, load_data(built.sprites).values)
    backgrounds = read_pairs(built.backgrounds, "backgrounds", "build")
    assert backgrounds.views.shape == (40, 3, 16, 24)
    whole = torch.from_numpy(load_data(built.backgrounds).values).float()
    means = torch.nn.functional.avg_pool2d(whole, 2).numpy()
    assert np.abs(backgrounds.views - means).max() <= 0.5
    assert backgrounds.phrases == load_data(built.backgrounds).phrases


def test_halving_rounds_means_and_leaves_out_an_odd_column() -> None:
    values = np.array([[[[0, 1, 9], [2, 3, 9]]]], dtype=np.uint8)
    np.testing.assert_array_equal(halve(values), [[[[2]]]])


def test_missing_data_names_the_command_that_builds_it(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="narrative-server data sprites"):
        read_pairs(tmp_path / "none.npz", "sprites", "narrative-server data sprites")


@pytest.mark.parametrize("damage", ["text", "cut", "sounds"])
def test_a_file_that_is_no_set_of_pictures_is_told(built: BuiltData, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "data.npz"
    if damage == "text":
        path.write_bytes(b"not an archive")
    elif damage == "cut":
        path.write_bytes(built.sprites.read_bytes()[:5000])
    else:
        np.savez(path, values=np.zeros((3, 2, 80, 176), dtype=np.float16))
    with pytest.raises(ModelCorrupt, match="build"):
        read_pairs(path, "sprites", "build")


def test_a_batch_is_reproducible_and_never_holds_what_is_held_out(built: BuiltData) -> None:
    pairs = read_pairs(built.sprites, "sprites", "build")
    pairs.views[pairs.held_out] = 0
    pairs.views[~pairs.held_out] = 255
    behind = read_pairs(built.backgrounds, "backgrounds", "build")
    draws = [PictureSource(pairs, 1.0, torch.Generator().manual_seed(4), behind).draw(32) for _ in range(2)]
    assert torch.equal(draws[0].items, draws[1].items)
    assert torch.equal(draws[0].text, draws[1].text)
    assert draws[0].items.shape == (32, 3, 16, 16)
    middle = draws[0].items[:, :, 6:10, 6:10]
    assert middle.mean() > 0.6  # opaque white, whatever the augmentation; a held-out item would be its ground alone


def test_a_clear_sprite_shows_the_ground_that_it_was_laid_on(built: BuiltData) -> None:
    pairs = read_pairs(built.sprites, "sprites", "build")
    pairs.views[:] = 0
    items = PictureSource(pairs, 1.0, torch.Generator().manual_seed(5)).draw(64).items
    grey = items.abs().mean(dim=(1, 2, 3)) < 0.15
    assert 0.1 < grey.float().mean() < 0.6  # the share that is laid on grey, the rest on a colour

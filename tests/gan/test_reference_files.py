from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from narrative_server.gan import reference_files
from narrative_server.gan.reference_files import pack_bank, unpack_bank
from tests.gan.tiny import bank_of


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_bank_comes_back_from_its_files(channels: int) -> None:
    bank = bank_of(7, channels)
    again = unpack_bank(pack_bank(dataclasses.replace(bank, low=-0.25, high=2.0)), (channels, 4, 6))
    assert torch.equal(again.values, bank.values)
    assert (again.low, again.high) == (-0.25, 2.0)
    torch.testing.assert_close(again.keys, bank.keys, rtol=0, atol=0.01)
    assert again.tags.shape == (0, 0)


def test_what_items_show_comes_back_from_the_file() -> None:
    bank = dataclasses.replace(bank_of(7), tags=torch.rand(7, 3, generator=torch.Generator().manual_seed(1)))
    file = pack_bank(bank)
    torch.testing.assert_close(unpack_bank(file, (3, 4, 6)).tags, bank.tags, rtol=0, atol=0.005)
    tensors = load_tensors(file)
    with pytest.raises(ValueError, match="5 rows of tags for 7 keys"):
        unpack_bank(save_tensors({**tensors, "tags": tensors["tags"][:5].contiguous()}), (3, 4, 6))


def test_folded_grids_come_back_nearly_the_same_in_fewer_bytes() -> None:
    rows, columns = np.mgrid[0:16, 0:24] / 8.0
    grids = [np.sin(rows * (1 + n / 5)) * np.cos(columns + n) for n in range(12)]
    flat = torch.from_numpy(np.stack(grids)).float()[:, None].mul(120.0).add(128.0).byte()  # (12, 1, 16, 24)
    bank = dataclasses.replace(bank_of(12), values=torch.nn.functional.pixel_unshuffle(flat, 4))
    file = pack_bank(bank)
    again = unpack_bank(file, (16, 4, 6))
    assert (again.values.float() - bank.values.float()).abs().mean() < 4.0
    assert len(file) < len(pack_bank(dataclasses.replace(bank, values=flat)))


def test_pictures_that_fill_the_palette_alone_get_pages_of_their_own() -> None:
    rng = np.random.default_rng(1)
    palettes = rng.integers(0, 256, (30, 200, 3), dtype=np.uint8)
    chosen = rng.integers(0, 200, (30, 48, 48))
    values = np.stack([palettes[n][chosen[n]] for n in range(30)]).transpose(0, 3, 1, 2)
    bank = dataclasses.replace(bank_of(30), values=torch.from_numpy(np.ascontiguousarray(values)))
    file = pack_bank(bank)
    assert len(load_tensors(file)["page_bytes"]) == 30
    assert torch.equal(unpack_bank(file, (3, 48, 48)).values, bank.values)
    few = dataclasses.replace(bank, values=torch.from_numpy(np.ascontiguousarray(values % 2 * 255)))
    assert len(load_tensors(pack_bank(few))["page_bytes"]) == 1


def test_more_items_than_a_page_holds_go_onto_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_files, "_MOST_SIDE_PX", 13)
    bank = bank_of(10)  # 4x6: two a side
    file = pack_bank(bank)
    assert torch.equal(unpack_bank(file, (3, 4, 6)).values, bank.values)


def test_pictures_of_another_size_or_number_than_the_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="for items of 5x4"):
        unpack_bank(pack_bank(bank_of(7)), (3, 4, 5))
    tensors = load_tensors(pack_bank(bank_of(7)))
    tensors["keys"] = load_tensors(pack_bank(bank_of(12)))["keys"]
    with pytest.raises(ValueError, match="for 12 keys"):
        unpack_bank(save_tensors(tensors), (3, 4, 6))

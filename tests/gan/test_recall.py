from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from narrative_server.errors import InvalidConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.recall import Recall, RecallConfig, Shown, bank_members, with_items

PLAIN = RecallConfig(items=10, own_share=0.0, kept_share=0.0, recolour=0.0, holes=0.0)


def shown_by(recall: Recall, rows: torch.Tensor, colourless: bool = False) -> Shown:
    return recall.draw(rows, torch.full((len(rows),), colourless), torch.Generator().manual_seed(1))


def test_a_bank_of_tagged_items_has_every_kind_by_day_and_at_night(tiny_data: GanData) -> None:
    night = np.array([[0.0], [0.0], [0.0], [0.0], [1.0], [0.0], [0.0], [0.0], [0.0], [1.0], [1.0], [1.0]], np.float32)
    kinds = ("wood",) * 5 + ("town",) * 7
    data = dataclasses.replace(tiny_data, tags=night, kinds=kinds)
    for seed in range(5):
        rows = bank_members(data, 4, seed)
        assert {(kinds[row], float(night[row, 0])) for row in rows} == {
            ("wood", 0.0),
            ("wood", 1.0),
            ("town", 0.0),
            ("town", 1.0),
        }
        assert not data.held_out[rows].any()
    assert bank_members(data, 12, 1).tolist() == list(range(10))
    recall = Recall(data, PLAIN, 2, seed=1)
    assert recall.bank.tags.shape == (len(recall.bank.keys), 1)


def test_a_kind_that_shows_more_different_things_gets_more_of_the_bank(tiny_data: GanData) -> None:
    tags = np.eye(12, dtype=np.float32)
    tags[:5] = 0.0  # five woods alike, five different towns that are trained on
    data = dataclasses.replace(tiny_data, tags=tags, kinds=("wood",) * 5 + ("town",) * 7)
    rows = bank_members(data, 6, 1)
    assert (rows < 5).sum() == 2
    assert (rows >= 5).sum() == 4


def test_added_items_keep_what_they_show_or_show_nothing(tiny_data: GanData) -> None:
    bank = dataclasses.replace(Recall(tiny_data, PLAIN, 2, seed=1).bank, tags=torch.zeros(0, 0))
    assert with_items(bank, tiny_data, np.arange(2)).tags.shape == (0, 0)
    tagged = dataclasses.replace(bank, tags=torch.ones(len(bank.keys), 2))
    assert with_items(tagged, tiny_data, np.arange(2)).tags[-2:].tolist() == [[0.0, 0.0]] * 2
    known = dataclasses.replace(tiny_data, tags=np.full((12, 2), 0.5, np.float32))
    assert with_items(tagged, known, np.arange(2)).tags[-2:].tolist() == [[0.5, 0.5]] * 2


def test_held_out_items_are_neither_in_the_bank_nor_shown(tiny_data: GanData) -> None:
    recall = Recall(tiny_data, dataclasses.replace(PLAIN, own_share=0.5), 2, seed=1)
    assert bank_members(tiny_data, 12, 1).tolist() == list(range(10))
    assert int(recall.bank.values.max()) < 255
    assert shown_by(recall, torch.arange(10).repeat(20)).references.values.max() < 1.0


def test_a_small_bank_is_drawn_by_weight(tiny_data: GanData) -> None:
    weights = np.full(12, 1e-9, dtype=np.float32)
    weights[[2, 5, 7]] = 1.0
    assert bank_members(dataclasses.replace(tiny_data, weights=weights), 3, 1).tolist() == [2, 5, 7]


def test_neighbours_alone_never_show_the_item_itself(tiny_data: GanData) -> None:
    rows = torch.arange(10).repeat(20)
    shown = shown_by(Recall(tiny_data, PLAIN, 2, seed=1), rows)
    assert not (shown.references.values == shown.wanted[:, None]).flatten(2).all(dim=2).any()
    assert (shown.weight == PLAIN.neighbour_weight).all()


def test_an_item_is_shown_itself_once_where_it_is_shown_itself(tiny_data: GanData) -> None:
    config = dataclasses.replace(PLAIN, own_share=1.0, strange_share=0.0)
    rows = torch.arange(10).repeat(20)
    shown = shown_by(Recall(tiny_data, config, 2, seed=1), rows)
    same = (shown.references.values == shown.wanted[:, None]).flatten(2).all(dim=2)
    assert (same.sum(dim=1) == 1).all()
    assert (shown.weight == 1.0).all()
    keys = torch.from_numpy(tiny_data.embeddings)[rows]
    torch.testing.assert_close(shown.references.keys[same], keys)


def colourful(tiny_data: GanData) -> GanData:
    rng = np.random.default_rng(6)
    return dataclasses.replace(tiny_data, values=rng.integers(0, 256, (12, 3, 8, 12), dtype=np.uint8))


@pytest.mark.parametrize("colourless", [False, True])
def test_colours_are_kept_where_the_caption_names_none_and_mended_where_it_does(
    tiny_data: GanData, colourless: bool
) -> None:
    config = dataclasses.replace(PLAIN, own_share=1.0, kept_share=1.0, recolour=1.0)
    rows = torch.arange(10).repeat(20)
    data = colourful(tiny_data)
    shown = shown_by(Recall(data, config, 1, seed=1), rows, colourless)
    same = torch.isclose(shown.references.values[:, 0], shown.wanted, atol=1e-5).flatten(1).all(dim=1)
    assert bool(same.all()) is colourless
    real = set(torch.from_numpy(data.values[:10]).float().div(127.5).sub(1.0).unique().tolist())
    assert (set(shown.wanted.unique().tolist()) <= real) is not colourless


def test_another_picture_of_the_same_captions_stands_for_the_item(tiny_data: GanData) -> None:
    captions = tiny_data.captions.copy()
    captions[1] = captions[0]
    config = dataclasses.replace(PLAIN, own_share=1.0)
    recall = Recall(dataclasses.replace(tiny_data, captions=captions), config, 2, seed=1)
    shown = shown_by(recall, torch.zeros(50, dtype=torch.long))
    seen = [
        ((shown.references.values == item).flatten(2).float().mean(dim=2) > 0.3).any(dim=1).sum().item()
        for item in torch.from_numpy(tiny_data.values)[:2].float() / 127.5 - 1.0
    ]
    assert min(seen) > 5
    assert sum(seen) == 50


def test_holes_are_of_the_lowest_value_and_at_most_half_a_side(tiny_data: GanData) -> None:
    config = dataclasses.replace(PLAIN, holes=1.0)
    shown = shown_by(Recall(tiny_data, config, 2, seed=1), torch.arange(10).repeat(20))
    holes = (shown.references.values == -1.0).all(dim=2)  # (N, K, H, W)
    assert holes.flatten(2).any(dim=2).all()
    assert holes.any(dim=3).sum(dim=2).max() <= 5
    assert holes.any(dim=2).sum(dim=2).max() <= 7


def test_values_that_are_not_bytes_are_rounded_to_as_many_steps(tiny_data: GanData) -> None:
    values = np.random.default_rng(8).normal(0.5, 0.4, (12, 2, 8, 12)).astype(np.float16)
    recall = Recall(dataclasses.replace(tiny_data, values=values), dataclasses.replace(PLAIN, own_share=1.0), 2, seed=1)
    back = recall.bank.take(torch.arange(10)[:, None]).values[:, 0]
    step = (values[:10].max() - values[:10].min()) / 255
    np.testing.assert_allclose(back.numpy(), values[:10], atol=0.51 * step)
    shown = shown_by(recall, torch.arange(10))
    torch.testing.assert_close(shown.wanted, torch.from_numpy(values[:10]).float())


def test_a_folder_of_one_picture_is_its_own_reference(tiny_data: GanData) -> None:
    held_out = np.arange(12) != 4
    shown = shown_by(Recall(dataclasses.replace(tiny_data, held_out=held_out), PLAIN, 2, seed=1), torch.tensor([4, 4]))
    assert (shown.references.values == shown.references.values[:1, :1]).float().mean() > 0.3


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"items": 1}, "items"), ({"own_share": 1.1}, "own_share"), ({"holes": float("nan")}, "holes")],
)
def test_impossible_recall_is_refused(changes: dict[str, float], field: str) -> None:
    with pytest.raises(InvalidConfig, match=rf"recall\.{field}"):
        dataclasses.replace(PLAIN, **changes)

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.gan.blocks import mix
from narrative_server.gan.checkpoint import ModelFacts, load_generator, save_model
from narrative_server.gan.data import GanData
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig
from narrative_server.gan.reference_files import BANK_FILE
from narrative_server.gan.references import Hints, ReferenceBank, References, alter, needed_z, recolour, stretch
from narrative_server.gan.trainer import Trainer
from tests.gan.tiny import bank_of, looking_network, tiny_trainer


def close_bank() -> ReferenceBank:
    """Six items whose captions are all much the same."""
    far = bank_of(6)
    keys = torch.nn.functional.normalize(far.keys[:1] + 0.05 * far.keys, dim=1)
    return ReferenceBank(far.values, keys)


def test_the_nearest_caption_comes_first() -> None:
    bank = bank_of()
    rows, likeness = bank.nearest(bank.keys[[3, 1]], 2)
    assert rows[:, 0].tolist() == [3, 1]
    assert (likeness[:, 0] > likeness[:, 1]).all()


def test_recalled_items_are_different_and_decided_by_text_and_z() -> None:
    bank, rng = close_bank(), torch.Generator().manual_seed(1)
    z = torch.randn(200, needed_z(2), generator=rng)
    text = bank.keys[:1].expand(200, -1)
    once, again = bank.recall(text, z, 2), bank.recall(text, z, 2)
    torch.testing.assert_close(once.values, again.values, rtol=0, atol=0)
    assert (once.keys[:, 0] != once.keys[:, 1]).any(dim=1).all()
    firsts = {tuple(key.tolist()) for key in once.keys[:, 0]}
    assert len(firsts) == 6, "every near item is chosen now and then"


def test_the_best_items_are_chosen_most_often() -> None:
    bank, rng = close_bank(), torch.Generator().manual_seed(2)
    found = bank.recall(bank.keys[:1].expand(400, -1), torch.randn(400, needed_z(1), generator=rng), 1)
    itself = (found.keys[:, 0] == bank.keys[0]).all(dim=1).float().mean()
    assert itself > 1.5 / 6


def test_items_whose_captions_are_far_behind_the_nearest_are_left_out() -> None:
    far, rng = bank_of(6), torch.Generator().manual_seed(3)
    found = far.recall(far.keys[:1].expand(200, -1), torch.randn(200, needed_z(2), generator=rng), 2)
    assert len({tuple(key.tolist()) for key in found.keys.flatten(0, 1)}) == 3


def test_more_references_than_items_in_the_bank_are_what_there_is() -> None:
    bank = bank_of(1)
    assert bank.recall(bank.keys, torch.zeros(1, needed_z(2)), 2).values.shape == (1, 2, 3, 4, 6)


def test_recolouring_keeps_greys_grey_alpha_as_it_is_and_colour_below_it() -> None:
    rng = torch.Generator().manual_seed(3)
    values = torch.rand(50, 4, 2, 2, generator=rng) * 2 - 1
    values[:, :3] = torch.minimum(values[:, :3], values[:, 3:])
    draws, every = torch.randn(50, 3, generator=rng), torch.ones(50, dtype=torch.bool)
    turned = recolour(values, draws, every)
    torch.testing.assert_close(turned[:, 3:], values[:, 3:], rtol=0, atol=0)
    assert (turned[:, :3] <= turned[:, 3:] + 1e-6).all()
    assert turned.min() >= -1.0
    grey = torch.zeros(50, 3, 1, 1)
    shades = recolour(grey, draws, every)
    torch.testing.assert_close(shades.amax(dim=1), shades.amin(dim=1), rtol=0, atol=1e-5)
    torch.testing.assert_close(recolour(values, draws, ~every), values, rtol=0, atol=0)
    torch.testing.assert_close(recolour(values, torch.zeros(50, 3), every), values, rtol=0, atol=1e-5)


def test_a_full_turn_of_hue_through_three_thirds_permutes_the_colours() -> None:
    third = torch.tensor([[2 * np.pi / 3 / 0.7, 0.0, 0.0]], dtype=torch.float32)
    pure = torch.tensor([1.0, -1.0, -1.0]).reshape(1, 3, 1, 1)
    turned = recolour(pure, third, torch.ones(1, dtype=torch.bool))
    assert sorted(turned.flatten().round(decimals=4).tolist()) == [-1.0, -1.0, 1.0]
    assert turned[0, 0] < 0


def test_stretching_moves_whole_pixels_and_leaves_the_feet_where_they_are() -> None:
    values = torch.arange(32 * 32, dtype=torch.float32).reshape(1, 1, 32, 32).expand(2, 4, -1, -1) / 1024
    tall, short = stretch(values, torch.tensor([[2.0, 0.0], [-2.0, 0.0]]))
    assert set(tall.unique().tolist()) <= set(values.unique().tolist())
    for changed in (tall, short):
        torch.testing.assert_close(changed[:, -1], values[0, :, -1])
    assert tall[0].flatten().unique().numel() < 1024, "rows are doubled, those on top are lost"
    assert (short[:, :2] == -1.0).all()
    assert (short[:, 4:] >= 0.0).all()


def test_what_fills_its_grid_never_shrinks() -> None:
    values = torch.rand(50, 3, 16, 24)
    assert (stretch(values, torch.randn(50, 2, generator=torch.Generator().manual_seed(1))) >= 0.0).all()


def test_no_stretch_changes_nothing() -> None:
    values = torch.rand(2, 4, 16, 24)
    torch.testing.assert_close(stretch(values, torch.zeros(2, 2)), values, rtol=0, atol=0)


def test_what_is_no_picture_is_made_stronger_or_weaker_above_its_lowest_value() -> None:
    values = torch.full((2, 16, 3, 3), 0.5)
    values[:, 0] = -0.25
    draws = torch.tensor([[1.0] * 6, [-1.0] * 6])
    strong, weak = alter(values, draws, torch.ones(2, dtype=torch.bool), low=-0.25)
    assert (strong[0] == -0.25).all()
    assert (strong[1:] > 0.5).all()
    assert (weak[1:] < 0.5).all()
    assert (weak[1:] > -0.25).all()
    torch.testing.assert_close(alter(values, draws, torch.zeros(2, dtype=torch.bool), -0.25), values)


def test_mixing_takes_each_pixel_from_where_its_share_is_largest_and_adds_paint() -> None:
    shown = torch.tensor([0.5, -0.5])[None, :, None, None, None].expand(1, 2, 3, 2, 2)
    references = References(shown, torch.ones(1, 2, 8))
    painted = torch.zeros(1, 6, 2, 2)
    painted[:, :3] = 0.25
    for source, wanted in enumerate((-1.0, 0.5, -0.5)):
        painted[0, 3:, 0, 0] = (torch.eye(3)[source] - 0.5) * 100
        assert mix(painted, references)[0, :, 0, 0].tolist() == pytest.approx([wanted + 0.25] * 3, abs=2e-3)


def test_paint_is_learnt_where_a_share_has_all_of_a_pixel() -> None:
    references = References(torch.zeros(1, 1, 3, 2, 2), torch.ones(1, 1, 8))
    painted = torch.zeros(1, 5, 2, 2)
    painted[:, 4] = 1e6
    painted.requires_grad_(True)
    mix(painted, references).sum().backward()  # type: ignore[no-untyped-call]
    assert painted.grad is not None
    assert (painted.grad[:, :3] == 1.0).all()


def test_items_that_are_nothing_like_the_subject_come_last() -> None:
    keys = torch.eye(4)  # crowns are 0 and 1, kings 2 and 3
    bank = ReferenceBank(bank_of(4).values, keys)
    text = torch.nn.functional.normalize(torch.tensor([[3.0, 2.5, 2.0, 1.0]]), dim=1)
    assert bank.nearest(text, 4)[0].tolist() == [[0, 1, 2, 3]]
    king = torch.nn.functional.normalize(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), dim=1)
    rows, likeness = bank.nearest(text, 4, Hints(king))
    assert rows.tolist() == [[2, 3, 0, 1]]
    assert likeness[0, 0] == pytest.approx(float(text[0, 2]))  # what is like it counts as before
    strange = torch.zeros(1, 4)
    rows, _ = bank.nearest(text, 4, Hints(strange))
    assert rows.tolist() == [[0, 1, 2, 3]]  # nothing is: nothing is held against any


def test_of_items_that_fit_nearly_alike_those_that_show_what_is_asked_for_come_first() -> None:
    tags = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 0.0]])  # by day, at night, at night, unknown
    bank = ReferenceBank(bank_of(4).values, torch.eye(4), tags=tags)
    text = torch.nn.functional.normalize(torch.tensor([[1.0, 0.95, 0.2, 0.97]]), dim=1)
    assert bank.nearest(text, 4)[0].tolist() == [[0, 3, 1, 2]]
    assert bank.nearest(text, 4, Hints(tags=torch.tensor([[0.0, 1.0]])))[0].tolist() == [[1, 0, 3, 2]]
    assert bank.nearest(text, 4, Hints(tags=torch.zeros(1, 2)))[0].tolist() == [[0, 3, 1, 2]]
    bare = ReferenceBank(bank.values, bank.keys)  # one that knows nothing of its items
    assert bare.nearest(text, 4, Hints(tags=torch.tensor([[0.0, 1.0]])))[0].tolist() == [[0, 3, 1, 2]]


def test_a_generator_recalls_for_the_subject_too(model: Path) -> None:
    generator, _ = load_generator(model, "things", "narrative-server train things")
    assert generator.bank is not None
    z = torch.randn(1, 24, generator=torch.Generator().manual_seed(3))
    text, other = generator.bank.keys[:1], generator.bank.keys[1:2]
    plain, same, apart = (generator.draw(z, text, torch.zeros(1, 2), hints=Hints(one)) for one in (None, text, other))
    torch.testing.assert_close(same, plain, rtol=0, atol=0)
    assert not torch.equal(apart, plain)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"references": -1}, "network.references"),
        ({"references": 9}, "network.references"),
        ({"references": 2, "z_dim": 23}, "network.references"),
        ({"references": 2, "reference_widths": (4,)}, "network.reference_widths"),
        ({"references": 2, "reference_widths": (4, 0)}, "network.reference_widths"),
        ({"references": 0, "reference_widths": (4, 4)}, "network.reference_widths"),
    ],
)
def test_an_impossible_branch_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidConfig, match=field):
        dataclasses.replace(looking_network(), **changes)


def test_a_generator_without_its_bank_says_so(tiny_data: GanData) -> None:
    config = looking_network()
    with pytest.raises(ValueError, match="no bank"):
        Generator(config)(torch.zeros(1, config.z_dim), torch.zeros(1, 384), torch.zeros(1, 2))


def looking_trainer(folder: Path, images: int = 48, warm_share: float = 0.5) -> Trainer:
    return tiny_trainer(folder, images, 1, warm_share, network=looking_network())


def test_a_trainer_paints_with_the_bank_through_both_phases(tmp_path: Path) -> None:
    trainer = looking_trainer(tmp_path)
    assert trainer.run()
    assert not trainer.progress.warm
    assert trainer.ema.network.bank is trainer.generator.bank is not None


def test_the_reference_branch_learns(tmp_path: Path) -> None:
    trainer = looking_trainer(tmp_path)
    assert trainer.generator.look is not None
    before = trainer.generator.look.input.weight.detach().clone()
    trainer.run()
    assert not torch.equal(before, trainer.generator.look.input.weight)


def test_a_stopped_run_goes_on_as_one_that_never_stopped(tmp_path: Path) -> None:
    whole = looking_trainer(tmp_path / "whole")
    whole.run()
    first = looking_trainer(tmp_path / "parts")
    first.run(stop=lambda: first.progress.steps >= 7)
    second = looking_trainer(tmp_path / "parts")
    assert second.resume()
    second.run()
    for key, value in whole.generator.state_dict().items():
        torch.testing.assert_close(second.generator.state_dict()[key], value, rtol=0, atol=0)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    trainer = looking_trainer(tmp_path / "run", images=8)
    facts = ModelFacts("things", trainer.config.network, ("warm", "wet"), {}, {})
    save_model(tmp_path / "model", facts, trainer.ema.network, Discriminator(trainer.config.network))
    return tmp_path / "model"


def drawn(generator: Generator) -> torch.Tensor:
    config: NetworkConfig = generator.config
    rng = torch.Generator().manual_seed(5)
    z, text = torch.randn(3, config.z_dim, generator=rng), torch.randn(3, 384, generator=rng)
    with torch.no_grad():
        return generator.draw(z, torch.nn.functional.normalize(text, dim=1), torch.zeros(3, 2), guidance=1.3)


def test_a_saved_generator_finds_its_bank_again(model: Path) -> None:
    generator, _ = load_generator(model, "things", "narrative-server train things")
    assert generator.bank is not None
    assert drawn(generator).shape == (3, 2, 8, 12)
    again, _ = load_generator(model, "things", "narrative-server train things")
    torch.testing.assert_close(drawn(again), drawn(generator), rtol=0, atol=0)


def test_a_lost_or_changed_bank_is_named(model: Path) -> None:
    path = model / BANK_FILE
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelCorrupt, match=f"{BANK_FILE} does not match its checksum"):
        load_generator(model, "things", "narrative-server train things")
    path.unlink()
    with pytest.raises(ModelMissing):
        load_generator(model, "things", "narrative-server train things")

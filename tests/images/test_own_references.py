"""Pictures of your own join a model's bank: it recalls them for their words, and its weights stay as they are."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import DataMissing, InvalidConfig
from narrative_server.gan.checkpoint import load_discriminator, load_generator, save_model
from narrative_server.gan.networks import Discriminator, Generator
from narrative_server.gan.references import ReferenceBank
from narrative_server.images.own_references import add_references
from narrative_server.images.train import TrainOptions
from tests.images.art import art, encode, write_rows

WORDS = ("glass snail", "blue anvil", "clay whistle")


@pytest.fixture
def looking(tmp_path: Path, weights: Path) -> Path:
    """Untrained sprites that look at two of five references."""
    _, facts = load_generator(weights / "sprites", "sprites", "")
    network = dataclasses.replace(facts.network, references=2, reference_widths=(4, 6), z_dim=24)
    torch.manual_seed(1)
    generator = Generator(network)
    values = torch.randint(0, 256, (5, 4, 32, 32), dtype=torch.uint8)
    generator.bank = ReferenceBank(values, torch.from_numpy(encode([f"old thing {n}" for n in range(5)])))
    save_model(tmp_path / "sprites", dataclasses.replace(facts, network=network), generator, Discriminator(network))
    return tmp_path / "sprites"


@pytest.fixture
def options(tmp_path: Path, looking: Path) -> TrainOptions:
    folder = art(tmp_path / "art", [(f"{text}.png", text) for text in WORDS])
    return TrainOptions(tmp_path / "run", pictures=folder, device="cpu", base=str(looking))


def test_the_bank_has_your_pictures_under_their_words_and_the_weights_are_the_base_s(
    options: TrainOptions, looking: Path
) -> None:
    model = add_references("sprites", options, encode)
    base, before = load_generator(looking, "sprites", "")
    extended, facts = load_generator(model, "sprites", "")
    assert base.bank is not None
    assert extended.bank is not None
    assert len(extended.bank.keys) == len(base.bank.keys) + len(WORDS)
    text = torch.from_numpy(encode([WORDS[1]]))
    (row,) = extended.bank.nearest(text, 1)[0][0]
    assert row >= len(base.bank.keys)
    shown = extended.bank.values[row]  # (4, 32, 32), a square of one colour
    assert set(np.unique(shown[3].numpy())) == {0, 255}
    for name, weight in base.state_dict().items():
        torch.testing.assert_close(extended.state_dict()[name], weight, rtol=0, atol=0)
    load_discriminator(model, "sprites", "")
    assert facts.training["data_added references"] == len(WORDS)
    assert facts.network == before.network
    assert "3 were added without training" in (model / "card.md").read_text(encoding="utf-8")


def test_sheets_show_what_your_words_gave_before_and_after(options: TrainOptions) -> None:
    add_references("sprites", options, encode)
    assert options.out is not None
    before, after = ((options.out / name).read_bytes() for name in ("before.png", "after.png"))
    assert before != after


def test_more_can_be_added_to_what_was_added(options: TrainOptions, tmp_path: Path) -> None:
    first = add_references("sprites", options, encode)
    again = dataclasses.replace(options, base=str(first), out=tmp_path / "again", licence="CC-BY 4.0")
    second = add_references("sprites", again, encode)
    sizes = [load_generator(folder, "sprites", "")[1].training["references"] for folder in (first, second)]
    assert sizes[1] == int(sizes[0]) + len(WORDS)
    card = (second / "card.md").read_text(encoding="utf-8")
    assert "6 were added without training" in card
    assert "its owner's; CC-BY 4.0" in card


def test_a_model_without_references_is_refused(options: TrainOptions, weights: Path) -> None:
    with pytest.raises(InvalidConfig, match="looks at references"):
        add_references("sprites", dataclasses.replace(options, base=str(weights / "sprites")), encode)


def test_without_pictures_the_option_to_give_is_named() -> None:
    with pytest.raises(InvalidConfig, match="--data FOLDER"):
        add_references("sprites", TrainOptions(), encode)


def test_a_folder_without_usable_pictures_leaves_no_model(options: TrainOptions, tmp_path: Path) -> None:
    assert options.pictures is not None
    write_rows(options.pictures, [("glass snail.png", "glass snail"), ("none.png", "no such file")])
    with pytest.raises((InvalidConfig, DataMissing)):
        add_references("sprites", options, encode)
    assert not (tmp_path / "run" / "model").exists()

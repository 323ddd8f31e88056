from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.gan.checkpoint import ModelFacts, load_discriminator, load_generator, save_model
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig

COMMAND = "narrative-server train things"


@pytest.fixture
def folder(tiny_network: NetworkConfig, tmp_path: Path) -> Path:
    facts = ModelFacts("things", tiny_network, ("warm", "wet"), {"truncation": 0.7}, {"images": 12})
    save_model(tmp_path / "model", facts, Generator(tiny_network), Discriminator(tiny_network))
    return tmp_path / "model"


def test_saved_weights_come_back_rounded_to_half_precision(tiny_network: NetworkConfig, tmp_path: Path) -> None:
    generator, judge = Generator(tiny_network), Discriminator(tiny_network)
    save_model(tmp_path, ModelFacts("things", tiny_network, ("warm", "wet"), {}, {}), generator, judge)
    loaded, facts = load_generator(tmp_path, "things", COMMAND)
    assert facts.network == tiny_network
    for key, value in generator.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[key], value.half().float(), rtol=0, atol=0)
    again, _ = load_discriminator(tmp_path, "things", COMMAND)
    torch.testing.assert_close(again.state_dict(), {k: v.half().float() for k, v in judge.state_dict().items()})


def test_the_config_names_the_checksum_of_each_file(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert set(config["sha256"]) == {"generator.safetensors", "discriminator.safetensors"}


def test_an_absent_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=COMMAND):
        load_generator(tmp_path / "nowhere", "things", COMMAND)


def test_an_absent_weight_file_is_missing(folder: Path) -> None:
    (folder / "generator.safetensors").unlink()
    with pytest.raises(ModelMissing, match=COMMAND):
        load_generator(folder, "things", COMMAND)


@pytest.mark.parametrize("size", [0, 7, 1000])
def test_a_cut_weight_file_is_corrupt(folder: Path, size: int) -> None:
    path = folder / "generator.safetensors"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelCorrupt, match="checksum"):
        load_generator(folder, "things", COMMAND)


def test_one_wrong_bit_is_corrupt(folder: Path) -> None:
    path = folder / "generator.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelCorrupt, match="checksum"):
        load_generator(folder, "things", COMMAND)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"network": {"channels": 3}},
        {"network": {"colour": 3}},
        {"surprise": 1},
        {"sha256": None},
    ],
)
def test_a_config_of_another_shape_is_corrupt(folder: Path, change: dict[str, object]) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(ModelCorrupt):
        load_generator(folder, "things", COMMAND)


def test_a_config_that_is_not_json_is_corrupt(folder: Path) -> None:
    (folder / "config.json").write_bytes(b"\xff\x00{")
    with pytest.raises(ModelCorrupt, match=r"config\.json"):
        load_generator(folder, "things", COMMAND)


def test_a_config_whose_network_does_not_fit_the_weights_is_corrupt(folder: Path) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["network"]["style_dim"] = 9
    path.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=r"generator\.safetensors"):
        load_generator(folder, "things", COMMAND)

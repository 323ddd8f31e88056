from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from narrative_server.dialogue import adapters
from narrative_server.dialogue.adapters import (
    find_adapter,
    lora_pairs,
    prompt_style,
    read_adapter,
    write_adapter_config,
)
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.merging import merge_adapter
from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from tests.dialogue.adapter_files import RANK, SHAPES, write_adapter


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.gguf"
    path.write_bytes(b"weights of the base")
    return path


@pytest.fixture
def folder(tmp_path: Path, base: Path) -> Path:
    folder = tmp_path / "mine"
    write_adapter(folder)
    write_adapter_config(folder, str(base), training={"minutes": 1.5})
    return folder


def change(folder: Path, **values: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_trained_adapter_reads_back_with_its_base_and_style(folder, base):
    adapter = read_adapter(folder)
    assert (adapter.base, adapter.style, adapter.rank, adapter.alpha) == (str(base), "tuned", RANK, 8.0)
    assert adapter.scale == 2.0
    assert lora_pairs(adapter)["model.layers.0.mlp.down_proj"].shape == SHAPES["mlp.down_proj"]


def test_a_folder_is_served_with_its_own_base(folder, base):
    config = DialogueConfig(model=str(base), adapter=str(folder))
    adapter = find_adapter(config)
    assert adapter == read_adapter(folder)
    assert prompt_style(config, adapter) == "tuned"


def test_a_copy_of_the_base_serves_as_well(folder, base, tmp_path):
    copy = tmp_path / "renamed.gguf"
    copy.write_bytes(base.read_bytes())
    assert find_adapter(DialogueConfig(model=str(copy), adapter=str(folder))) is not None


@pytest.mark.parametrize("content", [b"other weights", b"Weights of the base"])
def test_an_adapter_for_another_base_is_refused_with_both_names(folder, base, tmp_path, content):
    other = tmp_path / "other.gguf"
    other.write_bytes(content)
    with pytest.raises(InvalidConfig, match=r"dialogue\.adapter") as caught:
        find_adapter(DialogueConfig(model=str(other), adapter=str(folder)))
    assert str(other) in str(caught.value)
    assert str(base) in str(caught.value)


def test_a_base_that_changed_under_its_name_is_refused(folder, base):
    base.write_bytes(b"trained on")
    with pytest.raises(InvalidConfig, match=r"dialogue\.adapter"):
        find_adapter(DialogueConfig(model=str(base), adapter=str(folder)))


def test_a_folder_of_safetensors_may_be_the_base(tmp_path):
    model, folder = tmp_path / "model", tmp_path / "mine"
    model.mkdir()
    save_file({"w": np.zeros(3, np.float32)}, model / "model.safetensors")
    write_adapter(folder)
    write_adapter_config(folder, str(model))
    config = DialogueConfig(engine="transformers", model=str(model), adapter=str(folder))
    assert find_adapter(config) is not None
    save_file({"w": np.ones(3, np.float32)}, model / "model.safetensors")
    with pytest.raises(InvalidConfig):
        find_adapter(config)


def test_auto_means_none_where_nothing_is_packaged(base, monkeypatch):
    def missing(name: str) -> Path:
        raise ModelMissing(name, "git restore")

    monkeypatch.setattr(adapters, "model_path", missing)
    config = DialogueConfig(model=str(base))
    assert find_adapter(config) is None
    assert prompt_style(config, None) == "few_shot"


def test_auto_finds_the_packaged_adapter_for_its_base_alone(folder, base, tmp_path, monkeypatch):
    monkeypatch.setattr(adapters, "model_path", lambda name: folder)
    assert find_adapter(DialogueConfig(model=str(base))) == read_adapter(folder)
    assert find_adapter(DialogueConfig(model=str(base), adapter="none")) is None
    other = tmp_path / "other.gguf"
    other.write_bytes(b"x")
    assert find_adapter(DialogueConfig(model=str(other))) is None


def test_the_prompt_setting_wins_over_the_adapters_style(folder, base):
    config = DialogueConfig(model=str(base), adapter=str(folder), prompt="instructed")
    assert prompt_style(config, read_adapter(folder)) == "instructed"


@pytest.mark.parametrize(("key", "value"), [("prompt", "zero_shot"), ("adapter", "")])
def test_a_setting_out_of_range_names_its_key(key, value):
    with pytest.raises(InvalidConfig, match=rf"dialogue\.{key}"):
        DialogueConfig(**{key: value})


def test_a_folder_that_is_not_there_names_the_command(tmp_path, base):
    with pytest.raises(ModelMissing, match="train dialogue"):
        find_adapter(DialogueConfig(model=str(base), adapter=str(tmp_path / "none")))
    with pytest.raises(ModelMissing, match="train dialogue"):
        write_adapter_config(tmp_path, str(base))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 2}, "format 2"),
        ({"prompt_format": 99}, "prompt_format 99"),
        ({"prompt_style": "loud"}, "loud"),
        ({"rank": 0}, "rank 0"),
        ({"sha256": {}}, "adapter_model.safetensors"),
        ({"sha256": {"adapter_model.safetensors": "0" * 64}}, "SHA-256"),
        ({"base": None, "alpha": "much"}, "cannot be read"),
    ],
)
def test_a_wrong_config_is_told(folder, values, message):
    change(folder, **values)
    with pytest.raises(ModelCorrupt, match=message):
        read_adapter(folder)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 1}'])
def test_an_unreadable_config_is_told(folder, content):
    (folder / "config.json").write_text(content)
    with pytest.raises(ModelCorrupt, match=r"config\.json"):
        read_adapter(folder)


@pytest.mark.parametrize(
    "peft",
    [{"use_dora": True}, {"use_rslora": True}, {"rank_pattern": {"q_proj": 8}}, {"peft_type": "IA3"}, {"r": 3}],
)
def test_what_is_not_plain_lora_is_refused(tmp_path, base, peft):
    write_adapter(tmp_path / "odd", **peft)
    with pytest.raises(ModelCorrupt, match="odd"):
        write_adapter_config(tmp_path / "odd", str(base))


def test_half_a_pair_is_refused(tmp_path, base):
    write_adapter(tmp_path / "half")
    tensors = {"base_model.model.model.layers.0.mlp.up_proj.lora_A.weight": np.zeros((RANK, 8), np.float16)}
    save_file(tensors, tmp_path / "half" / "adapter_model.safetensors")
    with pytest.raises(ModelCorrupt, match="up_proj"):
        write_adapter_config(tmp_path / "half", str(base))


class TinyModel(torch.nn.Module):
    """The linear layers of one block under the names of a transformers model."""

    def __init__(self) -> None:
        super().__init__()
        block = torch.nn.ModuleDict({"self_attn": torch.nn.ModuleDict(), "mlp": torch.nn.ModuleDict()})
        for kind, (outputs, inputs) in SHAPES.items():
            part, name = kind.split(".")
            block[part][name] = torch.nn.Linear(inputs, outputs, bias=False)
        self.model = torch.nn.ModuleDict({"layers": torch.nn.ModuleList([block])})


def test_a_merged_layer_does_what_base_and_adapter_do_together(folder):
    adapter = read_adapter(folder)
    model = TinyModel()
    layers = dict(model.named_modules())
    x = torch.randn(3, 64, generator=torch.Generator().manual_seed(1))
    layer = layers["model.layers.0.mlp.up_proj"]
    pair = lora_pairs(adapter)["model.layers.0.mlp.up_proj"]
    expected = layer(x) + adapter.scale * (x @ torch.from_numpy(pair.a).T) @ torch.from_numpy(pair.b).T
    merge_adapter(model, adapter)
    torch.testing.assert_close(layer(x), expected, rtol=1e-4, atol=1e-5)


def test_a_model_of_other_shapes_is_refused_and_stays_as_it_was(folder):
    model = TinyModel()
    model.model["layers"][0]["mlp"]["down_proj"] = torch.nn.Linear(8, 8, bias=False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ModelCorrupt, match=r"down_proj of shape \(64, 96\), this model \(8, 8\)"):
        merge_adapter(model, read_adapter(folder))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_scale_of_zero_changes_nothing(folder):
    model = TinyModel()
    before = model.state_dict()["model.layers.0.self_attn.q_proj.weight"].clone()
    merge_adapter(model, replace(read_adapter(folder), alpha=0.0))
    assert torch.equal(model.state_dict()["model.layers.0.self_attn.q_proj.weight"], before)

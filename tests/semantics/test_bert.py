from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from narrative_server.semantics.bert import BertEncoder

WIDTH, HEADS, LAYERS, VOCABULARY = 32, 4, 2, 50
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": WIDTH,
    "num_attention_heads": HEADS,
    "num_hidden_layers": LAYERS,
    "vocab_size": VOCABULARY,
    "max_position_embeddings": 16,
    "layer_norm_eps": 1e-12,
}


def reference_layer() -> nn.TransformerEncoderLayer:
    layer = nn.TransformerEncoderLayer(
        WIDTH, HEADS, 4 * WIDTH, dropout=0.0, activation="gelu", layer_norm_eps=1e-12, batch_first=True
    )
    for parameter in layer.parameters():
        nn.init.normal_(parameter, std=0.3)
    return layer.eval()


def as_bert(layers: list[nn.TransformerEncoderLayer]) -> dict[str, Tensor]:
    weights = {
        "embeddings.word_embeddings.weight": torch.randn(VOCABULARY, WIDTH),
        "embeddings.position_embeddings.weight": torch.randn(16, WIDTH),
        "embeddings.token_type_embeddings.weight": torch.randn(2, WIDTH),
        "embeddings.LayerNorm.weight": torch.ones(WIDTH),
        "embeddings.LayerNorm.bias": torch.zeros(WIDTH),
    }
    for n, layer in enumerate(layers):
        parts = {
            "attention.output.dense": layer.self_attn.out_proj,
            "attention.output.LayerNorm": layer.norm1,
            "intermediate.dense": layer.linear1,
            "output.dense": layer.linear2,
            "output.LayerNorm": layer.norm2,
        }
        for name, module in parts.items():
            weights[f"encoder.layer.{n}.{name}.weight"] = module.weight
            weights[f"encoder.layer.{n}.{name}.bias"] = module.bias
        for k, name in enumerate(("query", "key", "value")):
            rows = slice(k * WIDTH, (k + 1) * WIDTH)
            weights[f"encoder.layer.{n}.attention.self.{name}.weight"] = layer.self_attn.in_proj_weight[rows]
            weights[f"encoder.layer.{n}.attention.self.{name}.bias"] = layer.self_attn.in_proj_bias[rows]
    return {name: weight.detach().clone() for name, weight in weights.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    return tmp_path


def test_the_forward_pass_matches_torchs_own_transformer(folder: Path) -> None:
    torch.manual_seed(0)
    layers = [reference_layer() for _ in range(LAYERS)]
    weights = as_bert(layers)
    save_file(weights, folder / "model.safetensors")
    ids = torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]])
    expected = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:5]
    expected = nn.functional.layer_norm(expected + weights["embeddings.token_type_embeddings.weight"][0], (WIDTH,))
    with torch.no_grad():
        for layer in layers:
            expected = layer(expected)
    torch.testing.assert_close(BertEncoder(folder)(ids), expected, rtol=1e-4, atol=1e-4)


def test_another_architecture_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps(CONFIG | {"model_type": "gpt2"}), encoding="utf-8")
    with pytest.raises(ValueError, match="gpt2"):
        BertEncoder(folder)

"""Makes small adapters and GGUF bases for tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, quants
from numpy.typing import NDArray
from safetensors.numpy import save_file

RANK = 4
HEADS, KV_HEADS, WIDTH, INNER = 4, 2, 64, 96
SHAPES = {
    "self_attn.q_proj": (WIDTH, WIDTH),
    "self_attn.k_proj": (WIDTH // 2, WIDTH),
    "self_attn.v_proj": (WIDTH // 2, WIDTH),
    "self_attn.o_proj": (WIDTH, WIDTH),
    "mlp.gate_proj": (INNER, WIDTH),
    "mlp.up_proj": (INNER, WIDTH),
    "mlp.down_proj": (WIDTH, INNER),
}
GGUF_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
Weights = dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]


def write_adapter(
    folder: Path,
    shapes: dict[str, tuple[int, int]] = SHAPES,
    *,
    layers: int = 1,
    rank: int = RANK,
    alpha: float = 8.0,
    strength: float = 0.1,
    seed: int = 1,
    **peft: object,
) -> Weights:
    """Write a random adapter in peft's format and return its (A, B) by module."""
    rng = np.random.default_rng(seed)
    weights = {}
    tensors = {}
    for layer in range(layers):
        for kind, (outputs, inputs) in shapes.items():
            name = f"model.layers.{layer}.{kind}"
            a = rng.normal(0, inputs**-0.5, (rank, inputs)).astype(np.float16).astype(np.float32)
            b = rng.normal(0, strength, (outputs, rank)).astype(np.float16).astype(np.float32)
            weights[name] = (a, b)
            tensors[f"base_model.model.{name}.lora_A.weight"] = a.astype(np.float16)
            tensors[f"base_model.model.{name}.lora_B.weight"] = b.astype(np.float16)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": rank, "lora_alpha": alpha, **peft}
    (folder / "adapter_config.json").write_text(json.dumps(config), encoding="utf-8")
    return weights


def write_base(path: Path, architecture: str = "llama", seed: int = 2) -> dict[str, NDArray[np.float32]]:
    """Write a GGUF of one block, Q4_1 like the packaged base, and return its weights as they read back."""
    rng = np.random.default_rng(seed)
    writer = GGUFWriter(str(path), architecture)
    writer.add_block_count(1)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_string("tokenizer.chat_template", "{{ messages }}")
    writer.add_array("tokenizer.ggml.tokens", ["a", "b", "ć"])
    kind = GGMLQuantizationType.Q4_1
    weights = {}
    for module, name in GGUF_NAMES.items():
        packed = quants.quantize(rng.normal(0, 0.2, SHAPES[module]).astype(np.float32), kind)
        weights[f"blk.0.{name}.weight"] = quants.dequantize(packed, kind)
        writer.add_tensor(f"blk.0.{name}.weight", packed, raw_dtype=kind)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return weights

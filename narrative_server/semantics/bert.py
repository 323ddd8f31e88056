"""A BERT encoder's forward pass: eighty lines instead of seconds of imports at every start of a worker.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019; the files are those of the Hugging Face
layout (config.json, model.safetensors). Inference only, no padding, no dropout; knows nothing of tokens' text.

Shapes: N sentences, L tokens each, D model width, H heads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from narrative_server.packing import linear_map

_ACTIVATION: Final = "gelu"
_USUAL_TOKENS: Final = 8
"""Of a prompt: what the linear maps are laid out for; other numbers work too."""


@dataclass(frozen=True)
class _Affine:
    """The gain and shift of a norm."""

    weight: Tensor
    bias: Tensor


class _Linear:
    """A linear map of float32 vectors, computed in the type of its weights."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._dtype = weight.dtype
        self._map: Callable[[Tensor], Tensor] = linear_map(weight, bias, _USUAL_TOKENS)

    def __call__(self, states: Tensor) -> Tensor:
        return self._map(states.to(self._dtype)).float()


@dataclass(frozen=True)
class _Layer:
    query_key_value: _Linear  # (3D, D)
    attended: _Linear
    attended_norm: _Affine
    widened: _Linear
    narrowed: _Linear
    narrowed_norm: _Affine


class BertEncoder:
    """The encoder stack: token ids in, the last layer's states out. On the CPU."""

    def __init__(self, folder: Path, dtype: torch.dtype = torch.float32) -> None:
        """Read config.json and model.safetensors of `folder`.

        dtype: float32, or bfloat16 for the linear maps alone: a sentence takes about as long as it takes to read their
        weights, so half the bytes are half the time.
        Raises OSError, KeyError or ValueError (safetensors' own errors too) when a file is missing, lacks a part or
        asks for something that is not built here.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config["model_type"] != "bert" or config["hidden_act"] != _ACTIVATION:
            raise ValueError(f"model_type {config['model_type']!r} with {config['hidden_act']!r} is not BERT with gelu")
        self.width: int = config["hidden_size"]
        self.vocabulary: int = config["vocab_size"]
        self.max_tokens: int = config["max_position_embeddings"]
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        weights = load_file(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"].float()
        kinds = weights["embeddings.token_type_embeddings.weight"].float()
        self._positions = weights["embeddings.position_embeddings.weight"].float() + kinds[0]  # one sentence: kind 0
        self._norm = _affine(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{n}", dtype) for n in range(config["num_hidden_layers"])]

    @torch.inference_mode()
    def __call__(self, ids: Tensor) -> Tensor:
        """Encode sentences of equal length.

        ids: int64 of (N, L), L from 1 to max_tokens, each below vocabulary. Returns states, float32 of (N, L, D).
        """
        states = self._normalise(self._words[ids] + self._positions[: ids.shape[1]], self._norm)  # (N, L, D)
        for layer in self._layers:
            mixed = self._attend(states, layer)
            states = self._normalise(states + layer.attended(mixed), layer.attended_norm)
            wide = F.gelu(layer.widened(states))  # (N, L, 4D)
            states = self._normalise(states + layer.narrowed(wide), layer.narrowed_norm)
        return states

    def _attend(self, states: Tensor, layer: _Layer) -> Tensor:
        count, length, width = states.shape
        joined = layer.query_key_value(states).view(count, length, 3, self._heads, -1)  # (N, L, 3, H, D / H)
        query, key, value = joined.permute(2, 0, 3, 1, 4).unbind()  # each (N, H, L, D / H)
        mixed = F.scaled_dot_product_attention(query, key, value)  # (N, H, L, D / H)
        return mixed.transpose(1, 2).reshape(count, length, width)  # (N, L, D)

    def _normalise(self, states: Tensor, norm: _Affine) -> Tensor:
        return F.layer_norm(states, (self.width,), norm.weight, norm.bias, self._epsilon)


def _affine(weights: dict[str, Tensor], name: str) -> _Affine:
    return _Affine(weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float())


def _linear(weights: dict[str, Tensor], dtype: torch.dtype, *names: str) -> _Linear:
    """The named maps stacked along their outputs."""
    parts = [[weights[f"{name}.{part}"].to(dtype) for name in names] for part in ("weight", "bias")]
    return _Linear(torch.cat(parts[0]), torch.cat(parts[1]))


def _layer(weights: dict[str, Tensor], name: str, dtype: torch.dtype) -> _Layer:
    heads = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    return _Layer(
        query_key_value=_linear(weights, dtype, *heads),
        attended=_linear(weights, dtype, f"{name}.attention.output.dense"),
        attended_norm=_affine(weights, f"{name}.attention.output.LayerNorm"),
        widened=_linear(weights, dtype, f"{name}.intermediate.dense"),
        narrowed=_linear(weights, dtype, f"{name}.output.dense"),
        narrowed_norm=_affine(weights, f"{name}.output.LayerNorm"),
    )

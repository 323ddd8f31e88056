"""Merges a LoRA adapter into a loaded transformers model, which then runs as fast as without one."""

from __future__ import annotations

from typing import Any

import torch

from narrative_server.dialogue.adapters import Adapter, lora_pairs
from narrative_server.errors import ModelCorrupt


def merge_adapter(model: Any, adapter: Adapter) -> None:
    """Add scale * B @ A to the linear layers of a causal `model`, in place, computed in float32.

    Raises ModelCorrupt when a layer is absent or of another shape; the model is unchanged then.
    """
    pairs = lora_pairs(adapter)
    layers = {name: layer for name, layer in model.named_modules() if name in pairs}
    for name, pair in pairs.items():
        shape = tuple(layers[name].weight.shape) if name in layers else None
        if shape != pair.shape:
            reason = f"its base {adapter.base!r} has {name} of shape {pair.shape}, this model {shape}"
            raise ModelCorrupt(adapter.folder.name, reason, "narrative-server train dialogue")
    with torch.no_grad():
        for name, pair in pairs.items():
            weight = layers[name].weight  # (out, in)
            change = torch.from_numpy(pair.b) @ torch.from_numpy(pair.a)  # (out, in)
            weight.copy_(weight.float() + adapter.scale * change.to(weight.device))

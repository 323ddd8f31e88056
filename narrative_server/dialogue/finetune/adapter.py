"""The base model with a LoRA adapter (peft) on every linear layer, and the adapter's files.

The base stays frozen in bfloat16, as it is served. The adapter computes in bfloat16 too; the optimizer works on
float32 copies (`master`), because small steps vanish in bfloat16.
Reference: Hu et al., "LoRA" (2021); Kalajdzievski, "A rank stabilization scaling factor" (2023) for larger ranks.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save
from torch import Tensor
from torch.nn import functional

from narrative_server.dialogue.finetune.examples import Batch
from narrative_server.gan.checkpoint import write_whole

ADAPTER_FILE = "adapter_model.safetensors"
ADAPTER_CONFIG_FILE = "adapter_config.json"


@dataclass(frozen=True)
class LoraShape:
    """rank r >= 1; alpha scales the adapter by alpha / r."""

    rank: int = 32
    alpha: float = 32.0


class AdaptedModel:
    """A causal language model whose adapter is trained."""

    def __init__(self, base: Any, shape: LoraShape, device: torch.device) -> None:
        """`base`: a transformers causal model in bfloat16; it is changed in place."""
        lora = LoraConfig(
            r=shape.rank,
            lora_alpha=shape.alpha,  # type: ignore[arg-type]  # peft takes any number
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        self.shape = shape
        self.device = device
        with warnings.catch_warnings():
            # peft asks transformers for a name that the latter has deprecated; neither is ours to change.
            warnings.simplefilter("ignore", FutureWarning)
            self.network: Any = get_peft_model(base, lora, autocast_adapter_dtype=False).to(device)
        self.network.train()
        self._causal: Any = self.network.get_base_model()
        trained = [(name, p) for name, p in self.network.named_parameters() if p.requires_grad]
        self._trained = [parameter for _, parameter in trained]
        self.names = [name for name, _ in trained]
        self.master: list[Tensor] = [p.detach().float().clone().requires_grad_() for p in self._trained]

    def loss(self, batch: Batch) -> tuple[Tensor, int]:
        """Summed cross-entropy over the answers' tokens (nats, float32 scalar), and how many there are."""
        tokens, targets = batch.tokens.to(self.device), batch.targets.to(self.device)
        hidden = self._causal.model(input_ids=tokens, use_cache=False).last_hidden_state  # (N, T, H)
        wanted = targets >= 0
        # The head is a third of the work: it runs on answers alone.
        logits = self._causal.lm_head(hidden[wanted]).float()  # (A, V)
        return functional.cross_entropy(logits, targets[wanted], reduction="sum"), int(wanted.sum())

    def collect_gradients(self) -> None:
        """Add the gradients of the bfloat16 parameters to the master copies' and clear them."""
        for master, parameter in zip(self.master, self._trained, strict=True):
            if parameter.grad is not None:
                gradient = parameter.grad.float()
                master.grad = gradient if master.grad is None else master.grad + gradient
                parameter.grad = None

    def publish(self) -> None:
        """Copy the master weights into the network, after a step or a load."""
        with torch.no_grad():
            for master, parameter in zip(self.master, self._trained, strict=True):
                parameter.copy_(master)

    def save(self, folder: Path, base_name: str) -> None:
        """Write the adapter in peft's format, float16; any peft user can load it."""
        state = get_peft_model_state_dict(self.network, save_embedding_layers=False)
        masters = dict(zip(self.names, self.master, strict=True))
        packed = {}
        for key, value in state.items():
            name = key.replace(".lora_A.weight", ".lora_A.default.weight")
            name = name.replace(".lora_B.weight", ".lora_B.default.weight")
            packed[key] = masters.get(name, value).detach().to("cpu", torch.float16).contiguous()
        config = self.network.peft_config["default"].to_dict()
        config["base_model_name_or_path"] = base_name
        config["inference_mode"] = True
        config["target_modules"] = sorted(config["target_modules"])
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / ADAPTER_FILE, save(packed, metadata={"format": "pt"}))
        text = json.dumps({key: value for key, value in config.items() if value is not None}, indent=2, sort_keys=True)
        write_whole(folder / ADAPTER_CONFIG_FILE, text.encode() + b"\n")

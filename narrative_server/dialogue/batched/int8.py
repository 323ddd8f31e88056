"""Linear layers with 8-bit weights for CPUs: a quarter of the memory traffic, and the processor's 8-bit products.

Weights have one scale an output channel. Inputs are quantised as they come. A few input channels carry values many
times larger than the rest, which would cost all others their digits: those that a sample text shows stay in float32.
Each token is divided by its largest magnitude first, so that tokens do not share a scale with what they are batched
with. H is a layer's input size, O its output size, C the number of its large channels.
Reference: Dettmers et al., "LLM.int8()" (2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig

_LARGEST: Final = 127
_TINY: Final = 1e-8
_LARGE_CHANNELS: Final = 16
"""Of 16, none, on SmolLM2-135M: 0.007 and 0.057 nats of divergence from the float32 model a token."""


class SharedInputs:
    """Prepares an input once for all layers that read it, such as those of queries, keys and values."""

    def __init__(self, large: Tensor) -> None:
        """large: the channels that stay in float32, (C,) int64."""
        self.large = large
        self._last: Tensor | None = None
        self._prepared: tuple[Tensor, Tensor, Tensor] | None = None

    def prepare(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(..., H) to the other channels over each token's largest magnitude (..., H), that, and the
        large ones (..., C)."""
        if self._prepared is None or self._last is not inputs:
            small = inputs.index_fill(-1, self.large, 0.0)
            largest = small.abs().amax(-1, keepdim=True).clamp_min_(_TINY)
            self._prepared = small.div_(largest), largest, inputs.index_select(-1, self.large)
            self._last = inputs
        return self._prepared


class Int8Linear(nn.Module):
    """Stands in for a linear layer; float32 in and out."""

    def __init__(self, layer: nn.Linear, inputs: SharedInputs) -> None:
        """Quantise `layer`'s weight (O, H) but for the large channels of its inputs."""
        super().__init__()
        weight = layer.weight.detach().float().clone()
        self._inputs = inputs
        self._large_weight = weight[:, inputs.large].t().contiguous()  # (C, O)
        weight[:, inputs.large] = 0.0
        scales = weight.abs().amax(1).clamp_min(_TINY) / _LARGEST  # (O,)
        zeros = torch.zeros(len(weight), dtype=torch.long)
        quantised = torch.quantize_per_channel(weight, scales.double(), zeros, 0, torch.qint8)
        self._packed: Any = torch.ops.quantized.linear_prepack(quantised, None)
        self._bias = None if layer.bias is None else layer.bias.detach().float()
        self._seven_bits = not sums_8_bit_products()

    def forward(self, inputs: Tensor) -> Tensor:
        """(..., H) float32 to (..., O) float32."""
        small, largest, large = self._inputs.prepare(inputs)
        outputs: Tensor = torch.ops.quantized.linear_dynamic.default(small, self._packed, self._seven_bits)
        outputs.mul_(largest)
        outputs.view(-1, outputs.shape[-1]).addmm_(large.flatten(0, -2), self._large_weight)
        return outputs if self._bias is None else outputs.add_(self._bias)


def sums_8_bit_products() -> bool:
    """Whether the processor adds 8-bit products in 32 bits (VNNI, AMX; ARM's own).

    Older x86 processors add pairs of them in 16, where full inputs overflow; inputs of 7 bits do not.
    """
    found = torch.cpu.get_capabilities()
    exact = ("avx512_vnni", "avx_vnni", "amx_int8")
    return found.get("architecture") != "x86_64" or any(found.get(name) is True for name in exact)


def quantise_linear_layers(model: Any, sample: Sequence[int]) -> None:
    """Replace every linear layer of a transformers `model` on the CPU, in place; the rest becomes float32.

    sample: token ids of a typical prompt, which shows the large channels.
    Raises InvalidConfig where this build of PyTorch has no 8-bit kernels.
    """
    if torch.backends.quantized.engine == "none":
        raise InvalidConfig("dialogue.precision", "int8", "bfloat16, as this build of PyTorch has no 8-bit kernels")
    model.float()
    shared = _shared_inputs(model, sample)
    for parent in list(model.modules()):
        for name, layer in list(parent.named_children()):
            if layer in shared:
                setattr(parent, name, Int8Linear(layer, shared[layer]))


def _shared_inputs(model: Any, sample: Sequence[int]) -> dict[nn.Module, SharedInputs]:
    """The inputs of each linear layer, with the channels whose magnitudes are largest while `sample` is read."""
    found: dict[nn.Module, SharedInputs] = {}
    last: tuple[Tensor, SharedInputs] | None = None

    def look(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        nonlocal last
        if last is None or last[0] is not inputs[0]:
            peaks = inputs[0].flatten(0, -2).abs().amax(0)  # (H,)
            last = inputs[0], SharedInputs(peaks.topk(min(_LARGE_CHANNELS, len(peaks))).indices)
        found[layer] = last[1]

    hooks = [layer.register_forward_pre_hook(look) for layer in model.modules() if type(layer) is nn.Linear]
    try:
        with torch.no_grad():
            model(input_ids=torch.tensor([list(sample)]), use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return found

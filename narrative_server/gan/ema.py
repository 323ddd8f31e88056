"""Exponential moving average of a network's weights (Karras et al. 2018), measured in images, not steps."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

NetworkT = TypeVar("NetworkT", bound=nn.Module)


class Ema(Generic[NetworkT]):
    """Keeps `network`, an averaged copy of the one that is trained."""

    def __init__(self, trained: NetworkT) -> None:
        self.network: NetworkT = copy.deepcopy(trained).requires_grad_(False).eval()

    @torch.no_grad()
    def update(self, trained: NetworkT, images: int, half_life_images: float) -> None:
        """Move towards `trained` after `images` more images; half_life_images 0 copies it."""
        keep = 0.5 ** (images / half_life_images) if half_life_images > 0 else 0.0
        for mean, value in zip(self.network.parameters(), trained.parameters(), strict=True):
            mean.lerp_(value.to(mean.dtype), 1.0 - keep)
        for kept, current in zip(self.network.buffers(), trained.buffers(), strict=True):
            kept.copy_(current)

"""Augmentation in front of the discriminator, the same family for real and fake, differentiable.

Only what keeps the pixel grid: mirroring, whole-pixel shifts, cut-out squares, mild colour and brightness (after
DiffAugment, Zhao et al. 2020). Axes: N batch, C channels, H rows, W columns; values are about -1..1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from narrative_server.errors import InvalidConfig


@dataclass(frozen=True)
class AugmentConfig:
    """How much to augment; all zero leaves values as they are.

    shift_rows, shift_columns: largest shift as a share of the grid, 0..0.5. What enters is `fill`, or the edge
    repeated where fill is None.
    flip: chance that an item that allows it is mirrored, 0..1.
    cutout: chance of one square cut out, 0..1, of a side up to `cutout_side` of the shorter axis.
    colour: spread of brightness and of a mix between the first three channels, 0..0.5.
    """

    shift_rows: float = 0.0
    shift_columns: float = 0.0
    flip: float = 0.0
    cutout: float = 0.0
    cutout_side: float = 0.4
    colour: float = 0.0
    fill: float | None = None

    def __post_init__(self) -> None:
        for key, top in (("shift_rows", 0.5), ("shift_columns", 0.5), ("flip", 1.0), ("cutout", 1.0), ("colour", 0.5)):
            value = getattr(self, key)
            if not 0.0 <= value <= top:
                raise InvalidConfig(f"augment.{key}", value, f"0 to {top}")
        if not 0.0 < self.cutout_side <= 1.0:
            raise InvalidConfig("augment.cutout_side", self.cutout_side, "above 0, up to 1")


def augment(values: Tensor, flippable: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Augment each item of (N, C, H, W) by itself.

    flippable: bool (N,).
    generator: CPU generator; draws the same numbers whatever the device.
    """
    if config.flip > 0:
        mirror = (torch.rand(len(values), generator=generator) < config.flip) & flippable.cpu()
        values = torch.where(mirror.to(values.device)[:, None, None, None], values.flip(3), values)
    if config.colour > 0:
        values = _recolour(values, config, generator)
    if config.shift_rows > 0 or config.shift_columns > 0:
        values = _shift(values, config, generator)
    if config.cutout > 0:
        values = _cut_out(values, config, generator)
    return values


def _shift(values: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    n, _, height, width = values.shape
    rows, rows_out = _shifted_index(n, height, config.shift_rows, generator)
    columns, columns_out = _shifted_index(n, width, config.shift_columns, generator)
    device = values.device
    item = torch.arange(n, device=device)[:, None, None]
    # (N, H, W, C): with the channels last each gathered cell is one contiguous read.
    moved = values.permute(0, 2, 3, 1)[item, rows.to(device)[:, :, None], columns.to(device)[:, None, :]]
    moved = moved.permute(0, 3, 1, 2)  # (N, C, H, W)
    if config.fill is None:
        return moved
    outside = (rows_out[:, :, None] | columns_out[:, None, :]).to(device)[:, None]  # (N, 1, H, W)
    return moved.masked_fill(outside, config.fill)


def _shifted_index(n: int, length: int, share: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Source index (N, length) of each cell after a random shift, clamped, and where it lay outside."""
    most = int(share * length)
    shift = torch.randint(-most, most + 1, (n, 1), generator=generator)
    index = torch.arange(length)[None, :] + shift
    return index.clamp(0, length - 1), (index < 0) | (index >= length)


def _cut_out(values: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    n, _, height, width = values.shape
    side = torch.rand(n, 1, generator=generator) * config.cutout_side * min(height, width)
    side = side * (torch.rand(n, 1, generator=generator) < config.cutout)
    top = torch.rand(n, 1, generator=generator) * height - side / 2
    left = torch.rand(n, 1, generator=generator) * width - side / 2
    row, column = torch.arange(height)[None, :], torch.arange(width)[None, :]
    in_rows = (row >= top) & (row < top + side)
    in_columns = (column >= left) & (column < left + side)
    hole = (in_rows[:, :, None] & in_columns[:, None, :])[:, None]  # (N, 1, H, W)
    return values.masked_fill(hole.to(values.device), 0.0 if config.fill is None else config.fill)


def _recolour(values: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Scale and mix the first three channels around black (-1), so that black and empty stay black and empty."""
    n = len(values)
    mix = torch.eye(3) + (torch.rand(n, 3, 3, generator=generator) - 0.5) * config.colour
    mix = mix / mix.sum(dim=2, keepdim=True)  # grey stays grey
    mix = mix * (1.0 + (torch.rand(n, 1, 1, generator=generator) - 0.5) * 2.0 * config.colour)
    light = torch.einsum("nij,njhw->nihw", mix.to(values.device), values[:, :3].float() + 1.0) - 1.0
    return torch.cat((light.to(values.dtype), values[:, 3:]), dim=1)

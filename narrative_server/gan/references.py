"""Pictures that a generator looks at while it paints: a bank of captioned items, recalled by caption, altered by z.

Retrieval-augmented generation: Blattmann et al. 2022 (arXiv 2204.11824) and, for GANs, Casanova et al. 2021 (arXiv
2109.05070). A small network that is shown something like what it is asked for spends its weights on changing it, not
on remembering thousands of pictures. Everything recalled is decided by text and z: equal inputs give equal pictures.
Axes: M items of the bank, N batch, K references of one picture, C channels, H rows, W columns, T text dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor

NEAREST: Final = 12
"""References come from so many items of the bank, those whose captions are nearest, unless a network says otherwise."""

_BEHIND: Final = 0.15
"""And from none whose caption is this much farther, in cosine, than the nearest, but for a few to choose among."""

_KINSHIP: Final = 0.55
_KIN: Final = 0.8
_KIN_WEIGHT: Final = 2.0
"""An item counts less by twice what its cosine with the subject lacks to 0.55, or to 0.8 of the best item's if that is
less. Looked at on 18 phrases: with 0.5 a king was still a throne; mixing both texts forgot armour and colours."""

_TAG_WEIGHT: Final = 0.2
"""What an item counts more, in cosine, for each tag that it shows and the words ask for.

Of the nearest two of 1,050 places, for 4,080 held-out captions (1,670 name an hour, 716 a weather): with 0 the kind is
right for 98 and 97 in a hundred, the hour for 38 and 31, the weather for 51 and 39; with 0.1 they are 96 and 94, 84 and
68, 81 and 71; with 0.2, 95 and 87, 98 and 92, 93 and 84; with 0.3, 94 and 84, 100 and 98, 94 and 92.
"""

_FAVOUR: Final = 4
"""The nearest of a dozen is taken in 12^(-1/4), over half, of the draws. Against 2, on sprites with `evaluate` (300
captions a split): R-precision 4 to 6 points up, but 3 down for held-out captions and 16 candidates; pictures of one
caption differ by 0.72 instead of 0.79, real ones by 0.72."""

_CHOOSING: Final = 1
_ALTERING: Final = 11  # hue, saturation, brightness, whether; height, width; a hole's sides and place, whether
_STRETCH: Final = 0.06  # of height and width, a standard deviation
_MOST_STRETCH: Final = 0.12
_STRENGTH: Final = 0.12  # of what is no picture, a standard deviation
_PICTURES: Final = (3, 4)
"""Channels of grids that are pictures: RGB, and RGBA with premultiplied colour."""
_LUMA: Final = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Hints:
    """What recall is told of N phrases besides their embeddings.

    subject (N, T), unit norm: what a phrase is about, without what that has; items that are nothing like it come last,
    as a crown for "a king with a golden crown" would. tags (N, G), 0..1: what is asked for of what items are known to
    show, as an hour; of items that fit the words nearly alike, those that show it come first.
    """

    subject: Tensor | None = None
    tags: Tensor | None = None


NO_HINTS: Final = Hints()


@dataclass(frozen=True)
class References:
    """values (N, K, C, H, W) float32; keys (N, K, T) unit norm: the caption that each came with. low: of the values."""

    values: Tensor
    keys: Tensor
    low: float = -1.0

    def to(self, device: torch.device) -> References:
        """The same on a device."""
        return References(self.values.to(device), self.keys.to(device), self.low)

    def repeat(self, times: int) -> References:
        """All of them `times` over, N apart."""
        return References(self.values.repeat(times, 1, 1, 1, 1), self.keys.repeat(times, 1, 1), self.low)

    @property
    def stacked(self) -> Tensor:
        """(N, K * C, H, W)."""
        return self.values.flatten(1, 2)


@dataclass(frozen=True)
class ReferenceBank:
    """values uint8 (M, C, H, W), 0..255 for low..high; keys float32 (M, T), unit norm, means of an item's captions.

    tags: float32 (M, G), 0..1, what each item is known to show; (0, 0) where nothing is known.
    """

    values: Tensor
    keys: Tensor
    low: float = -1.0
    high: float = 1.0
    tags: Tensor = field(default_factory=lambda: torch.zeros(0, 0))

    def nearest(self, text: Tensor, count: int, hints: Hints = NO_HINTS) -> tuple[Tensor, Tensor]:
        """Rows of the bank (N, count) whose captions are nearest to text (N, T), best first, and their cosines.

        Cosines are less by what an item lacks of the subject, and more by what it shows of the tags.
        """
        likeness = text.float().cpu() @ self.keys.T
        if hints.tags is not None and len(self.tags):
            likeness = likeness + _TAG_WEIGHT * (hints.tags.float().cpu() @ self.tags.T)
        if hints.subject is not None:
            kinship = hints.subject.float().cpu() @ self.keys.T
            wanted = (_KIN * kinship.amax(dim=1, keepdim=True)).clamp(max=_KINSHIP)
            likeness = likeness - _KIN_WEIGHT * (wanted - kinship).clamp(min=0.0)
        found = likeness.topk(min(count, len(self.keys)), dim=1)
        return found.indices, found.values

    def take(self, rows: Tensor) -> References:
        """The items of rows (N, K), as they are."""
        values = self.values[rows].float() * ((self.high - self.low) / 255.0) + self.low
        return References(values, self.keys[rows], self.low)

    def recall(
        self,
        text: Tensor,
        z: Tensor,
        count: int,
        turn: float = 1.0,
        holes: bool = True,
        hints: Hints = NO_HINTS,
        nearest: int = NEAREST,
    ) -> References:
        """`count` different items near to text (N, T), chosen and altered as z (N, z_dim) says.

        The first entries of z decide; they must be `needed_z(count)` at least. turn: how far colours are turned, 0..1.
        holes: whether parts are hidden. hints: see `Hints`. nearest: among how many items z chooses. On the device of
        z.
        """
        near, likeness = self.nearest(text, max(nearest, count), hints)
        fitting = (likeness > likeness[:, :1] - _BEHIND).sum(dim=1).clamp(min=min(count + 1, near.shape[1]))
        draws = z.detach().float().cpu()
        chances = torch.special.ndtr(draws[:, : _CHOOSING * count])  # (N, count), uniform for normal z
        rows = _different(near, fitting, chances)
        found = self.take(rows)
        altering = draws[:, _CHOOSING * count : needed_z(count)].reshape(len(rows), count, _ALTERING)
        values = alter(found.values, altering[..., :6], altering[..., 3] > 0, self.low, turn)
        if holes:
            values = punch(values, torch.special.ndtr(altering[..., 6:10]), altering[..., 10] > 0, self.low)
        return References(values, found.keys, self.low).to(z.device)


def needed_z(count: int) -> int:
    """How many entries of z recalling `count` references reads."""
    return (_CHOOSING + _ALTERING) * count


def _different(near: Tensor, fitting: Tensor, chances: Tensor) -> Tensor:
    """Rows (N, K) out of the first `fitting` (N,) of near (N, R), without repeats; chances (N, K) 0..1 are uniform."""
    left, chosen = near.clone(), []
    for index in range(chances.shape[1]):
        room = (fitting - index).clamp(min=1)
        place = torch.minimum((chances[:, index].pow(_FAVOUR) * room).long(), room - 1)[:, None]
        chosen.append(left.gather(1, place))
        if left.shape[1] > 1:
            keep = torch.ones_like(left, dtype=torch.bool).scatter_(1, place, False)
            left = left[keep].reshape(len(left), -1)
    return torch.cat(chosen, dim=1)


def alter(values: Tensor, draws: Tensor, chosen: Tensor, low: float = -1.0, turn: float = 1.0) -> Tensor:
    """Each (..., C, H, W) as another thing of its kind: pictures recoloured and stretched, others made stronger or
    weaker above `low`.

    draws (..., 6) standard normal, of which the fourth is not read; chosen bool (...): where False colour and strength
    stay as they are. turn: share of the change of colours.
    """
    if values.shape[-3] in _PICTURES:
        return stretch(recolour(values, turn * draws[..., :3], chosen), draws[..., 4:6])
    factor = torch.where(chosen, (_STRENGTH * draws[..., 0]).exp(), 1.0).to(values.device)
    return (values - low) * factor[..., None, None, None] + low


def recolour(values: Tensor, draws: Tensor, altered: Tensor) -> Tensor:
    """Turn hue, saturation and brightness of the first three channels of each (..., C, H, W), -1..1.

    draws (..., 3) standard normal: a hue turn of 0.7 rad a unit, saturation and brightness of e^0.3 and e^0.15 a unit.
    altered bool (...): where False the item stays as it is. Premultiplied colour never exceeds the fourth channel.
    """
    matrix = _colour_matrix(draws.to(values.device))  # (..., 3, 3)
    light = (values[..., :3, :, :] + 1.0) / 2.0
    turned = torch.einsum("...ij,...jhw->...ihw", matrix, light).clamp(0.0, 1.0)
    if values.shape[-3] > 3:
        turned = torch.minimum(turned, (values[..., 3:4, :, :] + 1.0) / 2.0)
    result = torch.cat((turned * 2.0 - 1.0, values[..., 3:, :, :]), dim=-3)
    return torch.where(altered.to(values.device)[..., None, None, None], result, values)


def stretch(values: Tensor, draws: Tensor) -> Tensor:
    """Make each (..., C, H, W) taller or shorter, wider or narrower, by whole rows and columns: pixels stay pixels.

    draws (..., 2) standard normal: of e^0.06 a unit, 0.12 at most. Feet and middle stay where they are. Four channels
    are things on nothing, which may shrink; others fill their grid and only grow.
    """
    lead, (height, width) = values.shape[:-3], values.shape[-2:]
    power = (draws * _STRETCH).clamp(-_MOST_STRETCH, _MOST_STRETCH)
    factors = (power if values.shape[-3] == 4 else power.abs()).exp().to(values.device)
    rows = _sources(height, height - 1.0, factors[..., 0]).reshape(*lead, 1, height, 1)
    columns = _sources(width, (width - 1) / 2.0, factors[..., 1]).reshape(*lead, 1, 1, width)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    found = values.gather(-2, rows.clamp(0, height - 1).expand_as(values))
    found = found.gather(-1, columns.clamp(0, width - 1).expand_as(values))
    return found.masked_fill(~inside, -1.0)


def _sources(size: int, anchor: float, factors: Tensor) -> Tensor:
    """Which cell each of `size` cells is taken from, int64 (..., size), when all grow by `factors` from `anchor`."""
    away = torch.arange(size, device=factors.device) - anchor
    return (anchor + away / factors[..., None]).round().long()


def punch(values: Tensor, places: Tensor, chosen: Tensor, low: float = -1.0) -> Tensor:
    """Hide one rectangle of each (..., C, H, W), up to half of both sides: what was there must come from elsewhere.

    places (..., 4), 0..1: height, row, width and column of it. chosen bool (...): where False nothing is hidden. low:
    what is seen there.
    """
    height, width = values.shape[-2:]
    rows = _span(height, places[..., 0], places[..., 1])[..., :, None]
    columns = _span(width, places[..., 2], places[..., 3])[..., None, :]
    hole = (rows & columns & chosen[..., None, None]).to(values.device)
    return values.masked_fill(hole[..., None, :, :], low)


def _span(size: int, extent: Tensor, start: Tensor) -> Tensor:
    """Which of `size` cells lie in a span, bool (..., size); extent 0..1 of half of them, start 0..1 of the rest."""
    length = (extent * size / 2).long() + 1
    first = (start * (size - length + 1)).long()
    at = torch.arange(size, device=extent.device)
    return (at >= first[..., None]) & (at < (first + length)[..., None])


def _colour_matrix(draws: Tensor) -> Tensor:
    """(..., 3) standard normal to linear colour maps (..., 3, 3): a turn about grey, then saturation and brightness."""
    turn = draws[..., 0] * 0.7
    saturation, brightness = (draws[..., 1] * 0.3).exp(), (draws[..., 2] * 0.15).exp()
    grey = torch.full((3, 3), 1.0 / 3.0)
    third = 1.0 / math.sqrt(3.0)
    cross = torch.tensor([[0.0, -third, third], [third, 0.0, -third], [-third, third, 0.0]])
    cosine, sine = torch.cos(turn)[..., None, None], torch.sin(turn)[..., None, None]
    rotation = grey + cosine * (torch.eye(3) - grey) + sine * cross  # Rodrigues, about the axis of greys
    luma = torch.tensor(_LUMA).expand(3, 3)
    saturated = luma + saturation[..., None, None] * (torch.eye(3) - luma)
    return brightness[..., None, None] * (saturated @ rotation)

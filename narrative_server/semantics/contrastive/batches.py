"""Draws batches of pictures with their captions, disturbed so that the tower learns what is shown, not how.

Sprites are laid on grey, on one colour or on a piece of a background. Some pictures get grain or are smoothed, as
generated ones are. Randomness comes from one CPU generator in a fixed order, so that a resumed run repeats an
uninterrupted one. Axes: N items, C channels, H rows, W columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from narrative_server.gan.augment import AugmentConfig, augment
from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.towers import view_of

_SPRITE_AUGMENT: Final = AugmentConfig(0.125, 0.125, 0.5, 0.0, 0.4, 0.15, -1.0)
_BACKGROUND_AUGMENT: Final = AugmentConfig(0.0, 0.125, 0.5, 0.0, 0.4, 0.15, None)
_TEXT_JITTER: Final = 0.01  # standard deviation a dimension; an embedding's own is 0.05
_GREY_SHARE: Final = 0.3
_GRAIN: Final = 0.15  # strongest, on a scale of -1..1
_GRAINY_SHARE: Final = 0.3
_SMOOTH_SHARE: Final = 0.2


@dataclass(frozen=True)
class PairBatch:
    """items: (N, 3, H, W) for the tower, -1..1. text: (N, 384) jittered; clean_text: as the encoder gave it."""

    items: Tensor
    text: Tensor
    clean_text: Tensor


class PictureSource:
    """Draws from one set of pictures by weight, held-out ones never."""

    def __init__(self, pairs: PairSet, share: float, rng: torch.Generator, behind: PairSet | None = None) -> None:
        """share: of a batch, above 0 up to 1. behind: backgrounds, pieces of which sprites are laid on."""
        self.pairs, self.share, self.rng = pairs, share, rng
        self.views = torch.from_numpy(pairs.views)
        self.embeddings = torch.from_numpy(pairs.embeddings)
        self.captions = torch.from_numpy(pairs.captions).long()
        self.flippable = torch.from_numpy(pairs.flippable)
        self.chances = torch.from_numpy(pairs.weights).double() * ~torch.from_numpy(pairs.held_out)
        self.behind = None if behind is None else torch.from_numpy(behind.views[~behind.held_out][:4096])

    def draw(self, n: int) -> PairBatch:
        """`n` items with one of their captions each."""
        rng = self.rng
        rows = torch.multinomial(self.chances, n, replacement=True, generator=rng)
        paraphrase = torch.randint(self.captions.shape[1], (n,), generator=rng)
        clean = self.embeddings[self.captions[rows, paraphrase]]  # (N, 384)
        text = clean + _TEXT_JITTER * torch.randn(clean.shape, generator=rng)
        values = self.views[rows].float() / 127.5 - 1.0
        sprites = values.shape[1] == 4
        values = augment(values, self.flippable[rows], _SPRITE_AUGMENT if sprites else _BACKGROUND_AUGMENT, rng)
        items = view_of(values, self._grounds(n, values.shape[2], values.shape[3])) if sprites else values
        return PairBatch(_disturb(items, rng), text, clean)

    def _grounds(self, n: int, height: int, width: int) -> Tensor:
        """What each of `n` sprites is laid on: (N, 3, H, W), 0..1."""
        rng = self.rng
        plain = torch.rand(n, 3, 1, 1, generator=rng).expand(n, 3, height, width)
        grounds = torch.where(torch.rand(n, 1, 1, 1, generator=rng) < _GREY_SHARE, torch.tensor(0.5), plain)
        if self.behind is None or min(self.behind.shape[2] - height, self.behind.shape[3] - width) < 0:
            return grounds
        pieces = self.behind[torch.randint(len(self.behind), (n,), generator=rng)]
        top = int(torch.randint(self.behind.shape[2] - height + 1, (1,), generator=rng))
        left = int(torch.randint(self.behind.shape[3] - width + 1, (1,), generator=rng))
        cut = pieces[:, :, top : top + height, left : left + width].float() / 255.0
        scenic = torch.rand(n, 1, 1, 1, generator=rng) < _GREY_SHARE
        return torch.where(scenic, cut, grounds)


def _disturb(items: Tensor, rng: torch.Generator) -> Tensor:
    """Smooth some items and put grain on others."""
    n = len(items)
    smooth = F.avg_pool2d(F.pad(items, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    items = torch.where(torch.rand(n, 1, 1, 1, generator=rng) < _SMOOTH_SHARE, smooth, items)
    strength = _GRAIN * torch.rand(n, 1, 1, 1, generator=rng)
    strength = strength * (torch.rand(n, 1, 1, 1, generator=rng) < _GRAINY_SHARE)
    return items + strength * torch.randn(items.shape, generator=rng)

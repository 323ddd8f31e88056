"""How near a generator is to items that it never saw, without asking a discriminator. Training only.

`held_out_error` says whether the right thing is painted, `patch_distance` whether it looks like the real ones:
blur lowers the first and raises the second. Axes: N items, C channels, H rows, W columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.gan.data import GanData
from narrative_server.gan.networks import Generator
from narrative_server.gan.references import Hints
from narrative_server.gan.steps import draw_noise

_BATCH = 32
_PATCH_PX = 5
_PATCHES_AN_ITEM = 16
_PROJECTIONS = 256


@dataclass(frozen=True)
class Scores:
    """error: see `held_out_error`. patches: see `patch_distance`. n: items measured."""

    error: float
    patches: float
    n: int

    def relative_to(self, worst: Scores) -> float:
        """Mean of both as shares of another's; 1 is as bad as it."""
        return 0.5 * (self.error / worst.error + self.patches / worst.patches)


def measure(generator: Generator, data: GanData, rows: NDArray[np.intp], noises: int = 4) -> Scores:
    """Scores of a generator on `rows` of the data; the same noise every time."""
    real = items_of(data, rows)
    painted = list(_painted(generator, data, rows, noises))  # each (noises, n, C, H, W)
    errors, first = [], 0
    for batch in painted:
        target = real[first : first + batch.shape[1]]
        errors.append((batch - target).abs().mean(dim=(2, 3, 4)).amin(dim=0))
        first += batch.shape[1]
    fakes = torch.cat([batch[0] for batch in painted])
    return Scores(float(torch.cat(errors).mean()), patch_distance(real, fakes), len(rows))


def worst_scores(data: GanData, rows: NDArray[np.intp]) -> Scores:
    """What painting the mean of all trained items for everything would score: the yardstick of `relative_to`."""
    real = items_of(data, rows)
    trained = np.flatnonzero(~data.held_out)
    mean = items_of(data, trained[:: max(1, len(trained) // 2000)]).mean(dim=0, keepdim=True)
    error = (real - mean).abs().mean(dim=(1, 2, 3)).mean()
    return Scores(float(error), patch_distance(real, mean.expand_as(real)), len(rows))


def held_out_error(generator: Generator, data: GanData, rows: NDArray[np.intp], noises: int = 4) -> float:
    """Mean absolute error, values -1..1, of the nearest of `noises` pictures painted for each item's full caption."""
    return measure(generator, data, rows, noises).error


def patch_distance(real: Tensor, fake: Tensor) -> float:
    """Sliced Wasserstein distance between 5x5 patches, mean of full and half size (Karras et al. 2018).

    real, fake: (N, C, H, W) of equal shape. The same patches' places and projections every time.
    """
    rng = torch.Generator().manual_seed(11)
    distances = []
    for _ in range(2):
        a, b = _patches(real, rng), _patches(fake, rng)
        mean, spread = a.mean(dim=0), a.std(dim=0) + 1e-3
        directions = F.normalize(torch.randn(a.shape[1], _PROJECTIONS, generator=rng), dim=0)
        lines = [((patches - mean) / spread @ directions).sort(dim=0).values for patches in (a, b)]
        distances.append((lines[0] - lines[1]).abs().mean())
        real, fake = F.avg_pool2d(real, 2), F.avg_pool2d(fake, 2)
    return float(torch.stack(distances).mean())


def items_of(data: GanData, rows: NDArray[np.intp]) -> Tensor:
    """Items as the networks see them, float32 (n, C, H, W), about -1..1."""
    values = torch.from_numpy(data.values[rows])
    return values.float() / 127.5 - 1.0 if values.dtype == torch.uint8 else values.float()


@torch.no_grad()
def _painted(generator: Generator, data: GanData, rows: NDArray[np.intp], noises: int) -> Iterator[Tensor]:
    """(noises, n, C, H, W) on the CPU for each batch of n rows."""
    rng = torch.Generator().manual_seed(7)
    device = next(generator.parameters()).device
    text = torch.from_numpy(data.embeddings[data.captions[rows, -1]])  # the last paraphrase is the whole caption
    condition = torch.from_numpy(data.conditions[rows])
    tags = torch.from_numpy(data.tags[rows] if len(data.tags) else data.tags)
    for first in range(0, len(rows), _BATCH):
        words, extra = (part[first : first + _BATCH].to(device) for part in (text, condition))
        tries = []
        for _ in range(noises):
            z, stage_noises = draw_noise(generator.config, len(words), rng, device)
            references = generator.recall(z, words, Hints(tags=tags[first : first + _BATCH] if len(tags) else None))
            tries.append(generator(z, words, extra, stage_noises, references).float().cpu())
        yield torch.stack(tries)


def _patches(values: Tensor, rng: torch.Generator) -> Tensor:
    """(N * patches, C * 25) at random places."""
    n, _, height, width = values.shape
    side = min(_PATCH_PX, height, width)
    rows = torch.randint(0, height - side + 1, (n, _PATCHES_AN_ITEM), generator=rng)
    columns = torch.randint(0, width - side + 1, (n, _PATCHES_AN_ITEM), generator=rng)
    windows = values.unfold(2, side, 1).unfold(3, side, 1)  # (N, C, rows, columns, side, side)
    item = torch.arange(n)[:, None]
    return windows[item, :, rows, columns].reshape(n * _PATCHES_AN_ITEM, -1)

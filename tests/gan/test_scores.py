from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from narrative_server.gan.data import GanData
from narrative_server.gan.networks import Generator, NetworkConfig
from narrative_server.gan.scores import Scores, items_of, measure, patch_distance, worst_scores

ROWS = np.arange(12)


class Painter(Generator):
    """Paints what it is given, whatever it is asked."""

    def __init__(self, config: NetworkConfig, pictures: Tensor) -> None:
        super().__init__(config)
        self.pictures, self.first = pictures, 0

    def forward(
        self, z: Tensor, text: Tensor, condition: Tensor, noises: object = (), references: object = None
    ) -> Tensor:
        return self.pictures[: len(z)]


def test_who_paints_the_items_themselves_scores_nothing(tiny_data: GanData, tiny_network: NetworkConfig) -> None:
    real = items_of(tiny_data, ROWS)
    scores = measure(Painter(tiny_network, real), tiny_data, ROWS)
    assert (scores.error, scores.n) == (0.0, 12)
    assert patch_distance(real, real) < 0.3  # patches are drawn at other places of the same pictures


def test_the_error_is_of_the_nearest_try(tiny_data: GanData, tiny_network: NetworkConfig) -> None:
    real = items_of(tiny_data, ROWS)

    class Restless(Painter):
        def forward(
            self, z: Tensor, text: Tensor, condition: Tensor, noises: object = (), references: object = None
        ) -> Tensor:
            self.first += 1
            return self.pictures + (0.0 if self.first == 3 else 0.5)

    assert measure(Restless(tiny_network, real), tiny_data, ROWS, noises=4).error == 0.0
    assert measure(Restless(tiny_network, real), tiny_data, ROWS, noises=2).error == pytest.approx(0.5)


def test_blur_is_seen_by_patches_and_not_by_error(tiny_data: GanData) -> None:
    real = items_of(tiny_data, np.arange(10))
    blurred = torch.nn.functional.avg_pool2d(real, 3, 1, 1, count_include_pad=False)
    other = real.roll(1, dims=0)
    assert (real - blurred).abs().mean() < (real - other).abs().mean()
    assert patch_distance(real, blurred) > 2 * patch_distance(real, other)


def test_the_yardstick_is_the_mean_picture(tiny_data: GanData) -> None:
    held_out = np.array([10, 11])
    worst = worst_scores(tiny_data, held_out)
    mean = items_of(tiny_data, np.arange(10)).mean(dim=0)
    assert worst.error == pytest.approx(float((1.0 - mean).abs().mean()), rel=1e-5)
    assert Scores(worst.error, worst.patches, 2).relative_to(worst) == pytest.approx(1.0)
    assert Scores(worst.error / 2, worst.patches, 2).relative_to(worst) == pytest.approx(0.75)

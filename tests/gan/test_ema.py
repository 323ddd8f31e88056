from __future__ import annotations

import torch
from torch import nn

from narrative_server.gan.ema import Ema


def test_the_average_is_half_way_after_one_half_life() -> None:
    trained = nn.Linear(2, 2)
    ema = Ema(trained)
    before = ema.network.weight.clone()
    with torch.no_grad():
        trained.weight.add_(8.0)
    ema.update(trained, images=500, half_life_images=500.0)
    torch.testing.assert_close(ema.network.weight, before + 4.0)


def test_two_small_updates_equal_one_large_one() -> None:
    trained = nn.Linear(2, 2)
    twice, once = Ema(trained), Ema(trained)
    with torch.no_grad():
        trained.weight.mul_(3.0)
    twice.update(trained, 64, 1000.0)
    twice.update(trained, 64, 1000.0)
    once.update(trained, 128, 1000.0)
    torch.testing.assert_close(twice.network.weight, once.network.weight)


def test_no_half_life_copies_and_the_copy_is_never_trained() -> None:
    trained = nn.Linear(2, 2)
    ema = Ema(trained)
    with torch.no_grad():
        trained.bias.fill_(7.0)
    ema.update(trained, 64, 0.0)
    assert torch.equal(ema.network.bias, trained.bias)
    assert not ema.network.weight.requires_grad

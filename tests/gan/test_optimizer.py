"""Gradient accumulation against the plain optimizer."""

from __future__ import annotations

import torch
from torch import nn
from torch.optim import Adam

from narrative_server.gan.optimizer import SharedAdam
from narrative_server.gan.ranks import Rank


def layer() -> nn.Linear:
    torch.manual_seed(3)
    return nn.Linear(5, 2)


def test_one_pass_is_plain_adam() -> None:
    ours, plain = layer(), layer()
    shared = SharedAdam(ours.parameters(), 1e-2, (0.9, 0.99), Rank(), 1)
    adam = Adam(plain.parameters(), lr=1e-2, betas=(0.9, 0.99))
    for seed in range(3):
        batch = torch.randn(6, 5, generator=torch.Generator().manual_seed(seed))
        for network, optimizer in ((ours, shared), (plain, adam)):
            optimizer.zero_grad()
            network(batch).square().mean().backward()
            optimizer.step()
    torch.testing.assert_close(ours.weight, plain.weight, rtol=0, atol=0)


def test_several_passes_move_as_one_large_batch_does() -> None:
    ours, plain = layer(), layer()
    shared = SharedAdam(ours.parameters(), 1e-2, (0.9, 0.99), Rank(), 3)
    adam = Adam(plain.parameters(), lr=1e-2, betas=(0.9, 0.99))
    for seed in range(3):
        batch = torch.randn(6, 5, generator=torch.Generator().manual_seed(seed))
        before = ours.weight.clone()
        for part in batch.chunk(3):
            shared.zero_grad()
            ours(part).square().mean().backward()
            shared.step()
        assert torch.equal(ours.weight, before)  # counted, not moved
        shared.move()
        adam.zero_grad()
        plain(batch).square().mean().backward()
        adam.step()
        torch.testing.assert_close(ours.weight, plain.weight)


def test_moving_without_a_pass_does_nothing() -> None:
    ours = layer()
    before = ours.weight.clone()
    SharedAdam(ours.parameters(), 1e-2, (0.9, 0.99), Rank(), 2).move()
    assert torch.equal(ours.weight, before)

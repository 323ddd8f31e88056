from __future__ import annotations

import math

import torch
from torch import nn

from narrative_server.gan.losses import (
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    mismatch_loss,
    pick_mismatches,
)


def test_the_relativistic_losses_match_the_formula_and_mirror_each_other() -> None:
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.5, 3.0])
    expected = (math.log1p(math.exp(1.5)) + math.log1p(math.exp(-4.0))) / 2
    assert math.isclose(generator_loss(real, fake).item(), expected, rel_tol=1e-6)
    assert torch.equal(discriminator_loss(real, fake), generator_loss(fake, real))
    assert torch.equal(mismatch_loss(real, fake), discriminator_loss(real, fake))


def test_the_gradient_penalty_of_a_linear_score_is_its_squared_weight() -> None:
    weight = torch.randn(2, 3, 4)
    values = torch.randn(5, 2, 3, 4)
    penalty = gradient_penalty(lambda x: (x * weight).sum(dim=(1, 2, 3)), values)
    torch.testing.assert_close(penalty, weight.square().sum())


def test_the_gradient_penalty_of_a_quadratic_score_matches_the_hand_made_gradient() -> None:
    values = torch.randn(4, 1, 2, 2)
    penalty = gradient_penalty(lambda x: x.square().sum(dim=(1, 2, 3)), values)
    torch.testing.assert_close(penalty, (2 * values).square().sum(dim=(1, 2, 3)).mean())


def test_the_gradient_penalty_trains_the_weights_of_the_score() -> None:
    layer = nn.Linear(4, 1, bias=False)
    gradient_penalty(lambda x: layer(x.flatten(1)).squeeze(1), torch.randn(3, 1, 2, 2)).backward()
    torch.testing.assert_close(layer.weight.grad, 2 * layer.weight.detach())


def test_mismatched_captions_are_never_the_own_one_nor_one_that_means_the_same() -> None:
    base = torch.eye(6)
    text = torch.cat((base, base))  # every caption twice
    rng = torch.Generator().manual_seed(1)
    for _ in range(20):
        rows = pick_mismatches(text, rng)
        assert not torch.equal(rows, torch.arange(12))
        assert ((text * text[rows]).sum(dim=1) < 0.9).all()


def test_about_half_of_the_mismatches_are_the_closest_allowed_caption() -> None:
    rng = torch.Generator().manual_seed(2)
    text = torch.nn.functional.normalize(torch.randn(64, 8, generator=rng), dim=1)
    likeness = (text @ text.T).fill_diagonal_(-1)
    closest = likeness.masked_fill(likeness > 0.9, -1).argmax(dim=1)
    share = (pick_mismatches(text, rng) == closest).float().mean().item()
    assert 0.3 < share < 0.75


def test_a_batch_of_one_meaning_still_gets_other_rows() -> None:
    text = torch.nn.functional.normalize(torch.ones(4, 8), dim=1)
    rows = pick_mismatches(text, torch.Generator().manual_seed(0))
    assert (rows != torch.arange(4)).all()

"""Adversarial losses: relativistic pairing with R1 + R2 (R3GAN, arXiv 2501.05441) and caption mismatch.

Each loss takes scores (N,) and returns a scalar to minimise. Knows nothing of networks beyond the function it is given.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """softplus(D(real) - D(fake)): a fake should score above the real it is paired with; both (N,)."""
    return F.softplus(real.float() - fake.float()).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """softplus(D(fake) - D(real)): the mirror of `generator_loss`; both (N,)."""
    return F.softplus(fake.float() - real.float()).mean()


def mismatch_loss(matched: Tensor, mismatched: Tensor) -> Tensor:
    """softplus(D(x, c') - D(x, c)): a real should score lower with another item's caption; both (N,)."""
    return F.softplus(mismatched.float() - matched.float()).mean()


def gradient_penalty(score: Callable[[Tensor], Tensor], values: Tensor) -> Tensor:
    """Mean squared norm of the score's gradient in its input: R1 on reals, R2 on fakes. Run it in float32.

    score: maps (N, C, H, W) to (N,), each row by itself.
    values: (N, C, H, W); detached here.
    """
    values = values.detach().float().requires_grad_(True)
    (gradient,) = torch.autograd.grad(score(values).sum(), values, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


def pick_mismatches(text: Tensor, generator: torch.Generator, ceiling: float = 0.9) -> Tensor:
    """Choose another row's caption for each row: half the closest allowed one, half any.

    text: (N, text_dim) unit norm, before jitter.
    ceiling: captions with a cosine above it count as the same and are never chosen where another exists.
    Returns row numbers (N,) on the CPU.
    """
    text = text.detach().float().cpu()
    likeness = text @ text.T  # (N, N)
    likeness.fill_diagonal_(2.0)
    allowed = likeness <= ceiling
    likeness = likeness.masked_fill(~allowed, -2.0)
    hard = likeness.argmax(dim=1)
    chances = allowed.float() + 1e-6 * (1.0 - torch.eye(len(text)))
    other = torch.multinomial(chances, 1, generator=generator).squeeze(1)
    take_hard = torch.rand(len(text), generator=generator) < 0.5
    return torch.where(take_hard & allowed.any(dim=1), hard, other)

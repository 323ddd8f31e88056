"""Warm start: the generator trained first as the decoder of a conditional variational auto-encoder.

The discriminator's trunk is the encoder, so that both networks enter the adversarial phase knowing shapes and colours
(Kingma & Welling 2014). The coder head is thrown away afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from narrative_server.gan.blocks import LEAK
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig


class CoderHead(nn.Module):
    """Coarsest discriminator grid and caption to the mean and log-variance of z."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        cells = config.base_height * config.base_width
        channels = config.discriminator_widths[-1]
        self.squeeze = nn.Sequential(nn.LeakyReLU(LEAK), nn.Conv2d(channels, 64, 1), nn.Flatten())
        self.join = nn.Linear(64 * cells, 2 * config.z_dim)
        nn.init.normal_(self.join.weight, std=0.01)
        nn.init.zeros_(self.join.bias)

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Grids from `Discriminator.features` to (mean, log-variance), each (N, z_dim)."""
        mean, log_variance = self.join(F.leaky_relu(self.squeeze(features[-1]), LEAK)).float().chunk(2, dim=1)
        return mean, log_variance.clamp(-8.0, 4.0)


@dataclass(frozen=True)
class VaeTerms:
    """What a warm-start step measures: loss to minimise, reconstruction error a value, KL divergence in nats."""

    loss: Tensor
    error: Tensor
    divergence: Tensor


def vae_loss(
    generator: Generator,
    discriminator: Discriminator,
    head: CoderHead,
    values: Tensor,
    text: Tensor,
    condition: Tensor,
    noise: Tensor,
    stage_noises: Sequence[Tensor],
    divergence_weight: float,
) -> VaeTerms:
    """L1 of the decoded grid plus `divergence_weight` times the KL divergence of z from the standard normal.

    values (N, C, H, W); text (N, text_dim); condition (N, condition_dim); noise (N, z_dim) standard normal.
    """
    mean, log_variance = head(discriminator.features(values))
    z = mean + noise * torch.exp(0.5 * log_variance)
    error = F.l1_loss(generator(z, text, condition, stage_noises).float(), values.float())
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(dim=1).mean()
    return VaeTerms(error + divergence_weight * divergence, error, divergence)

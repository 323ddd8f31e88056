from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from narrative_server.gan.checkpoint import ModelFacts, save_model
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig


def _tiny(base: tuple[int, int], channels: int) -> NetworkConfig:
    return NetworkConfig(
        base_height=base[0],
        base_width=base[1],
        channels=channels,
        generator_widths=(8, 8),
        discriminator_widths=(8, 8),
        patch=4,
        z_dim=8,
        style_dim=16,
        base_channels=4,
        projection_dim=4,
        head_count=1,
    )


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with untrained models of the true picture sizes: sprites/ and backgrounds/."""
    root = tmp_path_factory.mktemp("weights")
    kinds = {"sprites": _tiny((4, 4), 4), "backgrounds": _tiny((12, 20), 3)}
    for name, network in kinds.items():
        torch.manual_seed(1)
        generator = Generator(network)
        with torch.no_grad():
            generator.output.weight.mul_(40.0)  # untrained output is nearly grey: make it a picture
        facts = ModelFacts(name, network, (), {"truncation": 0.8, "guidance": 1.2}, {})
        save_model(root / name, facts, generator, Discriminator(network))
    return root


@pytest.fixture
def embedding() -> NDArray[np.float32]:
    """A sentence embedding."""
    values = np.random.default_rng(2).standard_normal(384).astype(np.float32)
    return values / np.float32(np.linalg.norm(values))

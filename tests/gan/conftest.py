from __future__ import annotations

import numpy as np
import pytest

from narrative_server.gan.data import GanData
from narrative_server.gan.networks import NetworkConfig


@pytest.fixture
def tiny_network() -> NetworkConfig:
    """8x12 grids of two channels, two conditions, stage noise: every option of the networks at once."""
    return NetworkConfig(
        base_height=2,
        base_width=3,
        channels=2,
        generator_widths=(8, 8),
        discriminator_widths=(8, 8),
        condition_dim=2,
        condition_from_stage=1,
        patch=2,
        stage_noise=True,
        z_dim=4,
        style_dim=8,
        base_channels=4,
        projection_dim=4,
        head_count=1,
    )


@pytest.fixture
def tiny_data() -> GanData:
    """Twelve 8x12 items; the last two are held out and alone hold the value 255."""
    rng = np.random.default_rng(3)
    values = rng.integers(0, 200, (12, 2, 8, 12), dtype=np.uint8)
    values[10:] = 255
    embeddings = rng.standard_normal((12, 384)).astype(np.float32)
    return GanData(
        name="tiny",
        values=values,
        phrases=tuple(f"thing {index}" for index in range(12)),
        embeddings=embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True),
        captions=np.arange(12, dtype=np.int32)[:, None],
        conditions=rng.uniform(-1, 1, (12, 2)).astype(np.float32),
        weights=np.ones(12, dtype=np.float32),
        held_out=np.arange(12) >= 10,
        flippable=np.ones(12, dtype=np.bool_),
        condition_names=("warm", "wet"),
    )

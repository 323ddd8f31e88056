"""The whole loop on a toy: captions that each mean one colour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.trainer import Trainer

COLOURS = np.array([[230, 30, 30], [30, 220, 40], [40, 50, 240], [235, 235, 60]], dtype=np.float32)


@pytest.fixture
def colours() -> GanData:
    rng = np.random.default_rng(1)
    kind = np.arange(64) % 4
    values = COLOURS[kind][:, :, None, None] + rng.normal(0, 8, (64, 3, 8, 8))
    embeddings = np.linalg.qr(rng.standard_normal((384, 4)))[0].T.astype(np.float32)
    return GanData(
        name="colours",
        values=values.clip(0, 255).astype(np.uint8),
        phrases=("red", "green", "blue", "yellow"),
        embeddings=embeddings,
        captions=kind.astype(np.int32)[:, None],
        conditions=np.zeros((64, 0), dtype=np.float32),
        weights=np.ones(64, dtype=np.float32),
        held_out=np.zeros(64, dtype=np.bool_),
        flippable=np.ones(64, dtype=np.bool_),
    )


def distances(trainer: Trainer) -> torch.Tensor:
    """(4, 4): mean colour of what each caption gives, against each true colour, in 0..255."""
    z = torch.randn(8, 8, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        text = trainer.source.embeddings
        drawn = [trainer.ema.network(z, one.expand(8, -1), torch.zeros(8, 0)).mean(dim=(0, 2, 3)) for one in text]
    return torch.cdist((torch.stack(drawn) + 1) * 127.5, torch.from_numpy(COLOURS))


@pytest.mark.parametrize(
    ("warm_share", "warm_encoder", "anchor_every"), [(0.0, True, 0), (0.5, True, 0), (0.5, False, 0), (0.0, True, 2)]
)
def test_captions_come_to_mean_their_colours(
    colours: GanData, tmp_path: Path, warm_share: float, warm_encoder: bool, anchor_every: int
) -> None:
    network = NetworkConfig(4, 4, 3, (16, 16), (16, 16), style_dim=32, z_dim=8, base_channels=8, head_count=1)
    config = TrainConfig(
        network=network,
        images=1_600,
        batch=16,
        warm_share=warm_share,
        warm_encoder=warm_encoder,
        anchor_every=anchor_every,
        learning_rate=Ramp(3e-3, 1e-3),
        gamma=Ramp(0.5, 0.1),
        ema_half_life_images=Ramp(100, 200),
        text_dropout=0.0,
    )
    trainer = Trainer(colours, config, tmp_path, torch.device("cpu"))
    before = distances(trainer)
    trainer.run()
    after = distances(trainer)
    assert after.argmin(dim=1).tolist() == [0, 1, 2, 3]
    assert after.diag().mean() < 0.5 * before.diag().mean()


@pytest.mark.parametrize(("candidates", "both"), [(1, False), (4, True)])
def test_with_several_candidates_one_caption_comes_to_mean_both_of_its_colours(
    colours: GanData, tmp_path: Path, candidates: int, both: bool
) -> None:
    """With a single one, regression can only paint their mean."""
    network = NetworkConfig(4, 4, 3, (16, 16), (16, 16), style_dim=32, z_dim=8, base_channels=8, head_count=1)
    config = TrainConfig(
        network=network,
        images=4_000,
        warm_batch=16,
        warm_share=0.999,
        warm_encoder=False,
        warm_learning_rate=5e-3,
        candidates=candidates,
        ema_half_life_images=Ramp(50, 50),
    )
    of_two = colours.part(np.flatnonzero(colours.captions[:, 0] < 2))
    of_two = replace(of_two, captions=np.zeros_like(of_two.captions))
    trainer = Trainer(of_two, config, tmp_path, torch.device("cpu"))
    trainer.run()
    z = torch.randn(64, 8, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        drawn = trainer.ema.network(z, trainer.source.embeddings[:1].expand(64, -1), torch.zeros(64, 0))
    near = torch.cdist((drawn.mean(dim=(2, 3)) + 1) * 127.5, torch.from_numpy(COLOURS[:2])) < 60
    assert bool(near.any(dim=0).all()) == both

"""A network and a data set so small that a run of them takes a second, and a run of them in a process of its own.

As a script: `tiny.py FOLDER IMAGES ACCUMULATE WARM_SHARE` trains, or goes on, in the process group that the
environment describes as torchrun does, writing its checkpoint after every step.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import torch

from narrative_server.gan.config import TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.ranks import Rank, gathered
from narrative_server.gan.references import ReferenceBank
from narrative_server.gan.trainer import Pace, Trainer

ALONE = Rank()


def tiny_network() -> NetworkConfig:
    """8x12 grids of two channels, two conditions, stage noise: every option of the networks at once."""
    return NetworkConfig(
        base_height=2,
        base_width=3,
        channels=2,
        generator_widths=(8, 8),
        discriminator_widths=(8, 8),
        condition_dim=2,
        patch=2,
        stage_noise=True,
        z_dim=4,
        style_dim=8,
        base_channels=4,
        projection_dim=4,
        head_count=1,
    )


def looking_network() -> NetworkConfig:
    """The same with two references to look at, and the entries of z that choose and alter them."""
    return dataclasses.replace(tiny_network(), references=2, reference_widths=(4, 6), z_dim=24)


def bank_of(count: int = 5, channels: int = 3) -> ReferenceBank:
    """Items of 4x6 with keys of 8 numbers, all random; equal for equal arguments."""
    rng = np.random.default_rng(count)
    values = torch.from_numpy(rng.integers(0, 256, (count, channels, 4, 6), dtype=np.uint8))
    keys = torch.nn.functional.normalize(torch.from_numpy(rng.standard_normal((count, 8)).astype(np.float32)), dim=1)
    return ReferenceBank(values, keys)


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


def tiny_trainer(
    folder: Path,
    images: int,
    accumulate: int,
    warm_share: float,
    rank: Rank = ALONE,
    network: NetworkConfig | None = None,
) -> Trainer:
    """A trainer in float32 that writes its checkpoint after every step."""
    config = TrainConfig(
        network=network or tiny_network(),
        images=images,
        batch=4,
        warm_batch=4,
        warm_share=warm_share,
        warm_encoder=False,
        anchor_every=1,
        penalty_items=2,
        accumulate=accumulate,
        precision="float32",
    )
    return Trainer(tiny_data(), config, folder, torch.device("cpu"), pace=Pace(0.0, 1e9, 0.0), rank=rank)


def _never(_rank: Rank) -> None:
    raise AssertionError("the launcher starts every process")


if __name__ == "__main__":
    torch.set_num_threads(1)
    with gathered(_never, 1) as place:
        trainer = tiny_trainer(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), place)
        trainer.resume()
        sys.stdout.write(f"begins at {trainer.progress.steps}\n")
        sys.stdout.flush()
        trainer.run()
        total = sum(float(value.abs().sum()) for value in trainer.generator.state_dict().values())
        sys.stdout.write(f"ends at {trainer.progress.steps} with {total!r}\n")

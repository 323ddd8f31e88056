from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import InvalidConfig, ModelMissing
from narrative_server.gan.alignment import Aligner, alignment_loss, load_aligner
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.config import TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.trainer import Pace, Trainer
from narrative_server.semantics.towers import PictureTower, PictureTowerConfig, TextHead, TextHeadConfig

CPU = torch.device("cpu")


def tiny_aligner() -> Aligner:
    torch.manual_seed(5)
    return Aligner(TextHead(TextHeadConfig(hidden=16)), PictureTower(PictureTowerConfig((8, 16))))


def test_the_loss_is_one_minus_the_mean_cosine_of_what_was_painted_from_a_caption() -> None:
    aligner, rng = tiny_aligner(), torch.Generator().manual_seed(1)
    fake = torch.rand(4, 4, 16, 16, generator=rng) * 2 - 1
    text = torch.nn.functional.normalize(torch.randn(4, 384, generator=rng), dim=1)
    told = torch.tensor([True, False, True, True])
    rgba = fake.numpy() * 0.5 + 0.5
    shown = (rgba[:, :3] + (1 - rgba[:, 3:]) * 0.5) * 2 - 1  # premultiplied, on mid grey
    places = aligner.tower(torch.from_numpy(shown)).numpy()
    cosines = (places * aligner.head(text).numpy()).sum(axis=1)
    expected = 1 - cosines[told.numpy()].mean()
    assert alignment_loss(aligner, fake, text, told).item() == pytest.approx(float(expected), abs=1e-5)


def test_a_batch_without_any_caption_costs_nothing() -> None:
    fake, text = torch.zeros(2, 3, 16, 16), torch.zeros(2, 384)
    assert alignment_loss(tiny_aligner(), fake, text, torch.zeros(2, dtype=torch.bool)).item() == 0.0


@pytest.mark.parametrize("channels", [3, 4])
def test_following_the_gradient_brings_a_picture_nearer_to_its_caption_and_leaves_the_tower_alone(
    channels: int,
) -> None:
    aligner, rng = tiny_aligner(), torch.Generator().manual_seed(2)
    before = {key: value.clone() for key, value in aligner.state_dict().items()}
    fake = torch.rand(2, channels, 16, 16, generator=rng).requires_grad_(True)
    text = torch.nn.functional.normalize(torch.randn(2, 384, generator=rng), dim=1)
    told = torch.ones(2, dtype=torch.bool)
    optimizer = torch.optim.Adam([fake], lr=0.05)
    first = alignment_loss(aligner, fake, text, told)
    for _ in range(10):
        optimizer.zero_grad()
        alignment_loss(aligner, fake, text, told).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert alignment_loss(aligner, fake, text, told) < first - 0.05
    assert all(torch.equal(value, before[key]) for key, value in aligner.state_dict().items())
    assert all(parameter.grad is None for parameter in aligner.parameters())


def rgb_data(data: GanData) -> GanData:
    values = np.random.default_rng(1).integers(0, 200, (12, 3, 8, 12), dtype=np.uint8)
    return dataclasses.replace(data, values=values)


def config_of(network: NetworkConfig, weight: float) -> TrainConfig:
    return TrainConfig(
        network=dataclasses.replace(network, channels=3),
        images=48,
        batch=8,
        warm_batch=8,
        warm_share=0.2,
        penalty_items=4,
        augment=AugmentConfig(0.0, 0.125, 0.5),
        alignment_weight=weight,
    )


def test_a_run_with_alignment_reports_it_and_goes_on_where_it_stopped(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    data, config, pace = rgb_data(tiny_data), config_of(tiny_network, 0.3), Pace(metrics_s=0.0)
    whole = Trainer(data, config, tmp_path / "whole", CPU, pace=pace, aligner=tiny_aligner())
    seen: list[dict[str, float]] = []
    whole.run(lambda _progress, _share, figures: seen.append(dict(figures)))
    assert 0.0 < seen[-1]["alignment"] < 2.0
    assert "alignment" not in seen[0]  # the warm start
    first = Trainer(data, config, tmp_path / "parts", CPU, aligner=tiny_aligner())
    first.run(stop=lambda: first.progress.steps >= 4)
    second = Trainer(data, config, tmp_path / "parts", CPU, aligner=tiny_aligner())
    assert second.resume()
    second.run()
    expected, found = whole.generator.state_dict(), second.generator.state_dict()
    assert all(torch.equal(found[key], value) for key, value in expected.items())


def test_a_checkpoint_from_before_goes_on_with_alignment(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    data = rgb_data(tiny_data)
    first = Trainer(data, config_of(tiny_network, 0.0), tmp_path, CPU)
    first.run(stop=lambda: first.progress.steps >= 4)
    second = Trainer(data, config_of(tiny_network, 0.3), tmp_path, CPU, aligner=tiny_aligner())
    assert second.resume()
    assert second.run()


def test_alignment_without_an_aligner_is_refused(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    with pytest.raises(InvalidConfig, match="alignment_weight"):
        Trainer(rgb_data(tiny_data), config_of(tiny_network, 0.3), tmp_path, CPU)


def test_a_missing_embedding_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="narrative-server train embedding"):
        load_aligner(tmp_path / "none", "narrative-server train embedding", CPU)

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.networks import Generator, NetworkConfig
from narrative_server.gan.references import Hints
from narrative_server.gan.steps import BatchSource
from narrative_server.gan.trainer import Diverged, Pace, Preview, Trainer
from tests.gan.tiny import tiny_trainer

CPU = torch.device("cpu")
AUGMENT = AugmentConfig(0.125, 0.125, 0.5, 0.3, 0.4, 0.0, -1.0)
ALWAYS = Pace(0.0, 0.0, 0.0)


def config_of(network: NetworkConfig, images: int = 64) -> TrainConfig:
    return TrainConfig(
        network=network, images=images, batch=8, warm_batch=8, warm_share=0.4, penalty_items=4, augment=AUGMENT
    )


def test_a_stopped_and_resumed_run_equals_an_uninterrupted_one(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    config = config_of(tiny_network)
    whole = Trainer(tiny_data, config, tmp_path / "whole", CPU)
    assert whole.run()
    for stop_after in (2, 4, 6):  # in the warm start, at the change of phase, in the adversarial phase
        folder = tmp_path / str(stop_after)
        first = Trainer(tiny_data, config, folder, CPU)
        assert not first.run(stop=lambda run=first, most=stop_after: run.progress.steps >= most)
        second = Trainer(tiny_data, dataclasses.replace(config), folder, CPU)
        assert second.resume()
        assert second.progress.steps == stop_after
        assert second.run()
        for name in ("generator", "discriminator"):
            expected, found = getattr(whole, name).state_dict(), getattr(second, name).state_dict()
            assert all(torch.equal(found[key], value) for key, value in expected.items())
        expected, found = whole.ema.network.state_dict(), second.ema.network.state_dict()
        assert all(torch.equal(found[key], value) for key, value in expected.items())


def test_training_moves_both_networks_and_goes_through_both_phases(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    trainer = Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU, pace=ALWAYS)
    before = {key: value.clone() for key, value in trainer.generator.state_dict().items()}
    phases: list[bool] = []
    trainer.run(lambda progress, _share, _figures: phases.append(progress.warm))
    assert phases == [True] * 4 + [False] * 4
    after = trainer.generator.state_dict()
    assert not torch.equal(before["output.weight"], after["output.weight"])
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["images"] for line in lines] == [8 * (index + 1) for index in range(8)]
    assert {"loss_d", "loss_g", "r1", "r2", "mismatch"} <= set(lines[-1])


def test_the_warm_start_lowers_the_reconstruction_error(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    config = dataclasses.replace(config_of(tiny_network, 800), warm_share=0.99, warm_learning_rate=3e-3)
    trainer = Trainer(tiny_data, config, tmp_path, CPU, pace=Pace(1e9, 1e9, 0.0))
    errors: list[float] = []
    trainer.run(lambda progress, _share, figures: errors.append(figures["error"]) if progress.warm else None)
    assert np.mean(errors[-5:]) < 0.95 * errors[0]


def test_a_warm_start_without_an_encoder_learns_from_text_and_leaves_the_discriminator_alone(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    config = dataclasses.replace(
        config_of(tiny_network, 800), warm_share=0.99, warm_learning_rate=3e-3, warm_encoder=False
    )
    trainer = Trainer(tiny_data, config, tmp_path, CPU, pace=Pace(1e9, 1e9, 0.0))
    judge = {key: value.clone() for key, value in trainer.discriminator.state_dict().items()}
    errors: list[float] = []
    trainer.run(
        lambda progress, _share, figures: errors.append(figures["error"]) if progress.warm else None,
        stop=lambda: not trainer.progress.warm or trainer.progress.steps >= 90,
    )
    assert np.mean(errors[-5:]) < 0.95 * errors[0]
    assert all(torch.equal(trainer.discriminator.state_dict()[key], value) for key, value in judge.items())


def test_metrics_after_the_checkpoint_are_forgotten_on_resume(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    trainer = Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU, pace=ALWAYS)
    trainer.run(stop=lambda: trainer.progress.steps >= 3)
    with (tmp_path / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"images": 32}\n')  # written by a run that died before its next checkpoint
    assert Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU).resume()
    lines = (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["images"] for line in lines] == [8, 16, 24]


def test_held_out_items_are_never_drawn(tiny_network: NetworkConfig, tiny_data: GanData) -> None:
    source = BatchSource(tiny_data, config_of(tiny_network), torch.Generator().manual_seed(1), CPU)
    assert all(source.draw(8).values.max() < 1.0 for _ in range(20))


def test_a_checkpoint_of_another_network_is_refused(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU).save()
    other = config_of(dataclasses.replace(tiny_network, style_dim=16))
    with pytest.raises(InvalidConfig, match=r"train\.network"):
        Trainer(tiny_data, other, tmp_path, CPU).resume()


def test_a_damaged_checkpoint_is_named(tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path) -> None:
    trainer = Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU)
    trainer.save()
    trainer.state_path.write_bytes(trainer.state_path.read_bytes()[:200])
    with pytest.raises(ModelCorrupt, match=r"state\.safetensors"):
        trainer.resume()


def test_without_a_checkpoint_there_is_nothing_to_resume(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    assert not Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU).resume()


def test_a_loss_that_is_not_a_number_stops_the_run(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    trainer = Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU, pace=ALWAYS)
    with torch.no_grad():
        trainer.generator.output.bias.fill_(float("nan"))
    with pytest.raises(Diverged, match="loss is nan"):
        trainer.run()
    assert not trainer.state_path.exists()


def test_a_data_set_of_another_size_is_refused(tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"train\.network"):
        Trainer(tiny_data, config_of(dataclasses.replace(tiny_network, patch=1)), tmp_path, CPU)


def test_sample_sheets_are_drawn_and_repeat_their_noise(
    tiny_network: NetworkConfig, tiny_data: GanData, tmp_path: Path
) -> None:
    def render(values: NDArray[np.float32]) -> NDArray[np.uint8]:
        grey = ((np.clip(values[:, 0], -1, 1) + 1) * 127.5).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=3)

    preview = Preview(("thing 1", "thing 2"), tiny_data.embeddings[:2], tiny_data.conditions[:2], render, 3)
    trainer = Trainer(tiny_data, config_of(tiny_network), tmp_path, CPU, preview)
    path = trainer.write_sheet()
    assert path is not None
    first = path.read_bytes()
    trainer.write_sheet()
    assert path.read_bytes() == first
    with Image.open(path) as sheet:
        assert sheet.width > 3 * 24
        assert sheet.height > 16


def test_sample_sheets_ask_for_what_their_phrases_name(
    tiny_data: GanData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(values: NDArray[np.float32]) -> NDArray[np.uint8]:
        return np.zeros((len(values), 8, 12, 3), np.uint8)

    asked: list[list[list[float]]] = []

    def recall(self: Generator, z: object, text: object, hints: Hints | None = None) -> None:
        if hints is not None and hints.tags is not None:
            asked.append(hints.tags.tolist())

    tags = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    two = tiny_data.embeddings[:2], tiny_data.conditions[:2]
    trainer = tiny_trainer(tmp_path, 4, 1, 0.0)
    trainer.preview = Preview(("by day", "at night"), *two, render, 3, tags=tags)
    monkeypatch.setattr(Generator, "recall", recall)
    trainer.write_sheet()
    assert asked == [[[1.0, 0.0]] * 3, [[0.0, 1.0]] * 3]


@pytest.mark.parametrize(
    "change",
    [
        {"images": None},
        {"images": 0},
        {"batch": 1},
        {"warm_share": 1.0},
        {"text_jitter": float("nan")},
        {"augment": AugmentConfig(colour=0.1)},
    ],
)
def test_illegal_settings_are_refused(tiny_network: NetworkConfig, change: dict[str, object]) -> None:
    with pytest.raises(InvalidConfig, match=r"train\."):
        dataclasses.replace(config_of(tiny_network), **change)


def test_ramps_go_from_start_to_end() -> None:
    geometric, straight = Ramp(2.0, 0.5), Ramp(0.0, 4.0)
    assert [geometric.at(0), geometric.at(0.5), geometric.at(1)] == pytest.approx([2.0, 1.0, 0.5])
    assert straight.at(0.5) == pytest.approx(2.0)


def test_the_budget_is_whichever_ends_first(tiny_network: NetworkConfig) -> None:
    config = dataclasses.replace(config_of(tiny_network), minutes=10.0)
    assert config.progress(32, 60.0) == pytest.approx(0.5)
    assert config.progress(8, 540.0) == pytest.approx(0.9)
    assert config.adversarial_progress(8, 420.0) == pytest.approx(0.5)

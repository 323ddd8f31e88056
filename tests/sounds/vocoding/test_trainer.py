"""The vocoder's training: resuming, both phases, export, and what it refuses."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt
from narrative_server.sounds.melspec import HOP, frames_of
from narrative_server.sounds.vocoder import GriffinLim
from narrative_server.sounds.vocoder_model import TrainedVocoder, load_vocoder
from narrative_server.sounds.vocoding import run as vocoding_run
from narrative_server.sounds.vocoding.config import VocoderTrainConfig
from narrative_server.sounds.vocoding.crops import CropSource
from narrative_server.sounds.vocoding.figures import held_out_rows, measure
from narrative_server.sounds.vocoding.run import TrainVocoderOptions, train_vocoder
from narrative_server.sounds.vocoding.trainer import VocoderDiverged, VocoderPace, VocoderTrainer
from narrative_server.sounds.vocos import VocosConfig
from narrative_server.sounds.waves import RECORDED, SoundDataOptions, WaveSet, save_waves

CPU = torch.device("cpu")
TINY = VocosConfig(width=16, layers=1, inner=16, noise_channels=2)
NEVER = VocoderPace(1e9, 1e9, 1e9, figures_sounds=2)


def waves_of(held_out: bool = False) -> WaveSet:
    """Four decaying tones, the last of them a recording; the second is held out."""
    rng = np.random.default_rng(1)
    parts = []
    for k in range(4):
        t = np.arange(6_000 + 500 * k) / 22_050
        wave = np.sin(2 * np.pi * (300 + 200 * k) * t) * np.exp(-6 * t) + 0.02 * rng.standard_normal(len(t))
        parts.append((wave / np.abs(wave).max() * 0.89 * 32_767).astype(np.int16))
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    held = np.asarray([held_out, True, held_out, held_out])
    kinds = ["beep", "beep", "beep", RECORDED]
    intensity = np.full(4, 0.5, dtype=np.float32)
    calm = np.zeros(4, dtype=np.float32)
    emotions = ["neutral"] * 4
    return WaveSet(np.concatenate(parts), starts, [("a beep",)] * 4, kinds, emotions, intensity, calm, calm, held)


def config_of(steps: int = 8) -> VocoderTrainConfig:
    return VocoderTrainConfig(network=TINY, steps=steps, batch=2, frames=16, judge_width=2, warm_share=0.5)


def test_a_stopped_and_resumed_run_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = VocoderTrainer(waves_of(), config_of(), tmp_path / "whole", CPU, NEVER)
    assert whole.run()
    for stop_after in (2, 4, 6):  # in the warm start, at the change of phase, against the judge
        folder = tmp_path / str(stop_after)
        first = VocoderTrainer(waves_of(), config_of(), folder, CPU, NEVER)
        assert not first.run(stop=lambda run=first, most=stop_after: run.progress.steps >= most)
        second = VocoderTrainer(waves_of(), config_of(), folder, CPU, NEVER)
        assert second.resume()
        assert second.progress.steps == stop_after
        assert second.run()
        for name in ("vocoder", "judge"):
            expected, found = getattr(whole, name).state_dict(), getattr(second, name).state_dict()
            assert all(torch.equal(found[key], value) for key, value in expected.items())
        expected, found = whole.ema.network.state_dict(), second.ema.network.state_dict()
        assert all(torch.equal(found[key], value) for key, value in expected.items())


def test_both_phases_are_gone_through_and_written_down(tmp_path: Path) -> None:
    trainer = VocoderTrainer(waves_of(), config_of(), tmp_path, CPU, VocoderPace(0, 0, 0, 1))
    judge = {key: value.clone() for key, value in trainer.judge.state_dict().items()}
    phases: list[bool] = []
    trainer.run(lambda progress, _share, _figures: phases.append(progress.warm))
    assert phases == [True] * 4 + [False] * 4
    assert any(not torch.equal(judge[key], value) for key, value in trainer.judge.state_dict().items())
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert any("loss_judge" in line for line in lines)
    measured = [line for line in lines if "held_out_mel_error_db" in line]
    assert len(measured) == 8
    assert measured[-1]["held_out_n"] == 1


def test_the_warm_start_lowers_the_distance(tmp_path: Path) -> None:
    config = dataclasses.replace(config_of(120), warm_share=1.0)
    trainer = VocoderTrainer(waves_of(), config, tmp_path, CPU, VocoderPace(1e9, 0, 1e9, 1))
    distances: list[float] = []
    trainer.run(lambda _progress, _share, figures: distances.append(figures["distance"]))
    assert np.mean(distances[-10:]) < 0.8 * np.mean(distances[:10])


def test_a_checkpoint_of_another_shape_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    VocoderTrainer(waves_of(), config_of(1), tmp_path, CPU, NEVER).run()
    wider = dataclasses.replace(config_of(), network=dataclasses.replace(TINY, width=24))
    with pytest.raises(InvalidConfig, match="network"):
        VocoderTrainer(waves_of(), wider, tmp_path, CPU, NEVER).resume()
    state = tmp_path / "state.safetensors"
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(ModelCorrupt):
        VocoderTrainer(waves_of(), config_of(), tmp_path, CPU, NEVER).resume()


def test_a_loss_that_is_not_finite_ends_the_run_with_its_name(tmp_path: Path) -> None:
    trainer = VocoderTrainer(waves_of(), config_of(), tmp_path, CPU, VocoderPace(1e9, 0, 1e9))
    with torch.no_grad():
        trainer.vocoder.head.bias.fill_(float("nan"))
    with pytest.raises(VocoderDiverged, match="distance"):
        trainer.run()


def test_sounds_that_are_all_held_out_are_an_error() -> None:
    with pytest.raises(DataMissing, match="held out"):
        CropSource(waves_of(held_out=True), 16, 0.15, torch.Generator().manual_seed(1))


def test_crops_fit_their_spectra_and_never_come_from_held_out_sounds() -> None:
    waves = waves_of()
    held = waves.samples[waves.starts[1] : waves.starts[2]]
    held[:] = 32_767  # would be heard as a constant
    crop = CropSource(waves, 16, 0.15, torch.Generator().manual_seed(1)).draw(32)
    assert crop.samples.shape == (32, 15 * HOP)
    assert crop.decibels.shape == (32, 80, 16)
    assert crop.samples.abs().max() <= 1.0
    assert (crop.decibels - frames_of(crop.samples)).abs().mean() < 1.0
    assert (crop.samples > 0.95).float().mean() == 0.0


def test_a_perfect_vocoder_has_no_error_and_griffin_lim_some() -> None:
    waves = waves_of()

    class Perfect:
        def waveform(self, decibels: torch.Tensor) -> torch.Tensor:
            frames = decibels.shape[2] - 1
            samples = torch.zeros(1, frames * HOP)
            for row in range(waves.size):
                wave = torch.from_numpy(waves.wave(row))
                if -(-len(wave) // HOP) == frames:
                    samples[0, : len(wave)] = wave
            return samples

    rows = held_out_rows(waves, 5)
    assert rows == [1]
    best, theirs = measure(Perfect(), waves, rows), measure(GriffinLim(8), waves, rows)
    assert (best.mel_error_db, best.distance, best.attack_error_ms) == (0, 0, 0)
    assert theirs.mel_error_db > 0.1
    assert theirs.n == 1


def test_a_run_exports_a_model_that_gives_the_same_sound_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = SoundDataOptions(tmp_path / "data.npz")
    save_waves(waves_of(), data.waves)
    monkeypatch.setattr(TrainVocoderOptions, "config", lambda options: config_of(3))
    folder = train_vocoder(TrainVocoderOptions(tmp_path / "run", data, device="cpu", threads=1))
    assert sorted(path.name for path in folder.iterdir()) == ["card.md", "config.json", "vocoder.safetensors"]
    decibels = frames_of(torch.from_numpy(waves_of().wave(0))[None])
    once, again = (TrainedVocoder(load_vocoder(folder)).waveform(decibels) for _ in range(2))
    assert torch.equal(once, again)
    assert once.shape == (1, (decibels.shape[2] - 1) * HOP)


@pytest.mark.parametrize("changes", [{"minutes": 0.0}, {"minutes": float("nan")}, {"batch": 0}, {"threads": -1}])
def test_wrong_options_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(InvalidConfig):
        vocoding_run.TrainVocoderOptions(**changes)  # type: ignore[arg-type]


def test_wrong_settings_are_refused() -> None:
    for changes in ({"frames": 4}, {"warm_share": 2.0}, {"mel_weight": 0.0}, {"minutes": None}):
        with pytest.raises(InvalidConfig):
            VocoderTrainConfig(**{"minutes": 1.0, **changes})  # type: ignore[arg-type]
    with pytest.raises(InvalidConfig):
        VocosConfig(width=0)

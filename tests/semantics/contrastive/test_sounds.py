from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.cli import EXIT_BAD_INPUT, EXIT_MISSING, main
from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.gan.data import load_data
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions, train_embedding
from narrative_server.semantics.contrastive.run_sounds import (
    TrainSoundTowerOptions,
    make_sound_trainer,
    train_sound_tower,
)
from narrative_server.semantics.contrastive.sounds import SoundSource, read_sound_pairs
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer
from narrative_server.semantics.item_words import SOUND_WORDS_FILE, load_words
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.towers import SoundTowerConfig
from narrative_server.semantics.views import view_sound

from .conftest import BuiltData

CPU = torch.device("cpu")
TINY = EmbeddingTrainConfig(
    minutes=None,
    items=32 * 8,
    sound=SoundTowerConfig((8, 16)),
    batch=32,
    warm_up_steps=2,
    ema_half_life_items=64,
    precision="float32",
)


@pytest.fixture(scope="module")
def base(built: BuiltData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    options = TrainEmbeddingOptions(
        folder=folder, sprites=built.sprites, backgrounds=built.backgrounds, minutes=None, items=32, batch=16
    )
    return train_embedding(options)


def trainer_of(built: BuiltData, base: Path, folder: Path, config: EmbeddingTrainConfig = TINY) -> ContrastiveTrainer:
    return make_sound_trainer(SharedEmbedding(base, "x"), read_sound_pairs(built.sounds), config, folder, CPU)


def test_spectra_are_read_back_in_decibels_below_their_loudest_cell(built: BuiltData) -> None:
    pairs = read_sound_pairs(built.sounds)
    assert pairs.views.shape == (80, 1, 80, 176)
    folded = torch.from_numpy(load_data(built.sounds).values.astype(np.float32))
    decibels = torch.nn.functional.pixel_shuffle(folded, 4)[:, 0].numpy() * 60.0 - 50.0
    wanted = (view_sound(decibels) + 1.0) * 127.5
    assert np.abs(pairs.views - wanted).max() <= 1.0
    assert (pairs.views[3, 0, 30:34, 0] == 255).all()


def test_a_batch_is_reproducible_in_range_and_never_holds_what_is_held_out(built: BuiltData) -> None:
    pairs = read_sound_pairs(built.sounds)
    pairs.views[pairs.held_out] = 255
    pairs.views[~pairs.held_out] = 0
    first, again = (SoundSource(pairs, torch.Generator().manual_seed(4)).draw(64) for _ in range(2))
    assert torch.equal(first.items, again.items)
    assert torch.equal(first.text, again.text)
    assert first.items.shape == (64, 1, 80, 176)
    assert first.items.min() >= -1.0
    assert first.items.mean() < -0.9


@pytest.mark.parametrize("damage", ["nothing", "text", "cut", "pictures"])
def test_a_file_that_is_no_set_of_sounds_is_told(built: BuiltData, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "data.npz"
    if damage == "text":
        path.write_bytes(b"not an archive")
    elif damage == "cut":
        path.write_bytes(built.sounds.read_bytes()[:5000])
    elif damage == "pictures":
        path = built.sprites
    with pytest.raises(DataMissing if damage == "nothing" else ModelCorrupt, match="narrative-server data sounds"):
        read_sound_pairs(path)


def test_a_stopped_and_resumed_run_equals_an_uninterrupted_one(built: BuiltData, base: Path, tmp_path: Path) -> None:
    whole = trainer_of(built, base, tmp_path / "whole")
    assert whole.run()
    first = trainer_of(built, base, tmp_path / "parts")
    assert not first.run(stop=lambda: first.progress.steps >= 3)
    second = trainer_of(built, base, tmp_path / "parts")
    assert second.resume()
    assert second.run()
    one, two = whole.ema.network.state_dict(), second.ema.network.state_dict()
    assert all(torch.equal(two[key], value) for key, value in one.items())


def test_training_tells_pitches_apart_that_it_never_saw(built: BuiltData, base: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(TINY, items=32 * 60, learning_rate=5e-3)
    trainer = trainer_of(built, base, tmp_path, config)
    trainer.run()
    pairs = read_sound_pairs(built.sounds)
    rows = np.flatnonzero(pairs.held_out)
    averaged = trainer.ema.network.eval()
    with torch.no_grad():
        places = averaged.tower(torch.from_numpy(pairs.views[rows]).float() / 127.5 - 1.0)
        texts = averaged.head(torch.from_numpy(pairs.embeddings[::2]))
    found = (places @ texts.T).argmax(dim=1).numpy()
    assert (found == pairs.captions[rows, 0] // 2).mean() > 0.8  # chance: 0.125


def tower_options(built: BuiltData, folder: Path, base: Path) -> TrainSoundTowerOptions:
    return TrainSoundTowerOptions(
        folder=folder, sounds=built.sounds, base=base, minutes=None, items=16, batch=16, device="cpu", threads=1
    )


def test_the_tower_joins_a_model_whose_words_and_pictures_stay(built: BuiltData, base: Path, tmp_path: Path) -> None:
    options = tower_options(built, tmp_path / "run", base)
    folder = train_sound_tower(options)
    assert folder == tmp_path / "run" / "model"
    before, after = SharedEmbedding(base, "x"), SharedEmbedding(folder, "x")
    assert (before.hears, after.hears) == (False, True)
    assert after.space == before.space != after.sound_space
    for name in ("text.safetensors", "picture.safetensors", "words.safetensors"):
        assert (folder / name).read_bytes() == (base / name).read_bytes()
    assert (folder / "sound.safetensors").stat().st_size < 2_100_000
    places = after.embed_sounds(np.zeros((2, 1, 80, 176), np.float32))
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 1.0, rtol=1e-5)
    words = load_words(folder, after.checksums, "x", SOUND_WORDS_FILE)
    assert "short a tone" in words.words
    assert after.facts.scale == before.facts.scale
    assert after.facts.training | before.facts.training == after.facts.training
    assert after.facts.training["sounds_held_out"] == 16
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert "`sound.safetensors`" in card
    assert "- sound steps: 1" in card


def test_a_model_may_be_added_to_where_it_lies_and_again(built: BuiltData, base: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for path in base.iterdir():
        (own / path.name).write_bytes(path.read_bytes())
    spaces = []
    for seed in (1, 2):
        options = dataclasses.replace(tower_options(built, tmp_path / f"run{seed}", own), export=own, seed=seed)
        assert train_sound_tower(options) == own
        loaded = SharedEmbedding(own, "x")
        spaces.append((loaded.space, loaded.sound_space))
    assert spaces[0][0] == spaces[1][0]
    assert spaces[0][1] != spaces[1][1]


def test_a_checkpoint_towards_another_text_head_is_refused(built: BuiltData, base: Path, tmp_path: Path) -> None:
    options = tower_options(built, tmp_path / "run", base)
    train_sound_tower(options)
    other = train_embedding(
        TrainEmbeddingOptions(
            folder=tmp_path / "other",
            sprites=built.sprites,
            backgrounds=built.backgrounds,
            minutes=None,
            items=32,
            batch=16,
            seed=9,
        )
    )
    with pytest.raises(InvalidConfig, match=r"--base.*--fresh"):
        train_sound_tower(dataclasses.replace(options, base=other))


def test_a_missing_base_or_data_is_told_before_training(built: BuiltData, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="narrative-server train embedding"):
        train_sound_tower(tower_options(built, tmp_path / "run", tmp_path / "none"))
    assert not (tmp_path / "run").exists()


def test_the_command_trains_the_tower(
    built: BuiltData, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    command = ["train", "embedding", "--sounds", str(built.sounds), "--out", str(run), "--threads", "1"]
    assert main([*command, "--base", str(base), "--items", "8", "--batch", "8"]) == 0
    assert SharedEmbedding(run / "model", "x").hears
    assert main([*command, "--base", str(tmp_path / "none")]) == EXIT_MISSING
    capsys.readouterr()
    assert main(["train", "embedding", "--sounds", str(tmp_path / "none.npz"), "--base", str(base)]) == EXIT_MISSING
    assert "narrative-server data sounds" in capsys.readouterr().err
    assert main(["train", "embedding", "--base", str(base)]) == EXIT_BAD_INPUT
    assert "only with --sounds" in capsys.readouterr().err

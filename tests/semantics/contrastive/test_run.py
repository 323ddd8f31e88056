from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.contrastive.batches import PictureSource
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.data import read_pairs
from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions, make_trainer, train_embedding
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer, EmbeddingPace
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.towers import PictureTower, PictureTowerConfig, TextHead, TextHeadConfig

from .conftest import BuiltData

CPU = torch.device("cpu")
TINY = EmbeddingTrainConfig(
    minutes=None,
    items=32 * 12,
    text=TextHeadConfig(hidden=32),
    picture=PictureTowerConfig((8, 16)),
    batch=32,
    warm_up_steps=2,
    ema_half_life_items=64,
    precision="float32",
)


def trainer_of(built: BuiltData, folder: Path, config: EmbeddingTrainConfig = TINY) -> ContrastiveTrainer:
    sprites = read_pairs(built.sprites, "sprites", "build")
    return make_trainer(sprites, read_pairs(built.backgrounds, "backgrounds", "build"), config, folder, CPU)


def test_a_stopped_and_resumed_run_equals_an_uninterrupted_one(built: BuiltData, tmp_path: Path) -> None:
    whole = trainer_of(built, tmp_path / "whole")
    assert whole.run()
    first = trainer_of(built, tmp_path / "parts")
    assert not first.run(stop=lambda: first.progress.steps >= 5)
    second = trainer_of(built, tmp_path / "parts")
    assert second.resume()
    assert second.progress.steps == 5
    assert second.run()
    for one, two in ((whole.pair, second.pair), (whole.ema.network, second.ema.network)):
        assert all(torch.equal(two.state_dict()[key], value) for key, value in one.state_dict().items())


def test_training_tells_colours_apart_that_it_never_saw(built: BuiltData, tmp_path: Path) -> None:
    config = dataclasses.replace(TINY, items=32 * 80, learning_rate=5e-3)
    trainer = trainer_of(built, tmp_path, config)
    trainer.run()
    pairs = read_pairs(built.sprites, "sprites", "build")
    rows = np.flatnonzero(pairs.held_out)
    averaged = trainer.ema.network
    values = torch.from_numpy(pairs.views[rows]).float() / 127.5 - 1.0
    with torch.no_grad():
        places = averaged.tower(values[:, :3])
        texts = averaged.head(torch.from_numpy(pairs.embeddings[::2]))
    found = (places @ texts.T).argmax(dim=1).numpy()
    assert (found == pairs.captions[rows, 0] // 2).mean() > 0.8  # chance: 0.125


def test_a_tower_can_be_added_while_the_text_head_stays(built: BuiltData, tmp_path: Path) -> None:
    torch.manual_seed(1)
    head, tower = TextHead(TINY.text), PictureTower(TINY.picture)
    before = {key: value.clone() for key, value in head.state_dict().items()}
    moved = {key: value.clone() for key, value in tower.state_dict().items()}
    rng = torch.Generator().manual_seed(1)
    source = PictureSource(read_pairs(built.sprites, "sprites", "build"), 1.0, rng)
    trainer = ContrastiveTrainer(head, tower, [source], TINY, tmp_path, CPU, rng, head_moves=False)
    trainer.run()
    assert all(torch.equal(value, before[key]) for key, value in trainer.pair.head.state_dict().items())
    assert not torch.equal(trainer.pair.tower.state_dict()["out.weight"], moved["out.weight"])
    assert trainer.pair.tower.training
    assert not trainer.pair.head.training  # without dropout, as it serves


def test_metrics_are_written_and_those_after_the_checkpoint_forgotten(built: BuiltData, tmp_path: Path) -> None:
    trainer = trainer_of(built, tmp_path)
    trainer.pace = EmbeddingPace(checkpoint_s=1e9, metrics_s=0.0)
    seen: list[float] = []
    trainer.run(lambda _progress, share, _figures: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    path = tmp_path / "metrics.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["images"] for line in lines] == [32 * (step + 1) for step in range(12)]
    path.write_text(path.read_text(encoding="utf-8") + json.dumps({"images": 32 * 99}) + "\n", encoding="utf-8")
    trainer_of(built, tmp_path).resume()
    assert len(path.read_text(encoding="utf-8").splitlines()) == 12


def test_a_checkpoint_of_other_networks_is_refused(built: BuiltData, tmp_path: Path) -> None:
    trainer_of(built, tmp_path).save()
    other = dataclasses.replace(TINY, picture=PictureTowerConfig((8, 24)))
    with pytest.raises(InvalidConfig, match="the checkpoint's"):
        trainer_of(built, tmp_path, other).resume()


def test_the_command_exports_a_model_that_serves(built: BuiltData, tmp_path: Path) -> None:
    options = TrainEmbeddingOptions(
        folder=tmp_path / "run", sprites=built.sprites, backgrounds=built.backgrounds, minutes=None, items=32, batch=16
    )
    folder = train_embedding(options)
    assert folder == tmp_path / "run" / "model"
    embedding = SharedEmbedding(folder, "train")
    assert embedding.facts.training["steps"] == 2
    assert embedding.facts.training["sprites_held_out"] == 16
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert "- steps: 2" in card
    places = embedding.embed_texts(np.eye(384, dtype=np.float32)[:2])
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 1.0, rtol=1e-5)


@pytest.mark.parametrize(
    "change", [{"batch": 4}, {"learning_rate": 0.0}, {"caption_floor": 1.0}, {"precision": "half"}, {"minutes": -1.0}]
)
def test_illegal_settings_are_refused_by_name(change: dict[str, object]) -> None:
    with pytest.raises(InvalidConfig, match=rf"embedding\.train\.{next(iter(change))}"):
        EmbeddingTrainConfig(**change)

"""`narrative-server train embedding`: data, training, figures, export. Training only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from narrative_server.devices import choose_device
from narrative_server.gan.trainer import Report
from narrative_server.semantics.contrastive.batches import PictureSource
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.data import PairSet, read_pairs
from narrative_server.semantics.contrastive.export import place_words, run_facts, write_model
from narrative_server.semantics.contrastive.options import RunOptions
from narrative_server.semantics.contrastive.retrieval import Figures
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer
from narrative_server.semantics.item_words import PLACES_FILE
from narrative_server.semantics.shared_embedding import pack_embedding
from narrative_server.semantics.towers import PictureTower, TextHead


@dataclass(frozen=True, kw_only=True)
class TrainEmbeddingOptions(RunOptions):
    """One run of the text head and the picture tower. sprites, backgrounds: built data sets."""

    folder: Path = Path("runs/embedding")
    sprites: Path = Path("runs/sprites/data.npz")
    backgrounds: Path = Path("runs/backgrounds/data.npz")


def train_embedding(
    options: TrainEmbeddingOptions, report: Report | None = None, stop: Callable[[], bool] = lambda: False
) -> Path:
    """Train until the budget is used or `stop()`; returns the folder of the exported model.

    Goes on from a checkpoint in `options.folder`. Raises DataMissing, ModelCorrupt (of data or checkpoint),
    InvalidConfig, StorageFailed, trainer.EmbeddingDiverged.
    """
    sprites = read_pairs(options.sprites, "sprites", "narrative-server data sprites")
    backgrounds = read_pairs(options.backgrounds, "backgrounds", "narrative-server data backgrounds")
    if options.threads:
        torch.set_num_threads(options.threads)
    trainer = make_trainer(
        sprites, backgrounds, options.config(), options.folder, choose_device(options.device, "embedding.train.device")
    )
    trainer.resume()
    trainer.run(report, stop)
    export_embedding(trainer, (sprites, backgrounds), options.model_folder)
    return options.model_folder


def make_trainer(
    sprites: PairSet, backgrounds: PairSet, config: EmbeddingTrainConfig, folder: Path, device: torch.device
) -> ContrastiveTrainer:
    """The trainer of text head and picture tower, with fresh weights."""
    rng = torch.Generator().manual_seed(config.seed)
    torch.manual_seed(config.seed)  # weights' initial values and dropout come from the global generator
    sources = (
        PictureSource(sprites, 1.0 - config.background_share, rng, behind=backgrounds),
        PictureSource(backgrounds, config.background_share, rng),
    )
    figures = Figures((sprites, backgrounds))
    return ContrastiveTrainer(
        TextHead(config.text), PictureTower(config.picture), sources, config, folder, device, rng, figures.measure
    )


def export_embedding(trainer: ContrastiveTrainer, sets: tuple[PairSet, ...], folder: Path) -> None:
    """Write the averaged networks, their configuration, figures and card. Raises StorageFailed."""
    averaged = trainer.ema.network
    assert isinstance(averaged.tower, PictureTower), "this run trains the picture tower"
    facts = run_facts(trainer, sets)
    words = {PLACES_FILE: place_words(trainer, sets)}
    write_model(folder, facts, pack_embedding(averaged.head, averaged.tower, facts, words))

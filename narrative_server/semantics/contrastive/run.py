"""`narrative-server train embedding`: data, training, figures, export. Training only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from narrative_server.errors import InvalidConfig
from narrative_server.gan.checkpoint import write_together
from narrative_server.gan.state import make_folder
from narrative_server.gan.trainer import Report
from narrative_server.semantics.contrastive.batches import PictureSource
from narrative_server.semantics.contrastive.card import write_card
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.data import PairSet, read_pairs
from narrative_server.semantics.contrastive.retrieval import Figures, array_of
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer
from narrative_server.semantics.contrastive.vocabulary import choose_words
from narrative_server.semantics.item_words import PLACES_FILE, pack_words
from narrative_server.semantics.shared_embedding import EmbeddingFacts, pack_embedding
from narrative_server.semantics.towers import PictureTower, TextHead


@dataclass(frozen=True)
class TrainEmbeddingOptions:
    """One run.

    folder: checkpoint and metrics; going on from what is there. sprites, backgrounds: built data sets. export: where
    the finished model goes; None is `folder`/model. minutes: the whole budget of training time. batch: items a step.
    device: "auto", "cpu", "cuda" or "mps". threads: CPU threads, 0 is torch's choice.
    """

    folder: Path = Path("runs/embedding")
    sprites: Path = Path("runs/sprites/data.npz")
    backgrounds: Path = Path("runs/backgrounds/data.npz")
    export: Path | None = None
    minutes: float | None = 25.0
    items: int | None = None
    batch: int = 256
    device: str = "auto"
    threads: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("embedding.train.threads", self.threads, "0 to 256")
        self.config()

    def config(self) -> EmbeddingTrainConfig:
        """Settings of the run."""
        return EmbeddingTrainConfig(minutes=self.minutes, items=self.items, batch=self.batch, seed=self.seed)


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
    trainer = make_trainer(sprites, backgrounds, options.config(), options.folder, choose_device(options.device))
    trainer.resume()
    trainer.run(report, stop)
    target = options.export or options.folder / "model"
    export_embedding(trainer, (sprites, backgrounds), target)
    return target


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
    progress, averaged = trainer.progress, trainer.ema.network
    assert isinstance(averaged.tower, PictureTower), "this run trains the picture tower"
    training: dict[str, float | int | str] = {
        "steps": progress.steps,
        "items": progress.images,
        "minutes": round(progress.seconds / 60, 1),
        "batch": trainer.config.batch,
        "seed": trainer.config.seed,
    }
    for pairs in sets:
        training |= {pairs.name: pairs.size, f"{pairs.name}_held_out": int(pairs.held_out.sum())}
    scores = {key: round(value, 4) for key, value in trainer.figures().items()}
    scale, bias = averaged.log_scale.exp().item(), averaged.bias.item()
    facts = EmbeddingFacts(round(scale, 5), round(bias, 5), scores, training)
    words, embeddings = choose_words(sets)
    with torch.no_grad():
        places = array_of(averaged.head(torch.from_numpy(embeddings).to(trainer.device)))
    files = pack_embedding(averaged.head, averaged.tower, facts, {PLACES_FILE: pack_words(words, places)})
    make_folder(folder)
    write_together({folder / name: data for name, data in {"card.md": write_card(facts).encode(), **files}.items()})


def choose_device(name: str) -> torch.device:
    """The device for "auto" (CUDA where present, else the CPU), "cpu", "cuda" or "mps"."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)

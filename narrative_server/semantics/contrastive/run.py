"""`narrative-server train embedding`: data, training, figures, export. Training only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from narrative_server.errors import InvalidConfig
from narrative_server.gan.checkpoint import write_together
from narrative_server.gan.state import make_folder
from narrative_server.gan.trainer import Report
from narrative_server.semantics.contrastive.batches import PictureSource
from narrative_server.semantics.contrastive.card import write_card
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.data import PairSet, read_pairs
from narrative_server.semantics.contrastive.retrieval import Pool, draw_pools, recall_at_1
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer
from narrative_server.semantics.contrastive.vocabulary import choose_words
from narrative_server.semantics.picture_words import PLACES_FILE, pack_words
from narrative_server.semantics.shared_embedding import EmbeddingFacts, pack_embedding
from narrative_server.semantics.towers import PictureTower, TextHead, view_of

_POOLS: Final = 10
_POOL_SEED: Final = 11


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
    trainer = make_trainer(sprites, backgrounds, options.config(), options.folder, _device(options.device))
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
    figures = _Figures((sprites, backgrounds))
    return ContrastiveTrainer(
        TextHead(config.text), PictureTower(config.picture), sources, config, folder, device, rng, figures.measure
    )


class _Figures:
    """R@1 of 100 on the same pools every time."""

    def __init__(self, sets: tuple[PairSet, ...]) -> None:
        self._pools = [
            (pairs, "held_out" if held_out else "train", draw_pools(pairs, held_out, _POOLS, _POOL_SEED))
            for pairs in sets
            for held_out in (False, True)
        ]

    def measure(self, head: TextHead, tower: nn.Module) -> dict[str, float]:
        """Means over pools, by set, split and direction."""
        figures: dict[str, float] = {}
        for pairs, split, pools in self._pools:
            if pools:
                found = np.mean([_recall_of(head, tower, pairs, pool) for pool in pools], axis=0)
                figures[f"{pairs.name}_{split}_text_of_picture_r1"] = float(found[0])
                figures[f"{pairs.name}_{split}_picture_of_text_r1"] = float(found[1])
        return figures


@torch.no_grad()
def _recall_of(head: TextHead, tower: nn.Module, pairs: PairSet, pool: Pool) -> tuple[float, float]:
    device = next(tower.parameters()).device
    texts = head(torch.from_numpy(pairs.embeddings[pool.captions]).to(device))
    values = torch.from_numpy(pairs.views[pool.rows]).float() / 127.5 - 1.0
    items = tower((view_of(values) if values.shape[1] == 4 else values).to(device))
    return recall_at_1(_array(texts), _array(items))


def _array(values: torch.Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = values.float().cpu().numpy()
    return found


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
        places = _array(averaged.head(torch.from_numpy(embeddings).to(trainer.device)))
    files = pack_embedding(averaged.head, averaged.tower, facts, {PLACES_FILE: pack_words(words, places)})
    make_folder(folder)
    write_together({folder / name: data for name, data in {"card.md": write_card(facts).encode(), **files}.items()})


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)

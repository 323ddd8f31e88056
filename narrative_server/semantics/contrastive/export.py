"""What a finished run writes: facts of the training, places of words, and the model's files. Training only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from narrative_server.gan.checkpoint import write_together
from narrative_server.gan.state import make_folder
from narrative_server.semantics.contrastive.card import write_card
from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.contrastive.retrieval import array_of
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer
from narrative_server.semantics.contrastive.vocabulary import choose_words
from narrative_server.semantics.item_words import pack_words
from narrative_server.semantics.shared_embedding import EmbeddingFacts


def training_facts(trainer: ContrastiveTrainer, prefix: str = "") -> dict[str, float | int | str]:
    """How long the run took, and with what settings; every name begins with `prefix`."""
    progress = trainer.progress
    return {
        f"{prefix}steps": progress.steps,
        f"{prefix}items": progress.images,
        f"{prefix}minutes": round(progress.seconds / 60, 1),
        f"{prefix}batch": trainer.config.batch,
        f"{prefix}seed": trainer.config.seed,
    }


def set_sizes(sets: Sequence[PairSet]) -> dict[str, float | int | str]:
    """Items of each set, and how many of them are held out."""
    sizes: dict[str, float | int | str] = {}
    for pairs in sets:
        sizes |= {pairs.name: pairs.size, f"{pairs.name}_held_out": int(pairs.held_out.sum())}
    return sizes


def held_out_scores(trainer: ContrastiveTrainer) -> dict[str, float]:
    """Held-out figures of the averaged networks, rounded."""
    return {key: round(value, 4) for key, value in trainer.figures().items()}


def logit_scale_and_bias(trainer: ContrastiveTrainer) -> tuple[float, float]:
    """What turns the averaged networks' cosines into logits, rounded."""
    averaged = trainer.ema.network
    return round(averaged.log_scale.exp().item(), 5), round(averaged.bias.item(), 5)


def place_words(trainer: ContrastiveTrainer, sets: Sequence[PairSet], longest: int = 2) -> bytes:
    """A file of short captions, of up to `longest` words, and where the averaged text head puts them."""
    words, embeddings = choose_words(sets, longest=longest)
    with torch.no_grad():
        places = array_of(trainer.ema.network.head(torch.from_numpy(embeddings).to(trainer.device)))
    return pack_words(words, places)


def write_model(folder: Path, facts: EmbeddingFacts, files: Mapping[str, bytes]) -> None:
    """Write `files` and a card into `folder`, all or none. Raises StorageFailed."""
    make_folder(folder)
    write_together({folder / name: data for name, data in {"card.md": write_card(facts).encode(), **files}.items()})

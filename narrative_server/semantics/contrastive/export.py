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


def run_facts(trainer: ContrastiveTrainer, sets: Sequence[PairSet], prefix: str = "") -> EmbeddingFacts:
    """Facts of this run alone: what turns cosines into logits, held-out figures, how long it took and on what.

    prefix: begins the names of the run's settings and of what it took; sizes are named by their set.
    """
    progress, averaged = trainer.progress, trainer.ema.network
    training: dict[str, float | int | str] = {
        f"{prefix}steps": progress.steps,
        f"{prefix}items": progress.images,
        f"{prefix}minutes": round(progress.seconds / 60, 1),
        f"{prefix}batch": trainer.config.batch,
        f"{prefix}seed": trainer.config.seed,
    }
    for pairs in sets:
        training |= {pairs.name: pairs.size, f"{pairs.name}_held_out": int(pairs.held_out.sum())}
    scores = {key: round(value, 4) for key, value in trainer.figures().items()}
    scale, bias = averaged.log_scale.exp().item(), averaged.bias.item()
    return EmbeddingFacts(round(scale, 5), round(bias, 5), scores, training)


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

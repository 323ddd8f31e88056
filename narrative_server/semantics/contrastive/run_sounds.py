"""`narrative-server train embedding --sounds`: the sound tower, trained towards a text head that stays. Training only.

Pictures and words keep their places: the model that is gone on from is copied, and the tower put beside it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig
from narrative_server.gan.trainer import Report
from narrative_server.models.catalogue import find_model, model_path, repair_command
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.contrastive.export import place_words, run_facts, write_model
from narrative_server.semantics.contrastive.options import RunOptions
from narrative_server.semantics.contrastive.retrieval import Figures
from narrative_server.semantics.contrastive.sounds import SoundSource, read_sound_pairs
from narrative_server.semantics.contrastive.trainer import ContrastiveTrainer
from narrative_server.semantics.item_words import SOUND_WORDS_FILE
from narrative_server.semantics.shared_embedding import (
    MODEL_NAME,
    TRAIN_COMMAND,
    EmbeddingFacts,
    SharedEmbedding,
    add_sound_tower,
)
from narrative_server.semantics.towers import SoundTower, TextHead

_LONGEST_WORDS: Final = 3  # "heavy door creaking" is as short as captions of sounds are


@dataclass(frozen=True, kw_only=True)
class TrainSoundTowerOptions(RunOptions):
    """One run of the sound tower.

    sounds: a built data set. base: the model whose text head is kept, and which the tower joins; None: the packaged
    one. `export` may be `base`.
    """

    folder: Path = Path("runs/embedding_sounds")
    sounds: Path = Path("runs/sounds/data.npz")
    base: Path | None = None

    def base_folder(self) -> tuple[Path, str]:
        """The folder of the model that is gone on from, and what an error about it tells the user to run."""
        if self.base is not None:
            return self.base, TRAIN_COMMAND
        return model_path(MODEL_NAME), repair_command(find_model(MODEL_NAME))


def train_sound_tower(
    options: TrainSoundTowerOptions, report: Report | None = None, stop: Callable[[], bool] = lambda: False
) -> Path:
    """Train until the budget is used or `stop()`; returns the folder of the exported model.

    Goes on from a checkpoint in `options.folder`. Raises DataMissing, ModelMissing and ModelCorrupt (of base, data or
    checkpoint), InvalidConfig, StorageFailed, trainer.EmbeddingDiverged.
    """
    folder, command = options.base_folder()
    base = SharedEmbedding(folder, command)
    pairs = read_sound_pairs(options.sounds)
    if options.threads:
        torch.set_num_threads(options.threads)
    trainer = make_sound_trainer(
        base, pairs, options.config(), options.folder, choose_device(options.device, "embedding.train.device")
    )
    if trainer.resume():
        _check_same_head(trainer.pair.head, base.head, options)
    trainer.run(report, stop)
    export_sound_tower(trainer, base, pairs, folder, command, options.model_folder)
    return options.model_folder


def make_sound_trainer(
    base: SharedEmbedding, pairs: PairSet, config: EmbeddingTrainConfig, folder: Path, device: torch.device
) -> ContrastiveTrainer:
    """The trainer of a fresh sound tower towards a copy of the base's text head, which stays."""
    rng = torch.Generator().manual_seed(config.seed)
    torch.manual_seed(config.seed)  # weights' initial values and dropout come from the global generator
    head = TextHead(base.head.config)
    head.load_state_dict(base.head.state_dict())
    tower = SoundTower(config.sound)
    figures = Figures((pairs,), "sound")
    return ContrastiveTrainer(
        head, tower, (SoundSource(pairs, rng),), config, folder, device, rng, figures.measure, head_moves=False
    )


def export_sound_tower(
    trainer: ContrastiveTrainer, base: SharedEmbedding, pairs: PairSet, folder: Path, command: str, target: Path
) -> None:
    """Write the base with the averaged sound tower in it into `target`. Raises ModelCorrupt, StorageFailed."""
    averaged = trainer.ema.network
    assert isinstance(averaged.tower, SoundTower), "this run trains the sound tower"
    facts = _with_sounds(base.facts, trainer, pairs)
    words = {SOUND_WORDS_FILE: place_words(trainer, (pairs,), _LONGEST_WORDS)}
    write_model(target, facts, add_sound_tower(folder, command, averaged.tower, facts, words))


def _with_sounds(facts: EmbeddingFacts, trainer: ContrastiveTrainer, pairs: PairSet) -> EmbeddingFacts:
    """The base's facts with those of this run."""
    run = run_facts(trainer, (pairs,), "sound_")
    logits = {"sound_scale": run.scale, "sound_bias": run.bias}
    training = facts.training | run.training | logits
    return dataclasses.replace(facts, scores=facts.scores | run.scores, training=training)


def _check_same_head(kept: TextHead, wanted: TextHead, options: TrainSoundTowerOptions) -> None:
    """Raise InvalidConfig where the checkpoint was trained towards another text head than the base's."""
    mine, theirs = kept.state_dict(), wanted.state_dict()
    if not all(torch.equal(value.cpu(), theirs[key].cpu()) for key, value in mine.items()):
        legal = f"the model that the checkpoint in {options.folder} was begun with, or --fresh"
        raise InvalidConfig("--base", str(options.base or "the packaged model"), legal)

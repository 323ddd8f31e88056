"""Fine-tuning: a run that begins with a trained model's weights and ends in one that paints your art too.

Knows nothing of data files; `rehearsal` says what is mixed in so that the model keeps what it could do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.gan.checkpoint import ModelFacts, load_discriminator, load_generator
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.networks import Discriminator, Generator
from narrative_server.gan.scores import Scores, items_of, measure
from narrative_server.gan.sheet import draw_sheet, save_sheet
from narrative_server.gan.steps import draw_noise
from narrative_server.gan.trainer import Preview
from narrative_server.images.rehearsal import is_rehearsal
from narrative_server.models.catalogue import find_model, model_path, repair_command

PACKAGED: Final = "packaged"
_OWN_ROWS: Final = 12
_SEEDS: Final = 4
_MOST_MEASURED: Final = 200


@dataclass(frozen=True)
class Base:
    """A trained model to begin with. folder: where it lies; name: how a card calls it; sha256: of its generator."""

    folder: Path
    name: str
    sha256: str
    packaged: bool
    facts: ModelFacts
    generator: Generator
    discriminator: Discriminator


def load_base(kind: str, where: str) -> Base:
    """The model "packaged", or the one in the folder `where`. Raises ModelMissing, ModelCorrupt, InvalidConfig."""
    packaged = where == PACKAGED
    folder = model_path(kind) if packaged else Path(where)
    command = repair_command(find_model(kind)) if packaged else f"narrative-server train {kind}"
    if not packaged and not folder.is_dir():
        raise InvalidConfig("--from", where, f"{PACKAGED}, or a model's folder with generator.safetensors in it")
    generator, facts = load_generator(folder, kind, command)
    discriminator, _ = load_discriminator(folder, kind, command)
    if facts.name != kind:
        raise InvalidConfig("--from", where, f"a model of {kind}; this one is of {facts.name}")
    if facts.condition_names:
        named = ", ".join(facts.condition_names)
        raise InvalidConfig("--from", where, f"a model without conditions of its own; this one has {named}")
    digest = hashlib.sha256((folder / "generator.safetensors").read_bytes()).hexdigest()
    name = f"the packaged {kind} model" if packaged else folder.resolve().name
    return Base(folder, name, digest, packaged, facts, generator, discriminator)


def finetune_config(config: TrainConfig, base: Base) -> TrainConfig:
    """Settings of a kind's training, made gentler for networks that know most of it already."""
    return replace(
        config,
        network=base.facts.network,
        warm_share=0.4,  # regression alone first: new words must be tied to new pictures before a critic has its say
        warm_learning_rate=4e-4,
        warm_batch=16,
        candidates=1,  # what z says was learnt before; one noise an item is half the work
        learning_rate=Ramp(1.5e-4, 3e-5),
        gamma=Ramp(config.gamma.end, config.gamma.end),  # the critic has been trained already
        ema_half_life_images=Ramp(500, 2_000),
    )


def own_rows(data: GanData) -> NDArray[np.intp]:
    """Up to twelve items of your own to look at, held-out ones first, no caption twice."""
    own = ~is_rehearsal(data)
    held_out = _spread(np.flatnonzero(own & data.held_out), _OWN_ROWS // 2)
    trained = _spread(np.flatnonzero(own & ~data.held_out), 4 * _OWN_ROWS)
    by_caption: dict[int, int] = {}
    for row in (*held_out, *trained):
        by_caption.setdefault(int(data.captions[row, -1]), int(row))
    chosen = np.array(list(by_caption.values()), dtype=np.intp)
    return np.concatenate((chosen[: len(held_out)], _spread(chosen[len(held_out) :], _OWN_ROWS - len(held_out))))


def own_preview(data: GanData, general: Preview) -> Preview:
    """A preview of your own captions beside the general prompts of `general`."""
    rows = own_rows(data)
    return replace(
        general,
        phrases=tuple(data.phrases[data.captions[row, -1]] for row in rows) + general.phrases,
        embeddings=np.concatenate((data.embeddings[data.captions[rows, -1]], general.embeddings)),
        conditions=np.concatenate((data.conditions[rows], general.conditions)),
        tags=_asked_tags(data, rows, general),
    )


def _asked_tags(data: GanData, rows: NDArray[np.intp], general: Preview) -> NDArray[np.float32]:
    """What your items show is asked for beside what the general prompts ask for."""
    if not len(general.tags):
        return general.tags
    own = data.tags[rows] if len(data.tags) else np.zeros((len(rows), general.tags.shape[1]), np.float32)
    return np.concatenate((own, general.tags))


@torch.no_grad()
def comparison_sheet(data: GanData, general: Preview, generator: Generator, path: Path) -> None:
    """Your pictures, each with what the generator paints for its caption, then the general prompts.

    The same rows and noise every time, so that a sheet from before and one from after differ by training alone.
    """
    preview, rows = own_preview(data, general), own_rows(data)
    device = next(generator.parameters()).device
    z, noises = draw_noise(generator.config, _SEEDS, torch.Generator().manual_seed(7), device)
    lines = []
    for number, (embedding, condition) in enumerate(zip(preview.embeddings, preview.conditions, strict=True)):
        text = torch.from_numpy(embedding).to(device).expand(_SEEDS, -1)
        extra = torch.from_numpy(condition).to(device).expand(_SEEDS, -1)
        references = generator.recall(0.8 * z, text, preview.hints(number, _SEEDS))
        painted = generator(0.8 * z, text, extra, noises, references).float().cpu().numpy()
        own = number < len(rows)
        real = items_of(data, rows[number : number + 1]).numpy() if own else np.full_like(painted[:1], -1.0)
        lines.append(preview.render(np.concatenate((real, painted))))
    save_sheet(draw_sheet(np.stack(lines), preview.phrases, preview.scale, preview.columns), path)


@dataclass(frozen=True)
class Learnt:
    """Scores on held-out items: of your own art, and of what is rehearsed; None where nothing is held out."""

    own: Scores | None
    rehearsed: Scores | None

    def facts(self, when: str) -> dict[str, float | int | str]:
        """For the card; when: before or after."""
        parts = {"own_art": self.own, "rehearsed": self.rehearsed}
        return {
            f"held_out_error_{part}_{when}": round(scores.error, 4)
            for part, scores in parts.items()
            if scores is not None
        }


def measure_learnt(generator: Generator, data: GanData) -> Learnt:
    """How near a generator is to held-out art of your own and to held-out rehearsal."""
    rehearsed = is_rehearsal(data)
    parts = []
    for chosen in (~rehearsed, rehearsed):
        rows = _spread(np.flatnonzero(chosen & data.held_out), _MOST_MEASURED)
        parts.append(measure(generator, data, rows) if len(rows) else None)
    return Learnt(*parts)


def check_same_base(data: GanData, base: Base | None, path: Path) -> None:
    """Raise InvalidConfig where a run's cached data was made for another start than this one."""
    kept, asked = data.notes.get("base", ""), base.sha256 if base else ""
    if kept != asked:
        raise InvalidConfig(
            "--from",
            base.name if base else None,
            f"as this run began, with data for {kept[:12] or 'no other model'} in {path}; or --fresh, or another --out",
        )


def packed_for(own: GanData, base: Base) -> GanData:
    """The data with a note of the model that it is mixed for."""
    return replace(own, notes={**own.notes, "base": base.sha256, "base model": base.name})


def _spread(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most `most` of the rows, evenly spread."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]

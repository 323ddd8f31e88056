"""Your own art without training: pictures and their captions join what a model looks at, in about a minute.

The generator paints from what its bank recalls for the words (`gan.references`); what it is shown need not be what it
was trained on. Things of a look that it knows come out well at once, others want fine-tuning (`finetune`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from narrative_server.errors import InvalidConfig
from narrative_server.gan.checkpoint import ModelFacts, save_model, write_whole
from narrative_server.gan.data import EncodeTexts, GanData
from narrative_server.gan.networks import Generator
from narrative_server.gan.recall import with_items
from narrative_server.gan.state import make_folder
from narrative_server.images.card import write_card
from narrative_server.images.data_folder import build_folder
from narrative_server.images.finetune import PACKAGED, Base, comparison_sheet, load_base
from narrative_server.images.previews import general_preview
from narrative_server.images.train import Kind, TrainOptions, text_encoder


def add_references(kind: Kind, options: TrainOptions, encode: EncodeTexts | None = None) -> Path:
    """A model that has the pictures of `options.pictures` in its bank too; returns its folder.

    Weights are those of `options.base` (None: the packaged model). before.png and after.png of the run's folder show
    the pictures with four answers to each caption. encode: the sentence encoder; None is the catalogue's. Raises
    DataMissing, InvalidConfig (a model without references, a folder without two usable pictures), ModelMissing,
    ModelCorrupt, StorageFailed.
    """
    if options.pictures is None:
        raise InvalidConfig("--references-only", True, "with --data FOLDER: the pictures to add")
    encode = encode or text_encoder(options.threads)
    base = load_base(kind, options.base or PACKAGED)
    if base.generator.bank is None:
        raise InvalidConfig("--from", base.name, "a model that looks at references; fine-tune this one instead")
    data = build_folder(options.pictures, kind, encode)
    folder = options.folder(kind)
    make_folder(folder)
    preview = general_preview(kind, encode)
    comparison_sheet(data, preview, base.generator, folder / "before.png")
    base.generator.bank = with_items(base.generator.bank, data, np.arange(data.size))
    comparison_sheet(data, preview, base.generator, folder / "after.png")
    target = options.export or folder / "model"
    save_extended(target, kind, base, data, options.licence)
    return target


def save_extended(folder: Path, kind: Kind, base: Base, data: GanData, licence: str) -> None:
    """Write the base with its changed bank; its facts say what was added. Raises StorageFailed."""
    facts = extended_facts(base.facts, base.generator, data, licence)
    make_folder(folder)
    write_whole(folder / "card.md", write_card(kind, facts).encode())
    save_model(folder, facts, base.generator, base.discriminator)


def extended_facts(facts: ModelFacts, generator: Generator, data: GanData, licence: str) -> ModelFacts:
    """The model's facts with what was added to its bank, now and before."""
    told = facts.training
    source = data.notes.get("source", data.name)
    terms = licence or data.notes.get("licence", "its owner's")
    added: dict[str, float | int | str] = {
        "references": 0 if generator.bank is None else len(generator.bank.keys),
        "data_added references": int(told.get("data_added references", 0)) + data.size,
        "data_added references from": _listed(told.get("data_added references from"), source),
        "data_added references' licence": _listed(told.get("data_added references' licence"), terms),
    }
    return replace(facts, training={**told, **added})


def _listed(before: object, more: str) -> str:
    return f"{before}; {more}" if before else more

"""Trains the sprite and background generators and packages them: data, training, export. Training only.

A run lives in one folder: data cache, checkpoint, metrics, sample sheets, and at the end `model/`.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig
from narrative_server.evaluation.figures import Figure
from narrative_server.gan.alignment import Aligner, load_aligner
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.checkpoint import ModelFacts, save_model, write_whole
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.data import EncodeTexts, GanData, load_data, save_data
from narrative_server.gan.metrics import BOARDS, Board, BoardName, open_board
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.overrides import apply_overrides
from narrative_server.gan.ranks import Rank, gathered
from narrative_server.gan.recall import RecallConfig, with_items
from narrative_server.gan.sheet import save_sheet
from narrative_server.gan.state import make_folder
from narrative_server.gan.trainer import Preview, Report, Trainer
from narrative_server.images.card import read_figures, write_card
from narrative_server.images.data_backgrounds import BackgroundOptions, build_backgrounds
from narrative_server.images.data_folder import build_folder, pack_folder, read_folder
from narrative_server.images.data_report import DataReport, contact_sheet, report_of
from narrative_server.images.data_sprites import build_sprites
from narrative_server.images.finetune import (
    Base,
    check_same_base,
    comparison_sheet,
    finetune_config,
    load_base,
    measure_learnt,
    own_preview,
    packed_for,
)
from narrative_server.images.previews import general_preview
from narrative_server.images.rehearsal import REHEARSE, Rehearse, is_rehearsal, with_rehearsal
from narrative_server.models.catalogue import model_path
from narrative_server.semantics.shared_embedding import MODEL_NAME as EMBEDDING
from narrative_server.semantics.shared_embedding import TRAIN_COMMAND as TRAIN_EMBEDDING
from narrative_server.semantics.text_encoder import MODEL_NAME, TextEncoder

Kind: TypeAlias = Literal["sprites", "backgrounds"]
Facts: TypeAlias = dict[str, float | int | str]

DATA_FILE: Final = "data.npz"
SHEET_FILE: Final = "data.png"


@dataclass(frozen=True)
class TrainOptions:
    """One run.

    out: the run's folder; None is runs/<kind>. resume: go on from its checkpoint; without it a checkpoint there is an
    error, so that nothing is lost by accident. minutes and images: the budget, whichever ends first.
    pictures: a folder of your own art (metadata.csv or metadata.jsonl with file_name, text) instead of our data;
    sprites 32x32, backgrounds 160x96. device: auto, cpu, cuda or mps. threads: CPU threads, 0 for torch's choice.
    base: "packaged" or a model's folder, to fine-tune it on `pictures`; None trains from nothing. rehearse: see
    `rehearsal.REHEARSE`. overrides: fields of TrainConfig, as `gan.overrides` reads them. accumulate, precision: see
    TrainConfig. processes: how many train together (torchrun gives its own number). log: a board to log to, or None.
    export: where the finished model goes; None is model/ in the run's folder. evaluation: figures for the card, as
    `narrative-server evaluate --json` writes them. licence: of your pictures, for the card.
    """

    out: Path | None = None
    resume: bool = False
    minutes: float | None = 40.0
    images: int | None = None
    batch: int | None = None
    device: str = "auto"
    threads: int = 0
    seed: int = 1
    pictures: Path | None = None
    scenes: int = 20_000
    base: str | None = None
    rehearse: Rehearse = "auto"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    accumulate: int = 1
    precision: str = "auto"
    processes: int = 1
    log: BoardName | None = None
    export: Path | None = None
    evaluation: Path | None = None
    licence: str = ""

    def __post_init__(self) -> None:
        if self.device not in ("auto", "cpu", "cuda", "mps"):
            raise InvalidConfig("train.device", self.device, "auto, cpu, cuda or mps")
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("train.threads", self.threads, "0 to 256")
        if not 1 <= self.processes <= 64:
            raise InvalidConfig("train.processes", self.processes, "1 to 64")
        if self.rehearse not in REHEARSE:
            raise InvalidConfig("train.rehearse", self.rehearse, ", ".join(REHEARSE))
        if self.log is not None and self.log not in BOARDS:
            raise InvalidConfig("train.log", self.log, ", ".join(BOARDS))
        if self.base is not None and self.pictures is None:
            raise InvalidConfig("--from", self.base, "with --data FOLDER: the art to fine-tune on")

    def folder(self, kind: Kind) -> Path:
        """The run's folder."""
        return self.out if self.out is not None else Path("runs") / kind


SPRITE_NETWORK = NetworkConfig(
    base_height=4,
    base_width=4,
    channels=4,
    generator_widths=(192, 192, 128, 64),
    discriminator_widths=(64, 96, 160, 256),
    head_count=2,
    style_norm=True,
    references=2,
    reference_widths=(32, 96, 160, 192),
)
BACKGROUND_NETWORK = NetworkConfig(
    base_height=3,
    base_width=5,
    channels=3,
    generator_widths=(192, 192, 128, 96, 48),
    discriminator_widths=(48, 96, 128, 192, 192),
    patch=2,
    style_norm=True,
    references=2,
    reference_widths=(48, 64, 96, 128, 160),
    reference_nearest=6,  # farther ones are at another hour or in other weather
    reference_turn=0.3,
    reference_holes=False,  # a hole in a landscape is larger than what these networks can fill
)


def train_config(kind: Kind, options: TrainOptions) -> TrainConfig:
    """Network and schedules of a kind."""
    if kind == "sprites":
        return TrainConfig(
            network=SPRITE_NETWORK,
            minutes=options.minutes,
            images=options.images,
            batch=options.batch or 16,
            warm_share=0.15,
            warm_learning_rate=7e-4,
            warm_encoder=False,  # measured: with one, z came to say what the caption should
            warm_batch=32,
            regression_weight=2.0,  # measured: without it, short runs turn every subject into a person
            alignment_weight=0.3,
            recall=RecallConfig(items=4_300),
            learning_rate=Ramp(2e-4, 5e-5),
            gamma=Ramp(1.0, 0.2),
            ema_half_life_images=Ramp(1_000, 5_000),
            penalty_items=8,
            augment=AugmentConfig(0.125, 0.125, 0.5, 0.3, 0.4, 0.1, -1.0),
            seed=options.seed,
        )
    return TrainConfig(
        network=BACKGROUND_NETWORK,
        minutes=options.minutes,
        images=options.images,
        batch=options.batch or 16,
        warm_share=0.4,
        warm_learning_rate=7e-4,
        warm_encoder=False,
        regression_weight=2.0,
        alignment_weight=0.2,
        # Colours are the hour's and the season's, never kept.
        recall=RecallConfig(items=1_050, own_share=0.7, kept_share=0.0, holes=0.0, neighbour_weight=0.1),
        learning_rate=Ramp(2e-4, 5e-5),
        gamma=Ramp(2.0, 0.4),
        ema_half_life_images=Ramp(1_000, 5_000),
        penalty_items=8,
        # The ground line stays where it is: no shift of rows.
        augment=AugmentConfig(0.0, 0.125, 0.5, 0.2, 0.3, 0.0, None),
        seed=options.seed,
    )


def run_config(kind: Kind, options: TrainOptions, base: Base | None) -> TrainConfig:
    """Settings of a run: the kind's, gentler ones with a base, then what the options change. Raises InvalidConfig."""
    config = train_config(kind, options)
    if base is not None:
        config = finetune_config(config, base)
    config = replace(config, accumulate=options.accumulate, precision=options.precision)
    return apply_overrides(config, options.overrides)


def make_data(kind: Kind, options: TrainOptions, encode: EncodeTexts, base: Base | None = None) -> GanData:
    """Build a data set anew and cache it in the run's folder. Raises DataMissing, ModelMissing, InvalidConfig."""
    if options.pictures is not None:
        data = build_folder(options.pictures, kind, encode)
    elif kind == "sprites":
        data = build_sprites(encode, seed=options.seed)
    else:
        data = build_backgrounds(encode, BackgroundOptions(options.scenes, options.seed))
    if options.licence:
        data = replace(data, notes={**data.notes, "licence": options.licence})
    if base is not None:
        how = options.rehearse
        # The project's own data stands for what the packaged model learnt; of another model nothing is known.
        how = "samples" if how == "auto" and not base.packaged else how
        data = packed_for(with_rehearsal(data, kind, base.folder, how, encode, options.seed), base)
    save_data(data, options.folder(kind) / DATA_FILE)
    return data


def build_data(kind: Kind, options: TrainOptions, encode: EncodeTexts | None = None) -> DataReport:
    """Build a kind's data set anew, cache it in the run's folder and say what is in it, with a sheet in data.png.

    encode: the sentence encoder; None is the catalogue's. Raises DataMissing, ModelMissing, InvalidConfig.
    """
    encode = encode or text_encoder(options.threads)
    if options.pictures is None:
        data, report = make_data(kind, options, encode), None
    else:
        art = read_folder(options.pictures, kind)
        data = pack_folder(art, options.pictures.resolve().name, kind, encode)
        save_data(data, options.folder(kind) / DATA_FILE)
        report = report_of(data, art.sizes_px, art.skipped, art.unlisted)
    save_sheet(contact_sheet(data), options.folder(kind) / SHEET_FILE)
    return report or report_of(data)


def train_images(
    kind: Kind,
    options: TrainOptions,
    report: Report | None = None,
    stop: Callable[[], bool] = lambda: False,
    encode: EncodeTexts | None = None,
) -> Path:
    """Train until the budget is used or `stop()`; returns the folder of the exported model.

    encode: the sentence encoder; None is the catalogue's.
    Builds and caches the data where the run's folder has none. Raises DataMissing, ModelMissing (text encoder),
    ModelCorrupt, PackageMissing (of `log`), InvalidConfig, StorageFailed, gan.trainer.Diverged.
    """
    with gathered(partial(_follow, kind, options), options.processes) as rank:
        return _train(kind, options, rank, report, stop, encode)


def _follow(kind: Kind, options: TrainOptions, rank: Rank) -> None:
    _train(kind, options, rank, None, lambda: False, None)


def _train(
    kind: Kind,
    options: TrainOptions,
    rank: Rank,
    report: Report | None,
    stop: Callable[[], bool],
    encode: EncodeTexts | None,
) -> Path:
    """One process's part of a run; the leader alone builds data, writes and draws."""
    device = _device_of(options, rank)
    threads = options.threads or (1 if rank.size > 1 and device.type == "cpu" else 0)
    if threads:
        torch.set_num_threads(threads)
    base = load_base(kind, options.base) if options.base else None
    config, folder = run_config(kind, options, base), options.folder(kind)
    figures = read_figures(options.evaluation) if options.evaluation else ()
    with _board(options, rank, folder, config) as board:
        encode = encode or text_encoder(threads)
        if rank.leads and not (folder / DATA_FILE).is_file():
            make_data(kind, options, encode, base)
        rank.agree(0.0)  # the others wait until the data is there
        data = read_data(folder)
        check_same_base(data, base, folder / DATA_FILE)
        general = general_preview(kind, encode) if rank.leads else None
        preview = own_preview(data, general) if base and general else general
        aligner = aligner_for(config, device)
        trainer = Trainer(data, config, folder, device, preview, rank=rank, board=board, aligner=aligner)
        if base is not None and base.generator.bank is not None:
            # Else the model would forget what the base recalls. Held-out art is in no bank.
            trained = np.flatnonzero(~is_rehearsal(data) & ~data.held_out)
            trainer.look_at(with_items(base.generator.bank, data, trained))
        _begin(trainer, options, data, base, general)
        trainer.run(report, stop)
        model = options.export or folder / "model"
        if rank.leads:
            export_model(kind, trainer, data, model, figures, _compare(trainer, data, base, general))
    return model


def read_data(folder: Path) -> GanData:
    """The data set of a run's folder. Raises ModelCorrupt, InvalidConfig where it is of a version with conditions."""
    data = load_data(folder / DATA_FILE)
    if data.condition_names:
        named = ", ".join(data.condition_names)
        legal = "a data set without conditions: delete it, and it is built again"
        raise InvalidConfig(str(folder / DATA_FILE), f"one with {named}", legal)
    return data


def aligner_for(config: TrainConfig, device: torch.device) -> Aligner | None:
    """The shared embedding where the settings ask for it. Raises ModelMissing, ModelCorrupt."""
    return load_aligner(model_path(EMBEDDING), TRAIN_EMBEDDING, device) if config.alignment_weight else None


@contextlib.contextmanager
def _board(options: TrainOptions, rank: Rank, folder: Path, config: TrainConfig) -> Iterator[Board | None]:
    if options.log is None or not rank.leads:
        yield None
        return
    board = open_board(options.log, folder, dataclasses.asdict(config))
    try:
        yield board
    finally:
        board.close()


def _begin(trainer: Trainer, options: TrainOptions, data: GanData, base: Base | None, general: Preview | None) -> None:
    """Go on from the checkpoint, or begin with the base's weights, drawing the sheet from before."""
    if trainer.state_path.is_file() and not options.resume:
        raise InvalidConfig("resume", False, f"--resume, or another --out: {trainer.folder} holds a run")
    if not trainer.resume() and base is not None:
        trainer.start_from(base.generator, base.discriminator)
        if general is not None:
            comparison_sheet(data, general, base.generator, trainer.folder / "before.png")


def _compare(trainer: Trainer, data: GanData, base: Base | None, general: Preview | None) -> Facts:
    """Draw the sheet from after a fine-tuning; what held-out items say of before and after, for the card."""
    if base is None or general is None:
        return {}
    comparison_sheet(data, general, trainer.ema.network, trainer.folder / "after.png")
    before, after = (measure_learnt(network, data) for network in (base.generator, trainer.ema.network))
    return before.facts("before") | after.facts("after")


def _device_of(options: TrainOptions, rank: Rank) -> torch.device:
    device = choose_device(options.device, "train.device")
    if device.type != "cuda" or rank.size == 1:
        return device
    torch.cuda.set_device(rank.local)
    return torch.device("cuda", rank.local)


def export_model(
    kind: Kind,
    trainer: Trainer,
    data: GanData,
    folder: Path,
    figures: Sequence[Figure] = (),
    more: Facts | None = None,
) -> None:
    """Write the packaged model: averaged generator, discriminator, configuration and card.

    figures: of an evaluation, for the card. more: further facts of the run.
    """
    progress = trainer.progress
    training: Facts = {
        "images": progress.images,
        "steps": progress.steps,
        "minutes": round(progress.seconds / 60, 1),
        "seed": trainer.config.seed,
        "items": data.size,
        "held_out": int(data.held_out.sum()),
        **{f"data_{key}": value for key, value in data.notes.items()},
        **(more or {}),
    }
    serving = {"truncation": 0.8, "guidance": 1.2}
    facts = ModelFacts(kind, trainer.config.network, data.condition_names, serving, training)
    make_folder(folder)
    write_whole(folder / "card.md", write_card(kind, facts, figures).encode())
    save_model(folder, facts, trainer.ema.network, trainer.discriminator)


def text_encoder(threads: int = 0) -> EncodeTexts:
    """The sentence encoder, loaded when first asked. Raises ModelMissing."""
    loaded: list[TextEncoder] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        if not loaded:
            loaded.append(TextEncoder(model_path(MODEL_NAME), threads=threads or torch.get_num_threads()))
        return loaded[0].encode_bulk(texts)

    return encode

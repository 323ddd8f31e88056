"""Trains the sprite and background generators and packages them: data, training, export. Training only.

A run lives in one folder: data cache, checkpoint, metrics, sample sheets, and at the end `model/`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.checkpoint import ModelFacts, save_model, write_whole
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.data import EncodeTexts, GanData, load_data, save_data
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.trainer import Preview, Report, Trainer
from narrative_server.images.card import write_card
from narrative_server.images.data_backgrounds import BackgroundOptions, build_backgrounds
from narrative_server.images.data_folder import build_folder
from narrative_server.images.data_sprites import build_sprites
from narrative_server.images.engine import choose_device
from narrative_server.images.finishing import finish_background, finish_sprite
from narrative_server.images.moods import MOOD_CONDITIONS, mood_condition
from narrative_server.images.prompts import BACKGROUND_PROMPTS, SPRITE_PROMPTS
from narrative_server.models.catalogue import model_path
from narrative_server.semantics.mood import Mood
from narrative_server.semantics.text_encoder import MODEL_NAME, TextEncoder

Kind: TypeAlias = Literal["sprites", "backgrounds"]


@dataclass(frozen=True)
class TrainOptions:
    """One run.

    out: the run's folder; None is runs/<kind>. resume: go on from its checkpoint; without it a checkpoint there is an
    error, so that nothing is lost by accident. minutes and images: the budget, whichever ends first.
    pictures: a folder of your own art (metadata.csv or metadata.jsonl with file_name, text) instead of our data;
    sprites 32x32, backgrounds 160x96. device: auto, cpu, cuda or mps. threads: CPU threads, 0 for torch's choice.
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
    scenes: int = 6_000

    def __post_init__(self) -> None:
        if self.device not in ("auto", "cpu", "cuda", "mps"):
            raise InvalidConfig("train.device", self.device, "auto, cpu, cuda or mps")
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("train.threads", self.threads, "0 to 256")

    def folder(self, kind: Kind) -> Path:
        """The run's folder."""
        return self.out if self.out is not None else Path("runs") / kind


@dataclass(frozen=True)
class DataReport:
    """What a built data set holds and where it is cached."""

    path: Path
    items: int
    held_out: int
    phrases: int
    notes: dict[str, str]


SPRITE_NETWORK = NetworkConfig(
    base_height=4,
    base_width=4,
    channels=4,
    generator_widths=(256, 256, 160),
    discriminator_widths=(160, 256, 256),
    head_count=2,
    patch=2,
    style_norm=True,
)
BACKGROUND_NETWORK = NetworkConfig(
    base_height=3,
    base_width=5,
    channels=3,
    generator_widths=(256, 224, 128, 64),
    discriminator_widths=(64, 128, 224, 256),
    condition_dim=len(MOOD_CONDITIONS),
    condition_from_stage=2,
    patch=4,
    style_norm=True,
)


def train_config(kind: Kind, options: TrainOptions) -> TrainConfig:
    """Network and schedules of a kind."""
    if kind == "sprites":
        return TrainConfig(
            network=SPRITE_NETWORK,
            minutes=options.minutes,
            images=options.images,
            batch=options.batch or 16,
            warm_share=0.7,
            warm_learning_rate=5e-4,
            warm_encoder=False,  # measured: with one, z came to say what the caption should
            anchor_every=1,  # measured: without it, short runs turn every subject into a person
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
        warm_share=0.7,
        warm_learning_rate=5e-4,
        warm_encoder=False,
        anchor_every=1,
        learning_rate=Ramp(2e-4, 5e-5),
        gamma=Ramp(2.0, 0.4),
        ema_half_life_images=Ramp(1_000, 5_000),
        penalty_items=8,
        # The ground line stays where it is: no shift of rows.
        augment=AugmentConfig(0.0, 0.125, 0.5, 0.2, 0.3, 0.0, None),
        seed=options.seed,
    )


def build_data(kind: Kind, options: TrainOptions, encode: EncodeTexts | None = None) -> DataReport:
    """Build a kind's data set anew and cache it in the run's folder.

    encode: the sentence encoder; None is the catalogue's. Raises DataMissing, ModelMissing.
    """
    encode = encode or text_encoder(options.threads)
    if options.pictures is not None:
        data = build_folder(options.pictures, kind, encode)
    elif kind == "sprites":
        data = build_sprites(encode, seed=options.seed)
    else:
        data = build_backgrounds(encode, BackgroundOptions(options.scenes, options.seed))
    path = options.folder(kind) / "data.npz"
    save_data(data, path)
    return DataReport(path, data.size, int(data.held_out.sum()), len(data.phrases), data.notes)


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
    InvalidConfig, gan.trainer.Diverged.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    folder = options.folder(kind)
    if not (folder / "data.npz").is_file():
        build_data(kind, options, encode)
    data = load_data(folder / "data.npz")
    preview = _preview(kind, encode or text_encoder(options.threads))
    trainer = Trainer(data, train_config(kind, options), folder, choose_device(options.device), preview)
    if trainer.state_path.is_file() and not options.resume:
        raise InvalidConfig("resume", False, f"--resume, or another --out: {folder} holds a run")
    trainer.resume()
    trainer.run(report, stop)
    export_model(kind, trainer, data, folder / "model")
    return folder / "model"


def export_model(kind: Kind, trainer: Trainer, data: GanData, folder: Path) -> None:
    """Write the packaged model: averaged generator, discriminator, configuration and card."""
    progress = trainer.progress
    training: dict[str, float | int | str] = {
        "images": progress.images,
        "steps": progress.steps,
        "minutes": round(progress.seconds / 60, 1),
        "seed": trainer.config.seed,
        "items": data.size,
        "held_out": int(data.held_out.sum()),
        **{f"data_{key}": value for key, value in data.notes.items()},
    }
    serving = {"truncation": 0.8, "guidance": 1.2}
    facts = ModelFacts(kind, trainer.config.network, data.condition_names, serving, training)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "card.md", write_card(kind, facts).encode())
    save_model(folder, facts, trainer.ema.network, trainer.discriminator)


def text_encoder(threads: int = 0) -> EncodeTexts:
    """The sentence encoder, loaded when first asked. Raises ModelMissing."""
    loaded: list[TextEncoder] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        if not loaded:
            loaded.append(TextEncoder(model_path(MODEL_NAME), threads=threads or torch.get_num_threads()))
        return loaded[0].encode_bulk(texts)

    return encode


def _preview(kind: Kind, encode: EncodeTexts) -> Preview:
    if kind == "sprites":
        embeddings = encode(SPRITE_PROMPTS)
        none = np.zeros((len(embeddings), 0), dtype=np.float32)
        return Preview(SPRITE_PROMPTS, embeddings, none, _render_sprites, 4, 2, 4)
    phrases = tuple(phrase for phrase, _ in BACKGROUND_PROMPTS)
    conditions = np.stack([mood_condition(Mood(emotion, 0.8)) for _, emotion in BACKGROUND_PROMPTS])
    labels = tuple(f"{phrase} ({emotion})" for phrase, emotion in BACKGROUND_PROMPTS)
    return Preview(labels, encode(phrases), conditions, _render_backgrounds, 3, 1, 2)


def _render_sprites(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.stack([finish_sprite(item) for item in values])


def _render_backgrounds(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.stack([finish_background(item) for item in values])

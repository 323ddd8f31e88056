"""Trains the sound generator and packages it: data, warm start, adversarial phase, export. Training only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.checkpoint import ModelFacts, save_model, write_whole
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.data import EncodeTexts, GanData
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.recall import RecallConfig
from narrative_server.gan.trainer import Preview, Report, Trainer
from narrative_server.models.catalogue import model_path
from narrative_server.semantics.text_encoder import MODEL_NAME, TextEncoder
from narrative_server.sounds.conditions import CONDITION_NAMES, conditions_of
from narrative_server.sounds.data import SoundDataOptions, SoundReport, build_data, load_or_build
from narrative_server.sounds.facts import SoundFacts, facts_from_json, save_facts
from narrative_server.sounds.melspec import BANDS, FLOOR_DB, FOLD, FRAMES, MelScale, unfold

DATA_FILE: Final = "data.npz"

PREVIEW_PHRASES: Final = (
    "footsteps on gravel",
    "boots crunching in deep snow",
    "heavy wooden door creaking open",
    "iron door slamming shut",
    "coins rattling in a tin box",
    "swords clashing",
    "sword swinging through the air",
    "punch hitting a body",
    "huge explosion",
    "campfire crackling",
    "cold wind blowing",
    "rain on a tin roof",
    "thunder rolling",
    "water dripping in a cave",
    "huge splash",
    "magic spell cast",
    "healing magic",
    "level up jingle",
    "dragon roaring",
    "man crying out in pain",
    "laser shot",
    "alarm ringing",
    "church bell ringing",
    "glass breaking",
    "slow heartbeat",
    "crowd cheering",
    "clock ticking",
    "dog barking",
)
# Guidance above 1 makes these spectra harsh. The jitters double how much two seeds differ and cost no accuracy.
_SERVING: Final = {"truncation": 1.0, "guidance": 1.0, "text_jitter": 0.015, "condition_jitter": 0.05}


@dataclass(frozen=True)
class TrainSoundsOptions:
    """One training run of the sound generator.

    folder: checkpoint, metrics, sheets and data cache; going on from what is there. export: where the finished model
    goes; None is `folder`/model. minutes: the whole budget of training time. batch: items a step. device: "auto",
    "cpu", "cuda" or "mps". threads: CPU threads, 0 is torch's choice. encoder_folder: None is the catalogue's.
    """

    folder: Path = Path("runs/sounds")
    export: Path | None = None
    minutes: float = 40.0
    batch: int = 16
    device: str = "auto"
    threads: int = 0
    encoder_folder: Path | None = None
    data: SoundDataOptions | None = None
    seed: int = 1
    preview_phrases: tuple[str, ...] = field(default=PREVIEW_PHRASES)

    def __post_init__(self) -> None:
        if not self.minutes > 0:
            raise InvalidConfig("train.minutes", self.minutes, "above 0")
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("train.threads", self.threads, "0 to 256")

    @property
    def data_options(self) -> SoundDataOptions:
        """Data as asked for, cached in the run's folder unless told otherwise."""
        return self.data or SoundDataOptions(cache=self.folder / DATA_FILE, seed=self.seed)


def network_config() -> NetworkConfig:
    """The packaged model's shape: 5x11 doubled twice is the folded 20x44 spectrum."""
    return NetworkConfig(
        base_height=BANDS // (4 * FOLD),
        base_width=FRAMES // (4 * FOLD),
        channels=FOLD**2,
        generator_widths=(224, 160, 112),
        discriminator_widths=(112, 160, 224),
        head_count=2,
        condition_dim=len(CONDITION_NAMES),
        stage_noise=True,
        style_norm=True,
        references=2,
        reference_widths=(64, 96, 128),
        reference_nearest=4,  # of 240 captions 79 in a hundred came out as their kind, with 12 only 73
        reference_holes=False,  # a rectangle cut out of a spectrum is heard
    )


def train_config(options: TrainSoundsOptions, network: NetworkConfig) -> TrainConfig:
    """Settings for spectra: no shifts, since onsets are aligned. Regression goes on in the adversarial phase, so that
    no kind is lost.
    """
    return TrainConfig(
        network=network,
        minutes=options.minutes,
        batch=options.batch,
        warm_share=0.4,
        warm_encoder=False,
        warm_batch=32,
        warm_learning_rate=6e-4,
        regression_weight=2.0,
        recall=RecallConfig(items=2_300, own_share=0.7, kept_share=0.0, holes=0.0, neighbour_weight=0.15),
        learning_rate=Ramp(2e-4, 5e-5),
        gamma=Ramp(2.0, 0.3),
        ema_half_life_images=Ramp(1_000, 10_000),
        penalty_items=8,
        text_jitter=0.015,
        augment=AugmentConfig(cutout=0.3, cutout_side=0.5, fill=None),
        seed=options.seed,
    )


def build_sound_data(options: TrainSoundsOptions) -> SoundReport:
    """Build (again) and cache the data set; for `narrative-server data sounds`."""
    return build_data(options.data_options, _encoder(options))[1]


def train_sounds(
    options: TrainSoundsOptions,
    report: Report | None = None,
    stop: Callable[[], bool] = lambda: False,
    network: NetworkConfig | None = None,
) -> Path:
    """Train until the minutes are used or `stop()`; returns the folder of the exported model.

    Goes on from a checkpoint in `options.folder`. network: another shape than the packaged one, for tests.
    Raises DataMissing, ModelMissing (the text encoder), InvalidConfig, gan.trainer.Diverged.
    """
    encode = _encoder(options)
    data = load_or_build(options.data_options, encode)
    if options.threads:
        torch.set_num_threads(options.threads)
    preview = _preview(options, encode, read_notes(data))
    config = train_config(options, network or network_config())
    trainer = Trainer(data, config, options.folder, choose_device(options.device, "train.device"), preview)
    trainer.resume()
    trainer.run(report, stop)
    target = options.export or options.folder / "model"
    export_model(trainer, data, target)
    return target


def export_model(trainer: Trainer, data: GanData, folder: Path) -> None:
    """Write generator (averaged), discriminator, scales, configuration and card."""
    progress = trainer.progress
    training: dict[str, float | int | str] = {
        "images": progress.images,
        "steps": progress.steps,
        "minutes": round(progress.seconds / 60, 1),
        "seed": trainer.config.seed,
        "items": data.size,
        "sources": data.notes["sources"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_facts(folder, read_notes(data))
    write_whole(folder / "card.md", _card(training).encode())
    facts = ModelFacts("sounds", trainer.config.network, CONDITION_NAMES, dict(_SERVING), training)
    save_model(folder, facts, trainer.ema.network, trainer.discriminator)


def read_notes(data: GanData) -> SoundFacts:
    """Scales and guesses that `build_data` left with the data. Raises ModelCorrupt where they are not there."""
    try:
        return facts_from_json(*(json.loads(data.notes[key]) for key in ("mel_scale", "duration", "attack")))
    except (KeyError, TypeError, ValueError, InvalidConfig) as error:
        raise ModelCorrupt(DATA_FILE, f"its notes: {error!r}", "narrative-server data sounds") from error


def render_spectra(values: NDArray[np.float32], scale: MelScale) -> NDArray[np.uint8]:
    """Network output, as `melspec.fold` lays it out, to grey pictures (N, BANDS, FRAMES, 3), low bands below."""
    decibels = scale.denormalise(unfold(torch.from_numpy(values))).numpy()[:, ::-1]
    grey = np.clip((decibels - FLOOR_DB) / -FLOOR_DB, 0, 1) * 255
    return np.repeat(grey[..., None], 3, axis=3).astype(np.uint8)


def _preview(options: TrainSoundsOptions, encode: EncodeTexts, facts: SoundFacts) -> Preview:
    embeddings = encode(options.preview_phrases)
    durations = np.asarray([facts.duration.milliseconds(row) for row in embeddings], dtype=float)
    conditions = conditions_of(durations, np.full(len(durations), 0.6))
    return Preview(
        options.preview_phrases, embeddings, conditions, lambda values: render_spectra(values, facts.scale), 3, 1, 4
    )


def _encoder(options: TrainSoundsOptions) -> EncodeTexts:
    encoder: list[TextEncoder] = []

    def encode(texts: object) -> NDArray[np.float32]:
        if not encoder:  # only when something must be encoded
            folder = options.encoder_folder or model_path(MODEL_NAME)
            encoder.append(TextEncoder(folder, threads=options.threads or torch.get_num_threads()))
        return encoder[0].encode_bulk(list(texts))  # type: ignore[call-overload]

    return encode


def _card(training: dict[str, float | int | str]) -> str:
    return f"""# sounds

Text-conditioned generator of sound effects: a sentence embedding (all-MiniLM-L6-v2, 384 numbers), noise, a duration,
an intensity and a mood become a log-mel spectrum (80 bands, 176 frames, 22,050 Hz, hop 256); the vocoder makes it
heard.

- Licence: Apache-2.0, as the project. Trained from nothing on synthetic effects of this project and on recordings of
  sounds-sonicpi (CC0) and sounds-freedoom (BSD-3-Clause).
- Data: {training["sources"]}; {training["items"]} items, 8% held out by a hash of kind and parameters.
- Training: {training["minutes"]} minutes of training time, {training["steps"]} steps, {training["images"]} items shown,
  seed {training["seed"]}; regression, then relativistic GAN with R1 and R2, painting from two spectra that a bank
  recalls for the words (docs/training.md).
- Files: generator and discriminator as float16 safetensors (the second only for fine-tuning), references.safetensors
  (the bank: training items, under the licences above), config.json (shape, checksums, serving defaults), sound.json
  (band scales, duration and attack from text).
- Limits: English phrases; single effects and loops of 50 ms to 2 s; no speech, no music.
"""

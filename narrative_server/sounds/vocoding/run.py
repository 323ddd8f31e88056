"""`narrative-server train vocoder`: sounds, training, export. Training only."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig
from narrative_server.gan.trainer import Report
from narrative_server.sounds.vocoder_model import save_vocoder
from narrative_server.sounds.vocoding.config import VocoderTrainConfig
from narrative_server.sounds.vocoding.trainer import VocoderTrainer
from narrative_server.sounds.vocos import VocosConfig
from narrative_server.sounds.waves import SoundDataOptions, load_or_render


@dataclass(frozen=True)
class TrainVocoderOptions:
    """One training run of the vocoder.

    folder: checkpoint and metrics; going on from what is there. data: the sounds, taken from its waves where they are
    cached and rendered first where not; None is `folder`/data.npz. export: where the finished model goes; None is
    `folder`/model. minutes: the whole budget of training time. batch: crops a step. device: "auto", "cpu", "cuda" or
    "mps". threads: CPU threads, 0 is torch's choice.
    """

    folder: Path = Path("runs/vocoder")
    data: SoundDataOptions | None = None
    export: Path | None = None
    minutes: float = 240.0
    batch: int = 8
    device: str = "auto"
    threads: int = 0
    seed: int = 1
    network: VocosConfig = field(default_factory=VocosConfig)

    def __post_init__(self) -> None:
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("vocoder.train.threads", self.threads, "0 to 256")
        self.config()

    def config(self) -> VocoderTrainConfig:
        """Settings of the run."""
        return VocoderTrainConfig(network=self.network, minutes=self.minutes, batch=self.batch, seed=self.seed)

    @property
    def data_options(self) -> SoundDataOptions:
        """Data as asked for, cached in the run's folder unless told otherwise."""
        return self.data or SoundDataOptions(cache=self.folder / "data.npz", seed=self.seed)


def train_vocoder(
    options: TrainVocoderOptions, report: Report | None = None, stop: Callable[[], bool] = lambda: False
) -> Path:
    """Train until the minutes are used or `stop()`; returns the folder of the exported model.

    Goes on from a checkpoint in `options.folder`. Raises DataMissing, InvalidConfig, ModelCorrupt (of the checkpoint),
    trainer.VocoderDiverged.
    """
    waves = load_or_render(options.data_options)
    if options.threads:
        torch.set_num_threads(options.threads)
    trainer = VocoderTrainer(
        waves, options.config(), options.folder, choose_device(options.device, "vocoder.train.device")
    )
    trainer.resume()
    trainer.run(report, stop)
    target = options.export or options.folder / "model"
    export_vocoder(trainer, target)
    return target


def export_vocoder(trainer: VocoderTrainer, folder: Path) -> None:
    """Write the averaged network, its configuration and card, with the held-out figures of this moment."""
    figures = trainer.figures()
    progress = trainer.progress
    training: dict[str, float | int | str] = {
        "steps": progress.steps,
        "crops": progress.images,
        "minutes": round(progress.seconds / 60, 1),
        "adversarial": "no" if progress.warm else "yes",
        "seed": trainer.config.seed,
        "sounds": trainer.source.waves.size,
        **{key: round(value, 4) for key, value in figures.items()},
    }
    save_vocoder(folder, trainer.ema.network, training, _card(training, trainer.config.network))


def _card(training: dict[str, float | int | str], network: VocosConfig) -> str:
    return f"""# vocoder

Log-mel spectra (80 bands, hop 256, 22,050 Hz) to waveforms: a small Vocos ({dataclasses.asdict(network)}) that
corrects the magnitudes which the spectrum implies, predicts phases and inverts the short-time Fourier transform.

- Licence: Apache-2.0, as the project. Trained from nothing on synthetic effects of this project and on recordings of
  sounds-sonicpi (CC0) and sounds-freedoom (BSD-3-Clause); {training["sounds"]} sounds, 8% held out by a hash of kind
  and parameters.
- Training: {training["minutes"]} minutes of one CPU thread, {training["steps"]} steps, {training["crops"]} crops of
  0.36 s, seed {training["seed"]}; mel distance at windows of 32 to 2,048 samples; against a multi-resolution judge:
  {training["adversarial"]}.
- Held out, vocoded real against real, {training["held_out_n"]} sounds: spectrum {training["held_out_mel_error_db"]} dB,
  onset {training["held_out_onset_error_ms"]} ms, attack {training["held_out_attack_error_ms"]} ms (medians).
- Files: vocoder.safetensors (float16), config.json (shape, checksum, facts of the run).
- Limits: sound effects of up to 2 s; not made for speech or music; the same spectrum always gives the same samples.
"""

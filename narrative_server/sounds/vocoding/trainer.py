"""The vocoder's training loop: mel distance first, then against the judge; stops and resumes anywhere.

A run folder holds state.safetensors (networks, averaged network, optimizers, chance, progress) and metrics.jsonl.
A resumed run repeats an uninterrupted one exactly, since all chance comes from one generator that is kept with it.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import AdamW

from narrative_server.errors import InvalidConfig, NarrativeError
from narrative_server.gan.ema import Ema
from narrative_server.gan.metrics import append_metrics, forget_metrics_after
from narrative_server.gan.state import (
    pack_module,
    pack_optimizer,
    read_state,
    unpack_module,
    unpack_optimizer,
    write_state,
)
from narrative_server.gan.trainer import Progress, Report
from narrative_server.precision import training_autocast
from narrative_server.sounds.vocoder_model import TrainedVocoder
from narrative_server.sounds.vocoding.config import VocoderTrainConfig
from narrative_server.sounds.vocoding.crops import CropSource
from narrative_server.sounds.vocoding.figures import held_out_rows, measure
from narrative_server.sounds.vocoding.judge import Judge
from narrative_server.sounds.vocoding.losses import MelDistance, feature_distance, fooling_loss, judge_loss
from narrative_server.sounds.vocos import Vocos, VocosConfig
from narrative_server.sounds.waves import WaveSet

_BETAS = (0.8, 0.99)
_WARM_UP_STEPS = 100  # of each phase, in which the rate rises


class VocoderDiverged(NarrativeError):
    """A loss is not a finite number; the last checkpoint is from before."""

    def __init__(self, key: str, value: float, steps: int) -> None:
        self.key, self.value, self.steps = key, value, steps
        super().__init__(
            f"the run diverged: {key} is {value} after {steps} steps. The last checkpoint is from before and is kept: "
            "the same command goes on from it; where that diverges again, start with --fresh and another --seed"
        )


@dataclass(frozen=True)
class VocoderPace:
    """How often to write things, in seconds of training, and on how many held-out sounds to measure."""

    checkpoint_s: float = 120.0
    metrics_s: float = 20.0
    figures_s: float = 600.0
    figures_sounds: int = 48


class VocoderTrainer:
    """Trains one vocoder and its judge."""

    def __init__(
        self,
        waves: WaveSet,
        config: VocoderTrainConfig,
        folder: Path,
        device: torch.device,
        pace: VocoderPace = VocoderPace(),
    ) -> None:
        """Raises DataMissing when every sound is held out."""
        self.config, self.folder, self.device, self.pace = config, folder, device, pace
        self.rng = torch.Generator().manual_seed(config.seed)
        torch.manual_seed(config.seed)  # weights' initial values come from the global generator
        self.vocoder = Vocos(config.network).to(device)
        self.judge = Judge(config.judge_width).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.ema = Ema(self.vocoder)
        self.distance = MelDistance().to(device)
        self.source = CropSource(waves, config.frames, config.recorded_share, self.rng)
        self.held_out = held_out_rows(waves, pace.figures_sounds)
        self.progress = Progress(warm=config.warm_share > 0)  # its `images` are crops
        self.vocoder_optimizer = AdamW(self.vocoder.parameters(), betas=_BETAS, weight_decay=1e-3)
        self.judge_optimizer = AdamW(self.judge.parameters(), betas=_BETAS, weight_decay=1e-3)
        self._phase_began = 0  # step
        self._last = {"checkpoint_s": 0.0, "metrics_s": 0.0, "figures_s": 0.0}

    @property
    def state_path(self) -> Path:
        """The checkpoint."""
        return self.folder / "state.safetensors"

    def save(self) -> None:
        """Write the checkpoint."""
        tensors: dict[str, Tensor] = {"rng": self.rng.get_state()}
        for name, module in self._modules().items():
            tensors |= pack_module(name, module)
        tensors |= pack_optimizer("optimizer_v", self.vocoder_optimizer)
        tensors |= pack_optimizer("optimizer_j", self.judge_optimizer)
        facts = {
            "progress": dataclasses.asdict(self.progress),
            "network": dataclasses.asdict(self.config.network),
            "phase_began": self._phase_began,
        }
        write_state(self.state_path, tensors, facts)

    def resume(self) -> bool:
        """Go on from the checkpoint where there is one; says whether there was.

        Raises ModelCorrupt when it cannot be read, InvalidConfig when it is of another network shape.
        """
        try:
            tensors, facts = read_state(self.state_path)
        except FileNotFoundError:
            return False
        kept = VocosConfig(**facts["network"])
        if kept != self.config.network:
            raise InvalidConfig("vocoder.train.network", self.config.network, f"the checkpoint's: {kept}")
        self.progress = Progress(**facts["progress"])
        self._phase_began = facts["phase_began"]
        for name, module in self._modules().items():
            unpack_module(name, module, tensors)
        unpack_optimizer("optimizer_v", self.vocoder_optimizer, tensors)
        unpack_optimizer("optimizer_j", self.judge_optimizer, tensors)
        self.rng.set_state(tensors["rng"])
        self._last = dict.fromkeys(self._last, self.progress.seconds)
        forget_metrics_after(self.folder, self.progress.images)
        return True

    def run(self, report: Report | None = None, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train until the budget is used or `stop()` is true, between steps; then write the checkpoint.

        Returns whether the budget is used. Raises VocoderDiverged, StorageFailed.
        """
        progress, config = self.progress, self.config
        while config.progress(progress.steps, progress.seconds) < 1.0 and not stop():
            started = time.perf_counter()
            figures = self._step()
            progress.seconds += time.perf_counter() - started
            if self._due("metrics_s"):
                _check_finite(figures, progress)
                self._write_metrics(figures)
                if report is not None:
                    report(progress, config.progress(progress.steps, progress.seconds), figures)
            if self._due("figures_s"):
                self._write_metrics(self.figures())
            if self._due("checkpoint_s"):
                self.save()
        self.save()
        return config.progress(progress.steps, progress.seconds) >= 1.0

    def figures(self) -> dict[str, float]:
        """How well the averaged network gives back held-out sounds."""
        found = measure(TrainedVocoder(self.ema.network, self.device), self.source.waves, self.held_out)
        return {f"held_out_{key}": value for key, value in dataclasses.asdict(found).items()}

    def _modules(self) -> dict[str, torch.nn.Module]:
        return {"v": self.vocoder, "j": self.judge, "ema": self.ema.network}

    def _step(self) -> dict[str, float]:
        config, progress = self.config, self.progress
        share = config.progress(progress.steps, progress.seconds)
        if progress.warm and share >= config.warm_share:
            progress.warm, self._phase_began = False, progress.steps
        crop = self.source.draw(config.batch)
        real, decibels = crop.samples.to(self.device), crop.decibels.to(self.device)
        noise = torch.randn(*decibels.shape[::2], config.network.noise_channels, generator=self.rng).to(self.device)
        rise = min(1.0, (progress.steps - self._phase_began + 1) / _WARM_UP_STEPS)
        if progress.warm:
            _set_rate(self.vocoder_optimizer, rise * config.warm_rate.at(share / config.warm_share))
            figures = self._warm_step(real, decibels, noise)
        else:
            at = (share - config.warm_share) / (1.0 - config.warm_share) if config.warm_share < 1 else 1.0
            _set_rate(self.vocoder_optimizer, rise * config.rate.at(at))
            _set_rate(self.judge_optimizer, rise * config.judge_rate.at(at))
            figures = self._adversarial_step(real, decibels, noise)
        progress.steps += 1
        progress.images += config.batch
        self.ema.update(self.vocoder, config.batch, config.ema_half_life_crops)
        return figures

    def _warm_step(self, real: Tensor, decibels: Tensor, noise: Tensor) -> dict[str, float]:
        distance = self.distance(self._make(decibels, noise), real)
        self._move_vocoder(distance)
        return {"distance": distance.item()}

    def _adversarial_step(self, real: Tensor, decibels: Tensor, noise: Tensor) -> dict[str, float]:
        made = self._make(decibels, noise)
        with training_autocast(self.device):
            scores, _ = self.judge(torch.cat((real, made.detach())))
        n = len(real)
        loss = judge_loss([s[:n] for s in scores], [s[n:] for s in scores])
        self.judge_optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.judge_optimizer.step()
        self.judge.requires_grad_(False)
        with training_autocast(self.device):
            made_scores, made_features = self.judge(made)
            with torch.no_grad():
                _, real_features = self.judge(real)
        fooling, features = fooling_loss(made_scores), feature_distance(real_features, made_features)
        distance = self.distance(made, real)
        self._move_vocoder(self.config.mel_weight * distance + fooling + self.config.feature_weight * features)
        self.judge.requires_grad_(True)
        return {
            "distance": distance.item(),
            "loss_judge": loss.item(),
            "fooling": fooling.item(),
            "features": features.item(),
        }

    def _make(self, decibels: Tensor, noise: Tensor) -> Tensor:
        with training_autocast(self.device):
            made: Tensor = self.vocoder(decibels, noise)
        return made

    def _move_vocoder(self, loss: Tensor) -> None:
        self.vocoder_optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        scale = 1.0 if self.progress.warm else self.config.mel_weight
        torch.nn.utils.clip_grad_norm_(self.vocoder.parameters(), scale * self.config.gradient_ceiling)
        self.vocoder_optimizer.step()

    def _due(self, key: str) -> bool:
        if self.progress.seconds - self._last[key] < getattr(self.pace, key):
            return False
        self._last[key] = self.progress.seconds
        return True

    def _write_metrics(self, figures: dict[str, float]) -> None:
        line: dict[str, Any] = {**dataclasses.asdict(self.progress), **figures}
        append_metrics(self.folder, line)


def _set_rate(optimizer: AdamW, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _check_finite(figures: dict[str, float], progress: Progress) -> None:
    for key, value in figures.items():
        if not math.isfinite(value):
            raise VocoderDiverged(key, value, progress.steps)

"""The training loop: warm start, adversarial phase, checkpoints, metrics, sample sheets; stops and resumes anywhere.

Knows nothing of what the grids mean: the data set comes as `GanData`, sample sheets through `Preview`.
A run folder holds state.safetensors, metrics.jsonl and sheets/.
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import Adam

from narrative_server.errors import InvalidConfig, NarrativeError
from narrative_server.gan.checkpoint import network_from_json
from narrative_server.gan.config import TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.ema import Ema, NetworkT
from narrative_server.gan.networks import Discriminator, Generator
from narrative_server.gan.sheet import draw_sheet, save_sheet
from narrative_server.gan.state import (
    pack_module,
    pack_optimizer,
    read_state,
    unpack_module,
    unpack_optimizer,
    write_state,
)
from narrative_server.gan.steps import BatchSource, Players, adversarial_step, draw_noise, text_step, warm_step
from narrative_server.gan.vae import CoderHead


class Diverged(NarrativeError):
    """A loss is not a finite number; the last checkpoint is from before."""


@dataclass(frozen=True)
class Preview:
    """What a sample sheet shows: each phrase with a few seeds.

    embeddings (P, 384) and conditions (P, D) belong to the P phrases. render maps network output
    (N, C, H, W) float32 to pictures uint8 (N, H, W, 3 or 4).
    """

    phrases: tuple[str, ...]
    embeddings: NDArray[np.float32]
    conditions: NDArray[np.float32]
    render: Callable[[NDArray[np.float32]], NDArray[np.uint8]]
    seeds: int = 4
    scale: int = 2
    columns: int = 2


@dataclass(frozen=True)
class Pace:
    """How often to write things, in seconds of training."""

    checkpoint_s: float = 120.0
    sheet_s: float = 240.0
    metrics_s: float = 10.0


@dataclass
class Progress:
    """Where a run stands; all of it is in the checkpoint."""

    steps: int = 0
    images: int = 0
    seconds: float = 0.0
    warm: bool = True


Report = Callable[[Progress, float, dict[str, float]], None]
"""Told now and then: progress, share of the budget used 0..1, latest figures."""


class Trainer:
    """Trains one generator and discriminator pair."""

    def __init__(
        self,
        data: GanData,
        config: TrainConfig,
        folder: Path,
        device: torch.device,
        preview: Preview | None = None,
        pace: Pace = Pace(),
    ) -> None:
        network = config.network
        if data.grid != (network.channels, network.height, network.width):
            raise InvalidConfig("train.network", (network.channels, network.height, network.width), f"{data.grid}")
        if data.conditions.shape[1] != network.condition_dim:
            raise InvalidConfig("network.condition_dim", network.condition_dim, f"{data.conditions.shape[1]}")
        self.config, self.folder, self.device, self.preview, self.pace = config, folder, device, preview, pace
        self.rng = torch.Generator().manual_seed(config.seed)
        torch.manual_seed(config.seed)  # weights' initial values come from the global generator
        self.generator = _channels_last(Generator(network).to(device))
        self.discriminator = _channels_last(Discriminator(network).to(device))
        self.head = CoderHead(network).to(device)
        for part in (self.generator, self.discriminator):
            part.standardise.fit(torch.from_numpy(data.embeddings).to(device))
        self.ema = Ema(self.generator)
        self.source = BatchSource(data, config, self.rng, device)
        self.progress = Progress(warm=config.warm_share > 0)
        self.players = self._players()
        self._figures: dict[str, float] = {}

    def _players(self) -> Players:
        """Networks with fresh optimizers for the present phase."""
        if self.progress.warm:
            rate, betas = self.config.warm_learning_rate, (0.9, 0.99)
            judge = [*self.discriminator.parameters(), *self.head.parameters()]
        else:
            rate, betas = self.config.learning_rate.start, (0.0, self.config.beta2.start)
            judge = [*self.discriminator.parameters()]
        make = Adam(self.generator.parameters(), lr=rate, betas=betas)
        return Players(self.generator, self.discriminator, make, Adam(judge, lr=rate, betas=betas))

    @property
    def state_path(self) -> Path:
        """The checkpoint."""
        return self.folder / "state.safetensors"

    def save(self) -> None:
        """Write the checkpoint."""
        tensors: dict[str, Tensor] = {"rng": self.rng.get_state()}
        for name, module in self._modules().items():
            tensors |= pack_module(name, module)
        tensors |= pack_optimizer("optimizer_g", self.players.generator_optimizer)
        tensors |= pack_optimizer("optimizer_d", self.players.discriminator_optimizer)
        facts = {"progress": dataclasses.asdict(self.progress), "network": dataclasses.asdict(self.config.network)}
        write_state(self.state_path, tensors, facts)

    def resume(self) -> bool:
        """Go on from the checkpoint where there is one; says whether there was.

        Raises ModelCorrupt when it cannot be read, InvalidConfig when it is of another network shape.
        """
        try:
            tensors, facts = read_state(self.state_path)
        except FileNotFoundError:
            return False
        kept = network_from_json(facts["network"])
        if kept != self.config.network:
            raise InvalidConfig("train.network", self.config.network, f"the checkpoint's: {kept}")
        self.progress = Progress(**facts["progress"])
        self.players = self._players()
        for name, module in self._modules().items():
            unpack_module(name, module, tensors)
        unpack_optimizer("optimizer_g", self.players.generator_optimizer, tensors)
        unpack_optimizer("optimizer_d", self.players.discriminator_optimizer, tensors)
        self.rng.set_state(tensors["rng"])
        self._forget_metrics_after(self.progress.images)
        return True

    def _modules(self) -> dict[str, torch.nn.Module]:
        return {"g": self.generator, "d": self.discriminator, "head": self.head, "ema": self.ema.network}

    def run(self, report: Report | None = None, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train until the budget is used or `stop()` is true, between steps; then write the checkpoint.

        Returns whether the budget is used. Raises Diverged.
        """
        progress, config = self.progress, self.config
        due = _Due(self.pace, progress.seconds)
        while config.progress(progress.images, progress.seconds) < 1.0 and not stop():
            started = time.perf_counter()
            figures = self._step()
            progress.seconds += time.perf_counter() - started
            if due.passed("metrics_s", progress.seconds):
                _check_finite(figures, progress)
                self._write_metrics(figures)
                if report is not None:
                    report(progress, config.progress(progress.images, progress.seconds), figures)
            if due.passed("checkpoint_s", progress.seconds):
                self.save()
            if due.passed("sheet_s", progress.seconds):
                self.write_sheet()
        self.save()
        self.write_sheet()
        return config.progress(progress.images, progress.seconds) >= 1.0

    def _step(self) -> dict[str, float]:
        config, progress = self.config, self.progress
        if progress.warm and config.progress(progress.images, progress.seconds) >= config.warm_share:
            progress.warm = False
            self.players, self._figures = self._players(), {}
        at = config.adversarial_progress(progress.images, progress.seconds)
        images = config.warm_batch if progress.warm else config.batch
        if progress.warm:
            figures = warm_step(self.players, self.head, self.source)
        else:
            self._set_optimizers(at)
            penalise = progress.steps % config.penalty_every == 0
            figures = adversarial_step(self.players, self.source, config.gamma.at(at), penalise)
            if config.anchor_every and progress.steps % config.anchor_every == 0:
                figures |= {"anchor": text_step(self.players, self.source)["error"]}
        progress.steps += 1
        progress.images += images
        self.ema.update(self.generator, images, config.ema_half_life_images.at(at))
        self._figures |= figures  # penalties come only every few steps: keep the last ones
        return self._figures

    def _set_optimizers(self, at: float) -> None:
        for optimizer in (self.players.generator_optimizer, self.players.discriminator_optimizer):
            for group in optimizer.param_groups:
                group["lr"], group["betas"] = self.config.learning_rate.at(at), (0.0, self.config.beta2.at(at))

    def _write_metrics(self, figures: dict[str, float]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        line: dict[str, Any] = {**dataclasses.asdict(self.progress), **figures}
        with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({key: _rounded(value) for key, value in line.items()}) + "\n")

    def _forget_metrics_after(self, images: int) -> None:
        path = self.folder / "metrics.jsonl"
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if json.loads(line)["images"] <= images]
            path.write_text("".join(kept), encoding="utf-8")

    @torch.no_grad()
    def write_sheet(self) -> Path | None:
        """Draw the averaged generator's answers to the preview's phrases; the same noise every time."""
        if self.preview is None:
            return None
        preview, network, rows = self.preview, self.config.network, []
        z, noises = draw_noise(network, preview.seeds, torch.Generator().manual_seed(7), self.device)
        for embedding, condition in zip(preview.embeddings, preview.conditions, strict=True):
            text = torch.from_numpy(embedding).to(self.device).expand(preview.seeds, -1)
            extra = torch.from_numpy(condition).to(self.device).expand(preview.seeds, -1)
            values = self.ema.network(z, text, extra, noises).float().cpu().numpy()
            rows.append(preview.render(values))
        path = self.folder / "sheets" / f"{self.progress.images:08d}.png"
        save_sheet(draw_sheet(np.stack(rows), preview.phrases, preview.scale, preview.columns), path)
        return path


def _channels_last(network: NetworkT) -> NetworkT:
    """Convolutions on the CPU run about twice as fast in this layout."""
    laid_out: NetworkT = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return laid_out


class _Due:
    """Which periodic things are due, by seconds of training."""

    def __init__(self, pace: Pace, now_s: float) -> None:
        self._pace = pace
        self._last = {field.name: now_s for field in dataclasses.fields(pace)}

    def passed(self, key: str, now_s: float) -> bool:
        if now_s - self._last[key] < getattr(self._pace, key):
            return False
        self._last[key] = now_s
        return True


def _check_finite(figures: dict[str, float], progress: Progress) -> None:
    for key, value in figures.items():
        if not math.isfinite(value):
            raise Diverged(f"{key} is {value} after {progress.images} images; lower learning_rate or raise gamma")


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value

"""The training loop: warm start, adversarial phase, checkpoints, metrics, sample sheets; stops and resumes anywhere.

Knows nothing of what the grids mean: the data set comes as `GanData`, sample sheets through `Preview`.
A run folder holds state.safetensors, metrics.jsonl and sheets/. Several processes may train one run (`ranks`): each
draws its own batches, their gradients are averaged, and the leader alone writes and decides.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from narrative_server.errors import InvalidConfig, NarrativeError
from narrative_server.gan.alignment import Aligner
from narrative_server.gan.checkpoint import network_from_json
from narrative_server.gan.config import TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.ema import Ema, NetworkT
from narrative_server.gan.metrics import Board, append_metrics, forget_metrics_after
from narrative_server.gan.networks import Discriminator, Generator
from narrative_server.gan.optimizer import SharedAdam
from narrative_server.gan.ranks import Rank
from narrative_server.gan.references import NO_HINTS, Hints, ReferenceBank
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
from narrative_server.seeds import sub_seed

_ALONE = Rank()


class Diverged(NarrativeError):
    """A loss or a weight is not a finite number; the last checkpoint is from before."""

    def __init__(self, what: str, images: int) -> None:
        self.what, self.images = what, images
        super().__init__(
            f"the run diverged: {what} after {images} images. The last checkpoint is from before and is kept. Start "
            "again with --fresh and, in a --config file, half the learning_rate (warm_learning_rate in the warm start) "
            "or twice the gamma"
        )


@dataclass(frozen=True)
class Preview:
    """What a sample sheet shows: each phrase with a few seeds.

    embeddings (P, 384) and conditions (P, D) belong to the P phrases. render maps network output
    (N, C, H, W) float32 to pictures uint8 (N, H, W, 3 or 4). tags: (P, G), what they ask for of what items of the bank
    show; (0, 0): nothing.
    """

    phrases: tuple[str, ...]
    embeddings: NDArray[np.float32]
    conditions: NDArray[np.float32]
    render: Callable[[NDArray[np.float32]], NDArray[np.uint8]]
    seeds: int = 4
    scale: int = 2
    columns: int = 2
    tags: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def hints(self, row: int, count: int) -> Hints:
        """What recall is told for a phrase, `count` times."""
        return Hints(tags=torch.from_numpy(self.tags[row]).expand(count, -1)) if len(self.tags) else NO_HINTS


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
        rank: Rank = _ALONE,
        board: Board | None = None,
        aligner: Aligner | None = None,
    ) -> None:
        """Fresh networks; `resume` or `start_from` puts others in their place.

        rank: this process's place; every process makes its trainer of the same data and settings. board: told of
        figures and sheets by the leader. aligner: the shared embedding, needed where alignment_weight is above 0.
        Raises InvalidConfig when it is missing, or when data and network do not fit each other.
        """
        network = config.network
        if data.grid != (network.channels, network.height, network.width):
            raise InvalidConfig("train.network", (network.channels, network.height, network.width), f"{data.grid}")
        if data.conditions.shape[1] != network.condition_dim:
            raise InvalidConfig("network.condition_dim", network.condition_dim, f"{data.conditions.shape[1]}")
        if config.alignment_weight > 0 and aligner is None:
            raise InvalidConfig("train.alignment_weight", config.alignment_weight, "0 without an aligner")
        self.config, self.folder, self.device, self.preview, self.pace = config, folder, device, preview, pace
        self._aligner = aligner.to(device) if aligner is not None and config.alignment_weight > 0 else None
        self.rank, self.board = rank, board
        self.rng = torch.Generator().manual_seed(config.seed)
        torch.manual_seed(config.seed)  # weights' initial values come from the global generator
        self.generator = _channels_last(Generator(network).to(device))
        self.discriminator = _channels_last(Discriminator(network).to(device))
        self.head = CoderHead(network).to(device)
        for part in (self.generator, self.discriminator):
            part.standardise.fit(torch.from_numpy(data.embeddings).to(device))
        self.ema = Ema(self.generator)
        self.source = BatchSource(data, config, self.rng, device)
        if self.source.recall is not None:
            self.generator.bank = self.ema.network.bank = self.source.recall.bank
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
        rank, passes = self.rank, self.config.accumulate
        self._optimizers = (
            SharedAdam(self.generator.parameters(), rate, betas, rank, passes),
            SharedAdam(judge, rate, betas, rank, passes),
        )
        return Players(self.generator, self.discriminator, *self._optimizers, self._aligner)

    @property
    def state_path(self) -> Path:
        """The checkpoint."""
        return self.folder / "state.safetensors"

    def start_from(self, generator: Generator, discriminator: Discriminator) -> None:
        """Begin with the weights of a trained pair of the same shape, and with its statistics of captions."""
        self.generator.load_state_dict(generator.state_dict())
        self.discriminator.load_state_dict(discriminator.state_dict())
        self.ema.network.load_state_dict(generator.state_dict())
        self._keep_nothing()

    def look_at(self, bank: ReferenceBank) -> None:
        """What the generators recall when nothing is shown to them: in sheets, and once exported."""
        self.generator.bank = self.ema.network.bank = bank

    def _keep_nothing(self) -> None:
        """No text must stay what the networks take it for, whatever the data, or guidance pulls away from an item."""
        self.source.nothing = self.generator.standardise.mean.cpu()

    def save(self) -> None:
        """Write the checkpoint. Raises Diverged rather than replace good weights by bad ones, StorageFailed."""
        for name, module in self._modules().items():
            _check_weights(name, module, self.progress)
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
        self._keep_nothing()
        unpack_optimizer("optimizer_g", self.players.generator_optimizer, tensors)
        unpack_optimizer("optimizer_d", self.players.discriminator_optimizer, tensors)
        self.rng.set_state(tensors["rng"])
        if self.rank.leads:
            forget_metrics_after(self.folder, self.progress.images)
        return True

    def _modules(self) -> dict[str, nn.Module]:
        return {"g": self.generator, "d": self.discriminator, "head": self.head, "ema": self.ema.network}

    def run(self, report: Report | None = None, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train until the budget is used or `stop()` is true, between steps; then write the checkpoint.

        Returns whether the budget is used. Raises Diverged, StorageFailed.
        """
        progress, config = self.progress, self.config
        due = _Due(self.pace, progress.seconds)
        while self.rank.agree(float(self._share() < 1.0 and not stop())):
            started = time.perf_counter()
            figures = self._step()
            progress.seconds = self.rank.agree(progress.seconds + time.perf_counter() - started)
            if not self.rank.leads:
                continue
            if due.passed("metrics_s", progress.seconds):
                _check_finite(figures, progress)
                self._write_metrics(figures)
                if report is not None:
                    report(progress, self._share(), figures)
            if due.passed("checkpoint_s", progress.seconds):
                self.save()
            if due.passed("sheet_s", progress.seconds):
                self.write_sheet()
        if self.rank.leads:
            self.save()
            self.write_sheet()
        return config.progress(progress.images, progress.seconds) >= 1.0

    def _share(self) -> float:
        return self.config.progress(self.progress.images, self.progress.seconds)

    def _step(self) -> dict[str, float]:
        config, progress = self.config, self.progress
        if progress.warm and self._share() >= config.warm_share:
            progress.warm = False
            self.players, self._figures = self._players(), {}
        at = config.adversarial_progress(progress.images, progress.seconds)
        if progress.warm:
            figures = self._passes("warm", lambda: warm_step(self.players, self.head, self.source))
        else:
            self._set_optimizers(at)
            gamma, penalise = config.gamma.at(at), progress.steps % config.penalty_every == 0
            figures = self._passes("pair", lambda: adversarial_step(self.players, self.source, gamma, penalise))
            if config.anchor_every and progress.steps % config.anchor_every == 0:
                figures |= {"anchor": self._passes("anchor", lambda: text_step(self.players, self.source))["error"]}
        images = (config.warm_batch if progress.warm else config.batch) * config.accumulate * self.rank.size
        progress.steps += 1
        progress.images += images
        self.ema.update(self.generator, images, config.ema_half_life_images.at(at))
        self._figures |= figures  # penalties come only every few steps: keep the last ones
        return self._figures

    def _passes(self, part: str, one: Callable[[], dict[str, float]]) -> dict[str, float]:
        """`one` as often as a step has passes, then the move; gives the last pass's figures."""
        figures: dict[str, float] = {}
        passes = self.config.accumulate
        for index in range(passes):
            if passes * self.rank.size > 1:
                # A pass's draws depend on its place alone: the checkpoint needs no generator of each process.
                place = f"{self.progress.steps} {self.rank.index * passes + index}"
                self.rng.manual_seed(sub_seed(self.config.seed, part, place))
            figures = one()
        for optimizer in self._optimizers:
            optimizer.move()
        return figures

    def _set_optimizers(self, at: float) -> None:
        for optimizer in (self.players.generator_optimizer, self.players.discriminator_optimizer):
            for group in optimizer.param_groups:
                group["lr"], group["betas"] = self.config.learning_rate.at(at), (0.0, self.config.beta2.at(at))

    def _write_metrics(self, figures: dict[str, float]) -> None:
        line: dict[str, Any] = {**dataclasses.asdict(self.progress), **figures}
        append_metrics(self.folder, line)
        if self.board is not None:
            self.board.figures(self.progress.images, figures)

    @torch.no_grad()
    def write_sheet(self) -> Path | None:
        """Draw the averaged generator's answers to the preview's phrases; the same noise every time."""
        if self.preview is None:
            return None
        preview, network, rows = self.preview, self.config.network, []
        z, noises = draw_noise(network, preview.seeds, torch.Generator().manual_seed(7), self.device)
        for row, (embedding, condition) in enumerate(zip(preview.embeddings, preview.conditions, strict=True)):
            text = torch.from_numpy(embedding).to(self.device).expand(preview.seeds, -1)
            extra = torch.from_numpy(condition).to(self.device).expand(preview.seeds, -1)
            references = self.ema.network.recall(z, text, preview.hints(row, preview.seeds))
            values = self.ema.network(z, text, extra, noises, references).float().cpu().numpy()
            rows.append(preview.render(values))
        path = self.folder / "sheets" / f"{self.progress.images:08d}.png"
        save_sheet(draw_sheet(np.stack(rows), preview.phrases, preview.scale, preview.columns), path)
        if self.board is not None:
            self.board.sheet(self.progress.images, path)
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
            raise Diverged(f"{key} is {value}", progress.images)


def _check_weights(name: str, module: nn.Module, progress: Progress) -> None:
    for key, value in module.named_parameters():
        if not bool(torch.isfinite(value).all()):
            raise Diverged(f"{name}.{key} is not finite", progress.images)

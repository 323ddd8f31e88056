"""The fine-tuning loop: LoRA on beats, held-out loss, samples while it runs; stops and resumes anywhere.

A run folder holds state.safetensors, metrics.jsonl, samples.md and model/ (the adapter). The learning rate follows the
share of the time budget that is used, so that a longer budget stretches the whole course.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch.optim import AdamW

from narrative_server.dialogue.finetune.adapter import AdaptedModel, LoraShape
from narrative_server.dialogue.finetune.examples import Batch, Example, Examples, batches, collate
from narrative_server.errors import InvalidConfig, NarrativeError
from narrative_server.gan.ranks import Rank
from narrative_server.gan.state import read_state, write_state

STATE_FILE = "state.safetensors"
METRICS_FILE = "metrics.jsonl"
_GRADIENT_NORM = 1.0
_ALONE = Rank()


class Diverged(NarrativeError):
    """The loss is not a finite number; the last checkpoint is from before."""


@dataclass(frozen=True)
class FinetuneConfig:
    """What decides a run's outcome, with its data. minutes: training time in all, pauses apart."""

    minutes: float = 90.0
    beats_per_step: int = 16
    learning_rate: float = 1.5e-3
    warmup_share: float = 0.03
    weight_decay: float = 0.0
    seed: int = 1
    shape: LoraShape = field(default_factory=LoraShape)


@dataclass(frozen=True)
class Pace:
    """How often to write things, in seconds of training."""

    checkpoint_s: float = 180.0
    check_s: float = 600.0
    metrics_s: float = 10.0


DEFAULT_PACE = Pace()


@dataclass
class Progress:
    """Where a run stands; all of it is in the checkpoint. loss: nats a token, held-out or the last step's."""

    steps: int = 0
    beats: int = 0
    tokens: int = 0
    seconds: float = 0.0
    epoch: int = 0
    batch_of_epoch: int = 0
    loss: float = math.nan
    held_out_loss: float = math.nan


Report = Callable[[Progress, float], None]
"""Told after each step: progress and the share of the budget used, 0..1."""


class FinetuneTrainer:
    """Trains one adapter."""

    def __init__(
        self,
        model: AdaptedModel,
        train: Examples,
        held_out: Sequence[Example],
        config: FinetuneConfig,
        folder: Path,
        rank: Rank = _ALONE,
        pace: Pace = DEFAULT_PACE,
        sample: Callable[[], str] | None = None,
    ) -> None:
        """`sample` writes some held-out beats with the present adapter, for people to read."""
        self.model, self.config, self.folder, self.rank, self.pace = model, config, folder, rank, pace
        self.progress = Progress()
        self._train, self._held_out, self._sample = train, held_out, sample
        self._batches: Iterator[list[Example]] | None = None
        self._optimizer = AdamW(model.master, lr=0.0, betas=(0.9, 0.99), weight_decay=config.weight_decay)

    def resume(self) -> bool:
        """Go on from the folder's state, if there is one. Raises ModelCorrupt, or InvalidConfig for another shape."""
        try:
            tensors, facts = read_state(self.folder / STATE_FILE)
        except FileNotFoundError:
            return False
        if facts["shape"] != asdict(self.model.shape):
            raise InvalidConfig("--rank", self.model.shape.rank, f"{facts['shape']['rank']}, as this run began with")
        self.progress = Progress(**facts["progress"])
        with torch.no_grad():
            for name, master in zip(self.model.names, self.model.master, strict=True):
                master.copy_(tensors[f"adapter.{name}"])
                state = self._optimizer.state[master]
                for moment in ("exp_avg", "exp_avg_sq"):
                    state[moment] = tensors[f"{moment}.{name}"].to(master)
                state["step"] = torch.tensor(float(self.progress.steps))
        self.model.publish()
        return True

    def run(self, report: Report, stop: Callable[[], bool]) -> None:
        """Train until the budget is used or `stop` says so; the state is written at the end in either case."""
        checkpointed = checked = measured = self.progress.seconds
        while self.rank.agree(float(self._share() < 1.0 and not stop())):
            self._one_step()
            if not math.isfinite(self.progress.loss):
                raise Diverged(f"the loss is {self.progress.loss} at step {self.progress.steps}; try a lower rate")
            now = self.progress.seconds
            if self.rank.leads:
                report(self.progress, self._share())
                if now - measured >= self.pace.metrics_s:
                    self._measure()
                    measured = now
                if now - checkpointed >= self.pace.checkpoint_s:
                    self.checkpoint()
                    checkpointed = now
            if now - checked >= self.pace.check_s:
                self._check()
                checked = now
        self._check()
        if self.rank.leads:
            self._measure()
            self.checkpoint()

    def checkpoint(self) -> None:
        """Write the whole state."""
        tensors = {}
        for name, master in zip(self.model.names, self.model.master, strict=True):
            tensors[f"adapter.{name}"] = master
            for moment in ("exp_avg", "exp_avg_sq"):
                tensors[f"{moment}.{name}"] = self._optimizer.state[master].get(moment, torch.zeros_like(master))
        facts = {"progress": asdict(self.progress), "shape": asdict(self.model.shape)}
        write_state(self.folder / STATE_FILE, tensors, facts)

    def _share(self) -> float:
        return min(1.0, self.progress.seconds / (60.0 * self.config.minutes))

    def _one_step(self) -> None:
        started = time.perf_counter()
        examples = self._next_batch()
        mine = examples[self.rank.index :: self.rank.size]
        loss_sum, answer_tokens = self._backward(collate(mine)) if mine else (0.0, 0)
        totals = torch.tensor([loss_sum, float(answer_tokens)])
        self.rank.sum([totals])
        self._update(float(totals[1]))
        self.progress.loss = float(totals[0] / totals[1])
        self.progress.steps += 1
        self.progress.beats += len(examples)
        self.progress.tokens += sum(map(len, examples))
        self.progress.seconds = self.rank.agree(self.progress.seconds + time.perf_counter() - started)

    def _backward(self, batch: Batch) -> tuple[float, int]:
        loss, tokens = self.model.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        self.model.collect_gradients()
        return float(loss.detach()), tokens

    def _update(self, answer_tokens: float) -> None:
        for master in self.model.master:
            if master.grad is None:
                master.grad = torch.zeros_like(master)
        gradients = [master.grad for master in self.model.master if master.grad is not None]
        self.rank.sum(gradients)
        for gradient in gradients:
            gradient /= answer_tokens
        torch.nn.utils.clip_grad_norm_(self.model.master, _GRADIENT_NORM)
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate()
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.model.publish()

    def _rate(self) -> float:
        """Linear warm-up, then a cosine down to a twentieth."""
        share, warmup = self._share(), self.config.warmup_share
        if share < warmup:
            return self.config.learning_rate * max(0.05, share / warmup)
        cosine = 0.5 + 0.5 * math.cos(math.pi * (share - warmup) / (1.0 - warmup))
        return self.config.learning_rate * (0.05 + 0.95 * cosine)

    def _next_batch(self) -> list[Example]:
        # Every process draws the same epochs: an epoch depends on the seed and its number alone, so resuming does too.
        if self._batches is None:
            self._batches = self._open_epoch(self.progress.batch_of_epoch)
        batch = next(self._batches, None)
        if batch is None:
            self.progress.epoch += 1
            self.progress.batch_of_epoch = 0
            self._batches = self._open_epoch(0)
            batch = next(self._batches)
        self.progress.batch_of_epoch += 1
        return batch

    def _open_epoch(self, skip: int) -> Iterator[list[Example]]:
        rng = random.Random(f"{self.config.seed} {self.progress.epoch}")
        opened = batches(self._train.epoch(rng), self.config.beats_per_step, rng)
        for _ in range(skip):
            next(opened)
        return opened

    def _check(self) -> None:
        """Held-out loss, shared by the processes; the leader writes samples."""
        if self._held_out:
            self.progress.held_out_loss = held_out_loss(self.model, self._held_out, self.rank)
        if self.rank.leads and self._sample is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / "samples.md").open("a", encoding="utf-8") as file:
                file.write(f"## After {self.progress.beats} beats, held-out loss {self.progress.held_out_loss:.3f}\n")
                file.write(self._sample() + "\n")

    def _measure(self) -> None:
        row: dict[str, Any] = {**asdict(self.progress), "learning_rate": self._rate()}
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / METRICS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def held_out_loss(model: AdaptedModel, examples: Sequence[Example], rank: Rank = _ALONE) -> float:
    """Mean cross-entropy over the answers' tokens, in nats."""
    totals = torch.zeros(2)
    ordered = sorted(examples, key=len)
    with torch.no_grad():
        for start in range(16 * rank.index, len(ordered), 16 * rank.size):
            loss, tokens = model.loss(collate(ordered[start : start + 16]))
            totals += torch.tensor([float(loss), float(tokens)])
    rank.sum([totals])
    return float(totals[0] / totals[1])

"""What the two trainings of evaluation share: a budget, batches of a data set, and averaged weights. Training only."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from narrative_server.errors import InvalidConfig
from narrative_server.gan.data import GanData

ModuleT = TypeVar("ModuleT", bound=nn.Module)

KEEP_EVERY_S: Final = 120.0

Report: TypeAlias = Callable[[str, int, int], None]
"""Hears what is going on: a stage's name, how much of it is done, and how much it has (0: unknown)."""


@dataclass(frozen=True)
class Budget:
    """How long to train: minutes by the clock, or steps, whichever ends first; 0 steps is no limit."""

    minutes: float
    steps: int = 0
    batch: int = 128
    learning_rate: float = 1e-3
    seed: int = 77

    def __post_init__(self) -> None:
        if not 0 < self.minutes < math.inf:
            raise InvalidConfig("minutes", self.minutes, "above 0")
        if not 2 <= self.batch <= 4096:
            raise InvalidConfig("batch", self.batch, "2 to 4096")

    def progress(self, seconds: float, steps: int) -> float:
        """Share that is used, 0..1."""
        share = seconds / (60.0 * self.minutes)
        return min(1.0, max(share, steps / self.steps if self.steps else 0.0))

    def rate(self, progress: float) -> float:
        """Learning rate: a short rise, then half a cosine."""
        return self.learning_rate * min(1.0, progress / 0.02 + 0.02) * 0.5 * (1.0 + math.cos(math.pi * progress))


@dataclass
class Spent:
    """What a training took."""

    steps: int = 0
    pictures: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    loss: float = 0.0

    def after(self, facts: Mapping[str, Any]) -> Spent:
        """This and what an earlier part of the same training took, by its `facts`."""
        return replace(
            self,
            steps=self.steps + int(facts.get("steps", 0)),
            pictures=self.pictures + int(facts.get("pictures_shown", 0)),
            seconds=self.seconds + 60.0 * float(facts.get("minutes", 0.0)),
            cpu_seconds=self.cpu_seconds + 60.0 * float(facts.get("cpu_minutes", 0.0)),
        )

    def facts(self, budget: Budget, data: GanData) -> dict[str, str | float]:
        """For the card and the configuration."""
        return {
            "data": data.name,
            "training_pictures": int((~data.held_out).sum()),
            "steps": self.steps,
            "pictures_shown": self.pictures,
            "minutes": round(self.seconds / 60.0, 1),
            "cpu_minutes": round(self.cpu_seconds / 60.0, 1),
            "seed": budget.seed,
            "last_loss": round(self.loss, 4),
        }


class Batches:
    """Random training items by their weights: never a held-out one."""

    def __init__(self, data: GanData, seed: int) -> None:
        self._rows = np.flatnonzero(~data.held_out & (data.weights > 0))
        self._ends = np.cumsum(data.weights[self._rows], dtype=np.float64)
        self._captions = data.captions
        self.rng = np.random.default_rng(seed)

    def draw(self, count: int) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """(items, one caption of each), both (count,)."""
        picks = np.searchsorted(self._ends, self.rng.random(count) * self._ends[-1], side="right")
        items = self._rows[np.minimum(picks, len(self._rows) - 1)]
        columns = self.rng.integers(self._captions.shape[1], size=count)
        return items, self._captions[items, columns]


def train(
    network: ModuleT,
    loss_of: Callable[[], torch.Tensor],
    budget: Budget,
    report: Report,
    name: str,
    stop: Callable[[], bool] = lambda: False,
    keep: Callable[[ModuleT, Spent], None] | None = None,
) -> tuple[ModuleT, Spent]:
    """Run AdamW until the budget is used or `stop()`; returns averaged weights in evaluation mode, and what it took.

    loss_of: one batch's loss. keep: gets the averaged weights so far every KEEP_EVERY_S.
    Raises FloatingPointError when a loss is not finite.
    """
    averaged = copy.deepcopy(network).eval().requires_grad_(False)
    optimizer = torch.optim.AdamW(network.parameters(), budget.learning_rate, betas=(0.9, 0.98), weight_decay=0.02)
    spent, started, cpu_started = Spent(), time.perf_counter(), time.process_time()
    network.train()
    kept_s = 0.0
    while (progress := budget.progress(spent.seconds, spent.steps)) < 1.0 and not stop():
        for group in optimizer.param_groups:
            group["lr"] = budget.rate(progress)
        loss = loss_of()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        spent.steps, spent.pictures = spent.steps + 1, spent.pictures + budget.batch
        spent.loss = 0.98 * spent.loss + 0.02 * loss.item() if spent.steps > 1 else loss.item()
        if not math.isfinite(spent.loss):
            raise FloatingPointError(f"{name}: loss is {spent.loss} at step {spent.steps}")
        _average(averaged, network, min(0.998, spent.steps / (spent.steps + 9)))
        spent.seconds, spent.cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
        report(f"{name}: loss {spent.loss:.3f}", round(1000 * progress), 1000)
        if keep is not None and spent.seconds - kept_s >= KEEP_EVERY_S:
            keep(averaged, spent)
            kept_s = spent.seconds
    return averaged, spent


def _average(averaged: nn.Module, network: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for kept, fresh in zip(averaged.parameters(), network.parameters(), strict=True):
            kept.lerp_(fresh, 1.0 - keep)
        for own, other in zip(averaged.buffers(), network.buffers(), strict=True):
            own.copy_(other)

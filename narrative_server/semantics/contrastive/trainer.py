"""The loop that trains a tower, and the text head with it or held still; stops and resumes anywhere.

A run folder holds state.safetensors (networks, averages, optimizer, chance, progress) and metrics.jsonl. Knows nothing
of pictures: sources draw what the tower takes. A tower of another medium is trained by the same loop with `head_moves`
False, so that what is trained already stays as it is.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import torch
from torch import Tensor, nn
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
from narrative_server.precision import uses_bfloat16
from narrative_server.semantics.contrastive.batches import PairBatch
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig
from narrative_server.semantics.contrastive.losses import siglip_loss, soft_targets
from narrative_server.semantics.towers import TextHead

_BETAS: Final = (0.9, 0.98)


class EmbeddingDiverged(NarrativeError):
    """A loss is not a finite number; the last checkpoint is from before."""

    def __init__(self, key: str, value: float, steps: int) -> None:
        self.key, self.value, self.steps = key, value, steps
        super().__init__(
            f"the run diverged: {key} is {value} after {steps} steps. The last checkpoint is from before and is kept: "
            "the same command goes on from it; where that diverges again, start with --fresh and another --seed"
        )


class Source(Protocol):
    """Where a share of every batch comes from."""

    share: float

    def draw(self, n: int) -> PairBatch:
        """`n` items that the tower takes, with their captions."""
        ...


@dataclass(frozen=True)
class EmbeddingPace:
    """How often to write things, in seconds of training."""

    checkpoint_s: float = 120.0
    metrics_s: float = 15.0
    figures_s: float = 600.0


class Pair(nn.Module):
    """The text head and the tower that is trained towards it, with what turns their cosines into logits."""

    def __init__(self, head: TextHead, tower: nn.Module, scale: float, batch: int) -> None:
        super().__init__()
        self.head, self.tower = head, tower
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))
        self.bias = nn.Parameter(torch.tensor(-math.log(batch)))


class ContrastiveTrainer:
    """Trains `tower`, in place, by sources whose shares add up to 1."""

    def __init__(
        self,
        head: TextHead,
        tower: nn.Module,
        sources: Sequence[Source],
        config: EmbeddingTrainConfig,
        folder: Path,
        device: torch.device,
        rng: torch.Generator,
        measure: Callable[[TextHead, nn.Module], dict[str, float]] = lambda head, tower: {},  # noqa: ARG005
        head_moves: bool = True,
        pace: EmbeddingPace = EmbeddingPace(),
    ) -> None:
        """rng: the one that sources draw with. measure: held-out figures of the averaged networks."""
        self.config, self.folder, self.device, self.pace = config, folder, device, pace
        self.sources, self.rng, self.measure = tuple(sources), rng, measure
        self.pair = Pair(head, tower, config.scale, config.batch).to(device)
        self.pair.tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.head_moves = head_moves
        head.requires_grad_(head_moves)
        self.ema = Ema(self.pair)
        self.progress = Progress(warm=False)
        self.optimizer = AdamW(_groups(self.pair, config.weight_decay), betas=_BETAS)
        self._reduced = uses_bfloat16(config.precision, device)
        self._last = dict.fromkeys(("checkpoint_s", "metrics_s", "figures_s"), 0.0)

    @property
    def state_path(self) -> Path:
        """The checkpoint."""
        return self.folder / "state.safetensors"

    def save(self) -> None:
        """Write the checkpoint. Raises StorageFailed."""
        tensors: dict[str, Tensor] = {"rng": self.rng.get_state(), "dropout": torch.get_rng_state()}
        tensors |= pack_module("pair", self.pair) | pack_module("ema", self.ema.network)
        tensors |= pack_optimizer("optimizer", self.optimizer)
        write_state(self.state_path, tensors, {"progress": dataclasses.asdict(self.progress), "shape": self._shape()})

    def resume(self) -> bool:
        """Go on from the checkpoint where there is one; says whether there was.

        Raises ModelCorrupt when it cannot be read, InvalidConfig when it is of other networks.
        """
        try:
            tensors, facts = read_state(self.state_path)
        except FileNotFoundError:
            return False
        if facts["shape"] != self._shape():
            raise InvalidConfig("embedding.train networks", self._shape(), f"the checkpoint's: {facts['shape']}")
        self.progress = Progress(**facts["progress"])
        unpack_module("pair", self.pair, tensors)
        unpack_module("ema", self.ema.network, tensors)
        unpack_optimizer("optimizer", self.optimizer, tensors)
        self.rng.set_state(tensors["rng"])
        torch.set_rng_state(tensors["dropout"])
        self._last = dict.fromkeys(self._last, self.progress.seconds)
        forget_metrics_after(self.folder, self.progress.images)
        return True

    def _shape(self) -> list[list[int]]:
        return [list(value.shape) for value in self.pair.state_dict().values()]

    def run(self, report: Report | None = None, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train until the budget is used or `stop()` is true, between steps; then write the checkpoint.

        Returns whether the budget is used. Raises EmbeddingDiverged, StorageFailed.
        """
        progress, config = self.progress, self.config
        while config.progress(progress.images, progress.seconds) < 1.0 and not stop():
            started = time.perf_counter()
            figures = self._step()
            progress.seconds += time.perf_counter() - started
            if self._due("metrics_s"):
                _check_finite(figures, progress.steps)
                self._write_metrics(figures)
                if report is not None:
                    report(progress, config.progress(progress.images, progress.seconds), figures)
            if self._due("figures_s"):
                self._write_metrics(self.figures())
            if self._due("checkpoint_s"):
                self.save()
        self.save()
        return config.progress(progress.images, progress.seconds) >= 1.0

    def figures(self) -> dict[str, float]:
        """Held-out figures of the averaged networks."""
        averaged = self.ema.network
        return self.measure(averaged.head, averaged.tower)

    def _step(self) -> dict[str, float]:
        config, progress = self.config, self.progress
        rate = config.rate(progress.steps, config.progress(progress.images, progress.seconds))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = self._loss([source.draw(n) for source, n in zip(self.sources, self._counts(), strict=True)])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.pair.parameters(), config.gradient_ceiling)
        self.optimizer.step()
        progress.steps += 1
        progress.images += config.batch
        self.ema.update(self.pair, config.batch, config.ema_half_life_items)
        return {"loss": loss.item(), "scale": self.pair.log_scale.exp().item(), "bias": self.pair.bias.item()}

    def _loss(self, batches: Sequence[PairBatch]) -> Tensor:
        pair, device = self.pair.train(), self.device
        pair.head.train(self.head_moves)  # one that stays is what serves, without dropout
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=self._reduced):
            items = torch.cat([pair.tower(_laid_out(batch.items, device)) for batch in batches])
        texts = pair.head(torch.cat([batch.text for batch in batches]).to(device))
        clean = torch.cat([batch.clean_text for batch in batches]).to(device)
        targets = soft_targets(clean, self.config.caption_floor)
        return siglip_loss(texts, items.float(), targets, pair.log_scale.exp(), pair.bias)

    def _counts(self) -> list[int]:
        """Items of each source: what its share gives, the first one taking the rest."""
        counts = [max(1, round(source.share * self.config.batch)) for source in self.sources]
        counts[0] += self.config.batch - sum(counts)
        return counts

    def _due(self, key: str) -> bool:
        if self.progress.seconds - self._last[key] < getattr(self.pace, key):
            return False
        self._last[key] = self.progress.seconds
        return True

    def _write_metrics(self, figures: dict[str, float]) -> None:
        append_metrics(self.folder, {**dataclasses.asdict(self.progress), **figures})


def _groups(pair: Pair, decay: float) -> list[dict[str, object]]:
    """Weights decay; biases, norms and what scales the logits do not."""
    moved = [value for value in pair.parameters() if value.requires_grad]
    heavy, light = [v for v in moved if v.ndim > 1], [v for v in moved if v.ndim <= 1]
    return [{"params": heavy, "weight_decay": decay}, {"params": light, "weight_decay": 0.0}]


def _laid_out(items: Tensor, device: torch.device) -> Tensor:
    if items.ndim != 4:
        return items.to(device)
    return items.to(device, memory_format=torch.channels_last)


def _check_finite(figures: dict[str, float], steps: int) -> None:
    for key, value in figures.items():
        if not math.isfinite(value):
            raise EmbeddingDiverged(key, value, steps)

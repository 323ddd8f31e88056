"""What every run of `narrative-server train embedding` is told. Training only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.contrastive.config import EmbeddingTrainConfig


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """One run.

    folder: checkpoint and metrics; going on from what is there. export: where the finished model goes; None is
    `folder`/model. minutes: the whole budget of training time. items: the budget in items, if sooner. batch: items a
    step. device: "auto", "cpu", "cuda" or "mps". threads: CPU threads, 0 is torch's choice.
    """

    folder: Path
    export: Path | None = None
    minutes: float | None = 25.0
    items: int | None = None
    batch: int = 256
    device: str = "auto"
    threads: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("embedding.train.threads", self.threads, "0 to 256")
        self.config()

    def config(self) -> EmbeddingTrainConfig:
        """Settings of the run."""
        return EmbeddingTrainConfig(minutes=self.minutes, items=self.items, batch=self.batch, seed=self.seed)

    @property
    def model_folder(self) -> Path:
        """Where the finished model goes."""
        return self.export or self.folder / "model"

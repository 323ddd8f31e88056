"""The figures of a run: always lines of metrics.jsonl, and on request TensorBoard or Weights & Biases besides.

Knows nothing of training. Both boards are optional packages, imported when a run asks for one.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

import numpy as np
from PIL import Image

from narrative_server.errors import PackageMissing
from narrative_server.gan.checkpoint import not_written, write_whole
from narrative_server.gan.state import make_folder

METRICS_FILE: Final = "metrics.jsonl"
BOARDS: Final = ("tensorboard", "wandb")
BoardName: TypeAlias = Literal["tensorboard", "wandb"]


class Board(Protocol):
    """Where figures and sheets are shown while a run goes on; images, how many were trained on, is the x axis."""

    def figures(self, images: int, values: Mapping[str, float]) -> None:
        """Add a point to each curve."""

    def sheet(self, images: int, path: Path) -> None:
        """Show the PNG at `path`."""

    def close(self) -> None:
        """Write what is still held back."""


def open_board(name: BoardName, folder: Path, settings: Mapping[str, Any]) -> Board:
    """The board `name` for the run in `folder`; settings: JSON-able, shown beside the curves.

    Raises PackageMissing, which names the extra that brings the board.
    """
    board: type[TensorBoard] | type[WeightsAndBiases] = TensorBoard if name == "tensorboard" else WeightsAndBiases
    return board(folder, settings)


class TensorBoard:
    """Event files in `folder`/tensorboard; `tensorboard --logdir` reads them."""

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        """Raises PackageMissing."""
        _require("tensorboard", "tensorboard")
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder / "tensorboard"))
        self._writer.add_text("settings", f"```\n{json.dumps(settings, indent=2)}\n```")

    def figures(self, images: int, values: Mapping[str, float]) -> None:
        """Add a point to each curve."""
        for key, value in values.items():
            self._writer.add_scalar(key, value, images)

    def sheet(self, images: int, path: Path) -> None:
        """Show the PNG at `path`."""
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        self._writer.add_image("samples", pixels, images, dataformats="HWC")

    def close(self) -> None:
        """Write what is still held back."""
        self._writer.close()


class WeightsAndBiases:
    """A run of the project `narrative-server`, kept in `folder`/wandb; nothing leaves the machine unless asked for.

    Offline unless WANDB_MODE says otherwise; `wandb sync` sends an offline run later. A resumed run goes on with the
    same id, which is kept in wandb-id.txt.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        """Raises PackageMissing."""
        wandb = _require("wandb", "wandb")
        make_folder(folder)
        known = folder / "wandb-id.txt"
        if not known.is_file():
            write_whole(known, secrets.token_hex(4).encode())
        self._wandb = wandb
        self._run = wandb.init(
            project="narrative-server",
            name=folder.resolve().name,
            id=known.read_text(encoding="utf-8").strip(),
            resume="allow",
            dir=str(folder),
            mode=os.environ.get("WANDB_MODE", "offline"),
            config=dict(settings),
        )

    def figures(self, images: int, values: Mapping[str, float]) -> None:
        """Add a point to each curve."""
        self._run.log({**values, "images": images})

    def sheet(self, images: int, path: Path) -> None:
        """Show the PNG at `path`."""
        self._run.log({"samples": self._wandb.Image(str(path)), "images": images})

    def close(self) -> None:
        """Write what is still held back."""
        self._run.finish()


def append_metrics(folder: Path, line: Mapping[str, Any]) -> None:
    """Add a line to the run's metrics.jsonl. Raises StorageFailed."""
    make_folder(folder)
    path = folder / METRICS_FILE
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({key: _rounded(value) for key, value in line.items()}) + "\n")
    except OSError as error:
        raise not_written(path, error) from error


def forget_metrics_after(folder: Path, images: int) -> None:
    """Drop the lines of what was trained after the checkpoint and lost, and a line cut short by a kill."""
    path = folder / METRICS_FILE
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    write_whole(path, "".join(line for line in lines if _belongs(line, images)).encode())


def _belongs(line: str, images: int) -> bool:
    try:
        return bool(json.loads(line)["images"] <= images)
    except (ValueError, KeyError, TypeError):
        return False


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _require(package: str, extra: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise PackageMissing(package, extra) from error

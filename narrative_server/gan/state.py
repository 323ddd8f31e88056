"""The whole state of a training run in one safetensors file: tensors, and the rest as JSON in its header. No pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor, nn
from torch.optim import Optimizer

from narrative_server.errors import ModelCorrupt
from narrative_server.gan.checkpoint import not_written, write_whole

COMMAND = "narrative-server train with --fresh, to start again"


def write_state(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Write tensors and JSON-able facts to `path`, whole or not at all. Raises StorageFailed."""
    make_folder(path.parent)
    flat = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    write_whole(path, save_tensors(flat, metadata={"facts": json.dumps(facts)}))


def make_folder(folder: Path) -> None:
    """Make a run's folder where there is none. Raises StorageFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error) from error


def read_state(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write_state` wrote. Raises ModelCorrupt, FileNotFoundError."""
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
            facts: dict[str, Any] = json.loads(file.metadata()["facts"])
    except (SafetensorError, KeyError, TypeError, ValueError, OSError) as error:
        raise ModelCorrupt(path.name, str(error), COMMAND) from error
    return tensors, facts


def pack_module(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """A module's parameters and buffers under `prefix`."""
    return {f"{prefix}.{key}": value for key, value in module.state_dict().items()}


def unpack_module(prefix: str, module: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Put back what `pack_module` took. Raises ModelCorrupt when it does not fit."""
    start = prefix + "."
    own = {key.removeprefix(start): value for key, value in tensors.items() if key.startswith(start)}
    try:
        module.load_state_dict(own)
    except RuntimeError as error:
        raise ModelCorrupt(prefix, str(error), COMMAND) from error


def pack_optimizer(prefix: str, optimizer: Optimizer) -> dict[str, Tensor]:
    """An optimizer's moments and step counts under `prefix`; its settings are set anew at every step."""
    packed = {}
    for index, entries in optimizer.state_dict()["state"].items():
        for key, value in entries.items():
            packed[f"{prefix}.{index}.{key}"] = torch.as_tensor(value)
    return packed


def unpack_optimizer(prefix: str, optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put back what `pack_optimizer` took."""
    state: dict[int, dict[str, Tensor]] = {}
    start = prefix + "."
    for name, value in tensors.items():
        if name.startswith(start):
            index, key = name.removeprefix(start).split(".")
            state.setdefault(int(index), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})

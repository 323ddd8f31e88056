"""Packaged weights on disk: float16 safetensors and a JSON config, for serving and for fine-tuning. No pickle.

A model folder holds generator.safetensors, discriminator.safetensors, config.json (network shape, checksums, facts
for serving) and card.md; where the generator looks at references, also their bank. Knows nothing of training.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import nn

from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing, StorageFailed
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig
from narrative_server.gan.reference_files import BANK_FILE, pack_bank, unpack_bank
from narrative_server.gan.references import ReferenceBank

FORMAT: Final = 1
"""Version of config.json."""

ModuleT = TypeVar("ModuleT", bound=nn.Module)


@dataclass(frozen=True)
class ModelFacts:
    """What config.json says besides checksums.

    serving: numbers that serving needs, such as truncation and guidance; training: facts about the run.
    """

    name: str
    network: NetworkConfig
    condition_names: tuple[str, ...]
    serving: dict[str, float]
    training: dict[str, float | int | str]


def save_model(folder: Path, facts: ModelFacts, generator: Generator, discriminator: Discriminator) -> None:
    """Write both networks as float16 and config.json last, so that a folder with a config is whole.

    Raises StorageFailed; an earlier model in the folder stays whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        tensors = {key: value.detach().cpu().half().contiguous() for key, value in network.state_dict().items()}
        files[f"{name}.safetensors"] = save_tensors(tensors)
    if generator.bank is not None:
        files[BANK_FILE] = pack_bank(generator.bank)
    checksums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    config = {"format": FORMAT, **dataclasses.asdict(facts), "sha256": checksums}
    files["config.json"] = (json.dumps(config, indent=2) + "\n").encode()
    write_together({folder / name: data for name, data in files.items()})


def load_generator(folder: Path, name: str, command: str) -> tuple[Generator, ModelFacts]:
    """Read the generator in evaluation mode, float32 on the CPU.

    name, command: what an error calls the model and what it tells the user to run.
    Raises ModelMissing, ModelCorrupt.
    """
    facts, checksums = _read_config(folder, name, command)
    network = Generator(facts.network)
    _fill(network, folder / "generator.safetensors", checksums, name, command)
    if facts.network.references:
        network.bank = _read_bank(folder, facts.network, checksums, name, command)
    return network.eval().requires_grad_(False), facts


def load_discriminator(folder: Path, name: str, command: str) -> tuple[Discriminator, ModelFacts]:
    """Read the discriminator, float32 on the CPU; as `load_generator`."""
    facts, checksums = _read_config(folder, name, command)
    network = Discriminator(facts.network)
    _fill(network, folder / "discriminator.safetensors", checksums, name, command)
    return network, facts


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises StorageFailed; what was there before stays."""
    write_together({path: data})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write several files; none is put in its place before all are on the disk whole.

    Raises StorageFailed: then what was there before stays, unless the system failed between two renames.
    """
    partials = {path: path.with_name(path.name + ".partial") for path in files}
    try:
        for path, data in files.items():
            with partials[path].open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave the new name on an empty file
        for path, partial in partials.items():
            partial.replace(path)
    except OSError as error:
        for partial in partials.values():
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
        raise not_written(next(iter(files)), error) from error


def not_written(path: Path, error: OSError) -> StorageFailed:
    """The error of a file that could not be written, with what to do."""
    reason = error.strerror or str(error)
    full = error.errno == errno.ENOSPC
    cure = "free some space" if full else "put that right"
    return StorageFailed(
        f"{path} could not be written ({reason}); what was there before is kept: {cure} and run the same command again",
        full,
    )


def network_from_json(values: dict[str, Any]) -> NetworkConfig:
    """NetworkConfig from JSON; unknown keys fail with TypeError, illegal values with InvalidConfig."""
    listed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return NetworkConfig(**listed)


def _read_config(folder: Path, name: str, command: str) -> tuple[ModelFacts, dict[str, str]]:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelMissing(name, command) from None
    except (OSError, ValueError) as error:
        raise ModelCorrupt(name, f"config.json: {error}", command) from error
    try:
        if config.pop("format") != FORMAT:
            raise ModelCorrupt(name, f"config.json is not of format {FORMAT}", command)
        checksums = dict(config.pop("sha256"))
        config["network"] = network_from_json(config["network"])
        config["condition_names"] = tuple(config["condition_names"])
        return ModelFacts(**config), checksums
    except (AttributeError, KeyError, TypeError, ValueError, InvalidConfig) as error:
        raise ModelCorrupt(name, f"config.json: {error}", command) from error


def _read_bank(
    folder: Path, network: NetworkConfig, checksums: dict[str, str], name: str, command: str
) -> ReferenceBank:
    data = _read(folder / BANK_FILE, checksums, name, command)
    try:
        return unpack_bank(data, (network.channels, network.height, network.width))
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise ModelCorrupt(name, f"references: {error}", command) from error


def _read(path: Path, checksums: dict[str, str], name: str, command: str) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelMissing(name, command) from None
    except OSError as error:
        raise ModelCorrupt(name, f"{path.name}: {error}", command) from error
    if hashlib.sha256(data).hexdigest() != checksums.get(path.name):
        raise ModelCorrupt(name, f"{path.name} does not match its checksum", command)
    return data


def _fill(network: nn.Module, path: Path, checksums: dict[str, str], name: str, command: str) -> None:
    data = _read(path, checksums, name, command)
    try:
        tensors = {key: value.to(torch.float32) for key, value in load_tensors(data).items()}
        network.load_state_dict(tensors)
    except (SafetensorError, RuntimeError) as error:
        raise ModelCorrupt(name, f"{path.name}: {error}", command) from error

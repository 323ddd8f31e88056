"""Weights of the small networks that only evaluation uses: NAME.safetensors (float16) and NAME.json. No pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.gan.checkpoint import write_whole


def save_weights(
    folder: Path, name: str, network: nn.Module, config: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    """Write the weights and, last, NAME.json with the network's shape, the facts of its training and a checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    data = save_tensors({key: value.detach().half().contiguous() for key, value in network.state_dict().items()})
    write_whole(folder / f"{name}.safetensors", data)
    told = {
        "network": dict(config),
        "training": dict(facts),
        "sha256": {f"{name}.safetensors": hashlib.sha256(data).hexdigest()},
    }
    write_whole(folder / f"{name}.json", (json.dumps(told, indent=2) + "\n").encode())


def load_weights(folder: Path, name: str, command: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The network's shape, lists as tuples, and its tensors as float32; `command` repairs it.

    Raises ModelMissing, ModelCorrupt.
    """
    try:
        told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        data = (folder / f"{name}.safetensors").read_bytes()
    except FileNotFoundError:
        raise ModelMissing(name, command) from None
    except (OSError, ValueError) as error:
        raise ModelCorrupt(name, str(error), command) from error
    try:
        network = {key: tuple(value) if isinstance(value, list) else value for key, value in told["network"].items()}
        if hashlib.sha256(data).hexdigest() != told["sha256"][f"{name}.safetensors"]:
            raise ModelCorrupt(name, f"{name}.safetensors does not match its checksum", command)
        return network, {key: value.float() for key, value in load_tensors(data).items()}
    except (AttributeError, KeyError, TypeError, SafetensorError) as error:
        raise ModelCorrupt(name, str(error), command) from error

"""The packaged vocoder on disk, and behind the `Vocoder` protocol. No pickle; knows nothing of training.

A model folder holds vocoder.safetensors (float16), config.json (shape, checksum, facts of the run) and card.md.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.gan.checkpoint import write_whole
from narrative_server.packing import pack
from narrative_server.precision import computes_bfloat16
from narrative_server.sounds.melspec import BANDS
from narrative_server.sounds.vocos import Vocos, VocosConfig

MODEL_NAME: Final = "vocoder"
RESTORE_COMMAND: Final = "narrative-server train vocoder"
FORMAT: Final = 1
WEIGHTS: Final = "vocoder.safetensors"
_USUAL_FRAMES: Final = 88
"""A second of sound: what the weights are laid out for; other lengths work too."""


class TrainedVocoder:
    """A trained network that gives the same samples for the same spectrum every time."""

    def __init__(self, network: Vocos, device: torch.device | None = None) -> None:
        self._device = device or torch.device("cpu")
        # A copy: what serves is rounded and packed, what is being trained must not be.
        self._network = copy.deepcopy(network).to(self._device).eval().requires_grad_(False)
        if computes_bfloat16(self._device):
            self._network.reduce(torch.bfloat16)
        pack(self._network, lambda: self.waveform(torch.zeros(1, BANDS, _USUAL_FRAMES)))

    @torch.inference_mode()
    def waveform(self, decibels: Tensor) -> Tensor:
        """Decibels (N, BANDS, T) of a full-scale sine to float32 samples (N, (T - 1) * HOP) on the CPU."""
        samples: Tensor = self._network(decibels.to(self._device)).float().cpu()
        return samples


def save_vocoder(folder: Path, network: Vocos, training: dict[str, float | int | str], card: str) -> None:
    """Write weights and card, and config.json last, so that a folder with a config is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    data = save_tensors({key: value.detach().cpu().half().contiguous() for key, value in network.state_dict().items()})
    write_whole(folder / WEIGHTS, data)
    write_whole(folder / "card.md", card.encode())
    config = {
        "format": FORMAT,
        "name": MODEL_NAME,
        "network": dataclasses.asdict(network.config),
        "training": training,
        "sha256": {WEIGHTS: hashlib.sha256(data).hexdigest()},
    }
    write_whole(folder / "config.json", (json.dumps(config, indent=2) + "\n").encode())


def load_vocoder(folder: Path) -> Vocos:
    """Read the network, float32 on the CPU; raises ModelMissing, ModelCorrupt."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        data = (folder / WEIGHTS).read_bytes()
    except FileNotFoundError:
        raise ModelMissing(MODEL_NAME, RESTORE_COMMAND) from None
    except (OSError, ValueError) as error:
        raise _corrupt(f"config.json: {error}") from error
    try:
        if config["format"] != FORMAT:
            raise _corrupt(f"config.json is not of format {FORMAT}")
        if hashlib.sha256(data).hexdigest() != config["sha256"][WEIGHTS]:
            raise _corrupt(f"{WEIGHTS} does not match its checksum")
        network = Vocos(VocosConfig(**config["network"]))
        network.load_state_dict({key: value.float() for key, value in load_tensors(data).items()})
    except (AttributeError, KeyError, TypeError, RuntimeError, SafetensorError, InvalidConfig) as error:
        raise _corrupt(str(error)) from error
    return network


def packaged_folder() -> Path:
    """Where the vocoder that comes with the package lies."""
    return Path(__file__).parent.parent / "models" / MODEL_NAME


def _corrupt(reason: str) -> ModelCorrupt:
    return ModelCorrupt(MODEL_NAME, reason, RESTORE_COMMAND)

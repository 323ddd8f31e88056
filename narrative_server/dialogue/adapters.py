"""LoRA adapters for language models: their files, what base each is for, and which one a configuration means.

A folder holds adapter_model.safetensors and adapter_config.json, both in peft's own format, and config.json, which ties
the adapter to its base. Loads no model and imports no torch.
Reference: Hu et al., "LoRA" (2021); the file format is that of the peft library.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.prompts import PROMPT_FORMAT, PromptStyle
from narrative_server.dialogue.weights import find_weights
from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing, NotFound
from narrative_server.models.catalogue import file_sha256, find_model, model_path

PACKAGED: Final = "dialogue"
"""The catalogue's name of the adapter that comes with the package."""

WEIGHTS_FILE: Final = "adapter_model.safetensors"
PEFT_FILE: Final = "adapter_config.json"
CONFIG_FILE: Final = "config.json"
FORMAT: Final = 1

_COMMAND: Final = "narrative-server train dialogue"
_PREFIX: Final = "base_model.model."
# Variants of LoRA whose weights mean something else than alpha / r * B @ A.
_UNSUPPORTED: Final = ("use_dora", "use_rslora", "lora_bias", "fan_in_fan_out", "rank_pattern", "alpha_pattern")


@dataclass(frozen=True)
class Adapter:
    """An adapter on disk, checked.

    base: name or path of its base as it was trained. base_sha256: see `weights_sha256`.
    sha256: of the adapter's weights. scale: alpha / rank.
    """

    folder: Path
    base: str
    base_sha256: str
    style: PromptStyle
    rank: int
    alpha: float
    sha256: str

    @property
    def scale(self) -> float:
        """What B @ A is multiplied by."""
        return self.alpha / self.rank


@dataclass(frozen=True)
class LoraPair:
    """The change to one linear layer: weight += scale * b @ a. a (r, in) and b (out, r), float32."""

    a: NDArray[np.float32]
    b: NDArray[np.float32]

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the layer's weight: (out, in)."""
        return self.b.shape[0], self.a.shape[1]


def find_adapter(config: DialogueConfig) -> Adapter | None:
    """The adapter that `config` means: the packaged one for its own base, one of a folder, or none.

    Raises InvalidConfig when the adapter is for another base than `config.model`; ModelMissing or ModelCorrupt.
    """
    if config.adapter == "none":
        return None
    if config.adapter == "auto":
        try:
            adapter = read_adapter(model_path(PACKAGED))
        except ModelMissing:
            return None
        return adapter if _is_base(adapter, config.model) else None
    adapter = read_adapter(Path(config.adapter).expanduser())
    if not _is_base(adapter, config.model):
        legal = f"none, or an adapter for {config.model!r}; this one is for {adapter.base!r}"
        raise InvalidConfig("dialogue.adapter", config.adapter, f"{legal} (SHA-256 {adapter.base_sha256[:12]}...)")
    return adapter


def prompt_style(config: DialogueConfig, adapter: Adapter | None) -> PromptStyle:
    """How to ask the model: as configured, else as the adapter learnt it, else with examples."""
    if config.prompt != "auto":
        return config.prompt
    return adapter.style if adapter else "few_shot"


def read_adapter(folder: Path) -> Adapter:
    """Read an adapter's config.json and check its files against it. Raises ModelMissing or ModelCorrupt."""
    name = folder.name
    if not folder.is_dir():
        raise ModelMissing(str(folder), _COMMAND)
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        sums = dict(config["sha256"])
        adapter = Adapter(
            folder=folder,
            base=str(config["base"]),
            base_sha256=str(config["base_sha256"]),
            style=cast(PromptStyle, config["prompt_style"]),
            rank=int(config["rank"]),
            alpha=float(config["alpha"]),
            sha256=str(sums[WEIGHTS_FILE]),
        )
        formats = (config["format"], config["prompt_format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _corrupt(name, f"{CONFIG_FILE} cannot be read: {error!r}") from error
    if formats != (FORMAT, PROMPT_FORMAT):
        wanted = f"format {FORMAT} and prompt_format {PROMPT_FORMAT}"
        raise _corrupt(name, f"{CONFIG_FILE} has format {formats[0]} and prompt_format {formats[1]}, not {wanted}")
    if adapter.style not in get_args(PromptStyle) or adapter.rank < 1:
        raise _corrupt(name, f"{CONFIG_FILE} has prompt_style {adapter.style!r} and rank {adapter.rank}")
    for file, expected in sums.items():
        path = folder / Path(file).name
        if not path.is_file():
            raise _corrupt(name, f"{file} is missing")
        if file_sha256(path) != expected:
            raise _corrupt(name, f"{file} does not have the SHA-256 that {CONFIG_FILE} tells")
    return adapter


def write_adapter_config(
    folder: Path, base: str, style: PromptStyle = "tuned", training: Mapping[str, float | str] | None = None
) -> Adapter:
    """Write config.json beside a freshly trained adapter in peft's format, so that it can be served.

    base: the catalogue name, .gguf file or model folder that it was trained on. training: facts for the reader.
    Raises ModelMissing when there is no such base or adapter, ModelCorrupt when it is of a kind that is not served.
    """
    peft = _read_peft(folder)
    _read_pairs(folder, int(peft["r"]))  # raises for what could not be served
    config: dict[str, Any] = {
        "format": FORMAT,
        "name": folder.name,
        "base": base,
        "base_sha256": weights_sha256(base),
        "prompt_style": style,
        "prompt_format": PROMPT_FORMAT,
        "rank": int(peft["r"]),
        "alpha": float(peft["lora_alpha"]),
        "training": dict(training or {}),
        "sha256": {file: file_sha256(folder / file) for file in (WEIGHTS_FILE, PEFT_FILE)},
    }
    partial = folder / (CONFIG_FILE + ".partial")
    partial.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8", newline="\n")
    partial.replace(folder / CONFIG_FILE)
    return read_adapter(folder)


def lora_pairs(adapter: Adapter) -> dict[str, LoraPair]:
    """The adapter's weights by the name of the linear layer, such as `model.layers.0.mlp.up_proj`.

    Raises ModelCorrupt when they are not what config.json tells.
    """
    return _read_pairs(adapter.folder, adapter.rank)


def weights_sha256(model: str) -> str:
    """SHA-256 of a language model's weights, hexadecimal.

    Of the file for a GGUF file (the catalogue's own figure for a model of the catalogue, so that it is not read),
    of the names and checksums of all safetensors files for a folder. Raises ModelMissing or ModelCorrupt.
    """
    path = find_weights(model)
    try:
        entry = find_model(model)
        return next(file.sha256 for file in entry.files if file.path == entry.entry)
    except (NotFound, StopIteration):
        pass
    if path.is_file():
        return file_sha256(path)
    rows = [f"{file.name} {file_sha256(file)}\n" for file in sorted(path.glob("*.safetensors"))]
    return hashlib.sha256("".join(rows).encode()).hexdigest()


def _is_base(adapter: Adapter, model: str) -> bool:
    if model == adapter.base:
        # A name of the catalogue is checked against the catalogue; anything else may have changed since training.
        return weights_sha256(model) == adapter.base_sha256
    path = find_weights(model)
    try:
        base = find_model(adapter.base)
    except NotFound:
        return weights_sha256(model) == adapter.base_sha256
    # Reading all of a large model only to find that it is another one would take long: sizes tell first.
    sizes = {file.size_bytes for file in base.files}
    return path.is_file() and path.stat().st_size in sizes and weights_sha256(model) == adapter.base_sha256


def _read_peft(folder: Path) -> dict[str, Any]:
    if not (folder / WEIGHTS_FILE).is_file() or not (folder / PEFT_FILE).is_file():
        raise ModelMissing(str(folder), _COMMAND)
    try:
        config = dict(json.loads((folder / PEFT_FILE).read_text(encoding="utf-8")))
        kind, rank = config["peft_type"], config["r"]
        float(config["lora_alpha"])
    except (ValueError, KeyError, TypeError) as error:
        raise _corrupt(folder.name, f"{PEFT_FILE} cannot be read: {error!r}") from error
    if kind != "LORA" or not isinstance(rank, int) or rank < 1:
        raise _corrupt(folder.name, f"{PEFT_FILE} has peft_type {kind!r} and r {rank!r}, not LORA with r of 1 or more")
    used = [key for key in _UNSUPPORTED if config.get(key)]
    if used:
        raise _corrupt(folder.name, f"{PEFT_FILE} sets {', '.join(used)}: only plain LoRA is served")
    return config


def _read_pairs(folder: Path, rank: int) -> dict[str, LoraPair]:
    try:
        tensors = load_file(folder / WEIGHTS_FILE)
    except (OSError, SafetensorError, KeyError, TypeError) as error:  # KeyError, TypeError: a dtype that numpy lacks
        raise _corrupt(folder.name, f"{WEIGHTS_FILE} is not float16 or float32 safetensors") from error
    ends = {".lora_A.weight": "a", ".lora_B.weight": "b"}
    halves: dict[str, dict[str, NDArray[np.float32]]] = {}
    for key, tensor in tensors.items():
        end = next((end for end in ends if key.endswith(end)), None)
        if end is None or tensor.ndim != 2:
            raise _corrupt(folder.name, f"{WEIGHTS_FILE} holds {key!r}, which is no half of a linear layer's LoRA")
        name = key.removeprefix(_PREFIX).removesuffix(end)
        halves.setdefault(name, {})[ends[end]] = np.ascontiguousarray(tensor, dtype=np.float32)
    for name, half in halves.items():
        if len(half) != 2 or half["a"].shape[0] != rank or half["b"].shape[1] != rank:
            raise _corrupt(folder.name, f"{WEIGHTS_FILE}: {name} is not a pair of matrices of rank {rank}")
    if not halves:
        raise _corrupt(folder.name, f"{WEIGHTS_FILE} is empty")
    return {name: LoraPair(**half) for name, half in sorted(halves.items())}


def _corrupt(name: str, reason: str) -> ModelCorrupt:
    return ModelCorrupt(name, reason, _COMMAND)

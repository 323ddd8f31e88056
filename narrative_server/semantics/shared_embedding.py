"""The shared embedding for serving: texts, pictures and sounds as unit vectors whose cosine tells how well they fit.

A model folder holds text.safetensors, picture.safetensors, config.json and card.md, and sound.safetensors where the
sound tower was trained. Each medium has a file and an entry of its own, so that a folder without sounds serves the
others. Inference only, float32; candidates, and all sounds, in bfloat16 where the processor computes in it. Every item
runs alone where its bytes must not depend on what else is asked for. Needs the sentence embedding of texts, which
`text_encoder` gives.

Axes: N items, B mel bands, T frames, S = SHARED_SIZE.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import nn

from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.packing import pack
from narrative_server.precision import computes_bfloat16
from narrative_server.semantics.towers import (
    PictureTower,
    PictureTowerConfig,
    SoundTower,
    SoundTowerConfig,
    TextHead,
    TextHeadConfig,
)
from narrative_server.semantics.types import SHARED_SIZE, SOUND_BANDS, SOUND_FRAMES

MODEL_NAME: Final = "embedding"
TRAIN_COMMAND: Final = "narrative-server train embedding"
TRAIN_SOUNDS_COMMAND: Final = "narrative-server train embedding --sounds runs/sounds/data.npz"
SOUND_FILE: Final = "sound.safetensors"
FORMAT: Final = 1
_SPACE_CHARACTERS: Final = 16
_USUAL_VIEW: Final = (32, 32)
"""Rows and columns of a sprite's view: what the weights are laid out for; others work too."""


@dataclass(frozen=True)
class EmbeddingFacts:
    """What config.json says besides shapes and checksums.

    scale, bias: the logit of a pair is scale * cosine + bias. scores: figures of the card. training: facts of the run.
    """

    scale: float
    bias: float
    scores: dict[str, float]
    training: dict[str, float | int | str]


class SharedEmbedding:
    """Head and towers in evaluation mode; safe to call from several threads."""

    def __init__(self, folder: Path, command: str, device: torch.device | None = None) -> None:
        """Load the model. command: what an error tells the user to run. device: None is the CPU.

        Raises ModelMissing, ModelCorrupt; a sound tower that is missing or damaged is told when it is asked for.
        """
        config = _read_config(folder, command)
        try:
            head = TextHead(TextHeadConfig(**config["towers"]["text"]))
            widths = tuple(config["towers"]["picture"]["widths"])
            tower = PictureTower(PictureTowerConfig(widths))
            self.facts = EmbeddingFacts(**config["facts"])
            checksums = dict(config["sha256"])
        except (KeyError, TypeError, InvalidConfig) as error:
            raise ModelCorrupt(MODEL_NAME, f"config.json: {error}", command) from error
        _fill(head, folder / "text.safetensors", checksums, command)
        _fill(tower, folder / "picture.safetensors", checksums, command)
        self.checksums = checksums
        self._lock = threading.Lock()
        self._device = device or torch.device("cpu")
        self.head = head.eval().requires_grad_(False).to(self._device)
        self.tower = tower.eval().requires_grad_(False).to(self._device)
        self.tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        # Candidates are judged while somebody waits: in bfloat16 it takes half the time or less.
        self._quick_dtype = torch.bfloat16 if computes_bfloat16(self._device) else torch.float32
        self._quick = copy.deepcopy(self.tower).to(self._quick_dtype)
        pack(self._quick, lambda: self.embed_batch(np.zeros((2, 3, *_USUAL_VIEW), np.float32)))
        # Vectors of two models cannot be compared: whoever stores one stores its space with it. Text is the hub, so
        # that a tower that is added later shares the space.
        names = "".join(checksums[name] for name in ("text.safetensors", "picture.safetensors"))
        self.space: str = _space(names)
        self._sound = _load_sound_tower(folder, config, checksums, command)
        if isinstance(self._sound, SoundTower):
            self._sound.eval().requires_grad_(False).to(self._device, self._quick_dtype)
            self._sound.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            pack(self._sound, lambda: self.embed_sounds(np.zeros((2, 1, SOUND_BANDS, SOUND_FRAMES), np.float32)))
        # Places of sounds by one tower cannot be compared with those by another, though both fit the same texts.
        self.sound_space: str = _space(names + checksums[SOUND_FILE]) if self.hears else ""

    @property
    def hears(self) -> bool:
        """Whether there is a sound tower that can be used."""
        return isinstance(self._sound, SoundTower)

    @property
    def sound_tower(self) -> SoundTower:
        """The sound tower. Raises ModelMissing where none was trained, ModelCorrupt for one that is damaged."""
        if isinstance(self._sound, SoundTower):
            return self._sound
        raise self._sound

    @torch.inference_mode()
    def embed_texts(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sentence embeddings, float32 of (N, 384), unit norm, to float32 of (N, S), unit norm; each row alone."""
        placed = np.empty((len(embeddings), SHARED_SIZE), np.float32)
        with self._lock:
            for row, embedding in enumerate(embeddings):
                placed[row] = self.head(torch.from_numpy(embedding[None]).to(self._device))[0].cpu().numpy()
        return placed

    @torch.inference_mode()
    def embed_batch(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Views of one size, float32 of (N, 3, H, W), to float32 of (N, S), unit norm, together: sooner than alone.

        Equal batches give equal bytes; `embed_pictures` gives others, by rounding: keep those.
        """
        with self._lock:
            shown = torch.from_numpy(views).to(self._device, self._quick_dtype, memory_format=torch.channels_last)
            placed: NDArray[np.float32] = self._quick(shown).cpu().numpy()
        return placed

    @torch.inference_mode()
    def embed_sounds(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Views of sounds, float32 of (N, 1, B, T), as `views.view_sound` gives them, to (N, S), unit norm, together.

        Equal batches give equal bytes; a sound alone may give others, by rounding. Raises ModelMissing, ModelCorrupt.
        """
        tower = self.sound_tower
        with self._lock:
            shown = torch.from_numpy(views).to(self._device, self._quick_dtype, memory_format=torch.channels_last)
            placed: NDArray[np.float32] = tower(shown).cpu().numpy()
        return placed

    @torch.inference_mode()
    def embed_pictures(self, views: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Views of pictures, float32 of (3, H, W), -1..1, as `views.view_picture` gives them, to float32 of (N, S).

        Rows of unit norm.
        """
        placed = np.empty((len(views), SHARED_SIZE), np.float32)
        with self._lock:
            for row, view in enumerate(views):
                placed[row] = self.tower(torch.from_numpy(view[None]).to(self._device))[0].cpu().numpy()
        return placed


def pack_embedding(
    head: TextHead, tower: PictureTower, facts: EmbeddingFacts, more: Mapping[str, bytes] = MappingProxyType({})
) -> dict[str, bytes]:
    """The files of a model by name, config.json last: float16 weights, shapes, checksums, facts.

    more: further files of the folder, by name, which get their checksum too.
    """
    networks: Mapping[str, nn.Module] = {"text": head, "picture": tower}
    files = {f"{name}.safetensors": _packed(network) for name, network in networks.items()} | dict(more)
    config = {
        "format": FORMAT,
        "size": SHARED_SIZE,
        "towers": {"text": dataclasses.asdict(head.config), "picture": dataclasses.asdict(tower.config)},
        "facts": dataclasses.asdict(facts),
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return {**files, "config.json": (json.dumps(config, indent=2) + "\n").encode()}


def add_sound_tower(
    folder: Path,
    command: str,
    tower: SoundTower,
    facts: EmbeddingFacts,
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> dict[str, bytes]:
    """All files of the model in `folder` but its card, with the sound tower in it; the other weights as they are.

    facts: in the stead of the folder's. more: further files, by name. Raises ModelMissing, ModelCorrupt.
    """
    config = _read_config(folder, command)
    new = {SOUND_FILE: _packed(tower), **more}
    kept = [name for name in config["sha256"] if name not in new]
    try:
        files = {name: (folder / name).read_bytes() for name in kept} | new
    except OSError as error:
        raise ModelCorrupt(MODEL_NAME, f"{error.filename}: {error.strerror}", command) from error
    config["towers"]["sound"] = dataclasses.asdict(tower.config)
    config["facts"] = dataclasses.asdict(facts)
    config["sha256"] |= {name: hashlib.sha256(data).hexdigest() for name, data in new.items()}
    return {**files, "config.json": (json.dumps(config, indent=2) + "\n").encode()}


def _packed(network: nn.Module) -> bytes:
    data: bytes = save_tensors(
        {key: value.detach().cpu().half().contiguous() for key, value in network.state_dict().items()}
    )
    return data


def _space(names: str) -> str:
    return hashlib.sha256(names.encode()).hexdigest()[:_SPACE_CHARACTERS]


def _load_sound_tower(
    folder: Path, config: Mapping[str, Any], checksums: Mapping[str, str], command: str
) -> SoundTower | ModelMissing | ModelCorrupt:
    """The tower, or what to raise when it is asked for: a folder without it serves texts and pictures."""
    shape = config["towers"].get("sound")
    if shape is None or not (folder / SOUND_FILE).is_file():
        return ModelMissing(f"{MODEL_NAME} of sounds", TRAIN_SOUNDS_COMMAND)
    try:
        tower = SoundTower(SoundTowerConfig(tuple(shape["widths"]), shape["dropout"]))
        _fill(tower, folder / SOUND_FILE, checksums, command)
    except (KeyError, TypeError, InvalidConfig) as error:
        return ModelCorrupt(MODEL_NAME, f"config.json: {error}", command)
    except (ModelMissing, ModelCorrupt) as error:
        return error
    return tower


def _read_config(folder: Path, command: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        known = config["format"] == FORMAT and config["size"] == SHARED_SIZE
    except FileNotFoundError:
        raise ModelMissing(MODEL_NAME, command) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelCorrupt(MODEL_NAME, f"config.json: {error}", command) from error
    if not known:
        raise ModelCorrupt(MODEL_NAME, f"config.json is not of format {FORMAT} and size {SHARED_SIZE}", command)
    return config


def _fill(network: nn.Module, path: Path, checksums: Mapping[str, str], command: str) -> None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelMissing(MODEL_NAME, command) from None
    except OSError as error:
        raise ModelCorrupt(MODEL_NAME, f"{path.name}: {error}", command) from error
    if hashlib.sha256(data).hexdigest() != checksums.get(path.name):
        raise ModelCorrupt(MODEL_NAME, f"{path.name} does not match its checksum", command)
    try:
        network.load_state_dict({key: value.to(torch.float32) for key, value in load_tensors(data).items()})
    except (SafetensorError, RuntimeError) as error:
        raise ModelCorrupt(MODEL_NAME, f"{path.name}: {error}", command) from error

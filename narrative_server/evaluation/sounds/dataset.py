"""The data set that sounds are evaluated on: the spectra of a run and the sounds themselves, mapped from the disk.

Row i of both files is the same sound. Axes: N items, B mel bands, T frames.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt
from narrative_server.evaluation.sounds.archive import open_arrays
from narrative_server.gan.data import GanData
from narrative_server.sounds.melspec import MelScale, unfold
from narrative_server.sounds.train import read_notes
from narrative_server.sounds.waves import RECORDED, WaveSet

_REBUILD: Final = "narrative-server data sounds"


@dataclass(frozen=True)
class SoundData:
    """gan: captions, conditions and spectra as the generator sees them. waves: the sounds, in the same order."""

    gan: GanData
    waves: WaveSet

    def __post_init__(self) -> None:
        same = self.gan.size == self.waves.size and bool((self.gan.held_out == self.waves.held_out).all())
        if not same:
            raise InvalidConfig("--data", f"{self.gan.size} spectra of {self.waves.size} sounds", "one run's files")

    @property
    def size(self) -> int:
        """Number of items, N."""
        return self.gan.size

    @property
    def kinds(self) -> list[str]:
        """The kind of each item, `recorded` for recordings."""
        return self.waves.kinds

    @property
    def recorded(self) -> NDArray[np.bool_]:
        """Which items are recordings, (N,)."""
        return np.array([kind == RECORDED for kind in self.kinds], dtype=np.bool_)

    @property
    def scale(self) -> MelScale:
        """Scales of the spectra's bands."""
        return read_notes(self.gan).scale

    def captions(self, item: int) -> list[str]:
        """The different captions of an item."""
        return [self.gan.phrases[row] for row in dict.fromkeys(self.gan.captions[item].tolist())]

    def decibels(self, items: NDArray[np.intp] | Sequence[int]) -> NDArray[np.float32]:
        """Spectra of those items, (len(items), B, T)."""
        values = np.asarray(self.gan.values[np.asarray(items, dtype=np.intp)], dtype=np.float32)
        found: NDArray[np.float32] = self.scale.denormalise(unfold(torch.from_numpy(values))).numpy()
        return found


def read_evaluation_data(path: Path) -> SoundData:
    """Open the files of a run: its folder, or its data.npz. Raises DataMissing, ModelCorrupt, InvalidConfig."""
    file = path / "data.npz" if path.is_dir() else path
    waves = file.with_name(f"{file.stem}.waves.npz")
    for needed in (file, waves):
        if not needed.is_file():
            how = f"{needed} is not there: build it with `{_REBUILD}`, or name a run with --data FOLDER"
            raise DataMissing("sounds", how)
    return SoundData(_read_spectra(file), _read_waves(waves))


def _read_spectra(path: Path) -> GanData:
    try:
        arrays = open_arrays(path)
        words = _words(arrays)
        return GanData(
            name=words["name"],
            values=arrays["values"],
            phrases=tuple(words["phrases"]),
            embeddings=arrays["embeddings"],
            captions=np.array(arrays["captions"]),
            conditions=np.array(arrays["conditions"]),
            weights=np.array(arrays["weights"]),
            held_out=np.array(arrays["held_out"]),
            flippable=np.array(arrays["flippable"]),
            condition_names=tuple(words["condition_names"]),
            notes=words["notes"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, InvalidConfig) as error:
        raise ModelCorrupt(path.name, f"not a data set: {error}", _REBUILD) from error


def _read_waves(path: Path) -> WaveSet:
    try:
        arrays = open_arrays(path)
        words = _words(arrays)
        return WaveSet(
            samples=arrays["samples"],
            starts=np.array(arrays["starts"]),
            captions=[tuple(texts) for texts in words["captions"]],
            kinds=words["kinds"],
            emotions=words["emotions"],
            intensity=np.array(arrays["intensity"]),
            valence=np.array(arrays["valence"]),
            arousal=np.array(arrays["arousal"]),
            held_out=np.array(arrays["held_out"]),
            skipped=words["skipped"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelCorrupt(path.name, f"no set of sounds: {error}", _REBUILD) from error


def _words(arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(np.asarray(arrays["words"]).tobytes().decode())
    return found

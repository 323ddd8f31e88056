"""The items and captions that the shared embedding learns from, as `narrative-server data` built them; reads pictures.

Backgrounds are halved while they are read: a built set of them is larger than many machines' memory.
Axes: N items, C channels, H rows, W columns, K paraphrases an item, T distinct phrases.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt

_CHUNK_ITEMS: Final = 512


@dataclass(frozen=True, eq=False)
class PairSet:
    """Items of one kind with their captions.

    views: uint8 (N, C, H, W); C 4: sprites, premultiplied RGBA; C 3: backgrounds, already halved; C 1: sounds, bands by
    frames.
    phrases: T captions. embeddings: float32 (T, 384), unit norm. captions: int32 (N, K) rows of `phrases`.
    weights: float32 (N,), how often an item is drawn. held_out, flippable: bool (N,).
    """

    name: str
    views: NDArray[np.uint8]
    phrases: tuple[str, ...]
    embeddings: NDArray[np.float32]
    captions: NDArray[np.int32]
    weights: NDArray[np.float32]
    held_out: NDArray[np.bool_]
    flippable: NDArray[np.bool_]

    def __post_init__(self) -> None:
        fine = len(self.views) > 0 and bool((self.weights[~self.held_out] > 0).any())
        if not fine:
            raise InvalidConfig(f"data of {self.name}", "nothing", "an item or more that is not held out")

    @property
    def size(self) -> int:
        """Number of items, N."""
        return len(self.views)


def read_pairs(path: Path, name: str, command: str) -> PairSet:
    """Read a built data set.

    name, command: what an error calls it and what it tells the user to run.
    Raises DataMissing when there is none, ModelCorrupt when the file is something else.
    """
    if not path.is_file():
        raise DataMissing(name, f"build it with `{command}`: {path} is not there")
    try:
        with zipfile.ZipFile(path) as archive, archive.open("values.npy") as file:
            views = _read_views(file)
        with np.load(path, allow_pickle=False) as file:
            words = json.loads(file["words"].tobytes().decode())
            return PairSet(
                name=name,
                views=views,
                phrases=tuple(words["phrases"]),
                embeddings=file["embeddings"],
                captions=file["captions"],
                weights=file["weights"],
                held_out=file["held_out"],
                flippable=file["flippable"],
            )
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelCorrupt(str(path), f"not a data set of pictures: {error}", command) from error


def _read_views(file: IO[bytes]) -> NDArray[np.uint8]:
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("values.npy is not of version 1.0")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if len(shape) != 4 or shape[1] not in (3, 4) or fortran or dtype != np.uint8:
        raise ValueError(f"values are {dtype} of {shape}, not uint8 of (N, 3 or 4, H, W)")
    count, *grid = shape
    halved = grid[0] == 3
    views = np.empty((count, 3, grid[1] // 2, grid[2] // 2) if halved else shape, dtype=np.uint8)
    for start in range(0, count, _CHUNK_ITEMS):
        stop = min(count, start + _CHUNK_ITEMS)
        data = file.read((stop - start) * int(np.prod(grid)))
        chunk = np.frombuffer(data, dtype=np.uint8).reshape(stop - start, *grid)
        views[start:stop] = halve(chunk) if halved else chunk
    return views


def halve(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Means of two by two cells of (N, C, H, W), rounded; an odd last row or column is left out."""
    height, width = values.shape[2:]
    even = values[:, :, : height // 2 * 2, : width // 2 * 2].astype(np.uint16)
    rows = even[:, :, 0::2] + even[:, :, 1::2]  # (N, C, H / 2, W)
    total = rows[..., 0::2] + rows[..., 1::2]  # (N, C, H / 2, W / 2)
    result: NDArray[np.uint8] = ((total + 2) // 4).astype(np.uint8)
    return result

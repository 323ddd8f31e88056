"""The sounds that the shared embedding's sound tower learns from: reading a built set, and drawing disturbed batches.

Spectra are kept as bytes, a quarter of a decibel a step: half of what the file takes. What is drawn is disturbed, so
that the tower learns what is heard, not how it was recorded or made. Randomness comes from one CPU generator in a fixed
order, so that a resumed run repeats an uninterrupted one. Axes: N items, B mel bands, T frames.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.errors import DataMissing, ModelCorrupt
from narrative_server.semantics.contrastive.batches import PairBatch
from narrative_server.semantics.contrastive.data import PairSet
from narrative_server.semantics.types import SOUND_BANDS, SOUND_FRAMES
from narrative_server.semantics.views import view_sound

NAME: Final = "sounds"
COMMAND: Final = "narrative-server data sounds"
_FOLD: Final = 4  # how the data set lays spectra out: blocks of 4x4 cells as channels
_GRID: Final = (_FOLD**2, SOUND_BANDS // _FOLD, SOUND_FRAMES // _FOLD)
_CHUNK_ITEMS: Final = 256
_TEXT_JITTER: Final = 0.01
_LATEST_FRAMES: Final = 6  # a sound begins up to 70 ms late
_TILT: Final = 0.2  # 6 dB brighter or darker at the ends, on a scale of -1..1 for 60 dB
_SMOOTH_SHARE, _GRAINY_SHARE, _CUT_SHARE = 0.2, 0.3, 0.3
_GRAIN: Final = 0.12
_HIGHEST_FLOOR: Final = 0.4  # of the range, from below: what is quieter may be missing


def read_sound_pairs(path: Path) -> PairSet:
    """Read a built data set of sounds: views uint8 (N, 1, B, T).

    Raises DataMissing when there is none, ModelCorrupt when the file is something else.
    """
    if not path.is_file():
        raise DataMissing(NAME, f"build it with `{COMMAND}`: {path} is not there")
    try:
        # First as an archive: np.load leaves a file open that is none.
        with zipfile.ZipFile(path) as archive, np.load(path, allow_pickle=False) as file:
            words = json.loads(file["words"].tobytes().decode())
            captions, weights, held_out = file["captions"], file["weights"], file["held_out"]
            embeddings = file["embeddings"]
            scale = json.loads(words["notes"]["mel_scale"])
            with archive.open("values.npy") as stream:
                views = _read_views(stream, _column(scale["mean_db"]), _column(scale["spread_db"]))
        return PairSet(
            name=NAME,
            views=views,
            phrases=tuple(words["phrases"]),
            embeddings=embeddings,
            captions=captions,
            weights=weights,
            held_out=held_out,
            flippable=np.zeros(len(views), dtype=np.bool_),
        )
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelCorrupt(str(path), f"not a data set of sounds: {error}", COMMAND) from error


class SoundSource:
    """Draws from a set of sounds by weight, held-out ones never. share: of a batch."""

    def __init__(self, pairs: PairSet, rng: torch.Generator) -> None:
        self.share, self.rng = 1.0, rng
        self.views = torch.from_numpy(pairs.views)
        self.embeddings = torch.from_numpy(pairs.embeddings)
        self.captions = torch.from_numpy(pairs.captions).long()
        self.chances = torch.from_numpy(pairs.weights).double() * ~torch.from_numpy(pairs.held_out)

    def draw(self, n: int) -> PairBatch:
        """`n` sounds, (N, 1, B, T) of -1..1, with one of their captions each."""
        rng = self.rng
        rows = torch.multinomial(self.chances, n, replacement=True, generator=rng)
        paraphrase = torch.randint(self.captions.shape[1], (n,), generator=rng)
        clean = self.embeddings[self.captions[rows, paraphrase]]  # (N, 384)
        text = clean + _TEXT_JITTER * torch.randn(clean.shape, generator=rng)
        return PairBatch(_disturb(self.views[rows].float() / 127.5 - 1.0, rng), text, clean)


def _disturb(items: Tensor, rng: torch.Generator) -> Tensor:
    """Begin later, tilt, smooth, put grain on, and lose what is quiet: each for some of (N, 1, B, T)."""
    n, _, bands, frames = items.shape
    late = torch.randint(_LATEST_FRAMES + 1, (n, 1, 1, 1), generator=rng)
    source = torch.arange(frames) - late  # (N, 1, 1, T)
    moved = items.gather(3, source.clamp_min(0).expand(-1, -1, bands, -1))
    items = torch.where(source < 0, torch.tensor(-1.0), moved)
    slope = torch.linspace(-1.0, 1.0, bands)[:, None] * (2.0 * torch.rand(n, 1, 1, 1, generator=rng) - 1.0)
    items = torch.where(items > -1.0, items + _TILT * slope, items)  # silence has no brightness
    smooth = F.avg_pool2d(F.pad(items, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    items = torch.where(torch.rand(n, 1, 1, 1, generator=rng) < _SMOOTH_SHARE, smooth, items)
    grainy = _GRAIN * torch.rand(n, 1, 1, 1, generator=rng) * (torch.rand(n, 1, 1, 1, generator=rng) < _GRAINY_SHARE)
    items = items + grainy * torch.randn(items.shape, generator=rng)
    cut = 2.0 * _HIGHEST_FLOOR * torch.rand(n, 1, 1, 1, generator=rng) - 1.0
    cut = torch.where(torch.rand(n, 1, 1, 1, generator=rng) < _CUT_SHARE, cut, torch.tensor(-1.0))
    return torch.where(items < cut, torch.tensor(-1.0), items).clamp(-1.0, 1.0)


def _read_views(stream: IO[bytes], mean_db: NDArray[np.float32], spread_db: NDArray[np.float32]) -> NDArray[np.uint8]:
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("values.npy is not of version 1.0")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if shape[1:] != _GRID or fortran or dtype != np.float16:
        raise ValueError(f"values are {dtype} of {shape}, not float16 of (N, {', '.join(map(str, _GRID))})")
    views = np.empty((shape[0], 1, SOUND_BANDS, SOUND_FRAMES), dtype=np.uint8)
    for start in range(0, shape[0], _CHUNK_ITEMS):
        stop = min(shape[0], start + _CHUNK_ITEMS)
        data = stream.read((stop - start) * 2 * int(np.prod(_GRID)))
        values = _unfolded(np.frombuffer(data, dtype=np.float16).reshape(stop - start, *_GRID).astype(np.float32))
        shown = view_sound(np.maximum(values * (2.0 * spread_db) + mean_db, -80.0))
        views[start:stop] = np.rint((shown + 1.0) * 127.5).astype(np.uint8)
    return views


def _unfolded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 16, B / 4, T / 4) back to (N, B, T)."""
    n, _, rows, columns = values.shape
    blocks = values.reshape(n, _FOLD, _FOLD, rows, columns).transpose(0, 3, 1, 4, 2)  # (N, B / 4, 4, T / 4, 4)
    return blocks.reshape(n, rows * _FOLD, columns * _FOLD)


def _column(numbers: Any) -> NDArray[np.float32]:
    """A number a band, (B, 1)."""
    column = np.asarray(numbers, dtype=np.float32)
    if column.shape != (SOUND_BANDS,):
        raise ValueError(f"mel_scale has {column.shape} numbers, not {SOUND_BANDS}")
    return column[:, None]

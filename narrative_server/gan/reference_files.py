"""A reference bank on disk: one safetensors file with its pictures as WebP pages, its keys and, where it has any,
its tags in eight bits.

Pictures lose nothing. Grids that were folded, spectra, are kept within about 1 dB, which is a quarter of the bytes: a
bank of three times as many is worth more than the last bit of each. Small pictures share a page; a page of its own is
smaller for those of which one uses up WebP's 256 palette colours in company. No pickle.
"""

from __future__ import annotations

import io
import math
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from narrative_server.gan.references import ReferenceBank

BANK_FILE: Final = "references.safetensors"

_MOST_SIDE_PX: Final = 16_383
"""That a WebP picture may have."""
_LOSSY_QUALITY: Final = 80
_MODES: Final = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_STEPS: Final = 127


def pack_bank(bank: ReferenceBank) -> bytes:
    """The file; keys are rounded to 1/127 of each one's largest entry."""
    cells = np.ascontiguousarray(_flat(bank.values.cpu()).numpy().transpose(0, 2, 3, 1))  # (M, H, W, C)
    lossy = _fold(bank.values.shape[1]) > 1
    together = _pages(cells, _most_in_a_page(cells.shape[1], cells.shape[2]), lossy)
    pages = min((together, _pages(cells, 1, lossy)), key=lambda some: sum(map(len, some)))
    largest = bank.keys.abs().amax(dim=1, keepdim=True).clamp(min=1e-6)
    rounded = (bank.keys / largest * _STEPS).round().to(torch.int8)
    tensors = {
        "keys": rounded.cpu().contiguous(),
        "range": torch.tensor([bank.low, bank.high]),
        "pages": torch.from_numpy(np.frombuffer(b"".join(pages), dtype=np.uint8).copy()),
        "page_bytes": torch.tensor([len(page) for page in pages]),
    }
    if len(bank.tags):
        tensors["tags"] = (bank.tags * _STEPS).round().to(torch.int8).cpu().contiguous()
    data: bytes = save_tensors(tensors)
    return data


def unpack_bank(data: bytes, grid: tuple[int, int, int]) -> ReferenceBank:
    """What `pack_bank` packed; grid: (C, H, W) of an item. Raises ValueError, KeyError or OSError for other files."""
    fold = _fold(grid[0])
    channels, height, width = grid[0] // fold**2, grid[1] * fold, grid[2] * fold
    tensors = load_tensors(data)
    keys = torch.nn.functional.normalize(tensors["keys"].float(), dim=1)
    low, high = tensors["range"].tolist()
    packed, found, start = tensors["pages"].numpy().tobytes(), [], 0
    for size in tensors["page_bytes"].tolist():
        found.append(_cells(packed[start : start + size], height, width, channels))
        start += size
    cells = np.concatenate(found)[: len(keys)]  # the last places of a page may be empty
    if len(cells) != len(keys):
        raise ValueError(f"{BANK_FILE} has {len(cells)} pictures for {len(keys)} keys")
    values = torch.from_numpy(np.ascontiguousarray(cells.transpose(0, 3, 1, 2)))
    tags = tensors["tags"].float() / _STEPS if "tags" in tensors else torch.zeros(0, 0)
    if len(tags) not in (0, len(keys)):
        raise ValueError(f"{BANK_FILE} has {len(tags)} rows of tags for {len(keys)} keys")
    return ReferenceBank(torch.nn.functional.pixel_unshuffle(values, fold), keys, low, high, tags)


def _pages(cells: NDArray[np.uint8], most: int, lossy: bool) -> list[bytes]:
    """WebP pictures of up to `most` of the cells (M, H, W, C) each."""
    return [_page(cells[start : start + most], lossy) for start in range(0, len(cells), most)]


def _page(cells: NDArray[np.uint8], lossy: bool) -> bytes:
    count, height, width, channels = cells.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    placed = np.zeros((rows * columns, height, width, channels), dtype=np.uint8)
    placed[:count] = cells
    sheet = placed.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(rows * height, columns * width, channels)
    picture = Image.fromarray(sheet.squeeze(2) if channels == 1 else sheet, _MODES[channels])
    # Colour under clear pixels is kept too (exact); WebP has no greys of its own.
    whole = picture.convert("RGBA" if channels in (2, 4) else "RGB")
    file = io.BytesIO()
    whole.save(file, "WEBP", lossless=not lossy, quality=_LOSSY_QUALITY if lossy else 100, method=4, exact=True)
    return file.getvalue()


def _cells(page: bytes, height: int, width: int, channels: int) -> NDArray[np.uint8]:
    """The places of a page, (places, H, W, C)."""
    with Image.open(io.BytesIO(page), formats=["WEBP"]) as picture:
        # A page in which nothing is clear comes back without alpha.
        sheet: NDArray[np.uint8] = np.asarray(picture.convert(_MODES[channels]))
    rows, columns = sheet.shape[0] // height, sheet.shape[1] // width
    if sheet.shape[:2] != (rows * height, columns * width) or rows * columns == 0:
        raise ValueError(f"{BANK_FILE} has a page of {sheet.shape[1]}x{sheet.shape[0]} for items of {width}x{height}")
    cells = sheet.reshape(rows, height, columns, width, channels).swapaxes(1, 2)
    return cells.reshape(-1, height, width, channels)


def _most_in_a_page(height: int, width: int) -> int:
    side = _MOST_SIDE_PX // max(height, width)
    return max(1, side * side)


def _flat(values: Tensor) -> Tensor:
    """Grids of more channels than a picture has were folded from one: unfold them, to be looked at."""
    return torch.nn.functional.pixel_shuffle(values, _fold(values.shape[1]))


def _fold(channels: int) -> int:
    side = math.isqrt(channels)
    return side if channels > max(_MODES) and side * side == channels else 1

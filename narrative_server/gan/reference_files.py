"""A reference bank on disk: its pictures side by side in one PNG to look at, its keys in eight bits beside it."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from narrative_server.gan.references import ReferenceBank

ATLAS_FILE: Final = "references.png"
KEYS_FILE: Final = "references.safetensors"

_MODES: Final = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_STEPS: Final = 127


def pack_bank(bank: ReferenceBank) -> dict[str, bytes]:
    """Files by name. The pictures lose nothing; keys are rounded to 1/127 of each one's largest entry."""
    values = _flat(bank.values.cpu()).numpy()  # (M, C, H, W)
    count, channels, height, width = values.shape
    columns, rows = _columns(count), math.ceil(count / _columns(count))
    cells = np.zeros((rows * columns, height, width, channels), dtype=np.uint8)
    cells[:count] = values.transpose(0, 2, 3, 1)
    sheet = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(rows * height, columns * width, channels)
    atlas = io.BytesIO()
    Image.fromarray(sheet.squeeze(2) if channels == 1 else sheet, _MODES[channels]).save(atlas, "PNG", optimize=True)
    largest = bank.keys.abs().amax(dim=1, keepdim=True).clamp(min=1e-6)
    rounded = (bank.keys / largest * _STEPS).round().to(torch.int8)
    tensors = {"keys": rounded.cpu().contiguous(), "range": torch.tensor([bank.low, bank.high])}
    return {ATLAS_FILE: atlas.getvalue(), KEYS_FILE: save_tensors(tensors)}


def unpack_bank(files: Mapping[str, bytes], grid: tuple[int, int, int]) -> ReferenceBank:
    """What `pack_bank` packed; grid: (C, H, W) of an item. Raises ValueError where the files do not fit each other."""
    fold = _fold(grid[0])
    channels, height, width = grid[0] // fold**2, grid[1] * fold, grid[2] * fold
    tensors = load_tensors(files[KEYS_FILE])
    keys = torch.nn.functional.normalize(tensors["keys"].float(), dim=1)
    low, high = tensors["range"].tolist()
    with Image.open(io.BytesIO(files[ATLAS_FILE])) as atlas:
        if atlas.mode != _MODES.get(channels):
            raise ValueError(f"{ATLAS_FILE} has colours of kind {atlas.mode}; legal: {_MODES.get(channels)}")
        sheet: NDArray[np.uint8] = np.asarray(atlas).reshape(atlas.height, atlas.width, channels)
    count, columns = len(keys), _columns(len(keys))
    rows = math.ceil(count / columns)
    if sheet.shape[:2] != (rows * height, columns * width):
        raise ValueError(f"{ATLAS_FILE} is not of {count} pictures of {width}x{height}")
    cells = sheet.reshape(rows, height, columns, width, channels).swapaxes(1, 2)
    values = cells.reshape(-1, height, width, channels)[:count].transpose(0, 3, 1, 2)
    folded = torch.nn.functional.pixel_unshuffle(torch.from_numpy(np.ascontiguousarray(values)), fold)
    return ReferenceBank(folded, keys, low, high)


def _flat(values: Tensor) -> Tensor:
    """Grids of more channels than a picture has were folded from one: unfold them, to be looked at."""
    return torch.nn.functional.pixel_shuffle(values, _fold(values.shape[1]))


def _fold(channels: int) -> int:
    side = math.isqrt(channels)
    return side if channels > max(_MODES) and side * side == channels else 1


def _columns(count: int) -> int:
    return max(1, math.ceil(math.sqrt(count)))

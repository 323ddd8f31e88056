"""A sprite sheet: pictures of one subject side by side in one picture, and a description of its cells.

The description is JSON in the array form that Aseprite exports ("frames", "meta"), which Unity importers, Phaser and
PixiJS read. Knows nothing of how pictures are made.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet. data: a PNG file. left_px, top_px: what was trimmed off; frame_px: its size before that.

    pivot_x, pivot_y: 0..1 of the trimmed picture, origin top left.
    """

    name: str
    data: bytes
    pivot_x: float
    pivot_y: float
    left_px: int
    top_px: int
    frame_px: tuple[int, int]
    seed: int


def write_sheet(cells: Sequence[Cell], image_name: str, scale: int) -> tuple[bytes, str]:
    """One PNG file with all of `cells`, in rows, and its description as JSON.

    cells: one or more. image_name: what the description calls the picture. scale: how much the pictures are enlarged.
    """
    pictures = [Image.open(io.BytesIO(cell.data)).convert("RGBA") for cell in cells]
    width_px, height_px = max(p.width for p in pictures), max(p.height for p in pictures)
    columns = math.isqrt(len(cells) - 1) + 1
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGBA", (columns * width_px, rows * height_px))
    frames = []
    for index, (cell, picture) in enumerate(zip(cells, pictures, strict=True)):
        x, y = index % columns * width_px, index // columns * height_px
        sheet.paste(picture, (x, y))
        frames.append(_frame(cell, x, y, picture.width, picture.height))
    meta = {
        "app": "narrative-server",
        "image": image_name,
        "format": "RGBA8888",
        "size": {"w": sheet.width, "h": sheet.height},
        "scale": str(scale),
    }
    file = io.BytesIO()
    sheet.save(file, format="PNG")
    return file.getvalue(), json.dumps({"frames": frames, "meta": meta}, indent=1, ensure_ascii=False) + "\n"


def _frame(cell: Cell, x: int, y: int, width_px: int, height_px: int) -> dict[str, object]:
    frame_width_px, frame_height_px = cell.frame_px
    return {
        "filename": cell.name,
        "frame": {"x": x, "y": y, "w": width_px, "h": height_px},
        "rotated": False,
        "trimmed": (width_px, height_px) != cell.frame_px,
        "spriteSourceSize": {"x": cell.left_px, "y": cell.top_px, "w": width_px, "h": height_px},
        "sourceSize": {"w": frame_width_px, "h": frame_height_px},
        "pivot": {"x": cell.pivot_x, "y": cell.pivot_y},
        "seed": cell.seed,
    }

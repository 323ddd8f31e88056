"""Sample sheets: one labelled row a caption, one column a seed, as a PNG to look at. Knows nothing of networks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

LABEL_PX = 14


def draw_sheet(pictures: NDArray[np.uint8], labels: Sequence[str], scale: int = 2, columns: int = 1) -> Image.Image:
    """Lay pictures out.

    pictures: (rows, seeds, H, W, 3 or 4), RGB or straight-alpha RGBA (shown on a dark checkerboard).
    labels: one a row. scale: whole-factor enlargement. columns: groups of rows side by side.
    """
    rows, seeds, height, width = pictures.shape[:4]
    cell_h, cell_w = height * scale + LABEL_PX, seeds * (width * scale + 2) + 6
    lines = -(-rows // columns)
    sheet = Image.new("RGB", (columns * cell_w, lines * cell_h), (24, 24, 28))
    draw = ImageDraw.Draw(sheet)
    for row in range(rows):
        left, top = (row // lines) * cell_w, (row % lines) * cell_h
        most = max(8, cell_w // 6)  # the built-in font is about six pixels a character
        draw.text((left + 2, top + 1), labels[row][:most], fill=(220, 220, 220))
        for seed in range(seeds):
            picture = Image.fromarray(_on_checkerboard(pictures[row, seed]))
            picture = picture.resize((width * scale, height * scale), Image.Resampling.NEAREST)
            sheet.paste(picture, (left + seed * (width * scale + 2), top + LABEL_PX))
    return sheet


def save_sheet(sheet: Image.Image, path: Path) -> None:
    """Write a sheet as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, optimize=True)


def _on_checkerboard(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if picture.shape[2] == 3:
        return picture
    height, width = picture.shape[:2]
    light = (np.add.outer(np.arange(height) // 8, np.arange(width) // 8) % 2 == 0)[:, :, None]
    ground = np.where(light, np.uint8(72), np.uint8(56)).repeat(3, axis=2)
    alpha = picture[:, :, 3:].astype(np.float32) / 255.0
    mixed: NDArray[np.uint8] = (picture[:, :, :3] * alpha + ground * (1.0 - alpha)).round().astype(np.uint8)
    return mixed

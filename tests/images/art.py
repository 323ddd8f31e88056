"""A stand-in for the sentence encoder, and folders of pictures to train on."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """A stand-in for the sentence encoder: unit vectors that depend on the text alone."""
    rows = [np.random.default_rng(list(text.encode())).standard_normal(384) for text in texts]
    return np.stack([row / np.linalg.norm(row) for row in rows]).astype(np.float32)


def save_tile(path: Path, colour: tuple[int, int, int, int], side: int = 32, mode: str = "RGBA") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tile = Image.new("RGBA", (side, side), (9, 9, 9, 0))
    tile.paste(colour, (8, 8, 24, 24))
    tile.convert(mode).save(path)


def art(folder: Path, rows: Sequence[tuple[str, str]], side: int = 32) -> Path:
    """A folder with a square of another colour for each (file_name, text), and metadata.csv."""
    folder.mkdir(exist_ok=True)
    for index, (name, _) in enumerate(rows):
        save_tile(folder / name, (50, 20 * index % 256, 100, 255), side)
    write_rows(folder, rows)
    return folder


def write_rows(folder: Path, rows: Sequence[tuple[str, ...]], header: Sequence[str] = ("file_name", "text")) -> None:
    """metadata.csv with these rows."""
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])

"""Your own art: any folder in the imagefolder convention (metadata.csv or metadata.jsonl with file_name and text)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import UnidentifiedImageError

from narrative_server.errors import DataMissing, InvalidConfig
from narrative_server.gan.data import EncodeTexts, GanData, index_captions
from narrative_server.images.data_captions import CaptionedPicture, head_phrase, mentions_side
from narrative_server.images.data_split import group_of, is_held_out
from narrative_server.images.moods import MOOD_CONDITIONS
from narrative_server.images.pixels import premultiply, read_rgba

_SIZES = {"sprites": (32, 32), "backgrounds": (96, 160)}
"""(rows, columns) of each kind."""


def read_metadata(folder: Path) -> list[tuple[str, str]]:
    """(file_name, text) of each picture. Raises DataMissing without a metadata file, InvalidConfig on a bad row."""
    table, lines = folder / "metadata.csv", folder / "metadata.jsonl"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as file:
            return _checked(table, csv.DictReader(file))
    if lines.is_file():
        with lines.open(encoding="utf-8") as file:
            return _checked(lines, [json.loads(line) for line in file if line.strip()])
    raise DataMissing(str(folder), "it needs a metadata.csv or metadata.jsonl with file_name and text")


def _checked(path: Path, rows: Iterable[dict[str, str]]) -> list[tuple[str, str]]:
    pairs = []
    for number, row in enumerate(rows, start=1):
        name, text = row.get("file_name"), row.get("text")
        if not name or not text or not text.strip():
            raise InvalidConfig(f"{path.name} row {number}", row, "file_name and text, both filled in")
        pairs.append((name, text.strip()))
    if not pairs:
        raise InvalidConfig(path.name, "empty", "one row a picture")
    return pairs


def read_folder(folder: Path, height_px: int, width_px: int) -> list[CaptionedPicture]:
    """Read every picture of a folder. Raises InvalidConfig for one that is absent, unreadable or of another size."""
    pictures = []
    for name, text in read_metadata(folder):
        try:
            rgba = read_rgba(folder / name)
        except (OSError, UnidentifiedImageError) as error:
            raise InvalidConfig("file_name", name, f"a readable picture ({error})") from error
        if rgba.shape[:2] != (height_px, width_px):
            raise InvalidConfig(name, f"{rgba.shape[1]}x{rgba.shape[0]}", f"{width_px}x{height_px} pixels")
        texts = (head_phrase(text), text, text)
        pictures.append(CaptionedPicture(rgba, texts, group_of(name), 1.0, not mentions_side(text)))
    return pictures


def build_folder(folder: Path, kind: str, encode: EncodeTexts) -> GanData:
    """A folder as a data set of `kind` ("sprites", "backgrounds"); backgrounds count as of a neutral mood."""
    pictures = read_folder(folder, *_SIZES[kind])
    phrases, rows = index_captions([picture.captions for picture in pictures])
    channels = 4 if kind == "sprites" else 3
    values = np.stack([premultiply(picture.rgba)[..., :channels] for picture in pictures]).transpose(0, 3, 1, 2)
    names = () if kind == "sprites" else MOOD_CONDITIONS
    return GanData(
        name=kind,
        values=np.ascontiguousarray(values),
        phrases=phrases,
        embeddings=encode(phrases).astype(np.float32),
        captions=rows,
        conditions=np.zeros((len(pictures), len(names)), dtype=np.float32),
        weights=np.array([picture.weight for picture in pictures], dtype=np.float32),
        held_out=np.array([is_held_out(picture.group) for picture in pictures]),
        flippable=np.array([picture.flippable for picture in pictures]),
        condition_names=names,
        notes={"source": f"folder {folder.name}", "pictures": str(len(pictures))},
    )

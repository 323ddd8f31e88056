"""Your own art: any folder in the imagefolder convention (metadata.csv or metadata.jsonl with file_name and text).

A column `kind` may name what each picture is (monster, item...); else its sub-folder does. What cannot be used is left
out and named, with the reason; only a folder without two usable pictures is an error.
"""

from __future__ import annotations

import csv
import json
import logging
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import DataMissing, InvalidConfig
from narrative_server.gan.data import EncodeTexts, GanData, index_captions
from narrative_server.images.data_captions import CaptionedPicture, head_phrase, mentions_side
from narrative_server.images.data_split import group_of, is_held_out
from narrative_server.images.pixels import premultiply
from narrative_server.images.scenery import told_scenery

log = logging.getLogger(__name__)

SIZES: Final = {"sprites": (32, 32), "backgrounds": (160, 96)}
"""(columns, rows) of each kind of picture."""

MIN_PICTURES: Final = 2
MAX_TEXT_CHARACTERS: Final = 2_000
_METADATA: Final = ("metadata.csv", "metadata.jsonl")
_SUFFIXES: Final = frozenset([".png", ".gif", ".bmp", ".webp", ".jpg", ".jpeg", ".tga"])


@dataclass(frozen=True)
class Row:
    """One line of metadata: its number in the file, from 1, and its columns; what is absent is empty."""

    number: int
    file_name: str
    text: str
    kind: str


@dataclass(frozen=True)
class Skipped:
    """A picture that was left out, and why."""

    file_name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file_name}: {self.reason}"


@dataclass(frozen=True)
class FolderArt:
    """What a folder holds: usable pictures, what was left out, files that no row names, and how many of each size."""

    pictures: tuple[CaptionedPicture, ...]
    skipped: tuple[Skipped, ...]
    unlisted: tuple[str, ...]
    sizes_px: Mapping[str, int]


class _Unusable(Exception):
    """Why one picture is left out."""


def read_metadata(folder: Path) -> list[Row]:
    """The lines of a folder's metadata. Raises DataMissing without one, InvalidConfig when it cannot be read."""
    if not folder.is_dir():
        raise DataMissing(str(folder), "it is not a folder; give one with pictures and metadata.csv or metadata.jsonl")
    path = next((folder / name for name in _METADATA if (folder / name).is_file()), None)
    if path is None:
        raise DataMissing(str(folder), "it needs a metadata.csv or metadata.jsonl with file_name and text")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(_csv_lines(path, file) if path.suffix == ".csv" else _json_lines(path, file))
    except UnicodeDecodeError as error:
        raise InvalidConfig(path.name, f"not UTF-8 at byte {error.start}", "a text file saved as UTF-8") from error
    except csv.Error as error:
        raise InvalidConfig(path.name, str(error), "comma-separated values") from error
    if not lines:
        raise InvalidConfig(path.name, "empty", "one row a picture, with file_name and text")
    return [
        Row(number, *(str(line.get(key) or "").strip() for key in ("file_name", "text", "kind")))
        for number, line in enumerate(lines, start=1)
    ]


def _csv_lines(path: Path, file: Iterator[str]) -> Iterator[Mapping[str, Any]]:
    reader = csv.DictReader(file)
    columns = reader.fieldnames or ()
    missing = [key for key in ("file_name", "text") if key not in columns]
    if columns and missing:
        raise InvalidConfig(
            f"{path.name} columns", ", ".join(columns), f"file_name and text; {missing[0]} is not there"
        )
    yield from reader


def _json_lines(path: Path, file: Iterator[str]) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise InvalidConfig(
                f"{path.name} line {number}", line.strip()[:60], f"one JSON object ({error})"
            ) from error
        if not isinstance(value, dict):
            raise InvalidConfig(f"{path.name} line {number}", line.strip()[:60], "one JSON object")
        yield value


def read_folder(folder: Path, kind: str) -> FolderArt:
    """Read every picture of a folder, of the size that `kind` ("sprites", "backgrounds") has.

    Raises DataMissing, and InvalidConfig when fewer than two pictures can be used.
    """
    rows = read_metadata(folder)
    sizes: Counter[str] = Counter()
    used: list[tuple[Row, NDArray[np.uint8]]] = []
    skipped = []
    names: set[str] = set()
    for row in rows:
        try:
            used.append((row, _read_row(folder, row, SIZES[kind], names, sizes)))
        except _Unusable as error:
            skipped.append(Skipped(row.file_name or f"row {row.number}", str(error)))
    if len(used) < MIN_PICTURES:
        raise InvalidConfig(
            f"usable pictures in {folder}",
            len(used),
            f"{MIN_PICTURES} or more, better a few hundred{_first_reasons(skipped)}",
        )
    listed = {PurePosixPath(row.file_name.replace("\\", "/")) for row in rows}
    files = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES)
    unlisted = tuple(
        str(p) for path in files if (p := PurePosixPath(path.relative_to(folder).as_posix())) not in listed
    )
    return FolderArt(_captioned(used), tuple(skipped), unlisted, dict(sizes))


def build_folder(folder: Path, kind: str, encode: EncodeTexts) -> GanData:
    """A folder as a data set of `kind`; what was left out is logged. Raises as `read_folder`."""
    art = read_folder(folder, kind)
    if art.skipped:
        log.warning("%d pictures of %s are left out%s", len(art.skipped), folder, _first_reasons(art.skipped))
    return pack_folder(art, folder.resolve().name, kind, encode)


def pack_folder(art: FolderArt, name: str, kind: str, encode: EncodeTexts) -> GanData:
    """What `read_folder` found as a data set. name: the folder's."""
    pictures = art.pictures
    phrases, rows = index_captions([picture.captions for picture in pictures])
    channels = 4 if kind == "sprites" else 3
    values = np.stack([premultiply(picture.rgba)[..., :channels] for picture in pictures]).transpose(0, 3, 1, 2)
    held_out = np.array([is_held_out(picture.group) for picture in pictures])
    if held_out.mean() > 0.5:  # a handful of pictures whose one or two things all fall to the held-out side
        held_out[:] = False
    return GanData(
        name=kind,
        values=np.ascontiguousarray(values),
        phrases=phrases,
        embeddings=encode(phrases).astype(np.float32),
        captions=rows,
        conditions=np.zeros((len(pictures), 0), dtype=np.float32),
        weights=np.array([picture.weight for picture in pictures], dtype=np.float32),
        held_out=held_out,
        flippable=np.array([picture.flippable for picture in pictures]),
        condition_names=(),
        notes={
            "source": f"folder {name}",
            "pictures": str(len(pictures)),
            "left out": str(len(art.skipped)),
            "licence": "its owner's",
        },
        kinds=tuple(picture.kind for picture in pictures),
        tags=np.stack([told_scenery(picture.captions) for picture in pictures])
        if kind == "backgrounds"
        else np.zeros((0, 0), np.float32),
    )


def _read_row(
    folder: Path, row: Row, size_px: tuple[int, int], names: set[str], sizes: Counter[str]
) -> NDArray[np.uint8]:
    if not row.file_name:
        raise _Unusable("no file_name")
    if not row.text:
        raise _Unusable("no text")
    if len(row.text) > MAX_TEXT_CHARACTERS:
        raise _Unusable(f"its text has {len(row.text)} characters; legal: up to {MAX_TEXT_CHARACTERS}")
    if row.file_name in names:
        raise _Unusable("named by an earlier row too")
    names.add(row.file_name)
    path = folder / row.file_name.replace("\\", "/")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _Unusable("outside of the folder")
    rgba = _decode(path, size_px, sizes)
    if not rgba[..., 3].any():
        raise _Unusable("wholly transparent")
    return rgba


def _decode(path: Path, size_px: tuple[int, int], sizes: Counter[str]) -> NDArray[np.uint8]:
    """Pixels of a picture of the right size; the size is in its header, so that a bomb is never unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                sizes[f"{picture.width}x{picture.height}"] += 1
                if picture.size != size_px:
                    found = f"{picture.width}x{picture.height}"
                    raise _Unusable(f"is {found} pixels; legal: {size_px[0]}x{size_px[1]}")
                return np.asarray(picture.convert("RGBA"))
    except FileNotFoundError:
        raise _Unusable("no such file") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _Unusable(f"a decompression bomb ({error})") from error
    except _Unusable:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds on damaged files
        raise _Unusable(f"not a readable picture ({error or type(error).__name__})") from error


def _captioned(used: Sequence[tuple[Row, NDArray[np.uint8]]]) -> tuple[CaptionedPicture, ...]:
    """Pictures with sampling weights of mean 1: rare kinds, and things with few variants, count for more each."""
    groups = Counter(group_of(row.file_name) for row, _ in used)
    kinds = Counter(_kind(row) for row, _ in used)
    weights = [(groups[group_of(row.file_name)] * kinds[_kind(row)]) ** -0.5 for row, _ in used]
    scale = len(weights) / sum(weights)
    return tuple(
        CaptionedPicture(
            rgba,
            (head_phrase(row.text), row.text, row.text),
            group_of(row.file_name),
            weight * scale,
            not mentions_side(row.text),
            _kind(row),
        )
        for (row, rgba), weight in zip(used, weights, strict=True)
    )


def _kind(row: Row) -> str:
    parent = str(PurePosixPath(row.file_name.replace("\\", "/")).parent)
    return row.kind or ("" if parent == "." else parent) or "pictures"


def _first_reasons(skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return ""
    shown = "; ".join(str(one) for one in skipped[:3])
    more = len(skipped) - 3
    return f"; left out: {shown}" + (f"; and {more} more" if more > 0 else "")

"""Saves what ExportSession sends: the whole archive, or one of the texts in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final
from zipfile import ZipFile

TEXT_FILES: Final = {"json": "story.json", "yarn": "story.yarn", "ink": "story.ink"}


@contextmanager
def saved_export(out: Path, format: str) -> Iterator[BinaryIO]:
    """A file to write an archive's pieces to; at the end of the block `out` is that archive.

    format: with one of TEXT_FILES, `out` is only that text of it. It appears whole, or not at all when the block
    raises. Raises OSError.
    """
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent, ignore_cleanup_errors=True) as folder:
        whole = Path(folder, "archive.zip")
        with whole.open("wb") as archive:
            yield archive
        if format in TEXT_FILES:
            with ZipFile(whole) as archived:
                whole = Path(archived.extract(TEXT_FILES[format], folder))
        whole.replace(out)

"""The GGUF files with which llama.cpp serves an adapter: made at first use, kept under the home folder.

A small base is merged with its adapter into one Q8_0 file. On a CPU that is faster than applying the adapter while the
model runs, which adds two matrix products to every layer (docs/models.md has the figures). A large base would cost the
disk too much and gain less, so it is served with the adapter beside it; so is a small one where the home folder cannot
be written or the disk is full.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from narrative_server.data_paths import home_dir
from narrative_server.dialogue.adapters import Adapter
from narrative_server.dialogue.lora_gguf import write_lora_gguf, write_merged_gguf
from narrative_server.errors import EngineFailed

log = logging.getLogger(__name__)

MAX_MERGED_BASE_BYTES: Final = 512 << 20
"""Bases up to this size are merged; a merged file is at most 1.9 times as large (Q8_0 of 4-bit weights)."""

_GROWTH: Final = 2
_SPARE_BYTES: Final = 64 << 20
_MADE_BY: Final = 1  # counts up when the files are made in another way
_PARTIAL_PREFIX: Final = ".writing-"
_UNUSED_MAX_AGE_S: Final = 30 * 24 * 3600
_PARTIAL_MAX_AGE_S: Final = 24 * 3600


@dataclass(frozen=True)
class GgufFiles:
    """What llama.cpp loads: a model, and an adapter to apply to it unless it is merged already."""

    model: Path
    lora: Path | None = None


def cache_dir() -> Path:
    """Folder of the files made here; it need not exist yet."""
    return home_dir() / "cache" / "dialogue"


@contextmanager
def adapted_files(adapter: Adapter | None, base: Path) -> Iterator[GgufFiles]:
    """Files that serve `base` with `adapter`; they need only last while llama.cpp loads them.

    Raises ModelCorrupt when the adapter does not fit, EngineFailed when there is no room for it anywhere.
    """
    if adapter is None:
        yield GgufFiles(base)
        return
    with contextlib.ExitStack() as stack:
        yield _merged(adapter, base) or GgufFiles(base, _lora(adapter, base, stack))


def _merged(adapter: Adapter, base: Path) -> GgufFiles | None:
    size_bytes = base.stat().st_size
    if size_bytes > MAX_MERGED_BASE_BYTES:
        return None
    try:
        name = f"{_stem(adapter)}-merged.gguf"
        return GgufFiles(_kept(name, size_bytes * _GROWTH, lambda path: write_merged_gguf(adapter, base, path)))
    except OSError as error:
        log.warning("the merged model cannot be kept (%s); the adapter is applied while the model runs", error)
        return None


def _lora(adapter: Adapter, base: Path, stack: contextlib.ExitStack) -> Path:
    def write(path: Path) -> None:
        write_lora_gguf(adapter, base, path)

    with contextlib.suppress(OSError):
        return _kept(f"{_stem(adapter)}-lora.gguf", 0, write)
    try:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        path = Path(folder) / "lora.gguf"
        write(path)
    except OSError as error:
        reason = f"no room for the adapter's file, neither in {cache_dir()} nor in {tempfile.gettempdir()}: {error}"
        raise EngineFailed("dialogue", reason) from error
    return path


def _stem(adapter: Adapter) -> str:
    return f"{adapter.sha256[:16]}-{adapter.base_sha256[:16]}-{_MADE_BY}"


def _kept(name: str, needed_bytes: int, write: Callable[[Path], None]) -> Path:
    """The file of that name in the cache, written whole or not at all when it is not there yet. Raises OSError."""
    folder = cache_dir()
    target = folder / name
    if target.is_file():
        with contextlib.suppress(OSError):  # a read-only cache serves as well
            os.utime(target)
        return target
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes + _SPARE_BYTES:
        raise OSError(f"{folder} has {free_bytes >> 20} MiB free, {(needed_bytes + _SPARE_BYTES) >> 20} are needed")
    handle, partial = tempfile.mkstemp(prefix=_PARTIAL_PREFIX, dir=folder)
    os.close(handle)
    try:
        write(Path(partial))
        try:
            Path(partial).replace(target)
        except PermissionError:
            # Windows: another process made the same file first and has it open.
            if not target.is_file():
                raise
    finally:
        Path(partial).unlink(missing_ok=True)
    return target


def _sweep(folder: Path) -> None:
    """Remove files of adapters that nobody has used for long, and what a killed process left half written."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            max_age_s = _PARTIAL_MAX_AGE_S if path.name.startswith(_PARTIAL_PREFIX) else _UNUSED_MAX_AGE_S
            if time.time() - path.stat().st_mtime > max_age_s:
                path.unlink()

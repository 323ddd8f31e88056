"""Reads a GGUF file's header: its single values and what its tensors are, without its word lists and weights.

gguf.GGUFReader makes several objects of each word of the vocabulary, which took 3 s of CPU time at every start; this
takes a fraction of that. Reference: docs/gguf.md of ggml, versions 2 and 3, little endian.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAX_COUNT: Final = 1 << 24
"""Of fields, of tensors, of items of a list; more means that the file is damaged."""

_STRING, _ARRAY = 8, 9
_FORMATS: Final = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}

Value = int | float | bool | str


@dataclass(frozen=True)
class GgufHeader:
    """fields: single values by key; lists are left out. shapes: of the tensors, rows first, as numpy has them."""

    fields: dict[str, Value]
    shapes: dict[str, tuple[int, ...]]


def read_header(path: Path) -> GgufHeader:
    """Read a file's header. Raises ValueError when it is not a whole GGUF header, OSError when it cannot be read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return _Cursor(data).header()
        except struct.error as error:
            raise ValueError("the header is cut off") from error


class _Cursor:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def header(self) -> GgufHeader:
        if self._bytes(4) != b"GGUF" or self._number("<I") not in (2, 3):
            raise ValueError("it is not a GGUF file of version 2 or 3")
        tensors, fields = self._count(), self._count()
        values: dict[str, Value] = {}
        for _ in range(fields):
            key, kind = self._text(), int(self._number("<I"))
            if kind == _ARRAY:
                self._skip_list()
            else:
                values[key] = self._value(kind)
        shapes = {}
        for _ in range(tensors):
            name, axes = self._text(), int(self._number("<I"))
            if axes > 4:
                raise ValueError(f"a tensor has {axes} axes")
            shapes[name] = tuple(reversed([int(self._number("<Q")) for _ in range(axes)]))
            self._bytes(4 + 8)  # how it is stored, and where
        return GgufHeader(values, shapes)

    def _value(self, kind: int) -> Value:
        return self._text() if kind == _STRING else self._number(self._format(kind))

    def _skip_list(self) -> None:
        kind, count = int(self._number("<I")), self._count()
        if kind == _STRING:
            for _ in range(count):
                self._bytes(int(self._number("<Q")))
        elif kind == _ARRAY:
            for _ in range(count):
                self._skip_list()
        else:
            self._bytes(count * struct.calcsize(self._format(kind)))

    def _format(self, kind: int) -> str:
        if kind not in _FORMATS:
            raise ValueError(f"a field is of the unknown kind {kind}")
        return _FORMATS[kind]

    def _count(self) -> int:
        count = int(self._number("<Q"))
        if count > MAX_COUNT:
            raise ValueError(f"it counts {count} parts")
        return count

    def _text(self) -> str:
        return self._bytes(int(self._number("<Q"))).decode("utf-8")

    def _number(self, form: str) -> int | float | bool:
        (value,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        number: int | float | bool = value
        return number

    def _bytes(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise ValueError("the header is cut off")
        found = self._data[self._at : end]
        self._at = end
        return found

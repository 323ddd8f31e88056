"""Arrays of an uncompressed .npz file without reading them: only what is looked at comes from the disk.

A data set of sounds is larger than what an evaluation looks at, and other processes want the memory.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")


def open_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Every array of the file by name, mapped read-only. Raises OSError, ValueError, zipfile.BadZipFile."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    return {member.filename.removesuffix(".npy"): _map(path, member) for member in members}


def _map(path: Path, member: zipfile.ZipInfo) -> NDArray[Any]:
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename} is compressed; legal: an uncompressed .npz")
    with path.open("rb") as file:
        file.seek(member.header_offset)
        header = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
        if header[0] != b"PK\x03\x04":
            raise ValueError(f"{member.filename} does not begin with a zip header")
        file.seek(header[-2] + header[-1], 1)  # its own name and extra field
        version = npy.read_magic(file)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran_order, dtype = read_header(file)
        start = file.tell()
    if dtype.hasobject:
        raise ValueError(f"{member.filename} holds objects; legal: numbers")
    if not np.prod(shape):
        return np.zeros(shape, dtype)
    return np.memmap(path, dtype, "r", start, shape, "F" if fortran_order else "C")

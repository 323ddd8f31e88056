"""Which pictures are held out: by a hash of the path without its trailing digits, so that variants stay together."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

HELD_OUT_SHARE = 0.05


def group_of(file_name: str) -> str:
    """Path without suffix and trailing digits: `effect/arrow0.png` and `effect/arrow1.png` are one thing."""
    path = PurePosixPath(file_name)
    return str(path.parent / re.sub(r"[0-9]+$", "", path.stem))


def is_held_out(group: str, share: float = HELD_OUT_SHARE) -> bool:
    """Whether a group of variants is kept from training; the same everywhere and always."""
    number = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big")
    return number < share * 2**64

"""Sub-seeds and noise: the one place where randomness of a beat comes from.

A sub-seed is SHA-256 over (seed, medium, stable key, variant), so that leaving out one medium never
changes another. Noise is drawn on the CPU in float32 whatever the device, so that it is the same everywhere.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


def sub_seed(seed: int, medium: str, key: str, variant: int = 0) -> int:
    """Derive a seed in 0..2^63-1 from `seed` for one `medium` ("sprite", "sound", ...), `key` and `variant`."""
    text = "\x1f".join((str(seed), medium, key, str(variant)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def normal_noise(seed: int, *shape: int) -> NDArray[np.float32]:
    """Standard normal noise, float32 of `shape`, from a counter-based generator (Philox)."""
    return np.random.Generator(np.random.Philox(seed)).standard_normal(shape, dtype=np.float32)

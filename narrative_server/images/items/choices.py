"""Random choices of a painter, the same for equal seeds everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Choices:
    """Draws choices from a seed and a name, so that adding one item never changes another."""

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def pick(self, options: Sequence[Choice]) -> Choice:
        """One of the options."""
        return options[int(self._rng.integers(len(options)))]

    def chance(self, share: float) -> bool:
        """Whether something of this probability happens."""
        return bool(self._rng.random() < share)

    def between(self, low: float, high: float) -> float:
        """A number of the range."""
        return float(low + (high - low) * self._rng.random())

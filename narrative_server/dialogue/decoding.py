"""How tokens are chosen: the settings that both real engines share, so that they read alike. Imports no model library.

The order is llama.cpp's: repeat penalty, DRY, top-k, top-p, min-p, temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Decoding:
    """Sampling settings; the temperature comes with each request.

    top_k: candidates kept. top_p: probability mass kept, 0..1. min_p: least probability relative to the best, 0..1.
    repeat_penalty: divides logits of the last `repeat_window` tokens, 1 is off.
    dry_*: "don't repeat yourself": a token that would extend a run of n >= dry_allowed_length tokens seen before, also
    in the prompt's history, loses dry_multiplier * dry_base ** (n - dry_allowed_length).
    """

    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.05
    repeat_window: int = 64
    dry_multiplier: float = 0.8
    dry_base: float = 1.75
    dry_allowed_length: int = 3


DECODING: Final = Decoding()

DRY_BREAKERS: Final = ("\n", ":")
"""Runs do not reach across these, so that the answer's own form is never held against it."""

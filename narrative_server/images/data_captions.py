"""Captioned pictures before they become arrays, and shorter ways to say a caption."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_TAIL = re.compile(
    r"\s*(,| with | without | over | under | on | at | in | held | that | and | near | around | above ).*$"
)
_LEADING = re.compile(r"^(a |an |the |pair of |set of )+", re.IGNORECASE)


@dataclass(frozen=True)
class CaptionedPicture:
    """One training picture.

    rgba: (H, W, 4) uint8, straight alpha. captions: one paraphrase or more. group: variants of one thing share it.
    kind: what it counts as in reports on balance; "" where nobody said.
    """

    rgba: NDArray[np.uint8]
    captions: tuple[str, ...]
    group: str
    weight: float
    flippable: bool
    kind: str = ""


def head_phrase(text: str) -> str:
    """The caption's subject: `green robe with golden trim` gives `green robe`."""
    short = _LEADING.sub("", text)
    return _TAIL.sub("", short).strip() or short


def mentions_side(text: str) -> bool:
    """Whether mirroring would make the caption false."""
    return re.search(r"\b(left|right)(wards?)?\b", text) is not None

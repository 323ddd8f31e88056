"""Generated pictures and sounds with what is needed to use and to find them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class PictureAsset:
    """A sprite or background. `emotion` is the mood's, part of what makes an asset reusable.

    facing is "left", "right" or "unknown"; pivot and ground_y are shares of the picture's size, 0..1.
    trim_left_px, trim_top_px: what was cut off there. finish: how it was finished, as `media.finish_key` tells.
    score: how well it fits its words, -1..1; None: not told.
    """

    id: str
    medium: Literal["background", "sprite"]
    key: str
    text: str
    seed: int
    emotion: str
    encoding: str
    width_px: int
    height_px: int
    colours: int
    data: bytes
    ground_y: float | None = None
    facing: str = "unknown"
    pivot_x: float = 0.5
    pivot_y: float = 1.0
    trim_left_px: int = 0
    trim_top_px: int = 0
    finish: str = ""
    score: float | None = None


@dataclass(frozen=True)
class SoundAsset:
    """A sound effect: a whole file in `data`.

    sample_count: samples of one channel, 0 in one that an earlier server stored. loop_start, loop_end: the loop's first
    sample and the one after its last; both 0 where it is not made to loop. score: how
    well it fits its words, -1..1; None: not told.
    """

    id: str
    key: str
    text: str
    seed: int
    encoding: str
    duration_ms: int
    sample_rate_hz: int
    channels: int
    peak_dbfs: float
    loudness_lufs: float
    data: bytes
    medium: Literal["sound"] = "sound"
    sample_count: int = 0
    loop_start: int = 0
    loop_end: int = 0
    score: float | None = None


Asset: TypeAlias = PictureAsset | SoundAsset

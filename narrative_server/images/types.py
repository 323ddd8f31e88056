"""What goes to and from the image service: requests, pictures, settings. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.mood import Mood

PictureEncoding: TypeAlias = Literal["png", "rgba32"]
ENCODINGS: Final[tuple[PictureEncoding, ...]] = ("png", "rgba32")
DEVICES: Final = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class ImageConfig:
    """How pictures are made.

    sprites_folder, backgrounds_folder: the models' folders; None is the packaged one. device: "auto" is CUDA where
    present, else the CPU. threads: CPU threads, 0..256; 0 is torch's own choice.
    """

    sprites_folder: Path | None = None
    backgrounds_folder: Path | None = None
    device: str = "auto"
    threads: int = 0

    def __post_init__(self) -> None:
        if self.device not in DEVICES:
            raise InvalidConfig("images.device", self.device, ", ".join(DEVICES))
        if not 0 <= self.threads <= 256:
            raise InvalidConfig("images.threads", self.threads, "0 to 256")


@dataclass(frozen=True, eq=False)
class PictureRequest:
    """One picture to draw.

    embedding: float32 (384,), unit norm, of the phrase. noise_seed: 0..2^63-1. Sizes: whole multiples of the native
    ones. colours: at most so many, 2..64; 0 keeps them as generated.
    """

    embedding: NDArray[np.float32]
    mood: Mood
    noise_seed: int
    width_px: int
    height_px: int
    encoding: str = "png"
    colours: int = 0


@dataclass(frozen=True)
class Picture:
    """A drawn picture. ground_y (backgrounds), pivot_x and pivot_y are shares of its size, 0..1.

    facing: "left", "right" or "unknown".
    """

    data: bytes
    encoding: str
    width_px: int
    height_px: int
    ground_y: float | None = None
    facing: str = "unknown"
    pivot_x: float = 0.5
    pivot_y: float = 1.0

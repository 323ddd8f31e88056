"""What goes to and from the image service: requests, pictures, settings. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.mood import Mood

SPRITE_SIDE_PX: Final = 32
MAX_SPRITE_SIDE_PX: Final = 512
BACKGROUND_WIDTH_PX: Final = 160
BACKGROUND_HEIGHT_PX: Final = 96
MAX_BACKGROUND_WIDTH_PX: Final = 1280
MIN_COLOURS: Final = 2
MAX_COLOURS: Final = 64
MAX_PALETTE_COLOURS: Final = 256
MAX_CANDIDATES: Final = 64
GROUND_Y: Final = 0.7
"""Where the ground of a background begins, as a share of its height: the painter it learnt from keeps it there."""

ENCODINGS: Final = ("png", "rgba32")
OUTLINES: Final = ("none", "dark", "auto")
SCALINGS: Final = ("nearest", "scale2x")

Facing: TypeAlias = Literal["left", "right", "unknown"]


@dataclass(frozen=True)
class ImageConfig:
    """How pictures are made.

    sprites_folder, backgrounds_folder: a model's folder; None is the packaged one. device: "auto" (CUDA where present),
    "cpu", "cuda", "mps". truncation: scale of the noise z, 0..1; below 1 trades variety for fidelity. guidance: 1..3,
    weight of the text. Unset truncation and guidance: what the model's config.json says.
    threads: CPU threads, 0 is torch's choice. embedding_folder: of what chooses among candidates; None is the packaged
    one. sprite_candidates, background_candidates: 1..64, how many are drawn for a picture, the one that fits its words
    best is taken; another number gives other pictures.
    """

    sprites_folder: Path | None = None
    backgrounds_folder: Path | None = None
    device: str = "auto"
    truncation: float | None = None
    guidance: float | None = None
    threads: int = 0
    embedding_folder: Path | None = None
    sprite_candidates: int = 2
    background_candidates: int = 2

    def __post_init__(self) -> None:
        legal_devices = ("auto", "cpu", "cuda", "mps")
        _require("device", self.device, self.device in legal_devices, ", ".join(legal_devices))
        _require("truncation", self.truncation, self.truncation is None or 0 <= self.truncation <= 1, "0 to 1")
        _require("guidance", self.guidance, self.guidance is None or 1 <= self.guidance <= 3, "1 to 3")
        _require("threads", self.threads, 0 <= self.threads <= 256, "0 to 256")
        for key in ("sprite_candidates", "background_candidates"):
            value = getattr(self, key)
            _require(key, value, 1 <= value <= MAX_CANDIDATES, f"1 to {MAX_CANDIDATES}")


@dataclass(frozen=True)
class StyleCode:
    """How one story's pictures look; the default changes nothing.

    saturation 0..2 multiplies chroma, contrast 0.5..1.6 the distance of lightness from the middle; lightness -0.3..0.3
    is added; green_red and blue_yellow -0.1..0.1 are added to a and b of OKLab. colours: 0 (any number) or 2..64.
    outline: one of OUTLINES, sprites only. palette: the only colours, 0xRRGGBB, none or 2..256 of them.
    """

    saturation: float = 1.0
    contrast: float = 1.0
    lightness: float = 0.0
    green_red: float = 0.0
    blue_yellow: float = 0.0
    colours: int = 0
    outline: str = "none"
    palette: tuple[int, ...] = ()

    @property
    def shifts_colour(self) -> bool:
        """Whether it moves colours, by more than their number and palette."""
        return (self.saturation, self.contrast, self.lightness, self.green_red, self.blue_yellow) != (1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Finish:
    """What is done to a drawn picture.

    style: the story's. palette: the only colours, 0xRRGGBB, none (the style's) or 2..256. scaling: one of SCALINGS.
    outline: one of OUTLINES, or "" for the style's. trimmed: sprites only, empty rows and columns are cut off.
    tiled: backgrounds only, the right side goes on at the left.
    """

    style: StyleCode = StyleCode()
    palette: tuple[int, ...] = ()
    scaling: str = "nearest"
    outline: str = ""
    trimmed: bool = False
    tiled: bool = False


@dataclass(frozen=True)
class PictureRequest:
    """One picture to draw.

    embedding: float32 (384,), unit norm, of the phrase. mood: light and colour only. noise_seed: 0..2^63-1; with the
    embedding it decides what is seen. width_px, height_px: sprites 32..512 square, backgrounds 160x96..1280x768, whole
    multiples of the smallest. encoding: "png" or "rgba32". colours: 0 (the style's, else as drawn) or 2..64, the most
    the picture has. candidates: 0 (as the service is set) or 1..64, how many are drawn to choose from. subject:
    float32 (384,), unit norm, of what the phrase is about (`images.subject`); None where that is the whole phrase.
    scenery: float32 (10,), 0..1, of a place: hour and weather that are asked for (`images.scenery`); None for sprites.
    """

    embedding: NDArray[np.float32]
    mood: Mood
    noise_seed: int
    width_px: int
    height_px: int
    encoding: str = "png"
    colours: int = 0
    finish: Finish = Finish()
    candidates: int = 0
    subject: NDArray[np.float32] | None = None
    scenery: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class PictureVariants:
    """Several pictures of one request, one for each seed and nothing to choose from: whoever asks will choose."""

    request: PictureRequest
    noise_seeds: tuple[int, ...]


@dataclass(frozen=True)
class Picture:
    """A drawn picture.

    data: a PNG file, or RGBA bytes, straight alpha, sRGB, top row first. ground_y: 0..1, backgrounds only.
    pivot_x, pivot_y: 0..1 of width and height, origin top left: where a sprite stands, a background's bottom centre.
    trim_left_px, trim_top_px: where its first column and row were before it was trimmed. score: how well it fits its
    words, a cosine of the shared embedding, -1..1, whatever its mood and style; None where nothing can tell.
    """

    data: bytes
    encoding: str
    width_px: int
    height_px: int
    ground_y: float | None
    facing: Facing
    pivot_x: float
    pivot_y: float
    trim_left_px: int = 0
    trim_top_px: int = 0
    score: float | None = None


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"images.{key}", value, legal)

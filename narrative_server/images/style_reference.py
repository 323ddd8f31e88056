"""A style taken from a reference picture: how light, contrasting, colourful and tinted it is, and of how many colours.

Its numbers are told against those of pictures without a style, so that a reference like those changes little. Reads
bytes of a PNG file whose size is checked before anything is decoded.
"""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.images.style import style_of_numbers
from narrative_server.images.types import MAX_COLOURS, MIN_COLOURS, StyleCode

MAX_FILE_BYTES: Final = 900 << 10
"""Less than a request may have."""
MAX_SIDE_PX: Final = 2048
_LEGAL: Final = f"a PNG file of at most {MAX_FILE_BYTES} bytes and {MAX_SIDE_PX} pixels a side"
_MOST_PIXELS: Final = 1 << 16

# Means over 120 painted backgrounds and 72 generated sprites, half of each.
_LIGHTNESS: Final = 0.43
_CONTRAST: Final = 0.185
_HUE_SPREAD: Final = 0.0535
_TINT: Final = (0.0136, 0.0164)
# A picture differs from the next by its subject as much as by its style: only a part of what differs is taken over.
_SHARE: Final = 0.6


def read_reference(data: bytes, field: str) -> StyleCode:
    """The style of a PNG file. Raises InvalidRequest that names `field`."""
    visible = _visible_pixels(data, field)
    lab = bytes_to_oklab(visible)
    mean, spread = lab.mean(axis=0), lab.std(axis=0)
    numbers = {
        "saturation": float(np.hypot(spread[1], spread[2]) / _HUE_SPREAD) ** _SHARE,
        "contrast": float(spread[0] / _CONTRAST) ** _SHARE,
        "lightness": float(mean[0] - _LIGHTNESS) * _SHARE,
        "green_red": float(mean[1] - _TINT[0]) * _SHARE,
        "blue_yellow": float(mean[2] - _TINT[1]) * _SHARE,
    }
    count = len(np.unique(visible, axis=0))
    return replace(style_of_numbers(numbers), colours=count if MIN_COLOURS <= count <= MAX_COLOURS else 0)


def _visible_pixels(data: bytes, field: str) -> NDArray[np.uint8]:
    """Pixels that are not clear, (P, 3), about 2^16 of them at most, evenly taken."""
    if len(data) > MAX_FILE_BYTES:
        raise _invalid(field, f"has {len(data)} bytes")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            width_px, height_px = picture.size
            if max(width_px, height_px) > MAX_SIDE_PX:
                raise _invalid(field, f"is {width_px}x{height_px} pixels")
            rgba = _shrunk(picture)  # (H, W, 4)
    except UnidentifiedImageError:
        raise _invalid(field, "is no PNG file") from None
    except (OSError, SyntaxError, ValueError) as error:  # whatever the decoder says of broken files
        raise _invalid(field, f"cannot be read: {error}") from error
    visible = rgba[rgba[..., 3] > 0][:, :3]
    if len(visible) == 0:
        raise _invalid(field, "shows nothing: every pixel is clear")
    return visible


def _shrunk(picture: Image.Image) -> NDArray[np.uint8]:
    """RGBA (H, W, 4) of about 2^16 pixels at most, every n-th one of a larger picture."""
    step = math.isqrt(max(picture.width * picture.height - 1, 0) // _MOST_PIXELS) + 1
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip to 8
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    size = (-(-picture.width // step), -(-picture.height // step))
    return np.asarray(picture.resize(size, Image.Resampling.NEAREST).convert("RGBA"))


def _invalid(field: str, problem: str) -> InvalidRequest:
    return InvalidRequest([FieldViolation(field, problem, _LEGAL)])

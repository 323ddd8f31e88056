"""Pictures and sounds as the towers of the shared embedding see them, and reading a PNG file that came from outside.

A file's size is checked before anything is decoded. Any size is brought to the one that the tower was trained on:
sprites stand in 32x32, backgrounds keep their shape at 48 rows. A sound is shown as loud as any other. Knows nothing of
networks.

Axes: N items, B mel bands, T frames, H rows, W columns. Pictures are sRGB, straight alpha.
"""

from __future__ import annotations

import io
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.semantics.types import PictureFile

MAX_FILE_BYTES: Final = 900 << 10
"""Less than a request may have."""
MAX_SIDE_PX: Final = 2048
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES: Final = 24
SPRITE_VIEW_PX: Final = 32
BACKGROUND_VIEW_ROWS: Final = 48
_VIEW_COLUMNS: Final = (16, 192)
_LARGEST_OPAQUE_SPRITE_PX: Final = 64
_GREY: Final = 127.5
_SOUND_RANGE_DB: Final = 60.0
_SILENT_DB: Final = -79.5
_LEGAL: Final = f"a PNG file of at most {MAX_FILE_BYTES} bytes and {MAX_SIDE_PX} pixels a side"


def read_png(data: bytes, field: str) -> NDArray[np.uint8]:
    """A PNG file as RGBA, (H, W, 4). Raises InvalidRequest that names `field`."""
    if not data:
        raise _invalid(field, "is empty")
    if len(data) > MAX_FILE_BYTES:
        raise _invalid(field, f"has {len(data)} bytes")
    if data[:8] != _SIGNATURE or len(data) < _HEADER_BYTES:
        raise _invalid(field, "is no PNG file")
    # Read by hand: Pillow looks for more than the size, and warns of large pictures by a rule of its own.
    width_px, height_px = struct.unpack(">II", data[16:_HEADER_BYTES])
    if not (1 <= width_px <= MAX_SIDE_PX and 1 <= height_px <= MAX_SIDE_PX):
        raise _invalid(field, f"is {width_px}x{height_px} pixels")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            return np.asarray(picture.convert("RGBA"))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _invalid(field, f"cannot be decoded ({error})") from error


def decode(file: PictureFile) -> NDArray[np.uint8]:
    """The pixels of a file, RGBA (H, W, 4). Raises InvalidRequest that names the file's field."""
    if file.encoding == "png":
        return read_png(file.data, file.field)
    size_bytes = 4 * file.width_px * file.height_px
    if file.encoding != "rgba32" or len(file.data) != size_bytes or size_bytes == 0:
        problem = f"has {len(file.data)} bytes as {file.encoding} of {file.width_px}x{file.height_px} pixels"
        raise InvalidRequest([FieldViolation(file.field, problem, f"a PNG file, or {size_bytes} bytes of RGBA")])
    return np.frombuffer(file.data, dtype=np.uint8).reshape(file.height_px, file.width_px, 4)


def medium_of(file: PictureFile, picture: NDArray[np.uint8]) -> str:
    """What a decoded file is taken for: what it says, else what its pixels tell."""
    return file.medium or ("sprite" if is_sprite(picture) else "background")


def is_sprite(picture: NDArray[np.uint8]) -> bool:
    """Whether (H, W, 4) is taken for a sprite: something is clear, or it is small and about square."""
    if int(picture[..., 3].min()) < 255:
        return True
    height_px, width_px = (int(side_px) for side_px in picture.shape[:2])
    shorter_px, longer_px = min(height_px, width_px), max(height_px, width_px)
    return longer_px <= _LARGEST_OPAQUE_SPRITE_PX and 4 * longer_px <= 5 * shorter_px


def visible_box(picture: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels of what is not clear in (H, W, 4), the last two exclusive; else the whole."""
    shown = picture[..., 3] > 0
    columns, rows = np.flatnonzero(shown.any(axis=0)), np.flatnonzero(shown.any(axis=1))
    if len(rows) == 0:
        return 0, 0, picture.shape[1], picture.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def view_sprite(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 4) of any size to (3, 32, 32), -1..1: at the bottom centre of the frame, on mid grey."""
    height_px, width_px = picture.shape[:2]
    if (height_px, width_px) != (SPRITE_VIEW_PX, SPRITE_VIEW_PX):
        picture = _framed(picture)
    alpha = picture[..., 3:].astype(np.float32) / 255.0
    laid = picture[..., :3].astype(np.float32) * alpha + _GREY * (1.0 - alpha)
    return _as_view(laid)


def view_background(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 3 or 4) of any size to (3, 48, W'), -1..1; what is clear is taken for opaque."""
    height_px, width_px = picture.shape[:2]
    columns = min(max(round(BACKGROUND_VIEW_ROWS * width_px / height_px), _VIEW_COLUMNS[0]), _VIEW_COLUMNS[1])
    image = Image.fromarray(np.ascontiguousarray(picture[..., :3]))
    small = image.resize((columns, BACKGROUND_VIEW_ROWS), Image.Resampling.BOX)
    return _as_view(np.asarray(small).astype(np.float32))


def view_sound(decibels: NDArray[np.floating]) -> NDArray[np.float32]:
    """Mel spectra in decibels, -80 being silence, (N, B, T), to (N, 1, B, T), -1..1.

    Shows the 60 dB below each one's own loudest cell: how loud a file is tells nothing of what is heard.
    """
    loudest = decibels.max(axis=(1, 2), keepdims=True)
    below = np.clip((decibels - loudest) / (_SOUND_RANGE_DB / 2.0) + 1.0, -1.0, 1.0)
    shown = np.where(decibels > _SILENT_DB, below, -1.0)
    return np.ascontiguousarray(shown[:, None], dtype=np.float32)


def _framed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bring (H, W, 4) into a clear frame of 32x32, smaller by means, larger by whole blocks."""
    height_px, width_px = picture.shape[:2]
    side_px = max(height_px, width_px)
    image = Image.fromarray(picture)
    if side_px > SPRITE_VIEW_PX:
        size = [max(1, round(length * SPRITE_VIEW_PX / side_px)) for length in (width_px, height_px)]
        image = image.resize((size[0], size[1]), Image.Resampling.BOX)
    elif (factor := SPRITE_VIEW_PX // side_px) > 1:
        image = image.resize((width_px * factor, height_px * factor), Image.Resampling.NEAREST)
    frame = Image.new("RGBA", (SPRITE_VIEW_PX, SPRITE_VIEW_PX))
    frame.paste(image, ((SPRITE_VIEW_PX - image.width) // 2, SPRITE_VIEW_PX - image.height))
    return np.asarray(frame)


def _as_view(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W, 3) of 0..255 to (3, H, W) of -1..1."""
    return np.ascontiguousarray(np.moveaxis(colours / 127.5 - 1.0, -1, 0), dtype=np.float32)


def _invalid(field: str, problem: str) -> InvalidRequest:
    return InvalidRequest([FieldViolation(field, problem, _LEGAL)])

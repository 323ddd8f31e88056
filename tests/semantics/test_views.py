from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import InvalidRequest
from narrative_server.images.pixels import premultiply
from narrative_server.semantics.towers import view_of
from narrative_server.semantics.views import (
    MAX_FILE_BYTES,
    is_sprite,
    read_png,
    view_background,
    view_sound,
    view_sprite,
)


def png(picture: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def random_picture(height: int, width: int, channels: int) -> NDArray[np.uint8]:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, channels), dtype=np.uint8)


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG file that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_sprite_is_seen_as_in_training() -> None:
    sprite = random_picture(32, 32, 4)
    values = torch.from_numpy(np.moveaxis(premultiply(sprite), -1, 0)[None]).float() / 127.5 - 1.0
    np.testing.assert_allclose(view_sprite(sprite), view_of(values)[0].numpy(), atol=0.01)


def test_a_background_is_seen_as_in_training() -> None:
    place = random_picture(96, 160, 3)
    values = torch.from_numpy(np.moveaxis(place, -1, 0)[None]).float() / 127.5 - 1.0
    np.testing.assert_allclose(view_background(place), view_of(values)[0].numpy(), atol=0.01)


def test_enlarged_pictures_are_seen_as_at_their_own_size() -> None:
    sprite, place = random_picture(32, 32, 4), random_picture(96, 160, 3)
    sprite[..., 3] = np.where(sprite[..., 3] > 127, 255, 0)
    np.testing.assert_allclose(view_sprite(sprite.repeat(8, 0).repeat(8, 1)), view_sprite(sprite), atol=0.01)
    np.testing.assert_allclose(view_background(place.repeat(4, 0).repeat(4, 1)), view_background(place), atol=0.01)


@pytest.mark.parametrize("size", [(1, 1), (7, 2048), (2048, 7), (16, 16), (33, 20), (300, 200)])
def test_any_size_becomes_a_view(size: tuple[int, int]) -> None:
    picture = random_picture(*size, 4)
    assert view_sprite(picture).shape == (3, 32, 32)
    channels, rows, columns = view_background(picture).shape
    assert (channels, rows) == (3, 48)
    assert 16 <= columns <= 192
    assert np.abs(view_sprite(picture)).max() <= 1.0


def test_what_is_clear_somewhere_or_small_is_taken_for_a_sprite() -> None:
    opaque = np.full((96, 160, 4), 255, dtype=np.uint8)
    assert not is_sprite(opaque)
    assert is_sprite(opaque[:32, :32])
    opaque[0, 0, 3] = 0
    assert is_sprite(opaque)


def test_a_png_of_any_kind_is_read_as_rgba() -> None:
    grey = Image.fromarray(random_picture(5, 6, 3)).convert("P")
    file = io.BytesIO()
    grey.save(file, "PNG")
    assert read_png(file.getvalue(), "data").shape == (5, 6, 4)
    picture = random_picture(4, 4, 4)
    np.testing.assert_array_equal(read_png(png(picture), "data"), picture)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"GIF89a not a picture", "is no PNG file"),
        (png(random_picture(64, 64, 3))[:400], "cannot be decoded"),
        (bomb(30000, 30000), "is 30000x30000 pixels"),
        (bomb(2049, 1), "is 2049x1 pixels"),
        (bytes(MAX_FILE_BYTES + 1), "has 921601 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_under_its_field(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_png(data, "picture_png")
    (fault,) = caught.value.violations
    assert fault.field == "picture_png"
    assert fault.problem.startswith(problem)
    assert "2048 pixels" in fault.legal


def test_a_jpeg_is_refused() -> None:
    file = io.BytesIO()
    Image.fromarray(random_picture(8, 8, 3)).save(file, "JPEG")
    with pytest.raises(InvalidRequest, match="no PNG"):
        read_png(file.getvalue(), "data")


def test_a_sound_is_shown_below_its_own_loudest_cell() -> None:
    decibels = np.full((2, 80, 176), -80.0, np.float32)
    decibels[0, 3, 5], decibels[0, 4, 5] = -20.0, -60.0
    view = view_sound(decibels)
    assert view.shape == (2, 1, 80, 176)
    assert view.dtype == np.float32
    assert (view[0, 0, 3, 5], view[0, 0, 4, 5]) == (1.0, pytest.approx(-1 / 3))
    assert view[0, 0, 0, 0] == -1.0
    assert (view[1] == -1.0).all()
    louder = np.where(decibels > -80.0, decibels + 12.0, decibels)
    np.testing.assert_allclose(view_sound(louder), view, atol=1e-6)

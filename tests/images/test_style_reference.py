from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from narrative_server.errors import InvalidRequest
from narrative_server.images.oklab import oklab_to_bytes
from narrative_server.images.painter import paint, random_scene
from narrative_server.images.style_reference import read_reference

FIELD = "style.reference_png"


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def picture(light: float, spread: float, chroma: float, tint: tuple[float, float] = (0.0136, 0.0164)) -> np.ndarray:
    """Noise of these OKLab statistics, (64, 64, 3)."""
    rng = np.random.default_rng(1)
    lab = rng.normal(0, 1, (64, 64, 3)) * (spread, chroma / 2**0.5, chroma / 2**0.5) + (light, *tint)
    return oklab_to_bytes(lab.astype(np.float32))


def test_a_usual_picture_changes_little() -> None:
    rng = np.random.default_rng(3)
    styles = [read_reference(png(paint(random_scene(rng))), FIELD) for _ in range(12)]
    assert 0.7 < np.median([style.saturation for style in styles]) < 1.3
    assert abs(np.median([style.lightness for style in styles])) < 0.08
    middle = read_reference(png(picture(0.43, 0.12, 0.0535)), FIELD)
    assert middle.saturation == pytest.approx(1.0, abs=0.1)
    assert abs(middle.lightness) < 0.02


def test_each_property_of_the_picture_is_taken_over() -> None:
    usual = read_reference(png(picture(0.45, 0.12, 0.05)), FIELD)
    assert read_reference(png(picture(0.25, 0.12, 0.05)), FIELD).lightness < usual.lightness - 0.05
    assert read_reference(png(picture(0.45, 0.05, 0.05)), FIELD).contrast < usual.contrast - 0.2
    assert read_reference(png(picture(0.45, 0.12, 0.015)), FIELD).saturation < usual.saturation - 0.3
    warm = read_reference(png(picture(0.45, 0.12, 0.03, (0.03, 0.09))), FIELD)
    assert warm.blue_yellow > usual.blue_yellow + 0.03


def test_a_number_of_colours_is_taken_over_only_where_it_is_small() -> None:
    noise = picture(0.45, 0.12, 0.05)
    sixteen = noise.reshape(-1, 3)[:16][np.arange(4096) % 16].reshape(64, 64, 3)
    assert read_reference(png(sixteen.repeat(8, 0).repeat(8, 1)), FIELD).colours == 16
    assert read_reference(png(noise), FIELD).colours == 0


def test_clear_pixels_do_not_count_and_any_kind_of_png_is_read() -> None:
    rgba = np.zeros((8, 8, 4), dtype=np.uint8)
    rgba[2:4] = (200, 180, 40, 255)
    rgba[4:6] = (60, 50, 20, 255)
    style = read_reference(png(rgba), FIELD)
    assert style.colours == 2
    assert style.blue_yellow > 0
    grey = (np.arange(64).reshape(8, 8) * 1000).astype(np.uint16)
    assert read_reference(png(grey), FIELD) == read_reference(png((grey >> 8).astype(np.uint8)), FIELD)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no PNG file"),
        (b"GIF89a" + bytes(40), "is no PNG file"),
        (png(picture(0.5, 0.1, 0.1))[:600], "cannot be read"),
        (bytes((900 << 10) + 1), "has 921601 bytes"),
        (png(np.zeros((1, 2049, 3), np.uint8)), "is 2049x1 pixels"),
        (png(np.zeros((4, 4, 4), np.uint8)), "shows nothing"),
    ],
)
def test_what_is_no_such_picture_is_refused_with_its_reason(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_reference(data, FIELD)
    (violation,) = caught.value.violations
    assert violation.field == FIELD
    assert problem in violation.problem
    assert "PNG" in violation.legal

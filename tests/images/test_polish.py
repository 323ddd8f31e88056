from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.images.polish import (
    SPRITE_COLOURS,
    as_pixel_art,
    polish_background,
    polish_faults,
    polish_sprite,
    recolour,
)
from narrative_server.images.types import Finish, StyleCode
from narrative_server.semantics.mood import EMOTIONS, Mood

CALM = Mood("neutral", 0.0)
GRIM = StyleCode(saturation=0.4, contrast=1.1, lightness=-0.08)
GREENS = (0x081820, 0x346856, 0x88C070, 0xE0F8D0)


@pytest.fixture
def sprite() -> np.ndarray:
    rgba = np.random.default_rng(4).integers(0, 256, (16, 16, 4), dtype=np.uint8)
    rgba[..., 3] = 0
    rgba[3:14, 5:9, 3] = 255
    rgba[rgba[..., 3] == 0] = 0
    return rgba


@pytest.fixture
def background() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (24, 64, 3), dtype=np.uint8)


def colours_of(picture: np.ndarray) -> set[tuple[int, ...]]:
    visible = picture[picture[..., 3] > 0] if picture.shape[2] == 4 else picture.reshape(-1, 3)
    return {tuple(colour) for colour in visible[:, :3].tolist()}


def test_without_wishes_a_picture_stays_as_it_is(sprite: np.ndarray, background: np.ndarray) -> None:
    np.testing.assert_array_equal(polish_sprite(sprite, CALM, 0, Finish(), 1).picture, sprite)
    np.testing.assert_array_equal(polish_background(background, CALM, 0, Finish(), 1).picture, background)


@pytest.mark.parametrize("outline", ["none", "dark", "auto"])
@pytest.mark.parametrize("colours", [0, 6])
def test_every_emotion_changes_colours_visibly_and_the_shape_never(
    sprite: np.ndarray, colours: int, outline: str
) -> None:
    finish = Finish(GRIM, outline=outline, scaling="scale2x")
    calm = polish_sprite(sprite, CALM, colours, finish, 2).picture
    shown = calm[..., 3] > 0
    seen = []
    for emotion in EMOTIONS[1:]:
        felt = polish_sprite(sprite, Mood(emotion, 0.65), colours, finish, 2).picture
        np.testing.assert_array_equal(felt[..., 3], calm[..., 3])
        assert not felt[~shown].any()
        seen.append(bytes_to_oklab(felt[shown][:, :3]))
    for index, lab in enumerate(seen):
        for other in (bytes_to_oklab(calm[shown][:, :3]), *seen[:index]):
            assert np.sqrt(np.square(lab - other).sum(axis=1)).mean() > 0.02  # about what an eye can tell


def test_a_mood_keeps_the_patches_of_a_limited_picture(sprite: np.ndarray) -> None:
    calm = recolour(sprite, CALM, 5, Finish())
    felt = recolour(sprite, Mood("anger", 0.9), 5, Finish())
    assert len(colours_of(calm)) == 5
    pairs = {
        (tuple(a), tuple(b)) for a, b in zip(calm.reshape(-1, 4).tolist(), felt.reshape(-1, 4).tolist(), strict=True)
    }
    assert len(pairs) == 6  # each colour became one colour; the sixth pair is clear


def test_a_number_of_colours_is_the_requests_else_the_styles(sprite: np.ndarray) -> None:
    sixteen = Finish(StyleCode(colours=16))
    assert len(colours_of(recolour(sprite, CALM, 0, sixteen))) == 16
    assert len(colours_of(recolour(sprite, CALM, 3, sixteen))) == 3


def test_a_palette_is_kept_to_exactly_in_every_mood_and_the_requests_wins(
    sprite: np.ndarray, background: np.ndarray
) -> None:
    finish = Finish(StyleCode(palette=(0xFF0000, 0x0000FF)), palette=GREENS)
    known = {(colour >> 16, colour >> 8 & 255, colour & 255) for colour in GREENS}
    for emotion in EMOTIONS:
        assert colours_of(recolour(sprite, Mood(emotion, 1.0), 0, finish)) <= known
    assert colours_of(polish_background(background, Mood("joy", 1.0), 0, finish, 1).picture) == known
    reds = replace(finish, palette=())
    assert colours_of(recolour(sprite, CALM, 0, reds)) == {(255, 0, 0), (0, 0, 255)}


def test_a_style_moves_all_pictures_the_same_way(sprite: np.ndarray, background: np.ndarray) -> None:
    for picture in (sprite, background):
        shown = picture[..., 3] > 0 if picture.shape[2] == 4 else slice(None)
        before = bytes_to_oklab(picture[shown].reshape(-1, picture.shape[2])[:, :3])
        after = bytes_to_oklab(recolour(picture, CALM, 0, Finish(GRIM))[shown].reshape(-1, picture.shape[2])[:, :3])
        assert after[:, 0].mean() < before[:, 0].mean() - 0.05
        assert np.hypot(after[:, 1], after[:, 2]).mean() < 0.5 * np.hypot(before[:, 1], before[:, 2]).mean()


def test_a_trimmed_sprite_is_what_is_visible_and_says_where_it_was(sprite: np.ndarray) -> None:
    whole = polish_sprite(sprite, CALM, 0, Finish(), 2).picture
    trimmed = polish_sprite(sprite, CALM, 0, Finish(trimmed=True), 2)
    assert (trimmed.left_px, trimmed.top_px) == (10, 6)
    assert trimmed.picture.shape == (22, 8, 4)
    assert (trimmed.pivot_x, trimmed.pivot_y) == (0.5, 1.0)
    np.testing.assert_array_equal(whole[6:28, 10:18], trimmed.picture)


def test_an_empty_sprite_cannot_be_trimmed_away() -> None:
    empty = np.zeros((16, 16, 4), dtype=np.uint8)
    polished = polish_sprite(empty, Mood("joy", 1.0), 4, Finish(GRIM, trimmed=True, outline="auto", palette=GREENS), 1)
    np.testing.assert_array_equal(polished.picture, empty)


def test_the_outline_is_the_requests_else_the_styles(sprite: np.ndarray) -> None:
    outlined = StyleCode(outline="dark")
    assert (polish_sprite(sprite, CALM, 0, Finish(outlined), 1).picture[..., 3] > 0).sum() > 44
    assert (polish_sprite(sprite, CALM, 0, Finish(outlined, outline="none"), 1).picture[..., 3] > 0).sum() == 44


@pytest.mark.parametrize(
    ("field", "finish", "colours", "factor"),
    [
        ("colours", Finish(), 1, 1),
        ("colours", Finish(), 65, 1),
        ("scaling", Finish(scaling="bicubic"), 0, 1),
        ("scaling", Finish(scaling="scale2x"), 0, 5),
        ("outline", Finish(outline="glow"), 0, 1),
        ("palette", Finish(palette=(0xFF0000,)), 0, 1),
        ("palette", Finish(palette=(0xFF0000, 0xFF0000)), 0, 1),
        ("palette", Finish(palette=(0x1000000, 0)), 0, 1),
        ("palette", Finish(palette=tuple(range(257))), 0, 1),
        ("style.saturation", Finish(StyleCode(saturation=2.1)), 0, 1),
        ("style.contrast", Finish(StyleCode(contrast=float("nan"))), 0, 1),
        ("style.lightness", Finish(StyleCode(lightness=-0.4)), 0, 1),
        ("style.green_red", Finish(StyleCode(green_red=0.2)), 0, 1),
        ("style.blue_yellow", Finish(StyleCode(blue_yellow=float("inf"))), 0, 1),
        ("style.colours", Finish(StyleCode(colours=1)), 0, 1),
        ("style.outline", Finish(StyleCode(outline="")), 0, 1),
        ("style.palette", Finish(StyleCode(palette=(1,))), 0, 1),
    ],
)
def test_each_fault_names_its_field(field: str, finish: Finish, colours: int, factor: int) -> None:
    assert [fault.field for fault in polish_faults(finish, colours, factor)] == [field]


def test_all_that_is_legal_has_no_fault() -> None:
    finish = Finish(StyleCode(0.0, 1.6, 0.3, -0.1, 0.1, 64, "auto", GREENS), GREENS, "scale2x", "dark", True, True)
    assert polish_faults(finish, 64, 6) == []


def test_a_drawn_sprite_has_no_more_colours_than_a_painted_one(sprite: np.ndarray) -> None:
    art = as_pixel_art(sprite, SPRITE_COLOURS)
    visible = sprite[..., 3] > 0
    assert len(np.unique(sprite[visible], axis=0)) > SPRITE_COLOURS
    assert len(np.unique(art[visible], axis=0)) <= SPRITE_COLOURS
    assert (art[..., 3] == sprite[..., 3]).all()
    assert (as_pixel_art(art, SPRITE_COLOURS) == art).all()

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from narrative_server.images.data_captions import CaptionedPicture
from narrative_server.images.data_split import is_held_out
from narrative_server.images.items.catalogue import ITEMS, Item
from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import COLOUR_LIMIT, SIDE_PX, Easel, ItemTooLarge
from narrative_server.images.items.materials import GOLD, RED, shades_of
from narrative_server.images.items.paint import paint_item, paint_items
from narrative_server.images.items.shapes import Shapes, bend, mirrored
from narrative_server.images.items.words import Said, captions_of

SHADOW = [10, 9, 14]


@pytest.fixture(scope="module")
def shown() -> dict[str, list[CaptionedPicture]]:
    """Three pictures of every noun."""
    pictures: dict[str, list[CaptionedPicture]] = defaultdict(list)
    for picture in paint_items(3, seed=5, weight=0.5):
        pictures[picture.kind].append(picture)
    return pictures


def item(noun: str) -> Item:
    return next(one for one in ITEMS if one.noun == noun)


def test_there_are_more_than_fifty_different_nouns() -> None:
    assert len({one.noun for one in ITEMS}) == len(ITEMS) > 50


def test_every_noun_paints_a_frame_of_hard_alpha_that_it_fills(shown: dict[str, list[CaptionedPicture]]) -> None:
    assert set(shown) == {f"painted/{one.noun}" for one in ITEMS}
    for kind, pictures in shown.items():
        for picture in pictures:
            assert picture.rgba.shape == (32, 32, 4)
            assert picture.rgba.dtype == np.uint8
            assert set(np.unique(picture.rgba[..., 3])) == {0, 255}
            body = (picture.rgba[..., 3] > 0) & (picture.rgba[..., :3] != SHADOW).any(axis=-1)
            rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
            assert max(np.ptp(rows), np.ptp(columns)) + 1 >= 18, kind
            assert abs((rows[0] + rows[-1]) / 2 - 15.5) <= 1.5, kind
            assert abs((columns[0] + columns[-1]) / 2 - 15.5) <= 1.5, kind


def test_a_picture_has_few_colours_from_dark_to_light(shown: dict[str, list[CaptionedPicture]]) -> None:
    for kind, pictures in shown.items():
        for picture in pictures:
            colours = np.unique(picture.rgba[picture.rgba[..., 3] > 0][:, :3], axis=0).astype(int)
            assert len(colours) <= COLOUR_LIMIT, kind
            assert colours.sum(axis=1).max() - colours.sum(axis=1).min() > 150, kind


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    for one in ITEMS:
        first, again, other = (paint_item(one, 1, seed) for seed in (7, 7, 8))
        assert first.rgba.tobytes() == again.rgba.tobytes()
        assert first.captions == again.captions
        assert first.rgba.tobytes() != other.rgba.tobytes(), one.noun


def test_a_pictures_captions_name_its_noun_and_what_it_is_made_of(shown: dict[str, list[CaptionedPicture]]) -> None:
    for one in ITEMS:
        for number, picture in enumerate(shown[f"painted/{one.noun}"]):
            word = one.stuffs[number % len(one.stuffs)].word
            noun, head, *_, whole = picture.captions
            assert noun == one.noun
            assert head == f"{word} {one.noun}"
            assert head in whole
            assert picture.group == f"painted/{one.noun}/{word}"


def test_holding_materials_out_leaves_every_noun_in_training() -> None:
    for one in ITEMS:
        assert len({material.word for material in one.stuffs}) >= 2
        assert not all(is_held_out(f"painted/{one.noun}/{material.word}") for material in one.stuffs), one.noun


def test_the_variants_of_a_noun_are_different_pictures() -> None:
    for noun in ("key", "treasure chest", "rose", "cat"):
        pictures = {paint_item(item(noun), number, seed=1).rgba.tobytes() for number in range(12)}
        assert len(pictures) == 12


def test_a_golden_key_is_mostly_of_golds_shades() -> None:
    golden = paint_item(item("key"), 0, seed=1)
    body = golden.rgba[golden.rgba[..., 3] > 0][:, :3]
    shades = np.rint(shades_of(GOLD) * 255)
    assert (np.abs(body[:, None].astype(int) - shades[None]).max(axis=2).min(axis=1) == 0).mean() > 0.3


def test_captions_say_what_was_chosen_and_walk_through_the_paraphrases() -> None:
    said = Said("old", "with a round bow")
    captions = [captions_of("key", ("passkey",), GOLD, said, number) for number in range(4)]
    whole = "old golden key with a round bow"
    assert captions[0] == ("key", "golden key", f"an {whole}", whole, "old golden passkey with a round bow", whole)
    assert [one[2] for one in captions[1:]] == [
        "old golden passkey with a round bow",
        "golden passkey",
        "an old key made of gold, with a round bow",
    ]
    assert captions_of("torch", (), RED, Said("", "with a orange flame"), 0)[3] == "red torch with an orange flame"
    assert captions_of("scissors", (), GOLD, Said(), 0)[2] == "a pair of golden scissors"
    assert captions_of("gear", (), GOLD, Said("", "with 12 teeth"), 0)[3] == "golden gear with twelve teeth"
    assert captions_of("heart", (), RED, Said(), 0)[:4] == ("heart", "red heart", "a red heart", "red heart")


def test_shapes_are_signed_distances_in_pixels() -> None:
    shapes = Shapes()
    centre = shapes.x.shape[0] // 2
    disc, box = shapes.disc(0.5, 0.5, 5.0), shapes.box(-4.5, -4.5, 5.5, 5.5)
    assert disc[centre, centre] == pytest.approx(-5.0)
    assert disc[centre, centre + 8] == pytest.approx(3.0)
    assert box[centre, centre + 8] == pytest.approx(3.0)
    square = shapes.polygon([(-4.5, -4.5), (5.5, -4.5), (5.5, 5.5), (-4.5, 5.5)])
    np.testing.assert_allclose(square, box, atol=1e-9)
    line = shapes.stroke([(-3.5, 0.5), (4.5, 0.5)], 4.0)
    assert line[centre, centre] == pytest.approx(-2.0)
    assert line[centre + 5, centre] == pytest.approx(3.0)


def test_placing_turns_shapes_clockwise() -> None:
    shapes = Shapes()
    upright = shapes.box(-1, -10, 1, 0) < 0
    shapes.place(90)
    turned = shapes.box(-1, -10, 1, 0) < 0
    np.testing.assert_array_equal(turned, np.rot90(upright, -1))


def test_curves_begin_and_end_where_asked() -> None:
    curve = bend((0, 0), (4, 8), (8, 0), 5)
    assert (curve[0], curve[2], curve[-1]) == ((0, 0), (4, 4), (8, 0))
    assert mirrored([(1, 0), (2, 5)]) == [(1, 0), (2, 5), (-2, 5), (-1, 0)]


def test_light_comes_from_the_top_left_and_an_outline_and_a_shadow_follow() -> None:
    easel = Easel()
    easel.paint(easel.disc(0, 0, 10), RED, 0.5, 0.4, 8)
    rgba = easel.finish("flat").astype(int)
    bright = rgba[..., :3].sum(axis=-1)
    assert bright[10, 10] > bright[15, 15] > bright[20, 20]
    edge = int(np.flatnonzero(rgba[15, :, 3])[0])
    assert bright[15, edge] < bright[15, edge + 1]
    assert (rgba[..., :3] == SHADOW).all(axis=-1)[16:, 16:].any()
    assert not (rgba[..., :3] == SHADOW).all(axis=-1)[:8, :8].any()


def test_what_does_not_fit_is_painted_smaller() -> None:
    def pole(easel: Easel, material: object, draw: Choices) -> Said:
        easel.paint(easel.stroke([(0, -18), (0, 18)], 3), RED)
        return Said()

    easel = Easel()
    pole(easel, RED, Choices(1, "pole"))
    with pytest.raises(ItemTooLarge, match="the frame has 32"):
        easel.finish("none")
    picture = paint_item(Item("pole", pole, (RED, GOLD), (), "none"), 0, seed=1)
    rows = np.flatnonzero(picture.rgba[..., 3].any(axis=1))
    assert SIDE_PX - 3 <= len(rows) <= SIDE_PX

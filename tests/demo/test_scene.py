from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from narrative_server.demo.scene import EMPTY_STAGE, SceneSprite, compose_scene, enlarge
from narrative_server.v1 import beat_pb2 as pb

RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)


def sprite(colour: tuple[int, ...] = RED, size: int = 4) -> SceneSprite:
    return SceneSprite(Image.new("RGBA", (size, size), colour))


def stage(*placements: pb.Placement) -> pb.Staging:
    return pb.Staging(revision=1, width_px=40, height_px=20, ground_y_px=14, placements=placements)


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image)


def where(image: Image.Image, colour: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of all pixels of this colour; right and bottom exclusive."""
    rows, columns = np.nonzero((pixels(image) == colour).all(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_the_pivot_of_a_sprite_goes_to_its_place() -> None:
    scene = compose_scene(None, {"a": sprite()}, stage(pb.Placement(sprite_key="a", x_px=20, y_px=18, scale=1)))
    assert scene.size == (40, 20)
    assert where(scene, RED) == (18, 14, 22, 18)


def test_a_scaled_sprite_keeps_square_pixels() -> None:
    image = Image.new("RGBA", (4, 4), CLEAR)
    image.putpixel((0, 0), RED)
    placement = pb.Placement(sprite_key="a", x_px=20, y_px=18, scale=3)
    scene = compose_scene(None, {"a": SceneSprite(image)}, stage(placement))
    assert where(scene, RED) == (14, 6, 17, 9)


def test_a_mirrored_sprite_is_flipped_with_its_pivot() -> None:
    image = Image.new("RGBA", (4, 4), CLEAR)
    image.putpixel((0, 3), RED)
    placement = pb.Placement(sprite_key="a", x_px=20, y_px=18, scale=1, mirrored=True)
    scene = compose_scene(None, {"a": SceneSprite(image, pivot_x=0.25)}, stage(placement))
    assert where(scene, RED) == (20, 17, 21, 18)


def test_nearer_sprites_hide_farther_ones_whatever_their_order() -> None:
    far = pb.Placement(sprite_key="far", x_px=20, y_px=18, scale=1, z=0)
    near = pb.Placement(sprite_key="near", x_px=21, y_px=18, scale=1, z=1)
    scene = compose_scene(None, {"far": sprite(RED), "near": sprite(BLUE)}, stage(near, far))
    assert where(scene, BLUE) == (19, 14, 23, 18)
    assert where(scene, RED) == (18, 14, 19, 18)


def test_a_sprite_over_the_edge_is_cut_off() -> None:
    scene = compose_scene(None, {"a": sprite()}, stage(pb.Placement(sprite_key="a", x_px=0, y_px=2, scale=1)))
    assert where(scene, RED) == (0, 0, 2, 2)


def test_transparent_pixels_show_the_background() -> None:
    background = Image.new("RGB", (40, 20), (0, 255, 0))
    scene = compose_scene(
        background, {"a": sprite(CLEAR)}, stage(pb.Placement(sprite_key="a", x_px=20, y_px=18, scale=1))
    )
    assert (pixels(scene) == (0, 255, 0, 255)).all()


def test_without_background_or_sprites_the_stage_is_dark_and_empty() -> None:
    scene = compose_scene(None, {}, stage(pb.Placement(sprite_key="gone", x_px=20, y_px=18, scale=1)))
    assert (pixels(scene) == EMPTY_STAGE).all()


def test_a_small_background_fills_the_stage_by_whole_pixels() -> None:
    background = Image.new("RGBA", (2, 1), RED)
    background.putpixel((1, 0), BLUE)
    scene = compose_scene(background, {}, stage())
    assert where(scene, RED) == (0, 0, 20, 20)
    assert where(scene, BLUE) == (20, 0, 40, 20)


def test_what_is_given_stays_as_it_is() -> None:
    background, given = Image.new("RGBA", (40, 20), BLUE), sprite()
    compose_scene(background, {"a": given}, stage(pb.Placement(sprite_key="a", x_px=20, y_px=18, scale=2)))
    assert (pixels(background) == BLUE).all()
    assert given.image.size == (4, 4)


def test_enlarging_makes_squares_of_pixels() -> None:
    image = Image.new("RGBA", (2, 1), RED)
    image.putpixel((1, 0), BLUE)
    assert where(enlarge(image, 3), BLUE) == (3, 0, 6, 3)
    with pytest.raises(ValueError, match="factor is 0"):
        enlarge(image, 0)

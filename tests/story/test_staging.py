from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from narrative_server.story.staging import (
    MAX_OVERLAP,
    Box,
    SpriteBox,
    Staging,
    placed_box,
    stage,
)

SIZES = st.integers(1, 16).map(lambda factor: 32 * factor)


def hero(key: str, size_px: int = 32, **more: object) -> SpriteBox:
    return SpriteBox(key, size_px, size_px, **more)  # type: ignore[arg-type]


@st.composite
def scenes(draw: st.DrawFn) -> tuple[int, int, float, list[SpriteBox], int]:
    factor = draw(st.integers(1, 8))
    sprites = [
        SpriteBox(
            f"sprite {index}",
            draw(SIZES),
            draw(SIZES),
            draw(st.floats(0, 1)),
            draw(st.floats(0.5, 1)),
            draw(st.sampled_from(["left", "right", "unknown"])),
            draw(st.sampled_from(["character", "object"])),
        )
        for index in range(draw(st.integers(0, 6)))
    ]
    return 160 * factor, 96 * factor, draw(st.floats(0, 1)), sprites, draw(st.integers(0, 2**63 - 1))


@given(scenes())
@settings(max_examples=150, deadline=None)
def test_any_six_sprites_stand_inside_the_picture_and_hardly_overlap(
    scene: tuple[int, int, float, list[SpriteBox], int],
) -> None:
    width_px, height_px, ground_y, sprites, seed = scene
    staging = stage(width_px, height_px, ground_y, sprites, seed)
    by_key = {sprite.key: sprite for sprite in sprites}
    assert sorted(p.key for p in staging.placements) == sorted(by_key)
    boxes = [placed_box(by_key[p.key], p) for p in staging.placements]
    for box in boxes:
        assert 0 <= box.left_px <= box.left_px + box.width_px <= width_px
        assert 0 <= box.top_px <= box.top_px + box.height_px <= height_px
    for a, b in combinations(boxes, 2):
        assert a.overlap(b) <= MAX_OVERLAP
    for placement in staging.placements:
        assert not (placement.mirrored and by_key[placement.key].facing == "unknown")


def test_six_native_sprites_keep_their_pixels_whole() -> None:
    for factor in range(1, 9):
        sprites = [hero(str(index)) for index in range(6)]
        staging = stage(160 * factor, 96 * factor, 0.7, sprites, seed=3)
        assert all(placement.scale == int(placement.scale) >= 1 for placement in staging.placements)


def test_feet_are_on_the_ground() -> None:
    sprites = [hero("a"), hero("b"), hero("sword", role="object")]
    staging = stage(320, 192, 0.7, sprites, seed=5)
    assert all(0.7 * 192 <= placement.y_px <= 192 for placement in staging.placements)


def test_an_enlarged_sprite_stands_as_tall_as_its_native_one() -> None:
    native = stage(320, 192, 0.7, [hero("a", 32)], seed=1).placements[0]
    large = stage(320, 192, 0.7, [hero("a", 256)], seed=1).placements[0]
    assert large.scale * 256 == native.scale * 32


@pytest.mark.parametrize("seed", range(8))
def test_two_speakers_face_each_other(seed: int) -> None:
    sprites = [hero("a", facing="left"), hero("b", facing="right")]
    left, right = sorted(stage(160, 96, 0.7, sprites, seed).placements, key=lambda p: p.x_px)
    looks = {"a": "left", "b": "right"}
    flipped = {"left": "right", "right": "left"}
    assert (flipped[looks[left.key]] if left.mirrored else looks[left.key]) == "right"
    assert (flipped[looks[right.key]] if right.mirrored else looks[right.key]) == "left"


def test_mirroring_takes_the_pivot_along() -> None:
    sprite = SpriteBox("a", 32, 32, pivot_x=0.25, facing="left")
    placements = {p.mirrored: p for seed in range(8) for p in stage(160, 96, 0.7, [sprite, hero("b")], seed).placements}
    mirrored = placements[True]
    assert mirrored.x_px - placed_box(sprite, mirrored).left_px == 24


def test_nearer_sprites_have_a_higher_z() -> None:
    placements = stage(160, 96, 0.7, [hero(str(index)) for index in range(6)], seed=2).placements
    assert [p.z for p in placements] == list(range(6))
    assert [p.y_px for p in placements] == sorted(p.y_px for p in placements)


def test_the_seed_decides_everything_and_matters() -> None:
    sprites = [hero("a"), hero("b")]
    assert stage(160, 96, 0.7, sprites, 9) == stage(160, 96, 0.7, sprites, 9)
    assert len({stage(160, 96, 0.7, sprites, seed) for seed in range(10)}) > 3


def test_overlap_is_a_share_of_the_smaller_box() -> None:
    assert Box(0, 0, 10, 10).overlap(Box(5, 0, 5, 4)) == 1.0
    assert Box(0, 0, 10, 10).overlap(Box(5, 5, 10, 10)) == 0.25
    assert Box(0, 0, 10, 10).overlap(Box(10, 0, 10, 10)) == 0.0


def test_no_sprites_make_an_empty_staging() -> None:
    assert stage(160, 96, 0.7, [], 0) == Staging()


def test_bad_scenes_are_refused() -> None:
    with pytest.raises(ValueError, match="ground_y"):
        stage(160, 96, float("nan"), [hero("a")], 0)
    with pytest.raises(ValueError, match="repeat"):
        stage(160, 96, 0.7, [hero("a"), hero("a")], 0)
    with pytest.raises(ValueError, match="do not fit"):
        stage(2, 2, 0.7, [hero(str(index)) for index in range(9)], 0)


def test_a_staging_survives_json() -> None:
    adapter = TypeAdapter(Staging)
    staging = stage(160, 96, 0.7, [hero("a"), hero("b", 64)], 4)
    assert adapter.validate_json(adapter.dump_json(staging)) == staging

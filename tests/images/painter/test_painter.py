"""The painter: deterministic, few colours, calm ground, captions without moods."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.images.painter import (
    GROUND_Y_PX,
    KINDS,
    PALETTE_LIMIT,
    Scene,
    captions,
    paint,
    random_scene,
    scene_of,
)
from narrative_server.semantics.mood import EMOTIONS

MOOD_WORDS = frozenset(
    (
        *EMOTIONS,
        "happy",
        "sad",
        "angry",
        "scary",
        "afraid",
        "disgusting",
        "gloomy",
        "cheerful",
        "mournful",
        "eerie",
        "grim",
    )
)


@lru_cache(maxsize=256)
def sample(kind: str, seed: int = 3) -> tuple[Scene, NDArray[np.uint8]]:
    scene = scene_of(kind, np.random.default_rng(seed))
    return scene, paint(scene)


def luminance(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    return picture.astype(np.float64) @ np.array([0.30, 0.59, 0.11])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_paints_a_full_picture_within_the_palette(kind: str) -> None:
    _, picture = sample(kind)
    assert picture.shape == (96, 160, 3)
    assert picture.dtype == np.uint8
    colours = len(np.unique(picture.reshape(-1, 3), axis=0))
    assert 12 <= colours <= PALETTE_LIMIT
    assert luminance(picture).std() > 6.0


@pytest.mark.parametrize("kind", ["forest", "castle", "tavern", "neon street", "cave"])
def test_a_scene_is_painted_the_same_every_time(kind: str) -> None:
    scene, picture = sample(kind)
    assert np.array_equal(picture, paint(scene))


@pytest.mark.parametrize("kind", ["meadow", "dungeon", "desert", "ship deck", "city street", "space station"])
def test_the_ground_is_a_band_of_its_own_and_calmer_than_the_scenery(kind: str) -> None:
    scene = Scene(kind, layout_seed=5)
    picture = paint(scene)
    rows = luminance(picture).mean(axis=1)
    jump = np.abs(np.diff(rows))
    assert jump[GROUND_Y_PX - 6 : GROUND_Y_PX + 12].max() > 3.0
    assert luminance(picture)[GROUND_Y_PX + 10 :].std() < 45.0


def test_hours_and_weather_show() -> None:
    bright = paint(Scene("forest", "noon", layout_seed=9))
    dark = paint(Scene("forest", "night", layout_seed=9))
    assert luminance(bright).mean() > 1.6 * luminance(dark).mean()
    snowy = paint(Scene("village", "noon", "snow", "winter", layout_seed=9))
    green = paint(Scene("village", "noon", "clear", "summer", layout_seed=9))
    assert luminance(snowy)[GROUND_Y_PX:].mean() > luminance(green)[GROUND_Y_PX:].mean() + 20


def test_a_landmark_changes_the_picture() -> None:
    for kind in ("meadow", "library", "beach"):
        for landmark in KINDS[kind].landmarks[:3]:
            without = paint(Scene(kind, layout_seed=4))
            assert (paint(Scene(kind, landmarks=(landmark,), layout_seed=4)) != without).any()


def test_random_scenes_are_varied_and_reproducible() -> None:
    first = [random_scene(np.random.default_rng(1)) for _ in range(2)]
    assert first[0] == first[1]
    rng = np.random.default_rng(2)
    scenes = [random_scene(rng) for _ in range(400)]
    assert len({scene.kind for scene in scenes}) > 50
    assert len({(scene.time, scene.weather) for scene in scenes}) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_captions_name_the_place_and_never_a_mood(kind: str) -> None:
    for seed in range(12):
        scene = scene_of(kind, np.random.default_rng(seed))
        texts = captions(scene)
        assert texts == captions(scene)
        assert 4 <= len(set(texts)) == len(texts) <= 6
        assert any(text in KINDS[kind].nouns for text in texts)
        for text in texts:
            assert any(noun in text for noun in KINDS[kind].nouns)
            assert not MOOD_WORDS & set(re.findall(r"[a-z]+", text.lower()))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"kind": "nowhere"}, "scene.kind"),
        ({"kind": "forest", "time": "teatime"}, "scene.time"),
        ({"kind": "forest", "weather": "frogs"}, "scene.weather"),
        ({"kind": "forest", "season": "monsoon"}, "scene.season"),
        ({"kind": "forest", "landmarks": ("throne",)}, "scene.landmarks"),
        ({"kind": "forest", "layout_seed": -1}, "scene.layout_seed"),
    ],
)
def test_an_impossible_scene_is_refused_by_name(changes: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidConfig, match=key):
        Scene(**changes)  # type: ignore[arg-type]

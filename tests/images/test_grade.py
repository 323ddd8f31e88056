from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.grade import GRADES, grade_picture
from narrative_server.images.moods import MOOD_CONDITIONS, mood_condition
from narrative_server.images.oklab import to_oklab
from narrative_server.semantics.mood import EMOTIONS, Mood


@pytest.fixture
def picture() -> np.ndarray:
    rgba = np.random.default_rng(4).integers(0, 256, (16, 16, 4), dtype=np.uint8)
    rgba[..., 3] = np.where(rgba[..., 3] < 100, 0, 255)
    rgba[rgba[..., 3] == 0] = 0
    return rgba


def mean_lab(picture: np.ndarray) -> np.ndarray:
    visible = picture[picture[..., 3] > 0][:, :3]
    return np.asarray(to_oklab(visible / np.float32(255)).mean(axis=0))


def test_every_emotion_has_a_grade() -> None:
    assert set(GRADES) == set(EMOTIONS)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_intensity_changes_nothing(picture: np.ndarray, emotion: str) -> None:
    np.testing.assert_array_equal(grade_picture(picture, Mood(emotion, 0.0)), picture)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_alpha_stays_and_hidden_pixels_stay_black(picture: np.ndarray, emotion: str) -> None:
    graded = grade_picture(picture, Mood(emotion, 1.0))
    np.testing.assert_array_equal(graded[..., 3], picture[..., 3])
    assert not graded[graded[..., 3] == 0].any()


@pytest.mark.parametrize(
    ("emotion", "axis", "sign"),
    [("fear", 0, -1), ("sadness", 2, -1), ("anger", 1, 1), ("joy", 2, 1), ("disgust", 1, -1)],
)
def test_each_emotion_moves_light_its_own_way_and_more_with_intensity(
    picture: np.ndarray, emotion: str, axis: int, sign: int
) -> None:
    calm = mean_lab(picture)[axis]
    some = mean_lab(grade_picture(picture, Mood(emotion, 0.4)))[axis]
    full = mean_lab(grade_picture(picture, Mood(emotion, 1.0)))[axis]
    assert sign * (some - calm) > 0
    assert sign * (full - some) > 0


def test_equal_colours_stay_equal(picture: np.ndarray) -> None:
    flat = picture.copy()
    flat[flat[..., 3] > 0] = (90, 140, 60, 255)
    graded = grade_picture(flat, Mood("anger", 0.8))
    assert len(np.unique(graded[graded[..., 3] > 0], axis=0)) == 1


def test_mood_conditions_are_valence_arousal_and_the_scaled_emotion() -> None:
    condition = dict(zip(MOOD_CONDITIONS, mood_condition(Mood("joy", 0.5)).tolist(), strict=True))
    assert condition["valence"] == pytest.approx(0.45)
    assert condition["arousal"] == pytest.approx(0.25)
    assert condition["joy"] == 0.5
    assert sum(condition[name] for name in EMOTIONS) == 0.5

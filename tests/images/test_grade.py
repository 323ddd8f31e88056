from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.grade import GRADES, grade_lab, grade_picture
from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.semantics.mood import EMOTIONS, Mood


@pytest.fixture
def lab() -> np.ndarray:
    return bytes_to_oklab(np.random.default_rng(4).integers(0, 256, (300, 3), dtype=np.uint8))


def test_every_emotion_has_a_grade() -> None:
    assert set(GRADES) == set(EMOTIONS)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_intensity_changes_nothing(lab: np.ndarray, emotion: str) -> None:
    np.testing.assert_array_equal(grade_lab(lab, Mood(emotion, 0.0)), lab)


@pytest.mark.parametrize(
    ("emotion", "axis", "sign"),
    [
        ("joy", 0, 1),
        ("joy", 2, 1),
        ("sadness", 0, -1),
        ("sadness", 2, -1),
        ("anger", 1, 1),
        ("fear", 0, -1),
        ("disgust", 1, -1),
        ("surprise", 0, 1),
    ],
)
def test_each_emotion_moves_light_its_own_way_and_more_with_intensity(
    lab: np.ndarray, emotion: str, axis: int, sign: int
) -> None:
    calm, some, full = (grade_lab(lab, Mood(emotion, much)).mean(axis=0)[axis] for much in (0.0, 0.4, 1.0))
    assert sign * (some - calm) > 0
    assert sign * (full - some) > 0


def test_equal_colours_stay_equal() -> None:
    flat = bytes_to_oklab(np.full((50, 3), (90, 140, 60), dtype=np.uint8))
    assert len(np.unique(grade_lab(flat, Mood("anger", 0.8)), axis=0)) == 1


@pytest.mark.parametrize("emotion", EMOTIONS[1:])
def test_shadows_take_more_of_a_tint_than_white_does(emotion: str) -> None:
    greys = bytes_to_oklab(np.array([(0, 0, 0), (64, 64, 64), (255, 255, 255)], dtype=np.uint8))
    black, dark, white = np.hypot(*grade_lab(greys, Mood(emotion, 1.0))[:, 1:].T)
    assert min(black, dark) > 1.3 * white


def test_lighter_colours_stay_lighter(lab: np.ndarray) -> None:
    ordered = lab[lab[:, 0].argsort()]
    for emotion in EMOTIONS:
        assert (np.diff(grade_lab(ordered, Mood(emotion, 1.0))[:, 0]) >= 0).all()


def test_a_picture_is_graded_where_it_is_visible_only() -> None:
    picture = np.full((4, 4, 4), (90, 140, 60, 255), dtype=np.uint8)
    picture[0] = 0
    graded = grade_picture(picture, Mood("anger", 1.0))
    assert not graded[0].any()
    assert graded[1, 1].tolist() != picture[1, 1].tolist()
    np.testing.assert_array_equal(graded[..., 3], picture[..., 3])


def light_and_colour(lab: np.ndarray) -> np.ndarray:
    """Statistics that know nothing of places: (9,)."""
    dark = lab[lab[:, 0].argsort()][: len(lab) // 4]
    return np.concatenate((lab.mean(axis=0), lab.std(axis=0), dark.mean(axis=0)))


def test_the_mood_of_subjects_never_seen_is_told_from_light_and_colour_alone() -> None:
    rng = np.random.default_rng(8)
    subjects = []
    for _ in range(120):  # a subject has four colours in some shades, and lines that are nearly black
        colours = rng.uniform((0.3, -0.12, -0.12), (0.8, 0.12, 0.12), (4, 3))
        body = colours[rng.integers(0, 4, 300)] + rng.normal(0, (0.1, 0.01, 0.01), (300, 3))
        ink = rng.uniform((0.05, -0.01, -0.01), (0.2, 0.01, 0.01), (80, 3))
        subjects.append(np.concatenate((body, ink)).astype(np.float32))
    shown = np.array([[light_and_colour(grade_lab(one, Mood(e, 0.65))) for e in EMOTIONS] for one in subjects])
    seen, fresh = shown[:90], shown[90:]
    centres = seen.mean(axis=0)  # (7, F)
    within = (seen - centres).reshape(-1, shown.shape[-1])
    whiten = np.linalg.cholesky(np.linalg.inv(np.cov(within.T)))
    gaps = np.square((fresh[:, :, None] - centres) @ whiten).sum(axis=-1)  # (30, 7, 7)
    share = (gaps.argmin(axis=-1) == np.arange(len(EMOTIONS))).mean()
    assert share > 0.5  # chance is 1 in 7

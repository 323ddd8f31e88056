from __future__ import annotations

import numpy as np
import pytest

from narrative_server.evaluation.images.classes import class_names, frequent_classes
from narrative_server.evaluation.images.classifier import LinearClassifier, balanced_accuracy
from narrative_server.evaluation.images.light import colours, light_features, partial_alpha
from narrative_server.evaluation.images.pictures import from_values, on_grey
from narrative_server.evaluation.images.rows import graded
from narrative_server.gan.data import GanData, index_captions
from narrative_server.semantics.mood import Mood


def _named(data: GanData, name: str, captions: list[tuple[str, ...]]) -> GanData:
    phrases, rows = index_captions(captions)
    few = data.part(np.arange(data.size - len(captions), data.size))
    zeros = np.zeros((len(phrases), 384), np.float32)
    return GanData(**{**vars(few), "name": name, "phrases": phrases, "captions": rows, "embeddings": zeros})


def test_colours_counts_those_that_can_be_seen() -> None:
    picture = np.zeros((1, 4, 4, 4), np.uint8)
    picture[0, 0, :3] = [[9, 0, 0, 255], [9, 0, 0, 255], [0, 9, 0, 10]]
    picture[0, 3, 3] = [1, 2, 3, 0]  # clear: nobody sees its colour
    assert colours(picture).tolist() == [2]
    assert partial_alpha(picture).tolist() == pytest.approx([1 / 3])


def test_a_picture_without_anything_visible_has_no_colours_and_no_partial_alpha() -> None:
    nothing = np.zeros((1, 8, 8, 4), np.uint8)
    assert colours(nothing).tolist() == [0]
    assert partial_alpha(nothing).tolist() == [0.0]
    assert np.isfinite(light_features(nothing)).all()


def test_premultiplied_values_become_straight_and_lie_on_grey() -> None:
    values = np.zeros((1, 4, 1, 2), np.uint8)
    values[0, :, 0, 0] = [100, 50, 0, 128]
    straight = from_values(values)
    assert straight[0, 0, 0].tolist() == [199, 100, 0, 128]
    assert on_grey(straight)[0, 0, 1].tolist() == [0.5, 0.5, 0.5]


def test_the_classifier_separates_what_a_line_can_and_counts_classes_alike() -> None:
    rng = np.random.default_rng(1)
    labels = np.array([0] * 90 + [1] * 10, np.intp)
    features = (rng.standard_normal((100, 3)) * 0.3).astype(np.float32)
    features[labels == 1, 0] += 3.0
    predicted = LinearClassifier(features, labels).predict(features)
    assert balanced_accuracy(predicted, labels) == 1.0
    assert balanced_accuracy(np.zeros(100, np.intp), labels) == 0.5


def test_light_alone_tells_anger_from_sadness() -> None:
    rng = np.random.default_rng(2)
    pictures = rng.integers(40, 220, (60, 32, 32, 4), dtype=np.uint8)
    pictures[..., 3] = 255
    moods = [Mood("anger" if n % 2 else "sadness", 0.9) for n in range(60)]
    labels = np.array([n % 2 for n in range(60)], np.intp)
    features = light_features(graded(pictures, moods))
    predicted = LinearClassifier(features[:40], labels[:40]).predict(features[40:])
    assert balanced_accuracy(predicted, labels[40:]) > 0.9


def test_a_sprites_class_is_its_noun_and_trades_that_dress_alike_are_one(data: GanData) -> None:
    named = _named(data, "sprites", [("crystal door", "closed glass door"), ("elf sorceress",), ("peasant",)])
    assert class_names(named) == ["door", "wizard", "villager"]


def test_a_backgrounds_class_is_its_kind_of_place(data: GanData) -> None:
    named = _named(data, "backgrounds", [("old library, late night", "archive with a globe"), ("nowhere at all",)])
    assert class_names(named) == ["library", ""]


def test_only_classes_with_enough_training_items_count(data: GanData) -> None:
    names = ["door"] * 200 + ["key"] * 19 + ["gem"] * (data.size - 219)
    few = GanData(**{**vars(data), "held_out": np.array([n >= 250 for n in range(data.size)])})
    assert sorted(frequent_classes(names, few)) == ["door", "gem"]

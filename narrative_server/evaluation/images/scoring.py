"""The figures of one row: every metric against the same judge, features, classifiers and training pictures.

Axes: N pictures, D feature dimensions, H rows, W columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.dialogue.estimates import wilson
from narrative_server.evaluation.figures import Figure
from narrative_server.evaluation.images.classes import class_items, class_names, frequent_classes
from narrative_server.evaluation.images.classifier import LinearClassifier, balanced_accuracy
from narrative_server.evaluation.images.features import Features, FeaturesOf
from narrative_server.evaluation.images.judge import Judge
from narrative_server.evaluation.images.kid import kid
from narrative_server.evaluation.images.light import colours, light_features, partial_alpha
from narrative_server.evaluation.images.neighbours import COVERAGE_K, TrainingPixels, manifold, squared_distances
from narrative_server.evaluation.images.pictures import items_of
from narrative_server.evaluation.images.prompts import reference_items
from narrative_server.evaluation.images.r_precision import draw_pools, hits
from narrative_server.evaluation.images.rows import RowPictures, Sentences, graded
from narrative_server.gan.data import GanData
from narrative_server.semantics.mood import EMOTIONS, Mood

MOOD_ITEMS: Final = 2_000
_CHUNK: Final = 512
_SEED: Final = 20260105


@dataclass(frozen=True)
class Subjects:
    """The classifier of what is shown: names by item and the classes that it knows."""

    names: Sequence[str]
    classes: Sequence[str]
    classifier: LinearClassifier

    def of(self, items: Sequence[int]) -> NDArray[np.intp]:
        """Class of each item, -1 where it has none that is known."""
        found = [self.names[item] if item >= 0 else "" for item in items]
        return np.array([self.classes.index(name) if name in self.classes else -1 for name in found], dtype=np.intp)


class Scorer:
    """Scores rows of one kind of picture."""

    def __init__(self, data: GanData, judge: Judge | None, features_of: FeaturesOf, sentences: Sentences) -> None:
        self._data, self._judge, self._features_of, self._sentences = data, judge, features_of, sentences
        self._items = {phrase: row for row, phrase in enumerate(data.phrases)}
        self._real: Features = np.zeros((0, 1), np.float32)
        self._subjects: Subjects | None = None
        self._moods: LinearClassifier | None = None
        self._training: TrainingPixels | None = None

    def prepare(self, reference: int, without: Sequence[int]) -> None:
        """Read the training pictures: `reference` of them for the features, none of the items `without`."""
        data = self._data
        self._real = self._features(reference_items(data, reference, without))
        names = class_names(data)
        classes = frequent_classes(names, data)
        if len(classes) >= 2:
            items = class_items(names, classes, data, _SEED)
            labels = np.array([classes.index(names[item]) for item in items], dtype=np.intp)
            self._subjects = Subjects(names, classes, LinearClassifier(self._features(items), labels, penalty=1e-2))
        self._moods = self._fit_moods()
        rows = np.flatnonzero(~data.held_out)
        parts = (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
        self._training = TrainingPixels(items_of(data, part) for part in parts)

    def score(self, row: RowPictures, captions: Sequence[str]) -> Iterator[Figure]:
        """Every figure that applies. captions: the split's, for the pools; those of the row come first."""
        features = self._features_of(row.pictures)
        yield from self._agreement(row, captions)
        yield from self._fidelity(row, features)
        yield from self._told_apart(row, features)
        yield from self._variety(row, features)
        yield self._figure("colours", row, float(np.median(colours(row.pictures))), "1", len(row.pictures))
        clear = partial_alpha(row.pictures)
        yield self._figure("partial_alpha", row, float(clear.mean()), "share", len(row.pictures))

    def nearest_ratio(self, row: RowPictures, held_out: RowPictures) -> Figure:
        """How far from the training pictures, over how far real held-out pictures are; medians."""
        assert self._training is not None, "prepare comes first"
        made, real = self._training.nearest(row.pictures), self._training.nearest(held_out.pictures)
        ratio = float(np.median(made) / max(float(np.median(real)), 1e-6))
        return self._figure("nearest_train_ratio", row, ratio, "ratio", len(made))

    def _agreement(self, row: RowPictures, captions: Sequence[str]) -> Iterator[Figure]:
        if self._judge is None:
            return
        sentences = self._sentences.of(captions)
        pools = draw_pools(sentences, len(row.prompts))
        said = self._judge.embed_texts(captions, sentences)
        found = hits(self._judge.embed_pictures(row.pictures), said, pools)
        if len(found):
            low, high = wilson(int(found.sum()), len(found))
            values = {"": float(found.mean()), "_ci95_low": low, "_ci95_high": high}
            for suffix, value in values.items():
                yield self._figure(f"r_precision_at_1_of_100{suffix}", row, value, "share", len(found))

    def _fidelity(self, row: RowPictures, features: Features) -> Iterator[Figure]:
        n = min(len(features), len(self._real))
        if n <= COVERAGE_K:
            return
        mean, error = kid(features, self._real)
        yield self._figure("kid", row, mean, "1", len(features))
        yield self._figure("kid_standard_error", row, error, "1", len(features))
        found = manifold(features[:n], self._real[:n])
        yield self._figure("precision", row, found.precision, "share", n)
        yield self._figure("recall", row, found.recall, "share", n)
        yield self._figure("coverage", row, found.coverage, "share", n)

    def _told_apart(self, row: RowPictures, features: Features) -> Iterator[Figure]:
        if self._subjects is not None:
            labels = self._subjects.of([self._item(prompt.item, prompt.caption) for prompt in row.prompts])
            known = labels >= 0
            if known.any():
                predicted = self._subjects.classifier.predict(features[known])
                value = float((predicted == labels[known]).mean())
                yield self._figure("classifier_accuracy", row, value, "share", int(known.sum()))
        if self._moods is not None and len(row.moods):
            labels = _emotions(row.moods)
            value = balanced_accuracy(self._moods.predict(light_features(row.mood_pictures)), labels)
            yield self._figure("mood_accuracy", row, value, "share", len(labels))

    def _variety(self, row: RowPictures, features: Features) -> Iterator[Figure]:
        if not row.variety or len(features) < 2:
            return
        within = [_mean_distance(self._features_of(group)) for group in row.variety]
        between = _mean_distance(features)
        value = float(np.mean(within)) / between if between > 0 else 0.0
        yield self._figure("diversity_within_prompt", row, value, "ratio", sum(len(group) for group in row.variety))

    def _item(self, item: int, caption: str) -> int:
        """The item of a caption that came without one: any that has it."""
        if item >= 0 or caption not in self._items:
            return item
        owners = np.flatnonzero((self._data.captions == self._items[caption]).any(axis=1))
        return int(owners[0]) if len(owners) else -1

    def _features(self, items: NDArray[np.intp]) -> Features:
        parts = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
        return np.concatenate([self._features_of(items_of(self._data, part)) for part in parts])

    def _fit_moods(self) -> LinearClassifier | None:
        """From light and colour of graded training pictures."""
        items = reference_items(self._data, MOOD_ITEMS, ())
        rng = np.random.default_rng(_SEED)
        moods = [Mood(EMOTIONS[place], 0.8 if place else 0.0) for place in rng.integers(len(EMOTIONS), size=len(items))]
        pictures = graded(items_of(self._data, items), moods)
        labels = _emotions(moods)
        return (
            LinearClassifier(light_features(pictures), labels) if len(set(labels.tolist())) == len(EMOTIONS) else None
        )

    def _figure(self, metric: str, row: RowPictures, value: float, unit: str, n: int) -> Figure:
        return Figure(metric, row.row, value, unit, n, row.split)


def _emotions(moods: Sequence[Mood]) -> NDArray[np.intp]:
    return np.array([EMOTIONS.index(mood.emotion) for mood in moods], dtype=np.intp)


def _mean_distance(features: Features) -> float:
    """Mean distance between two different rows."""
    count = len(features)
    return float(np.sqrt(squared_distances(features, features)).sum() / (count * (count - 1)))

"""The figures of one row: every metric against the same judge, classifier, features and training sounds.

Axes: N sounds, B bands, T frames, D feature dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.dialogue.estimates import Estimate
from narrative_server.evaluation.figures import Figure
from narrative_server.evaluation.images.features import Features
from narrative_server.evaluation.images.judge import Judge
from narrative_server.evaluation.images.neighbours import squared_distances
from narrative_server.evaluation.images.r_precision import hits
from narrative_server.evaluation.images.rows import Sentences
from narrative_server.evaluation.sounds.attacks import attacks_of, distances_by_kind, medians_by_kind, paired_errors
from narrative_server.evaluation.sounds.classifier import SoundClassifier
from narrative_server.evaluation.sounds.clips import is_silent, spectra_of
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.estimates import median_of, share_of
from narrative_server.evaluation.sounds.fad import COMPONENTS, SOUNDS_A_COMPONENT, FadReference
from narrative_server.evaluation.sounds.features import SpectrumFeaturesOf
from narrative_server.evaluation.sounds.judge import embed_sounds
from narrative_server.evaluation.sounds.neighbours import TrainingSpectra
from narrative_server.evaluation.sounds.pools import draw_pools
from narrative_server.evaluation.sounds.prompts import Prompt, Split, alike, like_items
from narrative_server.evaluation.sounds.rows import RowSounds
from narrative_server.evaluation.sounds.signal import pre_echo_db, spectral_flatness
from narrative_server.sounds.attack import Attack
from narrative_server.sounds.waves import RECORDED

SHARP_MS: Final = 5.0
"""A sound that rises within this has an attack before which an echo is heard."""

_REFERENCE_A_PROMPT: Final = 3
_ATTACKS_A_KIND: Final = 60
_CHUNK: Final = 512


@dataclass(frozen=True)
class Listeners:
    """What listens. judge, classifier: None where they are not on this machine."""

    judge: Judge | None
    classifier: SoundClassifier | None
    features_of: SpectrumFeaturesOf
    sentences: Sentences


@dataclass(frozen=True)
class Reference:
    """What a split's rows are compared with.

    fad: None where there are too few training sounds. pool: prompts whose captions stand against each other, those of
    the split first. distances: of the real held-out sounds to the nearest training sound, in dB.
    """

    fad: FadReference | None
    pool: Sequence[Prompt]
    attacks: Sequence[Attack | None]
    distances: NDArray[np.float64]


class Scorer:
    """Scores rows of sounds."""

    def __init__(self, data: SoundData, listeners: Listeners, components: int = COMPONENTS) -> None:
        """components: of the features that the Fréchet distance is taken on."""
        self._data, self._listeners, self._components = data, listeners, components
        rows = np.flatnonzero(~data.gan.held_out)
        self._training = TrainingSpectra(data.decibels(rows[at : at + _CHUNK]) for at in range(0, len(rows), _CHUNK))
        self._kind_attacks: dict[str, NDArray[np.float64]] = {}
        self._references: dict[Split, Reference] = {}

    def prepare(self, split: Split, prompts: Sequence[Prompt], more: Sequence[Prompt]) -> None:
        """Listen to the real sounds of a split. more: further captions for the pools."""
        data = self._data
        items = like_items(data, prompts, _REFERENCE_A_PROMPT)
        enough = len(items) >= SOUNDS_A_COMPONENT * self._components
        fad = FadReference(self._features(data.decibels(items)), self._components) if enough else None
        for kind in {prompt.kind for prompt in prompts} - self._kind_attacks.keys() - {RECORDED}:
            self._kind_attacks[kind] = self._attack_times(kind)
        real = [data.waves.wave(prompt.item) for prompt in prompts]
        distances = self._training.nearest(spectra_of(real))
        self._references[split] = Reference(fad, [*prompts, *more], attacks_of(real), distances)

    def score(self, row: RowSounds) -> Iterator[Figure]:
        """Every figure that applies to a row of a split that was prepared with the same prompts."""
        spectra = spectra_of(row.waves)
        features = self._features(spectra)
        reference = self._references[row.split]
        yield from self._told_apart(row, spectra)
        yield from self._agreement(row, spectra, reference)
        yield from self._fidelity(row, features, reference)
        yield from self._attacks(row, reference)
        yield from self._flatness(row)
        yield from self._variety(row, features)
        made = self._training.nearest(spectra)
        ratio = float(np.median(made) / max(float(np.median(reference.distances)), 1e-6))
        yield _figure("nearest_train_ratio", row, ratio, "ratio", len(made))
        silent = float(np.mean([is_silent(wave) for wave in row.waves]))
        yield _figure("silent", row, silent, "share", len(row.waves))

    def _told_apart(self, row: RowSounds, spectra: NDArray[np.float32]) -> Iterator[Figure]:
        classifier = self._listeners.classifier
        if classifier is None:
            return
        known = np.array([prompt.kind in classifier.config.kinds for prompt in row.prompts], dtype=np.bool_)
        if not known.any():
            return
        kinds = [prompt.kind for prompt, asked in zip(row.prompts, known, strict=True) if asked]
        right = np.array([one == kind for one, kind in zip(classifier.predict(spectra[known]), kinds, strict=True)])
        captions = [prompt.caption for prompt, asked in zip(row.prompts, known, strict=True) if asked]
        yield from _estimated("classifier_accuracy", row, share_of(right, captions))

    def _agreement(self, row: RowSounds, spectra: NDArray[np.float32], reference: Reference) -> Iterator[Figure]:
        judge = self._listeners.judge
        if judge is None:
            return
        captions = [prompt.caption for prompt in reference.pool]
        sentences = self._listeners.sentences.of(captions)
        pools = draw_pools(alike(reference.pool, sentences), len(row.prompts))
        found = hits(embed_sounds(judge, spectra), judge.embed_texts(captions, sentences), pools)
        asked = [prompt.caption for prompt, pool in zip(row.prompts, pools, strict=True) if pool is not None]
        yield from _estimated("r_precision_at_1_of_100", row, share_of(found, asked))

    def _fidelity(self, row: RowSounds, features: Features, reference: Reference) -> Iterator[Figure]:
        if reference.fad is None or len(features) < reference.fad.needed:
            return
        value, error = reference.fad.distance_of_infinite(features)
        yield _figure("fad_inf", row, value, "1", len(features))
        yield _figure("fad_inf_standard_error", row, error, "1", len(features))

    def _attacks(self, row: RowSounds, reference: Reference) -> Iterator[Figure]:
        made, kinds = attacks_of(row.waves), [prompt.kind for prompt in row.prompts]
        if row.split == "recordings":  # a recording's kind is itself
            kinds = [prompt.caption for prompt in row.prompts]
        if row.paired and row.row != "real_held_out":
            rises, onsets = paired_errors(made, reference.attacks)
            yield from _estimated("attack_time_error_ms", row, median_of(medians_by_kind(rises, kinds), "ms"))
            yield from _estimated("onset_error_ms", row, median_of(medians_by_kind(onsets, kinds), "ms"))
        distances = distances_by_kind(made, kinds, self._kind_attacks)
        yield from _estimated("attack_distance_ms", row, median_of(distances, "ms"))
        echoes = []
        for wave, own, real in zip(row.waves, made, reference.attacks, strict=True):
            onset = real if row.paired else own
            if own is not None and onset is not None and real is not None and real.rise_ms <= SHARP_MS:
                echoes.append(pre_echo_db(wave, onset.onset_ms))
        yield from _estimated("pre_echo_db", row, median_of(np.array(echoes), "dB"))

    def _flatness(self, row: RowSounds) -> Iterator[Figure]:
        values = np.array([spectral_flatness(wave) for wave in row.waves])
        yield from _estimated("spectral_flatness", row, median_of(values, "1"))

    def _variety(self, row: RowSounds, features: Features) -> Iterator[Figure]:
        if not row.variety or len(features) < 2:
            return
        within = [mean_distance(self._features(spectra_of(group))) for group in row.variety]
        between = mean_distance(features)
        value = float(np.mean(within)) / between if between > 0 else 0.0
        yield _figure("diversity_within_prompt", row, value, "ratio", sum(len(group) for group in row.variety))

    def _features(self, spectra: NDArray[np.float32]) -> Features:
        return self._listeners.features_of(spectra)

    def _attack_times(self, kind: str) -> NDArray[np.float64]:
        """Of real training sounds of a kind, in ms."""
        items = [item for item, own in enumerate(self._data.kinds) if own == kind and not self._data.gan.held_out[item]]
        found = attacks_of([self._data.waves.wave(item) for item in items[:_ATTACKS_A_KIND]])
        return np.array([attack.rise_ms for attack in found if attack is not None])


def mean_distance(features: Features) -> float:
    """Mean distance between two different rows of (N, D), N two or more."""
    count = len(features)
    return float(np.sqrt(squared_distances(features, features)).sum() / (count * (count - 1)))


def _estimated(metric: str, row: RowSounds, found: Estimate | None) -> Iterator[Figure]:
    """The value and its interval; nothing where there is none."""
    if found is None:
        return
    yield _figure(metric, row, found.value, found.unit, found.n)
    if found.low is not None and found.high is not None:
        yield _figure(f"{metric}_ci95_low", row, found.low, found.unit, found.n)
        yield _figure(f"{metric}_ci95_high", row, found.high, found.unit, found.n)


def _figure(metric: str, row: RowSounds, value: float, unit: str, n: int) -> Figure:
    return Figure(metric, row.row, value, unit, n, row.split)

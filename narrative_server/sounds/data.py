"""The sounds that the generator learns: the spectra and captions of a `WaveSet` as one `GanData`, with a report.

The result is cached under the run's folder. Training only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence

from narrative_server.gan.data import EncodeTexts, GanData, index_captions, load_data, save_data
from narrative_server.sounds.attack import measure_attack
from narrative_server.sounds.conditions import CONDITION_NAMES, conditions_of, fit_attack, fit_duration
from narrative_server.sounds.melspec import BANDS, FOLD, FRAMES, MelScale, fold, log_mel
from narrative_server.sounds.phrases import borrow_phrases, read_dialogue_phrases
from narrative_server.sounds.synth import RECIPES
from narrative_server.sounds.waves import RECORDED, SoundDataOptions, WaveSet, render

__all__ = ["SoundDataOptions", "SoundReport", "build_data", "load_or_build"]


_BATCH = 128


@dataclass
class SoundReport:
    """What was built: counts, and why files were skipped.

    families, emotions: items of each, recordings being a family. duration_ms: shortest, quartiles, longest.
    intensity: share of items below 0.3, between, and above 0.7.
    """

    synthetic: int = 0
    recorded: int = 0
    held_out: int = 0
    kinds: int = 0
    phrases: int = 0
    borrowed: int = 0
    families: dict[str, int] = field(default_factory=dict)
    emotions: dict[str, int] = field(default_factory=dict)
    duration_ms: tuple[int, ...] = ()
    intensity: tuple[float, float, float] = (0.0, 0.0, 0.0)
    skipped: list[str] = field(default_factory=list)


def load_or_build(options: SoundDataOptions, encode: EncodeTexts) -> GanData:
    """The cached data set, built first where there is none."""
    if options.cache.is_file():
        return load_data(options.cache)
    return build_data(options, encode)[0]


def build_data(options: SoundDataOptions, encode: EncodeTexts) -> tuple[GanData, SoundReport]:
    """Render, read, caption and cache; returns the data set and a report.

    encode: texts to float32 (N, 384), unit norm. Raises DataMissing for a folder of `options.folders` without metadata.
    """
    waves = render(options)
    encode = _remembering(encode)
    synthetic = sum(kind != RECORDED for kind in waves.kinds)
    captions, borrowed = borrow_phrases(waves.captions[:synthetic], read_dialogue_phrases(), encode, options.seed)
    phrases, rows = index_captions([*captions, *waves.captions[synthetic:]])
    quiet, loud = float((waves.intensity < 0.3).mean()), float((waves.intensity > 0.7).mean())
    report = SoundReport(
        synthetic=synthetic,
        recorded=waves.size - synthetic,
        held_out=int(waves.held_out.sum()),
        kinds=len({*waves.kinds} - {RECORDED}),
        phrases=len(phrases),
        borrowed=borrowed,
        families=dict(sorted(Counter(_family(kind) for kind in waves.kinds).items())),
        emotions=dict(Counter(waves.emotions).most_common()),
        duration_ms=tuple(round(value) for value in np.quantile(waves.duration_ms(), (0, 0.25, 0.5, 0.75, 1))),
        intensity=(quiet, 1.0 - quiet - loud, loud),
        skipped=waves.skipped,
    )
    data = _assemble(waves, phrases, rows, encode(phrases), options, report)
    save_data(data, options.cache)
    return data, report


def _family(kind: str) -> str:
    return RECIPES[kind].family if kind in RECIPES else kind


def _assemble(
    waves: WaveSet,
    phrases: tuple[str, ...],
    rows: NDArray[np.int32],
    embeddings: NDArray[np.float32],
    options: SoundDataOptions,
    report: SoundReport,
) -> GanData:
    decibels, durations, held_out = _decibels(waves), waves.duration_ms(), waves.held_out
    scale = MelScale.fit(torch.from_numpy(decibels[~held_out]))
    said = embeddings[rows[:, 0]]
    regressor = fit_duration(said[~held_out], durations[~held_out])
    conditions = conditions_of(
        *(v.astype(np.float64) for v in (durations, waves.intensity, waves.valence, waves.arousal))
    )
    attacks = _attacks_ms(waves)
    heard = ~held_out & np.isfinite(attacks)
    attack = fit_attack(said[heard], conditions[heard], attacks[heard])
    return GanData(
        name="sounds",
        values=_fold_all(decibels, scale),
        phrases=phrases,
        embeddings=embeddings,
        captions=rows,
        conditions=conditions,
        weights=waves.weights(options.recorded_share),
        held_out=held_out,
        flippable=np.zeros(len(decibels), dtype=np.bool_),
        condition_names=CONDITION_NAMES,
        notes={
            "mel_scale": json.dumps({"mean_db": scale.mean_db, "spread_db": scale.spread_db}),
            "duration": json.dumps(regressor.to_json()),
            "attack": json.dumps(attack.to_json()),
            "sources": f"{report.synthetic} synthetic effects of {report.kinds} kinds (ours), {report.recorded} "
            "variations of recordings",
        },
    )


def _remembering(encode: EncodeTexts) -> EncodeTexts:
    """The same encoder, which encodes no text twice."""
    known: dict[str, NDArray[np.float32]] = {}

    def remembered(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return remembered


def _attacks_ms(waves: WaveSet) -> NDArray[np.float64]:
    """How long the attack of each sound is, (N,); NaN where there is only silence."""
    found = (measure_attack(waves.wave(row)) for row in range(waves.size))
    return np.array([np.nan if attack is None else attack.rise_ms for attack in found])


def _decibels(waves: WaveSet) -> NDArray[np.float16]:
    out = np.zeros((waves.size, BANDS, FRAMES), dtype=np.float16)
    for first in range(0, waves.size, _BATCH):  # one by one, threads would wait for each other longer than they work
        parts = [torch.from_numpy(waves.wave(row)) for row in range(first, min(first + _BATCH, waves.size))]
        out[first : first + _BATCH] = log_mel(pad_sequence(parts, batch_first=True)).numpy()
    return out


def _fold_all(decibels: NDArray[np.float16], scale: MelScale) -> NDArray[np.float16]:
    out = np.zeros((len(decibels), FOLD**2, BANDS // FOLD, FRAMES // FOLD), dtype=np.float16)
    for first in range(0, len(decibels), _BATCH):
        part = torch.from_numpy(decibels[first : first + _BATCH]).float()
        out[first : first + _BATCH] = fold(scale.normalise(part)).numpy()
    return out

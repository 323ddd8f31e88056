"""The sounds that the generator learns: synthetic effects, recordings and their captions as one `GanData`.

Rendering runs in spawned processes; the result is cached under the run's folder. Held out is decided by a hash of kind
and parameters (recordings: of the file's name), so that it never changes. Training only.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.data_paths import find_data
from narrative_server.errors import DataMissing, InvalidConfig
from narrative_server.gan.data import EncodeTexts, GanData, index_captions, load_data, save_data
from narrative_server.sounds.conditions import CONDITION_NAMES, conditions_of, fit_duration
from narrative_server.sounds.melspec import BANDS, FOLD, FRAMES, MelScale, fold, log_mel
from narrative_server.sounds.phrases import borrow_phrases, read_dialogue_phrases
from narrative_server.sounds.recordings import read_folder, vary
from narrative_server.sounds.synth import KINDS, synthesise
from narrative_server.sounds.synth.dsp import curve
from narrative_server.sounds.types import NATIVE_RATE_HZ

RECORDED_SETS = ("sounds-sonicpi", "sounds-freedoom")
_HELD_OUT_SHARE = 0.08
_SHORTENED_SHARE = 0.3
_CHUNK = 20


@dataclass(frozen=True)
class SoundDataOptions:
    """What to build.

    per_kind: synthetic effects a kind. folders: audiofolders besides RECORDED_SETS, which are used where present.
    variations: versions of each recording. recorded_share: share of draws that are recordings, 0..0.9.
    processes: rendering processes; None is one a processor. cache: .npz to read or write.
    """

    cache: Path
    per_kind: int = 150
    folders: tuple[Path, ...] = ()
    variations: int = 8
    recorded_share: float = 0.15
    processes: int | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        for key in ("per_kind", "variations"):
            if not 1 <= getattr(self, key) <= 100_000:
                raise InvalidConfig(f"sounds.data.{key}", getattr(self, key), "1 to 100000")
        if not 0 <= self.recorded_share <= 0.9:
            raise InvalidConfig("sounds.data.recorded_share", self.recorded_share, "0 to 0.9")
        if self.processes is not None and self.processes < 1:
            raise InvalidConfig("sounds.data.processes", self.processes, "1 or more")


@dataclass
class SoundReport:
    """What was built: counts, and why files were skipped."""

    synthetic: int = 0
    recorded: int = 0
    held_out: int = 0
    kinds: int = 0
    phrases: int = 0
    borrowed: int = 0
    skipped: list[str] = field(default_factory=list)


@dataclass
class Rendered:
    """Items before they become tensors of the data set: float16 decibels (N, BANDS, FRAMES) and their labels."""

    decibels: NDArray[np.float16]
    captions: list[tuple[str, ...]]
    intensity: list[float]
    duration_ms: list[float]
    held_out: list[bool]


def load_or_build(options: SoundDataOptions, encode: EncodeTexts) -> GanData:
    """The cached data set, built first where there is none."""
    if options.cache.is_file():
        return load_data(options.cache)
    return build_data(options, encode)[0]


def build_data(options: SoundDataOptions, encode: EncodeTexts) -> tuple[GanData, SoundReport]:
    """Render, read, caption and cache; returns the data set and a report.

    encode: texts to float32 (N, 384), unit norm. Raises DataMissing for a folder of `options.folders` without metadata.
    """
    report = SoundReport(kinds=len(KINDS))
    encode = _remembering(encode)
    made = render_kinds(options)
    played = _read_recordings(options, report)
    report.synthetic, report.recorded = len(made.captions), len(played.captions)
    decibels = np.concatenate([made.decibels, played.decibels])
    held_out = np.asarray(made.held_out + played.held_out)
    captions, report.borrowed = borrow_phrases(made.captions, read_dialogue_phrases(), encode, options.seed)
    phrases, rows = index_captions([*captions, *played.captions])
    embeddings = encode(phrases)
    durations = np.asarray(made.duration_ms + played.duration_ms)
    scale = MelScale.fit(torch.from_numpy(decibels[~held_out]))
    regressor = fit_duration(embeddings[rows[~held_out, 0]], durations[~held_out])
    data = GanData(
        name="sounds",
        values=_fold_all(decibels, scale),
        phrases=phrases,
        embeddings=embeddings,
        captions=rows,
        conditions=conditions_of(durations, np.asarray(made.intensity + played.intensity)),
        weights=_weights(report.synthetic, report.recorded, options.recorded_share),
        held_out=held_out,
        flippable=np.zeros(len(decibels), dtype=np.bool_),
        condition_names=CONDITION_NAMES,
        notes={
            "mel_scale": json.dumps({"mean_db": scale.mean_db, "spread_db": scale.spread_db}),
            "duration": json.dumps(regressor.to_json()),
            "sources": f"{report.synthetic} synthetic effects of {report.kinds} kinds (ours), {report.recorded} "
            f"variations of recordings from {', '.join(RECORDED_SETS)}",
        },
    )
    report.held_out, report.phrases = int(held_out.sum()), len(phrases)
    save_data(data, options.cache)
    return data, report


def _remembering(encode: EncodeTexts) -> EncodeTexts:
    """The same encoder, which encodes no text twice."""
    known: dict[str, NDArray[np.float32]] = {}

    def remembered(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return remembered


def render_kinds(options: SoundDataOptions) -> Rendered:
    """`per_kind` effects of every kind, in the same order and with the same sounds whatever the number of processes."""
    jobs = [
        (kind, first, min(_CHUNK, options.per_kind - first))
        for kind in KINDS
        for first in range(0, options.per_kind, _CHUNK)
    ]
    processes = options.processes or os.cpu_count() or 1
    work = partial(render_chunk, seed=options.seed)
    if processes == 1:
        return _join([work(job) for job in jobs])
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return _join(list(pool.map(work, jobs)))


def render_chunk(job: tuple[str, int, int], seed: int) -> Rendered:
    """Effects first..first+count-1 of one kind, each from a generator of its own."""
    kind, first, count = job
    torch.set_num_threads(1)
    waves, out = [], Rendered(np.zeros((0, BANDS, FRAMES), np.float16), [], [], [], [])
    for number in range(first, first + count):
        rng = np.random.default_rng([seed, KINDS.index(kind), number])
        effect = synthesise(kind, rng)
        samples = effect.samples
        if rng.random() < _SHORTENED_SHARE:
            samples = shorten(samples, rng)
        waves.append(samples)
        out.captions.append(effect.captions)
        out.intensity.append(effect.intensity)
        out.duration_ms.append(1000 * len(samples) / NATIVE_RATE_HZ)
        out.held_out.append(is_held_out(kind, *(f"{name}={word}" for name, word in effect.traits)))
    out.decibels = _decibels(waves)
    return out


def shorten(samples: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Cut to a random length of at least 100 ms with a fade, so that the generator learns to end when it is told."""
    longest = len(samples)
    shortest = min(longest, int(0.1 * NATIVE_RATE_HZ))
    n = int(shortest * math.exp(rng.uniform(0, math.log(longest / shortest))))
    fade = min(n // 3, int(0.06 * NATIVE_RATE_HZ))
    return np.asarray(samples[:n] * curve(n, (0, 1), (1 - fade / n, 1), (1, 0)), dtype=np.float32)


def is_held_out(*parts: str) -> bool:
    """Whether a hash of these words falls into the held-out share."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < _HELD_OUT_SHARE


def _read_recordings(options: SoundDataOptions, report: SoundReport) -> Rendered:
    folders = list(options.folders)
    for name in RECORDED_SETS:
        try:
            folders.append(find_data(name))
        except DataMissing as missing:
            report.skipped.append(str(missing))
    out = Rendered(np.zeros((0, BANDS, FRAMES), np.float16), [], [], [], [])
    waves: list[NDArray[np.float32]] = []
    for folder in folders:
        reading = read_folder(folder)
        report.skipped += [f"{folder.name}/{line}" for line in reading.skipped]
        for clip in reading.clips:
            rng = np.random.default_rng(list(hashlib.sha256(f"{options.seed}{clip.file}".encode()).digest()[:8]))
            for wave in vary(clip, options.variations, rng):
                waves.append(wave)
                out.captions.append((clip.text,))
                out.intensity.append(float(np.clip(clip.intensity + rng.normal(0, 0.06), 0, 1)))
                out.duration_ms.append(1000 * len(wave) / NATIVE_RATE_HZ)
                out.held_out.append(is_held_out(folder.name, clip.file))
    out.decibels = _decibels(waves)
    return out


def _decibels(waves: list[NDArray[np.float32]]) -> NDArray[np.float16]:
    out = np.zeros((len(waves), BANDS, FRAMES), dtype=np.float16)
    for row, wave in enumerate(waves):
        out[row] = log_mel(torch.from_numpy(wave)[None])[0].numpy()
    return out


def _fold_all(decibels: NDArray[np.float16], scale: MelScale) -> NDArray[np.float16]:
    out = np.zeros((len(decibels), FOLD**2, BANDS // FOLD, FRAMES // FOLD), dtype=np.float16)
    for first in range(0, len(decibels), 256):
        part = torch.from_numpy(decibels[first : first + 256]).float()
        out[first : first + 256] = fold(scale.normalise(part)).numpy()
    return out


def _weights(synthetic: int, recorded: int, recorded_share: float) -> NDArray[np.float32]:
    weights = np.ones(synthetic + recorded, dtype=np.float32)
    if recorded and synthetic:
        weights[synthetic:] = recorded_share / (1 - recorded_share) * synthetic / recorded
    return weights


def _join(parts: list[Rendered]) -> Rendered:
    return Rendered(
        np.concatenate([part.decibels for part in parts]),
        [captions for part in parts for captions in part.captions],
        [value for part in parts for value in part.intensity],
        [value for part in parts for value in part.duration_ms],
        [value for part in parts for value in part.held_out],
    )

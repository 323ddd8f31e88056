"""The sounds themselves, before they become spectra: synthetic effects and recordings as one `WaveSet`.

Both the generator's spectra and the vocoder's crops come from it. Rendering runs in spawned processes; the result is
cached beside the run's data. Held out is decided by a hash of kind and parameters (recordings: of the file's name),
so that it never changes. Training only. Axes: N items.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
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
from narrative_server.semantics.mood import Mood
from narrative_server.sounds.recordings import read_folder, vary
from narrative_server.sounds.synth import KINDS, synthesise
from narrative_server.sounds.synth.dsp import curve
from narrative_server.sounds.types import NATIVE_RATE_HZ

RECORDED_SETS = ("sounds-sonicpi", "sounds-freedoom")
RECORDED = "recorded"
"""The kind of what is not synthetic."""

_NEUTRAL = Mood("neutral", 0.0)  # a recording is how it is
_HELD_OUT_SHARE = 0.08
_SHORTENED_SHARE = 0.3
_CHUNK = 20
_FULL_SCALE = 32_767


@dataclass(frozen=True)
class SoundDataOptions:
    """What to build.

    per_kind: synthetic effects a kind. folders: audiofolders besides RECORDED_SETS, which are used where present.
    variations: versions of each recording. recorded_share: share of draws that are recordings, 0..0.9.
    processes: rendering processes; None is one a processor. cache: .npz to read or write; the waves lie beside it.
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

    @property
    def waves(self) -> Path:
        """Where the waves are cached."""
        return self.cache.with_name(self.cache.stem + ".waves.npz")


@dataclass
class WaveSet:
    """Captioned sounds at 22,050 Hz, each at most 2 s, onset near its start, at -18 LUFS or a peak of
    0.89.

    samples: int16 (total,), one sound after another; starts: int64 (N + 1,), where each begins. captions: paraphrases
    of each; kinds: its kind, or RECORDED; emotions: what its mood is. intensity: float32 (N,) 0..1; valence, arousal:
    float32 (N,) -1..1, of its mood. held_out: bool (N,). skipped: files that could
    not be used, each with its reason.
    """

    samples: NDArray[np.int16]
    starts: NDArray[np.int64]
    captions: list[tuple[str, ...]]
    kinds: list[str]
    emotions: list[str]
    intensity: NDArray[np.float32]
    valence: NDArray[np.float32]
    arousal: NDArray[np.float32]
    held_out: NDArray[np.bool_]
    skipped: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Number of sounds, N."""
        return len(self.starts) - 1

    def wave(self, row: int) -> NDArray[np.float32]:
        """Samples of one sound, -1..1."""
        return self.samples[self.starts[row] : self.starts[row + 1]].astype(np.float32) / np.float32(_FULL_SCALE)

    def duration_ms(self) -> NDArray[np.float64]:
        """Length of each sound, (N,)."""
        return np.asarray(np.diff(self.starts) * (1000.0 / NATIVE_RATE_HZ))

    def weights(self, recorded_share: float) -> NDArray[np.float32]:
        """How often each is drawn, (N,): recordings together get `recorded_share` of the draws."""
        recorded = np.asarray([kind == RECORDED for kind in self.kinds])
        weights = np.ones(self.size, dtype=np.float32)
        if recorded.any() and not recorded.all():
            ratio = recorded_share / (1 - recorded_share)
            weights[recorded] = ratio * float((~recorded).sum()) / float(recorded.sum())
        return weights


@dataclass
class _Made:
    """A sound on its way into the set."""

    samples: NDArray[np.int16]
    captions: tuple[str, ...]
    kind: str
    intensity: float
    held_out: bool
    mood: Mood


def load_or_render(options: SoundDataOptions) -> WaveSet:
    """The cached waves, made first where there are none; raises DataMissing for a folder without metadata."""
    return load_waves(options.waves) if options.waves.is_file() else render(options)


def render(options: SoundDataOptions) -> WaveSet:
    """Render every kind, read every folder, cache and return; raises DataMissing for a folder without metadata."""
    skipped: list[str] = []
    made = [*_render_kinds(options), *_read_recordings(options, skipped)]
    waves = WaveSet(
        samples=np.concatenate([item.samples for item in made]),
        starts=np.concatenate([[0], np.cumsum([len(item.samples) for item in made])]).astype(np.int64),
        captions=[item.captions for item in made],
        kinds=[item.kind for item in made],
        emotions=[item.mood.emotion for item in made],
        intensity=np.asarray([item.intensity for item in made], dtype=np.float32),
        valence=np.asarray([item.mood.valence for item in made], dtype=np.float32),
        arousal=np.asarray([item.mood.arousal for item in made], dtype=np.float32),
        held_out=np.asarray([item.held_out for item in made]),
        skipped=skipped,
    )
    save_waves(waves, options.waves)
    return waves


def save_waves(waves: WaveSet, path: Path) -> None:
    """Write one .npz file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = json.dumps({key: getattr(waves, key) for key in ("captions", "kinds", "emotions", "skipped")})
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(
            file,
            words=np.frombuffer(words.encode(), dtype=np.uint8),
            samples=waves.samples,
            starts=waves.starts,
            intensity=waves.intensity,
            valence=waves.valence,
            arousal=waves.arousal,
            held_out=waves.held_out,
        )
    partial.replace(path)


def load_waves(path: Path) -> WaveSet:
    """Read what `save_waves` wrote; raises OSError, ValueError or KeyError when it is not that."""
    with np.load(path, allow_pickle=False) as file:
        words = json.loads(file["words"].tobytes().decode())
        return WaveSet(
            samples=file["samples"],
            starts=file["starts"],
            captions=[tuple(texts) for texts in words["captions"]],
            kinds=words["kinds"],
            emotions=words["emotions"],
            intensity=file["intensity"],
            valence=file["valence"],
            arousal=file["arousal"],
            held_out=file["held_out"],
            skipped=words["skipped"],
        )


def _render_kinds(options: SoundDataOptions) -> list[_Made]:
    """`per_kind` effects of every kind, in the same order and with the same sounds whatever the number of processes."""
    jobs = [
        (kind, first, min(_CHUNK, options.per_kind - first))
        for kind in KINDS
        for first in range(0, options.per_kind, _CHUNK)
    ]
    processes = options.processes or os.cpu_count() or 1
    work = partial(_render_chunk, seed=options.seed)
    if processes == 1:
        return [item for job in jobs for item in work(job)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return [item for part in pool.map(work, jobs) for item in part]


def _render_chunk(job: tuple[str, int, int], seed: int) -> list[_Made]:
    """Effects first..first+count-1 of one kind, each from a generator of its own, which the kind's name seeds."""
    kind, first, count = job
    torch.set_num_threads(1)
    digest = int.from_bytes(hashlib.sha256(kind.encode()).digest()[:4], "big")
    out = []
    for number in range(first, first + count):
        rng = np.random.default_rng([seed, digest, number])
        effect = synthesise(kind, rng)
        samples = effect.samples
        if rng.random() < _SHORTENED_SHARE:
            samples = shorten(samples, rng)
        held_out = is_held_out(kind, *(f"{name}={word}" for name, word in effect.traits))
        out.append(_Made(_to_int16(samples), effect.captions, kind, effect.intensity, held_out, effect.mood))
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


def _read_recordings(options: SoundDataOptions, skipped: list[str]) -> list[_Made]:
    folders = list(options.folders)
    for name in RECORDED_SETS:
        try:
            folders.append(find_data(name))
        except DataMissing as missing:
            skipped.append(str(missing))
    out = []
    for folder in folders:
        reading = read_folder(folder)
        skipped += [f"{folder.name}/{line}" for line in reading.skipped]
        for clip in reading.clips:
            rng = np.random.default_rng(list(hashlib.sha256(f"{options.seed}{clip.file}".encode()).digest()[:8]))
            held_out = is_held_out(folder.name, clip.file)
            for wave in vary(clip, options.variations, rng):
                intensity = float(np.clip(clip.intensity + rng.normal(0, 0.06), 0, 1))
                out.append(_Made(_to_int16(wave), (clip.text,), RECORDED, intensity, held_out, _NEUTRAL))
    return out


def _to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.rint(np.clip(samples, -1, 1) * _FULL_SCALE).astype(np.int16)

"""Recorded sounds for training: any audiofolder (metadata.csv or .jsonl with file_name, text), varied and labelled.

A file that cannot be used is reported with its reason and skipped; it never ends a run. Training only.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from narrative_server.errors import DataMissing
from narrative_server.sounds.cleaning import denoise
from narrative_server.sounds.finishing import resample
from narrative_server.sounds.synth.dsp import Samples, band, drive, respeed, reverb, stretch
from narrative_server.sounds.synth.synthesiser import finish
from narrative_server.sounds.types import NATIVE_RATE_HZ

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".aiff", ".aif", ".mp3")
_SHORTEST_S, _LONGEST_S = 0.01, 60.0
_KEPT_S = 2.5  # two seconds after the onset, and what speeding up uses
_SILENT = 1e-3
_FORCEFUL = ("hard", "loud", "explosion", "blast", "roar", "scream", "heavy", "violent", "shotgun", "huge", "crash")
_GENTLE = ("soft", "small", "light", "tiny", "quiet", "tink", "idling", "distant", "short")


@dataclass(frozen=True)
class Clip:
    """One recording: samples float64 mono at 22,050 Hz, whole; its text; intensity 0..1 guessed from the words."""

    file: str
    text: str
    samples: Samples
    intensity: float


@dataclass
class Reading:
    """What a folder gave: usable clips, and `file: reason` for each that was skipped."""

    clips: list[Clip] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> Reading:
    """Read every file that the folder's metadata names.

    Raises DataMissing when the folder has no metadata.
    """
    reading = Reading()
    for file, text in _metadata(folder):
        reason, samples = _read_clip(folder, file, text)
        if reason:
            reading.skipped.append(f"{file}: {reason}")
        else:
            reading.clips.append(Clip(file, text.strip(), samples, guess_intensity(text)))
    return reading


def guess_intensity(text: str) -> float:
    """Intensity that a caption's words suggest."""
    words = text.lower()
    return 0.5 + 0.32 * any(word in words for word in _FORCEFUL) - 0.28 * any(word in words for word in _GENTLE)


def vary(clip: Clip, count: int, rng: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """The clip, then variations; at most 2 s each, all at one loudness.

    They differ in speed with pitch (3 semitones), in length alone (a quarter), in gain into soft clipping, in
    brightness and in room.
    """
    yield finish(clip.samples)
    for _ in range(count - 1):
        x = respeed(clip.samples, 2 ** (rng.uniform(-3, 3) / 12))
        if rng.random() < 0.4:
            x = stretch(x, rng.uniform(0.8, 1.25))
        if rng.random() < 0.3:
            x = drive(x, rng.uniform(0.5, 2.5))
        if rng.random() < 0.5:
            x = band(x, 30, rng.uniform(3500, 10_000), 6)
        if rng.random() < 0.3:
            x = reverb(
                rng, x[: 2 * NATIVE_RATE_HZ], rng.uniform(0.3, 1.0), rng.uniform(2500, 7000), rng.uniform(0.1, 0.35)
            )
        yield finish(x)


def _metadata(folder: Path) -> list[tuple[str, str]]:
    table, lines = folder / "metadata.csv", folder / "metadata.jsonl"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as file:
            rows: list[dict[str, str]] = list(csv.DictReader(file))
    elif lines.is_file():
        rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines() if line.strip()]
    else:
        raise DataMissing(str(folder), "it needs metadata.csv or metadata.jsonl with columns file_name and text")
    return [(str(row.get("file_name") or ""), str(row.get("text") or "")) for row in rows]


def _read_clip(folder: Path, file: str, text: str) -> tuple[str, Samples]:
    """(reason to skip or "", samples)."""
    nothing = np.zeros(0)
    path = folder / file
    if not text.strip():
        return "no text", nothing
    if not file or not path.resolve().is_relative_to(folder.resolve()):
        return "not a file of this folder", nothing
    if path.suffix.lower() not in AUDIO_SUFFIXES:
        return f"not one of {', '.join(AUDIO_SUFFIXES)}", nothing
    try:
        with soundfile.SoundFile(path) as sound:
            rate = sound.samplerate
            frames = sound.read(int(_LONGEST_S * rate), dtype="float64", always_2d=True)  # (samples, channels)
    except (OSError, soundfile.SoundFileError) as error:
        return f"cannot be read ({error})", nothing
    return _judge(frames.mean(axis=1), rate)


def _judge(mono: Samples, rate: int) -> tuple[str, Samples]:
    if len(mono) < _SHORTEST_S * rate:
        return f"{len(mono)} samples are too few", mono
    if not np.isfinite(mono).all():
        return "has values that are not finite", mono
    mono = mono - mono.mean()
    if np.abs(mono).max() < _SILENT:
        return "silent", mono
    if (np.abs(mono) > 0.999 * np.abs(mono).max()).mean() > 0.3:
        return "clipped", mono
    loud = int(np.argmax(np.abs(mono) > 10 ** (-50 / 20) * np.abs(mono).max()))
    kept = resample(mono[max(loud - rate // 50, 0) :][: int(_KEPT_S * rate)], rate, NATIVE_RATE_HZ)
    return "", denoise(kept)

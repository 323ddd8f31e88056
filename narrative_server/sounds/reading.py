"""Reads a sound file that came from outside. What it claims is checked before anything is decoded. Torch-free."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import soundfile

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.sounds.finishing import Wave, resample, trim_onset
from narrative_server.sounds.types import NATIVE_RATE_HZ, SoundFile

MAX_FILE_BYTES: Final = 900 << 10
"""Less than a request may have."""
MAX_SECONDS: Final = 60
RATES_HZ: Final = (8_000, 192_000)
MAX_CHANNELS: Final = 8
_SHORTEST_S: Final = 0.01
_SILENT: Final = 1e-4
_FORMATS: Final = ("WAV", "WAVEX", "OGG")
_LEGAL: Final = (
    f"a WAV or OGG file of at most {MAX_FILE_BYTES} bytes, 0.01 to {MAX_SECONDS} s, {RATES_HZ[0]} to {RATES_HZ[1]} Hz, "
    f"1 to {MAX_CHANNELS} channels, in which something is heard"
)


def read_sound(file: SoundFile) -> Wave:
    """Samples at 22,050 Hz, the channels' mean, from the onset on. Raises InvalidRequest that names the field."""
    if not file.data:
        raise _invalid(file, "is empty")
    if len(file.data) > MAX_FILE_BYTES:
        raise _invalid(file, f"has {len(file.data)} bytes")
    try:
        with soundfile.SoundFile(io.BytesIO(file.data)) as sound:
            _check_claims(file, sound)
            frames = sound.read(MAX_SECONDS * sound.samplerate, dtype="float64", always_2d=True)  # (samples, channels)
            rate_hz = int(sound.samplerate)
    except (OSError, ValueError, soundfile.SoundFileError) as error:
        raise _invalid(file, f"cannot be decoded ({error})") from error
    mono = frames.mean(axis=1)
    if len(mono) < _SHORTEST_S * rate_hz:
        raise _invalid(file, f"has {len(mono)} samples at {rate_hz} Hz")
    if not np.isfinite(mono).all():
        raise _invalid(file, "has samples that are not finite")
    mono = mono - mono.mean()
    if np.abs(mono).max() < _SILENT:
        raise _invalid(file, "is silent")
    return trim_onset(resample(mono, rate_hz, NATIVE_RATE_HZ))


def _check_claims(file: SoundFile, sound: soundfile.SoundFile) -> None:
    if sound.format not in _FORMATS:
        raise _invalid(file, f"is a file of format {sound.format}")
    if not RATES_HZ[0] <= sound.samplerate <= RATES_HZ[1]:
        raise _invalid(file, f"has {sound.samplerate} samples a second")
    if not 1 <= sound.channels <= MAX_CHANNELS:
        raise _invalid(file, f"has {sound.channels} channels")
    if sound.frames > MAX_SECONDS * sound.samplerate:
        raise _invalid(file, f"lasts {sound.frames / sound.samplerate:.0f} s")


def _invalid(file: SoundFile, problem: str) -> InvalidRequest:
    return InvalidRequest([FieldViolation(file.field, problem, _LEGAL)])

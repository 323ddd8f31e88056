"""Reads a sound file that came from outside. What it claims is checked before anything is decoded. Torch-free."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.sounds.finishing import Wave, resample, trim_onset
from narrative_server.sounds.types import NATIVE_RATE_HZ, SoundEncoding, SoundFile

MAX_FILE_BYTES: Final = 900 << 10
"""Less than a request may have."""
MAX_SECONDS: Final = 60
RATES_HZ: Final = (8_000, 192_000)
MAX_CHANNELS: Final = 8
_SHORTEST_S: Final = 0.01
_SILENT: Final = 1e-4
_FORMATS: Final = ("WAV", "WAVEX", "OGG")
_ENCODINGS: Final[Mapping[tuple[str, str], SoundEncoding]] = {
    ("WAV", "PCM_16"): "wav_pcm16",
    ("WAV", "FLOAT"): "wav_float32",
    ("OGG", "VORBIS"): "ogg_vorbis",
}
_LEGAL: Final = (
    f"a WAV or OGG file of at most {MAX_FILE_BYTES} bytes, 0.01 to {MAX_SECONDS} s, {RATES_HZ[0]} to {RATES_HZ[1]} Hz, "
    f"1 to {MAX_CHANNELS} channels, in which something is heard"
)


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded file. frames: float64 of (samples, channels).

    kind: what the file is, as "a WAV file of Signed 24 bit PCM". encoding: the contracts' name of that; None: none.
    """

    frames: NDArray[np.float64]
    rate_hz: int
    kind: str
    encoding: SoundEncoding | None


def read_sound(file: SoundFile) -> Wave:
    """Samples at 22,050 Hz, the channels' mean, from the onset on. Raises InvalidRequest that names the field."""
    return heard_part(file, decode(file))


def decode(file: SoundFile) -> Decoded:
    """Every sample of a file. Raises InvalidRequest that names the field."""
    if not file.data:
        raise _invalid(file, "is empty")
    if len(file.data) > MAX_FILE_BYTES:
        raise _invalid(file, f"has {len(file.data)} bytes")
    try:
        with soundfile.SoundFile(io.BytesIO(file.data)) as sound:
            _check_claims(file, sound)
            frames = sound.read(MAX_SECONDS * sound.samplerate, dtype="float64", always_2d=True)  # (samples, channels)
            return _decoded(frames, sound)
    except soundfile.LibsndfileError as error:  # its own text has the address of a Python object in it
        raise _invalid(file, f"cannot be decoded ({error.error_string})") from error
    except (OSError, ValueError, soundfile.SoundFileError) as error:
        raise _invalid(file, f"cannot be decoded ({error})") from error


def heard_part(file: SoundFile, decoded: Decoded) -> Wave:
    """What `read_sound` returns, of a decoded file."""
    mono, rate_hz = decoded.frames.mean(axis=1), decoded.rate_hz
    if len(mono) < _SHORTEST_S * rate_hz:
        raise _invalid(file, f"has {len(mono)} samples at {rate_hz} Hz")
    if not np.isfinite(mono).all():
        raise _invalid(file, "has samples that are not finite")
    mono = mono - mono.mean()
    if np.abs(mono).max() < _SILENT:
        raise _invalid(file, "is silent")
    return trim_onset(resample(mono, rate_hz, NATIVE_RATE_HZ))


def _decoded(frames: NDArray[np.float64], sound: soundfile.SoundFile) -> Decoded:
    container = "OGG" if sound.format == "OGG" else "WAV"
    big = sound.endian == "BIG"  # "FILE" where it is as usual
    kind = f"{'a big-endian' if big else 'an' if container == 'OGG' else 'a'} {container} file of {sound.subtype_info}"
    encoding = None if big else _ENCODINGS.get((container, sound.subtype))
    return Decoded(frames, int(sound.samplerate), kind, encoding)


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

"""What a sound file that is to be kept tells of itself: its encoding, length, levels and loop. Torch-free."""

from __future__ import annotations

import struct
from typing import Final

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.sounds.files import samples_peak_dbfs
from narrative_server.sounds.finishing import momentary_loudness
from narrative_server.sounds.reading import Decoded
from narrative_server.sounds.types import SoundDetails, SoundFile

MAX_KEPT_CHANNELS: Final = 2
_LEGAL: Final = (
    "a little-endian WAV file of 16-bit integers or 32-bit floats, or an OGG file of Vorbis, "
    f"1 to {MAX_KEPT_CHANNELS} channels"
)
_SAMPLER_BYTES: Final = 36
_LOOP_BYTES: Final = 24
_FORWARD: Final = 0


def details_of(file: SoundFile, decoded: Decoded) -> SoundDetails:
    """The details of a file and of its samples; those of a file that was cut off are of what is left.

    Raises InvalidRequest that names the field of one whose encoding or channels the contracts cannot tell.
    """
    count, channels = decoded.frames.shape
    if decoded.encoding is None:
        raise InvalidRequest([FieldViolation(file.field, f"is {decoded.kind}", _LEGAL)])
    if channels > MAX_KEPT_CHANNELS:
        raise InvalidRequest([FieldViolation(file.field, f"has {channels} channels", _LEGAL)])
    loop_start, loop_end = loop_of(file.data, count)
    return SoundDetails(
        encoding=decoded.encoding,
        duration_ms=round(1000 * count / decoded.rate_hz),
        sample_rate_hz=decoded.rate_hz,
        channels=channels,
        peak_dbfs=samples_peak_dbfs(decoded.frames),
        loudness_lufs=momentary_loudness(decoded.frames, decoded.rate_hz),
        sample_count=count,
        loop_start=loop_start,
        loop_end=loop_end,
    )


def loop_of(data: bytes, sample_count: int) -> tuple[int, int]:
    """First sample of a WAV file's first loop and the one after its last; zeros where it has none that can be played.

    A loop that runs to and fro or backwards counts as none: the contracts tell forward ones only.
    """
    body = _chunk_of(data, b"smpl")
    if len(body) < _SAMPLER_BYTES + _LOOP_BYTES or struct.unpack_from("<I", body, 28) == (0,):
        return 0, 0
    kind, start, last = struct.unpack_from("<3I", body, _SAMPLER_BYTES + 4)  # the file names the last sample
    return (start, last + 1) if kind == _FORWARD and start <= last < sample_count else (0, 0)


def _chunk_of(data: bytes, name: bytes) -> bytes:
    """The body of a RIFF file's first chunk of a name; empty where it has none."""
    if data[:4] != b"RIFF":
        return b""
    at = 12
    while at + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] == name:
            return data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return b""

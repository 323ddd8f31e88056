"""Finished samples to the bytes of a file: WAV with 16-bit integers or floats, OGG Vorbis. Torch-free.

A loop's points are also written into a WAV file's `smpl` chunk, where samplers and audio middleware look for them.
"""

from __future__ import annotations

import functools
import io
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
import soundfile

from narrative_server.sounds.finishing import Wave
from narrative_server.sounds.types import ENCODINGS, SoundEncoding

_SERIAL: Final = 1
_OGG_POLYNOMIAL: Final = 0x04C11DB7


@dataclass(frozen=True)
class Loop:
    """Where a loop lies, in samples of one channel: its first, and the one after its last."""

    start: int
    end: int


@functools.cache
def encodings() -> tuple[SoundEncoding, ...]:
    """What can be written here: OGG only where the sound library was built with it."""
    formats = soundfile.available_formats()
    ogg = "OGG" in formats and "VORBIS" in soundfile.available_subtypes("OGG")
    return tuple(name for name in ENCODINGS if name != "ogg_vorbis" or ogg)


def file_bytes(samples: Wave, rate_hz: int, encoding: SoundEncoding, loop: Loop | None = None) -> bytes:
    """A whole file of samples (n,) or (n, 2), -1..1; equal samples give equal bytes."""
    file = io.BytesIO()
    data = samples.astype(np.float32)
    if encoding == "ogg_vorbis":
        soundfile.write(file, data, rate_hz, format="OGG", subtype="VORBIS")
        return _with_serial(file.getvalue(), _SERIAL)
    subtype = "PCM_16" if encoding == "wav_pcm16" else "FLOAT"
    soundfile.write(file, data, rate_hz, format="WAV", subtype=subtype)
    return file.getvalue() if loop is None else _with_loop(file.getvalue(), rate_hz, loop)


def _with_loop(wav: bytes, rate_hz: int, loop: Loop) -> bytes:
    """The same WAV file with a `smpl` chunk (one forward loop, endless; its end is the last sample, inclusive)."""
    period_ns = round(1e9 / rate_hz)
    chunk = struct.pack("<9I", 0, 0, period_ns, 60, 0, 0, 0, 1, 0)
    chunk += struct.pack("<6I", 0, 0, loop.start, loop.end - 1, 0, 0)
    body = wav + b"smpl" + struct.pack("<I", len(chunk)) + chunk
    return body[:4] + struct.pack("<I", len(body) - 8) + body[8:]


def _with_serial(ogg: bytes, serial: int) -> bytes:
    """The same OGG stream under another serial number, which encoders draw by chance; checksums follow."""
    out, at = bytearray(ogg), 0
    while at < len(out):
        segments = out[at + 26]
        end = at + 27 + segments + sum(out[at + 27 : at + 27 + segments])
        out[at + 14 : at + 18] = struct.pack("<I", serial)
        out[at + 22 : at + 26] = bytes(4)
        out[at + 22 : at + 26] = struct.pack("<I", _page_checksum(out[at:end]))
        at = end
    return bytes(out)


@functools.cache
def _checksum_table() -> tuple[int, ...]:
    table = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = (value << 1 ^ (_OGG_POLYNOMIAL if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)


def _page_checksum(page: bytes | bytearray) -> int:
    """CRC-32 of an OGG page whose own checksum is zero (RFC 3533: not reflected, starting from zero)."""
    table, value = _checksum_table(), 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ table[(value >> 24) ^ byte]
    return value

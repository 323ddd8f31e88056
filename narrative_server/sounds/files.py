"""Finished samples to the bytes of a file: WAV with 16-bit integers or floats, OGG Vorbis. Torch-free.

A loop's points are also written into a WAV file's `smpl` chunk, where samplers and audio middleware look for them.
"""

from __future__ import annotations

import functools
import io
import math
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

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


def file_bytes(samples: NDArray[np.floating], rate_hz: int, encoding: SoundEncoding, loop: Loop | None = None) -> bytes:
    """A whole file of samples (n,) or (n, 2), -1..1; equal samples give equal bytes."""
    file = io.BytesIO()
    data = samples.astype(np.float32)
    if encoding == "ogg_vorbis":
        soundfile.write(file, data, rate_hz, format="OGG", subtype="VORBIS")
        return _with_serial(file.getvalue(), _SERIAL)
    return _wav(data.reshape(len(data), -1), rate_hz, encoding, loop)


def peak_dbfs(data: bytes) -> float:
    """Highest absolute sample of a file, in dB of full scale, at most 0: lossy encodings move it a little."""
    samples, _ = soundfile.read(io.BytesIO(data), dtype="float32")
    return samples_peak_dbfs(samples)


def samples_peak_dbfs(samples: NDArray[np.floating]) -> float:
    """`peak_dbfs` of a file's samples."""
    peak = float(np.abs(samples).max(initial=0.0))
    return min(20 * math.log10(peak), 0.0) if peak > 1e-6 else -120.0


def _wav(data: NDArray[np.float32], rate_hz: int, encoding: SoundEncoding, loop: Loop | None) -> bytes:
    """A WAV file of (n, channels), written by hand: libsndfile stamps the time of day into files of floats."""
    channels = data.shape[1]
    if encoding == "wav_pcm16":
        body, tag, width = np.rint(np.clip(data, -1, 1) * 32_767).astype("<i2").tobytes(), 1, 2
    else:
        body, tag, width = data.astype("<f4").tobytes(), 3, 4
    block = channels * width
    form = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * block, block, 8 * width)
    if encoding == "wav_float32":  # floats have an extension size, and a count of samples in a chunk of their own
        form += struct.pack("<H", 0)
    chunks = _chunk(b"fmt ", form)
    if encoding == "wav_float32":
        chunks += _chunk(b"fact", struct.pack("<I", len(data)))
    chunks += _chunk(b"data", body)
    if loop is not None:  # one forward loop without end; its end is the last sample, inclusive
        sampler = struct.pack("<9I", 0, 0, round(1e9 / rate_hz), 60, 0, 0, 0, 1, 0)
        chunks += _chunk(b"smpl", sampler + struct.pack("<6I", 0, 0, loop.start, loop.end - 1, 0, 0))
    return _chunk(b"RIFF", b"WAVE" + chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


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

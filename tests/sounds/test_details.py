"""What a file that is to be kept tells of itself, against the samples that it was made of."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from narrative_server.errors import InvalidRequest
from narrative_server.sounds.details import details_of, loop_of
from narrative_server.sounds.files import Loop, encodings, file_bytes
from narrative_server.sounds.finishing import momentary_loudness
from narrative_server.sounds.reading import decode
from narrative_server.sounds.types import SoundDetails, SoundEncoding, SoundFile

RATE_HZ = 44_100
TONE = 0.25 * np.sin(2 * np.pi * 1_000 * np.arange(RATE_HZ // 2) / RATE_HZ)


def details(data: bytes) -> SoundDetails:
    file = SoundFile(data, "data")
    return details_of(file, decode(file))


def written(channels: int = 1, **options: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.stack([TONE] * channels, axis=1), RATE_HZ, **{"format": "WAV", **options})
    return file.getvalue()


@pytest.mark.parametrize("encoding", encodings())
@pytest.mark.parametrize("channels", [1, 2])
def test_a_file_tells_what_it_was_made_of(encoding: SoundEncoding, channels: int) -> None:
    samples = np.stack([TONE, 0.5 * TONE][:channels], axis=1)
    data = file_bytes(samples, RATE_HZ, encoding)
    told = details(data)
    assert (told.encoding, told.sample_rate_hz, told.channels) == (encoding, RATE_HZ, channels)
    assert (told.sample_count, told.duration_ms) == (len(TONE), 500)
    back, _ = soundfile.read(io.BytesIO(data))
    assert told.peak_dbfs == pytest.approx(20 * np.log10(np.abs(back).max()), abs=1e-3)
    assert told.peak_dbfs == pytest.approx(-12.04, abs=0.6)  # a lossy encoding overshoots at the tone's ends
    assert told.loudness_lufs == pytest.approx(momentary_loudness(samples, RATE_HZ), abs=0.1)
    assert (told.loop_start, told.loop_end) == (0, 0)


def test_a_full_scale_sine_in_both_channels_has_the_loudness_of_the_standard() -> None:
    # ITU-R BS.1770: a 0 dBFS sine of 997 Hz in one front channel reads -3.01 LKFS.
    sine = np.sin(2 * np.pi * 997 * np.arange(RATE_HZ) / RATE_HZ)
    one, both = (details(file_bytes(np.stack([sine] * n, axis=1), RATE_HZ, "wav_float32")) for n in (1, 2))
    assert one.loudness_lufs == pytest.approx(-3.01, abs=0.1)
    assert both.loudness_lufs == pytest.approx(0.0, abs=0.1)
    assert one.peak_dbfs == pytest.approx(0.0, abs=0.01)


def test_floats_beyond_full_scale_peak_at_zero() -> None:
    assert details(file_bytes(8 * TONE, RATE_HZ, "wav_float32")).peak_dbfs == 0.0


def test_the_loop_of_a_wav_file_is_told() -> None:
    told = details(file_bytes(TONE, RATE_HZ, "wav_pcm16", Loop(100, 9_000)))
    assert (told.loop_start, told.loop_end) == (100, 9_000)


def sampler(
    loops: int = 1, kind: int = 0, start: int = 10, last: int = 99, cut: int = 60, tag: bytes = b"RIFF"
) -> bytes:
    """A RIFF file with an odd chunk, then `smpl`."""
    body = struct.pack("<9I", 0, 0, 0, 60, 0, 0, 0, loops, 0) + struct.pack("<6I", 0, kind, start, last, 0, 0)
    chunks = b"note" + struct.pack("<I", 3) + b"odd\0" + b"smpl" + struct.pack("<I", 60) + body[:cut]
    return tag + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def test_only_a_forward_loop_within_the_samples_counts() -> None:
    assert loop_of(sampler(), 100) == (10, 100)
    for other in (
        sampler(loops=0),
        sampler(kind=1),
        sampler(start=99, last=98),
        sampler(last=100),
        sampler(last=2**32 - 1),
        sampler(cut=59),
        sampler(cut=0),
        sampler(tag=b"OggS"),
        b"",
        b"RIFF",
    ):
        assert loop_of(other, 100) == (0, 0)


def test_of_a_file_that_was_cut_off_what_is_left_is_told() -> None:
    whole = written(subtype="PCM_16")
    assert details(whole[: 44 + 2 * 10_000]).sample_count == 10_000


def test_a_wav_file_with_the_long_header_is_kept_too() -> None:
    assert details(written(channels=2, format="WAVEX", subtype="PCM_16")).encoding == "wav_pcm16"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (written(subtype="PCM_24"), "data is a WAV file of Signed 24 bit PCM"),
        (written(subtype="PCM_U8"), "data is a WAV file of Unsigned 8 bit PCM"),
        (written(subtype="PCM_32"), "data is a WAV file of Signed 32 bit PCM"),
        (written(subtype="DOUBLE"), "data is a WAV file of 64 bit float"),
        (written(subtype="ULAW"), "data is a WAV file of U-Law"),
        (written(subtype="PCM_16", endian="BIG"), "data is a big-endian WAV file of Signed 16 bit PCM"),
        (written(channels=3, subtype="PCM_16"), "data has 3 channels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_contracts_cannot_tell_is_refused_by_name(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        details(data)
    assert f"{problem}; legal: a little-endian WAV file of 16-bit integers or 32-bit floats" in str(caught.value)

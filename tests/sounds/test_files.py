"""Files of finished samples: WAV, OGG, loop points, equal bytes."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from narrative_server.sounds.files import Loop, _page_checksum, encodings, file_bytes
from narrative_server.sounds.types import SoundEncoding

_TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(4_410) / 22_050)


@pytest.mark.parametrize(("encoding", "subtype"), [("wav_pcm16", "PCM_16"), ("wav_float32", "FLOAT")])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_file_is_of_its_type_and_holds_the_samples(encoding: SoundEncoding, subtype: str, channels: int) -> None:
    x = _TONE if channels == 1 else np.stack([_TONE, -_TONE], axis=1)
    data = file_bytes(x, 22_050, encoding)
    info = soundfile.info(io.BytesIO(data))
    assert (info.samplerate, info.channels, info.subtype, info.frames) == (22_050, channels, subtype, len(x))
    back, _ = soundfile.read(io.BytesIO(data))
    np.testing.assert_allclose(back, x, atol=1e-4)


@pytest.mark.parametrize("encoding", ["wav_pcm16", "wav_float32"])
def test_loop_points_lie_in_a_chunk_that_readers_find(encoding: SoundEncoding) -> None:
    data = file_bytes(_TONE, 22_050, encoding, Loop(0, len(_TONE)))
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    at = data.index(b"smpl")
    assert struct.unpack("<I", data[at + 4 : at + 8])[0] == 60
    fields = struct.unpack("<15I", data[at + 8 : at + 68])
    assert fields[2] == round(1e9 / 22_050)
    assert fields[7] == 1
    assert fields[11:13] == (0, len(_TONE) - 1)
    back, _ = soundfile.read(io.BytesIO(data))
    np.testing.assert_allclose(back, _TONE, atol=1e-4)


@pytest.mark.skipif("ogg_vorbis" not in encodings(), reason="the sound library here has no OGG")
@pytest.mark.parametrize("channels", [1, 2])
def test_an_ogg_file_can_be_read_and_equal_samples_give_equal_bytes(channels: int) -> None:
    x = _TONE if channels == 1 else np.stack([_TONE, _TONE[::-1]], axis=1)
    first, again = (file_bytes(x, 22_050, "ogg_vorbis") for _ in range(2))
    assert first == again
    back, rate = soundfile.read(io.BytesIO(first))
    assert (rate, back.shape) == (22_050, x.shape)
    assert np.abs(back - x)[500:-500].max() < 0.05


def test_the_checksum_is_that_of_the_standard() -> None:
    # "123456789" under CRC-32 with polynomial 04C11DB7, not reflected, from zero, without a final exclusive or.
    assert _page_checksum(b"123456789") == 0x89A1897F


def test_a_sound_library_without_ogg_is_offered_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfile, "available_formats", lambda: {"WAV": "WAV"})
    assert encodings.__wrapped__() == ("wav_pcm16", "wav_float32")

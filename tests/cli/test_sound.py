from __future__ import annotations

import asyncio
import io
import struct
from pathlib import Path

import pytest

from narrative_server.cli import EXIT_BAD_INPUT, build_parser, generate, main
from narrative_server.testing import ScriptedEngines, scripted_server
from narrative_server.v1 import common_pb2, sound_pb2

DURATION = "a number from 50 to 2000 milliseconds"


def request_of(*options: str) -> sound_pb2.GenerateSoundRequest:
    return generate.sound_request(build_parser().parse_args(["sound", *options]))


@pytest.fixture(autouse=True)
def never_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: object) -> None:
        raise AssertionError("bad input must be refused before a server is asked or started")

    monkeypatch.setattr(generate, "connected", connect)


@pytest.mark.parametrize(
    "options",
    [
        *(
            (f"--duration={value}", "--duration", value, DURATION)
            for value in ("0", "-5", "nan", "inf", "60000", "1.5")
        ),
        ("--intensity=nan", "--intensity", "nan", "a number from 0 to 1"),
        ("--intensity=1.01", "--intensity", "1.01", "a number from 0 to 1"),
        ("--encoding=mp3", "--encoding", "mp3", "wav_pcm16"),
        ("--rate=8000", "--rate", "8000", "44100"),
        ("--variants=17", "--variants", "17", "a number from 1 to 16"),
        ("--out=boom.mp3", "--out", "boom.mp3", ".wav or .ogg"),
        ("--out=boom", "--out", "boom", ".wav or .ogg"),
    ],
    ids=lambda options: options[0],
)
def test_a_bad_option_names_itself_its_value_and_what_is_legal(
    options: tuple[str, str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    given, field, value, legal = options
    assert main(["sound", "door slams", given]) == EXIT_BAD_INPUT
    said = capsys.readouterr().err.splitlines()[-1]
    assert field in said
    assert f"'{value}'" in said or f" {value}" in said
    assert legal in said


@pytest.mark.parametrize("text", ["", " ", "\t\u200b"])
@pytest.mark.parametrize("command", ["sound", "sprite", "background"])
def test_words_that_cannot_be_seen_are_refused_at_once(
    command: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, text]) == EXIT_BAD_INPUT
    said = capsys.readouterr().err
    assert f"text is {text!r}; legal: words" in said


@pytest.mark.parametrize(
    ("options", "encoding"),
    [
        ((), common_pb2.SOUND_ENCODING_WAV_PCM16),
        (("--out", "cave.OGG"), common_pb2.SOUND_ENCODING_OGG_VORBIS),
        (("--out", "cave.wav", "--encoding", "wav_float32"), common_pb2.SOUND_ENCODING_WAV_FLOAT32),
        (("--out", "cave.bytes", "--encoding", "ogg_vorbis"), common_pb2.SOUND_ENCODING_OGG_VORBIS),
    ],
)
def test_the_encoding_is_what_is_asked_for_or_what_the_file_is_called(options: tuple[str, ...], encoding: int) -> None:
    assert request_of("cave", *options).format.encoding == encoding


def test_options_are_asked_for() -> None:
    request = request_of("cave", "--duration", "50", "--loop", "--stereo", "--rate", "48000", "--seed", "7")
    assert (request.duration_ms, request.seed, request.HasField("intensity")) == (50, 7, False)
    assert request.format == common_pb2.SoundFormat(
        encoding=common_pb2.SOUND_ENCODING_WAV_PCM16, sample_rate_hz=48000, channels=2, looped=True
    )


async def test_what_only_the_server_can_tell_is_refused_by_field_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    out = tmp_path / "door.wav"
    async with scripted_server(ScriptedEngines()) as address:
        common = ["sound", "--server", address, "--out", str(out)]
        # The command runs an event loop of its own.
        assert await asyncio.to_thread(main, [*common, "x" * 201]) == EXIT_BAD_INPUT
        assert "text has 201 characters" in capsys.readouterr().err
        assert not out.exists()
        assert await asyncio.to_thread(main, [*common, "door slams", "--duration", "300"]) == 0
    assert struct.unpack("<4sI4s", io.BytesIO(out.read_bytes()).read(12))[::2] == (b"RIFF", b"WAVE")

"""`narrative-server beat|sprite|background|sound`: make single things through gRPC and write them to files."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrative_server.cli.commands import add_command, console, number
from narrative_server.cli.connection import add_connection_options, call_metadata, connected
from narrative_server.cli.pictures import add_picture_options, picture_files, set_picture_options

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from narrative_server.cli.commands import Commands
    from narrative_server.v1 import common_pb2, sound_pb2

SCALE_HELP = "enlarge by this whole factor (default: %(default)s)"


def register(commands: Commands) -> None:
    """Add the commands to the command line."""
    for name, largest, what, example in (
        ("sprite", 16, "draw a sprite from words", 'sprite "green goblin with a rusty knife" --variants 4'),
        ("background", 8, "draw a background from words", 'background "pine forest at night, fog" --emotion fear'),
    ):
        parser = add_command(commands, name, what, _picture, examples=f"narrative-server {example}")
        parser.set_defaults(medium=name)
        _add_common(parser, f"{name}.png")
        parser.add_argument("--emotion", default="", help="shifts light and colour: joy, fear, anger...")
        parser.add_argument(
            "--intensity", type=number(float, 0, 1), default=None, help="how strong the emotion is, 0 to 1"
        )
        parser.add_argument("--scale", type=number(int, 1, largest), default=4, help=SCALE_HELP)
        parser.add_argument("--colours", type=number(int, 2, 64), default=0, help="at most so many, 2 to 64")
        add_picture_options(parser, name)
    sound = add_command(
        commands,
        "sound",
        "make a sound effect from words",
        _sound,
        examples=(
            'narrative-server sound "heavy wooden door creaking open" --duration 1200\n'
            'narrative-server sound "cave ambience" --loop --stereo --out cave.ogg'
        ),
    )
    _add_common(sound, "sound.wav")
    sound.add_argument(
        "--duration",
        type=number(int, 50, 2000, "milliseconds"),
        default=0,
        metavar="MS",
        help="50 to 2000 (default: the model chooses)",
    )
    sound.add_argument(
        "--intensity", type=number(float, 0, 1), default=None, help="how forceful, 0 to 1 (default: 0.5)"
    )
    sound.add_argument(
        "--encoding",
        choices=("wav_pcm16", "wav_float32", "ogg_vorbis"),
        help="what is written (default: by the ending of --out, .wav or .ogg)",
    )
    sound.add_argument("--loop", action="store_true", help="make it so that it repeats without a seam")
    sound.add_argument("--stereo", action="store_true", help="two channels with a wider image")
    sound.add_argument(
        "--rate", type=int, choices=(22050, 44100, 48000), default=22050, help="samples a second (default: 22050)"
    )


def _add_common(parser: argparse.ArgumentParser, out: str) -> None:
    parser.add_argument("text", help="what it shows or sounds like")
    parser.add_argument("--out", type=Path, default=Path(out), help="file to write (default: %(default)s)")
    parser.add_argument(
        "--variants", type=number(int, 1, 16), default=1, help="so many different ones, 1 to 16 (default: 1)"
    )
    parser.add_argument(
        "--seed", type=number(int, 0, 2**63 - 1), default=None, help="equal seeds give equal bytes (default: drawn)"
    )
    add_connection_options(parser)


def _picture(arguments: argparse.Namespace) -> int:
    from narrative_server.v1 import image_pb2, image_pb2_grpc

    sprite = arguments.medium == "sprite"
    check_text(arguments.text)
    request = (image_pb2.GenerateSpriteRequest if sprite else image_pb2.GenerateBackgroundRequest)(
        text=arguments.text, mood=mood_from(arguments), variants=arguments.variants, seed=arguments.seed
    )
    frame_px = (32 * arguments.scale, 32 * arguments.scale) if sprite else (160 * arguments.scale, 96 * arguments.scale)
    request.format.width_px = frame_px[0]
    request.format.colours = arguments.colours
    set_picture_options(request, arguments)

    async def run() -> Any:
        async with connected(arguments) as channel:
            stub = image_pb2_grpc.ImageServiceStub(channel)
            method: Any = stub.GenerateSprite if sprite else stub.GenerateBackground
            return await method(request, metadata=call_metadata(arguments))

    answer = asyncio.run(run())
    for path, data in picture_files(answer, arguments, frame_px).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        console().print(f"wrote {path}")
    console().print(f"seed {answer.seed}")
    return 0


def _sound(arguments: argparse.Namespace) -> int:
    from narrative_server.v1 import sound_pb2_grpc

    request = sound_request(arguments)

    async def call(channel: Any) -> tuple[int, list[bytes]]:
        stub = sound_pb2_grpc.SoundServiceStub(channel)
        answer = await stub.GenerateSound(request, metadata=call_metadata(arguments))
        return answer.seed, [sound.data for sound in answer.sounds]

    return _make(arguments, call)


def sound_request(arguments: argparse.Namespace) -> sound_pb2.GenerateSoundRequest:
    """What the options ask for; raises InvalidRequest for blank words and a file of no known encoding."""
    from narrative_server.v1 import common_pb2, sound_pb2

    check_text(arguments.text)
    encoding = arguments.encoding or _encoding_of(arguments.out)
    request = sound_pb2.GenerateSoundRequest(
        text=arguments.text,
        duration_ms=arguments.duration,
        intensity=arguments.intensity,
        variants=arguments.variants,
        seed=arguments.seed,
    )
    request.format.encoding = common_pb2.SoundEncoding.Value(f"SOUND_ENCODING_{encoding.upper()}")
    request.format.sample_rate_hz = arguments.rate
    request.format.channels = 2 if arguments.stereo else 1
    request.format.looped = arguments.loop
    return request


def check_text(text: str) -> None:
    """Raise InvalidRequest for words that cannot be seen: before a server is started, which takes its time."""
    from narrative_server.errors import FieldViolation, InvalidRequest
    from narrative_server.story.checks import is_blank

    if is_blank(text):
        raise InvalidRequest([FieldViolation("text", f"is {text!r}", "words, not only white space")])


def _encoding_of(out: Path) -> str:
    from narrative_server.errors import FieldViolation, InvalidRequest

    known = {".wav": "wav_pcm16", ".ogg": "ogg_vorbis"}
    if out.suffix.lower() not in known:
        legal = "a file that ends in .wav or .ogg, or --encoding with any name"
        raise InvalidRequest([FieldViolation("--out", f"is {out.name!r}", legal)])
    return known[out.suffix.lower()]


def _make(arguments: argparse.Namespace, call: Callable[[Any], Coroutine[Any, Any, tuple[int, list[bytes]]]]) -> int:
    async def run() -> tuple[int, list[bytes]]:
        async with connected(arguments) as channel:
            return await call(channel)

    seed, files = asyncio.run(run())
    for path in write_files(arguments.out, files):
        console().print(f"wrote {path}")
    console().print(f"seed {seed}")
    return 0


def write_files(out: Path, files: Sequence[bytes]) -> list[Path]:
    """Write one file as `out`, several as `out` with -1, -2 and so on before its suffix; returns their paths."""
    out.parent.mkdir(parents=True, exist_ok=True)
    names = [out] if len(files) == 1 else [out.with_stem(f"{out.stem}-{i}") for i in range(1, len(files) + 1)]
    for path, data in zip(names, files, strict=True):
        path.write_bytes(data)
    return names


def mood_from(arguments: argparse.Namespace) -> common_pb2.Mood:
    """The mood that the options name; raises InvalidRequest for an unknown emotion."""
    from narrative_server.errors import FieldViolation, InvalidRequest
    from narrative_server.v1 import common_pb2

    mood = common_pb2.Mood(intensity=arguments.intensity)
    if arguments.emotion:
        names = [name.removeprefix("EMOTION_").lower() for name in common_pb2.Emotion.keys()[1:]]
        if arguments.emotion not in names:
            raise InvalidRequest([FieldViolation("--emotion", f"is {arguments.emotion!r}", ", ".join(names))])
        mood.emotion = common_pb2.Emotion.Value(f"EMOTION_{arguments.emotion.upper()}")
    return mood

"""`narrative-server beat`: play one beat of your own and write it as files."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, number
from narrative_server.cli.connection import add_connection_options, connected
from narrative_server.cli.generate import mood_from

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.v1 import beat_pb2, common_pb2


def register(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands,
        "beat",
        "play one beat of your own and write it as files",
        _beat,
        detail=(
            "Lines stream in the terminal; beat.json, pictures, scene.png and sounds go to a new folder. Without\n"
            "--session the beat stands alone and is not stored; with it, it goes on in that session of --server."
        ),
        examples=(
            'narrative-server beat "The player finds a rusty key." --character "Mara: grim ranger | green cloak"\n'
            'narrative-server beat "A wolf howls." --place "pine forest, night" --emotion fear --character Mara\n'
            'narrative-server beat "The gate opens." --server localhost:50151 --session my-save\n'
            "narrative-server beat --continue --server localhost:50151 --session my-save --out beat-2"
        ),
    )
    parser.add_argument("event", nargs="?", default="", help="one sentence: what just happened")
    parser.add_argument(
        "--character",
        action="append",
        default=[],
        type=parse_character,
        metavar="WHO",
        help='"Name", "Name: persona" or "Name: persona | look"; once for each who is present',
    )
    parser.add_argument("--kind", default="", help="kind of the trigger, such as item_found")
    parser.add_argument("--place", default="", help="place, time of day, weather")
    parser.add_argument("--world", default="", help="the world in a few sentences (without --session)")
    parser.add_argument("--fact", action="append", default=[], help="a fact known now; may be given several times")
    parser.add_argument("--player-line", default="", help="what the player just said")
    parser.add_argument("--emotion", default="", help="joy, sadness, anger, fear, ... (default: told from the words)")
    parser.add_argument("--intensity", type=number(float, 0, 1), default=None, help="how strong it is, 0 to 1")
    parser.add_argument("--max-lines", type=number(int, 1, 8), default=3, help="at most so many (default: 3)")
    parser.add_argument("--max-words", type=number(int, 3, 60), default=24, help="a line, at most (default: 24)")
    parser.add_argument("--seed", type=number(int, 0, 2**63 - 1), default=None, help="default: drawn")
    parser.add_argument("--session", default="", metavar="ID", help="go on in this session of --server")
    parser.add_argument(
        "--continue",
        dest="continue_beat",
        action="store_true",
        help="go on with the session's last beat: what is not given here stays as it was, also the event",
    )
    _add_controls(parser)
    parser.add_argument("--out", type=Path, default=Path("beat"), help="new folder to write (default: %(default)s)")
    add_connection_options(parser)


def _add_controls(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how lines are written")
    group.add_argument(
        "--ban",
        action="append",
        default=[],
        metavar="WORD",
        help="a word that no line may hold, word* for all that begin so; may be given several times",
    )
    group.add_argument(
        "--content-level", choices=("everyone", "teen", "mature"), help="leave out words not fit for all"
    )
    group.add_argument("--temperature", type=number(float, 0, 2), help="how freely words are drawn (default: 0.5)")
    group.add_argument("--allow-repeats", action="store_true", help="lines may say again what was said")


def parse_character(text: str) -> common_pb2.Character:
    """Read "Name: persona | look"; raises ArgumentTypeError without a name."""
    from narrative_server.v1 import common_pb2

    name, _, rest = text.partition(":")
    persona, _, look = rest.partition("|")
    if not name.strip():
        raise argparse.ArgumentTypeError(f'{text!r} has no name; legal: "Name: persona | look"')
    return common_pb2.Character(name=name.strip(), persona=persona.strip(), look=look.strip())


def build_request(arguments: argparse.Namespace) -> beat_pb2.PlayBeatRequest:
    """The request that the options make."""
    from narrative_server.v1 import beat_pb2

    request = beat_pb2.PlayBeatRequest(
        trigger=beat_pb2.Trigger(kind=arguments.kind, event=arguments.event),
        place=arguments.place,
        cast=arguments.character,
        facts=arguments.fact,
        player_line=arguments.player_line,
        mood=mood_from(arguments),
        max_lines=arguments.max_lines,
        max_words=arguments.max_words,
        seed=arguments.seed,
        controls=_controls_from(arguments),
        continue_beat=arguments.continue_beat,
    )
    if arguments.session:
        request.session_id = arguments.session
    else:
        request.inline.context.world = arguments.world
    return request


def _controls_from(arguments: argparse.Namespace) -> common_pb2.DialogueControls:
    from narrative_server.v1 import common_pb2

    level = f"CONTENT_LEVEL_{(arguments.content_level or 'unspecified').upper()}"
    return common_pb2.DialogueControls(
        banned_words=arguments.ban,
        content_level=common_pb2.ContentLevel.Value(level),
        temperature=arguments.temperature,
        avoid_repeats=False if arguments.allow_repeats else None,
    )


def _beat(arguments: argparse.Namespace) -> int:
    from narrative_server.errors import InvalidConfig

    if arguments.out.exists():
        raise InvalidConfig("--out", str(arguments.out), "a folder that does not exist yet")
    if arguments.session and not arguments.server:
        raise InvalidConfig("--session", arguments.session, "together with --server, which keeps that session")
    asyncio.run(_play(arguments, build_request(arguments)))
    console().print(f"wrote {arguments.out}")
    return 0


async def _play(arguments: argparse.Namespace, request: beat_pb2.PlayBeatRequest) -> None:
    from narrative_server.demo.files import write_beat
    from narrative_server.demo.terminal import LiveBeat
    from narrative_server.testing import MockGameClient

    async with connected(arguments) as channel, MockGameClient(channel, token=arguments.token) as client:
        played = await client.play(request, LiveBeat(console()).show, timeout_s=None)
    write_beat(arguments.out, played)

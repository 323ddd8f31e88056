"""`narrative-server export` and `import`: stories to writers' tools, and scripts to training data."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, progress_console
from narrative_server.cli.connection import call_metadata, connected

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands

FORMATS = ("yarn", "ink", "json", "zip")
SHOWN_SKIPS = 20


def register(commands: Commands) -> None:
    """Add both commands to the command line."""
    parser = add_command(
        commands,
        "export",
        "write a session's beats as a Yarn Spinner, ink, JSON or ZIP file",
        _export,
        detail=(
            "Asks the server that keeps the session. A ZIP holds the story in all three forms and its pictures and\n"
            "sounds; the other formats are its single text files. docs/bridges.md says how the tools use them."
        ),
        examples=(
            "narrative-server export my-save --server localhost:50151 --format yarn --out story.yarn\n"
            "narrative-server export my-save --server localhost:50151 --format zip --out story.zip"
        ),
    )
    parser.add_argument("session", help="id of the session")
    parser.add_argument("--beat", default="", metavar="ID", help="only this beat (default: all)")
    parser.add_argument("--format", choices=FORMATS, required=True, help="what to write: %(choices)s")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="new file to write")
    parser.add_argument("--server", required=True, metavar="HOST:PORT", help="the server that keeps the session")
    parser.add_argument("--token", default="", help="token of that server")

    parser = add_command(
        commands,
        "import",
        "read the lines of a Yarn Spinner or ink script as training data",
        _import,
        detail=(
            "Takes lines of the form `Name: words`, options and choices (what the player says), and tags; says on\n"
            "stderr what it skipped, with file and row. `train dialogue --data FILE` learns from the result."
        ),
        examples=(
            "narrative-server import Dialogue/ --out beats.jsonl\n"
            "narrative-server import village.ink --player You --out beats.jsonl"
        ),
    )
    parser.add_argument("script", type=Path, help=".yarn, .ink or .csv file, or a folder that holds some")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="new JSONL file to write")
    parser.add_argument(
        "--player",
        action="append",
        default=[],
        metavar="NAME",
        help='who speaks for the player, besides "Player"; may be given several times',
    )


def _export(arguments: argparse.Namespace) -> int:
    _check_new(arguments.out)
    asyncio.run(_fetch(arguments))
    console().print(f"wrote {arguments.out}")
    return 0


async def _fetch(arguments: argparse.Namespace) -> None:
    from narrative_server.bridges.download import saved_export
    from narrative_server.v1 import story_pb2, story_pb2_grpc

    request = story_pb2.ExportSessionRequest(
        session_id=arguments.session, beat_id=arguments.beat, without_media=arguments.format != "zip"
    )
    with saved_export(arguments.out, arguments.format) as file:
        async with connected(arguments) as channel:
            call = story_pb2_grpc.StoryServiceStub(channel).ExportSession(request, metadata=call_metadata(arguments))
            async for answer in call:
                file.write(answer.chunk)


def _import(arguments: argparse.Namespace) -> int:
    from narrative_server.bridges.training_rows import read_scripts, write_rows

    _check_new(arguments.out)
    found = read_scripts(arguments.script, arguments.player)
    arguments.out.write_text(write_rows(found.rows), encoding="utf-8")
    notes = progress_console()
    for skipped in found.skipped[:SHOWN_SKIPS]:
        notes.print(f"skipped {skipped}", markup=False)
    if len(found.skipped) > SHOWN_SKIPS:
        notes.print(f"and {len(found.skipped) - SHOWN_SKIPS} more")
    told = f"{len(found.rows)} beats of {found.lines} lines; {len(found.skipped)} rows skipped"
    console().print(f"wrote {arguments.out}: {told}")
    return 0


def _check_new(out: Path) -> None:
    from narrative_server.errors import InvalidConfig

    if out.exists() or not out.parent.is_dir():
        raise InvalidConfig("--out", str(out), "a file that does not exist yet, in a folder that does")

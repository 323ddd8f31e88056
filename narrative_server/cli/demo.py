"""`narrative-server demo`: play a small story of three beats and write it as files and a page."""

from __future__ import annotations

import argparse
import asyncio
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, number, progress_console
from narrative_server.cli.connection import add_connection_options, connected

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands


def register(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands,
        "demo",
        "play a small story of three beats and write it as files and a page",
        _demo,
        detail=(
            "Starts a server of its own (or uses the one at --server), creates a session and plays three beats\n"
            "through gRPC. Lines stream as they are written. Each beat gets a folder with beat.json, background.png,\n"
            "each sprite, scene.png and the sounds; index.html shows and plays all of it and needs no network."
        ),
        examples=(
            "narrative-server demo\n"
            "narrative-server demo --open\n"
            "narrative-server demo --seed 7 --engine transformers --out my-demo\n"
            "narrative-server demo --server localhost:50151"
        ),
    )
    parser.add_argument(
        "--out", type=Path, default=Path("out"), metavar="FOLDER", help="where to write (default: %(default)s)"
    )
    parser.add_argument(
        "--seed", type=number(int, 0, 2**63 - 1), default=None, help="equal seeds give equal pictures (default: drawn)"
    )
    parser.add_argument(
        "--open", action=argparse.BooleanOptionalAction, default=False, help="open the page in a browser afterwards"
    )
    add_connection_options(parser)


def _demo(arguments: argparse.Namespace) -> int:
    from narrative_server.demo.play import check_out

    out = arguments.out.resolve()
    check_out(out)  # before a server is started for nothing
    page = asyncio.run(play(arguments, out))
    console().print(f"\nwrote [bold]{out}[/]; open [bold]{page.name}[/] there in a browser")
    if arguments.open:
        import webbrowser

        webbrowser.open(page.as_uri())
    return 0


async def play(arguments: argparse.Namespace, out: Path) -> Path:
    """Play on the server that the options name; returns the page in `out`, an absolute path."""
    from narrative_server.demo.play import play_demo

    async with AsyncExitStack() as stack:
        with progress_console().status("starting the server and its models" if not arguments.server else "connecting"):
            channel = await stack.enter_async_context(connected(arguments))
        logging.getLogger("narrative_server.story").setLevel(logging.ERROR)  # beats tell their warnings themselves
        return await play_demo(channel, out, console(), token=arguments.token, seed=arguments.seed)

"""`narrative-server bench beat`: measure on this machine."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, number, progress_console
from narrative_server.cli.connection import add_connection_options, connected

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.evaluation.figures import Figure


def register(commands: Commands) -> None:
    """Add the group to the command line."""
    group = add_group(commands, "bench", "measure speed on this machine", examples="narrative-server bench beat")
    parser = add_command(
        group,
        "beat",
        "time beats and their parts through gRPC",
        _beat,
        detail=(
            "Plays the demo's beats in one session, one after another, then makes single pictures and sounds. Prints\n"
            "a table; --json writes one line a figure: metric, row, split, value, unit, n."
        ),
        examples="narrative-server bench beat\nnarrative-server bench beat --engine transformers --json figures.jsonl",
    )
    parser.add_argument("--beats", type=number(int, 1, 1000), default=10, help="how many to time (default: 10)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    add_connection_options(parser)


def _beat(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.figures import table_of, write_json_lines

    figures = asyncio.run(_measure(arguments))
    console().print(table_of(figures, "bench beat"))
    if arguments.json:
        write_json_lines(figures, arguments.json)
    return 0


async def _measure(arguments: argparse.Namespace) -> list[Figure]:
    from narrative_server.evaluation.bench_beat import bench_beat

    with progress_console().status("starting the server and its models") as status:
        async with connected(arguments) as channel:
            return await bench_beat(channel, int(arguments.beats), status.update)

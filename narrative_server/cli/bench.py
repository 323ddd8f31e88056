"""`narrative-server bench beat|dialogue|images|rpc|sounds`: measure on this machine."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, number, progress_console
from narrative_server.cli.connection import add_connection_options, connected

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    import grpc.aio

    from narrative_server.cli.commands import Commands
    from narrative_server.evaluation.bench_dialogue import Skipped
    from narrative_server.evaluation.figures import Figure
    from narrative_server.evaluation.peer_script import Told

    Bench = Callable[[grpc.aio.Channel], Awaitable[list[Figure]]]


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
    _add_json_option(parser)
    add_connection_options(parser)
    _register_dialogue(group)
    _register_images(group)
    _register_sounds(group)
    rpc = add_command(
        group,
        "rpc",
        "compare gRPC, gRPC-Web and Connect on beats without models",
        _rpc,
        detail=(
            "Starts a server with scripted lines in a process of its own and plays the same beat over each protocol\n"
            "in turns. What is timed is the way there and back, and the server's own work, without any model."
        ),
        examples="narrative-server bench rpc\nnarrative-server bench rpc --beats 200 --json figures.jsonl",
    )
    rpc.add_argument("--beats", type=number(int, 1, 10_000), default=50, help="how many to time (default: 50)")
    _add_json_option(rpc)


def _register_dialogue(group: Commands) -> None:
    parser = add_command(
        group,
        "dialogue",
        "compare the engines that write the lines",
        _dialogue,
        detail=(
            "Plays held-out beats through each engine with the same prompts, grammar and settings, by one stream and\n"
            "by eight, the engines taking turns. docs/performance.md says what each figure means."
        ),
        examples=(
            "narrative-server bench dialogue\n"
            "narrative-server bench dialogue --rows llama.cpp,llama.cpp_endpoint --beats 20 --json figures.jsonl"
        ),
    )
    parser.add_argument("--rows", default="usual", metavar="NAMES", help="some by name, usual, or all (default: usual)")
    parser.add_argument("--beats", type=number(int, 1, 1000), default=4, help="scenes for one stream (default: 4)")
    parser.add_argument("--model", help="a catalogue name or a path (default: the server's)")
    parser.add_argument("--adapter", default="auto", help="auto, none, or an adapter's folder (default: auto)")
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads (default: half the cores)")
    _add_json_option(parser)


def _register_images(group: Commands) -> None:
    parser = add_command(
        group,
        "images",
        "time single pictures, and batches beside other networks",
        _images,
        detail=(
            "Times single sprites and backgrounds through gRPC and without it, then batches of 16 beside\n"
            "lightweight-gan, stylegan2-pytorch and a diffusers UNet with ten steps, which need a Python environment\n"
            "of their own. docs/performance.md says what each figure means."
        ),
        examples=(
            "narrative-server bench images\n"
            "narrative-server bench images --make-peers runs/peers    installs about 1 GB there, once\n"
            "narrative-server bench images --peers-python runs/peers/bin/python --threads 2 --json figures.jsonl"
        ),
    )
    parser.add_argument("--pictures", type=number(int, 1, 10_000), default=50, help="single ones (default: 50)")
    _add_shared_options(parser, rounds="batches of each")


def _register_sounds(group: Commands) -> None:
    parser = add_command(
        group,
        "sounds",
        "time one and sixteen sounds, and the vocoder beside others",
        _sounds,
        detail=(
            "Times sounds of one second, alone and sixteen a request, through gRPC and without it, then the vocoder\n"
            "beside torchaudio's Griffin-Lim and the networks of the package vocos, which needs a Python environment\n"
            "of its own. docs/performance.md says what each figure means."
        ),
        examples=(
            "narrative-server bench sounds\n"
            "narrative-server bench sounds --make-peers runs/sound-peers    installs about 1 GB there, once\n"
            "narrative-server bench sounds --peers-python runs/sound-peers/bin/python --threads 2 --json figures.jsonl"
        ),
    )
    parser.add_argument("--sounds", type=number(int, 1, 10_000), default=50, help="single ones (default: 50)")
    _add_shared_options(parser, rounds="of sixteen, of each")


def _add_shared_options(parser: argparse.ArgumentParser, rounds: str) -> None:
    """Options of a bench through gRPC, without it, and beside networks of others. rounds: what a round is of."""
    parser.add_argument("--rounds", type=number(int, 1, 1000), default=5, help=f"{rounds} (default: 5)")
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    peers = parser.add_mutually_exclusive_group()
    peers.add_argument("--peers-python", type=Path, metavar="FILE", help="interpreter that has the other networks")
    peers.add_argument("--make-peers", type=Path, metavar="FOLDER", help="make such an environment there and use it")
    _add_json_option(parser)
    add_connection_options(parser)


def _add_json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")


def _beat(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.bench_beat import bench_beat

    with progress_console().status("starting") as status:
        beats = int(arguments.beats)
        figures = _through_grpc(arguments, lambda channel: bench_beat(channel, beats, status.update), status.update)
    _show(figures, "bench beat", arguments.json)
    return 0


def _dialogue(arguments: argparse.Namespace) -> int:
    from narrative_server.dialogue.config import DEFAULT_MODEL
    from narrative_server.evaluation.bench_dialogue import ROWS, USUAL_ROWS, BenchOptions, bench_dialogue
    from narrative_server.logs import set_up_logging

    set_up_logging("text", "WARNING")
    named = {"usual": USUAL_ROWS, "all": tuple(ROWS)}
    options = BenchOptions(
        rows=named.get(arguments.rows) or tuple(name.strip() for name in arguments.rows.split(",")),
        beats=int(arguments.beats),
        model=arguments.model or DEFAULT_MODEL,
        adapter=arguments.adapter,
        threads=int(arguments.threads),
    )
    with progress_console().status("starting") as status:
        figures, skipped = bench_dialogue(options, status.update)
    _show(figures, "bench dialogue", arguments.json, skipped)
    return 0 if figures else 1


def _images(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.bench_images import (
        PEER_PACKAGES,
        ImageBenchOptions,
        bench_bare,
        bench_batches,
        bench_served,
    )

    title = "bench images"
    with progress_console().status("starting") as status:
        python = _peers_python(arguments, title, PEER_PACKAGES, status.update)
        options = ImageBenchOptions(int(arguments.pictures), int(arguments.rounds), python, int(arguments.threads))
        figures = _through_grpc(arguments, lambda channel: bench_served(channel, options, status.update), status.update)
        figures += bench_bare(options, status.update)
        batches, skipped = bench_batches(options, status.update)
    _show([*figures, *batches], title, arguments.json, skipped)
    return 0


def _sounds(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.bench_sounds import (
        PEER_PACKAGES,
        SoundBenchOptions,
        bench_bare,
        bench_served,
        bench_vocoders,
    )

    title = "bench sounds"
    with progress_console().status("starting") as status:
        python = _peers_python(arguments, title, PEER_PACKAGES, status.update)
        options = SoundBenchOptions(int(arguments.sounds), int(arguments.rounds), python, int(arguments.threads))
        figures = _through_grpc(arguments, lambda channel: bench_served(channel, options, status.update), status.update)
        figures += bench_bare(options, status.update)
        vocoders, skipped = bench_vocoders(options, status.update)
    _show([*figures, *vocoders], title, arguments.json, skipped)
    return 0


def _rpc(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.bench_rpc import bench_scripted_server

    with progress_console().status("starting a scripted server") as status:
        figures = asyncio.run(bench_scripted_server(int(arguments.beats), status.update))
    _show(figures, "bench rpc", arguments.json)
    return 0


def _through_grpc(arguments: argparse.Namespace, bench: Bench, told: Told) -> list[Figure]:
    """What `bench` measures on a channel to the server that is asked for, or to one of its own."""

    async def measure() -> list[Figure]:
        async with connected(arguments) as channel:
            return await bench(channel)

    told("starting the server and its models")
    return asyncio.run(measure())


def _peers_python(arguments: argparse.Namespace, title: str, packages: Sequence[str], told: Told) -> Path | None:
    """The interpreter of the environment that holds the other networks, which is made where that is asked for."""
    from narrative_server.evaluation.peer_script import make_environment

    python: Path | None = arguments.peers_python
    return make_environment(title, arguments.make_peers, packages, told) if arguments.make_peers else python


def _show(figures: list[Figure], title: str, json_file: Path | None, skipped: Sequence[Skipped] = ()) -> None:
    from narrative_server.evaluation.figures import table_of, write_json_lines

    console().print(table_of(figures, title))
    if json_file:
        write_json_lines(figures, json_file)
    for one in skipped:
        console().print(f"skipped {one.row}: {one.reason}", markup=False)

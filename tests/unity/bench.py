"""First words over the C# client's transports and over Python's client, in one run against one scripted server.

    dotnet build tests/unity/ConsoleGame
    python tests/unity/bench.py --beats 200

Prints a line of JSON a figure: metric, row, split, value, unit, n. Python's client plays half of its beats before the
C# client and half after it; the transports of the latter take turns. The server writes its lines without a model, so
that what is timed is the way there and back. Also told: how long a step of the C# client's main thread takes, and the
bytes that its own code allocates for a delta once that is decoded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import grpc.aio

from narrative_server.evaluation.figures import median, quantile
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2_grpc

ROOT = Path(__file__).parents[2]
GAME = ROOT / "build" / "unity" / "bin" / "Narrative.ConsoleGame" / "debug" / "Narrative.ConsoleGame.dll"
WARM_UP_BEATS = 5


async def first_delta_ms(story: story_pb2_grpc.StoryServiceStub) -> float:
    """Play the console game's beat: lines alone, nothing stored. Returns the time from the call to the first words."""
    request = beat_pb2.PlayBeatRequest(
        inline=beat_pb2.InlineStory(
            context=beat_pb2.StoryContext(
                cast=[common_pb2.Character(name="Mira"), common_pb2.Character(name="Grik")],
            )
        ),
        trigger=beat_pb2.Trigger(event="The player reaches the gate."),
        media=beat_pb2.WantedMedia(background=False, sprites=False, sounds=False),
    )
    began, first = time.perf_counter(), None
    async for response in story.PlayBeat(request):
        if first is None and response.event.WhichOneof("event") == "line_delta":
            first = time.perf_counter() - began
    if first is None:
        raise RuntimeError("the beat had no words")
    return first * 1000


async def python_client(address: str, beats: int) -> list[float]:
    """Times of `beats` beats after the warm-up, in milliseconds."""
    async with grpc.aio.insecure_channel(address) as channel:
        story = story_pb2_grpc.StoryServiceStub(channel)
        return [await first_delta_ms(story) for _ in range(WARM_UP_BEATS + beats)][WARM_UP_BEATS:]


def measure(beats: int) -> list[str]:
    """All figures, as lines of JSON."""
    command = [sys.executable, str(ROOT / "tests" / "unity" / "server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        address, web_address = server.stdout.readline().split()
        times = asyncio.run(python_client(address, (beats + 1) // 2))
        game = ["dotnet", str(GAME), "bench", address, web_address, str(beats)]
        played = subprocess.run(game, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        times += asyncio.run(python_client(address, beats // 2))
        server.stdin.close()
    shares = {"median": median(times), "p99": quantile(times, 0.99), "max": max(times)}
    figures = [
        {
            "metric": "first_delta_ms",
            "row": "python_http2",
            "split": split,
            "value": value,
            "unit": "ms",
            "n": len(times),
        }
        for split, value in shares.items()
    ]
    return [*map(json.dumps, figures), *played.stdout.splitlines()]


def main() -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--beats", type=int, default=200, help="beats a row, 2 or more (default: %(default)s)")
    beats = parser.parse_args().beats
    if beats < 2:
        parser.error(f"--beats is {beats}; legal: 2 or more")
    if not GAME.is_file():
        sys.stderr.write("bench.py: the console game is not built; run: dotnet build tests/unity/ConsoleGame\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in measure(beats))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the transports cost: the same beat over gRPC, gRPC-Web and Connect, from the caller's side, without models.

The protocols take turns within one run, so that a busy machine slows all of them alike. gRPC is called by grpcio's
client, the other two by that of `connectrpc`, each over a connection that stays open; the first round warms up and is
not counted.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import grpc.aio
from connectrpc.client import ConnectClient
from connectrpc.compat import google_protobuf_binary_codec
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from connectrpc.protocol import ProtocolType

from narrative_server.demo.story import BEATS, beat_request
from narrative_server.errors import EngineUnavailable
from narrative_server.evaluation.figures import Figure, median, quantile
from narrative_server.testing import Addresses
from narrative_server.v1 import beat_pb2, story_pb2_grpc

MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
START_TIMEOUT_S: Final = 60.0
PLAY_BEAT: Final = MethodInfo(
    name="PlayBeat",
    service_name="narrative_server.v1.StoryService",
    input=beat_pb2.PlayBeatRequest,
    output=beat_pb2.PlayBeatResponse,
    idempotency_level=IdempotencyLevel.UNKNOWN,
    stream_type=StreamType.SERVER_STREAM,
)

Play: TypeAlias = Callable[[beat_pb2.PlayBeatRequest], AsyncIterable[beat_pb2.PlayBeatResponse]]


async def bench_scripted_server(beats: int, told: Callable[[str], None]) -> list[Figure]:
    """Measure `beats` (1 or more) on a scripted server in a process of its own; `told` hears what is going on."""
    async with _scripted_process() as addresses:
        return await bench_rpc(addresses, beats, told)


async def bench_rpc(addresses: Addresses, beats: int, told: Callable[[str], None]) -> list[Figure]:
    """Play a beat `beats` times (1 or more) over each protocol, in turns; rows are named by the protocol."""
    options = [("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)]
    async with (
        grpc.aio.insecure_channel(addresses.grpc, options=options) as channel,
        _web_client(addresses.web, ProtocolType.GRPC_WEB) as grpc_web,
        _web_client(addresses.web, ProtocolType.CONNECT) as connect,
    ):
        plays: dict[str, Play] = {
            "grpc": story_pb2_grpc.StoryServiceStub(channel).PlayBeat,
            "grpc-web": lambda request: grpc_web.execute_server_stream(request=request, method=PLAY_BEAT),
            "connect": lambda request: connect.execute_server_stream(request=request, method=PLAY_BEAT),
        }
        timings: dict[str, list[tuple[float, float]]] = {row: [] for row in plays}
        for number in range(beats + 1):
            for row, play in plays.items():
                taken = await _time_beat(play, number)
                if number > 0:
                    timings[row].append(taken)
            told(f"beat {number} of {beats}")
    return _figures(timings)


async def _time_beat(play: Play, seed: int) -> tuple[float, float]:
    """Milliseconds from the call to its first words, and to its end."""
    request = beat_request("", BEATS[0])
    request.inline.SetInParent()
    request.seed = seed
    start, first_delta_ms = time.perf_counter(), 0.0
    async for response in play(request):
        if not first_delta_ms and response.event.HasField("line_delta"):
            first_delta_ms = 1000 * (time.perf_counter() - start)
    return first_delta_ms, 1000 * (time.perf_counter() - start)


def _figures(timings: dict[str, list[tuple[float, float]]]) -> list[Figure]:
    figures = []
    baseline = median([first for first, _ in timings["grpc"]])
    for row, taken in timings.items():
        first, whole, count = [one[0] for one in taken], [one[1] for one in taken], len(taken)
        figures += [
            Figure("first_delta_ms_p50", row, median(first), "ms", count),
            Figure("first_delta_ms_p95", row, quantile(first, 0.95), "ms", count),
            Figure("beat_ms_p50", row, median(whole), "ms", count),
            Figure("first_delta_to_grpc", row, median(first) / baseline, "ratio", count),
        ]
    return figures


def _web_client(address: str, protocol: ProtocolType) -> ConnectClient:
    codec = google_protobuf_binary_codec()
    return ConnectClient(f"http://{address}", codec=codec, protocol=protocol, send_compression=None)


@asynccontextmanager
async def _scripted_process() -> AsyncIterator[Addresses]:
    """A scripted server with both ports, until the end of the block. Raises EngineUnavailable."""
    words = ("-m", "narrative_server.testing", "--port", "0", "--web-port", "0")
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None, "it was asked for"
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            lines = [(await process.stdout.readline()).decode().strip() for _ in Addresses._fields]
        if not all(lines):
            raise EngineUnavailable("scripted server", "did not start; its reason is above", 1000)
        yield Addresses(*lines)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()

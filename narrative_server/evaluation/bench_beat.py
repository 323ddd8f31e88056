"""How long a beat and its parts take through gRPC, on the machine at hand.

The beats are those of the demo's story, in one session, one after another, as a game plays them; the first round
warms caches up and is not counted. Rows are named by the dialogue engine that the server says it runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from narrative_server.demo.story import BEATS, beat_request, session_request
from narrative_server.evaluation.figures import Figure, median, quantile
from narrative_server.testing import MockGameClient
from narrative_server.v1 import image_pb2, image_pb2_grpc, info_pb2, sound_pb2, sound_pb2_grpc, story_pb2

if TYPE_CHECKING:
    import grpc.aio

MAX_VARIANTS: Final = 16
BEAT_TIMEOUT_S: Final = 600.0


async def bench_beat(channel: grpc.aio.Channel, beats: int, told: Callable[[str], None]) -> list[Figure]:
    """Play `beats` beats (1 or more) and make single pictures and sounds; `told` hears what is going on."""
    async with MockGameClient(channel) as client:
        row = _engine_name(await client.server_info())
        session = await client.create_session(session_request(seed=1))
        timings: list[dict[str, float]] = []
        for number in range(beats + len(BEATS)):
            request = beat_request(session.session_id, BEATS[number % len(BEATS)])
            request.seed = number
            request.regenerate = True  # a stored picture would cost nothing
            finished = (await client.play(request, timeout_s=BEAT_TIMEOUT_S)).finished
            assert finished is not None, "the client checks that a beat has its end"
            told(f"beat {number + 1} of {beats + len(BEATS)}: {finished.timings.total_ms} ms")
            if number >= len(BEATS):
                timings.append({field.name: float(value) for field, value in finished.timings.ListFields()})
        await client.story.DeleteSession(story_pb2.DeleteSessionRequest(session_id=session.session_id))
    return [*_beat_figures(row, timings), *await _media_figures(channel, row, beats, told)]


def _engine_name(info: info_pb2.GetServerInfoResponse) -> str:
    return next(engine.kind for engine in info.engines if engine.name == "dialogue")


def _beat_figures(row: str, timings: list[dict[str, float]]) -> list[Figure]:
    figures = []
    for metric in ("first_delta_ms", "first_picture_ms", "first_sound_ms", "dialogue_ms", "total_ms"):
        values = [one[metric] for one in timings if metric in one]
        if values:
            figures.append(Figure(f"{metric}_p50", row, median(values), "ms", len(values)))
            figures.append(Figure(f"{metric}_p95", row, quantile(values, 0.95), "ms", len(values)))
    return figures


async def _media_figures(channel: grpc.aio.Channel, row: str, rounds: int, told: Callable[[str], None]) -> list[Figure]:
    images, sounds = image_pb2_grpc.ImageServiceStub(channel), sound_pb2_grpc.SoundServiceStub(channel)

    async def sprites(count: int, seed: int) -> None:
        await images.GenerateSprite(image_pb2.GenerateSpriteRequest(text="red dragon", variants=count, seed=seed))

    async def backgrounds(count: int, seed: int) -> None:
        request = image_pb2.GenerateBackgroundRequest(text="dark forest at night", variants=count, seed=seed)
        await images.GenerateBackground(request)

    async def effects(count: int, seed: int) -> None:
        request = sound_pb2.GenerateSoundRequest(text="sword clash", duration_ms=1000, variants=count, seed=seed)
        await sounds.GenerateSound(request)

    figures = []
    for name, make in (("sprite", sprites), ("background", backgrounds), ("sound", effects)):
        told(f"single {name}s")
        await make(1, 0)
        single = []
        for seed in range(rounds):
            start = time.perf_counter()
            await make(1, seed)
            single.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        for seed in range(rounds):
            await make(MAX_VARIANTS, seed)
        rate = rounds * MAX_VARIANTS / (time.perf_counter() - start)
        figures.append(Figure(f"{name}_ms_p50", row, median(single), "ms", rounds))
        figures.append(Figure(f"{name}_ms_p95", row, quantile(single, 0.95), "ms", rounds))
        figures.append(Figure(f"{name}s_per_s_16", row, rate, "1/s", rounds * MAX_VARIANTS))
    return figures

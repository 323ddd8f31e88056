from __future__ import annotations

import grpc.aio

from narrative_server.evaluation.bench_beat import bench_beat
from narrative_server.testing import ScriptedEngines, scripted_server


async def test_a_bench_times_beats_and_single_media() -> None:
    engines, told = ScriptedEngines(), []
    async with scripted_server(engines) as address, grpc.aio.insecure_channel(address) as channel:
        figures = {figure.metric: figure for figure in await bench_beat(channel, 2, told.append)}
    assert figures["total_ms_p50"].n == 2, "the warming round is not counted"
    assert {"first_delta_ms_p50", "first_picture_ms_p95", "sprite_ms_p50", "sounds_per_s_16"} <= set(figures)
    assert all(figure.value > 0 for figure in figures.values())
    assert told

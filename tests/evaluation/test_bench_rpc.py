from __future__ import annotations

from narrative_server.evaluation.bench_rpc import bench_rpc
from narrative_server.testing import scripted_web_server


async def test_every_protocol_is_timed_from_the_callers_side() -> None:
    told: list[str] = []
    async with scripted_web_server() as addresses:
        figures = await bench_rpc(addresses, 2, told.append)
    rows = {
        row: {one.metric: one.value for one in figures if one.row == row} for row in ("grpc", "grpc-web", "connect")
    }
    for values in rows.values():
        assert 0 < values["first_delta_ms_p50"] < values["beat_ms_p50"]
        assert values["first_delta_to_grpc"] > 0
    assert rows["grpc"]["first_delta_to_grpc"] == 1
    assert all(one.n == 2 for one in figures), "the warming round is not counted"
    assert told

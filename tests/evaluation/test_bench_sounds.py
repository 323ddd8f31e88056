from __future__ import annotations

import sys
from pathlib import Path

import grpc.aio
import pytest

from narrative_server.cli import main
from narrative_server.errors import EngineFailed, InvalidConfig
from narrative_server.evaluation import bench_sounds
from narrative_server.evaluation.bench_sounds import SoundBenchOptions, bench_bare, bench_served, bench_vocoders
from narrative_server.testing import ScriptedEngines, scripted_server

PEER = """
import json, sys
print(json.dumps({"parameters": {"vocos": 2000000}, "skipped": {"third": "ImportError: no third"}}), flush=True)
for line in sys.stdin:
    name, batch = line.split()
    assert name == "vocos"
    print(json.dumps({"seconds": 0.5 if batch == "1" else 4.0}), flush=True)
"""


def _ignore(stage: str) -> None:
    pass


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "peer.py"
    script.write_text(PEER, encoding="utf-8")
    monkeypatch.setattr(bench_sounds, "_PEERS", script)
    return script


def test_our_vocoder_is_set_beside_the_others(peer: Path) -> None:
    options = SoundBenchOptions(rounds=1, peers_python=Path(sys.executable), threads=1)
    figures, skipped = bench_vocoders(options, _ignore)
    values = {(one.metric, one.row): one.value for one in figures}
    assert values["times_real_time_1", "vocos"] == 2.0
    assert values["times_real_time_16", "vocos"] == 4.0
    assert values["parameters", "vocos"] == 2.0
    ours = values["times_real_time_16", "ours_vocoder"]
    assert values["ours_vocoder_faster_by", "vocos"] == pytest.approx(ours / 4.0)
    for row in ("griffin_lim", "ours_griffin_lim"):
        assert values["ours_vocoder_faster_by", row] == pytest.approx(ours / values["times_real_time_16", row])
    assert [(one.row, one.reason) for one in skipped] == [("third", "ImportError: no third")]


def test_without_an_environment_vocos_is_skipped_with_how_to_get_it() -> None:
    figures, skipped = bench_vocoders(SoundBenchOptions(rounds=1, threads=1), _ignore)
    assert {one.row for one in figures} == {"ours_vocoder", "griffin_lim", "ours_griffin_lim"}
    assert "--make-peers" in skipped[0].reason


def test_a_script_that_dies_ends_the_bench_with_its_name(peer: Path) -> None:
    peer.write_text("import sys; sys.exit(3)", encoding="utf-8")
    with pytest.raises(EngineFailed, match=r"peer\.py"):
        bench_vocoders(SoundBenchOptions(rounds=1, peers_python=Path(sys.executable), threads=1), _ignore)


def test_sounds_have_a_median_a_slow_end_and_a_rate() -> None:
    values = {one.metric: one.value for one in bench_bare(SoundBenchOptions(sounds=3, rounds=1, threads=1), _ignore)}
    assert 0 < values["sound_ms_p50"] <= values["sound_ms_p95"]
    assert 0 < values["sixteen_sounds_ms_p50"] <= values["sixteen_sounds_ms_p95"]
    assert values["times_real_time_1"] == pytest.approx(1000 / values["sound_ms_p50"])
    assert values["times_real_time_16"] == pytest.approx(16_000 / values["sixteen_sounds_ms_p50"])


async def test_one_and_sixteen_sounds_are_timed_through_grpc() -> None:
    engines = ScriptedEngines()
    async with scripted_server(engines) as address, grpc.aio.insecure_channel(address) as channel:
        figures = await bench_served(channel, SoundBenchOptions(sounds=3, rounds=2), _ignore)
    assert {(one.metric, one.n) for one in figures} == {
        *((f"sound_ms_{end}", 3) for end in ("p50", "p95")),
        *((f"sixteen_sounds_ms_{end}", 2) for end in ("p50", "p95")),
        ("times_real_time_1", 3),
        ("times_real_time_16", 2),
    }
    assert engines.calls["sounds"].started == (3 + 3) + (2 + 1) * 16


def test_an_interpreter_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidConfig, match="--peers-python"):
        SoundBenchOptions(peers_python=tmp_path / "python")
    assert main(["bench", "sounds", "--peers-python", str(tmp_path / "python")]) != 0
    assert "--peers-python" in capsys.readouterr().err

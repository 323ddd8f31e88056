from __future__ import annotations

import sys
from pathlib import Path

import grpc.aio
import pytest

from narrative_server.cli import main
from narrative_server.errors import EngineFailed, InvalidConfig
from narrative_server.evaluation import bench_images
from narrative_server.evaluation.bench_images import ImageBenchOptions, bench_bare, bench_batches, bench_served
from narrative_server.testing import ScriptedEngines, scripted_server

PEER = """
import json, sys
print(json.dumps({"parameters": {"other": 2000000}, "skipped": {"third": "ImportError: no third"}}), flush=True)
for line in sys.stdin:
    name, batch = line.split()
    assert (name, batch) == ("other", "16")
    print(json.dumps({"seconds": 4.0}), flush=True)
"""


def _ignore(stage: str) -> None:
    pass


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "peer.py"
    script.write_text(PEER, encoding="utf-8")
    monkeypatch.setattr(bench_images, "_PEERS", script)
    return script


def test_batches_of_ours_are_set_beside_those_of_the_others(peer: Path) -> None:
    options = ImageBenchOptions(rounds=1, peers_python=Path(sys.executable), threads=1)
    figures, skipped = bench_batches(options, _ignore)
    values = {(one.metric, one.row): one.value for one in figures}
    assert values["images_per_s_16", "other"] == 4.0
    assert values["parameters", "other"] == 2.0
    faster = values["images_per_s_16", "ours_sprites"] / 4.0
    assert values["ours_sprites_faster_by", "other"] == pytest.approx(faster)
    assert values["images_per_s_16", "ours_backgrounds"] > 0
    assert [(one.row, one.reason) for one in skipped] == [("third", "ImportError: no third")]


def test_without_an_environment_the_others_are_skipped_with_how_to_get_them() -> None:
    figures, skipped = bench_batches(ImageBenchOptions(rounds=1, threads=1), _ignore)
    assert {one.row for one in figures} == {"ours_sprites", "ours_backgrounds"}
    assert "--make-peers" in skipped[0].reason


def test_a_script_that_dies_ends_the_bench_with_its_name(peer: Path) -> None:
    peer.write_text("import sys; sys.exit(3)", encoding="utf-8")
    with pytest.raises(EngineFailed, match=r"peer\.py"):
        bench_batches(ImageBenchOptions(rounds=1, peers_python=Path(sys.executable), threads=1), _ignore)


def test_single_pictures_have_a_median_and_a_slow_end() -> None:
    found = bench_bare(ImageBenchOptions(pictures=4, threads=1), _ignore)
    values = {(one.row, one.metric): one.value for one in found}
    assert {row for row, _ in values} == {"bare", "bare_n2", "bare_n4", "bare_n8", "bare_n16"}
    for row in ("bare", "bare_n16"):
        for kind in ("sprite", "background"):
            assert 0 < values[row, f"{kind}_ms_p50"] <= values[row, f"{kind}_ms_p95"]


async def test_single_pictures_are_timed_through_grpc() -> None:
    async with scripted_server(ScriptedEngines()) as address, grpc.aio.insecure_channel(address) as channel:
        figures = await bench_served(channel, ImageBenchOptions(pictures=3), _ignore)
    assert {(one.metric, one.n) for one in figures} == {
        (f"{kind}_ms_{end}", 3) for kind in ("sprite", "background") for end in ("p50", "p95")
    }


def test_an_interpreter_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidConfig, match="--peers-python"):
        ImageBenchOptions(peers_python=tmp_path / "python")
    assert main(["bench", "images", "--peers-python", str(tmp_path / "python")]) != 0
    assert "--peers-python" in capsys.readouterr().err

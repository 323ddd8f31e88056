from __future__ import annotations

import random
import time
from collections.abc import Iterator

import numpy as np
import pytest

from narrative_server.cli import main
from narrative_server.dialogue.service import check_request
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats, LineDelta, LineStarted
from narrative_server.errors import InvalidConfig, PackageMissing
from narrative_server.evaluation import bench_dialogue as bench
from narrative_server.evaluation.bench_figures import Played, Round, bench_figures, fit_line
from narrative_server.evaluation.bench_requests import HISTORY_LINES, bench_scenes

STREAMS = 8


class FakeEngine:
    """Takes `ms` for a beat of 20 tokens, prompts of which half is cached."""

    name, slots = "fake", STREAMS

    def __init__(self, ms: float, log: list[str], row: str) -> None:
        self.ms, self.log, self.row, self.closed = ms, log, row, False

    def generate(self, request: DialogueRequest, cancel: object) -> Iterator[DialogueEvent]:
        self.log.append(self.row)
        time.sleep(self.ms / 2000)
        yield LineStarted(0, request.cast[0].name, "joy")
        yield LineDelta(0, "Hello.")
        time.sleep(self.ms / 2000)
        yield GenerationStats(100 + len(request.history), 50, 20, self.ms / 2, self.ms / 2)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def fakes(monkeypatch):
    log: list[str] = []
    engines = {row: FakeEngine(ms, log, row) for row, ms in (("ours", 10.0), ("llama.cpp_endpoint", 20.0))}

    def absent(config):
        raise PackageMissing("ctranslate2", "bench")

    rows = {row: lambda config, engine=engine: engine for row, engine in engines.items()}
    monkeypatch.setattr(bench, "ROWS", {**rows, "absent": absent})
    return engines


def test_every_row_plays_the_same_beats_by_turns_and_is_compared_with_the_endpoint(fakes):
    options = bench.BenchOptions(rows=("ours", "llama.cpp_endpoint", "absent"), beats=3)
    told: list[str] = []
    figures, skipped = bench.bench_dialogue(options, told.append)
    found = {(figure.metric, figure.row, figure.split): figure for figure in figures}
    assert found["one_stream_vs_endpoint", "ours", ""].value == pytest.approx(2.0, rel=0.5)
    assert found["one_stream_vs_endpoint", "ours", ""].n == 6
    assert found["eight_streams_vs_endpoint_slots", "ours", ""].value > 1.2
    assert ("one_stream_vs_endpoint", "llama.cpp_endpoint", "") not in found
    assert {figure.row for figure in figures} == set(fakes)
    assert [one.row for one in skipped] == ["absent"]
    assert "pip install" in skipped[0].reason
    single = fakes["ours"].log[2 : 2 + 12]
    assert single[:4] == ["ours", "ours", "llama.cpp_endpoint", "llama.cpp_endpoint"]
    assert single[4] == "llama.cpp_endpoint", "the rows take turns at being first"
    assert all(engine.closed for engine in fakes.values())
    assert told


def test_a_row_that_does_not_exist_is_refused_by_name():
    with pytest.raises(InvalidConfig, match=r"rows.*'gpt'.*llama\.cpp"):
        bench.BenchOptions(rows=("llama.cpp", "gpt"))
    with pytest.raises(InvalidConfig, match="no row"):
        bench.BenchOptions(rows=())


def test_the_command_refuses_an_unknown_row_and_says_what_there_is(capsys):
    assert main(["bench", "dialogue", "--rows", "gpt"]) == 2
    assert "transformers_int8" in capsys.readouterr().err


def test_a_line_through_times_ignores_single_late_beats():
    rng = random.Random(0)
    points = [(x, 40.0 + 0.25 * x + rng.uniform(-1, 1)) for x in range(10, 400, 10)]
    points[3] = (points[3][0], 5000.0)
    line = fit_line(points)
    assert line is not None
    assert line.ms_per_token == pytest.approx(0.25, abs=0.01)
    assert line.intercept_ms == pytest.approx(40.0, abs=2)
    slope, _ = np.polyfit(*zip(*points, strict=True), 1)
    assert abs(slope - 0.25) > 0.2, "least squares would not"


def test_prompts_of_one_length_have_no_line():
    assert fit_line([(10, 5.0), (10, 6.0)]) is None


def test_figures_are_what_hand_arithmetic_gives():
    def beat(first_ms: float, uncached: int, prefill_ms: float, goes_on: bool) -> Played:
        return Played(first_ms, 400.0, uncached, 20, prefill_ms, 250.0, goes_on)

    played = [beat(100.0, 200, 50.0, False), beat(60.0, 40, 10.0, True), beat(300.0, 600, 150.0, False)]
    rounds = [Round(4.0, 400), Round(5.0, 600)]
    figures = bench_figures({"ours": 1.5}, {"ours": played}, {"ours": rounds}, STREAMS)
    found = {(figure.metric, figure.split): figure.value for figure in figures}
    assert found["prefill_tokens_per_s", "1_stream"] == pytest.approx(4000.0)
    assert found["first_delta_over_allowance_ms_p50", "goes_on"] == pytest.approx(60.0 - 30.0 - 10.0)
    assert found["decode_tokens_per_s", "1_stream"] == pytest.approx(80.0)
    assert found["tokens_per_s", "1_stream"] == pytest.approx(50.0)
    assert found["tokens_per_s", "8_streams"] == pytest.approx(110.0)
    assert found["beats_per_s", "8_streams"] == pytest.approx((8 / 4 + 8 / 5) / 2)
    assert found["first_delta_ms_p50", "opens"] == pytest.approx(200.0)
    assert not [metric for metric, _ in found if "endpoint" in metric]


@pytest.mark.parametrize("committed", [True, False])
def test_scenes_are_valid_go_on_and_vary_in_length(committed, monkeypatch, tmp_path):
    if not committed:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("NARRATIVE_SERVER_DATA", raising=False)
    scenes = bench_scenes(10)
    assert scenes == bench_scenes(10)
    for scene in scenes:
        check_request(scene.opening)
        check_request(scene.following)
        assert scene.following.cast == scene.opening.cast
        assert scene.following.history[: len(scene.opening.history)] == scene.opening.history
        assert len(scene.following.history) > len(scene.opening.history)
        assert scene.following.event != scene.opening.event
    assert len({len(scene.opening.history) for scene in scenes}) >= len(HISTORY_LINES)

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from narrative_server.evaluation import bench_images, bench_sounds
from narrative_server.evaluation.peer_script import Peers, running_peers, take_turns

SAME = ["--seconds", "1", "--same", "88", "22050", "192", "576", "6"]
MODELS = """
import torch
class VocosBackbone(torch.nn.Linear):
    def __init__(self, bands, width, inner, layers):
        super().__init__(bands, width, bias=False)
    def forward(self, spectra):
        return super().forward(spectra.transpose(1, 2))
"""
HEADS = """
import torch
class ISTFTHead(torch.nn.Linear):
    def __init__(self, width, window, hop, padding):
        super().__init__(width, hop, bias=False)
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose packages the scripts find before those that are installed."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_what_a_script_lacks_is_skipped_with_the_reason(packages: Path) -> None:
    for name in ("lightweight_gan", "stylegan2_pytorch", "diffusers"):
        (packages / f"{name}.py").write_text("raise ImportError('none   here')", encoding="utf-8")
    with running_peers(
        "bench images", Path(sys.executable), bench_images._PEERS, ["--parameters", "1000"], "others", _ignore
    ) as peers:
        assert (peers.clocks, peers.sizes) == ({}, {})
    assert {one.row: one.reason for one in peers.skipped} == dict.fromkeys(
        ("lightweight_gan", "stylegan2_pytorch", "diffusers_unet_10_steps"), "ImportError: none here"
    )


def test_a_script_times_the_networks_that_it_has(packages: Path) -> None:
    (packages / "vocos").mkdir()
    for name, text in (("__init__", ""), ("models", MODELS), ("heads", HEADS)):
        (packages / "vocos" / f"{name}.py").write_text(text, encoding="utf-8")
    arguments = [*SAME, "--threads", "1"]
    with running_peers("bench sounds", Path(sys.executable), bench_sounds._PEERS, arguments, "vocos", _ignore) as peers:
        assert peers.sizes == {"vocos": 100 * 512 + 512 * 256, "vocos_same_size": 88 * 192 + 192 * 256}
        assert all(clock(2) > 0 for clock in peers.clocks.values())
    assert peers.skipped == []


def test_without_an_interpreter_there_are_no_peers() -> None:
    with running_peers("bench", None, Path("none.py"), [], "these rows", _ignore) as peers:
        pass
    assert isinstance(peers, Peers)
    assert (peers.clocks, peers.sizes, [one.row for one in peers.skipped]) == ({}, {}, ["these rows"])


def test_rows_take_turns_and_the_first_round_does_not_count() -> None:
    calls: list[tuple[str, int]] = []

    def clock(row: str, batch: int) -> float:
        calls.append((row, batch))
        return float(len(calls))

    clocks = {"a": lambda batch: clock("a", batch), "b": lambda batch: clock("b", batch)}
    seconds = take_turns("things", clocks, (1, 16), 1, _ignore)
    assert calls == [("a", 1), ("a", 16), ("b", 1), ("b", 16)] * 2
    assert seconds == {"a": {1: [5.0], 16: [6.0]}, "b": {1: [7.0], 16: [8.0]}}


def _ignore(stage: str) -> None:
    pass

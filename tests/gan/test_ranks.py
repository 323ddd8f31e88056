"""Two gloo processes on one run, started as torchrun starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from narrative_server.errors import InvalidConfig
from narrative_server.gan.ranks import Rank, launched
from narrative_server.gan.state import read_state
from tests.gan.tiny import tiny_trainer

SCRIPT = Path(__file__).parent / "tiny.py"
LAUNCHER = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def train_on_two(folders: tuple[Path, Path], images: int, warm_share: float) -> list[str]:
    """What both processes print; each has a folder of its own here, so that what it writes is seen."""
    port = str(free_port())
    processes = []
    for index, folder in enumerate(folders):
        place = dict(zip(LAUNCHER, (str(index), "2", str(index), "127.0.0.1", port), strict=True))
        root = str(SCRIPT.parents[2])
        environment = {**os.environ, **place, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, str(SCRIPT), str(folder), str(images), "1", str(warm_share)]
        processes.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    printed = []
    for process in processes:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        printed.append(out)
    return printed


def test_two_processes_train_as_one_that_accumulates_two_batches(tmp_path: Path) -> None:
    folders = (tmp_path / "leader", tmp_path / "follower")
    printed = train_on_two(folders, 40, 0.99)
    assert "ends at 5" in printed[0]
    assert printed[0] == printed[1]  # the same weights in both, to the last bit
    assert (folders[0] / "state.safetensors").is_file()
    assert not folders[1].exists()  # the leader alone writes
    alone = tiny_trainer(tmp_path / "alone", 40, 2, 0.99)
    alone.run()
    together, _ = read_state(folders[0] / "state.safetensors")
    for key, value in alone.generator.state_dict().items():
        torch.testing.assert_close(together[f"g.{key}"], value, rtol=1e-4, atol=1e-6)


def test_a_run_of_two_processes_goes_on_where_it_stopped(tmp_path: Path) -> None:
    whole = (tmp_path / "whole", tmp_path / "none")
    train_on_two(whole, 64, 0.5)
    # The run is of 64 images in both cases: what is cut off is the second half, at the change of phase.
    parted = tiny_trainer(tmp_path / "parted", 64, 2, 0.5)
    parted.run(stop=lambda: parted.progress.steps >= 4)
    printed = train_on_two((tmp_path / "parted", tmp_path / "parted"), 64, 0.5)
    assert all("begins at 4" in line and "ends at 8" in line for line in printed)
    assert printed[0].split("\n")[1] == printed[1].split("\n")[1]
    expected, found = (read_state(folder / "state.safetensors")[0] for folder in (whole[0], tmp_path / "parted"))
    for key, value in expected.items():
        if key.startswith("g."):
            torch.testing.assert_close(found[key], value, rtol=1e-4, atol=1e-5)


def test_accumulating_moves_both_networks(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path, 64, 2, 0.0)
    weights = [trainer.generator.output.weight.clone(), trainer.discriminator.input.weight.clone()]
    trainer.run(stop=lambda: trainer.progress.steps >= 2)
    assert trainer.progress.images == 2 * 2 * 4
    assert not torch.equal(trainer.generator.output.weight, weights[0])
    assert not torch.equal(trainer.discriminator.input.weight, weights[1])


def test_without_a_launcher_there_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LAUNCHER:
        monkeypatch.delenv(name, raising=False)
    assert launched() is None
    for name, value in zip(LAUNCHER, ("1", "2", "1", "localhost", "5"), strict=True):
        monkeypatch.setenv(name, value)
    assert launched() == Rank(1, 2, 1)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RANK", "2", "0 to WORLD_SIZE"),
        ("WORLD_SIZE", "two", "WORLD_SIZE is 'two'"),
        ("MASTER_PORT", None, "MASTER_PORT is None"),
    ],
)
def test_a_launcher_s_nonsense_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, says: str
) -> None:
    for key, fine in zip(LAUNCHER, ("1", "2", "1", "localhost", "5"), strict=True):
        monkeypatch.setenv(key, fine)
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidConfig, match=says):
        launched()

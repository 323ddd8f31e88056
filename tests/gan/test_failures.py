"""A full disk, a kill at any moment and a diverged step leave the earlier checkpoint whole and the run resumable."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import ModelCorrupt, StorageFailed
from narrative_server.gan import checkpoint
from narrative_server.gan.checkpoint import ModelFacts, load_generator, save_model
from narrative_server.gan.data import GanData, load_data, save_data
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig
from narrative_server.gan.trainer import Diverged
from tests.gan.tiny import tiny_trainer

SCRIPT = Path(__file__).parent / "tiny.py"
ROUNDS = int(os.environ.get("NARRATIVE_SERVER_TEST_CRASH_ROUNDS", "3"))


def fail_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """The disk is full from the call number `calls` of fsync on."""
    real, counted = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal counted
        counted += 1
        if counted > calls:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(checkpoint.os, "fsync", full)


def test_a_full_disk_keeps_the_earlier_checkpoint_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tiny_trainer(tmp_path, 64, 1, 0.5)
    trainer.run(stop=lambda: trainer.progress.steps >= 2)
    kept = trainer.state_path.read_bytes()
    with monkeypatch.context() as broken:
        fail_after(broken, 0)
        with pytest.raises(StorageFailed, match=r"No space left.*free some space") as caught:
            trainer.run(stop=lambda: trainer.progress.steps >= 4)
    assert caught.value.full
    assert trainer.state_path.read_bytes() == kept
    assert not list(tmp_path.glob("*.partial"))
    again = tiny_trainer(tmp_path, 64, 1, 0.5)
    assert again.resume()
    assert again.progress.steps == 2
    assert again.run()


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_a_full_disk_while_a_model_is_written_keeps_the_earlier_one_whole(
    tiny_network: NetworkConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    facts = ModelFacts("things", tiny_network, ("warm", "wet"), {}, {"images": 1})
    save_model(tmp_path, facts, Generator(tiny_network), Discriminator(tiny_network))
    with monkeypatch.context() as broken:
        fail_after(broken, calls)
        with pytest.raises(StorageFailed):
            save_model(tmp_path, facts, Generator(tiny_network), Discriminator(tiny_network))
    assert load_generator(tmp_path, "things", "")[1] == facts
    assert not list(tmp_path.glob("*.partial"))


def test_a_full_disk_while_data_is_cached_leaves_none(
    tiny_data: GanData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("numpy.savez", full)
    with pytest.raises(StorageFailed, match="No space left"):
        save_data(tiny_data, tmp_path / "data.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive"])
def test_cached_data_that_is_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(ModelCorrupt, match=r"data\.npz.*delete the file"):
        load_data(path)


def test_a_cache_without_kinds_loads(tiny_data: GanData, tmp_path: Path) -> None:
    """Sets that were cached before kinds were kept."""
    save_data(tiny_data, tmp_path / "data.npz")
    with np.load(tmp_path / "data.npz") as file:
        arrays = dict(file)
    words = json.loads(arrays["words"].tobytes().decode())
    del words["kinds"]
    arrays["words"] = np.frombuffer(json.dumps(words).encode(), dtype=np.uint8)
    np.savez(tmp_path / "old.npz", **arrays)
    assert load_data(tmp_path / "old.npz").kinds == ()


def test_a_killed_run_goes_on_whatever_it_was_doing(tmp_path: Path) -> None:
    """Checkpoints are written after every step here, so that most kills fall into one."""
    rng = random.Random(5)
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[2]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(SCRIPT), str(tmp_path), "1000000", "1", "0.5"]
    before = 0
    for _ in range(ROUNDS):
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert int(process.stdout.readline().split()[-1]) >= before
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and not _steps_on_disk(tmp_path) > before:
                time.sleep(0.05)
            time.sleep(rng.uniform(0.0, 0.2))
            process.kill()
        trainer = tiny_trainer(tmp_path, 1_000_000, 1, 0.5)
        assert trainer.resume()
        assert trainer.progress.steps > before
        before = trainer.progress.steps


def _steps_on_disk(folder: Path) -> int:
    trainer = tiny_trainer(folder, 1_000_000, 1, 0.5)
    return trainer.progress.steps if trainer.resume() else 0


def test_a_metrics_line_cut_short_by_a_kill_is_dropped(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path, 64, 1, 0.5)
    trainer.run(stop=lambda: trainer.progress.steps >= 2)
    metrics = tmp_path / "metrics.jsonl"
    whole = metrics.read_text(encoding="utf-8")
    metrics.write_text(whole + '{"steps": 3, "ima', encoding="utf-8")
    assert tiny_trainer(tmp_path, 64, 1, 0.5).resume()
    assert metrics.read_text(encoding="utf-8") == whole


def test_weights_that_are_not_finite_never_replace_a_checkpoint(tmp_path: Path) -> None:
    trainer = tiny_trainer(tmp_path, 64, 1, 0.5)
    trainer.run(stop=lambda: trainer.progress.steps >= 2)
    kept = trainer.state_path.read_bytes()
    with torch.no_grad():
        trainer.generator.output.bias.fill_(float("inf"))
    with pytest.raises(Diverged, match=r"output\.bias.*learning_rate.*gamma"):
        trainer.save()
    assert trainer.state_path.read_bytes() == kept

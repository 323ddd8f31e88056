from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from narrative_server.cli import main
from narrative_server.semantics.contrastive import run, run_sounds
from narrative_server.semantics.contrastive.options import RunOptions
from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions
from narrative_server.semantics.contrastive.run_sounds import TrainSoundTowerOptions

COMMON = ["--out=o", "--export=e", "--minutes=5", "--items=99", "--batch=8", "--device=cpu", "--threads=2", "--seed=3"]
ASKED = RunOptions(folder=Path("o"), export=Path("e"), minutes=5.0, items=99, batch=8, device="cpu", threads=2, seed=3)


def test_without_built_data_the_command_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "embedding"]) != 0
    assert "narrative-server data sprites" in capsys.readouterr().err


def test_an_illegal_batch_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "embedding", "--batch", "1"]) != 0
    assert "--batch" in capsys.readouterr().err


def test_every_option_reaches_the_run_of_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[TrainEmbeddingOptions] = []

    def train(options: TrainEmbeddingOptions, *_rest: object) -> Path:
        given.append(options)
        return Path("m")

    monkeypatch.setattr(run, "train_embedding", train)
    assert main(["train", "embedding", *COMMON, "--sprites=s.npz", "--backgrounds=b.npz"]) == 0
    assert main(["train", "embedding"]) == 0
    assert given == [
        TrainEmbeddingOptions(sprites=Path("s.npz"), backgrounds=Path("b.npz"), **asdict(ASKED)),
        TrainEmbeddingOptions(),
    ]


def test_every_option_reaches_the_run_of_the_sound_tower(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[TrainSoundTowerOptions] = []

    def train(options: TrainSoundTowerOptions, *_rest: object) -> Path:
        given.append(options)
        return Path("m")

    monkeypatch.setattr(run_sounds, "train_sound_tower", train)
    assert main(["train", "embedding", *COMMON, "--sounds=s.npz", "--base=b"]) == 0
    assert main(["train", "embedding", "--sounds=s.npz"]) == 0
    assert given == [
        TrainSoundTowerOptions(sounds=Path("s.npz"), base=Path("b"), **asdict(ASKED)),
        TrainSoundTowerOptions(sounds=Path("s.npz")),
    ]


def test_a_base_without_sounds_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "embedding", "--base=b"]) == 2
    assert "only with --sounds" in capsys.readouterr().err

"""`train` and `data`: how the options reach the library, fresh runs, and stopping at Ctrl+C."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import torch

from narrative_server.cli import main
from narrative_server.cli.data import cache_path
from narrative_server.cli.training import set_aside, stop_at_ctrl_c, training_bar
from narrative_server.gan.trainer import Progress, Report
from narrative_server.images import train as images_train
from narrative_server.images.train import DataReport, TrainOptions
from narrative_server.semantics import train_mood
from narrative_server.sounds import train
from narrative_server.sounds.data import SoundReport
from narrative_server.sounds.train import TrainSoundsOptions


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[TrainSoundsOptions]:
    """Options that trainings were started with; each reports once and returns at once."""
    monkeypatch.chdir(tmp_path)
    asked: list[TrainSoundsOptions] = []

    def train_sounds(options: TrainSoundsOptions, report: Report, stop: object) -> Path:
        asked.append(options)
        report(Progress(steps=1, images=32, seconds=61.0), 0.5, {"loss": 1.25})
        return options.export or options.folder / "model"

    monkeypatch.setattr(train, "train_sounds", train_sounds)
    return asked


def test_the_defaults_are_the_library_s(trained: list[TrainSoundsOptions], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sounds"]) == 0
    default = TrainSoundsOptions()
    assert trained[0].data == default.data_options
    assert (trained[0].minutes, trained[0].batch, trained[0].seed) == (default.minutes, default.batch, default.seed)
    out, err = capsys.readouterr()
    assert out.strip() == str(Path("runs/sounds/model"))
    assert "50%" in err


def test_every_option_reaches_the_run(trained: list[TrainSoundsOptions]) -> None:
    chosen = ["--minutes=5", "--batch=8", "--seed=3", "--device=cpu", "--threads=2", "--out=r", "--export=e"]
    words = [*chosen, "--data=mine", "--data", "yours"]
    assert main(["train", "sounds", *words]) == 0
    run = trained[0]
    assert (run.minutes, run.batch, run.seed, run.device, run.threads) == (5, 8, 3, "cpu", 2)
    assert (run.folder, run.export) == (Path("r"), Path("e"))
    assert run.data is not None
    assert run.data.folders == (Path("mine"), Path("yours"))
    assert run.data.cache != Path("r/data.npz")


@pytest.mark.parametrize(
    "option", ["--minutes=0", "--minutes=nan", "--minutes=-1", "--batch=1", "--batch=9999", "--seed=-1", "--device=tpu"]
)
def test_an_illegal_option_is_exit_code_2_and_trains_nothing(trained: list[TrainSoundsOptions], option: str) -> None:
    assert main(["train", "sounds", option]) == 2
    assert trained == []


def test_a_device_that_is_not_here_is_exit_code_2_before_anything_is_moved(
    trained: list[TrainSoundsOptions], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    state = Path("runs/sounds/state.safetensors")
    state.parent.mkdir(parents=True)
    state.write_text("a run", encoding="utf-8")
    assert main(["train", "sounds", "--fresh", "--device=cuda"]) == 2
    assert "PyTorch finds no cuda device" in capsys.readouterr().err
    assert trained == []
    assert state.exists()


def test_fresh_moves_the_earlier_run_aside_and_keeps_its_data(trained: list[TrainSoundsOptions]) -> None:
    run = Path("runs/sounds")
    run.mkdir(parents=True)
    for name in ("state.safetensors", "metrics.jsonl", "data.npz"):
        (run / name).write_text(name, encoding="utf-8")
    assert main(["train", "sounds", "--fresh"]) == 0
    assert sorted(path.name for path in run.iterdir()) == ["before-1", "data.npz"]
    assert (run / "before-1" / "state.safetensors").exists()
    assert set_aside(run) is None
    (run / "metrics.jsonl").write_text("again", encoding="utf-8")
    assert set_aside(run) == run / "before-2"


def test_resume_and_fresh_exclude_each_other(trained: list[TrainSoundsOptions]) -> None:
    assert main(["train", "sounds", "--fresh", "--resume"]) == 2


def test_the_first_ctrl_c_asks_to_stop_and_the_second_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stop_at_ctrl_c() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_stopped_training_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def train_sounds(options: TrainSoundsOptions, report: Report, stop: object) -> Path:
        signal.raise_signal(signal.SIGINT)
        return tmp_path / "model"

    monkeypatch.setattr(train, "train_sounds", train_sounds)
    assert main(["train", "sounds", "--out", str(tmp_path)]) == 130


def test_a_pipe_gets_one_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    with training_bar("sounds") as report:
        for seconds in (1.0, 2.0, 61.0, 62.0, 130.0):
            report(Progress(images=int(seconds), seconds=seconds), 0.1, {"loss": 2.0})
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert len(lines) == 3
    assert "adversarial" not in lines[0]
    assert "loss 2" in lines[0]


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("sprites", [], TrainOptions(out=Path("runs/sprites"), resume=True, batch=16)),
        ("backgrounds", ["--scenes=5"], TrainOptions(out=Path("runs/backgrounds"), resume=True, batch=16, scenes=5)),
        (
            "sprites",
            ["--data=my/art", "--images=100", "--device=cpu", "--seed=9"],
            TrainOptions(
                out=Path("runs/sprites-art"),
                resume=True,
                images=100,
                batch=16,
                device="cpu",
                seed=9,
                pictures=Path("my/art"),
            ),
        ),
    ],
)
def test_picture_trainings_get_their_options(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, words: list[str], expected: TrainOptions
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[tuple[str, TrainOptions]] = []

    def train_images(kind: str, options: TrainOptions, report: Report, stop: object) -> Path:
        asked.append((kind, options))
        return tmp_path

    monkeypatch.setattr(images_train, "train_images", train_images)
    assert main(["train", kind, *words]) == 0
    assert asked == [(kind, expected)]


def test_a_fresh_run_on_your_own_art_reads_the_art_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(images_train, "train_images", lambda *arguments: tmp_path)
    for name in ("state.safetensors", "data.npz"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert main(["train", "sprites", "--fresh", "--data=art", f"--out={tmp_path}"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["before-1"]


def test_data_of_other_folders_is_kept_apart(tmp_path: Path) -> None:
    paths = {cache_path(tmp_path, folders) for folders in ((), (Path("a"),), (Path("b"),), (Path("a"), Path("b")))}
    assert len(paths) == 4
    assert all(os.fspath(path).endswith(".npz") for path in paths)


def test_data_of_pictures_says_what_was_built(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, TrainOptions]] = []

    def build_data(kind: str, options: TrainOptions) -> DataReport:
        asked.append((kind, options))
        return DataReport(Path("runs/backgrounds/data.npz"), 15, 2, 40, {"source": "painted"})

    monkeypatch.setattr(images_train, "build_data", build_data)
    assert main(["data", "backgrounds", "--scenes=5", "--seed=2"]) == 0
    assert asked == [("backgrounds", TrainOptions(out=Path("runs/backgrounds"), seed=2, scenes=5))]
    out = capsys.readouterr().out
    assert "15 pictures, 2 held out; 40 phrases" in out
    assert "source: painted" in out


def test_data_sounds_says_what_was_built(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    built = SoundReport(synthetic=10, recorded=3, held_out=2, kinds=5, phrases=7, borrowed=1, skipped=["x.wav: empty"])
    monkeypatch.setattr(train, "build_sound_data", lambda options: built)
    assert main(["data", "sounds"]) == 0
    out = capsys.readouterr().out
    assert "10 synthetic effects of 5 kinds" in out
    assert "skipped x.wav: empty" in out


def test_mood_is_fitted_on_the_dialogue_set_and_its_figures_are_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[Path, Path]] = []

    def fit_mood(data_dir: Path, out_dir: Path) -> train_mood.Report:
        asked.append((data_dir, out_dir))
        return train_mood.Report(1e-4, 100, (train_mood.Score("line", 10, 0.6, 0.3, {}, None, None),))

    monkeypatch.setattr(train_mood, "fit_mood", fit_mood)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NARRATIVE_SERVER_DATA", raising=False)
    assert main(["train", "mood"]) == 3
    assert "dialogue" in capsys.readouterr().err
    (tmp_path / "datasets" / "dialogue").mkdir(parents=True)
    assert main(["train", "mood", "--out", "m"]) == 0
    assert asked == [(tmp_path / "datasets" / "dialogue", Path("m"))]
    assert "0.600" in capsys.readouterr().out

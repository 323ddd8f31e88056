"""`train` and `data`: how the options reach the library, fresh runs, and stopping at Ctrl+C."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import torch

from narrative_server.cli import main
from narrative_server.cli.data import cache_path
from narrative_server.cli.training import set_aside, stop_at_ctrl_c, training_bar
from narrative_server.gan.trainer import Progress, Report
from narrative_server.images import card, own_references, search
from narrative_server.images import train as images_train
from narrative_server.images.data_folder import Skipped
from narrative_server.images.data_report import DataReport, Duplicates, Share
from narrative_server.images.train import TrainOptions
from narrative_server.semantics import train_mood
from narrative_server.sounds import train
from narrative_server.sounds.data import SoundReport
from narrative_server.sounds.train import TrainSoundsOptions
from narrative_server.sounds.vocoding import run as vocoding_run
from narrative_server.sounds.vocoding.run import TrainVocoderOptions


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


def test_a_fine_tuning_gets_its_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("best.json").write_text('{"format": 1, "train": {"batch": 8}}', encoding="utf-8")
    asked: list[TrainOptions] = []
    monkeypatch.setattr(
        images_train, "train_images", lambda kind, options, report, stop: asked.append(options) or tmp_path
    )
    how = [
        "--data=art",
        "--from=packaged",
        "--rehearse=samples",
        "--export=w/sprites",
        "--licence=CC0",
        "--config=best.json",
    ]
    scale = ["--accumulate=4", "--precision=float32", "--processes=2", "--log=tensorboard"]
    assert main(["train", "sprites", *how, *scale]) == 0
    expected = TrainOptions(
        out=Path("runs/sprites-art"),
        resume=True,
        batch=16,
        pictures=Path("art"),
        base="packaged",
        rehearse="samples",
        export=Path("w/sprites"),
        licence="CC0",
        overrides={"batch": 8},
        accumulate=4,
        precision="float32",
        processes=2,
        log="tensorboard",
    )
    assert asked == [expected]


@pytest.mark.parametrize(("where", "folder"), [([], "runs/sprites-art-references"), (["--out=runs/mine"], "runs/mine")])
def test_adding_references_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: list[str], folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[TrainOptions] = []
    monkeypatch.setattr(own_references, "add_references", lambda kind, options: asked.append(options) or tmp_path)
    assert main(["train", "sprites", "--data=art", "--references-only", *where]) == 0
    assert asked[0].out == Path(folder)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--from=packaged"], "--data"),
        (["--config=nowhere.json"], "nowhere.json"),
        (["--log=chalk"], "--log"),
        (["--accumulate=0"], "--accumulate"),
        (["--search=0"], "--search"),
        (["--processes=0"], "--processes"),
    ],
)
def test_options_that_make_no_sense_are_exit_code_2(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "sprites", *words]) == 2
    assert says in capsys.readouterr().err


def test_a_search_shows_its_trials_best_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trials = (
        search.Trial(0, {"batch": 16, "gamma_start": 0.5}, 0.8, 0.2, 0.3, 100),
        search.Trial(1, {"batch": 32, "gamma_start": 2.0}, 0.6, 0.1, 0.2, 100),
        search.Trial(2, {"batch": 8, "gamma_start": 9.0}, None, None, None, 50),
    )

    def fake(
        kind: str, options: TrainOptions, limits: search.SearchOptions, tell: object, stop: object
    ) -> search.Found:
        assert limits == search.SearchOptions(3, 2.0)
        return search.Found(trials, tmp_path / "best.json")

    monkeypatch.setattr(search, "search", fake)
    assert main(["train", "sprites", "--search=3", "--search-minutes=2", f"--out={tmp_path}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["2", "1", "3"]
    assert "diverged" in lines[3]
    assert lines[-1] == str(tmp_path / "best.json")


def test_a_card_is_written_again_with_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = tmp_path / "figures.jsonl"
    figures.write_text('{"metric": "kid", "row": "ours_n1", "value": 0.1, "unit": "", "n": 9}\n', encoding="utf-8")
    asked: list[tuple[Path, int]] = []

    def rewrite(folder: Path, found: tuple[object, ...]) -> Path:
        asked.append((folder, len(found)))
        return folder / "card.md"

    monkeypatch.setattr(card, "rewrite_card", rewrite)
    assert main(["train", "card", "my/sprites", f"--evaluation={figures}"]) == 0
    assert asked == [(Path("my/sprites"), 1)]
    assert "card.md" in capsys.readouterr().out


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
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[tuple[str, TrainOptions]] = []

    report = DataReport(
        name="backgrounds",
        items=15,
        held_out=3,
        phrases=40,
        width_px=160,
        height_px=96,
        channels=3,
        kinds=(Share("forest", 10, 2, 1.0, 0.75), Share("cave", 5, 1, 1.0, 0.25)),
        nouns=(Share("old forest", 15, 3, 1.0, 1.0),),
        effective_kinds=1.75,
        effective_items=12.0,
        duplicates=Duplicates(1, 2, 0, 15, (("a wood", "the wood"),)),
        sizes_px={"160x96": 15, "8x8": 1},
        skipped=(Skipped("x.png", "no text"), Skipped("y.png", "no such file")),
        unlisted=("z.png",),
        notes={"source": "painted"},
    )

    def build_data(kind: str, options: TrainOptions) -> DataReport:
        asked.append((kind, options))
        return report

    monkeypatch.setattr(images_train, "build_data", build_data)
    words = ["--scenes=5", "--seed=2", "--most=1", f"--json={tmp_path / 'report.json'}"]
    assert main(["data", "backgrounds", *words]) == 0
    assert asked == [("backgrounds", TrainOptions(out=Path("runs/backgrounds"), seed=2, scenes=5))]
    out = capsys.readouterr().out
    for shown in ("15 of 160x96", "3 (20.0%)", "75.00%", "1 more", "painted", "1 exact", "a wood  =  the wood"):
        assert shown in out
    assert "left out: 2\n  x.png: no text\n  and 1 more" in out
    assert "not named in the metadata: 1 (z.png)" in out
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["items"] == 15


def test_data_sounds_says_what_was_built(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    built = SoundReport(
        synthetic=10,
        recorded=3,
        held_out=2,
        kinds=5,
        phrases=7,
        borrowed=1,
        families={"doors": 10, "recorded": 3},
        emotions={"neutral": 9, "fear": 4},
        duration_ms=(50, 300, 600, 900, 2000),
        intensity=(0.25, 0.5, 0.25),
        skipped=["x.wav: empty"],
    )
    monkeypatch.setattr(train, "build_sound_data", lambda options: built)
    assert main(["data", "sounds"]) == 0
    out = capsys.readouterr().out
    for shown in (
        "10 synthetic effects of 5 kinds",
        "doors 10, recorded 3",
        "neutral 9, fear 4",
        "50 to 2000 ms",
        "25% soft",
    ):
        assert shown in out
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


def test_vocoder_options_reach_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[TrainVocoderOptions] = []

    def train_vocoder(options: TrainVocoderOptions, report: Report, stop: object) -> Path:
        asked.append(options)
        report(Progress(steps=1, images=8, seconds=61.0), 0.5, {"distance": 0.3})
        return options.folder / "model"

    monkeypatch.setattr(vocoding_run, "train_vocoder", train_vocoder)
    assert main(["train", "vocoder"]) == 0
    assert main(["train", "vocoder", "--sounds=built", "--out=r", "--minutes=9", "--threads=1", "--data=mine"]) == 0
    default, chosen = asked
    assert default.folder == Path("runs/vocoder")
    assert default.data is not None
    assert default.data.waves == Path("runs/sounds/data.waves.npz")
    assert default.minutes == TrainVocoderOptions().minutes
    assert (chosen.folder, chosen.minutes, chosen.threads) == (Path("r"), 9, 1)
    assert chosen.data is not None
    assert chosen.data.cache.parent == Path("built")
    assert chosen.data.folders == (Path("mine"),)

"""`narrative-server evaluate sounds`, and the training of what that listens with: the judge and the classifier."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, number, progress_console
from narrative_server.cli.evaluate_images import add_training_options, progress_bar

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.evaluation.images.training import Report
    from narrative_server.evaluation.sounds.run import Tools

_ROWS = ("ours_n1", "ours_n16", "real_held_out", "vocoded_real", "griffin_lim", "retrieval")
_RUN = Path("runs") / "sounds"


def register_sounds(group: Commands) -> None:
    """Add the commands to the group `evaluate`."""
    parser = add_command(
        group,
        "sounds",
        "measure sounds: attacks, agreement with words, variety, novelty",
        _evaluate,
        detail=(
            "Makes sounds for captions of held-out items, scores them beside real ones, vocoded ones and the nearest\n"
            "caption's sound, recordings apart, and prints a table. docs/evaluation.md tells every metric's rule."
        ),
        examples=(
            "narrative-server evaluate sounds --json figures.jsonl --sheet sounds.png --wavs listen\n"
            "narrative-server evaluate sounds --data runs/sounds --model runs/sounds/model --limit 200\n"
            "narrative-server evaluate sounds --rows real_held_out vocoded_real griffin_lim"
        ),
    )
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="default: the packaged one")
    parser.add_argument(
        "--vocoder", choices=("auto", "vocos", "griffin_lim"), default="auto", help="of ours (default: auto)"
    )
    parser.add_argument(
        "--vocoder-model", type=Path, metavar="FOLDER", help="the trained vocoder (default: the packaged one)"
    )
    parser.add_argument(
        "--embedding", type=Path, metavar="FOLDER", help="what chooses among candidates (default: the packaged one)"
    )
    parser.add_argument(
        "--data", type=Path, metavar="PATH", default=_RUN, help=f"a run's folder or its data.npz (default: {_RUN})"
    )
    parser.add_argument(
        "--limit", type=number(int, 8, 2000), default=1000, help="captions of each split (default: 1000)"
    )
    parser.add_argument("--rows", nargs="+", choices=_ROWS, default=_ROWS, metavar="ROW", help=f"of {', '.join(_ROWS)}")
    parser.add_argument(
        "--parts", type=Path, metavar="FOLDER", help="judge and classifier that you trained (default: the packaged)"
    )
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, one line each")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="draw spectrograms of 48 phrases by 2 seeds there")
    parser.add_argument("--wavs", type=Path, metavar="FOLDER", help="write the same 96 sounds there")
    trainer = add_command(
        group,
        "train-classifier",
        "train what tells the kind of a sound",
        lambda arguments: train_part("train-classifier", arguments),
        detail="Goes on with what --out holds; Ctrl+C keeps all. Scores take it with --parts FOLDER.",
        examples="narrative-server evaluate train-classifier sounds --minutes 10",
    )
    trainer.add_argument("kind", choices=("sounds",), help="of what")
    add_training_options(trainer, minutes=10.0)


def train_part(part: str, arguments: argparse.Namespace) -> int:
    """Train the judge or the classifier of sounds."""
    from narrative_server.cli.training import stop_at_ctrl_c
    from narrative_server.evaluation.images.training import Budget
    from narrative_server.evaluation.sounds.dataset import read_evaluation_data
    from narrative_server.evaluation.sounds.parts import DEFAULT_FOLDER, PartOptions, make_classifier, make_judge

    options = PartOptions(
        folder=arguments.out or DEFAULT_FOLDER,
        budget=Budget(arguments.minutes, batch=int(arguments.batch), learning_rate=1.5e-3, seed=int(arguments.seed)),
        threads=arguments.threads,
    )
    make = make_judge if part == "train-judge" else make_classifier
    with progress_bar() as report, stop_at_ctrl_c() as stop:
        report("reading data", 0, 0)
        spent = make(options, read_evaluation_data(arguments.data or _RUN), report, stop)
    minutes = spent.cpu_seconds / 60.0
    progress_console().print(f"{spent.pictures} sounds heard in all, {minutes:.1f} CPU minutes", markup=False)
    console().print(f"{options.folder}", markup=False)
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.figures import write_json_lines
    from narrative_server.evaluation.images.report import table_of
    from narrative_server.evaluation.sounds.dataset import read_evaluation_data
    from narrative_server.evaluation.sounds.run import EvaluateSoundsOptions, evaluate_sounds, load_tools
    from narrative_server.images.train import text_encoder

    _check_targets(arguments)
    options = EvaluateSoundsOptions(
        data=arguments.data,
        model=arguments.model,
        vocoder=arguments.vocoder,
        vocoder_folder=arguments.vocoder_model,
        embedding=arguments.embedding,
        limit=int(arguments.limit),
        parts=arguments.parts,
        rows=tuple(arguments.rows),
        threads=arguments.threads,
    )
    with progress_bar() as report:
        report("reading data", 0, 0)
        data = read_evaluation_data(options.data)
        tools = load_tools(options, data, text_encoder(options.threads))
        found = evaluate_sounds(options, data, tools, report)
        if arguments.json:
            write_json_lines(found.figures, arguments.json)
        if arguments.sheet or arguments.wavs:
            _write_samples(tools, report, arguments.sheet, arguments.wavs)
    console().print(table_of(found.figures, "evaluate sounds"))
    for name, reason in found.skipped.items():
        progress_console().print(f"{name} left out: {reason}", markup=False)
    return 0


def _check_targets(arguments: argparse.Namespace) -> None:
    """Whether everything can be written where it should go, before minutes are spent. Raises InvalidConfig."""
    from narrative_server.errors import InvalidConfig

    for option, path in (("--json", arguments.json), ("--sheet", arguments.sheet)):
        if path and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise InvalidConfig(option, str(path), "a file in a folder that is there")
    if arguments.wavs and (arguments.wavs.is_file() or not arguments.wavs.absolute().parent.is_dir()):
        raise InvalidConfig("--wavs", str(arguments.wavs), "a folder, or a new one in a folder that is there")


def _write_samples(tools: Tools, report: Report, sheet: Path | None, wavs: Path | None) -> None:
    from narrative_server.evaluation.sounds.sheets import make_samples, write_sheet, write_waves

    samples = make_samples(tools.artist, tools.encode, lambda done, total: report("making samples", done, total))
    if sheet:
        write_sheet(samples, sheet)
        progress_console().print(f"{sheet}", markup=False)
    if wavs:
        write_waves(samples, wavs)
        progress_console().print(f"{wavs}", markup=False)

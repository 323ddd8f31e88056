"""`narrative-server evaluate sounds`, and the training of what that listens with: the judge and the classifier."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, progress_console
from narrative_server.cli.evaluating import (
    add_scoring_options,
    add_training_options,
    budget_of,
    check_file,
    progress_bar,
    show,
    train_part,
)

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
    add_scoring_options(parser, _ROWS, limit=1000, max_limit=2000, parts="judge and classifier")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="draw spectrograms of 48 phrases by 2 seeds there")
    parser.add_argument("--wavs", type=Path, metavar="FOLDER", help="write the same 96 sounds there")
    trainer = add_command(
        group,
        "train-classifier",
        "train what tells the kind of a sound",
        partial(train_sounds_part, "train-classifier"),
        detail="Goes on with what --out holds; Ctrl+C keeps all. Scores take it with --parts FOLDER.",
        examples="narrative-server evaluate train-classifier sounds --minutes 10",
    )
    trainer.add_argument("kind", choices=("sounds",), help="of what")
    add_training_options(trainer, minutes=10.0)


def train_sounds_part(part: str, arguments: argparse.Namespace) -> int:
    """Train the judge or the classifier of sounds."""
    from narrative_server.evaluation.sounds.dataset import read_evaluation_data
    from narrative_server.evaluation.sounds.parts import DEFAULT_FOLDER, PartOptions, make_classifier, make_judge

    options = PartOptions(
        folder=arguments.out or DEFAULT_FOLDER, budget=budget_of(arguments), threads=arguments.threads
    )
    data = arguments.data or _RUN
    make = make_judge if part == "train-judge" else make_classifier
    return train_part(
        lambda report, stop: make(options, read_evaluation_data(data), report, stop), options.folder, "sounds heard"
    )


def _evaluate(arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.figures import write_json_lines
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
    return show(found, "evaluate sounds")


def _check_targets(arguments: argparse.Namespace) -> None:
    """Whether everything can be written where it should go, before minutes are spent. Raises InvalidConfig."""
    from narrative_server.errors import InvalidConfig

    check_file("--json", arguments.json)
    check_file("--sheet", arguments.sheet)
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

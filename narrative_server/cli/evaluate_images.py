"""`narrative-server evaluate sprites|backgrounds`, and the training of what those need: the judge and the baseline."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, number, progress_console

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.evaluation.images.artist import Kind
    from narrative_server.evaluation.images.training import Report

_KINDS: tuple[Kind, ...] = ("sprites", "backgrounds")
_ROWS = ("ours_n1", "ours_n16", "real_train", "real_held_out", "retrieval", "five_dollar")


def register_images(group: Commands) -> None:
    """Add the commands to the group `evaluate`."""
    for kind in _KINDS:
        _register_kind(group, kind)
    for part, summary in (
        ("train-judge", "train the encoder that R-precision is measured with"),
        ("train-baseline", "train the Five-Dollar baseline and draw its sheet"),
    ):
        parser = add_command(
            group,
            part,
            summary,
            partial(_train, part),
            detail=("Goes on with what --out holds; Ctrl+C keeps all. Scores take it with --parts FOLDER."),
            examples=f"narrative-server evaluate {part} sprites --minutes 30",
        )
        # Sounds have a judge too, and no baseline.
        kinds = (*_KINDS, "sounds") if part == "train-judge" else _KINDS
        parser.add_argument("kind", choices=kinds, help="of what")
        add_training_options(parser, minutes=30.0)
        if part == "train-baseline":
            parser.add_argument(
                "--samples", type=number(int, 8, 500), help="captions of each split (sprites: 500, backgrounds: 200)"
            )


def _register_kind(group: Commands, kind: Kind) -> None:
    parser = add_command(
        group,
        kind,
        f"measure {kind}: fidelity, agreement with words, variety, novelty",
        partial(_evaluate, kind),
        detail=(
            "Draws for captions of the training and the held-out items, scores the pictures beside real ones, the\n"
            "nearest caption's picture and the Five-Dollar baseline, and prints a table. docs/evaluation.md tells\n"
            "every metric's rule."
        ),
        examples=(
            f"narrative-server evaluate {kind} --json figures.jsonl --sheet {kind}.png\n"
            f"narrative-server evaluate {kind} --model runs/{kind}/model --limit 100\n"
            f"narrative-server evaluate {kind} --rows ours_n1 real_held_out --limit 50"
        ),
    )
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="default: the packaged one")
    _add_data_option(parser)
    parser.add_argument("--limit", type=number(int, 8, 500), default=500, help="captions of each split (default: 500)")
    parser.add_argument("--rows", nargs="+", choices=_ROWS, default=_ROWS, metavar="ROW", help=f"of {', '.join(_ROWS)}")
    parser.add_argument(
        "--parts", type=Path, metavar="FOLDER", help="judge and baseline that you trained (default: the packaged ones)"
    )
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, one line each")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE", help="draw 64 phrases by 4 seeds there, moods and styles beside it"
    )


def add_training_options(parser: argparse.ArgumentParser, minutes: float) -> None:
    """Options that all trainings of evaluation share."""
    _add_data_option(parser)
    parser.add_argument(
        "--minutes", type=number(float, 0.01, 60 * 24), default=minutes, help=f"in this call (default: {minutes:g})"
    )
    parser.add_argument("--batch", type=number(int, 2, 4096), default=128, help="items a step (default: 128)")
    parser.add_argument("--seed", type=number(int, 0, 2**31 - 1), default=77, help="default: 77")
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: runs/evaluate-KIND")


def _add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="the training data, a file or its folder (default: runs/KIND)"
    )


def _evaluate(kind: Kind, arguments: argparse.Namespace) -> int:
    from narrative_server.errors import InvalidConfig
    from narrative_server.evaluation.figures import write_json_lines
    from narrative_server.evaluation.images.report import table_of
    from narrative_server.evaluation.images.run import (
        EvaluateImagesOptions,
        evaluate_images,
        load_tools,
        read_evaluation_data,
    )
    from narrative_server.evaluation.images.sheets import write_sheets
    from narrative_server.images.train import text_encoder

    for option, path in (("--json", arguments.json), ("--sheet", arguments.sheet)):
        if path and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise InvalidConfig(option, str(path), "a file in a folder that is there")
    options = EvaluateImagesOptions(
        kind=kind,
        data=arguments.data or Path("runs") / kind,
        model=arguments.model,
        limit=int(arguments.limit),
        parts=arguments.parts,
        rows=tuple(arguments.rows),
        threads=arguments.threads,
    )
    with progress_bar() as report:
        report("reading data", 0, 0)
        data = read_evaluation_data(kind, options.data)
        tools = load_tools(options, text_encoder(options.threads))
        found = evaluate_images(options, data, tools, report)
        if arguments.json:
            write_json_lines(found.figures, arguments.json)
        if arguments.sheet:
            report("drawing sheets", 0, 0)
            for path in write_sheets(kind, tools.artist, tools.encode, arguments.sheet):
                progress_console().print(f"{path}", markup=False)
    console().print(table_of(found.figures, f"evaluate {kind}"))
    for row, reason in found.skipped.items():
        progress_console().print(f"{row} left out: {reason}", markup=False)
    return 0


def _train(part: str, arguments: argparse.Namespace) -> int:
    if arguments.kind == "sounds":
        from narrative_server.cli.evaluate_sounds import train_part

        return train_part(part, arguments)
    from narrative_server.cli.training import stop_at_ctrl_c
    from narrative_server.evaluation.images.parts import PartOptions, make_baseline, make_judge
    from narrative_server.evaluation.images.run import read_evaluation_data
    from narrative_server.evaluation.images.training import Budget

    kind: Kind = arguments.kind
    samples = getattr(arguments, "samples", None) or (500 if kind == "sprites" else 200)
    options = PartOptions(
        kind=kind,
        folder=arguments.out or Path("runs") / f"evaluate-{kind}",
        budget=Budget(arguments.minutes, batch=int(arguments.batch), learning_rate=1.5e-3, seed=int(arguments.seed)),
        samples=int(samples),
        threads=arguments.threads,
    )
    make = make_judge if part == "train-judge" else make_baseline
    with progress_bar() as report, stop_at_ctrl_c() as stop:
        report("reading data", 0, 0)
        spent = make(options, read_evaluation_data(kind, arguments.data or Path("runs") / kind), report, stop)
    minutes = spent.cpu_seconds / 60.0
    progress_console().print(f"{spent.pictures} pictures shown in all, {minutes:.1f} CPU minutes", markup=False)
    console().print(f"{options.folder}", markup=False)
    return 0


@contextlib.contextmanager
def progress_bar() -> Iterator[Report]:
    """Shows the stages on a terminal as one moving line, elsewhere as a line each; gives the function to report to."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    screen = progress_console()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    told = ""

    def report(stage: str, done: int, total: int) -> None:
        nonlocal told
        name = stage.partition(":")[0]  # what follows a colon changes all the time
        if name != told:
            told = name
            bar.reset(task, total=total or None)
            if not screen.is_terminal:
                screen.print(name, markup=False)
        bar.update(task, completed=done, description=stage)

    with Progress(*columns, console=screen, disable=not screen.is_terminal) as bar:
        task = bar.add_task("evaluate", total=None)
        yield report

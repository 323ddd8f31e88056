"""What the commands `evaluate` of pictures and sounds share: options, a bar, the table, the course of a training."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import console, number, progress_console
from narrative_server.errors import InvalidConfig

if TYPE_CHECKING:
    from narrative_server.evaluation.images.training import Budget, Report, Spent
    from narrative_server.evaluation.rows import Evaluation


def add_scoring_options(
    parser: argparse.ArgumentParser,
    rows: Sequence[str],
    limit: int,
    max_limit: int,
    parts: str,
    more_rows: Sequence[str] = (),
) -> None:
    """Options of every evaluation. rows: the usual ones; more_rows: those made only when they are asked for.

    limit: the default. parts: what --parts holds.
    """
    every = (*rows, *more_rows)
    parser.add_argument(
        "--limit", type=number(int, 8, max_limit), default=limit, help=f"captions of each split (default: {limit})"
    )
    usual = f" (default: all but {', '.join(more_rows)})" if more_rows else " (default: all)"
    named = f"of {', '.join(every)}{usual}"
    parser.add_argument("--rows", nargs="+", choices=every, default=rows, metavar="ROW", help=named)
    parser.add_argument(
        "--parts", type=Path, metavar="FOLDER", help=f"{parts} that you trained (default: the packaged ones)"
    )
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, one line each")


def add_training_options(parser: argparse.ArgumentParser, minutes: float) -> None:
    """Options that all trainings of evaluation share."""
    add_data_option(parser)
    parser.add_argument(
        "--minutes", type=number(float, 0.01, 60 * 24), default=minutes, help=f"in this call (default: {minutes:g})"
    )
    parser.add_argument("--batch", type=number(int, 2, 4096), default=128, help="items a step (default: 128)")
    parser.add_argument("--seed", type=number(int, 0, 2**31 - 1), default=77, help="default: 77")
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: runs/evaluate-KIND")


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Where the training data is, of which kind it may be."""
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="the training data, a file or its folder (default: runs/KIND)"
    )


def check_file(option: str, path: Path | None) -> None:
    """Raise InvalidConfig unless a file can be written there, before minutes are spent; None is legal."""
    if path and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise InvalidConfig(option, str(path), "a file in a folder that is there")


def show(found: Evaluation, title: str) -> int:
    """Print the table and what was left out; returns the exit code."""
    from narrative_server.evaluation.images.report import table_of

    console().print(table_of(found.figures, title))
    for name, reason in found.skipped.items():
        progress_console().print(f"{name} left out: {reason}", markup=False)
    return 0


def budget_of(arguments: argparse.Namespace) -> Budget:
    """What the options of `add_training_options` allow."""
    from narrative_server.evaluation.images.training import Budget

    return Budget(arguments.minutes, batch=int(arguments.batch), learning_rate=1.5e-3, seed=int(arguments.seed))


def train_part(make: Callable[[Report, Callable[[], bool]], Spent], folder: Path, spent_on: str) -> int:
    """Train what an evaluation needs into `folder` until it is done or Ctrl+C, and tell what it took.

    make: reads the data and trains. Returns the exit code.
    """
    from narrative_server.cli.training import stop_at_ctrl_c

    with progress_bar() as report, stop_at_ctrl_c() as stop:
        report("reading data", 0, 0)
        spent = make(report, stop)
    minutes = spent.cpu_seconds / 60.0
    progress_console().print(f"{spent.pictures} {spent_on} in all, {minutes:.1f} CPU minutes", markup=False)
    console().print(f"{folder}", markup=False)
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

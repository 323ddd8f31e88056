"""What the `train` commands share: their options, a bar that shows the run, and stopping at Ctrl+C with all kept."""

from __future__ import annotations

import argparse
import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import console, number, progress_console

if TYPE_CHECKING:
    from types import FrameType

    from narrative_server.gan.trainer import Progress, Report

MAX_MINUTES = 60 * 24 * 30
RUN_FILES = ("state.safetensors", "metrics.jsonl", "sheets")
"""What a run writes that a fresh one must not find."""

DATA_FILE = "data.npz"
"""The run's data, which a fresh run of the same data may use again."""


def add_training_options(parser: argparse.ArgumentParser, run_folder: str, batch: int, minutes: float = 40.0) -> None:
    """Options of every GAN training, with the defaults of this one."""
    parser.add_argument(
        "--minutes",
        type=number(float, 0.01, MAX_MINUTES, "minutes"),
        default=minutes,
        help=f"training time in all, pauses and earlier parts of the run apart (default: {minutes:g})",
    )
    parser.add_argument("--batch", type=number(int, 2, 4096), default=batch, help=f"items a step (default: {batch})")
    parser.add_argument("--seed", type=number(int, 0, 2**31 - 1), default=1, help="of weights and order (default: 1)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="default: auto")
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0 chooses (default)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help=f"the run's folder (default: {run_folder})")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with the run in --out, if any (the default)")
    again.add_argument("--fresh", action="store_true", help="start over; an earlier run is moved to before-1/ in it")


def check_device(name: str) -> None:
    """Raise InvalidConfig when PyTorch has no such device here."""
    from narrative_server.devices import choose_device

    choose_device(name, "--device")


def set_aside(run: Path, names: Sequence[str] = RUN_FILES) -> Path | None:
    """Move an earlier run's files into a numbered folder of their own; returns it, or None when there were none."""
    found = [run / name for name in names if (run / name).exists()]
    if not found:
        return None
    aside = next(path for path in (run / f"before-{i}" for i in range(1, 1_000_000)) if not path.exists())
    aside.mkdir()
    for path in found:
        path.rename(aside / path.name)
    return aside


def start_over(run: Path, names: Sequence[str]) -> None:
    """Move an earlier run's files aside and say where they are."""
    aside = set_aside(run, names)
    if aside:
        progress_console().print(f"the earlier run is in {aside}", markup=False)


def tell_end(model: Path, stopped: bool) -> int:
    """Print where the model is, and the exit code of a run that came to its end or was stopped."""
    from narrative_server.cli import EXIT_INTERRUPTED

    if stopped:
        progress_console().print("stopped; the same command goes on from here")
    console().print(f"{model}", markup=False)
    return EXIT_INTERRUPTED if stopped else 0


@contextlib.contextmanager
def stop_at_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether Ctrl+C was pressed once; the second press interrupts as usual."""
    pressed = False

    def handle(_signal: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        progress_console().print("\nstopping after this step and keeping everything; Ctrl+C again to stop at once")

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def training_bar(name: str, phases: tuple[str, str] = ("warm start", "adversarial")) -> Iterator[Report]:
    """Shows a run on a terminal as one moving line, elsewhere as a line a minute; gives the function to report to.

    phases: what it does during the warm start, and after it.
    """
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    screen = progress_console()
    columns = (TextColumn(name), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.fields[f]}"))
    last_minute = -1

    def report(progress: Progress, share: float, figures: dict[str, float]) -> None:
        nonlocal last_minute
        phase = phases[0] if progress.warm else phases[1]
        shown = " ".join(f"{key} {value:.3g}" for key, value in list(figures.items())[:4])
        bar.update(task, completed=100 * share, f=f"{progress.images} items, {phase}, {shown}")
        if not screen.is_terminal and int(progress.seconds // 60) != last_minute:
            last_minute = int(progress.seconds // 60)
            screen.print(f"{name} {share:4.0%} {progress.images} items, {phase}, {shown}", soft_wrap=True)

    with Bar(*columns, console=screen, disable=not screen.is_terminal) as bar:
        task = bar.add_task(name, total=100, f="reading data")
        yield report

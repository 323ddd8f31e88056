"""`narrative-server train dialogue`: adapt a language model to story beats, or to a studio's own script."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, number, progress_console
from narrative_server.cli.training import MAX_MINUTES, check_device, set_aside, stop_at_ctrl_c
from narrative_server.dialogue.config import DEFAULT_MODEL

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.dialogue.finetune.trainer import Progress, Report

_RUN_FILES = ("state.safetensors", "metrics.jsonl", "samples.md", "model")


def register(group: Commands) -> None:
    """Add the command to the train group."""
    parser = add_command(
        group,
        "dialogue",
        "adapt a language model to story beats, or to your own script",
        _dialogue,
        detail=(
            "Trains a LoRA adapter (peft) and writes it to model/ in the run's folder, with samples.md to read while\n"
            "it runs. A tenth of the data is held out. Data: .jsonl in the format of datasets/dialogue/README.md, or\n"
            ".csv with the columns speaker and line, and optionally event and emotion; a file or a folder of them."
        ),
        examples=(
            "narrative-server train dialogue\n"
            "narrative-server train dialogue --data my-script.csv --minutes 20 --out runs/my-voices\n"
            "narrative-server train dialogue --base models/my-model    a folder with safetensors and a chat template"
        ),
    )
    parser.add_argument("--data", type=Path, metavar="PATH", help="your beats or script (default: datasets/dialogue)")
    parser.add_argument("--base", default=DEFAULT_MODEL, metavar="MODEL", help=f"default: {DEFAULT_MODEL}")
    parser.add_argument("--minutes", type=number(float, 0.01, MAX_MINUTES, "minutes"), default=90.0, help="default: 90")
    parser.add_argument("--batch", type=number(int, 1, 4096), default=16, help="beats a step (default: 16)")
    parser.add_argument("--rank", type=number(int, 1, 256), default=32, help="of the adapter (default: 32)")
    parser.add_argument("--rate", type=number(float, 1e-6, 1.0), default=1.5e-3, help="learning rate (default: 0.0015)")
    parser.add_argument("--seed", type=number(int, 0, 2**31 - 1), default=1, help="of weights and order (default: 1)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="default: auto")
    parser.add_argument("--processes", type=number(int, 0, 64), default=0, help="0: one a core on a CPU (default)")
    parser.add_argument("--out", type=Path, default=Path("runs/dialogue"), metavar="FOLDER", help="the run's folder")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with the run in --out, if any (the default)")
    again.add_argument("--fresh", action="store_true", help="start over; an earlier run is moved to before-1/ in it")


def _dialogue(arguments: argparse.Namespace) -> int:
    from narrative_server.cli import EXIT_INTERRUPTED
    from narrative_server.data_paths import find_data
    from narrative_server.dialogue.finetune.adapter import LoraShape
    from narrative_server.dialogue.finetune.run import FinetuneOptions, finetune
    from narrative_server.dialogue.finetune.trainer import FinetuneConfig

    check_device(arguments.device)
    options = FinetuneOptions(
        data=arguments.data or find_data("dialogue"),
        out=arguments.out,
        base=arguments.base,
        device=arguments.device,
        processes=arguments.processes,
        config=FinetuneConfig(
            minutes=arguments.minutes,
            beats_per_step=arguments.batch,
            learning_rate=arguments.rate,
            seed=arguments.seed,
            shape=LoraShape(arguments.rank, float(arguments.rank)),
        ),
    )
    if arguments.fresh and (aside := set_aside(options.out, _RUN_FILES)):
        progress_console().print(f"the earlier run is in {aside}", markup=False)
    with stop_at_ctrl_c() as stop, _bar() as report:
        folder = finetune(options, report, stop)
        stopped = stop()
    if stopped:
        progress_console().print("stopped; the same command goes on from here")
    console().print(f"{folder}", markup=False)
    return EXIT_INTERRUPTED if stopped else 0


@contextlib.contextmanager
def _bar() -> Iterator[Report]:
    """Shows a run on a terminal as one moving line, elsewhere as a line a minute; gives the function to report to."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    screen = progress_console()
    columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.fields[figures]}"))
    last_minute = -1

    def report(progress: Progress, share: float) -> None:
        nonlocal last_minute
        rate = progress.tokens / max(progress.seconds, 1e-9)
        shown = f"{progress.beats} beats, {rate:.0f} tokens/s, loss {progress.loss:.2f}"
        if progress.held_out_loss == progress.held_out_loss:
            shown += f", held out {progress.held_out_loss:.3f}"
        bar.update(task, completed=100 * share, figures=shown)
        if not screen.is_terminal and int(progress.seconds // 60) != last_minute:
            last_minute = int(progress.seconds // 60)
            screen.print(f"dialogue {share:4.0%} {shown}", soft_wrap=True)

    with Bar(*columns, console=screen, disable=not screen.is_terminal) as bar:
        task = bar.add_task("dialogue", total=100, figures="reading data")
        yield report

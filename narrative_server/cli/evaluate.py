"""`narrative-server evaluate dialogue|sprites|backgrounds|sounds`: measure what the models make."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, number, progress_console
from narrative_server.cli.evaluate_images import register_images
from narrative_server.cli.evaluate_sounds import register_sounds
from narrative_server.cli.evaluating import check_file
from narrative_server.dialogue.config import DEFAULT_MODEL

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.evaluation.dialogue.run import Evaluation, Report

_ROWS = ("untuned", "few_shot", "adapter", "adapter_hasty")


def register(commands: Commands) -> None:
    """Add the group to the command line."""
    group = add_group(
        commands, "evaluate", "measure what the models make", examples="narrative-server evaluate dialogue --beats 50"
    )
    parser = add_command(
        group,
        "dialogue",
        "measure lines on the held-out beats of the dialogue set",
        _dialogue,
        detail=(
            "Plays the held-out beats with the adapter, without it, with examples in the prompt, and with hasty\n"
            "requests, and scores the lines beside the authored ones. Prints a table; docs/evaluation.md tells every\n"
            "metric's rule. Answers are kept, so that a stopped run goes on and scores are worked out again quickly."
        ),
        examples=(
            "narrative-server evaluate dialogue --json figures.jsonl --sheet sheet.md\n"
            "narrative-server evaluate dialogue --adapter runs/my-voices/model --answers runs/my-answers\n"
            "narrative-server evaluate dialogue --rows untuned few_shot --beats 50 --perplexity-beats 0"
        ),
    )
    parser.add_argument("--adapter", default="auto", metavar="FOLDER", help="default: the packaged one")
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="MODEL", help=f"base model (default: {DEFAULT_MODEL})"
    )
    parser.add_argument(
        "--engine", choices=("llama.cpp", "transformers"), default="llama.cpp", help="default: llama.cpp"
    )
    parser.add_argument("--rows", nargs="+", choices=_ROWS, default=_ROWS, metavar="ROW", help=f"of {', '.join(_ROWS)}")
    parser.add_argument("--data", type=Path, metavar="PATH", help="beats (default: datasets/dialogue)")
    parser.add_argument(
        "--beats", type=number(int, 0, 10**6), default=0, help="how many, evenly spread; 0: all held out (default)"
    )
    parser.add_argument(
        "--perplexity-beats", type=number(int, 0, 10**6), default=120, help="default: 120; 0 leaves perplexity out"
    )
    parser.add_argument("--temperature", type=number(float, 0, 2), default=0.5, help="default: 0.5, the server's")
    parser.add_argument(
        "--seed", type=number(int, 0, 2**31 - 1), default=1, help="of lines and candidates (default: 1)"
    )
    parser.add_argument("--slots", type=number(int, 1, 64), default=8, help="beats at once (default: 8)")
    parser.add_argument("--threads", type=number(int, 0, 256), default=0, help="CPU threads; 0: all cores (default)")
    parser.add_argument(
        "--answers", type=Path, default=Path("runs/evaluate-dialogue"), metavar="FOLDER", help="where answers are kept"
    )
    parser.add_argument("--fresh", action="store_true", help="forget the answers that are kept there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, one line each")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="write fifty beats to read, as Markdown")
    register_images(group)
    register_sounds(group)


def _dialogue(arguments: argparse.Namespace) -> int:
    from narrative_server.data_paths import find_data
    from narrative_server.dialogue.config import DialogueConfig
    from narrative_server.evaluation.dialogue.report import figures_of, table_of
    from narrative_server.evaluation.dialogue.rows import Sampling
    from narrative_server.evaluation.dialogue.run import EvaluateOptions, evaluate
    from narrative_server.evaluation.figures import write_json_lines

    check_file("--json", arguments.json)
    check_file("--sheet", arguments.sheet)
    options = EvaluateOptions(
        data=arguments.data or find_data("dialogue"),
        answers=arguments.answers,
        config=DialogueConfig(
            engine=arguments.engine,
            model=arguments.model,
            adapter=arguments.adapter,
            slots=arguments.slots,
            threads=arguments.threads,
        ),
        rows=tuple(arguments.rows),
        sampling=Sampling(arguments.seed, arguments.temperature),
        beats=arguments.beats,
        perplexity_beats=arguments.perplexity_beats,
        fresh=arguments.fresh,
    )
    with _bar() as report:
        found = evaluate(options, report)
    console().print(table_of(found.scores, "evaluate dialogue"))
    _tell_failures(found)
    if arguments.json:
        write_json_lines(figures_of(found.scores), arguments.json)
    if arguments.sheet:
        _write_sheet(found, options.sampling.temperature, options.sampling.seed, arguments.sheet)
    return 0


def _tell_failures(found: Evaluation) -> None:
    for row, reason, beats in found.failures():
        progress_console().print(f"{row}: {beats} beats were not answered: {reason}", markup=False)


def _write_sheet(found: Evaluation, temperature: float, seed: int, path: Path) -> None:
    from narrative_server.evaluation.dialogue.sheet import sheet

    about = f"Held-out beats of the dialogue set, temperature {temperature:g}, seed {seed}."
    path.write_text(sheet(found.answered, about), encoding="utf-8", newline="\n")


@contextlib.contextmanager
def _bar() -> Iterator[Report]:
    """Shows the stages on a terminal as one moving line, elsewhere as a line each; gives the function to report to."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    screen = progress_console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    told = ""

    def report(stage: str, done: int, total: int) -> None:
        nonlocal told
        if stage != told:
            told = stage
            bar.reset(task, total=total or None, description=stage)
            if not screen.is_terminal:
                screen.print(stage + (f": {total} beats" if total else ""), markup=False)
        bar.update(task, completed=done)

    with Progress(*columns, console=screen, disable=not screen.is_terminal) as bar:
        task = bar.add_task("evaluate", total=None)
        yield report

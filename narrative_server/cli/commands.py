"""What every command of the command line shares: its parser, its console, and checks of numbers and folders.

Imports nothing heavy; rich is imported when something is first written.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.console import Console

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[argparse.Namespace], int]


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of examples and leaves room for long options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)


def add_command(
    commands: Commands, name: str, summary: str, run: Run | None = None, *, detail: str = "", examples: str = ""
) -> argparse.ArgumentParser:
    """Add a command whose help teaches, and return its parser for the options.

    run: takes the parsed arguments and returns the exit code; None for a group of commands.
    detail: what the summary leaves out. examples: command lines, one a line.
    """
    description = summary[0].upper() + summary[1:] + "." + (f"\n\n{detail}" if detail else "")
    epilog = f"examples:\n{_indented(examples)}" if examples else None
    parser = commands.add_parser(
        name, help=summary, description=description, epilog=epilog, formatter_class=Formatter, allow_abbrev=False
    )
    # SUPPRESS: an absent flag here must not undo the one given before the command's name.
    parser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of errors")
    if run:
        parser.set_defaults(run=run)
    return parser


def add_group(commands: Commands, name: str, summary: str, *, detail: str = "", examples: str = "") -> Commands:
    """Add a command that has commands of its own, and return where those are added."""
    parser = add_command(commands, name, summary, detail=detail, examples=examples)
    return parser.add_subparsers(title="commands", metavar="WHAT", required=True)


def number(kind: Callable[[str], float], low: float, high: float, unit: str = "") -> Callable[[str], float]:
    """An argparse `type` that takes a number from low to high; NaN and infinities are outside every range."""
    legal = f"a number from {low:g} to {high:g}{' ' + unit if unit else ''}"

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not {legal}") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not {legal}")
        return value

    return parse


def console() -> Console:
    """The console for a command's results, on stdout."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def progress_console() -> Console:
    """The console for progress, on stderr, so that stdout can be piped."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())

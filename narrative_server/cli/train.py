"""`narrative-server train ...`: train the picture and sound generators and fit the mood reader."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, progress_console
from narrative_server.cli.data import sound_data_options
from narrative_server.cli.training import add_training_options, set_aside, stop_at_ctrl_c, training_bar

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands


def register(commands: Commands) -> None:
    """Add the group to the command line."""
    group = add_group(
        commands,
        "train",
        "train the models on your machine, or on your own art and sounds",
        detail=(
            "A run lies in a folder: its state, metrics.jsonl and sheets/ of samples. Stop it at any moment with\n"
            "Ctrl+C and go on with the same command. Data is looked for under NARRATIVE_SERVER_DATA, ./datasets\n"
            "and ./data; what is missing is named, with where to get it."
        ),
        examples="narrative-server train sounds --minutes 40\nnarrative-server train sounds --fresh --data my-sounds",
    )
    sounds = add_command(
        group,
        "sounds",
        "train the generator of sound effects",
        _sounds,
        detail="Learns from the project's synthetic effects, from recordings, and from folders of your own.",
        examples=(
            "narrative-server train sounds\n"
            "narrative-server train sounds --minutes 5 --out runs/try\n"
            "narrative-server train sounds --data my-sounds    a folder with metadata.csv: file_name, text"
        ),
    )
    add_training_options(sounds, "runs/sounds", batch=32)
    sounds.add_argument(
        "--data", type=Path, action="append", default=[], metavar="FOLDER", help="your own recordings too; repeatable"
    )


def _sounds(arguments: argparse.Namespace) -> int:
    from narrative_server.sounds.train import TrainSoundsOptions, train_sounds

    options = TrainSoundsOptions(
        folder=arguments.out,
        export=arguments.export,
        minutes=arguments.minutes,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        data=sound_data_options(arguments),
        seed=arguments.seed,
    )
    _start_over(arguments)
    with stop_at_ctrl_c() as stop, training_bar("sounds") as report:
        model = train_sounds(options, report, stop)
        stopped = stop()
    return _tell(model, stopped)


def _start_over(arguments: argparse.Namespace) -> None:
    aside = set_aside(arguments.out) if arguments.fresh else None
    if aside:
        progress_console().print(f"the earlier run is in {aside}", markup=False)


def _tell(model: Path, stopped: bool) -> int:
    from narrative_server.cli import EXIT_INTERRUPTED

    if stopped:
        progress_console().print("stopped; the same command goes on from here")
    console().print(f"{model}", markup=False)
    return EXIT_INTERRUPTED if stopped else 0

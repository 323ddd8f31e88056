"""`narrative-server train ...`: train the picture and sound generators and fit the mood reader."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli import train_dialogue, train_embedding, train_images
from narrative_server.cli.commands import add_command, add_group, console, progress_console
from narrative_server.cli.data import cache_path, run_folder, sound_data_options
from narrative_server.cli.training import (
    RUN_FILES,
    add_training_options,
    check_device,
    start_over,
    stop_at_ctrl_c,
    tell_end,
    training_bar,
)

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
        examples=(
            "narrative-server train sprites --minutes 40\n"
            "narrative-server train mood\n"
            "narrative-server train sounds --fresh --data my-sounds"
        ),
    )
    train_images.register(group)
    _register_sounds(group)
    _register_vocoder(group)
    train_dialogue.register(group)
    train_embedding.register(group)
    mood = add_command(
        group,
        "mood",
        "fit the reader of a text's mood",
        _mood,
        detail="Fits on the dialogue set's labels in a few minutes and measures on the tenth that is held out.",
        examples="narrative-server train mood\nnarrative-server train mood --data my-dialogue --out runs/my-mood",
    )
    mood.add_argument("--data", type=Path, metavar="FOLDER", help="dialogue set (default: datasets/dialogue)")
    mood.add_argument("--out", type=Path, default=Path("runs/mood"), metavar="FOLDER", help="default: runs/mood")


def _register_sounds(group: Commands) -> None:
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
    add_training_options(sounds, "runs/sounds", batch=16)
    sounds.add_argument("--export", type=Path, metavar="FOLDER", help="finished model (default: model/ in the run)")
    sounds.add_argument(
        "--data", type=Path, action="append", default=[], metavar="FOLDER", help="your own recordings too; repeatable"
    )


def _register_vocoder(group: Commands) -> None:
    vocoder = add_command(
        group,
        "vocoder",
        "train the network that makes the generator's spectra heard",
        _vocoder,
        detail="Learns from the sounds that `narrative-server data sounds` built, and builds them first where needed.",
        examples=(
            "narrative-server train vocoder\n"
            "narrative-server train vocoder --sounds runs/sounds --minutes 400 --threads 1\n"
            "narrative-server train vocoder --data my-sounds    a folder with metadata.csv: file_name, text"
        ),
    )
    add_training_options(vocoder, "runs/vocoder", batch=8, minutes=240)
    vocoder.add_argument("--export", type=Path, metavar="FOLDER", help="finished model (default: model/ in the run)")
    vocoder.add_argument(
        "--sounds", type=Path, metavar="FOLDER", default=Path("runs/sounds"), help="built sounds (default: runs/sounds)"
    )
    vocoder.add_argument(
        "--data", type=Path, action="append", default=[], metavar="FOLDER", help="your own recordings too; repeatable"
    )


def _sounds(arguments: argparse.Namespace) -> int:
    from narrative_server.sounds.train import TrainSoundsOptions, train_sounds

    check_device(arguments.device)
    options = TrainSoundsOptions(
        folder=run_folder("sounds", arguments),
        export=arguments.export,
        minutes=arguments.minutes,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        data=sound_data_options(arguments),
        seed=arguments.seed,
    )
    if arguments.fresh:
        start_over(options.folder, RUN_FILES)
    with stop_at_ctrl_c() as stop, training_bar("sounds") as report:
        model = train_sounds(options, report, stop)
        stopped = stop()
    return tell_end(model, stopped)


def _vocoder(arguments: argparse.Namespace) -> int:
    from narrative_server.sounds.vocoding.run import TrainVocoderOptions, train_vocoder
    from narrative_server.sounds.waves import SoundDataOptions

    check_device(arguments.device)
    folders = tuple(arguments.data)
    options = TrainVocoderOptions(
        folder=arguments.out or Path("runs/vocoder"),
        data=SoundDataOptions(cache_path(arguments.sounds, folders), folders=folders, seed=arguments.seed),
        export=arguments.export,
        minutes=arguments.minutes,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        seed=arguments.seed,
    )
    if arguments.fresh:
        start_over(options.folder, RUN_FILES)
    with stop_at_ctrl_c() as stop, training_bar("vocoder") as report:
        model = train_vocoder(options, report, stop)
        stopped = stop()
    return tell_end(model, stopped)


def _mood(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from narrative_server.data_paths import find_data
    from narrative_server.semantics.train_mood import fit_mood

    data = arguments.data or find_data("dialogue")
    with progress_console().status("embedding and fitting, a few minutes"):
        report = fit_mood(data, arguments.out)
    table = Table("text", "texts held out", "accuracy", "most frequent emotion", box=None, pad_edge=False)
    for score in report.scores:
        table.add_row(score.part, str(score.n), f"{score.accuracy:.3f}", f"{score.chance:.3f}")
    console().print(table)
    return tell_end(arguments.out, stopped=False)

"""`narrative-server data ...`: build the training data and say what is in it."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, number

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.sounds.data import SoundDataOptions


def register(commands: Commands) -> None:
    """Add the group to the command line."""
    group = add_group(
        commands,
        "data",
        "build the training data and report what is in it",
        detail=(
            "Training builds its data by itself; these commands build it again and say what was found, so that you\n"
            "can look at your own folders first. Needs the text encoder (narrative-server models fetch)."
        ),
        examples="narrative-server data sounds\nnarrative-server data sounds --data my-sounds",
    )
    sounds = add_command(
        group,
        "sounds",
        "render, read and caption the sound effects",
        _sounds,
        detail="A folder of your own holds audio files and metadata.csv or metadata.jsonl with file_name and text.",
        examples="narrative-server data sounds\nnarrative-server data sounds --data my-sounds --out runs/mine",
    )
    add_data_options(sounds, "runs/sounds")


def add_data_options(parser: argparse.ArgumentParser, run_folder: str) -> None:
    """Options of every data command."""
    parser.add_argument("--out", type=Path, default=Path(run_folder), metavar="FOLDER", help=f"run ({run_folder})")
    parser.add_argument("--seed", type=number(int, 0, 2**31 - 1), default=1, help="of what is drawn (default: 1)")
    parser.add_argument("--data", type=Path, action="append", default=[], metavar="FOLDER", help="your own; repeatable")


def sound_data_options(arguments: argparse.Namespace) -> SoundDataOptions:
    """What sounds to build, from --out, --seed and --data; raises InvalidConfig."""
    from narrative_server.sounds.data import SoundDataOptions

    folders = tuple(arguments.data)
    return SoundDataOptions(cache=cache_path(arguments.out, folders), folders=folders, seed=arguments.seed)


def cache_path(run: Path, folders: tuple[Path, ...]) -> Path:
    """Where a run's data is kept: other folders, another file."""
    if not folders:
        return run / "data.npz"
    names = "\n".join(str(folder.absolute()) for folder in folders)
    return run / f"data-{hashlib.sha256(names.encode()).hexdigest()[:8]}.npz"


def _sounds(arguments: argparse.Namespace) -> int:
    from narrative_server.sounds.train import TrainSoundsOptions, build_sound_data

    data = sound_data_options(arguments)
    report = build_sound_data(TrainSoundsOptions(folder=arguments.out, data=data))
    out = console()
    out.print(
        f"{report.synthetic} synthetic effects of {report.kinds} kinds, {report.recorded} versions of recordings",
        f"{report.held_out} held out; {report.phrases} phrases, {report.borrowed} of them from the dialogue set",
        *(f"skipped {line}" for line in report.skipped),
        f"{data.cache}",
        sep="\n",
        markup=False,
    )
    return 0

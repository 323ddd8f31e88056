"""`narrative-server data ...`: build the training data and say what is in it."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, number

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.images.train import Kind
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
        examples=(
            "narrative-server data sprites --data my-art --json report.json\n"
            "narrative-server data backgrounds --scenes 100\n"
            "narrative-server data sounds --data my-sounds"
        ),
    )
    _register_images(group)
    sounds = add_command(
        group,
        "sounds",
        "render, read and caption the sound effects",
        _sounds,
        detail="A folder of your own holds audio files and metadata.csv or metadata.jsonl with file_name and text.",
        examples="narrative-server data sounds\nnarrative-server data sounds --data my-sounds --out runs/mine",
    )
    for kind, parser in group.choices.items():
        parser.add_argument("--out", type=Path, metavar="FOLDER", help=f"the run's folder (default: runs/{kind})")
        parser.add_argument("--seed", type=number(int, 0, 2**31 - 1), default=1, help="of what is drawn (default: 1)")
        if parser is not sounds:
            parser.add_argument("--data", type=Path, metavar="FOLDER", help="your own art instead of the project's")
            parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report there, whole")
            parser.add_argument(
                "--most", type=number(int, 1, 10**6), default=25, help="kinds, nouns and faults listed (default: 25)"
            )
    sounds.add_argument(
        "--data", type=Path, action="append", default=[], metavar="FOLDER", help="your own recordings too; repeatable"
    )


def _register_images(group: Commands) -> None:
    add_command(
        group,
        "sprites",
        "read tiles and compose characters, with their captions",
        partial(_images, "sprites"),
        detail="A folder of your own holds 32x32 pictures and metadata.csv or metadata.jsonl with file_name and text.",
        examples="narrative-server data sprites\nnarrative-server data sprites --data my-art",
    )
    backgrounds = add_command(
        group,
        "backgrounds",
        "paint and caption background scenes",
        partial(_images, "backgrounds"),
        detail="A folder of your own holds 160x96 pictures and metadata.csv or metadata.jsonl with file_name and text.",
        examples="narrative-server data backgrounds --scenes 100 --out runs/try",
    )
    backgrounds.add_argument(
        "--scenes", type=number(int, 1, 1_000_000), default=20_000, help="painted (default: 20000)"
    )


def run_folder(kind: str, arguments: argparse.Namespace) -> Path:
    """Folder of a run: --out, else runs/KIND, with the name of a folder of your own art added."""
    if arguments.out is not None:
        return Path(arguments.out)
    own = arguments.data if isinstance(arguments.data, Path) else None
    return Path("runs") / (f"{kind}-{own.resolve().name}" if own else kind)


def sound_data_options(arguments: argparse.Namespace) -> SoundDataOptions:
    """What sounds to build, from --out, --seed and --data; raises InvalidConfig."""
    from narrative_server.sounds.data import SoundDataOptions

    folders = tuple(arguments.data)
    return SoundDataOptions(
        cache=cache_path(run_folder("sounds", arguments), folders), folders=folders, seed=arguments.seed
    )


def cache_path(run: Path, folders: tuple[Path, ...]) -> Path:
    """Where a run's data is kept: other folders, another file."""
    if not folders:
        return run / "data.npz"
    names = "\n".join(str(folder.absolute()) for folder in folders)
    return run / f"data-{hashlib.sha256(names.encode()).hexdigest()[:8]}.npz"


def _images(kind: Kind, arguments: argparse.Namespace) -> int:
    from narrative_server.cli.data_report import print_report
    from narrative_server.images.data_report import write_report
    from narrative_server.images.train import DATA_FILE, SHEET_FILE, TrainOptions, build_data

    options = TrainOptions(out=run_folder(kind, arguments), seed=arguments.seed, pictures=arguments.data)
    if kind == "backgrounds":
        options = replace(options, scenes=arguments.scenes)
    report = build_data(kind, options)
    print_report(report, arguments.most)
    folder = options.folder(kind)
    console().print(f"{folder / DATA_FILE}", f"{folder / SHEET_FILE}", sep="\n", markup=False)
    if arguments.json:
        write_report(report, arguments.json)
    return 0


def _sounds(arguments: argparse.Namespace) -> int:
    from narrative_server.sounds.train import TrainSoundsOptions, build_sound_data

    data = sound_data_options(arguments)
    report = build_sound_data(TrainSoundsOptions(folder=data.cache.parent, data=data))
    out = console()
    shortest, quarter, middle, three_quarters, longest = report.duration_ms
    soft, medium, strong = report.intensity
    out.print(
        f"{report.synthetic} synthetic effects of {report.kinds} kinds, {report.recorded} versions of recordings",
        f"{report.held_out} held out; {report.phrases} phrases, {report.borrowed} of them from the dialogue set",
        "families: " + ", ".join(f"{name} {count}" for name, count in report.families.items()),
        "moods: " + ", ".join(f"{name} {count}" for name, count in report.emotions.items()),
        f"durations: {shortest} to {longest} ms, quartiles {quarter}, {middle} and {three_quarters}",
        f"intensity: {soft:.0%} soft, {medium:.0%} medium, {strong:.0%} strong",
        *(f"skipped {line}" for line in report.skipped),
        f"{data.cache}",
        sep="\n",
        markup=False,
    )
    return 0

"""`narrative-server train embedding`: train what tells how well words, pictures and sounds fit each other."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, number
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
    from collections.abc import Callable

    from narrative_server.cli.commands import Commands
    from narrative_server.gan.trainer import Report

    Train = Callable[[Report, Callable[[], bool]], Path]


def register(group: Commands) -> None:
    """Add the command to the train group."""
    parser = add_command(
        group,
        "embedding",
        "train what tells how well words, pictures and sounds fit each other",
        _embedding,
        detail=(
            "Learns from the data that `narrative-server data sprites` and `data backgrounds` built, held-out items\n"
            "apart. The model chooses among candidates, searches the library and can guide the generators.\n"
            "With --sounds it trains the sound tower alone: words and pictures of --base keep their places, and the\n"
            "exported model is --base with the tower beside them."
        ),
        examples=(
            "narrative-server train embedding\n"
            "narrative-server train embedding --sprites runs/mine/data.npz --minutes 60 --threads 1\n"
            "narrative-server train embedding --sounds runs/sounds/data.npz"
        ),
    )
    add_training_options(parser, "runs/embedding, or runs/embedding_sounds with --sounds", batch=256, minutes=25)
    parser.add_argument("--items", type=number(int, 1, 10**12), help="stop after this many items, if sooner")
    for kind in ("sprites", "backgrounds"):
        default = Path("runs") / kind / "data.npz"
        parser.add_argument(
            f"--{kind}",
            type=Path,
            metavar="FILE",
            default=default,
            help=f"built {kind} (default: {default.as_posix()})",
        )
    parser.add_argument("--sounds", type=Path, metavar="FILE", help="built sounds: train the sound tower on them")
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="model that --sounds adds to (default: packaged)")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="finished model (default: model/ in the run)")


def _embedding(arguments: argparse.Namespace) -> int:
    check_device(arguments.device)
    train = _train_pictures(arguments) if arguments.sounds is None else _train_sounds(arguments)
    with stop_at_ctrl_c() as stop, training_bar("embedding", phases=("", "contrastive")) as report:
        model = train(report, stop)
        stopped = stop()
    return tell_end(model, stopped)


def _train_pictures(arguments: argparse.Namespace) -> Train:
    from narrative_server.errors import InvalidConfig
    from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions, train_embedding

    if arguments.base is not None:
        raise InvalidConfig("--base", str(arguments.base), "only with --sounds")
    options = TrainEmbeddingOptions(
        folder=arguments.out or Path("runs/embedding"),
        sprites=arguments.sprites,
        backgrounds=arguments.backgrounds,
        export=arguments.export,
        minutes=arguments.minutes,
        items=arguments.items,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        seed=arguments.seed,
    )
    if arguments.fresh:
        start_over(options.folder, RUN_FILES)
    return lambda report, stop: train_embedding(options, report, stop)


def _train_sounds(arguments: argparse.Namespace) -> Train:
    from narrative_server.semantics.contrastive.run_sounds import TrainSoundTowerOptions, train_sound_tower

    options = TrainSoundTowerOptions(
        folder=arguments.out or Path("runs/embedding_sounds"),
        sounds=arguments.sounds,
        base=arguments.base,
        export=arguments.export,
        minutes=arguments.minutes,
        items=arguments.items,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        seed=arguments.seed,
    )
    if arguments.fresh:
        start_over(options.folder, RUN_FILES)
    return lambda report, stop: train_sound_tower(options, report, stop)

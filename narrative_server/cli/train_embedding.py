"""`narrative-server train embedding`: train what tells how well words, pictures and sounds fit each other."""

from __future__ import annotations

import argparse
from functools import partial
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
    from narrative_server.cli.commands import Commands
    from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions
    from narrative_server.semantics.contrastive.run_sounds import TrainSoundTowerOptions

_RUN = Path("runs") / "embedding"
_SOUNDS_RUN = Path("runs") / "embedding_sounds"


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
    from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions, train_embedding
    from narrative_server.semantics.contrastive.run_sounds import train_sound_tower

    check_device(arguments.device)
    options = _options(arguments)
    if arguments.fresh:
        start_over(options.folder, RUN_FILES)
    with stop_at_ctrl_c() as stop, training_bar("embedding", phases=("", "contrastive")) as report:
        if isinstance(options, TrainEmbeddingOptions):
            model = train_embedding(options, report, stop)
        else:
            model = train_sound_tower(options, report, stop)
        stopped = stop()
    return tell_end(model, stopped)


def _options(arguments: argparse.Namespace) -> TrainEmbeddingOptions | TrainSoundTowerOptions:
    """Those of the run that is asked for. Raises InvalidConfig."""
    from narrative_server.errors import InvalidConfig
    from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions
    from narrative_server.semantics.contrastive.run_sounds import TrainSoundTowerOptions

    make: partial[TrainEmbeddingOptions] | partial[TrainSoundTowerOptions]
    if arguments.sounds is not None:
        make = partial(TrainSoundTowerOptions, sounds=arguments.sounds, base=arguments.base)
        folder = _SOUNDS_RUN
    elif arguments.base is not None:
        raise InvalidConfig("--base", str(arguments.base), "only with --sounds")
    else:
        make = partial(TrainEmbeddingOptions, sprites=arguments.sprites, backgrounds=arguments.backgrounds)
        folder = _RUN
    return make(
        folder=arguments.out or folder,
        export=arguments.export,
        minutes=arguments.minutes,
        items=arguments.items,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        seed=arguments.seed,
    )

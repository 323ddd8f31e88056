"""`narrative-server train embedding`: train what tells how well words and pictures fit each other."""

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
    from narrative_server.cli.commands import Commands


def register(group: Commands) -> None:
    """Add the command to the train group."""
    parser = add_command(
        group,
        "embedding",
        "train what tells how well words and pictures fit each other",
        _embedding,
        detail=(
            "Learns from the data that `narrative-server data sprites` and `data backgrounds` built, held-out items\n"
            "apart. The model chooses among candidates, searches the library and can guide the generators."
        ),
        examples=(
            "narrative-server train embedding\n"
            "narrative-server train embedding --sprites runs/mine/data.npz --minutes 60 --threads 1"
        ),
    )
    add_training_options(parser, "runs/embedding", batch=256, minutes=25)
    parser.add_argument("--items", type=number(int, 1, 10**12), help="stop after this many pictures, if sooner")
    for kind in ("sprites", "backgrounds"):
        default = Path("runs") / kind / "data.npz"
        parser.add_argument(
            f"--{kind}",
            type=Path,
            metavar="FILE",
            default=default,
            help=f"built {kind} (default: {default.as_posix()})",
        )
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="finished model (default: model/ in the run)")


def _embedding(arguments: argparse.Namespace) -> int:
    from narrative_server.semantics.contrastive.run import TrainEmbeddingOptions, train_embedding

    check_device(arguments.device)
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
    with stop_at_ctrl_c() as stop, training_bar("embedding", phases=("", "contrastive")) as report:
        model = train_embedding(options, report, stop)
        stopped = stop()
    return tell_end(model, stopped)

"""`narrative-server train sprites|backgrounds|card`: train or fine-tune the picture generators, search, cards."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, console, number, progress_console
from narrative_server.cli.data import run_folder
from narrative_server.cli.training import (
    DATA_FILE,
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
    from narrative_server.images.search import Trial
    from narrative_server.images.train import Kind, TrainOptions

_SIZES: dict[Kind, str] = {"sprites": "32x32", "backgrounds": "160x96"}
_SHEETS = ("before.png", "after.png")


def register(group: Commands) -> None:
    """Add the commands to the train group."""
    for kind, size in _SIZES.items():
        parser = add_command(
            group,
            kind,
            f"train the generator of {kind}, or fine-tune it on your art",
            partial(_images, kind),
            detail=(
                f"Learns from the project's data, or from a folder of your own {size} pictures alone (--data), or\n"
                "fine-tunes a trained model on that folder (--data and --from). torchrun or `accelerate launch`\n"
                "around the same command trains on several GPUs; --processes does on one machine's CPUs or GPUs."
            ),
            examples=(
                f"narrative-server train {kind}\n"
                f"narrative-server train {kind} --data my-art    a folder with metadata.csv: file_name, text\n"
                f"narrative-server train {kind} --data my-art --from packaged --export my-weights/{kind}\n"
                f"narrative-server train {kind} --data my-art --references-only --export my-weights/{kind}\n"
                f"narrative-server train {kind} --search 20 --search-minutes 5\n"
                f"narrative-server train {kind} --config runs/{kind}/search/best.json\n"
                f"torchrun --nproc-per-node 4 -m narrative_server train {kind}"
            ),
        )
        add_training_options(parser, f"runs/{kind}", batch=16)
        _add_picture_options(parser, kind)
        _add_scale_options(parser)
        _add_search_options(parser)
    card = add_command(
        group,
        "card",
        "write the card of a picture model again, with an evaluation's figures",
        _card,
        examples="narrative-server train card my-weights/sprites --evaluation figures.jsonl",
    )
    card.add_argument("model", type=Path, metavar="FOLDER", help="a model's folder")
    card.add_argument("--evaluation", type=Path, required=True, metavar="FILE", help="of `evaluate ... --json FILE`")


def _add_picture_options(parser: argparse.ArgumentParser, kind: Kind) -> None:
    art = parser.add_argument_group("data and model")
    art.add_argument("--images", type=number(int, 1, 10**12), help="stop after this many pictures, if sooner")
    art.add_argument("--data", type=Path, metavar="FOLDER", help="your own art instead of the project's")
    art.add_argument("--from", dest="base", metavar="MODEL", help="fine-tune: packaged, or a model's folder")
    art.add_argument(
        "--rehearse",
        choices=("auto", "samples", "none"),
        default="auto",
        help="what keeps fine-tuning from forgetting: the project's data where it is, else samples (default: auto)",
    )
    art.add_argument(
        "--references-only",
        action="store_true",
        help="no training: your pictures join what the model looks at while it paints, in about a minute",
    )
    art.add_argument("--licence", default="", metavar="TEXT", help="of your art, for the model's card")
    art.add_argument("--export", type=Path, metavar="FOLDER", help="finished model (default: model/ in the run)")
    art.add_argument("--evaluation", type=Path, metavar="FILE", help="figures of `evaluate --json` for the card")
    if kind == "backgrounds":
        art.add_argument("--scenes", type=number(int, 1, 1_000_000), default=20_000, help="painted (default: 20000)")


def _add_scale_options(parser: argparse.ArgumentParser) -> None:
    scale = parser.add_argument_group("how it runs")
    scale.add_argument("--config", type=Path, metavar="FILE", help="settings of training as JSON (docs/training.md)")
    scale.add_argument(
        "--accumulate", type=number(int, 1, 1024), default=1, help="batches that one step averages (default: 1)"
    )
    scale.add_argument(
        "--precision",
        choices=("auto", "bfloat16", "float32"),
        default="auto",
        help="auto: bfloat16 where the device computes in it (default)",
    )
    scale.add_argument("--processes", type=number(int, 1, 64), default=1, help="that train together (default: 1)")
    scale.add_argument(
        "--log",
        "--log-to",  # torchrun takes --log for a prefix of options of its own and stops
        dest="log",
        choices=("tensorboard", "wandb"),
        help="show figures and sheets there too; under torchrun write --log-to",
    )


def _add_search_options(parser: argparse.ArgumentParser) -> None:
    search = parser.add_argument_group("search")
    search.add_argument("--search", type=number(int, 1, 10_000), metavar="N", help="try N settings in short runs")
    search.add_argument(
        "--search-minutes",
        type=number(float, 0.01, 10_000, "minutes"),
        default=5.0,
        metavar="M",
        help="training time of each (default: 5)",
    )


def _images(kind: Kind, arguments: argparse.Namespace) -> int:
    from narrative_server.images.train import train_images

    check_device(arguments.device)
    options = _options(kind, arguments)
    if arguments.references_only:
        # Apart from a fine-tuning of the same art, whose sheets and model have the same names.
        beside = options.folder(kind)
        apart = beside if arguments.out else beside.with_name(beside.name + "-references")
        return _references(kind, replace(options, out=apart))
    if arguments.search:
        return _search(kind, options, arguments)
    if arguments.fresh:
        # Art of your own may have changed since; the project's data has not.
        own = (DATA_FILE, *_SHEETS) if arguments.data else ()
        start_over(options.folder(kind), (*RUN_FILES, *own))
    with stop_at_ctrl_c() as stop, training_bar(kind) as report:
        model = train_images(kind, options, report, stop)
        stopped = stop()
    return tell_end(model, stopped)


def _references(kind: Kind, options: TrainOptions) -> int:
    from narrative_server.images.own_references import add_references

    model = add_references(kind, options)
    console().print(f"{model}", markup=False)
    progress_console().print(
        f"before and after: {options.folder(kind) / _SHEETS[0]}, {_SHEETS[1]}", markup=False, soft_wrap=True
    )
    return 0


def _options(kind: Kind, arguments: argparse.Namespace) -> TrainOptions:
    from narrative_server.gan.overrides import read_overrides
    from narrative_server.images.train import TrainOptions

    options = TrainOptions(
        out=run_folder(kind, arguments),
        resume=True,
        minutes=arguments.minutes,
        images=arguments.images,
        batch=arguments.batch,
        device=arguments.device,
        threads=arguments.threads,
        seed=arguments.seed,
        pictures=arguments.data,
        base=arguments.base,
        rehearse=arguments.rehearse,
        overrides=read_overrides(arguments.config) if arguments.config else {},
        accumulate=arguments.accumulate,
        precision=arguments.precision,
        processes=arguments.processes,
        log=arguments.log,
        export=arguments.export,
        evaluation=arguments.evaluation,
        licence=arguments.licence,
    )
    return replace(options, scenes=arguments.scenes) if kind == "backgrounds" else options


def _search(kind: Kind, options: TrainOptions, arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from narrative_server.cli import EXIT_INTERRUPTED
    from narrative_server.images.search import SearchOptions, search

    screen = progress_console()

    def tell(trial: Trial) -> None:
        screen.print(f"trial {trial.number + 1} of {arguments.search}: {trial.summary}", markup=False, soft_wrap=True)

    with stop_at_ctrl_c() as stop:
        found = search(kind, options, SearchOptions(arguments.search, arguments.search_minutes), tell, stop)
        stopped = stop()
    names = list(found.trials[0].settings)
    table = Table("trial", "score", "error", "patches", *names, box=None, pad_edge=False)
    for trial in found.ranked:
        shown = (f"{value:.3g}" if isinstance(value, float) else str(value) for value in trial.settings.values())
        figures = (
            ("diverged", "", "")
            if trial.score is None
            else (f"{trial.score:.4f}", f"{trial.error:.4f}", f"{trial.patches:.4f}")
        )
        table.add_row(str(trial.number + 1), *figures, *shown)
    console().print(table)
    console().print(f"{found.best_path}", markup=False)
    if stopped:
        screen.print("stopped; the same command goes on from here")
    return EXIT_INTERRUPTED if stopped else 0


def _card(arguments: argparse.Namespace) -> int:
    from narrative_server.images.card import read_figures, rewrite_card

    console().print(f"{rewrite_card(arguments.model, read_figures(arguments.evaluation))}", markup=False)
    return 0

"""`narrative-server evaluate sprites|backgrounds`, and the training of what those need: the judge and the baseline."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, number, progress_console
from narrative_server.cli.evaluate_sounds import train_sounds_part
from narrative_server.cli.evaluating import (
    add_data_option,
    add_scoring_options,
    add_training_options,
    budget_of,
    check_file,
    progress_bar,
    show,
    train_part,
)

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.evaluation.images.artist import Kind

_KINDS: tuple[Kind, ...] = ("sprites", "backgrounds")
_ROWS = ("ours_n1", "ours_n16", "real_train", "real_held_out", "retrieval", "five_dollar")
_MORE_ROWS = ("ours_n2", "ours_n4", "ours_n8")


def register_images(group: Commands) -> None:
    """Add the commands to the group `evaluate`."""
    for kind in _KINDS:
        _register_kind(group, kind)
    for part, summary in (
        ("train-judge", "train the encoder that R-precision is measured with"),
        ("train-baseline", "train the Five-Dollar baseline and draw its sheet"),
    ):
        parser = add_command(
            group,
            part,
            summary,
            partial(_train, part),
            detail=("Goes on with what --out holds; Ctrl+C keeps all. Scores take it with --parts FOLDER."),
            examples=f"narrative-server evaluate {part} sprites --minutes 30",
        )
        # Sounds have a judge too, and no baseline.
        kinds = (*_KINDS, "sounds") if part == "train-judge" else _KINDS
        parser.add_argument("kind", choices=kinds, help="of what")
        add_training_options(parser, minutes=30.0)
        if part == "train-baseline":
            parser.add_argument(
                "--samples", type=number(int, 8, 500), help="captions of each split (sprites: 500, backgrounds: 200)"
            )


def _register_kind(group: Commands, kind: Kind) -> None:
    parser = add_command(
        group,
        kind,
        f"measure {kind}: fidelity, agreement with words, variety, novelty",
        partial(_evaluate, kind),
        detail=(
            "Draws for captions of the training and the held-out items, scores the pictures beside real ones, the\n"
            "nearest caption's picture and the Five-Dollar baseline, and prints a table. docs/evaluation.md tells\n"
            "every metric's rule."
        ),
        examples=(
            f"narrative-server evaluate {kind} --json figures.jsonl --sheet {kind}.png\n"
            f"narrative-server evaluate {kind} --model runs/{kind}/model --limit 100\n"
            f"narrative-server evaluate {kind} --rows ours_n1 real_held_out --limit 50"
        ),
    )
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="default: the packaged one")
    add_data_option(parser)
    add_scoring_options(parser, _ROWS, limit=500, max_limit=500, parts="judge and baseline", more_rows=_MORE_ROWS)
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE", help="draw 64 phrases by 4 seeds there, moods and styles beside it"
    )


def _evaluate(kind: Kind, arguments: argparse.Namespace) -> int:
    from narrative_server.evaluation.figures import write_json_lines
    from narrative_server.evaluation.images.run import (
        EvaluateImagesOptions,
        evaluate_images,
        load_tools,
        read_evaluation_data,
    )
    from narrative_server.evaluation.images.sheets import write_sheets
    from narrative_server.images.train import text_encoder

    check_file("--json", arguments.json)
    check_file("--sheet", arguments.sheet)
    options = EvaluateImagesOptions(
        kind=kind,
        data=arguments.data or Path("runs") / kind,
        model=arguments.model,
        limit=int(arguments.limit),
        parts=arguments.parts,
        rows=tuple(arguments.rows),
        threads=arguments.threads,
    )
    with progress_bar() as report:
        report("reading data", 0, 0)
        data = read_evaluation_data(kind, options.data)
        tools = load_tools(options, text_encoder(options.threads))
        found = evaluate_images(options, data, tools, report)
        if arguments.json:
            write_json_lines(found.figures, arguments.json)
        if arguments.sheet:
            report("drawing sheets", 0, 0)
            for path in write_sheets(kind, tools.artist, tools.encode, arguments.sheet):
                progress_console().print(f"{path}", markup=False)
    return show(found, f"evaluate {kind}")


def _train(part: str, arguments: argparse.Namespace) -> int:
    if arguments.kind == "sounds":
        return train_sounds_part(part, arguments)
    from narrative_server.evaluation.images.parts import PartOptions, make_baseline, make_judge
    from narrative_server.evaluation.images.run import read_evaluation_data

    kind: Kind = arguments.kind
    samples = getattr(arguments, "samples", None) or (500 if kind == "sprites" else 200)
    options = PartOptions(
        kind=kind,
        folder=arguments.out or Path("runs") / f"evaluate-{kind}",
        budget=budget_of(arguments),
        samples=int(samples),
        threads=arguments.threads,
    )
    data = arguments.data or Path("runs") / kind
    make = make_judge if part == "train-judge" else make_baseline
    return train_part(
        lambda report, stop: make(options, read_evaluation_data(kind, data), report, stop),
        options.folder,
        "pictures shown",
    )

"""What `narrative-server sprite|background` adds to the other commands of `generate`: styles, finishes, sheets."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import console

if TYPE_CHECKING:
    from narrative_server.v1 import common_pb2, image_pb2

    PictureRequest = image_pb2.GenerateSpriteRequest | image_pb2.GenerateBackgroundRequest
    PictureResponse = image_pb2.GenerateSpriteResponse | image_pb2.GenerateBackgroundResponse


def add_picture_options(parser: argparse.ArgumentParser, medium: str) -> None:
    """Add the options to the command of a medium, "sprite" or "background"."""
    style = parser.add_mutually_exclusive_group()
    style.add_argument("--style", default="", metavar="WORDS", help='such as "grim, 16 colours, outlined"')
    style.add_argument("--style-from", type=Path, metavar="PNG", help="take the style from a picture")
    parser.add_argument("--palette", metavar="FILE|COLOURS", help='a palette file, or "#1a1c2c, #5d275d"')
    parser.add_argument(
        "--scaling", choices=("nearest", "scale2x"), default="nearest", help="how to enlarge (default: %(default)s)"
    )
    if medium == "sprite":
        parser.add_argument(
            "--outline", choices=("none", "dark", "auto"), help="one pixel around (default: the style's)"
        )
        parser.add_argument("--trim", action="store_true", help="cut off empty rows and columns")
    else:
        parser.add_argument("--tile", action="store_true", help="make the right side go on at the left")
    parser.add_argument("--sheet", action="store_true", help="all variants in one picture, with its cells as JSON")


def set_picture_options(request: PictureRequest, arguments: argparse.Namespace) -> None:
    """Write the options into a request. Raises OSError for files that cannot be read."""
    from narrative_server.v1 import common_pb2

    if arguments.style:
        request.style.words = arguments.style
    if arguments.style_from is not None:
        request.style.reference_png = arguments.style_from.read_bytes()
    if arguments.palette:
        request.format.palette.CopyFrom(_palette(arguments.palette))
    request.format.scaling = common_pb2.Scaling.Value(f"SCALING_{arguments.scaling.upper()}")
    if arguments.medium == "sprite":
        request.format.trimmed = arguments.trim
        if arguments.outline:
            request.format.outline = common_pb2.Outline.Value(f"OUTLINE_{arguments.outline.upper()}")
    else:
        request.format.tiled = arguments.tile


def _palette(text: str) -> common_pb2.Palette:
    """A file where there is one of that name, or where the text looks like one's; else a list of colours."""
    from narrative_server.v1 import common_pb2

    path = Path(text)
    looks_like_file = path.suffix.lower() in (".ase", ".aseprite", ".gpl", ".pal", ".hex")
    if looks_like_file or (len(text) < 256 and path.is_file()):
        return common_pb2.Palette(file=path.read_bytes())
    return common_pb2.Palette(hex=text)


def picture_files(
    answer: PictureResponse, arguments: argparse.Namespace, frame_px: tuple[int, int]
) -> dict[Path, bytes]:
    """What to write where: a file a picture, or with --sheet one picture and its JSON. Tells of words without effect.

    frame_px: width and height that were asked for.
    """
    from narrative_server.images.variant_sheet import Cell, write_sheet

    for words in answer.style.words_without_effect:
        console().print(f"style: {words!r} has no effect", markup=False)
    out: Path = arguments.out
    if not arguments.sheet:
        several = len(answer.pictures) > 1
        names = [out.with_stem(f"{out.stem}-{i}") if several else out for i in range(1, len(answer.pictures) + 1)]
        return {name: picture.data for name, picture in zip(names, answer.pictures, strict=True)}
    cells = [
        Cell(
            name=f"{out.stem} {index}",
            data=picture.data,
            pivot_x=picture.pivot_x,
            pivot_y=picture.pivot_y,
            left_px=picture.trim_left_px,
            top_px=picture.trim_top_px,
            frame_px=frame_px,
            seed=picture.seed,
        )
        for index, picture in enumerate(answer.pictures, start=1)
    ]
    sheet, description = write_sheet(cells, out.name, arguments.scale)
    return {out: sheet, out.with_suffix(".json"): description.encode()}

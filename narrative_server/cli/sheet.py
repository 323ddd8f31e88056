"""`narrative-server sheet prompts|moods|styles`: many pictures in one to look at."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command, add_group, console, number

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands


def register(commands: Commands) -> None:
    """Add the group to the command line."""
    group = add_group(
        commands,
        "sheet",
        "draw many pictures in one: of usual prompts, in every mood, or in several styles",
        detail="Draws with the packaged weights, or with your own; needs no server.",
        examples=(
            "narrative-server sheet prompts\n"
            "narrative-server sheet moods\n"
            "narrative-server sheet styles --medium background --out styles.png"
        ),
    )
    for what in ("prompts", "moods", "styles"):
        example = f"narrative-server sheet {what} --medium background --seed 3"
        parser = add_command(group, what, f"draw a sheet of {what}", _sheet, examples=example)
        parser.set_defaults(what=what)
        parser.add_argument("--medium", choices=("sprite", "background"), default="sprite", help="(default: sprite)")
        parser.add_argument("--model", type=Path, metavar="FOLDER", help="weights to draw with (default: the packaged)")
        parser.add_argument("--seed", type=number(int, 0, 2**63 - 1), default=1, help="of the pictures (default: 1)")
        parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: WHAT_MEDIUM.png)")


def _sheet(arguments: argparse.Namespace) -> int:
    from narrative_server.gan.sheet import save_sheet
    from narrative_server.images.look_sheets import mood_sheet, style_sheet
    from narrative_server.images.samples import prompt_sheet
    from narrative_server.images.service import ImageService
    from narrative_server.images.types import ImageConfig
    from narrative_server.models.catalogue import model_path
    from narrative_server.semantics.text_encoder import MODEL_NAME, TextEncoder

    sprite = arguments.medium == "sprite"
    folders = {"sprites_folder" if sprite else "backgrounds_folder": arguments.model}
    service = ImageService(ImageConfig(**folders))
    encode = TextEncoder(model_path(MODEL_NAME)).encode
    if arguments.what == "prompts":
        sheet = prompt_sheet(service, arguments.medium, encode, arguments.seed)
    else:
        draw = mood_sheet if arguments.what == "moods" else style_sheet
        sheet = draw(service, arguments.medium, encode, arguments.seed)
    out = arguments.out or Path(f"{arguments.what}_{arguments.medium}.png")
    save_sheet(sheet, out)
    console().print(f"wrote {out}")
    return 0

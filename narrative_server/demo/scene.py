"""Puts sprites on a background as a beat's staging says. Pixels stay square: everything is scaled by the nearest pixel.

A client's part: takes the staging as the contracts send it, and knows nothing of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from narrative_server.story.staging import Placement, SpriteBox, placed_box
from narrative_server.v1 import beat_pb2 as pb

EMPTY_STAGE: Final = (24, 26, 38, 255)
"""What is shown where a beat has no background."""


@dataclass(frozen=True)
class SceneSprite:
    """A sprite's RGBA image and its pivot, as shares of its width from the left and of its height from the top."""

    image: Image.Image
    pivot_x: float = 0.5
    pivot_y: float = 1.0


def compose_scene(
    background: Image.Image | None, sprites: Mapping[str, SceneSprite], staging: pb.Staging
) -> Image.Image:
    """Draw the scene of `staging`, farthest sprite first; returns an RGBA image of the stage's size.

    background: scaled to the stage where it has another size; None: a dark, empty stage.
    sprites: by key; a placement without its sprite is left out. Nothing given is changed.
    """
    size = (staging.width_px, staging.height_px)
    scene = Image.new("RGBA", size, EMPTY_STAGE)
    if background is not None:
        scene.alpha_composite(background.convert("RGBA").resize(size, Image.Resampling.NEAREST))
    for placement in sorted(staging.placements, key=lambda p: p.z):
        if placement.sprite_key in sprites:
            _draw(scene, sprites[placement.sprite_key], placement)
    return scene


def enlarge(image: Image.Image, factor: int) -> Image.Image:
    """`image` with every pixel as a square of `factor` x `factor`. Raises ValueError for a factor below 1."""
    if factor < 1:
        raise ValueError(f"factor is {factor}; legal: 1 or more")
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def _draw(scene: Image.Image, sprite: SceneSprite, told: pb.Placement) -> None:
    image = sprite.image.convert("RGBA")
    placement = Placement(told.sprite_key, told.x_px, told.y_px, told.scale, told.mirrored, told.z)
    box = placed_box(SpriteBox(told.sprite_key, *image.size, sprite.pivot_x, sprite.pivot_y), placement)
    image = image.resize((box.width_px, box.height_px), Image.Resampling.NEAREST)
    if placement.mirrored:
        image = ImageOps.mirror(image)
    # A sheet of the stage's size: `alpha_composite` refuses what hangs over an edge, pasting cuts it off.
    sheet = Image.new("RGBA", scene.size)
    sheet.paste(image, (box.left_px, box.top_px))
    scene.alpha_composite(sheet)

"""Painting items of the catalogue, with captions, for training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.data_captions import CaptionedPicture
from narrative_server.images.items.catalogue import ITEMS, Item
from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import SIDE_PX, Easel, ItemTooLarge
from narrative_server.images.items.materials import Material
from narrative_server.images.items.words import Said, captions_of


def paint_item(item: Item, number: int, seed: int, weight: float = 1.0) -> CaptionedPicture:
    """Paint one picture of a noun, 32x32 straight-alpha RGBA; `number` walks through what it can be made of.

    Its group is its noun and material, so that no picture of a held-out pair is trained on. Equal arguments give
    equal bytes.
    """
    material = item.stuffs[number % len(item.stuffs)]
    rgba, said = _fitted(item, material, f"{item.noun}/{number}", seed)
    kind = f"painted/{item.noun}"
    # Each material meets each paraphrase, whatever their numbers.
    captions = captions_of(item.noun, item.synonyms, material, said, number // len(item.stuffs) + number)
    return CaptionedPicture(rgba, captions, f"{kind}/{material.word}", weight, True, kind)


def _fitted(item: Item, material: Material, name: str, seed: int) -> tuple[NDArray[np.uint8], Said]:
    """The item as large as the frame allows: what is turned and drawn large by chance may not fit at first."""
    zoom = 1.0
    while True:
        easel = Easel(zoom)
        said = item.paint(easel, material, Choices(seed, name))
        try:
            return easel.finish(item.shadow), said
        except ItemTooLarge as error:
            zoom *= (SIDE_PX - 0.5) / error.length_px


def paint_items(per_noun: int, seed: int, weight: float = 1.0) -> list[CaptionedPicture]:
    """Paint `per_noun` pictures of every noun, each weighing `weight`."""
    return [paint_item(item, number, seed, weight) for item in ITEMS for number in range(per_noun)]

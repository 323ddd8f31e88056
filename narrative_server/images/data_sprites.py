"""The sprite data set: captioned RPG tiles, composed player characters and painted items, 32x32 premultiplied RGBA.

Source: RLTiles and Dungeon Crawl Stone Soup tiles (CC0) with captions of our own; items of our own painter (CC0).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from narrative_server.data_paths import find_data
from narrative_server.gan.data import EncodeTexts, GanData, index_captions
from narrative_server.images.data_captions import CaptionedPicture, head_phrase, mentions_side
from narrative_server.images.data_characters import LAYERS, LayerFile, compose_characters
from narrative_server.images.data_split import group_of, is_held_out
from narrative_server.images.items.paint import paint_items
from narrative_server.images.pixels import premultiply, read_rgba

SIDE_PX = 32
TILES = "sprites-rltiles"
CHARACTER_COUNT = 24_000
PICTURES_PER_ITEM = 24

# Folders that sprites train on and how much each of their tiles counts. Icons of menus (gui) are no things of the
# game's world: framed on black, they were painted for a "fireball" that should fly.
_FOLDER_WEIGHTS = {
    "mon": 2.0,
    "item": 1.0,
    "effect": 0.6,
    "dngn": 0.7,
    "UNUSED": 0.7,
    "player/transform": 1.0,
    "player/felids": 1.0,
}
_LEFT_OUT = ("dngn/water", "dngn/unseen", "effect/halo_range", "effect/indicator", "effect/umbra", "effect/silenced")
_CHARACTER_SHARE = 0.25
"""How much of training shows composed characters."""
_ITEM_SHARE = 0.08
"""How much of training shows painted items."""


@dataclass(frozen=True)
class TileCaption:
    """One line of captions.jsonl."""

    file_name: str
    noun: str
    text: str


def read_captions(path: Path) -> list[TileCaption]:
    """Read captions.jsonl."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [TileCaption(row["file_name"], row["noun"], row["text"]) for row in rows]


def load_tiles(captions: Iterable[TileCaption], root: Path) -> list[CaptionedPicture]:
    """Read the tiles that sprites train on; those that are not 32x32 are left out."""
    chosen = [caption for caption in captions if _folder_weight(caption.file_name) > 0]
    sizes = Counter(group_of(caption.file_name) for caption in chosen)
    pictures = []
    for caption in chosen:
        rgba = read_rgba(root / PurePosixPath(caption.file_name))
        if rgba.shape[:2] != (SIDE_PX, SIDE_PX) or not rgba[..., 3].any():
            continue
        group = group_of(caption.file_name)
        # Variants of one thing share its weight in part, or twenty arrows would drown one dragon.
        weight = _folder_weight(caption.file_name) / sizes[group] ** 0.5
        texts = (caption.noun, head_phrase(caption.text), caption.text, caption.text)
        kind = "/".join(PurePosixPath(caption.file_name).parts[:-1][:2])
        pictures.append(CaptionedPicture(rgba, texts, group, weight, not mentions_side(caption.text), kind))
    return pictures


def load_wardrobe(captions: Iterable[TileCaption], root: Path) -> dict[str, list[LayerFile]]:
    """Read the player layers, by folder."""
    wardrobe: dict[str, list[LayerFile]] = {layer: [] for layer in LAYERS}
    for caption in captions:
        parts = PurePosixPath(caption.file_name).parts
        if len(parts) < 3 or parts[0] != "player" or parts[1] not in wardrobe:
            continue
        rgba = read_rgba(root / PurePosixPath(caption.file_name))
        if rgba.shape[:2] == (SIDE_PX, SIDE_PX):
            name = "/".join(parts[2:]).removesuffix(".png")
            wardrobe[parts[1]].append(LayerFile(name, rgba, caption.text))
    return wardrobe


def build_sprites(
    encode: EncodeTexts, characters: int = CHARACTER_COUNT, seed: int = 1, pictures_per_item: int = PICTURES_PER_ITEM
) -> GanData:
    """Tiles, composed characters and painted items as one data set. Raises DataMissing."""
    captions = read_captions(find_data(f"{TILES}/captions.jsonl"))
    root = find_data(f"{TILES}/mon").parent
    tiles = load_tiles(captions, root)
    items = paint_items(pictures_per_item, seed)
    whole = sum(tile.weight for tile in tiles) / (1.0 - _CHARACTER_SHARE - (_ITEM_SHARE if items else 0.0))
    items = [replace(item, weight=_ITEM_SHARE * whole / len(items)) for item in items]
    people = compose_characters(load_wardrobe(captions, root), characters, seed, _CHARACTER_SHARE * whole / characters)
    notes = {
        "source": "RLTiles / Dungeon Crawl Stone Soup tiles, CC0 1.0; captions of our own, CC0 1.0",
        "tiles": str(len(tiles)),
        "composed characters": str(len(people)),
        "painted items": f"{len(items)}, by our own painter, CC0 1.0",
        "licence": "CC0 1.0",
    }
    return pack_pictures("sprites", [*tiles, *people, *items], encode, notes)


def pack_pictures(
    name: str, pictures: Sequence[CaptionedPicture], encode: EncodeTexts, notes: dict[str, str]
) -> GanData:
    """Captioned pictures of one size as a data set of premultiplied RGBA."""
    phrases, rows = index_captions([picture.captions for picture in pictures])
    values = np.stack([premultiply(picture.rgba) for picture in pictures]).transpose(0, 3, 1, 2)
    return GanData(
        name=name,
        values=np.ascontiguousarray(values),
        phrases=phrases,
        embeddings=encode(phrases).astype(np.float32),
        captions=rows,
        conditions=np.zeros((len(pictures), 0), dtype=np.float32),
        weights=np.array([picture.weight for picture in pictures], dtype=np.float32),
        held_out=np.array([is_held_out(picture.group) for picture in pictures]),
        flippable=np.array([picture.flippable for picture in pictures]),
        notes=notes,
        kinds=tuple(picture.kind for picture in pictures),
    )


def _folder_weight(file_name: str) -> float:
    # Tiles named i-... are marks in the corner of an item, not things.
    if file_name.startswith(_LEFT_OUT) or PurePosixPath(file_name).name.startswith("i-"):
        return 0.0
    for folder, weight in _FOLDER_WEIGHTS.items():
        if file_name.startswith(folder + "/"):
            return weight
    return 0.0

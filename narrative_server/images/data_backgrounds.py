"""The background data set: painted places and their captions. No moods: finishing gives them (`images.grade`)."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.gan.data import EncodeTexts, GanData, index_captions
from narrative_server.images.data_split import is_held_out
from narrative_server.images.painter import KINDS, SUNLESS, Scene, captions, paint, random_scene
from narrative_server.images.scenery import scenery_tags

_CHUNK_SCENES = 50
_HOURS: Final = {
    "dawn": "dawn",
    "morning": "day",
    "noon": "day",
    "afternoon": "day",
    "dusk": "dusk",
    "night": "night",
}
_CAPTIONS_PER_SCENE = 4


@dataclass(frozen=True)
class BackgroundOptions:
    """How many scenes to paint, from which seed, with how many processes."""

    scenes: int = 20_000
    seed: int = 1
    processes: int = 2

    def __post_init__(self) -> None:
        for key, most in (("scenes", 1_000_000), ("processes", 256)):
            value = getattr(self, key)
            if not 1 <= value <= most:
                raise InvalidConfig(f"backgrounds.{key}", value, f"1 to {most}")


@dataclass(frozen=True)
class PaintedChunk:
    """Some scenes: pictures (N, H, W, 3) uint8, and of each its captions, group, kind and tags."""

    pictures: NDArray[np.uint8]
    captions: list[tuple[str, ...]]
    groups: list[str]
    kinds: list[str]
    tags: list[NDArray[np.float32]]


def paint_chunk(seed: int, scenes: int) -> PaintedChunk:
    """Paint `scenes` random scenes; the same for equal arguments."""
    rng = np.random.default_rng(seed)
    pictures, texts, groups, kinds, tags = [], [], [], [], []
    for _ in range(scenes):
        scene = random_scene(rng)
        said = tuple(dict.fromkeys(captions(scene)))
        pictures.append(paint(scene))
        texts.append(tuple(said[i] for i in sorted(rng.permutation(len(said))[:_CAPTIONS_PER_SCENE])))
        groups.append(f"painted/{scene.layout_seed}")
        kinds.append(scene.kind)
        tags.append(_tags(scene))
    return PaintedChunk(np.stack(pictures), texts, groups, kinds, tags)


def _tags(scene: Scene) -> NDArray[np.float32]:
    """Hour and weather of a scene as far as they show in it."""
    if scene.kind in SUNLESS:
        return scenery_tags()
    return scenery_tags(_HOURS[scene.time], "" if KINDS[scene.kind].indoor else scene.weather)


def build_backgrounds(encode: EncodeTexts, options: BackgroundOptions) -> GanData:
    """Paint and caption the whole set, in processes of low priority where there are several."""
    sizes = [_CHUNK_SCENES] * (options.scenes // _CHUNK_SCENES)
    sizes += [options.scenes % _CHUNK_SCENES] if options.scenes % _CHUNK_SCENES else []
    jobs = [(options.seed * 1_000_003 + index, size) for index, size in enumerate(sizes)]
    if options.processes == 1:
        chunks = [paint_chunk(*job) for job in jobs]
    else:
        with multiprocessing.get_context("spawn").Pool(options.processes, initializer=_lower_priority) as pool:
            chunks = pool.starmap(paint_chunk, jobs, chunksize=1)
    return _pack(chunks, encode)


def _pack(chunks: Sequence[PaintedChunk], encode: EncodeTexts) -> GanData:
    groups = [group for chunk in chunks for group in chunk.groups]
    phrases, rows = index_captions([texts for chunk in chunks for texts in chunk.captions])
    values = np.concatenate([chunk.pictures for chunk in chunks]).transpose(0, 3, 1, 2)
    count = len(values)
    return GanData(
        name="backgrounds",
        values=np.ascontiguousarray(values),
        phrases=phrases,
        embeddings=encode(phrases).astype(np.float32),
        captions=rows,
        conditions=np.zeros((count, 0), dtype=np.float32),
        weights=np.ones(count, dtype=np.float32),
        held_out=np.array([is_held_out(group) for group in groups]),
        flippable=np.ones(count, dtype=np.bool_),
        condition_names=(),
        notes={
            "source": "painted by this project's own procedural painter, Apache-2.0",
            "pictures": str(count),
            "licence": "Apache-2.0",
        },
        kinds=tuple(kind for chunk in chunks for kind in chunk.kinds),
        tags=np.stack([tags for chunk in chunks for tags in chunk.tags]),
    )


def _lower_priority() -> None:
    """Leave the machine to whoever works at it."""
    if sys.platform == "win32":
        below_normal = 0x4000
        ctypes.windll.kernel32.SetPriorityClass(ctypes.windll.kernel32.GetCurrentProcess(), below_normal)
    else:
        os.nice(10)

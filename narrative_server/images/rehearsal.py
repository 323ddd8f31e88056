"""What keeps a fine-tuned generator from forgetting: pictures of what it could do before, mixed in with the new ones.

Where the original data is at hand its pictures are taken; else the packaged generator's own samples stand in for it
(generative replay: Shin et al. 2017, arXiv 1705.08690).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.data_paths import find_data
from narrative_server.errors import DataMissing
from narrative_server.gan.data import EncodeTexts, GanData, index_captions
from narrative_server.images.data_backgrounds import BackgroundOptions, build_backgrounds
from narrative_server.images.data_split import is_held_out
from narrative_server.images.data_sprites import TILES, build_sprites, read_captions
from narrative_server.images.engine import PictureEngine
from narrative_server.images.finishing import finish_background, finish_sprite
from narrative_server.images.painter import captions, random_scene
from narrative_server.images.pixels import premultiply
from narrative_server.images.prompts import BACKGROUND_PROMPTS, SPRITE_PROMPTS
from narrative_server.images.scenery import told_scenery, wanted_scenery

Rehearse: TypeAlias = Literal["auto", "samples", "none"]
REHEARSE: Final = ("auto", "samples", "none")
REHEARSAL_SHARE: Final = 0.3
"""Share of training's draws that rehearse."""

KIND: Final = "rehearsal"
_LEAST: Final = 400
_MOST: Final = 2_000


def with_rehearsal(own: GanData, kind: str, base: Path, how: Rehearse, encode: EncodeTexts, seed: int) -> GanData:
    """`own` with a rehearsal set mixed in. base: folder of the model that is fine-tuned; how: see REHEARSE."""
    if how == "none":
        return own
    count = min(_MOST, max(_LEAST, own.size))
    other = _original(kind, count, encode, seed) if how == "auto" else None
    if other is None:
        other = sample_rehearsal(kind, base, count, encode, seed)
    return mix(own, other, REHEARSAL_SHARE)


def is_rehearsal(data: GanData) -> NDArray[np.bool_]:
    """Which items rehearse, (N,)."""
    return np.array([kind == KIND for kind in data.kinds] or [False] * data.size, dtype=np.bool_)


def mix(own: GanData, other: GanData, share: float) -> GanData:
    """Both sets as one, of which `other` has `share` of training's draws."""
    ours, theirs = (float(data.weights[~data.held_out].sum()) for data in (own, other))
    scale = share / (1.0 - share) * ours / theirs
    values: NDArray[Any] = np.concatenate((own.values, other.values))
    return replace(
        own,
        values=values,
        phrases=own.phrases + other.phrases,
        embeddings=np.concatenate((own.embeddings, other.embeddings)),
        captions=_stacked(own.captions, other.captions + len(own.phrases)),
        conditions=np.concatenate((own.conditions, other.conditions)),
        weights=np.concatenate((own.weights, other.weights * np.float32(scale))),
        held_out=np.concatenate((own.held_out, other.held_out)),
        flippable=np.concatenate((own.flippable, other.flippable)),
        notes={**own.notes, "rehearsal": f"{other.size} pictures, {share:.0%} of draws: {other.notes['source']}"},
        kinds=(own.kinds or ("pictures",) * own.size) + (KIND,) * other.size,
        tags=_tags_of_both(own, other),
    )


def _tags_of_both(own: GanData, other: GanData) -> NDArray[np.float32]:
    """Nothing is known of a set without tags; none where neither has any."""
    width = max(own.tags.shape[1], other.tags.shape[1])
    if width == 0:
        return own.tags
    parts = [part.tags if len(part.tags) else np.zeros((part.size, width), np.float32) for part in (own, other)]
    return np.concatenate(parts)


def sample_rehearsal(kind: str, base: Path, count: int, encode: EncodeTexts, seed: int) -> GanData:
    """`count` pictures that the model in `base` paints for phrases of its own field, at the hour that they name."""
    engine = PictureEngine(base, kind, f"narrative-server train {kind}")
    rng = np.random.default_rng(seed)
    said = _questions(kind, count, rng)
    phrases, rows = index_captions([(text,) for text in said])
    embeddings = encode(phrases).astype(np.float32)
    sprites = kind == "sprites"
    values = []
    for text, row in zip(said, rows[:, 0], strict=True):
        tags = None if sprites else wanted_scenery(text)
        drawn = engine.draw_each(embeddings[row], [int(rng.integers(2**62))], tags=tags)[0]
        values.append(premultiply(finish_sprite(drawn)) if sprites else finish_background(drawn))
    return GanData(
        name=kind,
        values=np.ascontiguousarray(np.stack(values).transpose(0, 3, 1, 2)),
        phrases=phrases,
        embeddings=embeddings,
        captions=rows,
        conditions=np.zeros((count, 0), dtype=np.float32),
        weights=np.ones(count, dtype=np.float32),
        held_out=np.array([is_held_out(f"{text} {row}") for row, text in enumerate(said)]),
        flippable=np.zeros(count, dtype=np.bool_),
        condition_names=(),
        notes={"source": "samples of the model that was fine-tuned"},
        tags=np.zeros((0, 0), np.float32) if sprites else np.stack([told_scenery((text,)) for text in said]),
    )


def _original(kind: str, count: int, encode: EncodeTexts, seed: int) -> GanData | None:
    """Some of the packaged model's own training data; None where it is not on this machine."""
    if kind == "backgrounds":
        return build_backgrounds(encode, BackgroundOptions(count, seed, processes=1))
    try:
        whole = build_sprites(encode, characters=count // 2, seed=seed)
    except DataMissing:
        return None
    rng = np.random.default_rng(seed)
    chances = whole.weights.astype(np.float64) / whole.weights.sum()
    rows = np.sort(rng.choice(whole.size, size=min(count, whole.size), replace=False, p=chances))
    chosen = whole.part(rows)
    return replace(chosen, weights=np.ones(chosen.size, dtype=np.float32))


def _questions(kind: str, count: int, rng: np.random.Generator) -> list[str]:
    """Phrases to paint for."""
    if kind == "sprites":
        known = _sprite_phrases()
        return [known[i] for i in rng.integers(len(known), size=count)]
    said = []
    for _ in range(count):
        texts = captions(random_scene(rng))
        said.append(texts[int(rng.integers(len(texts)))])
    said[: len(BACKGROUND_PROMPTS)] = [phrase for phrase, _ in BACKGROUND_PROMPTS][:count]
    return said


def _sprite_phrases() -> Sequence[str]:
    """The tile set's captions where they are (they come with the source tree), else the sample sheet's prompts."""
    try:
        known = read_captions(find_data(f"{TILES}/captions.jsonl"))
    except DataMissing:
        return SPRITE_PROMPTS
    texts = [caption.text for caption in known if not caption.file_name.startswith(("player/", "dngn/water"))]
    return (*SPRITE_PROMPTS, *texts)


def _stacked(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
    """Caption rows of both, narrower ones repeated to the wider one's width, the last column kept last."""
    width = max(first.shape[1], second.shape[1])
    columns = [[i * part.shape[1] // width for i in range(width)] for part in (first, second)]
    return np.concatenate([part[:, chosen] for part, chosen in zip((first, second), columns, strict=True)])

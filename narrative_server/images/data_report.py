"""What a picture data set holds: counts, balance after weighting, duplicates, and a contact sheet to look at.

Knows nothing of files or training; the figures are of a `GanData` as training would see it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from narrative_server.gan.checkpoint import write_whole
from narrative_server.gan.data import GanData
from narrative_server.gan.sheet import draw_sheet
from narrative_server.images.data_folder import Skipped

NEAR_BITS: Final = 3
"""Most bits of 64 in which the difference hashes of near duplicates differ."""

NEAR_COLOUR: Final = 6.0
"""Most that near duplicates differ in mean colour of 4x4 parts, of 255."""

MAX_COMPARED: Final = 40_000
_CHUNK: Final = 512
_PAIRS: Final = 100_000
_MAX_EXAMPLES: Final = 8


@dataclass(frozen=True)
class Share:
    """One kind or noun: its items, how many are held out, mean sampling weight, and its share of training's draws."""

    name: str
    items: int
    held_out: int
    mean_weight: float
    draws: float


@dataclass(frozen=True)
class Duplicates:
    """Pictures that are there more than once.

    exact: items whose pixels an earlier item has. near: items that are not exact duplicates and look nearly like some
    other. across_split: held-out items with an exact or near duplicate that is trained on. compared: items looked at
    for near duplicates, a random choice where there are more than MAX_COMPARED. examples: captions of some pairs.
    """

    exact: int
    near: int
    across_split: int
    compared: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DataReport:
    """A data set's figures. kinds and nouns: most drawn first. effective_kinds: exp of the entropy of draws by kind.

    effective_items: how many items of equal weight would be as varied, (sum of weights)^2 / sum of squares.
    sizes_px: how many files had each size, used or not; unlisted: picture files that no row of metadata names.
    """

    name: str
    items: int
    held_out: int
    phrases: int
    width_px: int
    height_px: int
    channels: int
    kinds: tuple[Share, ...]
    nouns: tuple[Share, ...]
    effective_kinds: float
    effective_items: float
    duplicates: Duplicates
    sizes_px: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    unlisted: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As JSON-able values."""
        return asdict(self)


def report_of(
    data: GanData,
    sizes_px: Mapping[str, int] | None = None,
    skipped: Sequence[Skipped] = (),
    unlisted: Sequence[str] = (),
) -> DataReport:
    """Measure a data set; sizes, skipped and unlisted are what reading its files found."""
    channels, height, width = data.grid
    kinds = shares_of(data.kinds or ("all",) * data.size, data)
    draws = [share.draws for share in kinds if share.draws > 0]
    trained = data.weights[~data.held_out].astype(np.float64)
    return DataReport(
        name=data.name,
        items=data.size,
        held_out=int(data.held_out.sum()),
        phrases=len(data.phrases),
        width_px=width,
        height_px=height,
        channels=channels,
        kinds=kinds,
        nouns=shares_of([data.phrases[row] for row in data.captions[:, 0]], data),
        effective_kinds=math.exp(-sum(share * math.log(share) for share in draws)),
        effective_items=float(trained.sum() ** 2 / np.square(trained).sum()),
        duplicates=find_duplicates(data),
        sizes_px=sizes_px if sizes_px is not None else {f"{width}x{height}": data.size},
        skipped=tuple(skipped),
        unlisted=tuple(unlisted),
        notes=data.notes,
    )


def shares_of(names: Sequence[str], data: GanData) -> tuple[Share, ...]:
    """Items and draws by name; names: one an item."""
    distinct = {name: number for number, name in enumerate(dict.fromkeys(names))}
    rows = np.array([distinct[name] for name in names])
    count = len(distinct)
    items = np.bincount(rows, minlength=count)
    held_out = np.bincount(rows[data.held_out], minlength=count)
    drawn = np.bincount(rows, weights=data.weights * ~data.held_out, minlength=count)
    weights = np.bincount(rows, weights=data.weights, minlength=count)
    shares = [
        Share(name, int(items[i]), int(held_out[i]), float(weights[i] / items[i]), float(drawn[i] / drawn.sum()))
        for name, i in distinct.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.draws, share.name)))


def find_duplicates(data: GanData) -> Duplicates:
    """Exact duplicates by a hash of the pixels, near ones by difference hash and mean colours."""
    digests = [hashlib.sha256(np.ascontiguousarray(item).tobytes()).digest() for item in data.values]
    first: dict[bytes, int] = {}
    partner = np.full(data.size, -1)
    for row, digest in enumerate(digests):
        earlier = first.setdefault(digest, row)
        if earlier != row:
            partner[row] = earlier
    exact = int((partner >= 0).sum())
    trained = {digest for row, digest in enumerate(digests) if not data.held_out[row]}
    leaked = np.array([data.held_out[row] and digest in trained for row, digest in enumerate(digests)])
    rows = np.arange(data.size)
    if data.size > MAX_COMPARED:
        rows = np.sort(np.random.default_rng(1).choice(data.size, MAX_COMPARED, replace=False))
    near, leaks, pairs = _near_duplicates(data, rows[partner[rows] < 0])
    leaked[leaks] = True
    exact_pairs = [(int(partner[row]), int(row)) for row in np.flatnonzero(partner >= 0)[:_MAX_EXAMPLES]]
    names = [data.phrases[row] for row in data.captions[:, -1]]
    examples = tuple((names[a], names[b]) for a, b in [*exact_pairs, *pairs][:_MAX_EXAMPLES])
    return Duplicates(exact, len(near), int(leaked.sum()), len(rows), examples)


def _near_duplicates(
    data: GanData, rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], list[tuple[int, int]]]:
    """Of `rows`: those that look like another, the held-out ones that look like a trained one, and some pairs."""
    hashes = difference_hashes(data.values[rows])
    colours = _mean_colours(data.values[rows])
    held_out = data.held_out[rows]
    near = np.zeros(len(rows), dtype=np.bool_)
    leaks = np.zeros(len(rows), dtype=np.bool_)
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(rows), _CHUNK):
        bits = np.bitwise_count(hashes[start : start + _CHUNK, None] ^ hashes[None, :])  # (chunk, N)
        ours, others = np.nonzero(bits <= NEAR_BITS)
        ours += start
        kept = ours != others
        ours, others = ours[kept], others[kept]
        alike = _alike(colours, ours, others)
        ours, others = ours[alike], others[alike]
        near[ours] = True
        leaks[ours[held_out[ours] & ~held_out[others]]] = True
        if len(pairs) < _MAX_EXAMPLES:
            found = zip(ours[ours < others], others[ours < others], strict=True)
            pairs += [(int(rows[a]), int(rows[b])) for a, b in found][:_MAX_EXAMPLES]
    return rows[near], rows[leaks], pairs


def _alike(colours: NDArray[np.float32], ours: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which pairs have like colours; in pieces, since there may be millions of pairs."""
    pieces = [
        np.abs(colours[ours[start : start + _PAIRS]] - colours[others[start : start + _PAIRS]]).mean(axis=1)
        for start in range(0, len(ours), _PAIRS)
    ]
    result: NDArray[np.bool_] = np.concatenate([np.zeros(0, np.float32), *pieces]) <= NEAR_COLOUR
    return result


def difference_hashes(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Whether each of 8x8 parts is lighter than the part at its right, as 64 bits a picture.

    values: (N, 3 or 4, H, W) uint8, premultiplied where there is alpha; transparent counts as mid grey.
    """
    light = np.stack([_thumbnail(item, 9, 8) for item in _on_grey(values)])  # (N, 8, 9, 3)
    grey = light.astype(np.float32).mean(axis=3)
    bits = (grey[:, :, :-1] > grey[:, :, 1:]).reshape(len(values), 64)
    return np.packbits(bits, axis=1).view(">u8").astype(np.uint64).reshape(-1)


def _mean_colours(values: NDArray[Any]) -> NDArray[np.float32]:
    """Mean colour of 4x4 parts, (N, 48), 0..255."""
    parts = np.stack([_thumbnail(item, 4, 4) for item in _on_grey(values)])
    return parts.reshape(len(values), -1).astype(np.float32)


def _thumbnail(picture: NDArray[np.uint8], columns: int, rows: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).resize((columns, rows), Image.Resampling.BOX))


def _on_grey(values: NDArray[Any]) -> NDArray[np.uint8]:
    """(N, 3 or 4, H, W) premultiplied to (N, H, W, 3) on mid grey."""
    light = values[:, :3].astype(np.uint16)
    if values.shape[1] == 4:
        light = np.minimum(light + (255 - values[:, 3:].astype(np.uint16)) * 128 // 255, 255)
    return np.ascontiguousarray(light.astype(np.uint8).transpose(0, 2, 3, 1))


def contact_sheet(data: GanData, per_kind: int = 8, most_kinds: int = 40, seed: int = 1) -> Image.Image:
    """One row a kind, the most drawn first, each with some of its pictures in its share of draws."""
    rng = np.random.default_rng(seed)
    kinds = np.array(data.kinds or ("all",) * data.size)
    shown, labels = [], []
    for share in shares_of(list(kinds), data)[:most_kinds]:
        rows = np.flatnonzero(kinds == share.name)
        chosen = rng.choice(rows, size=min(per_kind, len(rows)), replace=False)
        pictures = np.zeros((per_kind, *data.grid), dtype=np.uint8)
        pictures[: len(chosen)] = data.values[chosen]
        shown.append(pictures.transpose(0, 2, 3, 1))
        labels.append(f"{share.name} {share.items} ({share.draws:.1%} of draws)")
    scale = 2 if data.grid[2] <= 64 else 1
    return draw_sheet(np.stack(shown), labels, scale, columns=2)


def write_report(report: DataReport, path: Path) -> None:
    """Write the figures as JSON. Raises StorageFailed."""
    write_whole(path, (json.dumps(report.to_json(), indent=2) + "\n").encode())

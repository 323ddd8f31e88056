"""Sample sheets of an evaluation: 64 phrases by four seeds, and a dozen under each mood and in each of a few styles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.images import sheet_prompts
from narrative_server.evaluation.images.artist import NEUTRAL, Artist, Kind
from narrative_server.gan.data import EncodeTexts
from narrative_server.gan.sheet import draw_sheet
from narrative_server.images.polish import recolour
from narrative_server.images.subject import with_subject
from narrative_server.images.types import Finish, StyleCode
from narrative_server.semantics.mood import EMOTIONS, Mood

SEEDS: Final = 4
_COLUMNS: Final = {"sprites": 4, "backgrounds": 2}
_INTENSITY: Final = 0.8

STYLES: Final = (
    StyleCode(),
    StyleCode(saturation=0.35, lightness=-0.1, colours=16),
    StyleCode(saturation=1.5, contrast=1.2, lightness=0.05),
    StyleCode(blue_yellow=0.05, saturation=0.8),
    StyleCode(blue_yellow=-0.06, green_red=-0.02),
    StyleCode(colours=6, contrast=1.3),
)
"""None, grim, vivid, warm, cold, and of few colours."""


def write_sheets(kind: Kind, artist: Artist, encode: EncodeTexts, file: Path) -> list[Path]:
    """Draw and write the three sheets: `file` and, beside it, FILE_moods and FILE_styles. Returns their paths.

    The ending of `file` says the format: .png, .webp and others that Pillow writes. Raises OSError.
    """
    sprites = kind == "sprites"
    few = sheet_prompts.MOOD_SPRITES if sprites else sheet_prompts.MOOD_BACKGROUNDS
    every = sheet_prompts.SPRITES if sprites else sheet_prompts.BACKGROUNDS
    sentences = {text: encode(with_subject(text)) for text in (*every, *few)}
    moods = [NEUTRAL if name == "neutral" else Mood(name, _INTENSITY) for name in EMOTIONS]
    seeds = [[artist.draw(text, sentences[text], NEUTRAL, seed) for seed in range(1, SEEDS + 1)] for text in every]
    felt = [[artist.draw(text, sentences[text], mood, 1) for mood in moods] for text in few]
    styled = [[recolour(row[0], NEUTRAL, 0, Finish(style=style)) for style in STYLES] for row in felt]
    sheets = {"": (every, seeds), "_moods": (few, felt), "_styles": (few, styled)}
    paths = []
    for suffix, (labels, pictures) in sheets.items():
        path = file.with_name(f"{file.stem}{suffix}{file.suffix}")
        _write(np.stack([np.stack(row) for row in pictures]), labels, kind, path)
        paths.append(path)
    return paths


def _write(pictures: NDArray[np.uint8], labels: Sequence[str], kind: Kind, path: Path) -> None:
    """pictures: (rows, columns, H, W, 4)."""
    sheet = draw_sheet(pictures, labels, scale=2 if kind == "sprites" else 1, columns=_COLUMNS[kind])
    # 256 colours make a PNG of pixel art several times smaller, and no eye sees it.
    (sheet.quantize(256) if path.suffix.lower() == ".png" else sheet).save(path, optimize=True)

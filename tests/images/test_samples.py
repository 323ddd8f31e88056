from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from narrative_server.images.samples import Prompt, background_sheet, prompt_sheet, sprite_sheet
from narrative_server.images.service import ImageService
from narrative_server.images.types import ImageConfig
from narrative_server.semantics.mood import Mood


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)


def test_a_sheet_shows_every_prompt_and_seed_and_repeats(weights: Path) -> None:
    service = ImageService(ImageConfig(weights / "sprites", weights / "backgrounds", device="cpu"))
    prompts = (Prompt("orc"), Prompt("old library", Mood("fear", 0.8)))
    sheet = sprite_sheet(service, prompts, 3, encode, columns=1)
    assert sheet.size == (3 * (64 + 2) + 6, 2 * (64 + 14))
    assert sprite_sheet(service, prompts, 3, encode, columns=1).tobytes() == sheet.tobytes()
    wide = background_sheet(service, prompts, 2, encode, columns=2)
    assert wide.size == (2 * (2 * (160 + 2) + 6), 96 + 14)
    assert [prompt.label for prompt in prompts] == ["orc", "old library (fear)"]


@pytest.mark.parametrize(("medium", "rows", "columns"), [("sprite", 24, 16), ("background", 16, 6)])
def test_the_usual_prompts_begin_with_the_seed_that_is_asked_for(
    weights: Path, medium: str, rows: int, columns: int
) -> None:
    service = ImageService(ImageConfig(weights / "sprites", weights / "backgrounds", device="cpu"))
    first, second = (prompt_sheet(service, medium, encode, seed) for seed in (1, 2))
    pictures = rows * 4 if medium == "sprite" else rows * 3
    assert first.width > columns * 32
    assert first.size == second.size
    assert first.tobytes() != second.tobytes()
    assert pictures == columns * first.height // (78 if medium == "sprite" else 110)

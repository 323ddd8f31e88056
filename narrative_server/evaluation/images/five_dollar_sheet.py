"""The Five-Dollar baseline's samples as one indexed PNG with a JSON that names them, so that scoring needs no model.

The sheet shows one sample a caption, then several of each caption of `variety`.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.evaluation.images.five_dollar import CLEAR, FiveDollarModel, Palette
from narrative_server.evaluation.images.prompts import SPLITS, Prompt
from narrative_server.gan.checkpoint import write_whole
from narrative_server.gan.data import GanData

COLUMNS: Final = 25
_SHEET: Final = "five_dollar.png"
_FACTS: Final = "five_dollar.json"


@dataclass(frozen=True)
class FiveDollarSamples:
    """pictures: (N, H, W, 4) straight alpha, one a prompt. variety: one (K, H, W, 4) for each of its own prompts."""

    prompts: list[Prompt]
    pictures: NDArray[np.uint8]
    variety_prompts: list[Prompt]
    variety: list[NDArray[np.uint8]]


@dataclass(frozen=True)
class SampleList:
    """What to draw: `samples` pictures of each of `variety`, besides one of each of `prompts`."""

    prompts: list[Prompt]
    variety: list[Prompt]
    samples: int

    def every(self) -> list[Prompt]:
        """One prompt a picture of the sheet, in its order."""
        return [*self.prompts, *(prompt for prompt in self.variety for _ in range(self.samples))]


def draw_samples(model: FiveDollarModel, data: GanData, wanted: SampleList, seed: int) -> NDArray[np.uint8]:
    """Palette classes (N, H, W) of the whole sheet; its captions are those of `data`."""
    places = {phrase: row for row, phrase in enumerate(data.phrases)}
    every = wanted.every()
    sentences = data.embeddings[[places[prompt.caption] for prompt in every]]
    return model.draw(sentences, np.random.default_rng(seed))


def save_samples(
    folder: Path, classes: NDArray[np.uint8], palette: Palette, wanted: SampleList, facts: dict[str, str | float]
) -> None:
    """Write the sheet and its JSON."""
    count, height, width = classes.shape
    lines = -(-count // COLUMNS)
    padded = np.zeros((lines * COLUMNS, height, width), np.uint8)
    padded[:count] = classes
    grid = padded.reshape(lines, COLUMNS, height, width).transpose(0, 2, 1, 3)
    sheet = Image.fromarray(grid.reshape(lines * height, COLUMNS * width))
    sheet.putpalette(palette.colours[:, :3].tobytes(), "RGB")
    buffer = io.BytesIO()
    has_clear = palette.colours[CLEAR, 3] == 0
    sheet.save(buffer, "PNG", optimize=True, **({"transparency": CLEAR} if has_clear else {}))
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / _SHEET, buffer.getvalue())
    listed = {
        "height": height,
        "width": width,
        "samples": wanted.samples,
        "prompts": [_to_json(prompt) for prompt in wanted.prompts],
        "variety": [_to_json(prompt) for prompt in wanted.variety],
        "training": facts,
        "sha256": {_SHEET: hashlib.sha256(buffer.getvalue()).hexdigest()},
    }
    write_whole(folder / _FACTS, (json.dumps(listed, indent=1) + "\n").encode())


def load_samples(folder: Path, command: str) -> FiveDollarSamples:
    """Read what `save_samples` wrote; `command` repairs it. Raises ModelMissing, ModelCorrupt."""
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        data = (folder / _SHEET).read_bytes()
    except FileNotFoundError:
        raise ModelMissing("five_dollar", command) from None
    except (OSError, ValueError) as error:
        raise ModelCorrupt("five_dollar", str(error), command) from error
    try:
        if hashlib.sha256(data).hexdigest() != facts["sha256"][_SHEET]:
            raise ModelCorrupt("five_dollar", f"{_SHEET} does not match its checksum", command)
        prompts = [_from_json(*entry) for entry in facts["prompts"]]
        variety = [_from_json(*entry) for entry in facts["variety"]]
        height, width, samples = int(facts["height"]), int(facts["width"]), int(facts["samples"])
        with Image.open(io.BytesIO(data)) as sheet:
            pixels = np.asarray(sheet.convert("RGBA"))
        lines = pixels.shape[0] // height
        tiles = pixels.reshape(lines, height, COLUMNS, width, 4).transpose(0, 2, 1, 3, 4).reshape(-1, height, width, 4)
        shown = tiles[len(prompts) : len(prompts) + len(variety) * samples]
        groups = shown.reshape(len(variety), samples, height, width, 4)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ModelCorrupt("five_dollar", str(error), command) from error
    return FiveDollarSamples(prompts, tiles[: len(prompts)], variety, list(groups))


def _to_json(prompt: Prompt) -> list[str]:
    return [prompt.caption, prompt.split]


def _from_json(caption: str, split: str) -> Prompt:
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}; legal: {', '.join(SPLITS)}")
    return Prompt(caption, split)

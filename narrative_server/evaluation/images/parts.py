"""Makes what an evaluation needs besides our own models: the judge and the baseline's samples. Training only.

Both lie in one folder and are gone on with when trained again; the package carries copies of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors

from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.evaluation.images.artist import Kind
from narrative_server.evaluation.images.five_dollar import (
    BACKGROUND_MODEL,
    SPRITE_MODEL,
    FiveDollarModel,
    Palette,
    make_palette,
)
from narrative_server.evaluation.images.five_dollar_sheet import SampleList, draw_samples, save_samples
from narrative_server.evaluation.images.five_dollar_training import train_five_dollar
from narrative_server.evaluation.images.judge import Judge, load_judge, save_judge
from narrative_server.evaluation.images.judge_training import train_judge
from narrative_server.evaluation.images.prompts import PROMPTS, SPLITS, choose_prompts
from narrative_server.evaluation.images.rows import VARIETY_PROMPTS, VARIETY_SAMPLES
from narrative_server.evaluation.images.training import Budget, Report, Spent
from narrative_server.gan.checkpoint import write_whole
from narrative_server.gan.data import GanData

_WEIGHTS: Final = "five_dollar.safetensors"


@dataclass(frozen=True)
class PartOptions:
    """folder: where parts lie. samples: captions of each split on its sheet. threads: 0 is torch's choice."""

    kind: Kind
    folder: Path
    budget: Budget
    samples: int = PROMPTS
    threads: int = 1

    def __post_init__(self) -> None:
        if not 8 <= self.samples <= PROMPTS:
            raise InvalidConfig("--samples", self.samples, f"8 to {PROMPTS}")


def make_judge(options: PartOptions, data: GanData, report: Report, stop: Callable[[], bool] = lambda: False) -> Spent:
    """Train the judge, or go on with the one in the folder. Raises ModelCorrupt."""
    _use_threads(options)
    there = options.folder / "judge.json"
    start = load_judge(options.folder, f"delete {there}") if there.is_file() else None
    earlier = _facts(there) if start else {}

    def keep(judge: Judge, spent: Spent) -> None:
        facts = spent.after(earlier).facts(options.budget, data)
        save_judge(judge, facts, options.folder)
        _write_card(options.folder / "judge.md", _JUDGE_CARD, options.kind, facts)

    judge, spent = train_judge(data, options.budget, report, stop, start, keep)
    keep(judge, spent)
    return spent.after(earlier)


def make_baseline(
    options: PartOptions, data: GanData, report: Report, stop: Callable[[], bool] = lambda: False
) -> Spent:
    """Train the Five-Dollar baseline, or go on with the one in the folder, and draw its sheet."""
    _use_threads(options)
    weights = options.folder / _WEIGHTS
    start, earlier = _read_baseline(weights, options.kind) if weights.is_file() else (None, {})

    def keep(model: FiveDollarModel, palette: Palette, spent: Spent) -> None:
        _write_baseline(weights, model, palette, spent.after(earlier).facts(options.budget, data))

    model, palette, spent = train_five_dollar(data, options.budget, report, stop, start, keep)
    keep(model, palette, spent)
    whole = spent.after(earlier)
    facts = {"parameters": sum(value.numel() for value in model.parameters()), **whole.facts(options.budget, data)}
    prompts = {split: choose_prompts(data, split, options.samples) for split in SPLITS}
    wanted = SampleList(
        [prompt for split in SPLITS for prompt in prompts[split]],
        [prompt for split in SPLITS for prompt in prompts[split][:VARIETY_PROMPTS]],
        VARIETY_SAMPLES,
    )
    save_samples(options.folder, draw_samples(model, data, wanted, options.budget.seed), palette, wanted, facts)
    _write_card(options.folder / "five_dollar.md", _BASELINE_CARD, options.kind, facts)
    return whole


def _write_baseline(path: Path, model: FiveDollarModel, palette: Palette, facts: Mapping[str, str | float]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {key: value.contiguous() for key, value in model.state_dict().items()}
    tensors["palette"] = torch.from_numpy(palette.colours)
    write_whole(path, save_tensors(tensors, {"training": json.dumps(facts)}))


def _read_baseline(path: Path, kind: Kind) -> tuple[tuple[FiveDollarModel, Palette], dict[str, Any]]:
    """The baseline, and what its training took. Raises ModelCorrupt."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
            facts: dict[str, Any] = json.loads(file.metadata()["training"])
        palette = make_palette(np.asarray(tensors.pop("palette").numpy(), dtype=np.uint8))
        model = FiveDollarModel(SPRITE_MODEL if kind == "sprites" else BACKGROUND_MODEL)
        model.load_state_dict(tensors)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelCorrupt("five_dollar", str(error), f"delete {path}") from error
    return (model, palette), facts


def _facts(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["training"]
    return found


def _use_threads(options: PartOptions) -> None:
    if options.threads:
        torch.set_num_threads(options.threads)


def _write_card(path: Path, text: str, kind: Kind, facts: dict[str, str | float]) -> None:
    told = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in facts.items())
    path.write_text(text.format(kind=kind, facts=told), encoding="utf-8", newline="\n")


_JUDGE_CARD: Final = """# Judge of {kind}

Tells whether a picture and a caption belong together; evaluation alone uses it, for R-precision. Independent of the
shared embedding that the server chooses by: other architecture (strided convolutions and token mixing), other caption
reading (words and letter groups beside the sentence embedding), other loss (InfoNCE), other seed. Trained by this
project on the training split of the same data set; held-out items were not looked at.

- licence of the weights: Apache-2.0
{facts}

Train it on with `narrative-server evaluate train-judge {kind}`.
"""

_BASELINE_CARD: Final = """# Five-Dollar samples of {kind}

`five_dollar.png` shows what a reimplementation of the Five-Dollar Model (Merino et al., 2023, arXiv 2308.04052) draws
for the evaluation's captions, which `five_dollar.json` lists in the sheet's order: one sample each, then several of
some. Trained by this project on the training split of the same data set, without an adversary; the likeliest of 32
colours is drawn in each pixel.

- licence: Apache-2.0
{facts}

Train it on with `narrative-server evaluate train-baseline {kind}`.
"""

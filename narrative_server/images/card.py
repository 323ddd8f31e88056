"""The model card that goes with weights: what the model does, its data and licence, its training, its scores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from narrative_server.errors import InvalidConfig
from narrative_server.evaluation.figures import Figure
from narrative_server.gan.checkpoint import ModelFacts, load_generator, write_whole

_TASKS: Final = {
    "sprites": "32x32 RGBA game sprites (characters, monsters, items, effects) from an English phrase",
    "backgrounds": "160x96 RGB pixel-art backgrounds from an English phrase",
}
_CARD: Final = "card.md"


def write_card(kind: str, facts: ModelFacts, figures: Sequence[Figure] = ()) -> str:
    """card.md as Markdown. figures: of `narrative-server evaluate`; without any the card says that there are none."""
    training = facts.training
    data = {key.removeprefix("data_"): value for key, value in training.items() if key.startswith("data_")}
    learnt = {key: value for key, value in training.items() if key.startswith("held_out_error_")}
    run = {key: value for key, value in training.items() if key not in learnt and not key.startswith("data_")}
    conditions = ", ".join(facts.condition_names) or "none"
    return f"""# {kind}

{_TASKS[kind]}. {_how(data)} `generator.safetensors` serves,
`discriminator.safetensors` is for fine-tuning.{_bank(facts)}

- licence of the weights: {_licence(data)}
- text encoder: all-MiniLM-L6-v2, frozen
- further conditions: {conditions}

## Data

{_lines({key: value for key, value in data.items() if key != "base"})}

## Training

{_lines(run)}

{_scores(figures, learnt)}

## Limits

{_limits(facts)} English only.
"""


def rewrite_card(folder: Path, figures: Sequence[Figure]) -> Path:
    """Write the card of a trained model again, with an evaluation's figures; returns its path.

    Raises ModelMissing, ModelCorrupt, InvalidConfig where it is no model of pictures, StorageFailed.
    """
    _, facts = load_generator(folder, folder.name, "narrative-server train")
    if facts.name not in _TASKS:
        raise InvalidConfig("card", str(folder), f"a model of {' or '.join(_TASKS)}; this one is of {facts.name}")
    path = folder / _CARD
    write_whole(path, write_card(facts.name, facts, figures).encode())
    return path


def read_figures(path: Path) -> tuple[Figure, ...]:
    """Figures from the JSON lines of `narrative-server evaluate --json`. Raises InvalidConfig, which names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfig("--evaluation", str(path), f"a readable file of figures ({error})") from error
    figures = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                figures.append(Figure(**json.loads(line)))
            except (TypeError, ValueError) as error:
                legal = "one figure a line: metric, row, split, value, unit, n"
                raise InvalidConfig(f"--evaluation line {number}", line[:80], f"{legal} ({error})") from error
    if not figures:
        raise InvalidConfig("--evaluation", str(path), "one figure or more")
    return tuple(figures)


def _how(data: dict[str, Any]) -> str:
    method = "A text-conditioned relativistic GAN with R1 + R2 (R3GAN)"
    if "base model" in data:
        return f"{method}, fine-tuned from {data['base model']}."
    return f"{method}, trained from scratch by this project, warm-started by plain regression from text."


def _bank(facts: ModelFacts) -> str:
    if facts.network.references == 0:
        return ""
    added = facts.training.get("data_added references")
    more = f"; {added} were added without training, under a licence of their own" if added else ""
    more += (
        "; beside them are those of the base's bank, under its licence" if "data_base model" in facts.training else ""
    )
    return f"""
`references.safetensors` is the bank: of what it recalls for the words, the generator looks at
{facts.network.references} pictures, altered as the seed says, and paints from them. Its pictures are those that
the data names, under the same licence{more}."""


def _limits(facts: ModelFacts) -> str:
    if facts.network.references == 0:
        return (
            "Shapes follow the words roughly, small things blur, and rare words fall back to the nearest common ones."
        )
    return """Pictures lean on what is in the bank: a subject that it has nothing like comes out as the nearest one
that it has. Colours follow the words more surely than parts, such as what is held in which hand. Two references may
show through each other."""


def _licence(data: dict[str, Any]) -> str:
    """Ours where only our data was used; else also whatever holds for the art that went in."""
    source = str(data.get("source", ""))
    if not source.startswith("folder "):
        return "Apache-2.0"
    return f"Apache-2.0 for what comes from this project, with the licence of your pictures ({data.get('licence')})"


def _scores(figures: Sequence[Figure], learnt: dict[str, Any]) -> str:
    parts = ["## Scores"]
    if learnt:
        parts.append(
            "Mean absolute error on held-out pictures (values -1 to 1, the nearest of four):\n\n" + _lines(learnt)
        )
    if figures:
        rows = [f"| {f.metric} | {f.split or '-'} | {f.row} | {f.value:.4g} | {f.unit} | {f.n} |" for f in figures]
        head = "| metric | split | row | value | unit | n |\n|---|---|---|---|---|---|"
        parts.append("\n".join(["`narrative-server evaluate`:", "", head, *rows]))
    if not learnt and not figures:
        parts.append("Not evaluated yet: `narrative-server evaluate`, then `train` with `--evaluation FILE`.")
    return "\n\n".join(parts)


def _lines(facts: dict[str, Any]) -> str:
    return "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in facts.items())

"""The model card that goes with a trained adapter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_card(folder: Path, base: str, training: Mapping[str, float | str]) -> None:
    """Write card.md: what the adapter does, on what it was trained and for how long, and what it cannot do."""
    facts = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in training.items())
    text = f"""# dialogue

A LoRA adapter that makes `{base}` speak as the cast of a game: lines in character and first person about what just
happened, then phrases for sound effects. It is for that base alone; `config.json` names it and its SHA-256. It is
asked in the `tuned` prompt style (`narrative_server/dialogue/prompts.py`) and expects the grammar of
`narrative_server/dialogue/grammar.py`. `adapter_model.safetensors` and `adapter_config.json` are in peft's own format.

- licence of the adapter: Apache-2.0

## Training

`narrative-server train dialogue`, on the answers' tokens alone; each epoch varies every beat (parts left out, names
swapped, other facts strewn in, the event in other words). A tenth of the data was held out and never trained on.

{facts}

## Limits

As its base and its data: short lines in the data's language, facts only where they are given, little reasoning.
"""
    (folder / "card.md").write_text(text, encoding="utf-8", newline="\n")

"""The model card that goes with packaged weights."""

from __future__ import annotations

from narrative_server.gan.checkpoint import ModelFacts

_TASKS = {
    "sprites": "32x32 RGBA game sprites (characters, monsters, items, effects) from an English phrase",
    "backgrounds": "160x96 RGB pixel-art backgrounds from an English phrase and a mood",
}


def write_card(kind: str, facts: ModelFacts) -> str:
    """card.md as Markdown: what the model does, on what it was trained, for how long, and what it cannot do."""
    training = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in facts.training.items())
    conditions = ", ".join(facts.condition_names) or "none"
    return f"""# {kind}

{_TASKS[kind]}. A text-conditioned relativistic GAN with R1 + R2 (R3GAN), trained from scratch by this project,
warm-started by plain regression from text. `generator.safetensors` serves, `discriminator.safetensors` is for
fine-tuning.

- licence of the weights: Apache-2.0
- text encoder: all-MiniLM-L6-v2, frozen
- further conditions: {conditions}

## Training

{training}

## Limits

Trained for minutes on a CPU, not for days: shapes follow the words roughly, small things held in hands blur, and rare
words fall back to the nearest common ones. English only. Scored by eye on the sample sheet; no figures yet.
"""

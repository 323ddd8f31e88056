"""The model card of the shared embedding."""

from __future__ import annotations

from typing import Final

from narrative_server.semantics.shared_embedding import EmbeddingFacts

_ITEMS: Final = {"sprites": "picture", "backgrounds": "picture", "sounds": "sound"}
_SPLITS: Final = {"train": "trained on", "held_out": "held out"}


def write_card(facts: EmbeddingFacts) -> str:
    """card.md as Markdown: what the model does, on what it was trained, how good it is, what it cannot do."""
    training = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in facts.training.items())
    heard = "sound_steps" in facts.training
    tower, sources = (_SOUND_TOWER, _SOUND_DATA) if heard else ("", "")
    return f"""# embedding

Places an English phrase and a picture in one space of 256 numbers, where a larger cosine means that they fit better.
Text is the hub: a head on the frozen sentence embedding (all-MiniLM-L6-v2, 384 numbers), `text.safetensors`; a small
convolutional tower for sprites (32x32 on mid grey) and backgrounds (80x48), `picture.safetensors`. Trained from scratch
by this project with the sigmoid loss (SigLIP, arXiv 2303.15343), targets softened by the captions' likeness.{tower}
It chooses among candidates, ranks variants, searches the library, and can guide the training of the generators.

- licence of the weights: Apache-2.0
- data: tiles (CC0) and characters composed of them, with captions of our own (CC0); backgrounds of our own
  painter{sources}
- logit of a pair: {facts.scale:g} * cosine + {facts.bias:g}

## Training

{training}

## Scores

R@1 of 100: how often the right one of 100 is found first; their captions have pairwise cosines below 0.9. Held-out
items were never trained on, though a caption may also belong to one that was. By this embedding itself: whoever
scores a generator needs an independent one.

| items | split | caption of an item | item of a caption |
|---|---|---|---|
{_rows(facts.scores)}

## Limits

Knows what game tiles and painted places look like; photographs mean little to it. English only. Rare nouns fall back
to their nearest common ones; small things held in hands, counts and left or right are mostly not told apart.
"""


_SOUND_TOWER: Final = """
`sound.safetensors` was trained later, towards the same text head, which stayed: a small convolutional tower for mel
spectra (80 bands, 176 frames, 22,050 Hz, hop 256), two seconds of a sound, level left out."""
_SOUND_DATA: Final = """; synthetic effects of our own synthesiser, recordings of
  sounds-sonicpi (CC0) and sounds-freedoom (BSD-3-Clause)"""


def _rows(scores: dict[str, float]) -> str:
    rows = []
    for name, item in _ITEMS.items():
        for split, told in _SPLITS.items():
            text = scores.get(f"{name}_{split}_text_of_{item}_r1")
            found = scores.get(f"{name}_{split}_{item}_of_text_r1")
            if text is not None and found is not None:
                rows.append(f"| {name} | {told} | {text:.3f} | {found:.3f} |")
    return "\n".join(rows)

"""Finds out how a model can be stepped: several rows in one pass where that gives the same logits, else one by one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor

from narrative_server.dialogue.batched.ragged import RaggedSteps
from narrative_server.dialogue.batched.steps import ModelSteps, Segment, SequentialSteps

log = logging.getLogger(__name__)

_PROBE_TOKENS: Final = 24
_AGREEMENT: Final = 0.05
"""Largest difference of logits, relative to their spread; bfloat16 sums in another order differ by a hundredth."""


def model_steps(model: Any, slots: int, tokens: Sequence[int], *, compiled: bool = False) -> ModelSteps:
    """The fastest way to step `model` (a transformers causal model) that computes what the model itself does.

    tokens: four or more of the model's vocabulary, to try it with.
    """
    tokens = tokens[:_PROBE_TOKENS]
    attention = model.config._attn_implementation
    expected = _logits(SequentialSteps(model, 2), tokens)
    try:
        steps = RaggedSteps(model, slots, compiled=compiled)
        found = _logits(RaggedSteps(model, 2), tokens)
    except Exception as error:  # whatever a model's own code makes of arguments that it does not expect
        reason = f"{type(error).__name__}: {error}"
    else:
        difference = float((found - expected).abs().max() / expected.std())
        if difference <= _AGREEMENT:
            return steps
        reason = f"logits differ by {difference:.2f} of their spread"
    log.warning("beats of %s decode one by one (%s)", type(model).__name__, reason)
    model.set_attn_implementation(attention)
    return SequentialSteps(model, slots)


def _logits(steps: ModelSteps, tokens: Sequence[int]) -> Tensor:
    """Logits (3, V) of two rows that begin apart and go on together."""
    half = len(tokens) // 2
    found = steps.step([Segment(0, 0, tokens[:half]), Segment(1, 0, tokens[1:half], wants_logits=False)])
    found += steps.step([Segment(1, half - 1, tokens[half:]), Segment(0, half, tokens[half : half + 1])])
    return torch.stack([logits for logits in found if logits is not None])

"""Finds out whether rows may be read in one pass: whether that gives the logits of the model's own attention."""

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
_AGREEMENT: Final = 0.1
"""Largest difference of logits (root mean square), relative to their spread: attention that is computed wrongly differs
by about as much as the logits spread, bfloat16 sums in another order by a few hundredths at most."""


def steps_together(model: Any, tokens: Sequence[int]) -> bool:
    """Whether `RaggedSteps` serves `model`, a transformers causal model, before its weights are quantised.

    tokens: four or more of the model's vocabulary, to try it with. The model is left as it was.
    """
    tokens = tokens[:_PROBE_TOKENS]
    attention = model.config._attn_implementation
    expected = _logits(SequentialSteps(model, 2), tokens)
    try:
        difference = float((_logits(RaggedSteps(model, 2), tokens) - expected).square().mean().sqrt() / expected.std())
        reason = f"logits differ by {difference:.2f} of their spread"
    except Exception as error:  # whatever a model's own code makes of arguments that it does not expect
        difference, reason = float("inf"), f"{type(error).__name__}: {error}"
    finally:
        model.set_attn_implementation(attention)
    if difference > _AGREEMENT:
        log.warning("beats of %s decode one by one (%s)", type(model).__name__, reason)
    return difference <= _AGREEMENT


def _logits(steps: ModelSteps, tokens: Sequence[int]) -> Tensor:
    """Logits (3, V) of two rows that begin apart and go on together."""
    half = len(tokens) // 2
    found = steps.step([Segment(0, 0, tokens[:half]), Segment(1, 0, tokens[1:half], wants_logits=False)])
    found += steps.step([Segment(1, half - 1, tokens[half:]), Segment(0, half, tokens[half : half + 1])])
    return torch.stack([logits for logits in found if logits is not None])

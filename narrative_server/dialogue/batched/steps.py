"""One step of a model over several slots, each with a key-value cache of its own. Knows nothing of beats and grammars.

Two ways: `RaggedSteps` (ragged.py) reads the tokens of all slots in one pass; `SequentialSteps` here gives each slot a
pass of its own and serves any causal model. S is the number of segments of a step, V the vocabulary's size.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
import transformers
from torch import Tensor


@dataclass(frozen=True)
class Segment:
    """Token ids that follow the first `start` tokens of a slot; what the slot holds after those is dropped."""

    slot: int
    start: int
    tokens: Sequence[int]
    wants_logits: bool = True


class ModelSteps(Protocol):
    """A model with `slots` key-value caches."""

    slots: int

    def step(self, segments: Sequence[Segment]) -> list[Tensor | None]:
        """Read the segments (one a slot); the logits after each one's last token, (V,) float32 on the CPU, if wanted.

        How many tokens are read at once may change the last digits, so equal logits need equal segments.
        """
        ...

    def usable(self, slot: int, tokens: int) -> int:
        """How many of a slot's first `tokens` tokens can be gone on from: all, or none where a cache cannot go back."""
        ...

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Let `target` hold the first `tokens` tokens of `source`, which are usable."""
        ...


class SequentialSteps:
    """One pass of the model a segment, over transformers' own caches."""

    def __init__(self, model: Any, slots: int) -> None:
        """`model`: a transformers causal model."""
        self.slots = slots
        self._model = model
        self._caches = [self._empty() for _ in range(slots)]

    def step(self, segments: Sequence[Segment]) -> list[Tensor | None]:
        """See ModelSteps."""
        return [self._read(segment) for segment in segments]

    def usable(self, slot: int, tokens: int) -> int:
        """See ModelSteps."""
        cache = self._caches[slot]
        plain = all(type(layer) is transformers.cache_utils.DynamicLayer for layer in cache.layers)
        return tokens if plain or tokens == cache.get_seq_length() else 0  # windows and states cannot go back

    @torch.inference_mode()
    def copy(self, source: int, target: int, tokens: int) -> None:
        """See ModelSteps."""
        self._caches[target] = copy.deepcopy(self._caches[source])
        self._crop(target, tokens)

    def _read(self, segment: Segment) -> Tensor | None:
        if segment.start == 0:
            self._caches[segment.slot] = self._empty()
        self._crop(segment.slot, segment.start)
        with torch.inference_mode():
            ids = torch.tensor([segment.tokens], device=self._model.device)  # (1, N)
            output = self._model(input_ids=ids, cache=self._caches[segment.slot], use_cache=True, logits_to_keep=1)
        return output.logits[0, -1].float().cpu() if segment.wants_logits else None

    def _crop(self, slot: int, tokens: int) -> None:
        if excess := self._caches[slot].get_seq_length() - tokens:
            self._caches[slot].crop(-excess)

    def _empty(self) -> Any:
        return transformers.DynamicCache(config=self._model.config)

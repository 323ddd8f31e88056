"""Reads the tokens of several slots in one pass of the model, without padding.

All segments lie in one sequence, so that every linear layer runs once over all of them and a newcomer's prompt rides
along with the others' next tokens. Only attention knows where one slot ends: it is an attention function of our own,
registered with transformers, that keeps keys and values by slot. The way is that of Orca (Yu et al., 2022).

N is the number of tokens of a step, Q of query heads, K of key-value heads, D a head's size, L tokens held by a slot.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import torch
import transformers
from torch import Tensor
from torch.nn import functional

from narrative_server.dialogue.batched.steps import Segment

ATTENTION: Final = "narrative_server_ragged"
_GROWTH_TOKENS: Final = 256
"""Caches grow by so many tokens a slot, so that memory follows what is used."""

_KEYS: Final = itertools.count()
_STORES: Final[weakref.WeakValueDictionary[int, _Store]] = weakref.WeakValueDictionary()
"""Found by number, because a compiled model can carry a number through to its attention, but no object."""


class RaggedSteps:
    """Steps of a model whose attention can be replaced; see `ModelSteps`."""

    def __init__(self, model: Any, slots: int, *, compiled: bool = False, kept: torch.dtype | None = None) -> None:
        """`model`: a transformers causal model, whose attention is replaced.

        compiled: run it through torch.compile. kept: type of the keys and values that are kept, None for the model's:
        what a step reads of them is as much as of the weights when several slots are full.
        """
        transformers.AttentionInterface.register(ATTENTION, _attention)
        model.set_attn_implementation(ATTENTION)
        self.slots = slots
        self._device = model.device
        self._forward: Any = torch.compile(model, dynamic=True) if compiled else model
        self._key = next(_KEYS)
        self._store = _STORES[self._key] = _Store(slots, kept)

    def step(self, segments: Sequence[Segment]) -> list[Tensor | None]:
        """See ModelSteps."""
        tokens = [token for segment in segments for token in segment.tokens]
        ends = list(itertools.accumulate(len(segment.tokens) for segment in segments))
        wanted = [end - 1 for segment, end in zip(segments, ends, strict=True) if segment.wants_logits]
        positions = self._store.open_step(segments, self._device)
        with torch.inference_mode():
            output = self._forward(
                input_ids=torch.tensor([tokens], device=self._device),  # (1, N)
                position_ids=positions[None],  # (1, N)
                use_cache=False,
                # One is kept where none is wanted: models refuse an empty choice.
                logits_to_keep=torch.tensor(wanted or [len(tokens) - 1], device=self._device),
                ragged=self._key,
            )
            logits = iter(output.logits[0].float().cpu())
        return [next(logits) if segment.wants_logits else None for segment in segments]

    def usable(self, slot: int, tokens: int) -> int:  # noqa: ARG002
        """See ModelSteps."""
        return tokens

    def copy(self, source: int, target: int, tokens: int) -> None:
        """See ModelSteps."""
        self._store.copy(source, target, tokens)


@dataclass
class _Span:
    """A segment's place among the tokens of a step, and its attention masks by window."""

    slot: int
    start: int
    begin: int
    end: int
    masks: dict[int | None, Tensor | None] = field(default_factory=dict)

    @property
    def held(self) -> int:
        return self.start + self.end - self.begin

    def mask(self, window: int | None, groups: int, like: Tensor) -> Tensor | None:
        """What to add to scores, (groups * n, L), made once a step; None where every query sees all."""
        if window not in self.masks:
            self.masks[window] = self._mask(window, groups, like)
        return self.masks[window]

    def _mask(self, window: int | None, groups: int, like: Tensor) -> Tensor | None:
        if self.end - self.begin == 1 and (window is None or self.held <= window):
            return None
        query = torch.arange(self.start, self.held, device=like.device)[:, None]  # (n, 1)
        key = torch.arange(self.held, device=like.device)[None, :]  # (1, L)
        seen = key <= query
        if window is not None:
            seen &= key > query - window
        added = torch.zeros(seen.shape, dtype=like.dtype, device=like.device).masked_fill_(~seen, -torch.inf)
        return added.repeat(groups, 1)  # (groups * n, L)


class _Store:
    """Keys and values of every layer: (slots * capacity, K, D), a slot's tokens in a row of their own."""

    def __init__(self, slots: int, kept: torch.dtype | None) -> None:
        self._slots = slots
        self._kept = kept
        self._capacity = 0
        self._keys: dict[int, Tensor] = {}
        self._values: dict[int, Tensor] = {}
        self._spans: list[_Span] = []
        self._rows = torch.empty(0)

    def open_step(self, segments: Sequence[Segment], device: torch.device) -> Tensor:
        """Make room for a step and say what its tokens are; returns their positions, (N,)."""
        self._spans = []
        begin = 0
        for segment in segments:
            end = begin + len(segment.tokens)
            self._spans.append(_Span(segment.slot, segment.start, begin, end))
            begin = end
        self._grow(max(span.held for span in self._spans))
        positions = torch.cat([torch.arange(span.start, span.held) for span in self._spans])
        offsets = [torch.full((span.end - span.begin,), span.slot * self._capacity) for span in self._spans]
        self._rows = (positions + torch.cat(offsets)).to(device)
        return positions.to(device)

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float, window: int | None
    ) -> Tensor:
        """Keep the step's keys and values and attend to each slot's own: query (1, Q, N, D) -> (1, N, Q, D)."""
        wanted = query.dtype
        kept = self._kept or wanted
        query, key, value = query.to(kept), key.to(kept), value.to(kept)
        if layer not in self._keys:
            self._keys[layer] = key.new_empty((self._slots * self._capacity, key.shape[1], key.shape[3]))
            self._values[layer] = value.new_empty((self._slots * self._capacity, value.shape[1], value.shape[3]))
        keys, values = self._keys[layer], self._values[layer]
        keys.index_copy_(0, self._rows, key[0].transpose(0, 1))
        values.index_copy_(0, self._rows, value[0].transpose(0, 1))
        heads, groups = query.shape[1], query.shape[1] // keys.shape[1]
        attended = query.new_empty((1, query.shape[2], heads, values.shape[2]))
        for span in self._spans:
            first = span.slot * self._capacity
            mine = slice(first, first + span.held)
            # The queries of one key-value head lie side by side, so that its keys need no copies.
            mixed = functional.scaled_dot_product_attention(
                query[:, :, span.begin : span.end].reshape(1, keys.shape[1], -1, keys.shape[2]),  # (1, K, Q / K * n, D)
                keys[mine].transpose(0, 1)[None],  # (1, K, L, D)
                values[mine].transpose(0, 1)[None],
                attn_mask=span.mask(window, groups, query),
                scale=scaling,
            )
            attended[0, span.begin : span.end] = mixed.reshape(heads, -1, values.shape[2]).transpose(0, 1)
        return attended.to(wanted)

    @torch.inference_mode()
    def copy(self, source: int, target: int, tokens: int) -> None:
        """Let slot `target` hold the first `tokens` tokens of `source`."""
        for held in (*self._keys.values(), *self._values.values()):
            rows = held.view(self._slots, self._capacity, *held.shape[1:])
            rows[target, :tokens] = rows[source, :tokens]

    def _grow(self, tokens: int) -> None:
        if tokens <= self._capacity:
            return
        old, self._capacity = self._capacity, -(-tokens // _GROWTH_TOKENS) * _GROWTH_TOKENS
        for store in (self._keys, self._values):
            for layer, held in store.items():
                rows = held.new_empty((self._slots, self._capacity, *held.shape[1:]))
                rows[:, :old] = held.view(self._slots, old, *held.shape[1:])
                store[layer] = rows.view(-1, *held.shape[1:])


def _attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    ragged: int = -1,
    **others: object,
) -> tuple[Tensor, None]:
    """transformers' attention interface. Refuses what it would compute wrongly: the caller then steps another way."""
    if attention_mask is not None or any(others.get(name) is not None for name in ("softcap", "s_aux")):
        raise NotImplementedError("only plain causal attention, with or without a window")
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    attend = _attend if torch.compiler.is_compiling() else _attend_now
    return attend(query, key, value, ragged, module.layer_idx, scale, sliding_window), None


def _attend_now(
    query: Tensor, key: Tensor, value: Tensor, ragged: int, layer: int, scaling: float, window: int | None
) -> Tensor:
    return _STORES[ragged].attend(layer, query, key, value, scaling, window)


@torch.library.custom_op("narrative_server::ragged_attention", mutates_args=())
def _attend(
    query: Tensor, key: Tensor, value: Tensor, ragged: int, layer: int, scaling: float, window: int | None
) -> Tensor:
    """Opaque to torch.compile: what it reads and keeps lies in the store."""
    return _attend_now(query, key, value, ragged, layer, scaling, window)


@_attend.register_fake
def _attend_shape(query: Tensor, key: Tensor, value: Tensor, *_: object) -> Tensor:  # noqa: ARG001
    return query.new_empty((query.shape[0], query.shape[2], query.shape[1], value.shape[3]))

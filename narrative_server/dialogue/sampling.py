"""Chooses the next token of one row from its logits, the way that llama.cpp does. V is the vocabulary's size.

Seeded by one generator a row, on the CPU, so that a row's draws do not depend on what runs beside it.
Reference for DRY: p-e-w, "DRY: a modern repetition penalty" (text-generation-webui, 2024).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.dialogue.decoding import Decoding


@torch.inference_mode()  # logits come from a model's step, and may only be changed in this mode
def choose_token(
    logits: torch.Tensor,
    allowed: NDArray[np.bool_],
    context: Sequence[int],
    temperature: float,
    decoding: Decoding,
    breakers: Collection[int],
    generator: torch.Generator,
) -> int:
    """Draw one token id.

    logits: (V,) float32 on the CPU; changed in place. allowed: (V,), what the grammar admits; at least one is true.
    context: token ids so far, prompt included. temperature 0 takes the best. breakers: see `dry_penalties`.
    """
    _penalise_repeats(logits, context[-decoding.repeat_window :], decoding.repeat_penalty)
    for token, penalty in dry_penalties(np.asarray(context), breakers, decoding).items():
        logits[token] -= penalty
    logits.masked_fill_(torch.from_numpy(~allowed), -torch.inf)
    if temperature == 0.0:
        return int(logits.argmax())
    values, tokens = logits.topk(min(decoding.top_k, int(allowed.sum())))  # (K,), best first
    probabilities = values.softmax(0)
    # The mass before a token decides, so that the best one always stays.
    keep = (probabilities.cumsum(0) - probabilities < decoding.top_p) & (
        probabilities >= decoding.min_p * probabilities[0]
    )
    weights = (values[keep] / temperature).softmax(0)
    return int(tokens[keep][torch.multinomial(weights, 1, generator=generator)])


def dry_penalties(context: NDArray[np.int64], breakers: Collection[int], decoding: Decoding) -> dict[int, float]:
    """What to take from the logits of tokens that would go on repeating an earlier run.

    context: (N,) token ids. breakers: token ids that runs do not reach across. Returns penalties by token id.
    """
    least = max(1, decoding.dry_allowed_length)
    if context.size <= least or any(int(token) in breakers for token in context[-least:]):
        return {}
    # Most tokens were seen before, most runs were not: only ends of runs that are long enough are looked at one by one.
    ends = np.ones(context.size - least, dtype=np.bool_)
    for back in range(least):
        ends &= context[least - 1 - back : context.size - 1 - back] == context[-1 - back]
    longest: dict[int, int] = {}
    for place in np.flatnonzero(ends) + least - 1:
        length = _run_length(context, int(place), breakers)
        following = int(context[place + 1])
        longest[following] = max(length, longest.get(following, 0))
    return {
        token: decoding.dry_multiplier * decoding.dry_base ** (length - decoding.dry_allowed_length)
        for token, length in longest.items()
        if token not in breakers
    }


def _run_length(context: NDArray[np.int64], end: int, breakers: Collection[int]) -> int:
    """How many tokens up to and including `end` equal the tokens at the context's end."""
    length = 0
    last = context.size - 1
    while end - length >= 0 and length < 64:
        token = context[end - length]
        if token != context[last - length] or int(token) in breakers:
            break
        length += 1
    return length


def _penalise_repeats(logits: torch.Tensor, recent: Sequence[int], penalty: float) -> None:
    tokens = torch.tensor(sorted(set(recent)), dtype=torch.long)
    values = logits[tokens]
    logits[tokens] = torch.where(values > 0, values / penalty, values * penalty)

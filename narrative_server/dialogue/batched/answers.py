"""Chooses the tokens of an answer: the grammar's masks by llguidance, sampling by one generator a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher
from llguidance.gbnf_to_lark import gbnf_to_lark
from torch import Tensor

from narrative_server.dialogue.decoding import DECODING
from narrative_server.dialogue.grammar import answer_grammar
from narrative_server.dialogue.sampling import choose_token
from narrative_server.dialogue.types import DialogueRequest
from narrative_server.errors import EngineFailed
from narrative_server.seeds import sub_seed


class AnswerChooser:
    """A `TokenChooser` for one request."""

    def __init__(self, request: DialogueRequest, vocabulary: Any, breakers: Collection[int]) -> None:
        """vocabulary: llguidance's tokenizer. breakers: see `dry_penalties`. Raises EngineFailed."""
        self._matcher = LLMatcher(vocabulary, _lark(answer_grammar(request)))
        if self._matcher.is_error():
            raise EngineFailed("dialogue", "the line grammar was refused")
        self._end_token = vocabulary.eos_token
        self._temperature = request.temperature
        self._breakers = breakers
        self._generator = torch.Generator().manual_seed(sub_seed(request.seed, "dialogue", "tokens"))

    @property
    def finished(self) -> bool:
        """See TokenChooser."""
        return bool(self._matcher.is_stopped())

    def begin(self) -> list[int]:
        """See TokenChooser."""
        return self._forced()

    def choose(self, logits: Tensor, context: Sequence[int]) -> list[int]:
        """See TokenChooser."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        allowed = np.unpackbits(bits, count=logits.shape[0], bitorder="little").view(np.bool_)  # (V,)
        token = choose_token(logits, allowed, context, self._temperature, DECODING, self._breakers, self._generator)
        if token == self._end_token:
            return []
        self._matcher.consume_token(token)
        return [token, *self._forced()]

    def _forced(self) -> list[int]:
        """What the grammar leaves no choice about, such as `): `; it goes through the model in the same step."""
        forced: list[int] = self._matcher.compute_ff_tokens()
        self._matcher.consume_tokens(forced)
        return forced


@lru_cache(maxsize=16)
def _lark(grammar: str) -> str:
    """A GBNF grammar for llguidance; kept, as a long list of banned words takes a tenth of a second to convert."""
    return str(LLMatcher.grammar_from_lark(gbnf_to_lark(grammar)))

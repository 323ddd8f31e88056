"""Perplexity of the reference lines under a model, given the prompt that its row gets.

What is counted: the tokens of the lines' words. The names, emotions and brackets before them, the line breaks and the
end of the answer are given to the model but not counted, as a model that learnt the format would gain by those alone.
Value: exp of the mean cross-entropy of those tokens, over all beats together. Computed with transformers on the CPU in
bfloat16, the adapter merged, whatever engine wrote the lines; session beats have their authored history.
T is the number of tokens of prompt and answer, A those counted, V the vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.nn import functional

from narrative_server.dialogue.adapters import Adapter
from narrative_server.dialogue.finetune.augment import plain_request
from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.hf_model import HfTokenizer, load_model
from narrative_server.dialogue.merging import merge_adapter
from narrative_server.dialogue.prompts import Prompter, PromptStyle, render_answer
from narrative_server.dialogue.weights import find_weights
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio


class ReferenceScorer:
    """A base model that reads reference lines; an adapter may be merged into it, for good."""

    def __init__(self, model: str, context_tokens: int, threads: int) -> None:
        """Load `model`, as DialogueConfig names it. Raises ModelMissing or ModelCorrupt."""
        torch.set_num_threads(threads)
        self._tokenizer, self._model = load_model(find_weights(model), torch.device("cpu"))
        self._context_tokens = context_tokens

    def adapt(self, adapter: Adapter) -> None:
        """Merge `adapter`. Raises ModelCorrupt when it does not fit."""
        merge_adapter(self._model, adapter)

    def perplexity(self, beats: Sequence[Beat], style: PromptStyle, told: Callable[[], None]) -> Estimate | None:
        """Perplexity of the lines of `beats` after prompts of `style`; `told` is called after each beat."""
        prompter = Prompter(HfTokenizer(self._tokenizer), self._context_tokens, style)
        return ratio(self._losses(beats, prompter, told), unit="per token", shown=math.exp)

    def _losses(
        self, beats: Sequence[Beat], prompter: Prompter, told: Callable[[], None]
    ) -> Iterator[tuple[float, float]]:
        for beat in beats:
            answer, counted = word_tokens(self._tokenizer, beat)
            yield summed_loss(self._model, prompter.build(plain_request(beat)).tokens, answer, counted), sum(counted)
            told()


def word_tokens(tokenizer: Any, beat: Beat) -> tuple[list[int], list[bool]]:
    """Token ids of the beat's answer, as it is trained, and which of them hold a letter of a line's words.

    tokenizer: a fast transformers tokenizer.
    """
    text = render_answer(beat.lines)
    spoken = [False] * len(text)
    end = 0
    for line in beat.lines:
        row = render_answer([line])
        start = end + row.rindex(line.text)
        spoken[start : start + len(line.text)] = [True] * len(line.text)
        end += len(row)
    found = tokenizer(text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True)
    return list(found["input_ids"]), [any(spoken[first:last]) for first, last in found["offset_mapping"]]


def summed_loss(model: Any, prompt: Sequence[int], answer: Sequence[int], counted: Sequence[bool]) -> float:
    """Cross-entropy in nats of the `counted` tokens of `answer` after `prompt`, summed."""
    tokens = torch.tensor([[*prompt, *answer]])  # (1, T)
    chosen = torch.tensor(counted).nonzero().flatten()  # (A,)
    with torch.inference_mode():
        hidden = model.model(input_ids=tokens, use_cache=False).last_hidden_state[0]  # (T, H)
        before = hidden[len(prompt) - 1 + chosen]  # (A, H): what each counted token is guessed from
        logits = model.lm_head(before).float()  # (A, V)
        wanted = torch.tensor(answer)[chosen]  # (A,)
        return float(functional.cross_entropy(logits, wanted, reduction="sum"))

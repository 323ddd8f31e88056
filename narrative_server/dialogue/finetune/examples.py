"""Token ids of training examples, and batches of them. N is the number of rows of a batch, T its tokens a row."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from narrative_server.dialogue.finetune.augment import Variety, plain_request
from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.prompts import Prompter, PromptTokenizer, render_answer
from narrative_server.dialogue.types import DialogueRequest

UNKNOWN_REPEATS = 3
"""Beats in which nobody knows the answer are few, and admitting it is what keeps a model from inventing."""

GROUNDED_REPEATS = 2
"""Answering from given facts is learnt last; beats that show it count twice."""


@dataclass(frozen=True)
class Example:
    """A prompt and the answer to learn, as token ids."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


@dataclass(frozen=True)
class Batch:
    """tokens (N, T) int64, padded at the end; targets (N, T) int64: the next token of an answer, -100 elsewhere."""

    tokens: Tensor
    targets: Tensor


class Examples:
    """Makes examples for one model from beats."""

    def __init__(self, beats: Sequence[Beat], tokenizer: PromptTokenizer, end_token: int, max_tokens: int) -> None:
        """`end_token` closes an answer; examples over `max_tokens` lose history, then facts."""
        self._unique = tuple(beats)
        self._beats = [beat for beat in beats for _ in range(_repeats(beat))]
        self._variety = Variety(beats)
        self._tokenizer = tokenizer
        self._end_token = end_token
        self._prompter = Prompter(tokenizer, max_tokens, "tuned")

    def __len__(self) -> int:
        return len(self._beats)

    def plain(self) -> list[Example]:
        """One example a beat, as written."""
        return [self._example(beat, plain_request(beat)) for beat in self._unique]

    def epoch(self, rng: random.Random) -> list[Example]:
        """Every beat, varied, in random order; those that are few or hard come more than once."""
        order = rng.sample(self._beats, k=len(self._beats))
        return [self._example(*self._variety.vary(beat, rng)) for beat in order]

    def _example(self, beat: Beat, request: DialogueRequest) -> Example:
        answer = self._tokenizer.encode(render_answer(beat.lines, beat.sounds), control=False)
        return Example(self._prompter.build(request).tokens, (*answer, self._end_token))


def _repeats(beat: Beat) -> int:
    if not beat.grounded:
        return 1
    return GROUNDED_REPEATS if beat.used else UNKNOWN_REPEATS


def batches(examples: Sequence[Example], beats_per_batch: int, rng: random.Random) -> Iterator[list[Example]]:
    """Batches of equally long examples (little padding), in random order; a last smaller one is kept."""
    size = beats_per_batch
    # Sorted within large random chunks, so that an epoch's batches differ from the next one's.
    chunks = [examples[i : i + 16 * size] for i in range(0, len(examples), 16 * size)]
    made = [
        rows[i : i + size] for chunk in chunks for rows in [sorted(chunk, key=len)] for i in range(0, len(rows), size)
    ]
    rng.shuffle(made)
    yield from made


def collate(examples: Sequence[Example]) -> Batch:
    """Padded at the end; under causal attention padding changes nothing before it, so that no mask is needed."""
    longest = max(map(len, examples))
    tokens = torch.zeros((len(examples), longest), dtype=torch.int64)
    targets = torch.full((len(examples), longest), -100, dtype=torch.int64)
    for row, example in enumerate(examples):
        tokens[row, : len(example)] = torch.tensor(example.prompt + example.answer)
        first = len(example.prompt) - 1
        targets[row, first : first + len(example.answer)] = torch.tensor(example.answer)
    return Batch(tokens, targets)

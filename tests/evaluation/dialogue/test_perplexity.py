"""On a tiny model with a byte tokenizer; the oracle is transformers' own loss."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from narrative_server.dialogue.finetune.augment import plain_request
from narrative_server.dialogue.hf_model import HfTokenizer
from narrative_server.dialogue.prompts import Prompter, render_answer
from narrative_server.evaluation.dialogue.perplexity import ReferenceScorer, summed_loss, word_tokens
from tests.dialogue.finetune.tiny import tiny_network, tiny_tokenizer
from tests.evaluation.dialogue.beats import beat_of

BEAT = beat_of("The player enters.", "Grüß dich, Odda!", "Odda (joy) is here.")


def test_only_the_words_of_lines_count() -> None:
    tokenizer = tiny_tokenizer()
    tokens, counted = word_tokens(tokenizer, BEAT)
    assert tokenizer.decode(tokens) == render_answer(BEAT.lines)
    said = tokenizer.decode([token for token, count in zip(tokens, counted, strict=True) if count])
    assert said == "Grüß dich, Odda!Odda (joy) is here."


def test_the_loss_is_that_of_transformers_over_the_same_tokens() -> None:
    tokenizer = tiny_tokenizer()
    network = tiny_network(len(tokenizer)).float().eval()
    prompt = tuple(tokenizer.encode("Who is there?"))
    answer, counted = word_tokens(tokenizer, BEAT)
    labels = [-100] * len(prompt) + [token if count else -100 for token, count in zip(answer, counted, strict=True)]
    with torch.no_grad():
        mean = network(input_ids=torch.tensor([[*prompt, *answer]]), labels=torch.tensor([labels])).loss
    assert summed_loss(network, prompt, answer, counted) == pytest.approx(float(mean) * sum(counted), rel=1e-4)


def test_perplexity_is_of_all_beats_together_after_the_prompt_of_the_style(tmp_path: Path) -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.save_pretrained(tmp_path)
    tiny_network(len(tokenizer)).save_pretrained(tmp_path)
    beats = [BEAT, beat_of("The player leaves.", "Go.")]
    scorer, told = ReferenceScorer(str(tmp_path), 2048, threads=1), []
    found = scorer.perplexity(beats, "tuned", lambda: told.append(1))
    prompter = Prompter(HfTokenizer(tokenizer), 2048, "tuned")
    network = tiny_network(len(tokenizer)).eval()
    parts = [(prompter.build(plain_request(beat)).tokens, *word_tokens(tokenizer, beat)) for beat in beats]
    losses = [summed_loss(network, *part) for part in parts]
    counts = [sum(counted) for _, _, counted in parts]
    assert found is not None
    assert found.value == pytest.approx(math.exp(sum(losses) / sum(counts)), rel=1e-3)
    assert found.n == sum(counts)
    assert len(told) == 2
    other = scorer.perplexity(beats, "few_shot", lambda: None)
    assert other is not None
    assert other.value != found.value

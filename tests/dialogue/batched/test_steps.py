from __future__ import annotations

import random

import pytest
import torch
import transformers

from narrative_server.dialogue.batched.probe import steps_together
from narrative_server.dialogue.batched.ragged import RaggedSteps
from narrative_server.dialogue.batched.steps import Segment, SequentialSteps

VOCABULARY = 50
SIZES = {"vocab_size": VOCABULARY, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2}


def llama(seed: int = 0):
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(**SIZES, **HEADS, max_position_embeddings=2048)
    return transformers.LlamaForCausalLM(config).eval()


def sharp_llama():
    """Attends to few tokens at a time, so that seeing others shows."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(**SIZES, **HEADS, initializer_range=0.5)
    return transformers.LlamaForCausalLM(config).eval()


def windowed():
    torch.manual_seed(0)
    config = transformers.MistralConfig(**SIZES, **HEADS, sliding_window=7)
    return transformers.MistralForCausalLM(config).eval()


def softcapped():
    torch.manual_seed(0)
    config = transformers.Gemma2Config(**SIZES, **HEADS, head_dim=8, attn_logit_softcapping=1.0, sliding_window=64)
    return transformers.Gemma2ForCausalLM(config).eval()


def reference(model, tokens: list[int]) -> torch.Tensor:
    with torch.inference_mode():
        return model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0, -1]


def tokens_of(rng: random.Random, count: int) -> list[int]:
    return [rng.randrange(VOCABULARY) for _ in range(count)]


def play(make, steps, rng: random.Random, rounds: int = 60) -> None:
    """Slots read random numbers of tokens, go back, start again and copy each other; logits must be the model's."""
    held: list[list[int]] = [[] for _ in range(steps.slots)]
    model = make()
    for _ in range(rounds):
        if rng.random() < 0.2:
            source, target = rng.sample(range(steps.slots), 2)
            common = steps.usable(source, rng.randint(0, len(held[source])))
            if common:
                steps.copy(source, target, common)
                held[target] = held[source][:common]
        segments = []
        for slot in rng.sample(range(steps.slots), rng.randint(1, steps.slots)):
            back = rng.choice([0, 0, 0, 0, 3, 1000])
            start = max(0, len(held[slot]) - back)
            start = steps.usable(slot, start) if start else 0
            segments.append(Segment(slot, start, tokens_of(rng, rng.choice([1, 1, 1, 2, 5, 30])), rng.random() < 0.8))
        for segment, logits in zip(segments, steps.step(segments), strict=True):
            held[segment.slot][segment.start :] = segment.tokens
            assert (logits is not None) == segment.wants_logits
            if logits is not None:
                torch.testing.assert_close(logits, reference(model, held[segment.slot]), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("make", [llama, windowed])
@pytest.mark.parametrize("kind", [RaggedSteps, SequentialSteps])
def test_slots_that_step_together_give_the_logits_of_the_plain_model(kind, make):
    play(make, kind(make(), 4), random.Random(3))


def test_a_cache_that_cannot_go_back_is_read_again():
    model = windowed()
    steps = SequentialSteps(model, 2)
    tokens = tokens_of(random.Random(1), 20)
    steps.step([Segment(0, 0, tokens)])
    steps.copy(0, 1, 20)
    (logits,) = steps.step([Segment(1, 20, [7])])
    torch.testing.assert_close(logits, reference(model, [*tokens, 7]), rtol=1e-4, atol=1e-4)
    assert steps.usable(0, 20) == 20
    assert steps.usable(0, 12) == 0
    (logits,) = steps.step([Segment(0, 0, tokens[:12])])
    torch.testing.assert_close(logits, reference(model, tokens[:12]), rtol=1e-4, atol=1e-4)


def test_a_cache_grows_past_its_first_size_without_losing_what_it_holds():
    model, tokens = llama(), tokens_of(random.Random(2), 700)
    steps = RaggedSteps(llama(), 2)
    steps.step([Segment(1, 0, tokens[:200])])
    (logits,) = steps.step([Segment(1, 200, tokens[200:])])
    torch.testing.assert_close(logits, reference(model, tokens), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("make", [llama, windowed])
def test_a_model_with_plain_attention_is_stepped_in_one_pass_and_left_as_it_was(make):
    model = make()
    assert steps_together(model, range(20))
    torch.testing.assert_close(reference(model, [1, 2, 3]), reference(make(), [1, 2, 3]))


def test_bfloat16_does_not_look_like_another_attention():
    assert steps_together(llama().bfloat16(), range(20))


def test_a_model_whose_attention_is_its_own_is_stepped_one_by_one(caplog):
    model = softcapped()
    assert not steps_together(model, range(20))
    assert "one by one" in caplog.text
    (logits,) = SequentialSteps(model, 3).step([Segment(0, 0, [1, 2, 3])])
    torch.testing.assert_close(logits, reference(softcapped(), [1, 2, 3]), rtol=1e-4, atol=1e-4)


def test_attention_that_is_computed_wrongly_is_noticed(monkeypatch):
    monkeypatch.setattr("narrative_server.dialogue.batched.ragged._Span.mask", lambda *_: None)
    assert not steps_together(sharp_llama(), range(20))

"""A language model of a few thousand weights with a byte tokenizer, made in a moment, and beats for it."""

from __future__ import annotations

from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def tiny_tokenizer(template: str | None = CHATML) -> Any:
    """One token a byte, and ChatML's control tokens."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: index for index, letter in enumerate(letters)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", bos_token="<|im_start|>")
    fast.chat_template = template
    return fast


def tiny_network(vocabulary: int) -> Any:
    """A Llama of two layers, bfloat16."""
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
    )
    network = LlamaForCausalLM(config)
    with torch.no_grad():
        # A head of the usual small first values could say nothing with certainty, and only layers are trained.
        network.get_input_embeddings().weight.mul_(20.0)
    return network.to(torch.bfloat16)


def beat_row(number: int, **changes: object) -> dict[str, Any]:
    """A row of the dialogue set."""
    return {
        "genre": "fantasy",
        "place": "a mill",
        "event": f"The player opens door {number}.",
        "mood": "fear",
        "intensity": 0.5,
        "cast": [{"name": "Odda", "persona": "miller, loud", "look": "a red scarf"}],
        "history": [{"speaker": "Odda", "text": "Wait."}, {"speaker": "Player", "text": "Who is there?"}],
        "lines": [{"speaker": "Odda", "emotion": "fear", "text": f"Not door {number}!"}],
        "sounds": [{"text": "a door creaking", "line": 0, "when": "before"}],
        **changes,
    }

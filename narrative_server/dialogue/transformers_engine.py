"""The transformers engine: any local causal model, GGUF or safetensors, on CUDA or the CPU, with a decode loop of ours.

Up to `config.slots` beats decode together (batched/loop.py). Grammar masks come from llguidance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import torch
from llguidance.hf import from_tokenizer

from narrative_server.dialogue.adapters import find_adapter, prompt_style
from narrative_server.dialogue.batched.answers import AnswerChooser
from narrative_server.dialogue.batched.int8 import quantise_linear_layers
from narrative_server.dialogue.batched.loop import BatchLoop
from narrative_server.dialogue.batched.probe import steps_together
from narrative_server.dialogue.batched.ragged import RaggedSteps
from narrative_server.dialogue.batched.row import Row
from narrative_server.dialogue.batched.steps import ModelSteps, SequentialSteps
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.decoding import DRY_BREAKERS
from narrative_server.dialogue.gate import BatchGate
from narrative_server.dialogue.hf_model import HfTokenizer, load_model
from narrative_server.dialogue.merging import merge_adapter
from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.prompts import EXAMPLES, TUNED_INSTRUCTIONS, Prompt, Prompter
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats
from narrative_server.dialogue.weights import NO_CHAT_TEMPLATE, find_weights, unusable
from narrative_server.errors import EngineFailed, InvalidConfig, NarrativeError
from narrative_server.workers.cancel import CancelToken

_SAMPLE_TEXT: Final = "\n".join((TUNED_INSTRUCTIONS, *(text for example in EXAMPLES for text in example)))


class TransformersEngine:
    """Generates up to `config.slots` beats together."""

    name = "transformers"

    def __init__(self, config: DialogueConfig) -> None:
        """Load the model. Raises ModelMissing or ModelCorrupt."""
        torch.set_num_threads(config.thread_count())
        self.slots = config.slots
        loaded = load_adapted(config)
        tokenizer, model, self._prompter = loaded.tokenizer, loaded.model, loaded.prompter
        self._vocabulary = from_tokenizer(tokenizer, n_vocab=model.config.vocab_size)
        self._breakers = frozenset(
            token for text in DRY_BREAKERS for token in tokenizer.encode(text, add_special_tokens=False)
        )
        fixed = self._prompter.fixed_tokens
        together = steps_together(model, fixed)
        if config.precision == "int8":
            _check_on_cpu(model)
            quantise_linear_layers(model, tokenizer.encode(_SAMPLE_TEXT, add_special_tokens=True))
        slots = config.slots + 1  # one more, for the fixed tokens
        steps: ModelSteps = (
            RaggedSteps(model, slots, compiled=config.compiled, kept=torch.bfloat16)
            if together
            else SequentialSteps(model, slots)
        )
        self._gate = BatchGate()
        self._loop = BatchLoop(steps, fixed, config.batch_tokens)

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        """Stream one beat's lines; see DialogueEngine."""
        prompt = self._prompter.build(request)
        with self._gate.entered(alone=request.deterministic, cancel=cancel):
            yield from self._stream(request, prompt, cancel)

    def close(self) -> None:
        """Free the model."""
        self._loop.close()

    def _stream(self, request: DialogueRequest, prompt: Prompt, cancel: CancelToken) -> Iterator[DialogueEvent]:
        chooser = AnswerChooser(request, self._vocabulary, self._breakers)
        row = Row(prompt.tokens, prompt.max_output_tokens, chooser, cancel, fixed_only=request.deterministic)
        parser = AnswerParser((who.name for who in request.cast), len(request.opening), request.banned)
        self._loop.submit(row)
        try:
            for tokens in row.tokens():
                yield from parser.feed(self._vocabulary.decode_bytes(tokens))
        finally:
            row.leave()
        cancel.check()
        yield from parser.finish()
        yield GenerationStats(
            len(prompt.tokens),
            min(row.cached_tokens, len(prompt.tokens)),
            row.output_tokens,
            row.prefill_ms,
            row.decode_ms,
            prompt.trimmed,
        )


@dataclass(frozen=True)
class LoadedModel:
    """A transformers tokenizer and causal model with its adapter merged, and the prompts that it was taught."""

    tokenizer: Any
    model: Any
    prompter: Prompter


def load_adapted(config: DialogueConfig) -> LoadedModel:
    """What `config` names, in bfloat16. Raises ModelMissing, ModelCorrupt, InvalidConfig or EngineFailed."""
    path = find_weights(config.model)
    adapter = find_adapter(config)
    try:
        tokenizer, model = load_model(path, _pick_device(config))
    except NarrativeError:
        raise
    except Exception as error:  # the loader raises whatever its parsers and the file's content lead to
        raise unusable(config.model, f"transformers cannot load it ({type(error).__name__})") from error
    if not tokenizer.chat_template:
        raise unusable(config.model, NO_CHAT_TEMPLATE)
    if adapter:
        merge_adapter(model, adapter)
    prompter = Prompter(HfTokenizer(tokenizer), config.context_tokens, prompt_style(config, adapter))
    return LoadedModel(tokenizer, model, prompter)


def _check_on_cpu(model: Any) -> None:
    if model.device.type != "cpu":
        raise InvalidConfig("dialogue.precision", "int8", f"bfloat16 on {model.device.type}; int8 is for the CPU")


def _pick_device(config: DialogueConfig) -> torch.device:
    has_cuda = torch.cuda.is_available()
    if config.device == "cuda" and not has_cuda:
        raise EngineFailed("dialogue", "dialogue.device is 'cuda' and PyTorch sees no CUDA device")
    return torch.device("cuda" if has_cuda and config.device != "cpu" else "cpu")

"""The transformers engine: any local causal model, GGUF or safetensors, on CUDA or the CPU, with a decode loop of ours.

One generation at a time; the key-value cache of the last prompt is kept, so that the next one with the same beginning
starts where they part. Grammar masks come from llguidance. N is the number of tokens of one model step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
import transformers
from llguidance import LLMatcher
from llguidance.gbnf_to_lark import gbnf_to_lark
from llguidance.hf import from_tokenizer

from narrative_server.dialogue.adapters import find_adapter, prompt_style
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.decoding import DECODING, DRY_BREAKERS
from narrative_server.dialogue.grammar import answer_grammar
from narrative_server.dialogue.hf_model import HfTokenizer, load_model
from narrative_server.dialogue.merging import merge_adapter
from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.prompts import Prompt, Prompter
from narrative_server.dialogue.sampling import choose_token
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats
from narrative_server.dialogue.weights import NO_CHAT_TEMPLATE, find_weights, unusable
from narrative_server.errors import EngineFailed, NarrativeError
from narrative_server.seeds import sub_seed
from narrative_server.workers.cancel import CancelToken


class TransformersEngine:
    """Generates one beat at a time; others wait."""

    name = "transformers"
    slots = 1

    def __init__(self, config: DialogueConfig) -> None:
        """Load the model. Raises ModelMissing or ModelCorrupt."""
        torch.set_num_threads(config.thread_count())
        self._device = _pick_device(config)
        self._batch_tokens = config.batch_tokens
        path = find_weights(config.model)
        adapter = find_adapter(config)
        try:
            tokenizer, self._model = load_model(path, self._device)
        except NarrativeError:
            raise
        except Exception as error:  # the loader raises whatever its parsers and the file's content lead to
            raise unusable(config.model, f"transformers cannot load it ({type(error).__name__})") from error
        if not tokenizer.chat_template:
            raise unusable(config.model, NO_CHAT_TEMPLATE)
        if adapter:
            merge_adapter(self._model, adapter)
        self._prompter = Prompter(HfTokenizer(tokenizer), config.context_tokens, prompt_style(config, adapter))
        self._vocabulary = from_tokenizer(tokenizer, n_vocab=self._model.config.vocab_size)
        self._breakers = frozenset(
            token for text in DRY_BREAKERS for token in tokenizer.encode(text, add_special_tokens=False)
        )
        self._lock = threading.Lock()
        self._prefix = _Prefix(self._model.config)
        self._prefill(self._prompter.fixed_tokens, CancelToken())  # so that the first beat need not wait for it

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        """Stream one beat's lines; see DialogueEngine."""
        prompt = self._prompter.build(request)
        while not self._lock.acquire(timeout=0.02):
            cancel.check()
        try:
            yield from self._stream(request, prompt, cancel)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Free the model."""
        self._model = None
        self._prefix.clear()

    def _stream(self, request: DialogueRequest, prompt: Prompt, cancel: CancelToken) -> Iterator[DialogueEvent]:
        started = time.perf_counter()
        if request.deterministic:
            self._prefix.clear()
        cached = self._prefix.keep_common(prompt.tokens)
        logits = self._prefill(prompt.tokens[cached:], cancel)
        prefilled = time.perf_counter()
        parser = AnswerParser((who.name for who in request.cast), len(request.opening))
        output_tokens = 0
        for tokens in self._decode(request, prompt, logits, cancel):
            output_tokens += len(tokens)
            yield from parser.feed(self._vocabulary.decode_bytes(tokens))
        yield from parser.finish()
        decode_ms = 1000.0 * (time.perf_counter() - prefilled)
        prefill_ms = 1000.0 * (prefilled - started)
        yield GenerationStats(len(prompt.tokens), cached, output_tokens, prefill_ms, decode_ms, prompt.trimmed)

    def _prefill(self, tokens: Sequence[int], cancel: CancelToken) -> torch.Tensor:
        for start in range(0, len(tokens), self._batch_tokens):
            cancel.check()
            logits = self._step(tokens[start : start + self._batch_tokens])
        return logits

    def _decode(
        self, request: DialogueRequest, prompt: Prompt, logits: torch.Tensor, cancel: CancelToken
    ) -> Iterator[list[int]]:
        """Yield token ids until the grammar or the model says that the answer is whole."""
        matcher = self._matcher(request)
        generator = torch.Generator().manual_seed(sub_seed(request.seed, "dialogue", "tokens"))
        context = list(prompt.tokens)
        while len(context) < len(prompt.tokens) + prompt.max_output_tokens:
            cancel.check()
            bits = np.frombuffer(matcher.compute_bitmask(), np.uint8)
            allowed = np.unpackbits(bits, count=logits.shape[0], bitorder="little").view(np.bool_)  # (V,)
            token = choose_token(logits, allowed, context, request.temperature, DECODING, self._breakers, generator)
            if token == self._vocabulary.eos_token:
                return
            matcher.consume_token(token)
            # What the grammar leaves no choice about, such as `): `, goes through the model in the same step.
            forced = matcher.compute_ff_tokens()
            matcher.consume_tokens(forced)
            context += [token, *forced]
            yield [token, *forced]
            if matcher.is_stopped():
                return
            logits = self._step([token, *forced])

    def _matcher(self, request: DialogueRequest) -> LLMatcher:
        grammar = answer_grammar(request)
        matcher = LLMatcher(self._vocabulary, LLMatcher.grammar_from_lark(gbnf_to_lark(grammar)))
        if matcher.is_error():
            raise EngineFailed("dialogue", "the line grammar was refused")
        return matcher

    def _step(self, tokens: Sequence[int]) -> torch.Tensor:
        """Append (N,) tokens to the cache; returns the logits after the last, (V,) float32 on the CPU."""
        with torch.inference_mode():
            ids = torch.tensor([tokens], device=self._device)  # (1, N)
            output = self._model(input_ids=ids, cache=self._prefix.cache, use_cache=True, logits_to_keep=1)
        self._prefix.tokens.extend(tokens)
        logits: torch.Tensor = output.logits[0, -1].float().cpu()  # (V,)
        return logits.clone()  # a tensor made outside inference mode, which sampling may change


class _Prefix:
    """The key-value cache and the tokens that it holds."""

    def __init__(self, model_config: Any) -> None:
        self._model_config = model_config
        self.clear()

    def clear(self) -> None:
        self.tokens: list[int] = []
        self.cache = transformers.DynamicCache(config=self._model_config)

    def keep_common(self, prompt: Sequence[int]) -> int:
        """Drop what `prompt` does not begin with; returns how many tokens stay (never all: the last gives logits)."""
        common = 0
        for held, wanted in zip(self.tokens, prompt[:-1], strict=False):
            if held != wanted:
                break
            common += 1
        if common == 0:
            self.clear()
        elif common < len(self.tokens):
            self.cache.crop(common - len(self.tokens))  # a negative count takes that many off the end
            del self.tokens[common:]
        return common


def _pick_device(config: DialogueConfig) -> torch.device:
    has_cuda = torch.cuda.is_available()
    if config.device == "cuda" and not has_cuda:
        raise EngineFailed("dialogue", "dialogue.device is 'cuda' and PyTorch sees no CUDA device")
    return torch.device("cuda" if has_cuda and config.device != "cpu" else "cpu")

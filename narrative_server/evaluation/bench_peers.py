"""Other ways to run the same model, as engines to measure ours against: transformers' `generate`, and CTranslate2."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from llguidance import LLMatcher
from llguidance.gbnf_to_lark import gbnf_to_lark
from llguidance.hf import from_tokenizer
from torch import Tensor

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.decoding import DECODING
from narrative_server.dialogue.grammar import answer_grammar
from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.transformers_engine import load_adapted
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats, LineDelta
from narrative_server.errors import PackageMissing
from narrative_server.workers.cancel import CancelToken

_THREAD_END_S = 600.0


class GenerateEngine:
    """transformers' own `generate` as its users call it: one beat at a time, the grammar as a logits processor."""

    name = "transformers_generate"
    slots = 1

    def __init__(self, config: DialogueConfig) -> None:
        """Raises what TransformersEngine raises."""
        torch.set_num_threads(config.thread_count())
        self._loaded = load_adapted(config)
        self._vocabulary = from_tokenizer(self._loaded.tokenizer, n_vocab=self._loaded.model.config.vocab_size)
        self._lock = threading.Lock()

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:  # noqa: ARG002
        """See DialogueEngine."""
        prompt = self._loaded.prompter.build(request)
        parser = AnswerParser((who.name for who in request.cast), len(request.opening))
        with self._lock:
            streamer = _TokenQueue()
            torch.manual_seed(request.seed % 2**63)
            arguments = (list(prompt.tokens), prompt.max_output_tokens, request, streamer)
            thread = threading.Thread(target=self._write, args=arguments, daemon=True)
            started = time.perf_counter()
            thread.start()
            yield from _timed(
                streamer.tokens(),
                lambda token: parser.feed(self._vocabulary.decode_bytes([token])),
                len(prompt.tokens),
                started,
            )
            thread.join(_THREAD_END_S)

    def close(self) -> None:
        """Free the model."""
        del self._loaded

    def _write(self, prompt: list[int], limit: int, request: DialogueRequest, streamer: _TokenQueue) -> None:
        end = self._vocabulary.eos_token
        settings = transformers.GenerationConfig(
            max_new_tokens=limit,
            do_sample=True,
            temperature=max(request.temperature, 1e-3),
            top_k=DECODING.top_k,
            top_p=DECODING.top_p,
            min_p=DECODING.min_p,
            eos_token_id=end,
            pad_token_id=end,
        )
        try:
            with torch.inference_mode():
                self._loaded.model.generate(
                    torch.tensor([prompt]),
                    attention_mask=torch.ones((1, len(prompt)), dtype=torch.long),
                    generation_config=settings,
                    logits_processor=[_GrammarProcessor(request, self._vocabulary, len(prompt))],
                    streamer=streamer,
                )
        except BaseException as error:
            streamer.fail(error)


class CTranslate2Engine:
    """CTranslate2 with 8-bit weights, made from the merged model; it takes no grammar, so its text is one line's."""

    name = "ctranslate2"
    slots = 1

    def __init__(self, config: DialogueConfig) -> None:
        """Convert the model into a temporary folder. Raises PackageMissing, or whatever the converter raises."""
        try:
            import ctranslate2
        except ImportError as error:
            raise PackageMissing("ctranslate2", "bench") from error
        loaded = load_adapted(config)
        self._prompter, self._tokenizer = loaded.prompter, loaded.tokenizer
        self._folder = tempfile.TemporaryDirectory(prefix="narrative-server-bench-")
        plain, converted = Path(self._folder.name, "plain"), Path(self._folder.name, "converted")
        loaded.model.save_pretrained(plain)
        loaded.tokenizer.save_pretrained(plain)
        ctranslate2.converters.TransformersConverter(str(plain)).convert(str(converted), quantization="int8_float32")
        self._generator = ctranslate2.Generator(str(converted), device="cpu", intra_threads=config.thread_count())

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:  # noqa: ARG002
        """See DialogueEngine."""
        prompt = self._prompter.build(request)
        started = time.perf_counter()
        steps = self._generator.generate_tokens(
            self._tokenizer.convert_ids_to_tokens(list(prompt.tokens)),
            max_length=prompt.max_output_tokens,
            sampling_topk=DECODING.top_k,
            sampling_topp=DECODING.top_p,
            sampling_temperature=max(request.temperature, 1e-3),
            repetition_penalty=DECODING.repeat_penalty,
            end_token=[self._tokenizer.eos_token_id],
        )
        tokens = (step.token_id for step in steps)
        yield from _timed(
            tokens, lambda token: [LineDelta(0, self._tokenizer.decode([token]))], len(prompt.tokens), started
        )

    def close(self) -> None:
        """Free the model and delete its files."""
        del self._generator
        self._folder.cleanup()

    def _tell(self, token: int) -> list[DialogueEvent]:
        return [LineDelta(0, self._tokenizer.decode([token]))]


class _GrammarProcessor(transformers.LogitsProcessor):  # type: ignore[misc]
    """Masks what the grammar forbids. B (one) is the batch, T its tokens so far, V the vocabulary's size."""

    def __init__(self, request: DialogueRequest, vocabulary: Any, prompt_tokens: int) -> None:
        self._matcher = LLMatcher(vocabulary, LLMatcher.grammar_from_lark(gbnf_to_lark(answer_grammar(request))))
        self._read = prompt_tokens

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """input_ids (B, T), scores (B, V)."""
        self._matcher.consume_tokens(input_ids[0, self._read :].tolist())
        self._read = input_ids.shape[1]
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        allowed = np.unpackbits(bits, count=scores.shape[1], bitorder="little").view(np.bool_)
        return scores.masked_fill(~torch.from_numpy(allowed), -torch.inf)


class _TokenQueue(transformers.generation.streamers.BaseStreamer):  # type: ignore[misc]
    """Hands tokens over to the thread that reads them."""

    def __init__(self) -> None:
        self._tokens: queue.SimpleQueue[int | BaseException | None] = queue.SimpleQueue()
        self._saw_prompt = False

    def put(self, value: Tensor) -> None:
        """Called with the prompt first, then with each token."""
        if self._saw_prompt:
            self._tokens.put(int(value.flatten()[-1]))
        self._saw_prompt = True

    def end(self) -> None:
        """Called once at the end."""
        self._tokens.put(None)

    def fail(self, error: BaseException) -> None:
        """`generate` raised."""
        self._tokens.put(error)

    def tokens(self) -> Iterator[int]:
        """The answer's tokens as they come."""
        while (item := self._tokens.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item


def _timed(
    tokens: Iterable[int], told: Callable[[int], Iterable[DialogueEvent]], prompt_tokens: int, started: float
) -> Iterator[DialogueEvent]:
    """Events of `tokens` and their statistics; nothing is ever cached."""
    count, first = 0, started
    for token in tokens:
        if not count:
            first = time.perf_counter()
        count += 1
        yield from told(token)
    ended = time.perf_counter()
    yield GenerationStats(prompt_tokens, 0, count, 1000 * (first - started), 1000 * (ended - first))

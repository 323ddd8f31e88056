"""The llama.cpp engine, through xllamacpp: grammar, prefix cache, slots, cancellation between steps.

xllamacpp always opens an HTTP port on loopback. It gets a random key, its page, metrics and slot listings are off, and
this module uses it for two things that the binding does not offer: the model's own tokenizer and chat template.
"""

from __future__ import annotations

import http.client
import json
import logging
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xllamacpp

from narrative_server.dialogue.adapted_gguf import GgufFiles, adapted_files
from narrative_server.dialogue.adapters import find_adapter, prompt_style
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.decoding import DECODING, DRY_BREAKERS
from narrative_server.dialogue.gate import BatchGate
from narrative_server.dialogue.gguf_header import read_header
from narrative_server.dialogue.grammar import answer_grammar
from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.prompts import Prompt, Prompter
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats
from narrative_server.dialogue.weights import NO_CHAT_TEMPLATE, find_gguf, unusable
from narrative_server.errors import EngineFailed
from narrative_server.seeds import sub_seed
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger(__name__)

HOST_CACHE_MIB: Final = 512
"""Memory for prompts of sessions that have lost their slot."""
_SEED_RANGE: Final = 2**32 - 1  # the largest value means "random" to llama.cpp, so it is left out


@dataclass(frozen=True)
class Endpoint:
    """The engine's own port on loopback, `host:port`, and the key that it asks for."""

    address: str
    key: str


class LlamaCppEngine:
    """Generates on up to `config.slots` slots, batched together by llama.cpp."""

    name = "llama.cpp"

    def __init__(self, config: DialogueConfig) -> None:
        """Load the model and its adapter. Raises ModelMissing, ModelCorrupt, InvalidConfig or EngineFailed."""
        self.slots = config.slots
        path = find_gguf(config.model)
        if not _has_chat_template(path):
            raise unusable(config.model, NO_CHAT_TEMPLATE)
        adapter = find_adapter(config)
        key = secrets.token_urlsafe(32)
        with adapted_files(adapter, path) as files:
            try:
                self._server: Any = xllamacpp.Server(_parameters(files, config, key))
            except Exception as error:  # the binding raises whatever the native side gives it
                log.exception("llama.cpp could not load %s", path.name)
                raise unusable(config.model, "llama.cpp cannot load it") from error
        tokenizer = _LoopbackTokenizer(self._server.listening_address, key)
        self._prompter = Prompter(tokenizer, config.context_tokens, prompt_style(config, adapter))
        self.endpoint = Endpoint(self._server.listening_address.removeprefix("http://"), key)
        self._gate = BatchGate()
        self._read_fixed_tokens()

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        """Stream one beat's lines; see DialogueEngine."""
        prompt = self._prompter.build(request)
        with self._gate.entered(alone=request.deterministic, cancel=cancel):
            yield from self._stream(request, prompt, cancel)

    def build_prompt(self, request: DialogueRequest) -> Prompt:
        """What the model reads for `request`. Raises InvalidRequest."""
        return self._prompter.build(request)

    def close(self) -> None:
        """Free the model."""
        self._server = None

    def _read_fixed_tokens(self) -> None:
        """Fill a slot's cache with what every prompt begins with, so that the first beat need not wait for it."""
        body = {"prompt": list(self._prompter.fixed_tokens), "n_predict": 1, "stream": True, "cache_prompt": True}
        for _ in _Completion(self._server, body, CancelToken()):
            pass

    def _stream(self, request: DialogueRequest, prompt: Prompt, cancel: CancelToken) -> Iterator[DialogueEvent]:
        parser = AnswerParser((who.name for who in request.cast), len(request.opening), request.banned)
        completion = _Completion(self._server, completion_body(request, prompt), cancel)
        final: dict[str, Any] = {}
        try:
            for chunk in completion:
                text = chunk["choices"][0]["text"]
                if text:
                    yield from parser.feed(text.encode())
                final = chunk
        finally:
            completion.stop()
        cancel.check()
        yield from parser.finish()
        yield _stats(final, prompt)


class _Completion:
    """Runs one blocking completion on a thread of its own and hands its chunks over; ends early once stopped."""

    def __init__(self, server: Any, body: dict[str, Any], cancel: CancelToken) -> None:
        self._cancel = cancel
        self._stopped = False
        self._chunks: queue.SimpleQueue[dict[str, Any] | BaseException | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(server, body), name="completion", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while (chunk := self._chunks.get()) is not None:
            if isinstance(chunk, BaseException):
                raise EngineFailed("dialogue", "llama.cpp failed on this request") from chunk
            if "error" in chunk:
                log.error("llama.cpp refused a request: %s", chunk["error"].get("message"))
                raise EngineFailed("dialogue", "llama.cpp refused this request")
            yield chunk

    def stop(self) -> None:
        """End the completion, at the latest after its next step, and wait until its slot is free."""
        self._stopped = True
        self._thread.join()

    def _run(self, server: Any, body: dict[str, Any]) -> None:
        try:
            server.handle_completions(body, self._receive)
        except BaseException as error:
            log.exception("llama.cpp failed")
            self._chunks.put(error)
        finally:
            self._chunks.put(None)

    def _receive(self, chunk: dict[str, Any]) -> bool:
        """Called after each prefill batch and each token; a true answer ends the completion."""
        self._chunks.put(chunk)
        return self._stopped or self._cancel.cancelled


class _LoopbackTokenizer:
    """The model's own tokenizer and chat template, asked of the engine's port."""

    def __init__(self, address: str, key: str) -> None:
        self._address = address.removeprefix("http://")
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def encode(self, text: str, *, control: bool) -> list[int]:
        answer = self._post("/tokenize", {"content": text, "parse_special": control, "add_special": False})
        return [int(token) for token in answer["tokens"]]

    def render_chat(self, messages: Sequence[dict[str, str]]) -> str:
        return str(self._post("/apply-template", {"messages": list(messages)})["prompt"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._address, timeout=30)
        try:
            connection.request("POST", path, json.dumps(body), self._headers)
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EngineFailed("dialogue", "llama.cpp did not tokenize the prompt") from error
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            log.error("llama.cpp answered %s to %s", response.status, path)
            raise EngineFailed("dialogue", "llama.cpp did not tokenize the prompt")
        return answer


def _parameters(files: GgufFiles, config: DialogueConfig, key: str) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(files.model)
    if files.lora:
        parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(files.lora), 1.0)]
    parameters.model_alias = "dialogue"  # else answers and listings carry the path
    parameters.n_parallel = config.slots
    parameters.n_ctx = config.context_tokens * config.slots
    # A batch is the longest step: cancellation is looked at between batches.
    parameters.n_batch = parameters.n_ubatch = config.batch_tokens
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = config.thread_count()
    parameters.cache_ram_mib = HOST_CACHE_MIB
    parameters.hostnames = ["127.0.0.1"]
    parameters.api_keys = [key]
    parameters.ui = parameters.endpoint_props = parameters.endpoint_slots = parameters.endpoint_metrics = False
    parameters.cors_origins = ""
    parameters.offline = True
    parameters.verbosity = -1
    return parameters


def completion_body(request: DialogueRequest, prompt: Prompt) -> dict[str, Any]:
    """The parameters of a completion, for the binding and for the endpoint alike."""
    body = {
        "prompt": list(prompt.tokens),
        "n_predict": prompt.max_output_tokens,
        "stream": True,
        "return_progress": True,  # the only call-back during prefill, hence the only way to cancel it
        "grammar": answer_grammar(request),
        "seed": sub_seed(request.seed, "dialogue", "tokens") % _SEED_RANGE,
        "temperature": request.temperature,
        "top_k": DECODING.top_k,
        "top_p": DECODING.top_p,
        "min_p": DECODING.min_p,
        "repeat_penalty": DECODING.repeat_penalty,
        "repeat_last_n": DECODING.repeat_window,
        "dry_multiplier": DECODING.dry_multiplier,
        "dry_base": DECODING.dry_base,
        "dry_allowed_length": DECODING.dry_allowed_length,
        "dry_penalty_last_n": len(prompt.tokens) + prompt.max_output_tokens,
        "dry_sequence_breakers": list(DRY_BREAKERS),
        "cache_prompt": not request.deterministic,
    }
    if request.deterministic:
        body["id_slot"] = 0
    return body


def _stats(final: dict[str, Any], prompt: Prompt) -> GenerationStats:
    timings = final.get("timings", {})
    usage = final.get("usage", {})
    return GenerationStats(
        prompt_tokens=int(usage.get("prompt_tokens", 0)),
        cached_tokens=int(timings.get("cache_n", 0)),
        output_tokens=int(usage.get("completion_tokens", 0)),
        prefill_ms=float(timings.get("prompt_ms", 0.0)),
        decode_ms=float(timings.get("predicted_ms", 0.0)),
        trimmed=prompt.trimmed,
    )


def _has_chat_template(path: Path) -> bool:
    # llama.cpp would quietly take a template of its own, and the model would see a chat it was never trained on.
    try:
        return "tokenizer.chat_template" in read_header(path).fields
    except ValueError as error:
        raise unusable(path.name, "it is not a readable GGUF file") from error

"""llama.cpp's own HTTP endpoint as an engine, to measure what our in-process path adds or saves."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any, Final

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.llama_cpp import LlamaCppEngine, completion_body
from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats
from narrative_server.errors import EngineFailed
from narrative_server.workers.cancel import CancelToken

_DATA: Final = b"data: "
_TIMEOUT_S: Final = 600.0


class EndpointEngine:
    """The HTTP endpoint of the very same llama.cpp build, model and adapter, asked with the same parameters.

    One connection a thread, kept alive. It cannot be cancelled, as nothing here cancels.
    """

    name = "llama.cpp_endpoint"

    def __init__(self, config: DialogueConfig) -> None:
        """Raises what LlamaCppEngine raises."""
        self.slots = config.slots
        self._engine = LlamaCppEngine(config)
        self._connections = threading.local()

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:  # noqa: ARG002
        """See DialogueEngine."""
        prompt = self._engine.build_prompt(request)
        parser = AnswerParser((who.name for who in request.cast), len(request.opening))
        chunk: dict[str, Any] = {}
        for chunk in self._chunks(completion_body(request, prompt)):
            yield from parser.feed(chunk.get("content", "").encode())
        yield from parser.finish()
        timings = chunk["timings"]
        yield GenerationStats(
            prompt_tokens=len(prompt.tokens),
            cached_tokens=int(timings["cache_n"]),
            output_tokens=int(timings["predicted_n"]),
            prefill_ms=float(timings["prompt_ms"]),
            decode_ms=float(timings["predicted_ms"]),
        )

    def close(self) -> None:
        """Free the model."""
        self._engine.close()

    def _chunks(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            response = self._post(body)
        except ConnectionError:  # the server drops a connection that was idle for some seconds, as others took turns
            self._connections.open.close()
            response = self._post(body)
        if response.status != http.HTTPStatus.OK:
            raise EngineFailed("dialogue", f"the endpoint answered {response.status}")
        while row := response.readline():
            if row.startswith(_DATA) and not row.startswith(_DATA + b"[DONE]"):
                yield json.loads(row[len(_DATA) :])

    def _post(self, body: dict[str, Any]) -> http.client.HTTPResponse:
        endpoint = self._engine.endpoint
        if not hasattr(self._connections, "open"):
            self._connections.open = http.client.HTTPConnection(endpoint.address, timeout=_TIMEOUT_S)
        connection: http.client.HTTPConnection = self._connections.open  # opens itself again after `close`
        headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
        connection.request("POST", "/completion", json.dumps(body), headers)
        return connection.getresponse()

"""An engine that says what it is asked about, without a model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, GenerationStats, LineFinished, LineStarted
from narrative_server.errors import EngineFailed
from narrative_server.workers.cancel import CancelToken


class FakeEngine:
    """Speaks one line a request, `say(request)`; requests whose event holds "broken" fail."""

    name = "fake"

    def __init__(self, slots: int = 2, say: Callable[[DialogueRequest], str] = lambda request: request.event) -> None:
        self.slots = slots
        self.requests: list[DialogueRequest] = []
        self.closed = False
        self._say = say
        self._lock = threading.Lock()

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        with self._lock:
            self.requests.append(request)
        cancel.check()
        if "broken" in request.event:
            raise EngineFailed("dialogue", "it broke")
        speaker = request.cast[0].name
        yield LineStarted(0, speaker, "neutral")
        yield LineFinished(0, speaker, "neutral", self._say(request))
        yield GenerationStats(1, 0, 1, 1.0, 1.0)

    def close(self) -> None:
        self.closed = True

"""One generation in the batch: its prompt, what it has written, and how the caller hears of it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from torch import Tensor

from narrative_server.workers.cancel import CancelToken


class TokenChooser(Protocol):
    """Chooses a row's tokens; see `AnswerChooser`."""

    def begin(self) -> list[int]:
        """The first tokens, where nothing else is allowed; called once, before `choose`."""
        ...

    def choose(self, logits: Tensor, context: Sequence[int]) -> list[int]:
        """The next tokens, (V,) logits after `context` given and changed in place; empty at the answer's end."""
        ...

    @property
    def finished(self) -> bool:
        """Whether no token may follow those chosen."""
        ...


class Row:
    """The loop's side and the caller's side of one generation; only `tokens` and `leave` are the caller's."""

    def __init__(
        self,
        prompt: Sequence[int],
        max_output_tokens: int,
        chooser: TokenChooser,
        cancel: CancelToken,
        *,
        fixed_only: bool = False,
    ) -> None:
        """fixed_only: begin from what every prompt begins with, and from nothing that came with another prompt."""
        begun = chooser.begin()
        self.prompt = (*prompt, *begun)
        """What is read before a token is chosen: the prompt, and the answer's beginning where it can only be one."""
        self.chooser = chooser
        self.fixed_only = fixed_only
        self.context = list(self.prompt)
        self.slot: int | None = None
        self.read_tokens: int | None = None
        """How many tokens of the context its slot holds; None before the first step."""
        self.cached_tokens = 0
        self.prefill_ms = self.decode_ms = 0.0
        self._start = len(prompt)
        self._limit = self._start + max_output_tokens
        self._cancel = cancel
        self._left = False
        self._gone = threading.Event()
        self._chosen: queue.SimpleQueue[list[int] | BaseException | None] = queue.SimpleQueue()
        self._clock = time.perf_counter()
        if begun:
            self._chosen.put(begun)

    def tokens(self) -> Iterator[list[int]]:
        """The tokens as they are chosen; ends when the row has left the batch. Raises what failed it."""
        while (item := self._chosen.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def leave(self) -> None:
        """Take the row out of the batch, at the latest after the step that runs, and wait until its slot is free."""
        self._left = True
        self._gone.wait()

    @property
    def output_tokens(self) -> int:
        """Tokens chosen so far."""
        return len(self.context) - self._start

    @property
    def unwanted(self) -> bool:
        """Whether the caller has gone."""
        return self._left or self._cancel.cancelled

    @property
    def prefilled(self) -> bool:
        """Whether the whole prompt has been read."""
        return self.read_tokens is not None and self.read_tokens >= len(self.prompt)

    @property
    def unread(self) -> list[int]:
        """Tokens of the context that the slot does not hold yet."""
        return self.context[self.read_tokens or 0 :]

    def advance(self, logits: Tensor) -> bool:
        """Choose tokens after the whole context was read; whether the row goes on."""
        now = time.perf_counter()
        if len(self.context) == len(self.prompt):
            self.prefill_ms, self._clock = 1000.0 * (now - self._clock), now
        chosen = self.chooser.choose(logits, self.context) if len(self.context) < self._limit else []
        if chosen:
            self.context += chosen
            self._chosen.put(chosen)
        self.decode_ms = 1000.0 * (now - self._clock)
        return bool(chosen) and not self.chooser.finished and len(self.context) < self._limit

    def end(self, error: BaseException | None = None) -> None:
        """The row has left the batch: finished, unwanted, or failed by `error`."""
        self._chosen.put(error)
        self._gone.set()

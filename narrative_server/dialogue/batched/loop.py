"""The decode loop: rows join and leave between two steps of the model, on a thread of its own.

Newcomers' prompts are read in chunks beside the others' next tokens, so that running rows keep streaming (chunked
prefill: Agrawal et al., "Sarathi", 2023).
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

from torch import Tensor

from narrative_server.dialogue.batched.row import Row
from narrative_server.dialogue.batched.slots import Slots
from narrative_server.dialogue.batched.steps import ModelSteps, Segment
from narrative_server.errors import EngineFailed, NarrativeError

log = logging.getLogger(__name__)

_GONE: Final = "its engine is closed"


class BatchLoop:
    """Runs rows, as many at once as there are slots for; others wait in order of arrival."""

    def __init__(self, steps: ModelSteps, fixed_tokens: Sequence[int], chunk_tokens: int) -> None:
        """Reads `fixed_tokens`, which every prompt begins with, into the last slot of `steps`, and starts.

        chunk_tokens: prompt tokens read in one step, for all rows together.
        """
        self._steps = steps
        self._slots = Slots(steps)
        self._chunk_tokens = chunk_tokens
        self._read_fixed(fixed_tokens)
        self._condition = threading.Condition()
        self._waiting: deque[Row] = deque()
        self._running: list[Row] = []
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="decode loop", daemon=True)
        self._thread.start()

    def submit(self, row: Row) -> None:
        """Let a row join. Raises EngineFailed when the loop is closed."""
        with self._condition:
            if self._closed:
                raise EngineFailed("dialogue", _GONE)
            self._waiting.append(row)
            self._condition.notify()

    def close(self) -> None:
        """End the loop after the step that runs; rows that are still there fail."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        self._thread.join()

    def _read_fixed(self, tokens: Sequence[int]) -> None:
        for start in range(0, len(tokens), self._chunk_tokens):
            chunk = tokens[start : start + self._chunk_tokens]
            self._steps.step([Segment(self._slots.fixed, start, chunk, wants_logits=False)])
            self._slots.read(self._slots.fixed, start, chunk)

    def _run(self) -> None:
        while self._admit():
            plan = self._plan()
            try:
                logits = self._steps.step([segment for _, segment in plan])
            except Exception as error:  # a model's own code may raise anything, such as out of memory
                log.exception("a step of the model failed")
                failure = EngineFailed("dialogue", f"the model failed on a step ({type(error).__name__})")
                self._slots.forget()
                for row in tuple(self._running):
                    self._end(row, failure)
                continue
            for (row, segment), scores in zip(plan, logits, strict=True):
                self._advance(row, segment, scores)
        for row in (*self._running, *self._waiting):
            row.end(EngineFailed("dialogue", _GONE))

    def _admit(self) -> bool:
        """Let rows in and out until there is something to step; false when the loop is to end."""
        with self._condition:
            while not self._closed:
                for row in tuple(self._running):
                    if row.unwanted:
                        self._end(row)
                for row in [row for row in self._waiting if row.unwanted]:
                    self._waiting.remove(row)
                    row.end()
                while self._waiting and len(self._running) < self._steps.slots - 1:
                    row = self._waiting.popleft()
                    row.slot = self._slots.take(row.prompt)
                    self._running.append(row)
                if self._running:
                    return True
                self._condition.wait()
        return False

    def _plan(self) -> list[tuple[Row, Segment]]:
        """What each row reads in the next step: its last tokens, or some more of its prompt."""
        plan = []
        left = self._chunk_tokens
        for row in self._running:
            assert row.slot is not None
            if row.read_tokens is None and left:
                # Only now: a row that came just before may have read the same beginning meanwhile.
                row.read_tokens = row.cached_tokens = self._slots.reuse(row.slot, row.prompt, fixed_only=row.fixed_only)
            unread = row.unread
            if not row.prefilled:
                unread = unread[:left]
                left -= len(unread)
            if unread:
                start = row.read_tokens or 0
                whole = start + len(unread) == len(row.context)
                plan.append((row, Segment(row.slot, start, unread, wants_logits=whole)))
        return plan

    def _advance(self, row: Row, segment: Segment, logits: Tensor | None) -> None:
        self._slots.read(segment.slot, segment.start, segment.tokens)
        row.read_tokens = segment.start + len(segment.tokens)
        if logits is None:
            return
        try:
            goes_on = row.advance(logits)
        except NarrativeError as error:
            self._end(row, error)
        except Exception:  # one row's grammar must not end the others
            log.exception("choosing a token failed")
            self._end(row, EngineFailed("dialogue", "choosing a token failed"))
        else:
            if not goes_on:
                self._end(row)

    def _end(self, row: Row, error: BaseException | None = None) -> None:
        assert row.slot is not None
        self._running.remove(row)
        self._slots.free(row.slot)
        row.end(error)

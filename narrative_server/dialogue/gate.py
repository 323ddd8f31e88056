"""Lets generations run side by side, or one quite alone: batching changes sums, so equal lines need a batch of one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from narrative_server.workers.cancel import CancelToken

_POLL_S: Final = 0.02


class BatchGate:
    """Shared entries run together; an exclusive one waits until they have left, and keeps new ones out meanwhile."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside = 0
        self._alone = False
        self._wanting_alone = 0

    @contextmanager
    def entered(self, *, alone: bool, cancel: CancelToken) -> Iterator[None]:
        """Hold a place. Raises Cancelled when `cancel` is set while waiting."""
        self._enter(alone, cancel)
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._alone = False
                self._condition.notify_all()

    def _enter(self, alone: bool, cancel: CancelToken) -> None:
        with self._condition:
            self._wanting_alone += alone
            try:
                while not self._may_enter(alone):
                    cancel.check()
                    self._condition.wait(_POLL_S)
                self._inside += 1
                self._alone = alone
            finally:
                self._wanting_alone -= alone

    def _may_enter(self, alone: bool) -> bool:
        if alone:
            return self._inside == 0
        return not self._alone and not self._wanting_alone

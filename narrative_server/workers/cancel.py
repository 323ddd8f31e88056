"""Cancellation of one call, checked between model steps."""

from __future__ import annotations

import threading


class Cancelled(Exception):
    """Raised inside a worker to unwind a call that its caller no longer wants."""


class CancelToken:
    """Set once from another thread; engines look at it between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask the call to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the caller asked to stop."""
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep for `timeout_s` or until the caller asks to stop; whether it did."""
        return self._event.wait(timeout_s)

    def check(self) -> None:
        """Raise Cancelled when the caller asked to stop."""
        if self._event.is_set():
            raise Cancelled

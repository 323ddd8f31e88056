"""How many calls run, how many may, and their end when the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import grpc

from narrative_server.rpc.web.refusal import Refusal

RETRY_AFTER_S: Final = 1
RETRY_HEADERS: Final = [
    (b"retry-after", str(RETRY_AFTER_S).encode()),
    (b"grpc-retry-pushback-ms", str(1000 * RETRY_AFTER_S).encode()),
]


class OpenCalls:
    """Admits up to `most` calls at once; `drain` lets them end, `cancel` ends them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._scopes: set[asyncio.Timeout] = set()
        self._none_open = asyncio.Event()
        self._none_open.set()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._scopes)

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Run one call in here; a cancelled one leaves quietly. Raises Refusal when full or stopping."""
        if self._stopping:
            status = HTTPStatus.SERVICE_UNAVAILABLE, grpc.StatusCode.UNAVAILABLE
            raise Refusal(*status, "the server is stopping", RETRY_HEADERS)
        if len(self._scopes) >= self._most:
            status = HTTPStatus.TOO_MANY_REQUESTS, grpc.StatusCode.RESOURCE_EXHAUSTED
            raise Refusal(*status, f"{self._most} calls are open, the most that are served at once", RETRY_HEADERS)
        scope = asyncio.timeout(None)
        try:
            async with scope:
                self._scopes.add(scope)
                self._none_open.clear()
                yield
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            self._scopes.discard(scope)
            if not self._scopes:
                self._none_open.set()

    async def drain(self, grace_s: float) -> bool:
        """Admit no more and wait up to `grace_s` for running ones; whether none is left."""
        self._stopping = True
        try:
            await asyncio.wait_for(self._none_open.wait(), grace_s)
        except TimeoutError:
            return False
        return True

    def cancel(self) -> None:
        """End every call now; each tells its caller so."""
        now = asyncio.get_running_loop().time()
        for scope in self._scopes:
            if not scope.expired():
                scope.reschedule(now)

"""The web port's life: bind, listen, drain, stop. `uvicorn` serves HTTP/1.1 in the server's own event loop."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import uvicorn

from narrative_server.errors import InvalidConfig
from narrative_server.rpc.interceptors import CallInterceptor
from narrative_server.rpc.web.access import AccessRules
from narrative_server.rpc.web.calls import CallApp
from narrative_server.rpc.web.gate import MAX_HEADER_BYTES, Gate
from narrative_server.rpc.web.methods import MethodTable
from narrative_server.rpc.web.open_calls import OpenCalls
from narrative_server.settings import ServerSettings, TlsFiles, WebSettings

log = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 512
"""Beyond it requests get HTTP 503: idle ones count, which is why it is more than the calls that may be open."""
BACKLOG: Final = 128
CANCEL_S: Final = 1.0
KEEPALIVE: Final = {"TCP_KEEPIDLE": 30, "TCP_KEEPALIVE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds, and probes: a caller whose machine is gone is noticed within a minute. TCP_KEEPALIVE is macOS's."""


class _EmbeddedServer(uvicorn.Server):
    """uvicorn that leaves signals to whoever started the server, and that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell so."""
        await super().startup(sockets)
        self.listening.set()


class WebServer:
    """Serves a table of methods as gRPC-Web and Connect. Start it once; `stop` drains it."""

    def __init__(
        self, methods: MethodTable, interceptor: CallInterceptor, max_request_bytes: int, max_calls: int
    ) -> None:
        self._methods, self._interceptor = methods, interceptor
        self._max_request_bytes, self._calls = max_request_bytes, OpenCalls(max_calls)

    @property
    def open_calls(self) -> int:
        """How many calls run now."""
        return len(self._calls)

    async def start(self, settings: ServerSettings, web: WebSettings) -> int:
        """Listen where `settings` say, on the port of `web`; returns it. Raises InvalidConfig when it cannot."""
        app = CallApp(self._methods, self._interceptor, self._max_request_bytes)
        rules = AccessRules(settings.host, web.hosts, web.cors_origins)
        config = _config(Gate(app, self._methods, rules, self._calls), settings.tls)
        self._server = _EmbeddedServer(config)
        sockets = await _bind(settings.host, web.port)
        self._serving = asyncio.ensure_future(self._server.serve(sockets))
        listening = asyncio.ensure_future(self._server.listening.wait())
        await asyncio.wait((self._serving, listening), return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if self._serving.done():
            await self._serving
        return int(sockets[0].getsockname()[1])

    async def stop(self, grace_s: float) -> None:
        """Refuse new calls, let running ones end for `grace_s`, cancel the rest, close every connection."""
        self._server.should_exit = True
        if not await self._calls.drain(grace_s):
            self._calls.cancel()
            await self._calls.drain(CANCEL_S)
        # What is left waits for a caller who does not read.
        for connection in list(self._server.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._serving


def _config(app: Gate, tls: TlsFiles | None) -> uvicorn.Config:
    """How uvicorn serves `app`: nothing but HTTP/1.1, its own log only for what went wrong."""
    config = uvicorn.Config(
        app=app,
        loop="none",
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        legal = f"readable PEM files, and a key that fits its certificate ({error.strerror or error})"
        raise InvalidConfig("tls", str(tls.certificate if tls else None), legal) from error
    return config


async def _bind(host: str, port: int) -> list[socket.socket]:
    """One socket an address of `host`, all on the same port. Raises InvalidConfig."""
    sockets: list[socket.socket] = []
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(found):
            sockets.append(_open(family, kind, protocol))
            # Port 0 is chosen once, by the first.
            taken = port or (sockets[0].getsockname()[1] if len(sockets) > 1 else 0)
            sockets[-1].bind((address[0], taken, *address[2:]))
    except OSError as error:
        for one in sockets:
            one.close()
        legal = f"a port that nobody else uses, on an address of this machine ({error.strerror})"
        raise InvalidConfig("web.port", port, legal) from error
    return sockets


def _open(family: int, kind: int, protocol: int) -> socket.socket:
    opened = socket.socket(family, kind, protocol)
    if sys.platform == "win32":  # there, REUSEADDR would let two servers share the port
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    # Accepted connections inherit these.
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            with suppress(OSError):  # a Windows that knows the name and not the option keeps its two hours
                opened.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    opened.setblocking(False)
    return opened

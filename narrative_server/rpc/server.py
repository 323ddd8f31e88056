"""The gRPC server's life: build, listen, tell its health, drain, stop. Knows nothing of models or processes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Final, cast

import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from narrative_server.errors import InvalidConfig
from narrative_server.rpc.info_service import InfoServicer
from narrative_server.rpc.interceptors import CallInterceptor
from narrative_server.rpc.library_service import LibraryServicer
from narrative_server.rpc.story_service import StoryServicer
from narrative_server.rpc.studio_services import DialogueServicer, ImageServicer, SemanticsServicer, SoundServicer
from narrative_server.rpc.web.methods import MethodTable
from narrative_server.rpc.web.server import WebServer
from narrative_server.settings import ServerSettings
from narrative_server.story.engines import Engines, EngineStatus
from narrative_server.story.library import Library
from narrative_server.story.limits import Limits
from narrative_server.story.player import BeatPlayer
from narrative_server.story.store import SessionStore
from narrative_server.story.studio import Studio
from narrative_server.v1 import (
    dialogue_pb2_grpc,
    image_pb2_grpc,
    info_pb2_grpc,
    library_pb2_grpc,
    semantics_pb2_grpc,
    sound_pb2_grpc,
    story_pb2_grpc,
)

log = logging.getLogger(__name__)

MAX_CONCURRENT_CALLS: Final = 256
NEEDS: Final = {
    "narrative_server.v1.StoryService": ("dialogue", "semantics"),
    "narrative_server.v1.DialogueService": ("dialogue", "semantics"),
    "narrative_server.v1.ImageService": ("images", "semantics"),
    "narrative_server.v1.SoundService": ("sounds", "semantics"),
    "narrative_server.v1.LibraryService": (),
    "narrative_server.v1.SemanticsService": ("semantics",),
    "narrative_server.v1.InfoService": (),
}
"""Each service and the engines without which it does not serve. Pictures and sounds of a beat may fail alone,
and so may the library's search."""


class NarrativeServer:
    """Serves `engines` and `store` over gRPC. Start it once; `stop` drains it."""

    def __init__(self, settings: ServerSettings, engines: Engines, store: SessionStore, limits: Limits) -> None:
        self._settings, self._engines, self._store, self._limits = settings, engines, store, limits
        self._health = health.aio.HealthServicer()  # type: ignore[attr-defined]  # the stubs lack aio
        self._stopping = False
        self._web: WebServer | None = None
        self.port = 0
        self.web_port = 0

    async def start(self) -> int:
        """Listen; returns the port. Raises InvalidConfig when it cannot (occupied, not allowed, bad certificate)."""
        interceptor = CallInterceptor(self._settings.token)
        self._server = grpc.aio.server(
            interceptors=[interceptor],
            options=_options(self._limits),
            maximum_concurrent_rpcs=MAX_CONCURRENT_CALLS,
        )
        methods = MethodTable(self._server)
        self._add_services(methods)
        self.port = self._bind()
        if self._settings.web is not None:
            web = WebServer(methods, interceptor, self._limits.max_request_bytes, MAX_CONCURRENT_CALLS)
            self.web_port = await web.start(self._settings, self._settings.web)
            self._web = web
        await self._server.start()
        await self.update_health()
        log.info("listening on %s:%d", self._settings.host, self.port)
        if self._web is not None:
            log.info("gRPC-Web and Connect on %s:%d", self._settings.host, self.web_port)
        return self.port

    def _add_services(self, methods: MethodTable) -> None:
        player = BeatPlayer(self._engines, self._store, self._limits)
        studio = Studio(self._engines, self._limits)
        library = Library(self._engines, self._store, self._limits)
        server = cast("grpc.aio.Server", methods)  # it has the two methods of a server that generated code calls
        story_pb2_grpc.add_StoryServiceServicer_to_server(StoryServicer(player, self._store, self._limits), server)
        dialogue_pb2_grpc.add_DialogueServiceServicer_to_server(DialogueServicer(studio), server)
        image_pb2_grpc.add_ImageServiceServicer_to_server(ImageServicer(studio), server)
        sound_pb2_grpc.add_SoundServiceServicer_to_server(SoundServicer(studio), server)
        library_pb2_grpc.add_LibraryServiceServicer_to_server(
            LibraryServicer(library, self._store, self._limits), server
        )
        semantics_pb2_grpc.add_SemanticsServiceServicer_to_server(SemanticsServicer(studio), server)
        info = InfoServicer(self._engines, player.turns, self._limits)
        info_pb2_grpc.add_InfoServiceServicer_to_server(info, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        names = (*NEEDS, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    def _bind(self) -> int:
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host and "[" not in settings.host else settings.host
        address = f"{host}:{settings.port}"
        try:
            if settings.tls is None:
                port = self._server.add_insecure_port(address)
            else:
                pair = (settings.tls.key.read_bytes(), settings.tls.certificate.read_bytes())
                port = self._server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
        except OSError as error:
            raise InvalidConfig("tls", error.filename, f"readable PEM files ({error.strerror})") from error
        except RuntimeError:
            port = 0
        if port == 0:
            legal = "a port that nobody else uses, on an address of this machine (and a certificate that fits its key)"
            raise InvalidConfig("port", settings.port, legal)
        return int(port)

    async def update_health(self) -> None:
        """Tell what serves now; call it whenever an engine's state changes."""
        if self._stopping:
            return
        ready = {engine.name for engine in self._engines.status() if engine.state == "ready"}
        await self._set_health(NEEDS, ready)

    async def _set_health(self, services: Iterable[str], ready: Iterable[str]) -> None:
        serving = {name for name in services if set(NEEDS[name]) <= set(ready)}
        story = "narrative_server.v1.StoryService"
        for name in ("", *services):
            up = (story if name == "" else name) in serving
            status = health_pb2.HealthCheckResponse.SERVING if up else health_pb2.HealthCheckResponse.NOT_SERVING
            await self._health.set(name, status)

    async def stop(self, grace_s: float | None = None) -> None:
        """Tell NOT_SERVING, refuse new calls, let running ones end for `grace_s` (None: as set), then cancel them."""
        self._stopping = True
        await self._health.enter_graceful_shutdown()
        grace_s = self._settings.grace_s if grace_s is None else grace_s
        await asyncio.gather(self._server.stop(grace_s), *([self._web.stop(grace_s)] if self._web else []))

    async def wait(self) -> None:
        """Wait until the server has been stopped."""
        await self._server.wait_for_termination()


def _options(limits: Limits) -> list[tuple[str, int]]:
    """Channel arguments. Without so_reuseport a second server on the port fails instead of sharing it; keepalive pings
    of idle clients every 10 s are allowed (by default they are answered with GOAWAY)."""
    return [
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", limits.max_request_bytes),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
    ]


def describe_engines(status: Iterable[EngineStatus]) -> str:
    """One line a person can read: each engine, its kind and state."""
    return ", ".join(f"{one.name} ({one.kind}) {one.state}" for one in status)


async def start_server(
    settings: ServerSettings, engines: Engines, store: SessionStore, limits: Limits | None = None
) -> NarrativeServer:
    """Build and start a server on given engines and store; the caller stops it."""
    server = NarrativeServer(settings, engines, store, limits or Limits())
    await asyncio.shield(server.start())
    return server

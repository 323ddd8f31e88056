"""A whole server from its settings: store, engines' processes, gRPC, signals; and its end in the right order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from narrative_server.data_paths import home_dir
from narrative_server.errors import InvalidConfig, StorageFailed
from narrative_server.images.types import ImageConfig
from narrative_server.rpc.server import NarrativeServer, describe_engines
from narrative_server.semantics.types import SemanticsConfig
from narrative_server.settings import ServerSettings
from narrative_server.sounds.types import SoundConfig
from narrative_server.story.limits import Limits
from narrative_server.story.store import SessionStore
from narrative_server.story.worker_engines import EngineConfigs, WorkerEngines

log = logging.getLogger(__name__)

_OWN_KINDS: Final = ("sprites", "backgrounds", "sounds", "embedding")

ENGINE_STOP_S: Final = 2.0
DATABASE_FILE: Final = "sessions.sqlite3"


class RunningServer:
    """A server with everything it owns."""

    def __init__(self, server: NarrativeServer, engines: WorkerEngines) -> None:
        self.server, self.engines = server, engines

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port

    async def wait_settled(self, timeout_s: float | None = None) -> bool:
        """Wait until every engine is ready or has failed; tells in the log, returns whether all are ready."""
        failed = await self.engines.wait_settled(timeout_s)
        await self.server.update_health()
        for name, error in failed.items():
            log.error("%s cannot be used: %s", name, error)
        log.info("%s", describe_engines(self.engines.status()))
        return not failed


@asynccontextmanager
async def running_server(settings: ServerSettings) -> AsyncIterator[RunningServer]:
    """Start everything; at the end drain, stop the engines, close the store, in this order.

    Yields as soon as the port is open: engines may still be loading, which health and GetServerInfo tell.
    Raises InvalidConfig, StorageFailed.
    """
    store = await SessionStore.open(settings.database or default_database())
    try:
        changes: set[asyncio.Task[None]] = set()

        def changed() -> None:
            task = asyncio.ensure_future(server.update_health())
            changes.add(task)
            task.add_done_callback(changes.discard)

        engines = WorkerEngines(engine_configs(settings), changed)
        server = NarrativeServer(settings, engines, store, Limits())
        await server.start()
        try:
            await engines.start()
            yield RunningServer(server, engines)
        finally:
            await server.stop()
            await engines.stop(ENGINE_STOP_S)
            await asyncio.gather(*changes)
    finally:
        await store.close()


async def serve(settings: ServerSettings, on_ready: Callable[[int], None] = lambda _: None) -> None:
    """Serve until SIGINT or SIGTERM, then drain. `on_ready` is told the port once every engine has settled."""
    stop = asyncio.Event()
    with _stopping_signals(stop):
        async with running_server(settings) as running:
            settled = asyncio.ensure_future(running.wait_settled())
            settled.add_done_callback(lambda task: None if task.cancelled() else on_ready(running.port))
            await stop.wait()
            log.info("stopping: waiting up to %.0f s for running beats", settings.grace_s)
            settled.cancel()


@contextmanager
def _stopping_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at Ctrl+C, SIGTERM or (Windows) Ctrl+Break. `loop.add_signal_handler` is not there on Windows."""
    loop = asyncio.get_running_loop()
    wanted = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        wanted.append(signal.SIGBREAK)
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set)) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def default_database() -> str:
    """URL of the SQLite file in the home folder, which is made if need be. Raises StorageFailed."""
    home = home_dir()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(f"the data folder cannot be made ({error.strerror})") from error
    return f"sqlite:///{(home / DATABASE_FILE).as_posix()}"


def own_models(weights: Path | None) -> dict[str, Path]:
    """Folders of the user's own models by kind; a kind that is not there is served by the packaged model.

    Raises InvalidConfig where there is none at all.
    """
    if weights is None:
        return {}
    found = {kind: weights / kind for kind in _OWN_KINDS if (weights / kind).is_dir()}
    if not found:
        raise InvalidConfig(
            "weights", str(weights), f"a folder with {', '.join(_OWN_KINDS)}, one of them or more, in it"
        )
    return found


def engine_configs(settings: ServerSettings) -> EngineConfigs:
    """What each engine's process is told by these settings. Raises InvalidConfig for weights that hold no model."""
    own = own_models(settings.weights)
    # Half the cores: pictures and sounds are made beside the lines, and threads that share a core wait for each other.
    threads = settings.media_threads or max(1, (os.cpu_count() or 1) // 2)
    images = ImageConfig(
        sprites_folder=own.get("sprites"),
        backgrounds_folder=own.get("backgrounds"),
        device=settings.device,
        threads=threads,
        embedding_folder=own.get("embedding"),
    )
    sounds = SoundConfig(
        folder=own.get("sounds"), device=settings.device, threads=threads, embedding_folder=own.get("embedding")
    )
    if settings.candidates:
        count = settings.candidates
        images = replace(images, sprite_candidates=count, background_candidates=count)
        sounds = replace(sounds, candidates=count)
    return EngineConfigs(
        dialogue=settings.dialogue,
        images=images,
        semantics=SemanticsConfig(embedding_dir=own.get("embedding")),
        sounds=sounds,
    )
